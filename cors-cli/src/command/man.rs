//! `cors man`: made from the definitions of the command line, so that nothing is forgotten.

use std::io::Write as _;
use std::path::PathBuf;

use clap::CommandFactory as _;

use crate::cli::{Cli, Man};
use crate::exit::{Error, Exit};
use crate::files;

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
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(page(&main)?.1.as_bytes())?;
        stdout.flush()?;
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
