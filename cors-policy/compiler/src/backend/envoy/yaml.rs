//! YAML that every reader understands alike.

use serde::Serialize;

/// Writes a value as YAML. What some YAML 1.1 reader takes for a boolean or a number (`on`, `0X1F`) is
/// quoted: the writer, which follows YAML 1.2, leaves it plain.
pub(super) fn to_string<T: Serialize>(value: &T) -> String {
    // Our own structs of strings, numbers and booleans: there is nothing that cannot be written.
    let plain = serde_yaml::to_string(value).unwrap_or_default();
    plain.lines().map(|line| quote_scalar(line) + "\n").collect()
}

/// Quotes the plain scalar without spaces at the end of a line, if it is ambiguous.
fn quote_scalar(line: &str) -> String {
    let start = line.rfind(' ').map_or(0, |space| space + 1);
    let (before, word) = line.split_at(start);
    // A key, such as a policy named `no`, is read like a value.
    if let Some(key) = word.strip_suffix(':')
        && is_ambiguous(key)
    {
        return format!("{before}'{key}':");
    }
    let is_scalar = before.ends_with(": ") || before.ends_with("- ");
    if is_scalar && is_ambiguous(word) { format!("{before}'{word}'") } else { line.to_owned() }
}

/// Whether a plain scalar is a boolean or a number to some reader, and not to the writer.
fn is_ambiguous(word: &str) -> bool {
    let is_boolean = ["y", "n", "yes", "no", "on", "off"].iter().any(|boolean| word.eq_ignore_ascii_case(boolean));
    // Numbers that are meant are plain decimal ones; strings of that form are quoted already.
    let is_number = word.starts_with(|c: char| c.is_ascii_digit() || "+-.~".contains(c));
    let is_meant = word.chars().all(|c| c.is_ascii_digit());
    is_boolean || (is_number && !is_meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_something_else_is_quoted() {
        let value = std::collections::BTreeMap::from([(
            "a",
            vec!["ON", "no", "0X1F", "GET, NO", "true", "600", "https://a.example"],
        )]);
        let inner = std::collections::BTreeMap::from([("a", 1)]);
        assert_eq!(to_string(&std::collections::BTreeMap::from([("no", inner)])), "'no':\n  a: 1\n");
        assert_eq!(
            to_string(&value),
            "a:\n- 'ON'\n- 'no'\n- '0X1F'\n- GET, NO\n- 'true'\n- '600'\n- https://a.example\n"
        );
    }
}
