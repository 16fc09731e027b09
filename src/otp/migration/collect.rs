use super::{Batch, UnreadableEntry};
use crate::otp::KeyUri;

/// An export, put together from the batches of one id that were found.
#[derive(Clone, Debug)]
pub struct Export {
    /// The batches' id.
    pub id: i32,
    /// The number of batches that it has.
    pub size: u32,
    /// The batches that were not found, by index from 0. A person counts them from 1: "2 of 4".
    pub missing: Vec<u32>,
    /// The accounts of those that were, in the export's order.
    pub entries: Vec<Result<KeyUri, UnreadableEntry>>,
}

impl Export {
    /// Puts batches together, in whatever order they come. Exports are in the order in which they were first met.
    ///
    /// A batch that was read twice counts once. Two different batches in one place are both kept, since a writer
    /// that does not number its batches must not cost an account.
    #[must_use]
    pub fn collect(batches: impl IntoIterator<Item = Batch>) -> Vec<Self> {
        let mut groups: Vec<Vec<Batch>> = Vec::new();
        for batch in batches {
            match groups.iter_mut().find(|group| group.iter().any(|other| other.id == batch.id)) {
                Some(group) if group.iter().any(|other| is_same(other, &batch)) => {}
                Some(group) => group.push(batch),
                None => groups.push(vec![batch]),
            }
        }
        groups.into_iter().map(Self::join).collect()
    }

    fn join(mut batches: Vec<Batch>) -> Self {
        batches.sort_by_key(|batch| batch.index);
        let size = batches.iter().map(|batch| batch.size).max().unwrap_or_default();
        let missing = (0..size).filter(|index| batches.iter().all(|batch| batch.index != *index)).collect();
        let id = batches.first().map(|batch| batch.id).unwrap_or_default();
        Self { id, size, missing, entries: batches.into_iter().flat_map(|batch| batch.entries).collect() }
    }
}

fn is_same(one: &Batch, other: &Batch) -> bool {
    one.index == other.index && one.entries == other.entries
}
