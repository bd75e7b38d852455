//! Tables as expressions.

use super::static_name;
use super::tables::{Automaton, Exact, Head, Origins, Pattern, Patterns, Port, RouteRow, Suffixes, Table, Wildcard};
use super::value::{Field, Value, field, told};
use crate::ir::{Access, Policy};

pub(super) fn policy(policy: &Policy) -> Value {
    let access = match &policy.access {
        Access::Anyone(_) => Value::Name("Access::Anyone", vec![]),
        Access::Listed { .. } => Value::Name("Access::Listed", vec![origins(&Origins::new(policy))]),
    };
    Value::Struct(
        "Policy",
        vec![
            field("name", Value::text(&policy.name.value)),
            field("access", access),
            told(
                "preflight",
                "Constant headers of the answer to an allowed preflight.",
                headers(policy.preflight_headers()),
            ),
            told("actual", "Constant headers of every other allowed response.", headers(policy.actual_headers())),
            field("allow_private_network", Value::Bool(policy.allow_private_network.is_some())),
        ],
    )
}

pub(super) fn routes(rows: &[RouteRow]) -> Value {
    let some = |value: Option<Value>| match value {
        Some(value) => Value::Name("Some", vec![value]),
        None => Value::Name("None", vec![]),
    };
    let row = |row: &RouteRow| {
        let fields = vec![
            field("path", Value::text(&row.path)),
            field("subtree", Value::Bool(row.subtree)),
            field("parent", some(row.parent.map(Value::Number))),
            field("policy", some(row.policy.as_ref().map(|name| Value::Static(static_name(name).to_string())))),
        ];
        Value::Struct("Route", fields)
    };
    let comment = "Sorted by path; the parent is the next shorter route to try.";
    Value::Struct("Routes", vec![told("routes", comment, Value::List(rows.iter().map(row).collect()))])
}

fn headers(headers: Vec<(&'static str, String)>) -> Value {
    let header = |(name, value): &(&'static str, String)| {
        let name = match *name {
            "access-control-allow-credentials" => "Field::AllowCredentials",
            "access-control-allow-methods" => "Field::AllowMethods",
            "access-control-allow-headers" => "Field::AllowHeaders",
            "access-control-expose-headers" => "Field::ExposeHeaders",
            "access-control-max-age" => "Field::MaxAge",
            other => unreachable!("`{other}` is no constant header of a policy"),
        };
        Value::Tuple(vec![Value::Name(name, vec![]), Value::text(value)])
    };
    Value::List(headers.iter().map(header).collect())
}

fn origins(origins: &Origins) -> Value {
    let Origins { shortest, longest, exact, patterns, automata } = origins;
    Value::Struct(
        "Origins",
        vec![
            told("shortest", "Origins of other lengths are refused unread.", Value::Number(*shortest)),
            field("longest", Value::Number(*longest)),
            field("exact", self::exact(exact)),
            field("patterns", self::patterns(patterns)),
            field("automata", Value::List(automata.iter().map(automaton).collect())),
        ],
    )
}

fn exact(exact: &Exact) -> Value {
    match exact {
        Exact::None => Value::Name("Exact::None", vec![]),
        Exact::Few { at, factor, origins } => {
            let fields = vec![
                told(
                    "at",
                    "Eight bytes from here on, times the factor, give the place of an origin.",
                    Value::Number(*at),
                ),
                field("factor", Value::Bits(*factor)),
                field("origins", Value::List(origins.iter().map(|origin| Value::text(origin)).collect())),
            ];
            Value::Name("Exact::Few", vec![Value::Struct("Few", fields)])
        }
        Exact::Many(table) => Value::Name("Exact::Many", vec![self::table(table)]),
    }
}

fn table(table: &Table) -> Value {
    let Table { seed, displacements, slots } = table;
    let displacements = displacements.iter().copied().map(usize::from).collect();
    let starts = table.starts().iter().map(|&start| start as usize).collect();
    let texts = slots.iter().filter(|text| !text.is_empty()).cloned().collect();
    Value::Struct(
        "Table",
        vec![
            field("seed", Value::Number(usize::try_from(*seed).unwrap_or_default())),
            told(
                "displacements",
                "How far the texts of each bucket of hashes are displaced.",
                Value::Numbers(displacements),
            ),
            told("starts", "Where the text of each slot begins.", Value::Numbers(starts)),
            told("texts", "The texts in the order of their slots: one text to the compiler.", Value::Text(texts)),
        ],
    )
}

fn patterns(patterns: &Patterns) -> Value {
    match patterns {
        Patterns::Few(patterns) => {
            Value::Name("Patterns::Few", vec![Value::List(patterns.iter().map(pattern).collect())])
        }
        Patterns::Many(Suffixes { lengths, longest_whole, table, heads_of, heads }) => {
            let groups = heads.iter().map(|group| Value::List(group.iter().map(head).collect())).collect();
            let fields = vec![
                told("lengths", "The lengths of the suffixes behind a wildcard.", Value::Numbers(lengths.clone())),
                told("longest_whole", "That of the longest without one.", Value::Number(*longest_whole)),
                told("table", "What hosts may end with.", self::table(table)),
                told(
                    "heads_of",
                    "Which group of `heads` may stand before the suffix of each slot, if there are several.",
                    Value::Numbers(heads_of.clone()),
                ),
                field("heads", Value::List(groups)),
            ];
            Value::Name("Patterns::Many", vec![Value::Struct("Suffixes", fields)])
        }
    }
}

fn pattern(pattern: &Pattern) -> Value {
    Value::Struct("Pattern", vec![field("head", head(&pattern.head)), field("suffix", Value::text(&pattern.suffix))])
}

fn head(head: &Head) -> Value {
    let wildcard = match &head.wildcard {
        Wildcard::None => Value::Name("Wildcard::None", vec![]),
        Wildcard::Labels => Value::Name("Wildcard::Labels", vec![]),
        Wildcard::Label(before, after) => Value::Name("Wildcard::Label", vec![Value::text(before), Value::text(after)]),
    };
    let port = match head.port {
        Port::Default => Value::Name("Port::DEFAULT", vec![]),
        Port::Any => Value::Name("Port::ANY", vec![]),
        Port::Range(first, last) => {
            Value::Name("Port::range", [first, last].map(|port| Value::Number(port.into())).to_vec())
        }
    };
    Value::Struct(
        "Head",
        vec![field("scheme", Value::text(&head.scheme)), field("wildcard", wildcard), field("port", port)],
    )
}

fn automaton(automaton: &Automaton) -> Value {
    let Automaton { prefix, suffix, classes, width: _, rows, start, accepting } = automaton;
    let variant = match rows.iter().max() {
        Some(0..=0xff) | None => "Rows::U8",
        Some(0x100..=0xffff) => "Rows::U16",
        Some(_) => "Rows::U32",
    };
    let fields: Vec<Field> = vec![
        told(
            "prefix",
            "An origin is the prefix, a text that the automaton accepts, and the suffix.",
            Value::text(prefix),
        ),
        field("suffix", Value::text(suffix)),
        told("classes", "The class of each byte.", Value::Numbers(classes.iter().copied().map(usize::from).collect())),
        told(
            "rows",
            "The next state for each state and class: the place where its row begins; 0 is a dead end.",
            Value::Name(variant, vec![Value::Numbers(rows.clone())]),
        ),
        told("start", "The first state, and the least one in which the text may end.", Value::Number(*start)),
        field("accepting", Value::Number(*accepting)),
    ];
    Value::Struct("Automaton", fields)
}
