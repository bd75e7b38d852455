//! `regex:` entries: a subset of regular expressions that means the same everywhere.
//!
//! Literals, ASCII classes, groups, alternation, greedy and counted repetition. The expression matches
//! the whole origin, so that anchors at its ends are redundant.

mod classes;
mod loose_dots;
mod read;

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use regex_syntax::ast::{self, Span};

use self::read::{Ends, Reader};
use super::dfa::MOST_STATES;
use super::expression::Expression;
use super::sent;
use super::site::foreign_site;
use super::{Dfa, Language, TooLarge};
use crate::diagnostic::Code;
use crate::diagnostic::code::{REGEX_MATCHES_NOTHING, REGEX_SYNTAX, REGEX_TOO_LARGE, REGEX_UNSUPPORTED};
use crate::fetch::pattern::{OriginPattern, RegexPattern};

/// What is wrong with an expression, and which bytes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which rule it breaks.
    pub code: &'static Code,
    /// The bytes of the text that break it.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: &'static str,
}

/// An expression that was read.
#[derive(Debug, Clone)]
pub struct Regex {
    /// What it matches.
    pub expression: Expression,
    /// Where a `.` stands between two characters of labels, so that the author may well have meant a dot.
    pub loose_dots: Vec<usize>,
    /// Each alternative of `|`, with what the expression would match if it had to be the one taken.
    pub alternatives: Vec<(Range<usize>, Expression)>,
}

/// How deep groups may stand in each other.
const NESTING: u32 = 50;
/// The longest expression that is read, in bytes.
const LONGEST: usize = 4096;
/// The most positions of an expression, counted repetitions written out.
const MOST_POSITIONS: usize = 1_000;
/// The most pairs of positions that follow each other.
const MOST_EDGES: usize = 20_000;
/// The most alternatives of `|` that are looked at one by one.
const MOST_ALTERNATIVES: usize = 200;

/// Reads an expression.
///
/// # Errors
/// The first fault of its syntax, or everything in it that is not portable.
pub fn parse(text: &str) -> Result<Regex, Vec<Fault>> {
    if text.len() > LONGEST {
        let message = format!("the expression has {} bytes; at most {LONGEST} are read", text.len());
        let help = "write the origins as entries of their own";
        return Err(vec![Fault { code: &REGEX_TOO_LARGE, range: 0..text.len(), message, help }]);
    }
    let parsed = ast::parse::ParserBuilder::new().nest_limit(NESTING).build().parse(text);
    let ast = parsed.map_err(|error| vec![syntax_fault(&error, text)])?;
    let mut reader = Reader::default();
    let expression = reader.read(&ast, Ends { start: true, end: true });
    if !reader.faults.is_empty() {
        return Err(reader.faults);
    }
    let alternatives = reader.alternatives.iter().take(MOST_ALTERNATIVES).map(|span| {
        let mut reader = Reader { only: Some(*span), ..Reader::default() };
        (range(span), reader.read(&ast, Ends { start: true, end: true }))
    });
    Ok(Regex { expression, loose_dots: loose_dots::of(&ast), alternatives: alternatives.collect() })
}

/// Reads a `regex:` entry as an origin pattern.
///
/// # Errors
/// As [`parse`], and if its automaton is too large or no serialized origin matches.
pub fn pattern(text: &str) -> Result<OriginPattern, Vec<Fault>> {
    let regex = parse(text)?;
    let fault =
        |code, message: &str, help| vec![Fault { code, range: 0..text.len(), message: message.to_owned(), help }];
    let oversized = |message: &str| {
        fault(&REGEX_TOO_LARGE, message, "write the origins as entries of their own, or with `*` in the host")
    };
    let too_large = |_: TooLarge| {
        oversized(&format!("the automaton of the expression has more than {MOST_STATES} states, or is as costly"))
    };
    let origins = Language::new(&Expression::serialized_origin()).map_err(too_large)?;
    let wanted = Language::new(&regex.expression).map_err(too_large)?;
    // Beyond this every question to the automaton takes seconds.
    let (positions, edges) = wanted.nfa.size();
    if positions > MOST_POSITIONS || edges > MOST_EDGES {
        let size = format!(
            "the expression has {positions} positions, its repetitions written out, with {edges} ways between them"
        );
        return Err(oversized(&format!("{size}; at most {MOST_POSITIONS} with {MOST_EDGES} are compiled")));
    }
    let dfa = Dfa::intersection(&[&wanted, &origins]).map_err(too_large)?;
    let help = "it must match whole origins: lower case, with a scheme, without a path, trailing slash or default port";
    if !dfa.fits_labels() || !matches_serialized(&Language::from(&dfa)) {
        return Err(fault(&REGEX_MATCHES_NOTHING, "no serialized origin matches this expression", help));
    }
    let dead = regex.alternatives.iter().filter(|(_, narrowed)| {
        Language::new(narrowed).is_ok_and(|narrowed| narrowed.nfa.size().0 > 0 && !matches_serialized(&narrowed))
    });
    let message = "no serialized origin matches this alternative";
    let dead: Vec<Fault> = dead
        .map(|(range, _)| Fault {
            code: &REGEX_MATCHES_NOTHING,
            range: range.clone(),
            message: message.to_owned(),
            help,
        })
        .collect();
    if !dead.is_empty() {
        return Err(dead);
    }
    let foreign_site = foreign_site(&dfa, text);
    Ok(OriginPattern::Regex(Arc::new(RegexPattern { text: text.to_owned(), regex, dfa, foreign_site })))
}

/// Whether one of these is an origin that browsers serialize.
fn matches_serialized(origins: &Language) -> bool {
    SERIALIZED.as_ref().is_none_or(|serialized| origins.meets(serialized) != Ok(false))
}

/// The origins that browsers serialize; `None` never happens: it is small.
static SERIALIZED: LazyLock<Option<Dfa>> = LazyLock::new(|| {
    let grammar = Expression::concat([Expression::scheme(), Expression::literal("://"), Expression::canonical_host()]);
    let grammar = Language::new(&grammar.with_port()).ok()?;
    Dfa::difference(&[&grammar], &[sent::NEVER.as_ref()?]).ok()
});

fn range(span: &Span) -> Range<usize> {
    span.start.offset..span.end.offset
}

fn syntax_fault(error: &ast::Error, text: &str) -> Fault {
    let (code, help) = match error.kind() {
        ast::ErrorKind::UnsupportedLookAround => {
            (&REGEX_UNSUPPORTED, "look-around is not portable; write what the whole origin looks like")
        }
        ast::ErrorKind::UnsupportedBackreference => {
            (&REGEX_UNSUPPORTED, "back-references are not portable; write the alternatives out")
        }
        ast::ErrorKind::NestLimitExceeded(_) => (&REGEX_TOO_LARGE, "write the origins as entries of their own"),
        _ => (&REGEX_SYNTAX, "a character that is meant literally has a `\\` before it"),
    };
    let span = range(error.span());
    let range = if span.is_empty() { span.start.saturating_sub(1)..span.end.min(text.len()) } else { span };
    Fault { code, range, message: error.kind().to_string(), help }
}

#[cfg(test)]
mod tests {
    /// Without it every alternative would pass as one that matches an origin.
    #[test]
    fn the_automaton_of_what_browsers_serialize_is_there() {
        let serialized = super::SERIALIZED.as_ref().unwrap();
        for (origin, expected) in [
            ("https://a.example", true),
            ("https://a.example:8443", true),
            ("https://a.example:443", false),
            ("file://a.example", false),
            ("https://1.2.3.4", true),
            ("https://1.2.3.256", false),
            ("https://a.example/", false),
        ] {
            assert_eq!(serialized.matches(origin.as_bytes()), expected, "{origin}");
        }
    }
}
