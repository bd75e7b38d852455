//! Prints the concrete tree in the canonical layout.

use super::scalar;
use super::tree::{Collection, Comment, Scalar, Tree, Unit, Value};
use crate::syntax::yaml::pieces::Style;

/// How many columns a list or mapping between brackets may reach to.
const WIDTH: usize = 100;

/// Prints a file, with `\n` at the ends of its lines.
pub(super) fn print(tree: &Tree) -> String {
    let mut printer = Printer { tree, text: String::new(), line: 0, keeps_breaks: false };
    let root = &tree.units[0];
    for comment in &root.head {
        printer.own_line(comment, 0);
    }
    match root.collection() {
        Some(collection) if printer.in_one_line(root, 0).is_none() => {
            for comment in &root.trailing {
                printer.own_line(comment, 0);
            }
            printer.block(0, collection, 0, false);
        }
        _ => {
            printer.value(0, 0);
        }
    }
    printer.text
}

struct Printer<'a> {
    tree: &'a Tree,
    text: String,
    /// Where the last line starts.
    line: usize,
    /// Whether the last line belongs to a block scalar that keeps the line breaks after it.
    keeps_breaks: bool,
}

impl<'a> Printer<'a> {
    /// The entries or items of a unit's value. `inline`: the first stands on the line of its `-`.
    fn block(&mut self, owner: usize, collection: &Collection, indent: usize, inline: bool) {
        let apart = self.tree.is_set_apart(owner);
        for (place, &unit) in collection.units.iter().enumerate() {
            let node = &self.tree.units[unit];
            if inline && place == 0 {
                self.unit(unit, indent);
                continue;
            }
            let mut blank = place > 0 && apart;
            let mut first = place == 0 && owner != 0;
            for comment in self.before(unit) {
                self.blank_line((blank || comment.blank) && !first);
                (blank, first) = (false, false);
                self.own_line_at(comment, indent);
            }
            self.blank_line((blank || node.blank) && !first);
            self.text.push_str(&" ".repeat(indent));
            self.unit(unit, indent);
        }
        for comment in &collection.foot {
            self.own_line(comment, indent);
        }
    }

    /// One entry or item; its line is indented already.
    fn unit(&mut self, unit: usize, indent: usize) {
        let node = &self.tree.units[unit];
        match &node.key {
            Some((anchor, key)) => {
                if let Some(anchor) = anchor {
                    self.text.push_str(&format!("&{anchor} "));
                }
                self.text.push_str(&scalar::key(key, false));
                self.text.push(':');
            }
            None => self.text.push('-'),
        }
        self.value(unit, indent);
    }

    /// The value of a unit, behind its key or `-`, and the end of the line.
    fn value(&mut self, unit: usize, indent: usize) {
        let tree = self.tree;
        let node = &tree.units[unit];
        if let Some(anchor) = &node.anchor {
            self.word(&format!("&{anchor}"));
        }
        match &node.value {
            Value::Empty => {}
            Value::Alias(alias) => self.word(alias),
            Value::Scalar(scalar) => match scalar::on_one_line(scalar, false) {
                Some(text) => self.word(&text),
                None if scalar.style == Style::Block => return self.block_scalar(node, scalar, indent),
                None => self.lines(scalar, indent),
            },
            Value::Collection(collection) => match self.in_one_line(node, self.column()) {
                Some(text) => self.word(&text),
                None if self.is_inline(node) => {
                    self.text.push(' ');
                    return self.block(unit, collection, indent + 2, true);
                }
                None => {
                    self.end_line(node);
                    return self.block(unit, collection, indent + 2, false);
                }
            },
        }
        self.end_line(node);
    }

    /// Whether the first entry or item of an item stands on the line of its `-`.
    fn is_inline(&self, node: &Unit) -> bool {
        node.key.is_none() && node.anchor.is_none() && node.trailing.is_empty()
    }

    /// The comments before a unit: its own, and, if its line is that of units within it, theirs.
    fn before(&self, unit: usize) -> Vec<&'a Comment> {
        let mut unit = &self.tree.units[unit];
        let mut comments: Vec<&Comment> = unit.head.iter().collect();
        while let Some(collection) = unit.collection().filter(|_| self.is_inline(unit))
            && let Some(&first) = collection.units.first()
        {
            unit = &self.tree.units[first];
            comments.extend(&unit.head);
        }
        comments
    }

    /// A scalar of several lines, which stay as they are but for their indentation.
    fn lines(&mut self, scalar: &Scalar, indent: usize) {
        for (place, line) in scalar.raw.lines().enumerate() {
            // A blank behind a `\` is part of the text.
            let end = line.trim_end();
            let line = if end.ends_with('\\') { line } else { end };
            if place == 0 {
                self.word(line);
                continue;
            }
            self.break_line();
            let line = line.trim_start_matches([' ', '\t']);
            if !line.is_empty() {
                self.text.push_str(&" ".repeat(indent + 2));
                self.text.push_str(line);
            }
        }
    }

    fn block_scalar(&mut self, node: &Unit, scalar: &Scalar, indent: usize) {
        // Digits say how far the text is indented: as far as everything.
        let digit = |c: char| if c.is_ascii_digit() { '2' } else { c };
        self.word(&scalar.header.chars().map(digit).collect::<String>());
        self.end_line(node);
        let keeps = scalar.header.contains('+');
        let leading = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let is_text = |line: &&str| !line.trim().is_empty();
        let written = scalar.raw.lines().find(is_text).map_or(0, leading);
        let meant = scalar.text.lines().find(is_text).map_or(0, leading);
        let margin = written.saturating_sub(meant);
        let mut lines: Vec<&str> = scalar.raw.lines().map(|line| line.get(margin..).unwrap_or("")).collect();
        lines.truncate(lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1));
        if keeps {
            let text = scalar.text.trim_end_matches('\n');
            let breaks = scalar.text.len() - text.len();
            let blank = if text.is_empty() { breaks } else { breaks.saturating_sub(1) };
            lines.extend(std::iter::repeat_n("", blank));
        }
        for line in lines {
            if !line.is_empty() {
                self.text.push_str(&" ".repeat(indent + 2));
                self.text.push_str(line);
            }
            self.break_line();
        }
        self.keeps_breaks = keeps;
    }

    /// A value on one line: a list or a mapping that was written between brackets and fits, or an empty one.
    fn in_one_line(&self, node: &Unit, column: usize) -> Option<String> {
        let mut text = String::new();
        let room = WIDTH.checked_sub(column + 1)?;
        self.flow(node, &mut text, room)?;
        Some(text)
    }

    fn flow(&self, node: &Unit, text: &mut String, room: usize) -> Option<()> {
        let Some(collection) = node.collection() else {
            text.push_str(&self.flow_leaf(node)?);
            return fits(text, room);
        };
        if collection.units.is_empty() {
            text.push_str(if collection.mapping { "{}" } else { "[]" });
            return Some(());
        }
        if !collection.flow || !collection.foot.is_empty() {
            return None;
        }
        text.push_str(if collection.mapping { "{ " } else { "[" });
        for (place, &unit) in collection.units.iter().enumerate() {
            let unit = &self.tree.units[unit];
            if !unit.head.is_empty() || !unit.trailing.is_empty() {
                return None;
            }
            if place > 0 {
                text.push_str(", ");
            }
            if let Some((anchor, key)) = &unit.key {
                text.extend(anchor.iter().map(|anchor| format!("&{anchor} ")));
                text.push_str(&scalar::key(key, true));
                text.push_str(if matches!(unit.value, Value::Empty) && unit.anchor.is_none() { ":" } else { ": " });
            }
            text.extend(unit.anchor.iter().map(|anchor| format!("&{anchor} ")));
            self.flow(unit, text, room)?;
        }
        text.push_str(if collection.mapping { " }" } else { "]" });
        fits(text, room)
    }

    fn flow_leaf(&self, node: &Unit) -> Option<String> {
        match &node.value {
            Value::Alias(alias) => Some(alias.clone()),
            Value::Scalar(scalar) => scalar::on_one_line(scalar, true),
            Value::Empty | Value::Collection(_) => Some(String::new()),
        }
    }

    /// How far the last line reaches, in characters.
    fn column(&self) -> usize {
        self.text.get(self.line..).unwrap_or("").chars().count()
    }

    /// A word, and the space before it.
    fn word(&mut self, word: &str) {
        if self.text.len() > self.line {
            self.text.push(' ');
        }
        self.text.push_str(word);
    }

    /// The comment at the end of a line, in its column if that is free, and the end of the line. What stood
    /// between brackets and gets lines of its own has new columns.
    fn end_line(&mut self, node: &Unit) {
        let is_flow = |node: &Unit| node.collection().is_some_and(|collection| collection.flow);
        let opens = is_flow(node) && !self.text.ends_with([']', '}']);
        let moved = opens || is_flow(&self.tree.units[node.owner]);
        for comment in &node.trailing {
            let column = self.column();
            let kept = if moved { 0 } else { comment.column };
            let blanks = kept.saturating_sub(column).max(usize::from(column > 0));
            self.text.push_str(&" ".repeat(blanks));
            self.text.push_str(&comment.text);
        }
        self.break_line();
    }

    fn break_line(&mut self) {
        self.text.push('\n');
        self.line = self.text.len();
        self.keeps_breaks = false;
    }

    fn own_line(&mut self, comment: &Comment, indent: usize) {
        self.blank_line(comment.blank);
        self.own_line_at(comment, indent);
    }

    fn own_line_at(&mut self, comment: &Comment, indent: usize) {
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str(&comment.text);
        self.break_line();
    }

    /// A blank line, if one is due and can stand here.
    fn blank_line(&mut self, due: bool) {
        if due && !self.text.is_empty() && !self.keeps_breaks {
            self.break_line();
        }
    }
}

impl Tree {
    /// Whether a blank line separates the entries of a unit's value: the file's, and the policies.
    fn is_set_apart(&self, unit: usize) -> bool {
        unit == 0 || self.top_level_key(unit) == Some("policies")
    }
}

fn fits(text: &str, room: usize) -> Option<()> {
    // No character takes more than four bytes.
    (text.len() <= room || (text.len() <= room.saturating_mul(4) && text.chars().count() <= room)).then_some(())
}
