//! `route-widens`: a route below another one admits origins that the other does not.

use super::{Findings, Lint};
use crate::analysis::Language;
use crate::analysis::expression::Expression;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::ir::{Access, File, Policy, Route, RoutePath};

pub(super) static LINT: Lint = Lint { code: &CODE, check };

static CODE: Code = Code {
    id: "route-widens",
    severity: Severity::Info,
    acceptable: true,
    summary: "a more specific route admits origins that the one above it does not",
    explanation: include_str!("../explain/route-widens.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    let routes = file.routes.as_deref().unwrap_or(&[]);
    for (index, route) in routes.iter().enumerate() {
        // Routes are ordered: the next one that matches is the nearest above.
        let path = match &route.path.value {
            RoutePath::Exact(path) | RoutePath::Subtree(path) => path,
        };
        let above = routes.iter().skip(index + 1).find(|above| above.path.value.matches(path));
        let (Some(policy), Some(above)) = (policy(file, route), above) else { continue };
        let Some(outer) = self::policy(file, above) else { continue };
        let Some(witness) = widening(policy, outer) else { continue };
        let message =
            format!("`{}` admits `{witness}`, which `{}` above it does not", policy.name.value, outer.name.value);
        let diagnostic = Diagnostic::new(&CODE, message)
            .at(&route.path, "this path is open to more origins")
            .at(&above.path, "than the one above it")
            .help("see that this is meant");
        findings.policy(policy, diagnostic);
    }
}

fn policy<'a>(file: &'a File, route: &Route) -> Option<&'a Policy> {
    file.policy(route.policy.as_deref()?)
}

/// An origin that the first policy admits and the second does not.
fn widening(inner: &Policy, outer: &Policy) -> Option<String> {
    let language = |policy: &Policy| -> Option<Language> {
        if let Access::Anyone(_) = policy.access {
            return Language::new(&Expression::serialized_origin()).ok();
        }
        let entries = policy.origins().iter().map(|origin| Expression::from(&origin.pattern.value));
        Language::new(&Expression::any_of(entries)).ok()
    };
    let origins = Language::new(&Expression::web_origin()).ok()?;
    if let (Access::Anyone(_), Access::Listed { .. }) = (&inner.access, &outer.access) {
        return Some("https://evil.example".to_owned())
            .filter(|origin| language(outer).is_some_and(|outer| !outer.contains(origin)));
    }
    let (inner, outer) = (language(inner)?, language(outer)?);
    // An origin of the web makes the better example.
    let web = Language::witness(&[&inner, &origins], &[&outer]).ok()?;
    web.or_else(|| Language::witness(&[&inner], &[&outer]).ok()?)
}
