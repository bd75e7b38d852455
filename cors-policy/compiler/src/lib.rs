//! The compiler of CORS policies: from YAML to Rust, nginx and Envoy.
//!
//! Data flows one way: [`source`] text → [`syntax`] (what was written) → [`mod@check`] → [`ir`] (valid by
//! construction) → [`backend`] → text. [`lint`] looks for risks on the way; [`mod@reference`] and
//! [`browser`] are the executable specification that every target is tested against.

pub mod analysis;
pub mod backend;
#[cfg(feature = "files")]
pub mod boundary;
#[cfg(feature = "files")]
pub mod browser;
pub mod check;
pub mod diagnostic;
pub mod fetch;
pub mod ir;
pub mod lint;
#[cfg(feature = "files")]
pub mod reference;
pub mod source;
pub mod syntax;

use diagnostic::{Diagnostic, Diagnostics};
use source::Source;

/// What became of a policy file.
#[derive(Debug)]
pub struct Checked {
    /// The policies; `None` if there was an error.
    pub file: Option<ir::File>,
    /// What was found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// How many findings there are beyond those.
    pub omitted: usize,
}

/// Reads and checks a policy file: every fault of it at once.
///
/// # Examples
/// ```
/// use cors_compiler::source::Source;
///
/// let text = "version: 1\npolicies:\n  shop:\n    allow_origins: [https://www.shop.example/]\n";
/// let checked = cors_compiler::check(&Source::new("shop.yaml", text));
/// assert!(checked.file.is_none());
/// assert_eq!(checked.diagnostics[0].code.id, "origin-with-path");
/// ```
#[must_use]
pub fn check(source: &Source) -> Checked {
    let mut diagnostics = Diagnostics::new();
    let file = syntax::parse(source, &mut diagnostics).map(|syntax| check::file(source, &syntax, &mut diagnostics));
    if let Some(file) = &file {
        lint::run(source, file, &mut diagnostics);
    }
    let file = file.filter(|_| !diagnostics.has_errors());
    Checked { file, omitted: diagnostics.omitted(), diagnostics: diagnostics.into_sorted() }
}

/// Reads a policy file; `name` is what diagnostics call it.
///
/// # Errors
/// The file cannot be read, or is larger than [`source::MAX_SOURCE_BYTES`]; the message names it.
pub fn load(path: &std::path::Path, name: &str) -> std::io::Result<Source> {
    use std::io::{Error, ErrorKind, Read as _};
    let named = |error: Error| {
        Error::new(error.kind(), format!("cannot read {}: {error}", diagnostic::display::printable(name)))
    };
    let file = std::fs::File::open(path).map_err(named)?;
    let mut bytes = Vec::new();
    file.take(source::MAX_SOURCE_BYTES + 1).read_to_end(&mut bytes).map_err(named)?;
    if bytes.len() as u64 > source::MAX_SOURCE_BYTES {
        let limit = source::MAX_SOURCE_BYTES / (1024 * 1024);
        return Err(named(Error::new(ErrorKind::InvalidData, format!("it is larger than {limit} MiB"))));
    }
    Ok(Source::from_bytes(name, bytes))
}
