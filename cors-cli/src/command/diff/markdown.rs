//! A comment on a pull request. Whatever a policy or a file name holds stands in code spans, so that it is
//! neither Markdown nor HTML and mentions nobody.

use cors_compiler::compare::{Change, Location, Verdict};
use cors_compiler::diagnostic::display::one_line;

use super::{Compared, Report, words};

/// By which a bot finds the comment that it replaces. It never changes.
const MARKER: &str = "<!-- cors-policy diff -->";
/// The most lines that stand there at once; longer lists are folded.
const MOST_OPEN: usize = 10;
/// The most characters of a text of the policy.
const LONGEST: usize = 200;
/// The most bytes of all lists: GitHub takes comments of up to 65,536 characters.
const MOST_BYTES: usize = 50_000;

pub(super) fn render(report: &Report) -> String {
    let mut comment = Comment { text: format!("{MARKER}\n"), left_out: 0 };
    comment.block(&format!("## CORS policies: {}", report.verdict));
    let meaning = words::meaning(report.verdict);
    comment.block(&format!("From {} to {}: {meaning}.", code(&report.old), code(&report.new)));
    for file in report.files.iter().filter(|file| file.comparison.verdict != Verdict::Equal) {
        comment.file(file);
    }
    if comment.left_out > 0 {
        let rest = format!("This is not all: {} more do not fit into a comment.", count(comment.left_out, "line"));
        comment.text.push_str(&format!("\n{rest} The other formats of {} have them.\n", code("cors diff")));
    }
    comment.text
}

struct Comment {
    text: String,
    /// How many lines did not fit.
    left_out: usize,
}

impl Comment {
    /// A heading or a paragraph.
    fn block(&mut self, text: &str) {
        if self.fits(text) {
            self.text.push_str(&format!("\n{text}\n"));
        }
    }

    /// Whether there is room for one more line; counts it if not.
    fn fits(&mut self, line: &str) -> bool {
        let fits = self.text.len() + line.len() <= MOST_BYTES;
        self.left_out += usize::from(!fits);
        fits
    }

    fn file(&mut self, file: &Compared) {
        let comparison = &file.comparison;
        self.block(&format!(
            "### {}{}: {}{}",
            code(&file.name),
            words::environment(file, code),
            words::status(file.status),
            comparison.verdict
        ));
        for policy in comparison.policies.iter().filter(|policy| policy.verdict != Verdict::Equal) {
            let status = words::status(policy.status);
            self.block(&format!("**Policy {}: {status}{}**", code(&policy.name), policy.verdict));
            self.list(&lines(&policy.changes));
        }
        for routes in &comparison.routes {
            self.block(&format!("**Paths with {}**", words::routes(routes, &code)));
            let path = |path: &_| {
                let at = words::route(path).map(|at| format!(" ({})", place(at))).unwrap_or_default();
                format!("- {}{at}", code(&path.path))
            };
            self.list(&routes.paths.iter().map(path).collect::<Vec<_>>());
            if !routes.changes.is_empty() {
                self.block("The difference:");
            }
            self.list(&lines(&routes.changes));
        }
    }

    /// A list; what is beyond its first lines is folded.
    fn list(&mut self, lines: &[String]) {
        let (open, folded) = lines.split_at(lines.len().min(MOST_OPEN));
        if !open.is_empty() {
            self.text.push('\n');
        }
        self.lines(open);
        if folded.is_empty() {
            return;
        }
        // A blank line ends the HTML, so that what follows is Markdown again.
        self.text.push_str(&format!("\n<details><summary>{} more</summary>\n\n", folded.len()));
        self.lines(folded);
        self.text.push_str("\n</details>\n");
    }

    fn lines(&mut self, lines: &[String]) {
        for line in lines {
            if self.fits(line) {
                self.text.push_str(line);
                self.text.push('\n');
            }
        }
    }
}

fn lines(changes: &[Change]) -> Vec<String> {
    let line = |line: words::Line<'_>| {
        let sign = match line.sign {
            '+' => "more",
            '-' => "less",
            _ => "other",
        };
        let through: Vec<String> = line.through.iter().map(place).collect();
        let through = if through.is_empty() { String::new() } else { format!(", through {}", through.join(", ")) };
        format!("- **{sign}:** {} ({}{through})", line.text, place(line.location))
    };
    changes.iter().flat_map(|change| words::lines(change, code)).map(line).collect()
}

fn place(at: &Location) -> String {
    code(&format!("{}:{}:{}", at.file, at.line, at.column))
}

/// A code span (<https://spec.commonmark.org/0.31.2/#code-spans>): its fence is longer than any run of
/// backticks within, and no line break can end the line that it is in.
fn code(text: &str) -> String {
    let mut shown: String = one_line(text).chars().take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // One space at both ends is taken away again.
    let pad = if shown.is_empty() || shown.starts_with(['`', ' ']) || shown.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

fn count(number: usize, of: &str) -> String {
    format!("{number} {of}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn nothing_ends_a_code_span_early() {
        for (text, expected) in [
            ("a", "`a`"),
            ("a`b", "``a`b``"),
            ("`a``", "``` `a`` ```"),
            (" a", "`  a `"),
            ("@team <b>&amp;</b>", "`@team <b>&amp;</b>`"),
            ("a\nb\r\u{1b}[31m", "`a\u{fffd}b\u{fffd}\u{fffd}[31m`"),
        ] {
            assert_eq!(code(text), expected, "{text:?}");
        }
        assert_eq!(code(&"x".repeat(300)).chars().count(), 203);
    }
}
