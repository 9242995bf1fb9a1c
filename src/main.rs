//! Arguments in, exit code out: 0 fine, 1 drift or failure, 2 wrong usage.

mod command;

use std::process::ExitCode;

use clap::Parser as _;
use postwright::cli::{Cli, Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Init => command::init::run(),
        Command::Generate(arguments) => command::generate::run(&arguments),
        Command::Watch(arguments) => command::watch::run(&arguments),
        Command::Diff(arguments) => command::diff::run(&arguments),
        Command::Lint(arguments) => command::lint::run(&arguments),
        Command::Scrub(arguments) => command::scrub::run(&arguments),
        Command::Convert(arguments) => command::convert::run(&arguments),
        Command::Inspect(arguments) => command::inspect::run(&arguments),
        Command::Templates(arguments) => command::templates::run(&arguments),
        Command::Snippets(arguments) => command::snippets::run(&arguments),
        Command::Completions { shell } => command::shell::completions(shell),
        Command::Man => command::shell::man(),
    };
    done.unwrap_or_else(|error| {
        command::complain(&error);
        ExitCode::FAILURE
    })
}
