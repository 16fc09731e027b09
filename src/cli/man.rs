use std::path::PathBuf;

use clap::{Args, CommandFactory};

use super::failure::{Failure, failed};
use super::help::examples;
use super::{App, Vmfa};

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa man --out-dir man", "Write the pages into a folder here"),
    ("vmfa man --out-dir ~/.local/share/man/man1", "Write them where `man vmfa` finds them"),
]))]
pub(super) struct Arguments {
    /// The folder to write `vmfa.1` and a page for each command into
    #[arg(long, value_name = "DIR")]
    out_dir: PathBuf,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let dir = &arguments.out_dir;
    std::fs::create_dir_all(dir)
        .and_then(|()| clap_mangen::generate_to(Vmfa::command(), dir))
        .map_err(failed(format!("cannot write manual pages into `{}`", dir.display())))?;
    let text = format!("manual pages written into {}", dir.display());
    app.terminal.done(app.options.output, &text, &serde_json::json!({ "out_dir": dir }))
}
