//! Puts the parser's events together to a tree, within the budgets and without the parts of YAML
//! that policies do without.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::anchor::{Anchors, MAX_DEPTH, MAX_NODES, Refusal, Weight};
use super::fault::{self, Fault};
use super::key;
use super::{Sink, Stop};
use crate::diagnostic::{Diagnostic, code};
use crate::source::{Source, Span, Spanned};
use crate::syntax::tree::{Entry, Kind, Node};

/// What a collection is.
pub(super) enum Shape {
    Sequence,
    Mapping,
}

/// The tree so far.
pub(super) struct Builder<'a> {
    source: &'a Source,
    sink: &'a mut Sink,
    /// Collections that are still open, the innermost last.
    open: Vec<Frame>,
    anchors: Anchors,
    root: Option<Node>,
    /// Where the last text of a node ended: block collections end there, not where the parser says.
    last_end: usize,
    nodes: usize,
    /// Values without their quotes, made harmless in the parser's text, not yet reported.
    pending: BTreeSet<usize>,
}

/// A collection that is still open.
struct Frame {
    start: usize,
    /// Begun by `[` or `{`.
    flow: bool,
    anchor: usize,
    weight: Weight,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<Entry>, keys: HashMap<Rc<str>, Span>, next: Next },
}

/// What comes next in a mapping.
enum Next {
    Key,
    /// A value, and its key. `None`: the key was refused, and the value goes with it.
    Value(Option<Spanned<Rc<str>>>),
}

impl<'a> Builder<'a> {
    pub(super) fn new(source: &'a Source, sink: &'a mut Sink, pending: BTreeSet<usize>) -> Self {
        Self { source, sink, open: Vec::new(), anchors: Anchors::default(), root: None, last_end: 0, nodes: 0, pending }
    }

    /// The finished tree; `None` if there was no node.
    pub(super) fn finish(self) -> Option<Node> {
        self.root
    }

    /// A scalar.
    pub(super) fn scalar(
        &mut self,
        text: &str,
        plain: bool,
        block: bool,
        mut span: Span,
        anchor: usize,
        tagged: bool,
    ) -> Result<(), Stop> {
        self.count(span)?;
        if block {
            // The parser counts the blank lines after a block scalar in.
            span.end = span.start + self.source.slice(span).trim_end().len();
        }
        let kind = if plain && self.pending.contains(&span.start) {
            self.unquoted(span);
            Kind::Bad
        } else if tagged {
            Kind::Bad
        } else if plain && span.start == span.end {
            span = self.empty_item(span);
            Kind::Empty
        } else {
            Kind::Scalar { text: Rc::from(text), plain }
        };
        self.last_end = self.last_end.max(span.end);
        self.add(Node::new(kind, span), Weight::SCALAR, anchor);
        Ok(())
    }

    /// The start of a collection.
    pub(super) fn open(&mut self, shape: Shape, span: Span, anchor: usize) -> Result<(), Stop> {
        self.count(span)?;
        if self.open.len() >= MAX_DEPTH {
            self.fault(Fault::Depth, span.start);
            return Err(Stop::Reported);
        }
        let flow = span.start < span.end;
        let start = if flow { span.start } else { self.block_start(&shape, span.start) };
        let content = match shape {
            Shape::Sequence => Content::Sequence(Vec::new()),
            Shape::Mapping => Content::Mapping { entries: Vec::new(), keys: HashMap::new(), next: Next::Key },
        };
        self.open.push(Frame { start, flow, anchor, weight: Weight::COLLECTION, content });
        Ok(())
    }

    /// The end of the innermost collection.
    pub(super) fn close(&mut self, span: Span) {
        let Some(frame) = self.open.pop() else { return };
        if span.start < span.end {
            self.last_end = span.end;
        }
        let kind = match frame.content {
            Content::Sequence(items) => Kind::Sequence(items.into()),
            Content::Mapping { entries, .. } => Kind::Mapping(entries.into()),
        };
        let span = Span::new(frame.start, self.last_end.max(frame.start));
        self.add(Node::new(kind, span), frame.weight, frame.anchor);
    }

    /// An alias of an anchor that is defined above it.
    pub(super) fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Stop> {
        self.count(span)?;
        self.last_end = span.end;
        let target = self.anchors.resolve(anchor, span, self.open.len());
        let (node, weight) = target.unwrap_or_else(|refusal| {
            self.refuse(&refusal, span);
            (Node::new(Kind::Bad, span), Weight::SCALAR)
        });
        self.add(node, weight, 0);
        Ok(())
    }

    fn refuse(&mut self, refusal: &Refusal, span: Span) {
        match refusal {
            Refusal::Itself => {
                let message = "an alias of a value that contains it";
                self.unsupported(span, message, "write the value out");
            }
            Refusal::TooDeep => self.fault(Fault::Depth, span.start),
            Refusal::TooLarge => {
                let message = format!("aliases repeat more than {MAX_NODES} nodes");
                self.unsupported(span, &message, "repeat less, or write the values out");
            }
            Refusal::TooLargeAgain => {}
        }
    }

    /// An alias of nothing: a misspelt name, or a `*` that lacks its quotes.
    pub(super) fn unresolved_alias(&mut self, span: Span) -> Result<(), Stop> {
        self.count(span)?;
        self.last_end = span.end;
        let text = self.source.slice(span);
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        match text.strip_prefix('*') {
            Some(name) if name.chars().all(is_name) => self.sink.push(fault::no_anchor(name, span)),
            _ => self.unquoted(span),
        }
        self.add(Node::new(Kind::Bad, span), Weight::SCALAR, 0);
        Ok(())
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, mut node: Node, weight: Weight, anchor: usize) {
        if anchor != 0 {
            self.anchors.define(anchor, &node, weight);
        }
        let Some(frame) = self.open.last_mut() else {
            self.root.get_or_insert(node);
            return;
        };
        frame.weight.add(weight);
        match &mut frame.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping { entries, keys, next } => match std::mem::replace(next, Next::Key) {
                Next::Value(Some(key)) => {
                    if matches!(node.kind, Kind::Empty) {
                        node.span = key.span();
                    }
                    entries.push((key, node));
                }
                Next::Value(None) => {}
                Next::Key => *next = Next::Value(key::read(&node, self.source, keys, self.sink)),
            },
        }
    }

    /// Counts a node against the budget.
    fn count(&mut self, span: Span) -> Result<(), Stop> {
        self.nodes = self.nodes.saturating_add(1);
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        self.unsupported(span, &format!("more than {MAX_NODES} nodes"), "split the file");
        Err(Stop::Reported)
    }

    /// A list that stands at its key's own column starts at its `-`; the parser points behind it.
    fn block_start(&self, shape: &Shape, start: usize) -> usize {
        let in_mapping = |frame: &Frame| matches!(frame.content, Content::Mapping { .. });
        if matches!(shape, Shape::Sequence) && self.open.last().is_some_and(in_mapping) {
            return self.dash_of_line(start).unwrap_or(start);
        }
        start
    }

    /// An item that was left out is shown at its `-`.
    fn empty_item(&self, span: Span) -> Span {
        let in_list = |frame: &Frame| !frame.flow && matches!(frame.content, Content::Sequence(_));
        let dash = self.open.last().filter(|frame| in_list(frame));
        dash.and_then(|_| self.dash_of_line(span.start)).map_or(span, |dash| Span::new(dash, dash + 1))
    }

    /// The `-` that the line of `offset` begins with.
    fn dash_of_line(&self, offset: usize) -> Option<usize> {
        let (start, line) = self.source.line_at(offset);
        let indent = line.len() - line.trim_start().len();
        let dash = start + indent;
        (line.trim_start().starts_with('-') && dash <= offset).then_some(dash)
    }

    /// Reports what stopped the parser at `offset`.
    pub(super) fn fault(&mut self, fault: Fault, offset: usize) {
        let bracket = self.open.iter().rfind(|frame| frame.flow);
        let bracket = bracket.map(|frame| frame.start);
        self.sink.push(fault::diagnose(fault, offset, self.source, bracket, self.last_end));
    }

    /// Reports a tag.
    pub(super) fn tag(&mut self, span: Span) {
        self.fault(Fault::Tag, span.start);
    }

    /// Reports a second document, which is not read.
    pub(super) fn second_document(&mut self, span: Span) {
        self.unsupported(span, "a second document in the file", "write one file per document");
    }

    /// Reports a value that lacks its quotes.
    pub(super) fn unquoted(&mut self, span: Span) {
        self.pending.remove(&span.start);
        self.sink.push(fault::unquoted(span, self.source));
    }

    /// Reports the values without quotes that the parser read past and never handed over.
    pub(super) fn report_pending(&mut self) {
        for start in std::mem::take(&mut self.pending) {
            self.unquoted(Span::new(start, start + 1));
        }
    }

    fn unsupported(&mut self, span: Span, message: &str, help: &str) {
        self.sink.push(Diagnostic::new(&code::UNSUPPORTED_YAML, message).at(span, "").help(help));
    }
}
