//! `origin-trailing-dot`: `https://a.example.` is not `https://a.example`.

use super::{Findings, Lint};
use crate::analysis::Language;
use crate::analysis::sent::PAGES;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::{HostPattern, OriginPattern};
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

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
            let Some((dotted, plain)) = dotted(pattern) else { continue };
            let diagnostic = Diagnostic::new(&CODE, format!("`{dotted}` is another origin than `{plain}`"))
                .at(&origin.pattern, "allows only pages that were opened with the dot")
                .help(match pattern {
                    OriginPattern::Regex(_) => "end the host without the dot".to_owned(),
                    _ => format!("write `{plain}`"),
                });
            findings.origin(policy, origin, diagnostic);
        }
    }
}

/// What an entry admits with a dot at the end of the host and not without, and the same without.
fn dotted(pattern: &OriginPattern) -> Option<(String, String)> {
    match pattern {
        OriginPattern::Null => None,
        OriginPattern::Tuple { scheme, host, port } => {
            let (HostPattern::Exact(name)
            | HostPattern::Subdomains { suffix: name }
            | HostPattern::Label { suffix: name, .. }) = host;
            let host = host.to_string();
            let plain = || format!("{scheme}://{}{port}", host.trim_end_matches('.'));
            name.ends_with('.').then(|| (pattern.to_string(), plain()))
        }
        OriginPattern::Regex(regex) => {
            let dfa = &regex.dfa;
            let ends_host = |state: usize| dfa.accepting[state] || dfa.after(state, b':').is_some();
            let needs_dot = |state: usize| !ends_host(state) && dfa.after(state, b'.').is_some_and(ends_host);
            let ends = dfa.leading_to(needs_dot);
            let found = match Language::witness(&[&ends, PAGES.as_ref()?], &[]).ok()? {
                Some(page) => page,
                None => Language::witness(&[&ends], &[]).ok()??,
            };
            let tail = dfa.tail(dfa.run(&found)?, found.split_once("://")?.0)?;
            Some((format!("{found}{tail}"), format!("{found}{}", tail.strip_prefix('.')?)))
        }
    }
}
