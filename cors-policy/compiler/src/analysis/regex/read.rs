//! From the syntax tree of an expression to what it matches; what is not portable is reported on the way.

use regex_syntax::ast::{Assertion, AssertionKind, Ast, GroupKind, Repetition, RepetitionKind, RepetitionRange, Span};

use super::classes::{negate, perl};
use super::{Fault, range};
use crate::analysis::byte_set::ByteSet;
use crate::analysis::expression::Expression;
use crate::diagnostic::code::{REGEX_TOO_LARGE, REGEX_UNSUPPORTED};

/// The most repetitions that a count may ask for.
const MOST_REPETITIONS: u32 = 1000;

/// Whether a part of the expression stands at the ends of the whole.
#[derive(Clone, Copy)]
pub(super) struct Ends {
    pub(super) start: bool,
    pub(super) end: bool,
}

#[derive(Default)]
pub(super) struct Reader {
    pub(super) faults: Vec<Fault>,
    /// Where each alternative of a `|` stands.
    pub(super) alternatives: Vec<Span>,
    /// The alternative to which the expression is narrowed.
    pub(super) only: Option<Span>,
}

impl Reader {
    /// Reports something that is not portable; it reads as the empty string.
    pub(super) fn unsupported(&mut self, span: &Span, what: &str, help: &'static str) -> Expression {
        let message = format!("{what} cannot be used here");
        self.faults.push(Fault { code: &REGEX_UNSUPPORTED, range: range(span), message, help });
        Expression::EMPTY
    }

    pub(super) fn read(&mut self, ast: &Ast, ends: Ends) -> Expression {
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
}
