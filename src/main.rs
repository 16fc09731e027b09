//! The `vmfa` command: parse, run, report, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    vmfa::cli::main()
}
