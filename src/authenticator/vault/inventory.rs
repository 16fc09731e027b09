use super::{backups, handed_out, uses};
use crate::authenticator::folder::{IDENTITY, LOCK, RECIPIENTS, VAULT};

/// The files that a vault has or can have.
pub(in crate::authenticator) fn files() -> impl Iterator<Item = File> {
    let file = |name: &str, content, required| File { name: name.to_owned(), content, required };
    let backup = |number| File { name: backups::name(number), content: Content::Age, required: false };
    [file(IDENTITY, Content::Age, true), file(VAULT, Content::Age, true)]
        .into_iter()
        .chain((1..=backups::KEPT).map(backup))
        .chain([
            file(RECIPIENTS, Content::Recipients, false),
            file(handed_out::FILE, Content::Lines(handed_out::is_understood), false),
            file(uses::FILE, Content::Lines(uses::is_understood), false),
            file(LOCK, Content::Other, false),
        ])
}

/// One of the files that a vault has.
pub(in crate::authenticator) struct File {
    pub(in crate::authenticator) name: String,
    pub(in crate::authenticator) content: Content,
    pub(in crate::authenticator) required: bool,
}

pub(in crate::authenticator) enum Content {
    Age,
    Recipients,
    /// Lines that are written for each code and not synced, and whether one of them says anything.
    Lines(fn(&str) -> bool),
    Other,
}
