use super::Arguments;
use super::password::password;
use super::place::Place;
use super::shipment::Shipment;
use crate::authenticator::export::sealed::{self, Readers};
use crate::authenticator::export::text;
use crate::cli::failure::Failure;

pub(super) fn run(shipment: &Shipment<'_>, place: &Place, arguments: &Arguments) -> Result<(), Failure> {
    let readers = if arguments.recipient.is_empty() {
        Readers::Passphrase(password(arguments, shipment.app)?)
    } else {
        Readers::Recipients(arguments.recipients()?)
    };
    let file = sealed::encrypt(&text::json(&shipment.entries)?, &readers)?;
    match place {
        Place::File(path) => shipment.write_file(path, &file),
        _ => shipment.write_stdout(&file),
    }
}
