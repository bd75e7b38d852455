//! The compiler of CORS policies: from YAML to Rust, nginx and Envoy.
//!
//! Data flows one way: [`source`] text → [`syntax`] (what was written) → [`mod@check`] → [`ir`] (valid by
//! construction) → [`backend`] → text. An environment changes the syntax, before anything is judged.
//! [`lint`] looks for risks on the way; [`mod@reference`] and [`browser`] are the executable specification
//! that every target is tested against; [`compare`] says what a change of a file means.

pub mod analysis;
pub mod backend;
#[cfg(feature = "files")]
pub mod boundary;
#[cfg(feature = "files")]
pub mod browser;
pub mod check;
#[cfg(feature = "files")]
pub mod compare;
pub mod diagnostic;
mod environments;
pub mod fetch;
mod inclusion;
pub mod ir;
#[cfg(feature = "files")]
pub mod judgement;
pub mod lint;
#[cfg(feature = "files")]
pub mod reference;
pub mod source;
pub mod syntax;
#[cfg(feature = "files")]
pub mod testing;

use diagnostic::{Diagnostic, Diagnostics};
pub use environments::UnknownEnvironment;
use source::Source;

/// What became of a policy file.
#[derive(Debug)]
pub struct Checked {
    /// The policies; `None` if there was an error.
    pub file: Option<ir::File>,
    /// The policies in each environment, by its name, in the order of the file; empty if there was an
    /// error, or if one environment only was asked for.
    pub environments: Vec<(String, ir::File)>,
    /// What was found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// How many findings there are beyond those.
    pub omitted: usize,
}

impl Checked {
    /// There is no file to speak of.
    fn nothing(diagnostics: Diagnostics) -> Self {
        let omitted = diagnostics.omitted();
        Self { file: None, environments: Vec::new(), omitted, diagnostics: diagnostics.into_sorted() }
    }
}

/// Reads and checks a policy file, as it is written and in each of its environments: every fault of it
/// at once. What is found in an environment only says so; what is unused is so everywhere.
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
    environments::every(source)
}

/// Reads and checks a policy file as it is written (`None`), or as one environment changes it. Whether
/// anything is unused is left open if there are several environments.
///
/// # Errors
/// The file defines no environment of that name.
///
/// # Examples
/// ```
/// use cors_compiler::source::Source;
///
/// let text = "version: 1
/// policies:
///   shop:
///     allow_origins: [https://www.shop.example]
/// environments:
///   staging:
///     shop:
///       add_origins: [https://staging.shop.example]
/// ";
/// let source = Source::new("shop.yaml", text);
/// let staging = cors_compiler::check_in(&source, Some("staging")).unwrap().file.unwrap();
/// assert_eq!(staging.policy("shop").unwrap().origins().len(), 2);
/// assert!(cors_compiler::check_in(&source, Some("production")).is_err());
/// ```
pub fn check_in(source: &Source, environment: Option<&str>) -> Result<Checked, UnknownEnvironment> {
    environments::one(source, environment)
}

/// Reads a policy file; `name` is what diagnostics call it.
///
/// # Errors
/// The file cannot be read, or is larger than [`source::MAX_SOURCE_BYTES`]; the message names it.
pub fn load(path: &std::path::Path, name: &str) -> std::io::Result<Source> {
    use std::io::{Error, ErrorKind, Read as _};
    let named = |error: Error| {
        Error::new(error.kind(), format!("cannot read {}: {error}", diagnostic::display::one_line(name)))
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
