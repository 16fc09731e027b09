use crate::authenticator::EntryId;

/// Whether codes are in sight, for whoever looks over the person's shoulder or at a recording of the screen.
///
/// A hidden code comes into sight only by a key that asks for it: one that moves the selection shows the code where it
/// goes, and Tab the code where it stands. Nothing else shows one, be it a search, an entry that another process takes
/// away, or Enter; and what moves the selection away from a code hides it for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Veil {
    /// All codes are in sight.
    Lifted,
    /// No code is in sight but that of the selected entry, if it was asked for.
    Hidden { revealed: Option<EntryId> },
}

impl Veil {
    /// Whether the code of this entry is in sight.
    pub(super) fn shows(self, id: EntryId) -> bool {
        match self {
            Self::Lifted => true,
            Self::Hidden { revealed } => revealed == Some(id),
        }
    }

    /// Hides all codes, or shows all.
    pub(super) const fn toggled(self) -> Self {
        match self {
            Self::Lifted => Self::Hidden { revealed: None },
            Self::Hidden { .. } => Self::Lifted,
        }
    }

    /// Shows the code of this entry, or none, if codes are hidden.
    pub(super) const fn showing_only(self, id: Option<EntryId>) -> Self {
        match self {
            Self::Lifted => Self::Lifted,
            Self::Hidden { .. } => Self::Hidden { revealed: id },
        }
    }
}
