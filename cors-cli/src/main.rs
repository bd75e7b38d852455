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
use crate::output::{printed, tell};

fn main() -> Exit {
    let Cli { version, command } = match Cli::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => {
            // It quotes the arguments, which may hold what steers a terminal.
            let text = printable(&error.render().to_string());
            return ended(tell(text.trim_end()).map(|()| Exit::Usage).map_err(Into::into));
        }
        Err(help) => return ended(printed(help.print()).map(|()| Exit::Clean).map_err(Into::into)),
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
        // Where that fails there is nobody left to tell.
        let _ = tell(format!("cors: {error}"));
        error.exit()
    })
}
