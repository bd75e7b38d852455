//! `removed-origin-admitted`: an environment removes an entry, and another one still admits all of its origins.

use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::inclusion::Entries;
use crate::ir::{File, Origin, Policy};
use crate::source::Place;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "removed-origin-admitted",
    severity: Severity::Warning,
    acceptable: true,
    summary: "an origin that an environment removes, and another entry still admits",
    explanation: include_str!("../explain/removed-origin-admitted.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in file.policies.iter().filter(|policy| !policy.removed.is_empty()) {
        let left = Entries::new(policy.origins());
        for removal in &policy.removed {
            let admitted = |origin: &&Origin| left.lack(&origin.pattern.value) == Ok(None);
            // One of a set stands for the others.
            if let Some(origin) = removal.origins.iter().find(admitted) {
                report(policy, removal.place, origin, findings);
            }
        }
    }
}

fn report(policy: &Policy, removed: Place, origin: &Origin, findings: &mut Findings<'_>) {
    let pattern = &origin.pattern.value;
    let message = format!("policy `{}` still admits `{pattern}`, which is removed here", policy.name.value);
    let mut diagnostic = Diagnostic::new(&CODE, message).at(removed, "this has no effect on it");
    let alone =
        policy.origins().iter().find(|entry| Entries::new(std::slice::from_ref(entry)).lack(pattern) == Ok(None));
    if let Some(entry) = alone {
        diagnostic = diagnostic.at(&entry.pattern, "since it is still admitted by this entry");
        diagnostic = entry.through.iter().fold(diagnostic, |found, place| found.at(*place, "used through this set"));
    }
    let help = "remove that entry as well, or narrow it; or take this one out of `remove_origins`";
    findings.policy(policy, diagnostic.help(help));
}
