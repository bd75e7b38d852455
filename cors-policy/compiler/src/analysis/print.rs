//! Expressions as text that PCRE and RE2 read alike.

use std::fmt::Write as _;

use super::byte_set::ByteSet;
use super::expression::Expression;

/// A regular expression as text, and what it costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The text. It is to match the whole origin; the anchors are the target's.
    pub text: String,
    /// An upper bound of the instructions of the program that RE2 makes of it.
    pub instructions: usize,
}

/// What RE2 adds to every program.
const OVERHEAD: usize = 6;

/// Prints an expression. Bytes beyond ASCII cannot be printed and are left out: no origin has them.
#[must_use]
pub fn print(expression: &Expression) -> Printed {
    let mut printer = Printer { text: String::new() };
    let instructions = printer.alternation(expression) + OVERHEAD;
    Printed { text: printer.text, instructions }
}

/// A text in which every character that means something to a regular expression is escaped.
#[must_use]
pub fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if ".+*?()[]{}|^$\\".contains(c) {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

struct Printer {
    text: String,
}

impl Printer {
    /// As part of nothing: alternatives need no group. Returns the instructions.
    fn alternation(&mut self, expression: &Expression) -> usize {
        let Expression::Alternation(parts) = expression else { return self.concatenation(expression) };
        let mut instructions = 0;
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.text.push('|');
                instructions += 1;
            }
            instructions += self.concatenation(part);
        }
        instructions
    }

    /// As part of an alternation.
    fn concatenation(&mut self, expression: &Expression) -> usize {
        let Expression::Concatenation(parts) = expression else { return self.repetition(expression) };
        let mut instructions = 0;
        let mut rest = parts.as_slice();
        while let Some((part, after)) = rest.split_first() {
            // `[0-9][0-9][0-9]` reads better as `[0-9]{3}`; letters of a name do not repeat so.
            let is_class = matches!(part, Expression::Bytes(set) if set.len() > 1);
            let same = if is_class { after.iter().take_while(|&next| next == part).count() } else { 0 };
            let cost = self.repetition(part);
            if same > 0 {
                let _ = write!(self.text, "{{{}}}", same + 1);
            }
            instructions += cost * (same + 1);
            rest = after.get(same..).unwrap_or(&[]);
        }
        instructions
    }

    /// As part of a concatenation.
    fn repetition(&mut self, expression: &Expression) -> usize {
        let Expression::Repetition { inner, min, max } = expression else { return self.atom(expression) };
        let cost = self.atom(inner);
        let (least, most) = (*min as usize, max.map(|max| max as usize));
        match (min, max) {
            (0, None) => self.text.push('*'),
            (1, None) => self.text.push('+'),
            (0, Some(1)) => self.text.push('?'),
            (min, None) => _ = write!(self.text, "{{{min},}}"),
            (min, Some(max)) if min == max => _ = write!(self.text, "{{{min}}}"),
            (min, Some(max)) => _ = write!(self.text, "{{{min},{max}}}"),
        }
        match most {
            None => cost * least.max(1) + 1,
            Some(most) => cost * most + (most - least),
        }
    }

    /// As what a repetition repeats.
    fn atom(&mut self, expression: &Expression) -> usize {
        match expression {
            Expression::Bytes(set) => self.bytes(*set),
            other => {
                self.text.push_str("(?:");
                let instructions = self.alternation(other);
                self.text.push(')');
                instructions
            }
        }
    }

    fn bytes(&mut self, set: ByteSet) -> usize {
        let set = set.intersection(const { ByteSet::range(0x20, 0x7e) });
        if set.len() == 1
            && let Some(only) = set.iter().next()
        {
            self.text.push_str(&escape(&char::from(only).to_string()));
            return 1;
        }
        // The order in which people write classes: letters, digits, the rest one by one, `-` last.
        let runs = [ByteSet::range(b'a', b'z'), ByteSet::range(b'A', b'Z'), ByteSet::range(b'0', b'9')];
        let mut ranges: Vec<(u8, u8)> = runs.iter().flat_map(|run| set.intersection(*run).ranges()).collect();
        let rest = set.iter().filter(|&byte| !byte.is_ascii_alphanumeric() && byte != b'-');
        ranges.extend(rest.map(|byte| (byte, byte)));
        ranges.extend(set.contains(b'-').then_some((b'-', b'-')));
        self.text.push('[');
        let ranges = ranges.into_iter().flat_map(|(first, last)| match last - first {
            1 => vec![(first, first), (last, last)],
            _ => vec![(first, last)],
        });
        let ranges: Vec<(u8, u8)> = ranges.collect();
        for &(first, last) in &ranges {
            for c in [first, b'-', last].map(char::from).into_iter().take(if first == last { 1 } else { 3 }) {
                if "[]\\^".contains(c) {
                    self.text.push('\\');
                }
                self.text.push(c);
            }
        }
        self.text.push(']');
        (2 * ranges.len()).saturating_sub(1)
    }
}
