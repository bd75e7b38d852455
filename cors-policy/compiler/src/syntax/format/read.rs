//! From the parts of the text to the concrete tree. Between the parts stand comments, anchors, the `-` of
//! items and the first lines of block scalars.

use std::collections::VecDeque;

use super::tree::{Collection, Comment, Loose, Name, Scalar, Tree, Unit, Value};
use crate::source::{Source, Span};
use crate::syntax::yaml::pieces::{Piece, Style, What, pieces};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Reads a text that is known to be readable. `None`: it is not, after all.
pub(super) fn read(source: &Source) -> Option<Tree> {
    let mut reader = Reader::new(source);
    for piece in pieces(source.text(), false)? {
        reader.piece(piece)?;
    }
    reader.gap(source.text().len());
    Some(reader.tree)
}

struct Reader<'a> {
    source: &'a Source,
    tree: Tree,
    /// Up to where the text is read.
    cursor: usize,
    /// Where the last text of a node ended.
    last_end: usize,
    /// The units whose collections are open; and whether a key waits for its value.
    open: Vec<(usize, Option<usize>)>,
    /// What stood between the parts and belongs to what comes next.
    dashes: VecDeque<usize>,
    anchors: VecDeque<String>,
    header: Option<(usize, String)>,
}

impl<'a> Reader<'a> {
    fn new(source: &'a Source) -> Self {
        let cursor = if source.text().starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let mut reader = Self {
            source,
            tree: Tree { units: Vec::new(), loose: Vec::new(), names: Vec::new() },
            cursor,
            last_end: cursor,
            open: Vec::new(),
            dashes: VecDeque::new(),
            anchors: VecDeque::new(),
            header: None,
        };
        reader.unit(0, cursor, None);
        reader
    }

    fn piece(&mut self, piece: Piece) -> Option<()> {
        let Piece { what, span, anchored } = piece;
        if matches!(what, What::Close) {
            if span.start < span.end {
                self.gap(span.start);
                self.pass(span.end);
            }
            let (unit, _) = self.open.pop()?;
            let end = self.last_end;
            self.tree.units[unit].end = end;
            self.tree.collection_mut(unit)?.end = end;
            return Some(());
        }
        self.gap(span.start);
        let anchor = if anchored { Some(self.anchors.pop_front()?) } else { None };
        let value = match what {
            What::Scalar(text, Style::Plain) if span.start == span.end && text == "~" => Value::Empty,
            What::Scalar(text, style) => Value::Scalar(self.scalar(text, style, span)),
            What::Alias => {
                let written = self.source.slice(span).to_owned();
                let name = written.trim_start_matches('*').to_owned();
                self.tree.names.push(Name { at: span.start, name, defined: false });
                Value::Alias(written)
            }
            What::Open { mapping, flow } => {
                let (start, end) = (span.start, span.end);
                Value::Collection(Collection { mapping, flow, start, end, units: Vec::new(), foot: Vec::new() })
            }
            What::Close | What::Comment(_) => return Some(()),
        };
        if span.start < span.end {
            self.pass(span.end);
        }
        self.place(anchor, value, span)
    }

    /// Puts a node where it belongs.
    fn place(&mut self, anchor: Option<String>, value: Value, span: Span) -> Option<()> {
        let unit = match self.open.last().copied() {
            None => 0,
            Some((owner, waiting)) if self.tree.units[owner].collection()?.mapping => match waiting {
                None => {
                    let Value::Scalar(key) = value else { return None };
                    let unit = self.unit(owner, span.start, Some((anchor, key)));
                    self.open.last_mut()?.1 = Some(unit);
                    return Some(());
                }
                Some(unit) => {
                    self.open.last_mut()?.1 = None;
                    unit
                }
            },
            Some((owner, _)) => {
                let flow = self.tree.units[owner].collection()?.flow;
                let begin = if flow { span.start } else { self.dashes.pop_front().unwrap_or(span.start) };
                self.unit(owner, begin, None)
            }
        };
        if matches!(value, Value::Collection(_)) {
            self.open.push((unit, None));
        }
        let end = self.last_end;
        let node = &mut self.tree.units[unit];
        (node.anchor, node.value, node.end) = (anchor, value, end);
        Some(())
    }

    /// A new unit, the last of its owner's.
    fn unit(&mut self, owner: usize, begin: usize, key: Option<(Option<String>, Scalar)>) -> usize {
        let unit = self.tree.units.len();
        let (start, _) = self.line(begin);
        // In a line after others, no blank line stands before it.
        let first = self.source.slice(Span::new(start, begin)).trim().is_empty();
        self.tree.units.push(Unit {
            owner,
            begin,
            end: self.last_end.max(begin),
            column: begin - start,
            blank: first && self.blank_before(start),
            key,
            anchor: None,
            value: Value::Empty,
            head: Vec::new(),
            trailing: Vec::new(),
        });
        if unit > 0
            && let Some(collection) = self.tree.collection_mut(owner)
        {
            collection.units.push(unit);
        }
        unit
    }

    fn scalar(&mut self, text: String, style: Style, span: Span) -> Scalar {
        let (mut raw, mut header) = (self.source.slice(span), String::new());
        if style == Style::Block
            && let Some((at, word)) = self.header.take()
        {
            header = word;
            let (start, line) = self.line(at);
            let rest = self.source.slice(Span::new((start + line.len()).min(span.end), span.end));
            raw = rest.strip_prefix('\r').unwrap_or(rest);
            raw = raw.strip_prefix('\n').unwrap_or(raw);
        }
        Scalar { text, raw: raw.to_owned(), style, header }
    }

    fn pass(&mut self, end: usize) {
        self.cursor = self.cursor.max(end);
        self.last_end = self.last_end.max(end);
    }

    /// Reads what stands between the parts, up to `end`.
    fn gap(&mut self, end: usize) {
        self.header = None;
        while self.cursor < end {
            let gap = self.source.slice(Span::new(self.cursor, end));
            let at = end - gap.trim_start().len();
            let rest = self.source.slice(Span::new(at, end));
            let length = if rest.starts_with('#') {
                self.comment(at)
            } else {
                let word = rest.split(char::is_whitespace).next().unwrap_or("");
                self.word(at, word);
                word.len()
            };
            self.cursor = (at + length).max(self.cursor + 1);
        }
        self.cursor = self.cursor.min(end.max(self.last_end));
    }

    fn word(&mut self, at: usize, word: &str) {
        // After a `:`, `,` or `?` without a space between.
        let bare = word.trim_start_matches([':', ',', '?']);
        if word == "-" {
            self.dashes.push_back(at);
        } else if let Some(name) = bare.strip_prefix('&') {
            self.tree.names.push(Name { at, name: name.to_owned(), defined: true });
            self.anchors.push_back(name.to_owned());
        } else if bare.starts_with(['|', '>']) {
            self.header = Some((at, bare.to_owned()));
        }
    }

    /// A comment, up to the end of its line.
    fn comment(&mut self, at: usize) -> usize {
        let (start, line) = self.line(at);
        let before = self.source.slice(Span::new(start, at));
        let written = self.source.slice(Span::new(at, start + line.len()));
        let own_line = before.trim().is_empty();
        let comment = Comment {
            text: written.trim_end().to_owned(),
            column: before.chars().count(),
            blank: own_line && self.blank_before(start),
        };
        self.tree.loose.push(Loose { at, own_line, comment });
        written.len()
    }

    /// The line of an offset, without a byte order mark.
    fn line(&self, at: usize) -> (usize, &'a str) {
        let (start, _) = self.source.line_at(at);
        let text = self.source.text().get(start..).unwrap_or("");
        let bare = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let line = bare.split(['\n', '\r']).next().unwrap_or("");
        (start + text.len() - bare.len(), line)
    }

    /// Whether the line before the one that starts here is blank.
    fn blank_before(&self, start: usize) -> bool {
        let before = self.source.text().get(..start).unwrap_or("");
        let before = before.strip_suffix('\n').map(|before| before.strip_suffix('\r').unwrap_or(before));
        before.is_some_and(|before| {
            let line = before.rsplit('\n').next().unwrap_or("");
            line.trim_start_matches(BYTE_ORDER_MARK).trim().is_empty()
        })
    }
}
