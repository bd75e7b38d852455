//! `regex:` entries: a subset of regular expressions that means the same everywhere.
//!
//! Literals, ASCII classes, groups, alternation, greedy and counted repetition. The expression matches
//! the whole origin, so that anchors at its ends are redundant.

mod loose_dots;

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use regex_syntax::ast::{
    self, Assertion, AssertionKind, Ast, ClassAscii, ClassAsciiKind, ClassBracketed, ClassPerl, ClassPerlKind,
    ClassSet, ClassSetItem, GroupKind, Literal, Repetition, RepetitionKind, RepetitionRange, Span,
};

use super::byte_set::ByteSet;
use super::dfa::MOST_STATES;
use super::expression::Expression;
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
/// The most repetitions that a count may ask for.
const MOST_REPETITIONS: u32 = 1000;

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
    static GRAMMAR: LazyLock<Option<[Language; 2]>> = LazyLock::new(|| {
        let origins =
            Expression::concat([Expression::scheme(), Expression::literal("://"), Expression::canonical_host()]);
        let [origins, never] = [origins.with_port(), Expression::never_serialized()];
        Some([Language::new(&origins).ok()?, Language::new(&never).ok()?])
    });
    let Some([grammar, never]) = GRAMMAR.as_ref() else { return true };
    Language::witness(&[origins, grammar], &[never]) != Ok(None)
}

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

/// Whether a part of the expression stands at the ends of the whole.
#[derive(Clone, Copy)]
struct Ends {
    start: bool,
    end: bool,
}

#[derive(Default)]
struct Reader {
    faults: Vec<Fault>,
    /// Where each alternative of a `|` stands.
    alternatives: Vec<Span>,
    /// The alternative to which the expression is narrowed.
    only: Option<Span>,
}

impl Reader {
    /// Reports something that is not portable; it reads as the empty string.
    fn unsupported(&mut self, span: &Span, what: &str, help: &'static str) -> Expression {
        let message = format!("{what} cannot be used here");
        self.faults.push(Fault { code: &REGEX_UNSUPPORTED, range: range(span), message, help });
        Expression::EMPTY
    }

    fn read(&mut self, ast: &Ast, ends: Ends) -> Expression {
        match ast {
            Ast::Empty(_) => Expression::EMPTY,
            Ast::Flags(flags) => self.unsupported(
                &flags.span,
                "a flag",
                "origins are lower case and compared as they are: leave flags out",
            ),
            Ast::Literal(literal) => Expression::Bytes(self.literal(literal)),
            Ast::Dot(_) => Expression::Bytes(negate(ByteSet::byte(b'\n'))),
            Ast::Assertion(assertion) => self.assertion(assertion, ends),
            Ast::ClassUnicode(class) => {
                self.unsupported(&class.span, "a Unicode class", "origins are ASCII: write a class such as `[a-z0-9]`")
            }
            Ast::ClassPerl(class) => Expression::Bytes(perl(class)),
            Ast::ClassBracketed(class) => Expression::Bytes(self.bracketed(class)),
            Ast::Repetition(repetition) => self.repetition(repetition),
            Ast::Group(group) => {
                match &group.kind {
                    GroupKind::CaptureIndex(_) => {}
                    GroupKind::NonCapturing(flags) if flags.items.is_empty() => {}
                    GroupKind::NonCapturing(_) => {
                        let help = "origins are lower case and compared as they are: leave flags out";
                        self.unsupported(&group.span, "a flag", help);
                    }
                    GroupKind::CaptureName { .. } => {
                        self.unsupported(
                            &group.span,
                            "a named group",
                            "nginx would make a variable of it: write `(…)`",
                        );
                    }
                }
                self.read(&group.ast, ends)
            }
            Ast::Alternation(alternation) => {
                // With an empty one it is just another way to say that the rest is optional.
                if !alternation.asts.iter().any(|ast| matches!(ast, Ast::Empty(_))) {
                    self.alternatives.extend(alternation.asts.iter().map(Ast::span));
                }
                let narrowed = alternation.asts.iter().find(|ast| self.is_within(ast.span()));
                let parts = narrowed.map_or(alternation.asts.as_slice(), std::slice::from_ref);
                Expression::any_of(parts.iter().map(|ast| self.read(ast, ends)).collect::<Vec<_>>())
            }
            Ast::Concat(concat) => {
                let is_anchor = |ast: &Ast| matches!(ast, Ast::Assertion(_));
                let first = concat.asts.iter().position(|ast| !is_anchor(ast)).unwrap_or(0);
                let last = concat.asts.iter().rposition(|ast| !is_anchor(ast)).unwrap_or(0);
                let part = |(index, ast)| {
                    let here = Ends { start: ends.start && index <= first, end: ends.end && index >= last };
                    self.read(ast, here)
                };
                Expression::concat(concat.asts.iter().enumerate().map(part).collect::<Vec<_>>())
            }
        }
    }

    /// Whether the alternative to which the expression is narrowed stands here.
    fn is_within(&self, span: &Span) -> bool {
        self.only.is_some_and(|only| span.start.offset <= only.start.offset && only.end.offset <= span.end.offset)
    }

    fn assertion(&mut self, assertion: &Assertion, ends: Ends) -> Expression {
        match assertion.kind {
            AssertionKind::StartLine | AssertionKind::StartText if ends.start => Expression::EMPTY,
            AssertionKind::EndLine | AssertionKind::EndText if ends.end => Expression::EMPTY,
            AssertionKind::StartLine | AssertionKind::StartText | AssertionKind::EndLine | AssertionKind::EndText => {
                self.unsupported(&assertion.span, "an anchor", "the expression matches the whole origin: leave it out")
            }
            _ => self.unsupported(&assertion.span, "a word boundary", "write what stands on both sides of it"),
        }
    }

    fn repetition(&mut self, repetition: &Repetition) -> Expression {
        let op = &repetition.op;
        if !repetition.greedy {
            self.unsupported(&op.span, "a lazy repetition", "the whole origin is matched: write it without the `?`");
        }
        if let Ast::Repetition(inner) = repetition.ast.as_ref() {
            let help = "some engines read this as possessive: put the inner repetition in a group";
            self.unsupported(&Span::new(inner.op.span.start, op.span.end), "a repetition of a repetition", help);
        }
        let (min, max) = match op.kind {
            // Left out, the alternative that it is narrowed to would not be taken.
            RepetitionKind::ZeroOrOne if self.is_within(&repetition.span) => (1, Some(1)),
            RepetitionKind::ZeroOrOne => (0, Some(1)),
            RepetitionKind::ZeroOrMore => (0, None),
            RepetitionKind::OneOrMore => (1, None),
            RepetitionKind::Range(RepetitionRange::Exactly(times)) => (times, Some(times)),
            RepetitionKind::Range(RepetitionRange::AtLeast(min)) => (min, None),
            RepetitionKind::Range(RepetitionRange::Bounded(min, max)) => (min, Some(max)),
        };
        if min.max(max.unwrap_or(0)) > MOST_REPETITIONS {
            let message = format!("a repetition of more than {MOST_REPETITIONS} times");
            let help = "an origin is shorter than that: write a smaller count, or `*`";
            self.faults.push(Fault { code: &REGEX_TOO_LARGE, range: range(&op.span), message, help });
            return Expression::EMPTY;
        }
        // What is repeated stands at an end of the whole only if it is there once at the most.
        let ends = Ends { start: false, end: false };
        let inner = self.read(&repetition.ast, ends);
        if self.is_within(&repetition.span) && (min, max) != (1, Some(1)) {
            // Some time round it is this alternative; the others may be any. (The count is left aside.)
            let only = self.only.take();
            let any = self.read(&repetition.ast, ends).at_least(0);
            self.only = only;
            return Expression::concat([any.clone(), inner, any]);
        }
        Expression::Repetition { inner: Box::new(inner), min, max }
    }

    /// The byte of a literal; a fault if it is not ASCII.
    fn literal(&mut self, literal: &Literal) -> ByteSet {
        match u8::try_from(literal.c) {
            Ok(byte) if byte.is_ascii() => ByteSet::byte(byte),
            _ => {
                let what = format!("`{}`", literal.c);
                self.unsupported(&literal.span, &what, "origins are ASCII: write the host as A-labels (punycode)");
                ByteSet::EMPTY
            }
        }
    }

    fn bracketed(&mut self, class: &ClassBracketed) -> ByteSet {
        let set = match &class.kind {
            ClassSet::Item(item) => self.item(item),
            ClassSet::BinaryOp(operation) => {
                let help = "set operations are not portable: write the class out";
                self.unsupported(&operation.span, "an operation on classes", help);
                ByteSet::EMPTY
            }
        };
        if class.negated { negate(set) } else { set }
    }

    fn item(&mut self, item: &ClassSetItem) -> ByteSet {
        match item {
            ClassSetItem::Empty(_) => ByteSet::EMPTY,
            ClassSetItem::Literal(literal) => self.literal(literal),
            ClassSetItem::Range(range) => {
                let (start, end) = (self.literal(&range.start), self.literal(&range.end));
                match (start.iter().next(), end.iter().next()) {
                    (Some(start), Some(end)) => ByteSet::range(start, end),
                    _ => ByteSet::EMPTY,
                }
            }
            ClassSetItem::Ascii(class) => ascii(class),
            ClassSetItem::Unicode(class) => {
                self.unsupported(&class.span, "a Unicode class", "origins are ASCII: write a class such as `[a-z0-9]`");
                ByteSet::EMPTY
            }
            ClassSetItem::Perl(class) => perl(class),
            ClassSetItem::Bracketed(class) => {
                self.unsupported(&class.span, "a class in a class", "write one class, or escape the `[`");
                ByteSet::EMPTY
            }
            ClassSetItem::Union(union) => {
                union.items.iter().map(|item| self.item(item)).fold(ByteSet::EMPTY, ByteSet::union)
            }
        }
    }
}

fn negate(set: ByteSet) -> ByteSet {
    (0..=u8::MAX).filter(|&byte| !set.contains(byte)).collect()
}

fn perl(class: &ClassPerl) -> ByteSet {
    let set = match class.kind {
        ClassPerlKind::Digit => ByteSet::range(b'0', b'9'),
        ClassPerlKind::Space => b" \t\n\x0b\x0c\r".iter().copied().collect(),
        ClassPerlKind::Word => where_ascii(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
    };
    if class.negated { negate(set) } else { set }
}

fn ascii(class: &ClassAscii) -> ByteSet {
    let holds: fn(u8) -> bool = match class.kind {
        ClassAsciiKind::Alnum => |byte| byte.is_ascii_alphanumeric(),
        ClassAsciiKind::Alpha => |byte| byte.is_ascii_alphabetic(),
        ClassAsciiKind::Ascii => |_| true,
        ClassAsciiKind::Blank => |byte| byte == b' ' || byte == b'\t',
        ClassAsciiKind::Cntrl => |byte| byte.is_ascii_control(),
        ClassAsciiKind::Digit => |byte| byte.is_ascii_digit(),
        ClassAsciiKind::Graph => |byte| byte.is_ascii_graphic(),
        ClassAsciiKind::Lower => |byte| byte.is_ascii_lowercase(),
        ClassAsciiKind::Print => |byte| byte.is_ascii_graphic() || byte == b' ',
        ClassAsciiKind::Punct => |byte| byte.is_ascii_punctuation(),
        ClassAsciiKind::Space => |byte| byte.is_ascii_whitespace() || byte == 0x0b,
        ClassAsciiKind::Upper => |byte| byte.is_ascii_uppercase(),
        ClassAsciiKind::Word => |byte| byte.is_ascii_alphanumeric() || byte == b'_',
        ClassAsciiKind::Xdigit => |byte| byte.is_ascii_hexdigit(),
    };
    let set = where_ascii(holds);
    if class.negated { negate(set) } else { set }
}

fn where_ascii(holds: impl Fn(u8) -> bool) -> ByteSet {
    (0..=0x7f).filter(|&byte| holds(byte)).collect()
}
