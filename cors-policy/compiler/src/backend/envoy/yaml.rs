//! YAML that every reader understands alike.

use serde::Serialize;

/// Writes a value as YAML. Words that a YAML 1.1 reader takes for booleans are quoted: the writer,
/// which follows YAML 1.2, leaves them plain.
pub(super) fn to_string<T: Serialize>(value: &T) -> String {
    // Our own structs of strings, numbers and booleans: there is nothing that cannot be written.
    let plain = serde_yaml::to_string(value).unwrap_or_default();
    plain.lines().map(|line| quote_last_word(line) + "\n").collect()
}

/// Quotes the scalar at the end of a line, if it is one of those words.
fn quote_last_word(line: &str) -> String {
    let start = line.rfind([' ', '\n']).map_or(0, |space| space + 1);
    let word = &line[start..];
    let looks_boolean = ["y", "n", "yes", "no", "on", "off"].iter().any(|boolean| word.eq_ignore_ascii_case(boolean));
    let is_scalar = line[..start].ends_with(": ") || line[..start].ends_with("- ");
    if looks_boolean && is_scalar { format!("{}'{word}'", &line[..start]) } else { line.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_look_like_booleans_are_quoted() {
        let value =
            std::collections::BTreeMap::from([("a", vec!["ON", "no", "GET, NO", "true", "600", "https://a.example"])]);
        assert_eq!(to_string(&value), "a:\n- 'ON'\n- 'no'\n- GET, NO\n- 'true'\n- '600'\n- https://a.example\n");
    }
}
