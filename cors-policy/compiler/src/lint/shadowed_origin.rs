//! `shadowed-origin`: an entry whose every origin is covered by other entries.

use std::collections::HashMap;

use super::{Findings, Lint};
use crate::analysis::Language;
use crate::analysis::expression::Expression;
use crate::check::deletion::delete_items;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::{HostPattern, OriginPattern, PortPattern};
use crate::ir::{Access, File, Origin, Policy};

pub(super) static LINT: Lint = Lint { code: &CODE, check };

static CODE: Code = Code {
    id: "shadowed-origin",
    severity: Severity::Warning,
    acceptable: true,
    summary: "an entry that other entries cover as a whole",
    explanation: include_str!("../explain/shadowed-origin.md"),
};

/// An entry that is not exact, and what it matches.
struct Wide<'a> {
    origin: &'a Origin,
    language: Language,
}

fn check(file: &File, findings: &mut Findings<'_>) {
    let Ok(origins) = Language::new(&Expression::serialized_origin()) else { return };
    for policy in &file.policies {
        let wide: Vec<Wide<'_>> = policy.origins().iter().filter_map(wide).collect();
        if wide.is_empty() {
            continue;
        }
        let by_host = ByHost::new(&wide);
        for origin in policy.origins() {
            let Some(exact) = origin.pattern.value.as_exact() else { continue };
            // `null` is no word of the grammar; no pattern matches it.
            if origin.pattern.value != OriginPattern::Null
                && let Some(by) = by_host.matching(&exact).first()
            {
                report(policy, origin, &[wide[*by].origin], findings);
            }
        }
        for (index, one) in wide.iter().enumerate() {
            // Whatever covers the entry covers each of its origins: that rules most of the others out.
            let Some(sample) = sample(one, &origins) else { continue };
            let others = || wide.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, wide)| wide);
            let near = by_host.matching(&sample).into_iter().filter(|&other| other != index);
            let near: Vec<&Wide<'_>> = near.map(|other| &wide[other]).collect();
            if near.is_empty() {
                continue;
            }
            let covers = |others: &[&Wide<'_>]| {
                let union = Language::union(others.iter().map(|other| &other.language));
                Language::witness(&[&one.language, &origins], &[&union]) == Ok(None)
            };
            // Of two that are the same, the later one is dead.
            let single = near.iter().find(|other| {
                let mutual = || Language::witness(&[&other.language, &origins], &[&one.language]) == Ok(None);
                covers(&[other]) && (!mutual() || other.origin.pattern.span() < one.origin.pattern.span())
            });
            match single {
                Some(by) => report(policy, one.origin, &[by.origin], findings),
                None => {
                    let others: Vec<&Wide<'_>> = others().filter(|other| overlap(one, other)).collect();
                    if others.len() > 1 && covers(&others) {
                        let by: Vec<&Origin> = others.iter().map(|other| other.origin).collect();
                        report(policy, one.origin, &by, findings);
                    }
                }
            }
        }
    }
}

/// Entries by the host that they end in, so that thousands of them need not be tried one by one.
struct ByHost<'a> {
    wide: &'a [Wide<'a>],
    hosts: HashMap<&'a str, Vec<usize>>,
    /// Those that may match any host.
    anywhere: Vec<usize>,
}

impl<'a> ByHost<'a> {
    fn new(wide: &'a [Wide<'a>]) -> Self {
        let mut index = Self { wide, hosts: HashMap::new(), anywhere: Vec::new() };
        for (position, wide) in wide.iter().enumerate() {
            match &wide.origin.pattern.value {
                OriginPattern::Tuple { host, .. } => {
                    let (HostPattern::Exact(end)
                    | HostPattern::Subdomains { suffix: end }
                    | HostPattern::Label { suffix: end, .. }) = host;
                    index.hosts.entry(end).or_default().push(position);
                }
                OriginPattern::Null | OriginPattern::Regex(_) => index.anywhere.push(position),
            }
        }
        index
    }

    /// The entries that match an origin, in their order.
    fn matching(&self, origin: &str) -> Vec<usize> {
        let authority = origin.split_once("://").map_or("", |(_, authority)| authority);
        let colon = authority.rfind(':').filter(|&colon| !authority[colon..].contains(']'));
        let host = &authority[..colon.unwrap_or(authority.len())];
        let ends = std::iter::once(host).chain(host.match_indices('.').map(|(dot, _)| &host[dot + 1..]));
        let mut found: Vec<usize> = ends.filter_map(|end| self.hosts.get(end)).flatten().copied().collect();
        found.extend(&self.anywhere);
        found.retain(|&position| self.wide[position].language.contains(origin));
        found.sort_unstable();
        found
    }
}

fn wide(origin: &Origin) -> Option<Wide<'_>> {
    if origin.pattern.value.as_exact().is_some() {
        return None;
    }
    Some(Wide { origin, language: Language::of(&origin.pattern.value).ok()? })
}

/// An origin that the entry matches.
fn sample(wide: &Wide<'_>, origins: &Language) -> Option<String> {
    let OriginPattern::Tuple { scheme, host, port } = &wide.origin.pattern.value else {
        return Language::witness(&[&wide.language, origins], &[]).ok()?;
    };
    let host = match host {
        HostPattern::Exact(host) => host.clone(),
        HostPattern::Subdomains { suffix } => format!("a.{suffix}"),
        HostPattern::Label { before, after, suffix } => format!("{before}a{after}.{suffix}"),
    };
    let port = match port {
        PortPattern::Default | PortPattern::Any => String::new(),
        PortPattern::Exact(port) | PortPattern::Range(port, _) => format!(":{port}"),
    };
    Some(format!("{scheme}://{host}{port}"))
}

fn overlap(one: &Wide<'_>, other: &Wide<'_>) -> bool {
    Language::witness(&[&one.language, &other.language], &[]) != Ok(None)
}

fn report(policy: &Policy, origin: &Origin, by: &[&Origin], findings: &mut Findings<'_>) {
    let names: Vec<String> = by.iter().map(|by| format!("`{}`", by.pattern.value)).collect();
    let message = format!("`{}` is covered by {}", origin.pattern.value, names.join(" and "));
    let mut diagnostic = Diagnostic::new(&CODE, message).at(&origin.pattern, "this entry has no effect");
    for by in by {
        diagnostic = diagnostic.at(&by.pattern, "because of this one");
    }
    if let Access::Listed { place, .. } = &policy.access
        && origin.through.is_empty()
        && let Some(fix) = delete_items(findings.source, *place, &[origin.pattern.place])
    {
        diagnostic = diagnostic.fix(fix.span, fix.replacement);
    }
    findings.origin(policy, origin, diagnostic.help("remove it, or narrow the wider entry"));
}
