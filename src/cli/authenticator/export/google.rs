use std::num::NonZeroUsize;

use zeroize::Zeroizing;

use super::pages::{self, Page};
use super::pictures::{self, Picture};
use super::place::Place;
use super::shipment::Shipment;
use super::uri;
use crate::authenticator::Entry;
use crate::authenticator::export::google::Export;
use crate::cli::failure::Failure;
use crate::cli::table::printable;
use crate::otp::migration::ENTRIES_PER_BATCH;
use crate::qr::QrCode;

/// Where Google Authenticator reads them; at its plus sign it does not.
const WHERE_TO_SCAN: &str = "Transfer codes -> Import codes";

pub(super) fn run(shipment: &Shipment<'_>, place: &Place) -> Result<(), Failure> {
    let export = Export::of(&shipment.entries, &shipment.app.entropy)?;
    match place {
        Place::Pages => {
            let cut = Cut::largest(&export, |code| pages::fits(shipment.app, code))?;
            let chunks = shipment.entries.chunks(cut.per_batch.get());
            let titled = cut.texts.into_iter().zip(chunks);
            let pages: Vec<Page> = titled.map(|(text, entries)| Page { title: title(entries), text }).collect();
            pages::show(shipment.app, &pages)?;
        }
        Place::Folder(folder, image) => {
            let cut = Cut::largest(&export, |_| true)?;
            let (size, width) = (cut.texts.len(), cut.texts.len().to_string().len());
            let label = |index: usize| format!("google-{:0width$}-of-{size}", index + 1);
            let labelled = cut.texts.into_iter().enumerate();
            let pictures: Vec<Picture> = labelled.map(|(at, text)| Picture { label: label(at), text }).collect();
            pictures::write(shipment, folder, *image, &pictures)?;
        }
        Place::Stdout | Place::File(_) => uri::write(shipment, place, &export.batches(ENTRIES_PER_BATCH)?)?,
    }
    shipment.app.terminal.say(&format!("in Google Authenticator: {WHERE_TO_SCAN}"));
    Ok(())
}

fn title(entries: &[&Entry]) -> String {
    let labels: Vec<String> = entries.iter().map(|entry| printable(&entry.label())).collect();
    format!("{WHERE_TO_SCAN}   {}", labels.join(", "))
}

/// An export cut into batches.
struct Cut {
    texts: Vec<Zeroizing<String>>,
    per_batch: NonZeroUsize,
}

impl Cut {
    /// The largest batches, of ten entries at most, whose QR codes are possible and fit; of one entry if none do.
    fn largest(export: &Export, fits: impl Fn(&QrCode) -> bool) -> Result<Self, Failure> {
        for per_batch in (2..=ENTRIES_PER_BATCH.get()).rev().filter_map(NonZeroUsize::new) {
            let texts = export.batches(per_batch)?;
            // The longest text makes the largest code.
            let longest = texts.iter().max_by_key(|text| text.len());
            if longest.is_some_and(|text| QrCode::encode(text).is_ok_and(|code| fits(&code))) {
                return Ok(Self { texts, per_batch });
            }
        }
        Ok(Self { texts: export.batches(NonZeroUsize::MIN)?, per_batch: NonZeroUsize::MIN })
    }
}
