//! A clock that nobody has set: a machine without a battery for it starts somewhere in the past.

use super::{App, moment};
use crate::time::{Clock, UnixTime};

/// 2020-01-01T00:00:00Z: long before this program, and long after the dates at which such clocks start.
const PLAUSIBLE: UnixTime = UnixTime::from_secs(1_577_836_800);

/// Says that codes will be wrong if the clock, as it is allowed for, cannot be right. A command calls this once.
pub(super) fn warn(app: &App, allowed_for: impl FnOnce(UnixTime) -> UnixTime) {
    // A clock that shows nothing at all is the command's own error.
    let Ok(now) = app.clock.now() else { return };
    if allowed_for(now) < PLAUSIBLE {
        app.terminal.say(&format!(
            "warning: this machine's clock shows {}, as if it was never set; codes that go by time are wrong until it is right\n\
             hint: set it; `vmfa doctor --server URL` measures by how much it is off",
            moment::rfc3339(now)
        ));
    }
}
