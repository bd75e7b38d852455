//! The difference between two texts, for people to read and for `patch` to apply.

use cors_compiler::diagnostic::display::{one_line, printable};
use similar::TextDiff;

/// A unified diff of a file, from what it holds to what it should hold; `note` says what that is.
///
/// Characters that could touch a terminal are replaced.
pub(crate) fn unified(name: &str, old: &str, new: &str, note: &str) -> String {
    let name = one_line(name);
    let diff = TextDiff::from_lines(old, new);
    let text = diff.unified_diff().header(&name, &format!("{name}{note}")).to_string();
    let lines = text.split_inclusive('\n').map(|line| match line.strip_suffix("\r\n") {
        Some(line) => printable(line) + "\r\n",
        None => printable(line),
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn line_breaks_stay_and_escapes_go() {
        let diff = super::unified("a\n\u{1b}", "a\r\n\u{1b}[31m\tb\r\n", "a\r\nb\u{202e}", " (new)");
        let expected = "--- a\u{fffd}\u{fffd}\n+++ a\u{fffd}\u{fffd} (new)\n@@ -1,2 +1,2 @@\n a\r\n-\u{fffd}[31m\tb\r\n+b\u{fffd}\n\\ No newline at end of file\n";
        assert_eq!(diff, expected);
    }
}
