use zeroize::Zeroizing;

use super::place::Place;
use super::shipment::{Shipment, Written};
use crate::authenticator::Entry;
use crate::authenticator::export::text::lines;
use crate::cli::failure::Failure;
use crate::cli::options::Output;

pub(super) fn run(shipment: &Shipment<'_>, place: &Place) -> Result<(), Failure> {
    let uris: Vec<Zeroizing<String>> = shipment.entries.iter().copied().map(Entry::to_uri).collect();
    write(shipment, place, &uris)
}

/// Writes texts, one a line, into a file or to stdout.
pub(super) fn write(shipment: &Shipment<'_>, place: &Place, uris: &[Zeroizing<String>]) -> Result<(), Failure> {
    match place {
        Place::File(file) => shipment.write_file(file, &lines(uris)),
        _ if shipment.app.options.output == Output::Json => {
            let uris = uris.iter().map(|uri| uri.as_str()).collect();
            shipment.report(Written { uris: Some(uris), ..Written::default() })?;
            shipment.say_written("to stdout");
            Ok(())
        }
        _ => shipment.write_stdout(&lines(uris)),
    }
}
