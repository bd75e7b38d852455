//! What has to hold whatever the input is, one function for each fuzz target; and the random policies that
//! these functions and the tests ask about.
//!
//! `cors-policy/compiler/fuzz` runs the functions under libFuzzer, `tests/fuzzing.rs` of the compiler on the
//! seeds, on what was found before, and on mutations of them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a promise that is broken ends the run")]

pub mod decide;
pub mod emit;
pub mod mutate;
pub mod pattern;
pub mod random;
pub mod structure;
pub mod tables;
pub mod yaml;

use cors_compiler::diagnostic::{Diagnostics, render_plain};
use cors_compiler::source::Source;
use cors_compiler::{check, ir, syntax};

pub use random::Random;

/// A fuzz target: its name, and what it does with an input. It panics if a promise is broken.
pub type Target = (&'static str, fn(&[u8]));

/// Every fuzz target.
pub const TARGETS: [Target; 4] =
    [("yaml", yaml::run), ("pattern", pattern::run), ("decide", decide::run), ("emit", emit::run)];

/// The policies of a file, whatever risks they have: the lints are left out.
///
/// # Panics
/// It has faults.
#[must_use]
pub fn compiled(source: &Source) -> ir::File {
    match unjudged(source) {
        Ok(file) => file,
        Err(faults) => panic!("{}\n{faults}", source.text()),
    }
}

/// The policies of a file, whatever risks they have.
///
/// # Errors
/// Its faults, rendered.
pub fn unjudged(source: &Source) -> Result<ir::File, String> {
    let mut diagnostics = Diagnostics::new();
    let file = syntax::parse(source, &mut diagnostics)
        .map(|file| check::file(source, &file, &check::Known::default(), &mut diagnostics));
    match file {
        Some(file) if !diagnostics.has_errors() => Ok(file),
        _ => Err(render_plain(source, &diagnostics.into_sorted())),
    }
}

/// The same of a text.
///
/// # Panics
/// It has faults.
#[must_use]
pub fn from_text(yaml: impl Into<String>) -> ir::File {
    compiled(&Source::new("random.yaml", yaml.into()))
}
