//! `max_age`: whole seconds, or a number with a unit.

use super::Check;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::INVALID_MAX_AGE;
use crate::source::Spanned;
use crate::syntax::{Parsed, Scalar};

impl Check<'_> {
    pub(super) fn max_age(&mut self, value: &Parsed<Scalar>) -> Option<Spanned<u32>> {
        let Scalar(text) = value.value.as_ref()?;
        // YAML has other spellings of numbers (`0x10`), which other readers read in other ways.
        let written = self.source.slice(value.place.span).trim_matches(['"', '\'']);
        if let Some(seconds) = seconds(text).filter(|_| written == text) {
            return Some(Spanned::new(seconds, value.place));
        }
        let diagnostic =
            Diagnostic::new(&INVALID_MAX_AGE, format!("`{text}` is not a number of seconds or a duration"));
        let help = "write whole seconds (`600`) or a number with one unit: `90s`, `10m`, `2h`, `1d`";
        self.report(diagnostic.at(value, "").help(help));
        None
    }
}

/// The seconds of `600`, `90s`, `10m`, `2h` or `1d`, as far as they fit an
/// [`Access-Control-Max-Age`](https://fetch.spec.whatwg.org/#http-access-control-max-age).
fn seconds(text: &str) -> Option<u32> {
    let (digits, factor) = match text.char_indices().last()? {
        (at, 's') => (&text[..at], 1),
        (at, 'm') => (&text[..at], 60),
        (at, 'h') => (&text[..at], 60 * 60),
        (at, 'd') => (&text[..at], 24 * 60 * 60),
        _ => (text, 1),
    };
    let number = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u32>().ok()).flatten()?;
    number.checked_mul(factor).filter(|&seconds| seconds <= i32::MAX.cast_unsigned())
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn durations_are_whole_seconds() {
        for (text, expected) in [
            ("0", Some(0)),
            ("600", Some(600)),
            ("90s", Some(90)),
            ("10m", Some(600)),
            ("2h", Some(7200)),
            ("1d", Some(86_400)),
            ("2147483647", Some(2_147_483_647)),
            ("2147483648", None),
            ("", None),
            ("h", None),
            ("-5", None),
            ("+5", None),
            ("1.5h", None),
            ("1h30m", None),
            ("10 m", None),
            ("99999999d", None),
            ("é", None),
        ] {
            assert_eq!(seconds(text), expected, "{text:?}");
        }
    }
}
