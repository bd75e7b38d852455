//! The pages from which an endpoint is called: allowed ones, and such as are almost.

use std::collections::BTreeSet;

use cors_compiler::boundary::{neighbours, samples, telling};
use cors_compiler::ir::Policy;
use cors_compiler::reference::allows_origin;
use url::Url;

use crate::origins::REFUSED;

/// How many pages an endpoint has at most, beside those of [`ALWAYS`].
const ALLOWED: usize = 8;
const BESIDE: usize = 5;

/// The pages from which every endpoint is called.
const ALWAYS: [&str; 3] = [REFUSED, "null", "http://refused.test:8080"];

/// The origins of an endpoint's pages.
pub(crate) struct Pages {
    pub(crate) allowed: Vec<String>,
    pub(crate) refused: Vec<String>,
}

impl Pages {
    pub(crate) fn of(policy: Option<&Policy>) -> Self {
        let mut near = Vec::new();
        for entry in policy.map(|policy| telling(policy, 2)).unwrap_or_default() {
            for sample in samples(&entry.pattern.value) {
                near.push(sample.to_string());
                near.extend(neighbours(&entry.pattern.value, &sample).into_iter().map(|near| near.origin));
            }
        }
        let mut seen = BTreeSet::from(ALWAYS.map(str::to_owned));
        near.retain(|origin| is_openable(origin) && seen.insert(origin.clone()));
        let is_allowed = |origin: &String| policy.is_some_and(|policy| allows_origin(policy, origin));
        let (allowed, refused): (Vec<String>, Vec<String>) = near.into_iter().partition(is_allowed);
        let always = ALWAYS.map(str::to_owned).into_iter();
        let (open, closed): (Vec<String>, Vec<String>) = always.partition(is_allowed);
        Self { allowed: [spread(allowed, ALLOWED), open].concat(), refused: [spread(refused, BESIDE), closed].concat() }
    }
}

/// Whether Chromium can open a page of that origin: of the schemes of the web, serialized as browsers do, of a host
/// that TLS can name, and at a port that is not set aside for other protocols.
fn is_openable(origin: &str) -> bool {
    let is_nameable = |label: &str| {
        let edges = [label.chars().next(), label.chars().last()];
        label.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
            && edges.iter().all(|edge| edge.is_some_and(|c| c.is_ascii_alphanumeric()))
    };
    Url::parse(origin).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.origin().ascii_serialization() == origin
            && url.host_str().is_some_and(|host| host.starts_with('[') || host.split('.').all(is_nameable))
            && url.port().is_none_or(|port| port >= 1024)
    })
}

/// At most `most` of them, at even distances, the first among them.
fn spread(items: Vec<String>, most: usize) -> Vec<String> {
    let step = items.len().div_ceil(most).max(1);
    items.into_iter().step_by(step).collect()
}
