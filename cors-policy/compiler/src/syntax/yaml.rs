//! Reads YAML text into the spanned tree. Only this file and its folder name the parser's crate.
//!
//! Text that is not YAML only because a value lacks its quotes (`allow_origins: *`) is read again
//! with that value's first character replaced, so that the file's other faults are found as well.

mod anchor;
mod build;
mod fault;
mod key;
#[cfg(feature = "files")]
pub(super) mod pieces;

use std::collections::BTreeSet;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span as ParserSpan};

use self::anchor::MAX_DEPTH;
use self::build::{Builder, Shape};
use self::fault::Fault;
use super::sink::Sink;
use super::tree::{Kind, Node};
use crate::diagnostic::{Diagnostic, Diagnostics, code};
use crate::source::{MAX_SOURCE_BYTES, Source, Span};

/// The most bytes that are read in all, the first reading aside, to get past missing quotes.
const MAX_REPAIR_BYTES: usize = 4 * 1024 * 1024;

/// What replaces the first character of a value that lacks its quotes: as many bytes, harmless.
const HARMLESS: &str = "x";

/// Why reading ended early.
enum Stop {
    /// The value that begins at this offset lacks its quotes.
    Unquoted(usize),
    /// The rest cannot be read, for a reason that is reported already.
    Reported,
}

/// Reads a file. `None`: it has no tree; then an error is among the diagnostics.
pub fn parse(source: &Source, diagnostics: &mut Diagnostics) -> Option<Node> {
    if u64::try_from(source.text().len()).map_or(true, |length| length > MAX_SOURCE_BYTES) {
        diagnostics.push(
            Diagnostic::new(&code::UNSUPPORTED_YAML, "the file is too large")
                .at(Span::default(), "")
                .help(format!("a policy file has at most {} MiB", MAX_SOURCE_BYTES >> 20)),
        );
        return None;
    }
    let mut text = source.text().to_owned();
    let mut unquoted = BTreeSet::new();
    let mut budget = MAX_REPAIR_BYTES;
    loop {
        let mut sink = Sink::default();
        let mut builder = Builder::new(source, &mut sink, unquoted.clone());
        let outcome = read(&text, &mut builder);
        if let Err(Stop::Unquoted(offset)) = outcome {
            let repaired = text.len() <= budget && make_harmless(&mut text, offset);
            if repaired && unquoted.insert(offset) {
                // What was found so far will be found again.
                budget -= text.len();
                continue;
            }
            builder.unquoted(Span::new(offset, offset + 1));
        }
        builder.report_pending();
        let root = builder.finish().filter(|root| !matches!(root.kind, Kind::Empty));
        if outcome.is_ok() && root.is_none() {
            sink.push(empty_file());
        }
        sink.drain_into(diagnostics);
        return root.filter(|_| outcome.is_ok());
    }
}

/// Replaces the character at `offset`, which must be a single byte.
fn make_harmless(text: &mut String, offset: usize) -> bool {
    let range = offset..offset + HARMLESS.len();
    let fits = text.get(range.clone()).is_some();
    if fits {
        text.replace_range(range, HARMLESS);
    }
    fits
}

fn empty_file() -> Diagnostic {
    let message = "the file is empty: `version` and `policies` are required";
    Diagnostic::new(&code::MISSING_KEY, message)
        .at(Span::default(), "")
        .help("begin with `version: 1`, then `policies:` and the policies, indented, by name")
}

/// One reading of the text.
fn read(text: &str, builder: &mut Builder<'_>) -> Result<(), Stop> {
    let options = granit_parser::options! {
        // `strict_indentation` stays off: it refuses a `]` at its key's column, which is common.
        emit_unresolved_aliases: true,
        disallow_directives: true,
        emit_comments: false,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut documents = 0;
    // Where the last node began, if it was an alias without an anchor.
    let mut unresolved = None;
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, at) = event.map_err(|error| stop(&error, unresolved, text, builder))?;
        let span = bytes(&at);
        let tagged = event.tag().is_some();
        if tagged {
            builder.tag(at.tag_span().map_or(span, |tag| bytes(&tag)));
        }
        if event.is_node() {
            unresolved = matches!(event, Event::UnresolvedAlias(_)).then_some(span.start);
        }
        match event {
            Event::DocumentStart(..) => {
                documents += 1;
                if documents > 1 {
                    builder.second_document(span);
                    return Ok(());
                }
            }
            Event::Scalar(text, style, anchor, _) => {
                let plain = matches!(style, ScalarStyle::Plain);
                let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                builder.scalar(&text, plain, block, span, anchor, tagged)?;
            }
            Event::SequenceStart(_, anchor, _) => builder.open(Shape::Sequence, span, anchor)?,
            Event::MappingStart(_, anchor, _) => builder.open(Shape::Mapping, span, anchor)?,
            Event::SequenceEnd | Event::MappingEnd => builder.close(span),
            Event::Alias(anchor) => builder.alias(anchor, span)?,
            Event::UnresolvedAlias(_) => builder.unresolved_alias(span)?,
            _ => {}
        }
    }
    Ok(())
}

fn bytes(span: &ParserSpan) -> Span {
    // Offsets are always known for a text in memory.
    let start = span.start.byte_offset().unwrap_or_default();
    Span::new(start, span.end.byte_offset().unwrap_or(start).max(start))
}

/// What to do about an error of the parser.
fn stop(error: &ScanError, unresolved: Option<usize>, text: &str, builder: &mut Builder<'_>) -> Stop {
    let at = error.marker().byte_offset().unwrap_or(text.len());
    let begins_with = |indicators: &[char]| text.get(at..).is_some_and(|t| t.starts_with(indicators));
    let unquoted = match error.kind() {
        ErrorKind::MissingAnchorOrAliasName => begins_with(&['*', '&']),
        ErrorKind::UnexpectedCharacter { .. } => begins_with(&['@', '`', '%']),
        // `*: 1`, read as an alias of `:` where a key is due.
        ErrorKind::SimpleKeyExpected => begins_with(&['*']),
        _ => false,
    };
    if unquoted {
        return Stop::Unquoted(at);
    }
    // `*.example.com, https://a.example`: the alias was read, and what follows it makes no sense.
    if let Some(alias) = unresolved
        && let Some(between) = text.get(alias..at)
        && !between.contains(['\n', '\r'])
    {
        return Stop::Unquoted(alias);
    }
    builder.fault(fault(error.kind()), at);
    Stop::Reported
}

/// The parser's errors in our terms.
fn fault(kind: &ErrorKind) -> Fault {
    use ErrorKind as E;
    match kind {
        E::TabNotAllowed
        | E::TabInBlockIndentation
        | E::TabInIndentation
        | E::TabAtBlockScalarStart
        | E::TabInPlainScalar => Fault::Tab,
        E::UnclosedFlowCollection { open } => Fault::Unclosed(*open),
        E::MismatchedFlowCollectionEnd { open, close } => Fault::Mismatched(*open, *close),
        E::MisplacedFlowCollectionEnd => Fault::Unopened,
        E::MappingValueNotAllowed | E::InvalidColonPlacement => Fault::Colon,
        E::SimpleKeyExpected | E::InvalidSimpleKey => Fault::NoColon,
        E::ExpectedBlockMappingKey
        | E::ExpectedBlockSequenceEntry
        | E::ExpectedDocumentStart
        | E::InvalidIndentation => Fault::Misplaced,
        E::BlockSequenceEntryNotAllowed => Fault::ListOnKeyLine,
        E::BlockEntryInFlowCollection | E::PlainScalarStartsWithDashFlowIndicator => Fault::DashInFlow,
        E::ExpectedFlowMappingSeparator
        | E::ExpectedFlowSequenceSeparator
        | E::UnexpectedEofFlowMapping
        | E::UnexpectedEofFlowSequence => Fault::NoComma,
        E::UnexpectedEofImplicitFlowMapping => Fault::NoItem,
        E::UnclosedQuotedScalar | E::InvalidQuotedScalarIndent | E::DocumentIndicatorInQuotedScalar => Fault::OpenQuote,
        E::InvalidTrailingDoubleQuotedScalar | E::InvalidTrailingSingleQuotedScalar => Fault::AfterQuote,
        E::UnknownQuotedScalarEscape
        | E::InvalidQuotedScalarHexEscape
        | E::InvalidUnicodeEscape
        | E::InvalidLowSurrogate
        | E::InvalidLowSurrogateHexEscape
        | E::MissingLowSurrogate
        | E::UnpairedLowSurrogate => Fault::Escape,
        E::CommentNotSeparated => Fault::Comment,
        E::UnexpectedCharacter { character } => Fault::Character(*character),
        E::BomInsideDocument => Fault::Character('\u{feff}'),
        E::RecursionLimitExceeded => Fault::Depth,
        E::DirectiveDisallowed => Fault::Directive,
        E::UndeclaredTagHandle
        | E::MissingTagUri
        | E::UnclosedVerbatimTag
        | E::ExpectedTagBang
        | E::InvalidTagTerminator
        | E::InvalidGlobalTagCharacter
        | E::InvalidTagEscape
        | E::InvalidTagUtf8
        | E::InvalidTagUtf8LeadingByte
        | E::InvalidTagUtf8TrailingByte => Fault::Tag,
        other => Fault::Other(other.to_string()),
    }
}
