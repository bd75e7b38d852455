//! `cors --version`, and with `--verbose` what bug reports need.

use std::env::consts::{ARCH, OS};

use clap::Args;
use cors_compiler::backend::{BACKENDS, Backend};

use crate::exit::{Error, Exit};
use crate::output::print;

/// What stands in the place of a command.
#[derive(Debug, Args)]
pub(crate) struct Version {
    /// Print the version
    #[arg(short = 'V', long = "version")]
    asked: bool,
    /// With --version: also the targets, and what they need
    #[arg(short, long, requires = "asked")]
    verbose: bool,
}

const NUMBER: &str = env!("CARGO_PKG_VERSION");

pub(crate) fn run(asked: &Version) -> Result<Exit, Error> {
    let mut text = format!("cors {NUMBER}\n");
    if asked.verbose {
        text += &format!("platform: {ARCH}-{OS}\ntargets:\n");
        BACKENDS.iter().for_each(|target| text += &line(target));
    }
    print(text)?;
    Ok(Exit::Clean)
}

/// A target: what its output needs, and the shapes that it can take.
fn line(target: &Backend) -> String {
    let needs = match target.oldest {
        Some(oldest) => format!("{oldest} or newer"),
        None => format!("cors-policy {NUMBER}, Rust {} or newer", env!("CARGO_PKG_RUST_VERSION")),
    };
    let shapes: Vec<&str> = target.shapes.iter().map(|shape| shape.name).collect();
    format!("  {}: {needs}; shapes: {}\n", target.name, shapes.join(", "))
}
