//! What a target receives for a `regex:` entry: an expression that denotes exactly the origins among
//! what the user's matches, in a form that the target can run.

use super::byte_set::ByteSet;
use super::expression::{Expression, LABEL};
use super::{Dfa, Language, TooLarge};

/// The most forms that are tried before the automaton is taken apart.
const MOST_CANDIDATES: usize = 600;
/// The most parts of an expression that is made from an automaton.
const MOST_PARTS: usize = 3_000;

/// What it may cost to look at all of the candidates, and at the expression that is made: steps of a search.
const MOST_WORK: usize = 30_000_000;

/// The first of several expressions for the origins in `expression` that the target takes, the most
/// readable ones first: the user's own with its classes narrowed; with `.*` and the like spelled out as
/// labels and ports; and one made from the minimal automaton.
///
/// `dfa` is the automaton of these origins. What `takes` costs it takes from the number that it is given.
///
/// # Errors
/// None of them will do.
pub fn portable(
    expression: &Expression,
    dfa: &Dfa,
    takes: impl Fn(&Expression, &mut usize) -> Result<bool, TooLarge>,
) -> Result<Expression, TooLarge> {
    let wanted = Language::from(dfa);
    let same = |candidate: &Expression, work: &mut usize| -> Result<bool, TooLarge> {
        let candidate = Language::new(candidate)?;
        Ok(candidate.is_within(dfa)? && Language::witness_for(&[&wanted], &[&candidate], work)?.is_none())
    };
    let narrowed = narrow(expression).simplified();
    let mut work = MOST_WORK;
    for candidate in candidates(&narrowed) {
        if takes(&candidate, &mut work).unwrap_or(false) && same(&candidate, &mut work).unwrap_or(false) {
            return Ok(candidate);
        }
    }
    let made = dfa.to_expression(MOST_PARTS)?.simplified();
    if takes(&made, &mut { MOST_WORK })? { Ok(made) } else { Err(TooLarge) }
}

/// The same with every class narrowed to the characters that an origin can have.
fn narrow(expression: &Expression) -> Expression {
    let all = |parts: &[Expression]| parts.iter().map(narrow).collect();
    match expression {
        Expression::Bytes(set) => match set.intersection(alphabet()) {
            ByteSet::EMPTY => Expression::Alternation(Vec::new()),
            narrowed => Expression::Bytes(narrowed),
        },
        Expression::Concatenation(parts) => Expression::Concatenation(all(parts)),
        Expression::Alternation(parts) => {
            let mut parts: Vec<Expression> = all(parts);
            parts.retain(|part| part.clone().simplified() != Expression::Alternation(Vec::new()));
            Expression::Alternation(parts)
        }
        Expression::Repetition { inner, min, max } => {
            Expression::Repetition { inner: Box::new(narrow(inner)), min: *min, max: *max }
        }
    }
}

/// The characters of serialized origins.
fn alphabet() -> ByteSet {
    LABEL.union(".:/+[]".bytes().collect())
}

/// The expression with each repetition of "anything" replaced by each way in which it may have to be
/// spelled where it stands; the expression itself first.
fn candidates(expression: &Expression) -> Vec<Expression> {
    let mut found = vec![expression.clone()];
    let mut at = 0;
    // Each round spells out the first repetition that is left, in all ways.
    while let Some(candidate) = found.get(at) {
        let options = spelled(candidate);
        if found.len() + options.len() > MOST_CANDIDATES {
            break;
        }
        found.extend(options);
        at += 1;
    }
    found
}

/// All ways to spell out the first repetition of "anything" or of digits in an expression.
fn spelled(expression: &Expression) -> Vec<Expression> {
    match expression {
        Expression::Bytes(_) => Vec::new(),
        Expression::Concatenation(parts) => first_part(parts, Expression::Concatenation),
        Expression::Alternation(parts) => first_part(parts, Expression::Alternation),
        Expression::Repetition { inner, min, max } => {
            if let Expression::Bytes(set) = inner.as_ref()
                && *min <= 1
            {
                let digits = ByteSet::range(b'0', b'9');
                if set.union(LABEL) == *set && set.contains(b'.') && max.is_none() {
                    return anything(set);
                }
                if *set == digits || (set.union(digits) == *set && max.is_none() && !set.contains(b'a')) {
                    return vec![Expression::number(1, 65_535)];
                }
            }
            let wrap = |inner| Expression::Repetition { inner: Box::new(inner), min: *min, max: *max };
            spelled(inner).into_iter().map(wrap).collect()
        }
    }
}

fn first_part(parts: &[Expression], whole: fn(Vec<Expression>) -> Expression) -> Vec<Expression> {
    for (index, part) in parts.iter().enumerate() {
        let options = spelled(part);
        if !options.is_empty() {
            let replaced = |option| {
                let mut parts = parts.to_vec();
                parts[index] = option;
                whole(parts).simplified()
            };
            return options.into_iter().map(replaced).collect();
        }
    }
    Vec::new()
}

/// What "anything" can be inside an origin, depending on what stands before and after it.
fn anything(set: &ByteSet) -> Vec<Expression> {
    let dot = || Expression::literal(".");
    let label = || Expression::Bytes(LABEL);
    let label_dot = || Expression::concat([label().at_least(1), dot()]);
    let dot_label = || Expression::concat([dot(), label().at_least(1)]);
    let port = || Expression::concat([Expression::literal(":"), Expression::number(1, 65_535)]).optional();
    let mut forms = vec![
        // Begins a label, ends inside one or at its beginning.
        Expression::concat([label_dot().at_least(0), label().at_least(0)]),
        // Begins a label and ends one.
        Expression::concat([label_dot().at_least(0), label().at_least(1)]),
        // Whole labels.
        label_dot().at_least(0),
        label_dot().at_least(1),
        // Goes on with a label, ends one.
        Expression::concat([label().at_least(0), dot_label().at_least(0)]),
        // Goes on with a label, ends inside one or at its beginning.
        Expression::concat([label().at_least(0), dot_label().at_least(0), dot().optional()]),
        Expression::concat([dot_label().at_least(0), dot().optional()]),
    ];
    if set.contains(b':') {
        forms.extend([
            Expression::host_and_port(),
            Expression::concat([label().at_least(0), dot_label().at_least(0), dot().optional(), port()]),
            Expression::concat([label().at_least(1), dot_label().at_least(0), dot().optional(), port()]),
            Expression::concat([dot_label().at_least(0), dot().optional(), port()]),
            port(),
        ]);
    }
    if set.contains(b'/') {
        let before = || Expression::concat([Expression::scheme(), Expression::literal("://")]);
        forms.extend([
            before(),
            Expression::concat([before(), label_dot().at_least(0), label().at_least(0)]),
            Expression::concat([before(), label_dot().at_least(0), label().at_least(1)]),
            Expression::serialized_origin(),
        ]);
    }
    forms
}
