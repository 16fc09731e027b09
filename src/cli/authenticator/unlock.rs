use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;
use serde::Serialize;

use super::agent::{self, Swapping};
use super::vault;
use crate::authenticator::SaveError;
use crate::cli::App;
use crate::cli::failure::Failure;
use crate::cli::help::and_examples;
use crate::cli::moment;
use crate::cli::options::Output;

#[derive(Args, Debug)]
#[command(after_help = and_examples(
    "The vault's key stays in the memory of a separate process until the time is up or `vmfa lock` ends it. Until \
     then, every program that runs as you can get the key; docs/agent.md says what is protected. `vmfa passphrase` \
     still asks for the passphrase.\n\n\
     With --output json: {\"expires_at\"}, in Unix seconds.",
    [
        ("vmfa unlock", "Unlock the vault for 15 minutes"),
        ("vmfa unlock --for 8h", "Unlock it for a working day"),
    ],
))]
pub(in crate::cli) struct Arguments {
    /// How long, from 30s to 24h, as in 90s, 15m or 1h30m; it replaces the time that an earlier unlock has left
    #[arg(long = "for", value_name = "TIME", default_value = "15m", value_parser = parse_length)]
    length: Duration,
}

#[derive(Serialize)]
struct Unlocked {
    expires_at: u64,
}

pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let vault = vault::open_by_passphrase(app)?;
    let identity = vault.own_identity().ok_or(SaveError::NotTheOwner)?;
    let agent = agent::start(app, &vault::path(app)?, &identity, arguments.length)?;
    if agent.swapping == Swapping::Possible {
        app.terminal.say("note: memory cannot be locked (ulimit -l), so the key could be written to the swap");
    }
    app.terminal.say(&format!("the vault is unlocked until {}; `vmfa lock` ends that", moment::rfc3339(agent.end)));
    match app.options.output {
        Output::Text => Ok(()),
        Output::Json => app.terminal.answer_json(&Unlocked { expires_at: agent.end.as_secs() }),
    }
}

fn parse_length(text: &str) -> Result<Duration, String> {
    let length: SignedDuration =
        text.parse().map_err(|_| "this is not a length of time such as 90s, 15m or 1h30m".to_owned())?;
    match Duration::try_from(length) {
        Ok(length) if (SHORTEST..=LONGEST).contains(&length) => Ok(length),
        _ => Err("the shortest time is 30s, and the longest is 24h".to_owned()),
    }
}

const SHORTEST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_has_units_and_is_between_30_seconds_and_a_day() {
        for (text, seconds) in
            [("30s", 30), ("90s", 90), ("15m", 900), ("1h30m", 5400), ("1h 30m", 5400), ("24h", 86_400)]
        {
            assert_eq!(parse_length(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "15", "m", "15 parsecs", "1d", "1h30", "-15m x", "forever", "15mm"] {
            assert!(parse_length(text).unwrap_err().contains("not a length of time"), "{text}");
        }
        for text in ["0s", "29s", "24h1s", "-15m", "15m ago", "99999h", "1h -15m"] {
            assert!(parse_length(text).is_err(), "{text}");
        }
        assert!(parse_length("29s").unwrap_err().contains("shortest time is 30s"));
        assert!(parse_length("24h1s").unwrap_err().contains("longest is 24h"));
    }
}
