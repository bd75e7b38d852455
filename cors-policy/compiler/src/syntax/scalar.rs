//! Where a part of a scalar's text stands in what was written: through quotes, escapes and line folding.

use std::ops::Range;

/// The bytes of `written` (a scalar with its quotes, or the lines of a block scalar) that stand for the
/// bytes `part` of `text`, what YAML reads it as.
#[must_use]
pub(crate) fn part_of(written: &str, text: &str, part: &Range<usize>) -> Option<Range<usize>> {
    let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''));
    let mut at = usize::from(quote.is_some());
    let (mut start, mut end) = (None, None);
    for (offset, c) in text.char_indices() {
        let (from, to) = step(written, at, quote, c)?;
        if offset == part.start {
            start = Some(from);
        }
        if offset + c.len_utf8() == part.end {
            end = Some(to);
        }
        if start.is_some() && end.is_some() {
            break; // the line break at the end of a block scalar is not in `written`
        }
        at = to;
    }
    // An empty part, or one at the end.
    let start = start.unwrap_or(at);
    let end = end.unwrap_or(start);
    (start <= end).then_some(start..end)
}

/// Where the next character is written, from `at` on.
fn step(written: &str, at: usize, quote: Option<char>, c: char) -> Option<(usize, usize)> {
    let rest = written.get(at..)?;
    match (quote, rest.chars().next()?) {
        (Some('"'), '\\') => {
            let escape = rest.chars().nth(1)?;
            let length = match escape {
                'x' => 4,
                'u' => 6,
                'U' => 10,
                // The line goes on: the break and the indentation stand for nothing.
                '\n' | '\r' => {
                    let blank = rest.get(1..)?.len() - rest.get(1..)?.trim_start().len();
                    return step(written, at + 1 + blank, quote, c);
                }
                other => 1 + other.len_utf8(),
            };
            Some((at, at + length))
        }
        (Some('\''), '\'') if rest.starts_with("''") && c == '\'' => Some((at, at + 2)),
        (_, next) if next == c && !(c == ' ' && folds(rest)) => Some((at, at + c.len_utf8())),
        // A fold, or the indentation of a line.
        (_, next) if next.is_whitespace() => {
            let blank = rest.len() - rest.trim_start().len();
            if c == ' ' || c == '\n' { Some((at, at + blank)) } else { step(written, at + blank, quote, c) }
        }
        _ => None,
    }
}

/// Whether the white space here ends a line.
fn folds(rest: &str) -> bool {
    let blank = rest.get(..rest.len() - rest.trim_start().len()).unwrap_or("");
    blank.contains('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_through_quotes_escapes_and_folds() {
        for (written, text, part, expected) in [
            ("abc", "abc", "b", "b"),
            ("'it''s x'", "it's x", "s x", "s x"),
            (r#""a\\.b""#, r"a\.b", r"\.", r"\\."),
            (r#""\u0061\x62c""#, "abc", "b", r"\x62"),
            ("\"a\n    b\"", "a b", "b", "b"),
            ("\"a\\\n    b\"", "ab", "b", "b"),
            ("one\n    two", "one\ntwo", "two", "two"),
            ("one\n    two", "one two", "two", "two"),
            ("bücher", "bücher", "ücher", "ücher"),
            ("one(\n    two", "one(\ntwo\n", "(", "("),
        ] {
            let start = text.find(part).unwrap();
            let found = part_of(written, text, &(start..start + part.len())).unwrap();
            assert_eq!(&written[found], expected, "{written}");
        }
        assert_eq!(part_of("'ab'", "ab", &(2..2)), Some(3..3));
        assert_eq!(part_of("something else", "text", &(0..1)), None);
    }
}
