//! `accept_risks`: risks that the owner of a policy takes, each with a reason.

use super::Check;
use crate::diagnostic::code::{ACCEPTED_RISK_WITHOUT_REASON, UNKNOWN_KEY};
use crate::diagnostic::{Code, Diagnostic, Severity, did_you_mean};
use crate::ir::AcceptedRisk;
use crate::syntax::{Map, Parsed};

impl Check<'_> {
    pub(super) fn accepted_risks(&mut self, risks: Option<&Parsed<Map<String>>>) -> Vec<AcceptedRisk> {
        let entries = risks.and_then(|risks| risks.value.as_ref()).map_or(&[][..], |map| map.0.as_slice());
        let mut accepted = Vec::new();
        for (id, reason) in entries {
            match Code::all().find(|code| code.id == id.value) {
                None => {
                    let acceptable = || Code::all().filter(|code| code.acceptable).map(|code| code.id);
                    let help = match did_you_mean(&id.value, acceptable()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("risks that can be accepted: {}", acceptable().collect::<Vec<_>>().join(", ")),
                    };
                    let diagnostic = Diagnostic::new(&UNKNOWN_KEY, format!("there is no risk `{}`", id.value));
                    self.report(diagnostic.at(id, "").help(help));
                }
                Some(code) if !code.acceptable => {
                    let what = if code.severity == Severity::Error { "an error" } else { "a fault of the whole file" };
                    let message = format!("`{}` is {what} that cannot be accepted", id.value);
                    let diagnostic = Diagnostic::new(&UNKNOWN_KEY, message);
                    self.report(diagnostic.at(id, "").help("correct the file instead"));
                }
                Some(_) => {}
            }
            match reason.value.as_deref().map(str::trim) {
                Some("") => {
                    let diagnostic = Diagnostic::new(
                        &ACCEPTED_RISK_WITHOUT_REASON,
                        format!("`{}` is accepted without a reason", id.value),
                    );
                    self.report(
                        diagnostic
                            .at(reason, "")
                            .help("say why the risk is acceptable, for those who review the policy"),
                    );
                }
                Some(reason) => {
                    accepted.push(AcceptedRisk { id: id.clone(), reason: reason.to_owned(), occurred: false });
                }
                None => {}
            }
        }
        accepted
    }
}
