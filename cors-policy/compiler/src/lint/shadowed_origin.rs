//! `shadowed-origin`: an entry whose every origin is covered by other entries.

use super::{Findings, Lint};
use crate::analysis::Language;
use crate::check::deletion::delete_items;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::{OriginPattern, RegexPattern, parse};
use crate::inclusion::plain::{Index, cover_ports};
use crate::ir::{Access, File, Origin, Policy};

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

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

/// With more wildcards and regexes than this in a policy, none is compared with several others together.
const MOST_TOGETHER: usize = 30;
/// The most entries that are named as covering another one.
const MOST_NAMED: usize = 5;
/// The most pairs of which a regex is one that are compared in a policy.
const MOST_PAIRS: usize = 500;

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        let origins = policy.origins();
        let index = Index::new(origins);
        let mut regexes = Regexes::new(origins);
        let wide = || origins.iter().filter(|origin| origin.pattern.value.as_exact().is_none());
        let together: Vec<Wide<'_>> = match regexes.entries.is_empty() || wide().count() > MOST_TOGETHER {
            true => Vec::new(),
            false => wide().filter_map(Wide::new).collect(),
        };
        // `null` is no word of the grammar; no pattern matches it.
        for origin in origins.iter().filter(|origin| origin.pattern.value != OriginPattern::Null) {
            let by = by_parts(origin, &index)
                .or_else(|| regexes.covering(origin, &index).map(|by| vec![by]))
                .or_else(|| by_several(origin, &together));
            if let Some(by) = by {
                report(policy, origin, &by, findings);
            }
        }
    }
}

/// The plain entries that cover a plain one: the first that does alone, or else all that do together.
fn by_parts<'a>(origin: &Origin, index: &Index<'a>) -> Option<Vec<&'a Origin>> {
    let pattern = &origin.pattern.value;
    let around = index.around(pattern);
    // Of two that are the same, the later one is dead.
    let is_later = |other: &Origin| {
        let covered = index.around(&other.pattern.value).iter().any(|around| around.pattern.value == *pattern)
            && cover_ports(&[origin], &other.pattern.value);
        !covered || other.pattern.span() < origin.pattern.span()
    };
    let single = around.iter().find(|other| cover_ports(&[other], pattern) && is_later(other));
    single.map(|one| vec![*one]).or_else(|| {
        let alone = around.iter().any(|other| cover_ports(&[other], pattern));
        (!alone && around.len() > 1 && cover_ports(&around, pattern)).then_some(around)
    })
}

/// The regexes of a policy, and how many pairs may still be compared.
struct Regexes<'a> {
    entries: Vec<(&'a Origin, &'a RegexPattern, Language)>,
    left: usize,
}

impl<'a> Regexes<'a> {
    fn new(origins: &'a [Origin]) -> Self {
        let regex = |origin: &'a Origin| match &origin.pattern.value {
            OriginPattern::Regex(regex) => Some((origin, regex.as_ref(), Language::from(&regex.dfa))),
            OriginPattern::Null | OriginPattern::Tuple { .. } => None,
        };
        Self { entries: origins.iter().filter_map(regex).collect(), left: MOST_PAIRS }
    }

    /// The entry that covers this one, if one of both is a regex.
    fn covering(&mut self, origin: &Origin, index: &Index<'a>) -> Option<&'a Origin> {
        let pattern = &origin.pattern.value;
        if let Some(exact) = pattern.as_exact() {
            let covers = |(_, regex, _): &&(_, &RegexPattern, _)| regex.dfa.matches(exact.as_bytes());
            return self.entries.iter().find(covers).map(|(origin, ..)| *origin);
        }
        if self.entries.is_empty() {
            return None;
        }
        let own = Language::of(pattern).ok()?;
        // Whatever covers the entry covers its shortest origin: that rules most of the others out.
        let shortest = Language::witness(&[&own], &[]).ok()??;
        let mut near: Vec<&'a Origin> = Vec::new();
        if let (OriginPattern::Regex(_), Ok(exact)) = (pattern, parse(&shortest)) {
            near.extend(index.around(&exact));
        }
        let others = self.entries.iter().filter(|(other, ..)| other.pattern.span() != origin.pattern.span());
        near.extend(others.filter(|(_, regex, _)| regex.dfa.matches(shortest.as_bytes())).map(|(other, ..)| *other));
        near.into_iter().find(|other| {
            let Some(left) = self.left.checked_sub(1) else { return false };
            self.left = left;
            let Ok(wider) = Language::of(&other.pattern.value) else { return false };
            let covers = |wider: &Language, own: &Language| Language::witness(&[own], &[wider]) == Ok(None);
            // Of two that are the same, the later one is dead.
            covers(&wider, &own) && (!covers(&own, &wider) || other.pattern.span() < origin.pattern.span())
        })
    }
}

impl<'a> Wide<'a> {
    fn new(origin: &'a Origin) -> Option<Self> {
        Some(Self { origin, language: Language::of(&origin.pattern.value).ok()? })
    }
}

/// The entries that cover this one together.
fn by_several<'a>(origin: &Origin, wide: &[Wide<'a>]) -> Option<Vec<&'a Origin>> {
    let one = wide.iter().find(|wide| wide.origin.pattern.span() == origin.pattern.span())?;
    let overlaps = |other: &&Wide<'_>| {
        other.origin.pattern.span() != origin.pattern.span()
            && Language::witness(&[&one.language, &other.language], &[]) != Ok(None)
    };
    let others: Vec<&Wide<'a>> = wide.iter().filter(overlaps).collect();
    let union = Language::union(others.iter().map(|other| &other.language));
    let covered = others.len() > 1 && Language::witness(&[&one.language], &[&union]) == Ok(None);
    // One that covers it alone was found before, or is the same and dead itself.
    let alone = |other: &&Wide<'_>| Language::witness(&[&one.language], &[&other.language]) == Ok(None);
    (covered && !others.iter().any(alone)).then(|| others.iter().map(|other| other.origin).collect())
}

fn report(policy: &Policy, origin: &Origin, by: &[&Origin], findings: &mut Findings<'_>) {
    let (shown, more) = by.split_at(by.len().min(MOST_NAMED));
    let mut names: Vec<String> = shown.iter().map(|by| format!("`{}`", by.pattern.value)).collect();
    names.extend((!more.is_empty()).then(|| format!("{} more", more.len())));
    let message = format!("`{}` is covered by {}", origin.pattern.value, names.join(" and "));
    let mut diagnostic = Diagnostic::new(&CODE, message).at(&origin.pattern, "this entry has no effect");
    for by in shown {
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
