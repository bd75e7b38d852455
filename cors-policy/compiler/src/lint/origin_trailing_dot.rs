//! `origin-trailing-dot`: `https://a.example.` is not `https://a.example`.

use super::{Findings, Lint};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::{HostPattern, OriginPattern};
use crate::ir::File;

pub(super) static LINT: Lint = Lint { code: &CODE, check };

static CODE: Code = Code {
    id: "origin-trailing-dot",
    severity: Severity::Warning,
    acceptable: true,
    summary: "a host with a dot at its end is another origin than the one without",
    explanation: include_str!("../explain/origin-trailing-dot.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        for origin in policy.origins() {
            let pattern = &origin.pattern.value;
            let OriginPattern::Tuple { scheme, host, port } = pattern else { continue };
            let (HostPattern::Exact(name)
            | HostPattern::Subdomains { suffix: name }
            | HostPattern::Label { suffix: name, .. }) = host;
            if !name.ends_with('.') {
                continue;
            }
            let host = host.to_string();
            let plain = format!("{scheme}://{}{port}", host.trim_end_matches('.'));
            let diagnostic = Diagnostic::new(&CODE, format!("`{pattern}` is another origin than `{plain}`"))
                .at(&origin.pattern, "allows only pages that were opened with the dot")
                .help(format!("write `{plain}`"));
            findings.origin(policy, origin, diagnostic);
        }
    }
}
