//! `cors man`: made from the definitions of the command line, so that nothing is forgotten.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};

use crate::cli::Cli;
use crate::exit::{Error, Exit};
use crate::files;
use crate::output::print;

/// Print the manual page, or write one for each command.
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The directory for all pages; without it, the main page is printed
    #[arg(short, long, value_name = "DIRECTORY")]
    output: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Man) -> Result<Exit, Error> {
    // Without the subcommand `help`, which would have a page for each page.
    let mut main = Cli::command().disable_help_subcommand(true);
    main.build();
    if let Some(directory) = &arguments.output {
        let commands = std::iter::once(&main).chain(main.get_subcommands());
        let pages = commands.map(|command| {
            let (name, page) = page(command)?;
            Ok((directory.join(name), page))
        });
        files::write_all(&pages.collect::<Result<Vec<(PathBuf, String)>, Error>>()?)?;
    } else {
        print(page(&main)?.1)?;
    }
    Ok(Exit::Clean)
}

/// A page, and the name of its file.
fn page(command: &clap::Command) -> Result<(String, String), Error> {
    let man = clap_mangen::Man::new(command.clone());
    let mut page = Vec::new();
    man.render(&mut page)?;
    Ok((man.get_filename(), String::from_utf8_lossy(&page).into_owned()))
}
