//! `regex-admits-foreign-site`: an expression that matches origins which anyone can register.

use super::{Findings, Lint, error_with_credentials, with_credentials};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::OriginPattern;
use crate::ir::File;

pub(super) static LINT: Lint = Lint { code: &CODE, check };

static CODE: Code = Code {
    id: "regex-admits-foreign-site",
    severity: Severity::Warning,
    acceptable: true,
    summary: "a `regex:` admits origins on registrable domains that it does not name",
    explanation: include_str!("../explain/regex-admits-foreign-site.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        for origin in policy.origins() {
            let OriginPattern::Regex(pattern) = &origin.pattern.value else { continue };
            let Some(witness) = &pattern.foreign_site else { continue };
            let message = format!("the expression admits `{witness}`{}", with_credentials(policy));
            let diagnostic = Diagnostic::new(&CODE, message)
                .severity(error_with_credentials(policy, Severity::Warning))
                .at(&origin.pattern, "an attacker can register a name that matches")
                .help("end the host in `\\.` and your domain, with dots escaped, or list origins and `https://*.` patterns");
            findings.origin(policy, origin, diagnostic);
        }
    }
}
