use crate::cli::App;
use crate::cli::failure::{Exit, Failure};
use crate::cli::table::{counted, printable};
use crate::store::{Page, Paged, RecordName};

/// All pages of a list, one after the other. What cannot be believed is kept by name, and hides nothing else.
pub(super) fn all<T>(
    mut read: impl FnMut(Page) -> Result<Paged<T>, crate::actions::ActionError>,
) -> Result<(Vec<T>, Vec<RecordName>), Failure> {
    let (mut items, mut damaged) = (Vec::new(), Vec::new());
    let mut page = Page::first();
    loop {
        let Paged { items: more, damaged: bad, next } = read(page)?;
        items.extend(more);
        damaged.extend(bad);
        match next {
            Some(mark) => page = Page::after(mark),
            None => return Ok((items, damaged)),
        }
    }
}

/// Says which records are not in the list because they cannot be believed.
pub(super) fn left_out(damaged: &[RecordName], app: &App) -> Result<(), Failure> {
    if damaged.is_empty() {
        return Ok(());
    }
    for record in damaged {
        app.terminal.say(&format!("the record `{}` was altered outside vmfa", printable(record.as_str())));
    }
    let records = counted(damaged.len(), "record");
    Err(Failure::new(Exit::Partly, format!("{records} cannot be believed, and the list is without what they hold"))
        .code("altered_record")
        .hint("`vmfa check` says more, and `vmfa check --remove RECORD` removes one"))
}
