//! `cors`: check CORS policies and compile them.

mod cli;
mod command;
mod exit;
mod files;
mod fix;
mod output;

use clap::Parser as _;
use cors_compiler::diagnostic::display::{one_line, printable};

use crate::cli::{Cli, Command};
use crate::exit::Exit;
use crate::output::{printed, tell};

fn main() -> Exit {
    let Cli { version, command } = match Cli::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => {
            return ended(
                tell(harmless(error.render().to_string()).trim_end()).map(|()| Exit::Usage).map_err(Into::into),
            );
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

/// What is wrong with the arguments. It quotes them, and they may hold what steers a terminal, or a line break and
/// something that looks like a line of ours.
fn harmless(message: String) -> String {
    let arguments = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    let quoted = arguments.flat_map(|argument| {
        let value = argument.split_once('=').map(|(_, value)| value.to_owned());
        [Some(argument), value].into_iter().flatten()
    });
    let hide = |message: String, quoted: String| message.replace(&quoted, &one_line(&quoted));
    printable(&quoted.filter(|quoted| quoted.contains(['\n', '\t'])).fold(message, hide))
}

fn ended(result: Result<Exit, exit::Error>) -> Exit {
    result.unwrap_or_else(|error| {
        // Where that fails there is nobody left to tell.
        let _ = tell(format!("cors: {error}"));
        error.exit()
    })
}
