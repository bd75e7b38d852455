//! `cors`: check CORS policies and compile them.

mod cli;
mod command;
mod exit;
mod files;
mod fix;
mod output;

use clap::Parser as _;
use cors_compiler::diagnostic::display::printable;

use crate::cli::{Cli, Command};
use crate::exit::Exit;

fn main() -> Exit {
    let Cli { version, command } = match Cli::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => {
            // It quotes the arguments, which may hold what steers a terminal.
            eprint!("{}", printable(&error.render().to_string()));
            return Exit::Usage;
        }
        // The help, or the version.
        Err(error) => error.exit(),
    };
    let Some(command) = command else { return ended(command::version::run(&version)) };
    ended(match command {
        Command::Check(arguments) => command::check::run(&arguments),
        Command::Compile(arguments) => command::compile::run(&arguments),
        Command::Completions(arguments) => command::completions::run(&arguments),
        Command::Decide(arguments) => command::decide::run(&arguments),
        Command::Diff(arguments) => command::diff::run(&arguments),
        Command::Explain(arguments) => command::explain::run(&arguments),
        Command::Fmt(arguments) => command::fmt::run(&arguments),
        Command::Init(arguments) => command::init::run(&arguments),
        Command::Man(arguments) => command::man::run(&arguments),
        Command::Schema(arguments) => command::schema::run(&arguments),
        Command::Test(arguments) => command::test::run(&arguments),
        Command::Verify(arguments) => command::verify::run(&arguments),
    })
}

fn ended(result: Result<Exit, exit::Error>) -> Exit {
    result.unwrap_or_else(|error| {
        if !matches!(error, exit::Error::Closed) {
            eprintln!("cors: {error}");
        }
        error.exit()
    })
}
