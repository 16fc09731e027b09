use super::pages::{self, Page};
use super::pictures::{self, Picture};
use super::place::Place;
use super::shipment::Shipment;
use super::uri;
use crate::cli::failure::Failure;
use crate::cli::table::printable;

pub(super) fn run(shipment: &Shipment<'_>, place: &Place) -> Result<(), Failure> {
    let labelled = || shipment.entries.iter().map(|entry| (entry.label(), entry.to_uri()));
    match place {
        Place::Pages => {
            let pages: Vec<Page> = labelled().map(|(label, text)| Page { title: printable(&label), text }).collect();
            pages::show(shipment.app, &pages)
        }
        Place::Folder(folder, image) => {
            let pictures: Vec<Picture> = labelled().map(|(label, text)| Picture { label, text }).collect();
            pictures::write(shipment, folder, *image, &pictures)
        }
        Place::Stdout | Place::File(_) => uri::run(shipment, place),
    }
}
