//! `method-override-header`: a tunnel past `allow_methods`.

use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::header_name::is_method_override;
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "method-override-header",
    severity: Severity::Warning,
    acceptable: true,
    summary: "a request header that replaces the method",
    explanation: include_str!("../explain/method-override-header.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        for name in policy.allow_headers.listed.iter().filter(|name| is_method_override(name.value.as_ref())) {
            let message = format!("`{}` lets scripts replace the method", name.value.as_ref());
            let diagnostic = Diagnostic::new(&CODE, message)
                .at(name, "a POST with this header gets past `allow_methods`")
                .help("leave it out, and list the methods that scripts use in `allow_methods`");
            findings.policy(policy, diagnostic);
        }
    }
}
