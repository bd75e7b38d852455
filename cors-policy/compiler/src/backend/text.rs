//! A writer of indented text with blocks in braces.

use std::fmt::Display;

/// Text under construction.
#[derive(Debug, Default)]
pub(super) struct Text {
    out: String,
    depth: usize,
}

impl Text {
    /// A line; an empty one carries no indentation.
    pub(super) fn line(&mut self, line: impl Display) {
        let line = line.to_string();
        if !line.is_empty() {
            self.out.push_str(&"    ".repeat(self.depth));
            self.out.push_str(&line);
        }
        self.out.push('\n');
    }

    /// `head {`, the lines of `body`, `}`.
    pub(super) fn block(&mut self, head: impl Display, body: impl FnOnce(&mut Self)) {
        self.line(format_args!("{head} {{"));
        self.depth += 1;
        body(self);
        self.depth -= 1;
        self.line("}");
    }

    /// Lines that are laid out already.
    pub(super) fn verbatim(&mut self, lines: &str) {
        for line in lines.lines() {
            self.line(line);
        }
    }

    /// A comment, a line each.
    pub(super) fn comment(&mut self, lines: impl IntoIterator<Item = impl Display>) {
        for line in lines {
            self.line(format!("# {line}").trim_end());
        }
    }

    /// What was written.
    pub(super) fn finish(self) -> String {
        self.out
    }
}
