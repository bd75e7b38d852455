//! `shadowed-origin`: an entry whose every origin is covered by other entries.

use super::{Findings, Lint};
use crate::analysis::Language;
use crate::analysis::expression::Expression;
use crate::check::deletion::delete_items;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::OriginPattern;
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
        let all = Language::union(wide.iter().map(|wide| &wide.language));
        for origin in policy.origins() {
            let Some(exact) = origin.pattern.value.as_exact() else { continue };
            // `null` is no word of the grammar; no pattern matches it.
            if origin.pattern.value != OriginPattern::Null && all.contains(&exact) {
                let by = wide.iter().find(|wide| wide.language.contains(&exact));
                report(policy, origin, by.map(|by| by.origin).as_slice(), findings);
            }
        }
        for (index, one) in wide.iter().enumerate() {
            // Whatever covers the entry covers its shortest origin: that rules most of the others out.
            let Ok(Some(shortest)) = Language::witness(&[&one.language, &origins], &[]) else { continue };
            let others = || wide.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, wide)| wide);
            let near: Vec<&Wide<'_>> = others().filter(|other| other.language.contains(&shortest)).collect();
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

fn wide(origin: &Origin) -> Option<Wide<'_>> {
    if origin.pattern.value.as_exact().is_some() {
        return None;
    }
    Some(Wide { origin, language: Language::of(&origin.pattern.value).ok()? })
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
