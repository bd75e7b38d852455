//! `cors completions`: made from the definitions of the command line, so that nothing is forgotten.

use std::io::Write as _;

use clap::CommandFactory as _;

use crate::cli::{Cli, Completions};
use crate::exit::{Error, Exit};

pub(crate) fn run(arguments: &Completions) -> Result<Exit, Error> {
    // Into memory first: the generator panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "cors", &mut script);
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(&script)?;
    stdout.flush()?;
    Ok(Exit::Clean)
}
