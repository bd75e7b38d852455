//! JSON, and YAML that every reader understands alike.

use serde::Serialize;

// Our own structs of strings, numbers and booleans: there is nothing that cannot be written.

/// Writes a value as JSON.
pub(super) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

/// Writes a value as YAML. What some YAML 1.1 reader takes for a boolean or a number (`on`, `0X1F`) is
/// quoted: the writer, which follows YAML 1.2, leaves it plain.
pub(super) fn yaml<T: Serialize>(value: &T) -> String {
    let plain = serde_yaml::to_string(value).unwrap_or_default();
    let mut text = String::new();
    // The indentation of the line that a block of text (`key: |`) hangs from: its lines stay as they are.
    let mut block: Option<usize> = None;
    for line in plain.lines() {
        let spaces = line.len() - line.trim_start().len();
        block = block.filter(|&parent| line.is_empty() || spaces > parent);
        if block.is_some() {
            text.push_str(line);
        } else {
            text.push_str(&quote_scalar(line));
            let item = line.trim_start_matches([' ', '-']);
            let is_value = item.split_once(": ").is_some_and(|(_, value)| value.starts_with('|'));
            block = match is_value {
                true => Some(line.len() - item.len()),
                false => item.starts_with('|').then_some(spaces),
            };
        }
        text.push('\n');
    }
    text
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
    if is_scalar && is_ambiguous(word) { format!("{before}'{}'", word.replace('\'', "''")) } else { line.to_owned() }
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
            vec!["ON", "no", "0X1F", "GET, NO", "true", "600", "https://a.example", "9'A"],
        )]);
        let inner = std::collections::BTreeMap::from([("a", 1)]);
        assert_eq!(yaml(&std::collections::BTreeMap::from([("no", inner)])), "'no':\n  a: 1\n");
        assert_eq!(
            yaml(&value),
            "a:\n- 'ON'\n- 'no'\n- '0X1F'\n- GET, NO\n- 'true'\n- '600'\n- https://a.example\n- '9''A'\n"
        );
    }

    #[test]
    fn blocks_of_text_stay_as_they_are() {
        let text = "local t = {\n  a: on\n\n- no\n}\n";
        let value = std::collections::BTreeMap::from([("a", vec![text, "no"]), ("b", vec![text])]);
        let written = yaml(&value);
        assert!(written.contains("\n- 'no'\n"), "{written}");
        let read: std::collections::BTreeMap<String, Vec<String>> = serde_yaml::from_str(&written).unwrap();
        assert_eq!(read["a"], [text, "no"], "{written}");
        assert_eq!(read["b"], [text]);
        let value = std::collections::BTreeMap::from([("a", text), ("b", "no")]);
        let written = yaml(&value);
        assert!(written.contains("\n  a: on\n") || written.contains("\n    a: on\n"), "{written}");
        assert!(written.ends_with("b: 'no'\n"), "{written}");
        let read: std::collections::BTreeMap<String, String> = serde_yaml::from_str(&written).unwrap();
        assert_eq!((read["a"].as_str(), read["b"].as_str()), (text, "no"));
    }
}
