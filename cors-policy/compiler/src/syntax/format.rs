//! The canonical layout of policy files (`docs/fmt.md`): text → concrete tree, with comments → the language's
//! order → text. A text that does not say what it said before is never handed out.

mod comments;
mod order;
mod print;
mod read;
mod scalar;
#[cfg(test)]
mod tests;
mod tree;
mod verify;

use std::fmt;

use super::sink::Sink;
use super::{File, de, readable, yaml};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Source;

/// Why a file is left as it is.
#[derive(Debug)]
pub enum Refused {
    /// It cannot be read: what is wrong, in the order of the text, and how many findings there are beyond.
    Unreadable(Vec<Diagnostic>, usize),
    /// The new text would not say what the old one says: a fault of this compiler.
    Different(&'static str),
}

/// The sentence for [`Refused::Different`].
impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(..) => f.write_str("it cannot be read"),
            Self::Different(what) => write!(f, "internal error, please report it: laid out anew, {what}"),
        }
    }
}

/// The text of a policy file in the canonical layout. Policies may be wrong, as long as they can be read.
///
/// # Errors
/// The file cannot be read, or the new text would mean something else.
///
/// # Examples
/// ```
/// use cors_compiler::source::Source;
/// use cors_compiler::syntax::format::format;
///
/// let text = "policies:\n p: {allow_origins: ['*']} # everyone\nversion: 1\n";
/// let formatted = format(&Source::new("p.yaml", text)).unwrap();
/// assert_eq!(formatted, "version: 1\n\npolicies:\n  p: { allow_origins: [\"*\"] } # everyone\n");
/// ```
pub fn format(source: &Source) -> Result<String, Refused> {
    let mut diagnostics = Diagnostics::new();
    let root = readable(source, &mut diagnostics).then(|| yaml::parse(source, &mut diagnostics)).flatten();
    let mut sink = Sink::default();
    if let Some(root) = &root {
        de::into_sink::<File>(root, source, &mut sink);
    }
    let keys = std::mem::take(&mut sink.keys);
    sink.drain_into(&mut diagnostics);
    let Some(root) = root.filter(|_| !diagnostics.has_errors()) else {
        let omitted = diagnostics.omitted();
        return Err(Refused::Unreadable(diagnostics.into_sorted(), omitted));
    };
    let mut tree = read::read(source).ok_or(Refused::Different("it could not be read any more"))?;
    comments::attach(&mut tree);
    order::order(&mut tree, &keys);
    let text = with_breaks_of(source.text(), print::print(&tree));
    if text == source.text() {
        return Ok(text);
    }
    let new = Source::new(source.name(), text);
    match verify::difference(source, &new, &root, &keys) {
        Some(difference) => Err(Refused::Different(difference)),
        None => Ok(new.text().to_owned()),
    }
}

/// The new text with the byte order mark of the old one, and with the line breaks that it begins with.
fn with_breaks_of(old: &str, new: String) -> String {
    let windows = old.find('\n').is_some_and(|at| old.get(..at).is_some_and(|line| line.ends_with('\r')));
    let new = if windows { new.replace('\n', "\r\n") } else { new };
    if old.starts_with('\u{feff}') { format!("\u{feff}{new}") } else { new }
}
