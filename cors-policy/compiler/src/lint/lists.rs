//! What the lints of `allow_methods`, `allow_headers` and `expose_headers` have in common.

use super::Findings;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Names, Policy};
use crate::source::Place;

/// A rule about names that need no listing.
pub(super) struct Redundant {
    pub(super) code: &'static Code,
    /// Whether a name, in canonical form, needs no listing.
    pub(super) is_redundant: fn(&str) -> bool,
    /// Why.
    pub(super) why: &'static str,
    pub(super) help: &'static str,
}

/// Reports the names of a list that need no listing, all at once: each could be deleted alone, but a
/// list of nothing else must not lose its last item.
pub(super) fn redundant<T: AsRef<str>>(
    findings: &mut Findings<'_>,
    policy: &Policy,
    names: &Names<T>,
    rule: &Redundant,
) {
    let mut found: Vec<_> = names.listed.iter().filter(|name| (rule.is_redundant)(name.value.as_ref())).collect();
    found.sort_by_key(|name| name.place);
    if found.is_empty() {
        return;
    }
    let text: Vec<String> = found.iter().map(|name| format!("`{}`", name.value.as_ref())).collect();
    let verb = if found.len() == 1 { "needs" } else { "need" };
    let diagnostic = Diagnostic::new(rule.code, format!("{} {verb} no listing", text.join(", ")));
    let diagnostic = found.iter().fold(diagnostic, |diagnostic, name| diagnostic.at(*name, rule.why)).help(rule.help);
    let canonical: Vec<&str> = found.iter().map(|name| name.value.as_ref()).collect();
    let again = names.repeated.iter().filter(|item| canonical.iter().any(|name| item.text.eq_ignore_ascii_case(name)));
    let places: Vec<Place> = found.iter().map(|name| name.place).chain(again.map(|item| item.place)).collect();
    let diagnostic = findings.with_deletion(diagnostic, names, &places);
    findings.policy(policy, diagnostic);
}

/// Reports the names beside `*` that it covers.
pub(super) fn dead_beside_wildcard<T: AsRef<str>>(
    findings: &mut Findings<'_>,
    policy: &Policy,
    names: &Names<T>,
    code: &'static Code,
    what: &str,
    is_covered: impl Fn(&str) -> bool,
) {
    // With credentials `*` is a name like any other, which is an error of its own.
    let Some(wildcard) = names.wildcard.filter(|_| !policy.allows_credentials()) else { return };
    let mut dead: Vec<Place> =
        names.listed.iter().filter(|name| is_covered(name.value.as_ref())).map(|name| name.place).collect();
    dead.sort_unstable();
    let Some(&first) = dead.first() else { return };
    let effect = if dead.len() == 1 { "has no effect" } else { "has no effect, like the others" };
    let diagnostic = Diagnostic::new(code, format!("`*` already stands for every {what}"))
        .at(first, effect)
        .at(wildcard, "because of this one")
        .help("remove the names, or remove `*`");
    let again = names.repeated.iter().filter(|item| item.text != "*" && is_covered(&item.text.to_ascii_lowercase()));
    dead.extend(again.map(|item| item.place));
    let diagnostic = findings.with_deletion(diagnostic, names, &dead);
    findings.policy(policy, diagnostic);
}

/// Reports the items of a list that stand there already.
pub(super) fn repeated<T>(findings: &mut Findings<'_>, policy: &Policy, names: &Names<T>, code: &'static Code) {
    for item in &names.repeated {
        let diagnostic = Diagnostic::new(code, format!("`{}` is listed twice", item.text))
            .at(item.place, "again here")
            .at(item.first, "first here")
            .help("leave one of them out");
        let diagnostic = findings.with_deletion(diagnostic, names, &[item.place]);
        findings.policy(policy, diagnostic);
    }
}
