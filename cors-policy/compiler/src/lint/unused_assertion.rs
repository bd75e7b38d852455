//! `unused-assertion`: an assertion about credentialed requests, of a policy that has none.

use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::ir::{File, Kind};

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "unused-assertion",
    severity: Severity::Warning,
    acceptable: false,
    summary: "an assertion about credentials, of a policy that allows none",
    explanation: include_str!("../explain/unused-assertion.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for assertion in file.assertions.iter().filter(|assertion| assertion.credentialed) {
        let named = assertion.policy.as_deref().and_then(|name| file.policy(name));
        let Some(policy) = named.filter(|policy| !policy.allows_credentials()) else { continue };
        let (key, name) = (
            match assertion.kind {
                Kind::Never => "never",
                Kind::Only => "only",
            },
            &policy.name.value,
        );
        let message = format!("this item of `{key}` says nothing: policy `{name}` allows no credentials");
        let diagnostic = Diagnostic::new(&CODE, message)
            .at(assertion.place, "meant for a policy with credentials")
            .at(&policy.name, "which this one is not");
        findings.file(diagnostic.help("leave `credentials: true` out, so that it holds without credentials as well"));
    }
}
