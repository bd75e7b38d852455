//! The compiler's tables as those of the run time: what the generated code would hold.

use cors_compiler::backend::rust::tables;
use cors_compiler::ir;
use cors_policy::__private::{
    Access, Automaton, Exact, Few, Field, Head, Origins, Pattern, Patterns, Policy, Port, Route, Routes, Rows,
    Suffixes, Table, Wildcard,
};

fn text(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn list<A, B>(list: &[A], one: impl Fn(&A) -> B) -> &'static [B] {
    list.iter().map(one).collect::<Vec<B>>().leak()
}

/// A policy as generated code would hold it. It is never freed.
#[must_use]
pub fn policy(policy: &ir::Policy) -> Policy {
    Policy {
        name: text(&policy.name.value),
        access: match &policy.access {
            ir::Access::Anyone(_) => Access::Anyone,
            ir::Access::Listed { .. } => Access::Listed(origins(&tables::Origins::new(policy))),
        },
        preflight: headers(&policy.preflight_headers()),
        actual: headers(&policy.actual_headers()),
        allow_private_network: policy.allow_private_network.is_some(),
    }
}

/// Routes over the policies.
///
/// # Panics
/// One of them names another policy.
#[must_use]
pub fn routes(routes: &[ir::Route], policies: &'static [Policy]) -> Routes {
    let policy = |name: &String| policies.iter().find(|policy| policy.name() == name).unwrap();
    let routes = list(&tables::routes(routes), |row| Route {
        path: text(&row.path),
        subtree: row.subtree,
        parent: row.parent,
        policy: row.policy.as_ref().map(policy),
    });
    Routes { routes }
}

fn headers(headers: &[(&'static str, String)]) -> &'static [(Field, &'static str)] {
    list(headers, |(name, value)| {
        let field = match *name {
            "access-control-allow-credentials" => Field::AllowCredentials,
            "access-control-allow-methods" => Field::AllowMethods,
            "access-control-allow-headers" => Field::AllowHeaders,
            "access-control-expose-headers" => Field::ExposeHeaders,
            _ => Field::MaxAge,
        };
        (field, text(value))
    })
}

fn origins(origins: &tables::Origins) -> Origins {
    Origins {
        shortest: origins.shortest,
        longest: origins.longest,
        exact: match &origins.exact {
            tables::Exact::None => Exact::None,
            tables::Exact::Few { at, factor, origins } => Exact::Few(Few {
                at: u16::try_from(*at).unwrap(),
                factor: *factor,
                origins: list(origins, |origin| text(origin)),
            }),
            tables::Exact::Many(many) => Exact::Many(table(many)),
        },
        patterns: match &origins.patterns {
            tables::Patterns::Few(patterns) => Patterns::Few(list(patterns, |pattern| Pattern {
                head: head(&pattern.head),
                suffix: text(&pattern.suffix),
            })),
            tables::Patterns::Many(suffixes) => Patterns::Many(Suffixes {
                lengths: list(&suffixes.lengths, |&length| u16::try_from(length).unwrap()),
                longest_whole: u16::try_from(suffixes.longest_whole).unwrap(),
                table: table(&suffixes.table),
                heads_of: list(&suffixes.heads_of, |&group| u32::try_from(group).unwrap()),
                heads: list(&suffixes.heads, |group| list(group, head)),
            }),
        },
        automata: list(&origins.automata, automaton),
    }
}

fn table(table: &tables::Table) -> Table {
    Table {
        seed: table.seed,
        displacements: table.displacements.clone().leak(),
        starts: table.starts().leak(),
        texts: table.slots.concat().leak(),
    }
}

fn head(head: &tables::Head) -> Head {
    Head {
        scheme: text(&head.scheme),
        wildcard: match &head.wildcard {
            tables::Wildcard::None => Wildcard::None,
            tables::Wildcard::Labels => Wildcard::Labels,
            tables::Wildcard::Label(before, after) => Wildcard::Label(text(before), text(after)),
        },
        port: match head.port {
            tables::Port::Default => Port::DEFAULT,
            tables::Port::Any => Port::ANY,
            tables::Port::Range(first, last) => Port::range(first, last),
        },
    }
}

fn automaton(automaton: &tables::Automaton) -> Automaton {
    let cell = |&cell: &usize| u32::try_from(cell).unwrap();
    let most = automaton.rows.iter().copied().max().unwrap_or(0);
    Automaton {
        prefix: text(&automaton.prefix),
        suffix: text(&automaton.suffix),
        classes: Box::leak(Box::new(automaton.classes.clone().try_into().unwrap())),
        rows: match most {
            0..=0xff => Rows::U8(list(&automaton.rows, |&cell| cell as u8)),
            0x100..=0xffff => Rows::U16(list(&automaton.rows, |&cell| cell as u16)),
            _ => Rows::U32(list(&automaton.rows, cell)),
        },
        start: cell(&automaton.start),
        accepting: cell(&automaton.accepting),
    }
}
