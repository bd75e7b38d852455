//! How scalars are written: with as few quotes as the readers of YAML 1.1 and of YAML 1.2 allow.

use crate::syntax::tree::{Meaning, plain_meaning, quoted};
use crate::syntax::yaml::pieces::Style;

use super::tree::Scalar;

/// The scalar on one line; `None` if it takes several. `flow`: between brackets or braces.
pub(super) fn on_one_line(scalar: &Scalar, flow: bool) -> Option<String> {
    if scalar.style == Style::Block || scalar.raw.contains('\n') {
        return None;
    }
    let text = scalar.text.as_str();
    let plain = scalar.style == Style::Plain;
    Some(match plain_meaning(text) {
        // A number, a boolean or nothing: quotes would make a string of it.
        meaning if plain && !matches!(meaning, Meaning::Text(_)) => scalar.raw.clone(),
        Meaning::Text(_) if !is_ambiguous(text) && (is_plain(text, flow) || plain) => text.to_owned(),
        // What only escapes can say stays as it is.
        _ if text.chars().any(is_special) => scalar.raw.clone(),
        _ => quoted(text),
    })
}

/// A key, which always stands on one line.
pub(super) fn key(scalar: &Scalar, flow: bool) -> String {
    // The strings of JSON are strings of YAML.
    on_one_line(scalar, flow).unwrap_or_else(|| serde_json::Value::from(scalar.text.as_str()).to_string())
}

/// Whether a string needs no quotes for the sake of its characters.
fn is_plain(text: &str, flow: bool) -> bool {
    let indicators = "-?:,[]{}#&*!|>'\"%@`=<~";
    !text.is_empty()
        && !text.starts_with(|c| indicators.contains(c))
        && !text.contains(char::is_control)
        && text.trim() == text
        && !text.ends_with(':')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.chars().any(is_special)
        && !text.starts_with("...")
        && !(flow && text.contains([',', '[', ']', '{', '}']))
}

/// Characters that some readers take for line breaks, or refuse.
fn is_special(c: char) -> bool {
    c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether a reader of YAML 1.1 takes a string for something else: a boolean, nothing, a number, a date, the
/// key of a merge.
fn is_ambiguous(text: &str) -> bool {
    const WORDS: [&str; 11] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "=", "<<"];
    if WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return true;
    }
    let number = text.strip_prefix(['-', '+']).unwrap_or(text);
    if [".inf", ".nan"].iter().any(|word| word.eq_ignore_ascii_case(number)) {
        return true;
    }
    if !number.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return false;
    }
    let lower = number.to_ascii_lowercase();
    let prefixed = ["0x", "0o", "0b"].iter().find_map(|prefix| lower.strip_prefix(prefix));
    if prefixed.is_some_and(|digits| digits.chars().all(|c| c.is_ascii_hexdigit() || c == '_')) {
        return true;
    }
    let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "0"));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let digits_and = |text: &str, others: &str| text.chars().all(|c| c.is_ascii_digit() || others.contains(c));
    // Also numbers to the base of sixty.
    digits_and(mantissa, "_.:") && digits_and(exponent, "") || is_date(number)
}

/// `2001-12-14`, and whatever follows.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let digits = |part: Option<&str>, most: usize| {
        part.is_some_and(|part| !part.is_empty() && part.len() <= most && part.bytes().all(|b| b.is_ascii_digit()))
    };
    digits(parts.next(), 4)
        && digits(parts.next(), 2)
        && parts.next().is_some_and(|day| day.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_stand_where_a_reader_needs_them() {
        for (text, block, flow) in [
            ("a", "a", "a"),
            ("", "\"\"", "\"\""),
            ("on", "\"on\"", "\"on\""),
            ("No", "\"No\"", "\"No\""),
            ("y", "\"y\"", "\"y\""),
            ("null", "\"null\"", "\"null\""),
            ("0x1F", "\"0x1F\"", "\"0x1F\""),
            ("0600", "\"0600\"", "\"0600\""),
            ("600", "\"600\"", "\"600\""),
            ("1_000", "\"1_000\"", "\"1_000\""),
            ("1:30", "\"1:30\"", "\"1:30\""),
            ("1e3", "\"1e3\"", "\"1e3\""),
            ("2026-11-20", "\"2026-11-20\"", "\"2026-11-20\""),
            ("10m", "10m", "10m"),
            ("1d", "1d", "1d"),
            ("*", "\"*\"", "\"*\""),
            ("*.a.example", "\"*.a.example\"", "\"*.a.example\""),
            ("https://*.x", "https://*.x", "https://*.x"),
            ("http://[::1]:*", "http://[::1]:*", "\"http://[::1]:*\""),
            ("a, b", "a, b", "\"a, b\""),
            ("a: b", "\"a: b\"", "\"a: b\""),
            ("a #b", "\"a #b\"", "\"a #b\""),
            ("a#b", "a#b", "a#b"),
            ("a:", "\"a:\"", "\"a:\""),
            (" a", "\" a\"", "\" a\""),
            ("a ", "\"a \"", "\"a \""),
            ("-a", "\"-a\"", "\"-a\""),
            ("?a", "\"?a\"", "\"?a\""),
            ("!a", "\"!a\"", "\"!a\""),
            ("&a", "\"&a\"", "\"&a\""),
            ("'a'", "\"'a'\"", "\"'a'\""),
            ("\"a\"", "'\"a\"'", "'\"a\"'"),
            ("a\\.b", "a\\.b", "a\\.b"),
            ("^a\\.b: ", "'^a\\.b: '", "'^a\\.b: '"),
            ("<<", "\"<<\"", "\"<<\""),
        ] {
            let scalar = Scalar { text: text.into(), raw: "…".into(), style: Style::Quoted, header: String::new() };
            assert_eq!(on_one_line(&scalar, false).as_deref(), Some(block));
            assert_eq!(on_one_line(&scalar, true).as_deref(), Some(flow));
        }
    }
}
