//! `insecure-origin`: an origin that travels in clear can be anybody.

use super::reach::{LOOPBACK, origins};
use super::{Findings, Lint, Scope, error_with_credentials, with_credentials};
use crate::analysis::Language;
use crate::analysis::expression::Expression;
use crate::analysis::sent::witness;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::OriginPattern;
use crate::ir::File;

pub(super) static LINT: Lint = Lint::error(Scope::Entry, &CODE, check);

static CODE: Code = Code {
    id: "insecure-origin",
    severity: Severity::Info,
    acceptable: true,
    summary: "pages of an allowed origin travel in clear, so a network attacker can act as it",
    explanation: include_str!("../explain/insecure-origin.md"),
};

/// Schemes whose pages come over the network unprotected. The origins of applications and browser
/// extensions (`capacitor:`, `chrome-extension:`) do not come over the network at all.
const CLEAR_TEXT_SCHEMES: [&str; 3] = ["http", "ws", "ftp"];

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        for origin in policy.origins() {
            let Some((insecure, instead)) = insecure(&origin.pattern.value) else { continue };
            let message = format!("`{insecure}` is allowed{}, but is not https", with_credentials(policy));
            let diagnostic = Diagnostic::new(&CODE, message)
                .severity(error_with_credentials(policy, Severity::Info))
                .at(&origin.pattern, "anyone on the network path can act as this origin")
                .help(format!("{instead}, or say why it is no risk: `accept_risks: {{insecure-origin: <reason>}}`"));
            findings.origin(policy, origin, diagnostic);
        }
    }
}

/// What is insecure about a pattern, and what to write instead.
fn insecure(pattern: &OriginPattern) -> Option<(String, String)> {
    match pattern {
        OriginPattern::Null => None,
        OriginPattern::Tuple { scheme, host, port } => {
            let insecure = CLEAR_TEXT_SCHEMES.contains(&scheme.as_str()) && !pattern.is_loopback();
            insecure.then(|| (pattern.to_string(), format!("use `https://{host}{port}`")))
        }
        OriginPattern::Regex(regex) => {
            let clear_text = origins(&CLEAR_TEXT_SCHEMES, Expression::canonical_host())?;
            let wanted = Language::from(&regex.dfa);
            let found = witness(&[&wanted, &clear_text], &[LOOPBACK.as_ref()?]).ok()??;
            Some((found, "begin the expression with `https://`".to_owned()))
        }
    }
}
