//! `cors completions`: made from the definitions of the command line, so that nothing is forgotten.

use clap::{Args, CommandFactory as _};

use crate::cli::Cli;
use crate::exit::{Error, Exit};
use crate::output::print;

/// Print the completions of a shell.
///
/// Bash reads them from `~/.local/share/bash-completion/completions/cors`, fish from
/// `~/.config/fish/completions/cors.fish`, zsh from the file `_cors` in a directory of its `fpath`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

pub(crate) fn run(arguments: &Completions) -> Result<Exit, Error> {
    // Into memory first: the generator panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "cors", &mut script);
    print(&script)?;
    Ok(Exit::Clean)
}
