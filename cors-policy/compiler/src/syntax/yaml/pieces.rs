//! What a text that is known to be readable consists of, for whoever lays it out anew.

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use super::bytes;
use crate::source::Span;

/// A part of the text, in the order of the text.
#[derive(Debug)]
pub(in crate::syntax) struct Piece {
    pub(in crate::syntax) what: What,
    /// The text itself. Block collections have none: they begin where it starts, and end anywhere.
    pub(in crate::syntax) span: Span,
    /// Whether an anchor stands before it.
    pub(in crate::syntax) anchored: bool,
}

/// What a part of the text is.
#[derive(Debug)]
pub(in crate::syntax) enum What {
    /// A scalar and its text, escapes resolved.
    Scalar(String, Style),
    /// `*name`.
    Alias,
    /// The start of a mapping or a list.
    Open { mapping: bool, flow: bool },
    /// The end of the innermost collection.
    Close,
    /// A comment, without the `#`.
    Comment(String),
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::syntax) enum Style {
    Plain,
    Quoted,
    /// `|` or `>`.
    Block,
}

/// The parts of a text; `None` if it cannot be read.
pub(in crate::syntax) fn pieces(text: &str, comments: bool) -> Option<Vec<Piece>> {
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        disallow_directives: true,
        emit_comments: comments,
    };
    let mut pieces = Vec::new();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, at) = event.ok()?;
        let is_flow = |style: &StructureStyle| matches!(style, StructureStyle::Flow);
        let (what, anchor) = match event {
            Event::Scalar(text, style, anchor, _) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
                    _ => Style::Quoted,
                };
                (What::Scalar(text.into_owned(), style), anchor)
            }
            Event::Alias(_) => (What::Alias, 0),
            Event::SequenceStart(style, anchor, _) => (What::Open { mapping: false, flow: is_flow(&style) }, anchor),
            Event::MappingStart(style, anchor, _) => (What::Open { mapping: true, flow: is_flow(&style) }, anchor),
            Event::SequenceEnd | Event::MappingEnd => (What::Close, 0),
            Event::Comment(text, _) => (What::Comment(text.into_owned()), 0),
            Event::UnresolvedAlias(_) => return None,
            _ => continue,
        };
        pieces.push(Piece { what, span: bytes(&at), anchored: anchor != 0 });
    }
    Some(pieces)
}
