//! The requests that every server and the reference are asked: boundaries of origins and paths, kinds
//! of requests, behaviours of the upstream.
//!
//! Not their product but a fixed sample of it: every origin shape with a preflight and an actual
//! request, every kind and every behaviour with an allowed, a refused and no origin, every path with
//! each of these. What that leaves short of [`LEAST`] comes from origins near the policy's own.

use std::collections::HashSet;

use cors_compiler::ir::{File, Policy, RoutePath};
use cors_compiler::reference::{Headers, Request};

use crate::kinds::{Kind, actual_kinds, preflight_kinds};
use crate::nearby::nearby;
use crate::origins::{OriginFields, REFUSED, allowed, shapes};
use crate::upstream::{BEHAVIOURS, CHOICE, DEAD};

/// How many requests each policy is asked at least.
pub(crate) const LEAST: usize = 2_000;

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) kind: Kind,
    /// The path and perhaps a query.
    pub(crate) target: String,
    pub(crate) origins: OriginFields,
    /// What the upstream does with it.
    pub(crate) upstream: &'static str,
}

impl Case {
    /// The bytes to send.
    pub(crate) fn wire(&self) -> Vec<u8> {
        let mut text = format!(
            "{} {} HTTP/1.1\r\nHost: server.test\r\n{CHOICE}: {}\r\n",
            self.kind.method, self.target, self.upstream
        );
        for origin in &self.origins {
            text.push_str(&format!("Origin: {origin}\r\n"));
        }
        for (name, value) in &self.kind.asks {
            text.push_str(&format!("Access-Control-Request-{name}: {value}\r\n"));
        }
        if !matches!(self.kind.method, "GET" | "HEAD" | "OPTIONS") {
            text.push_str("Content-Length: 0\r\n");
        }
        text.push_str("\r\n");
        if text.is_ascii() {
            return text.into_bytes();
        }
        // Latin-1: none of the characters lies above U+00FF.
        text.chars().map(|character| u8::try_from(character).unwrap()).collect()
    }

    /// The same request as the reference reads it: without the spaces around values, without a query.
    pub(crate) fn request(&self) -> Request {
        let mut headers = Headers::default();
        for origin in &self.origins {
            headers.push("origin", trim(origin));
        }
        for (name, value) in &self.kind.asks {
            headers.push(&format!("access-control-request-{name}"), value.trim());
        }
        let path = self.target.split('?').next().unwrap_or_default();
        Request { method: self.kind.method.to_owned(), path: path.to_owned(), headers }
    }

    /// What it asks for in `Access-Control-Request-<name>`.
    pub(crate) fn asks(&self, name: &str) -> Option<&str> {
        self.kind.asks.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The values of `Origin` that say something.
    pub(crate) fn stated_origins(&self) -> Vec<&str> {
        self.origins.iter().map(|origin| trim(origin)).filter(|origin| !origin.is_empty()).collect()
    }

    /// Whether it is a CORS-preflight request.
    pub(crate) fn is_preflight(&self) -> bool {
        let asks_for_method = self.asks("Method").is_some_and(|method| !method.is_empty());
        self.kind.method == "OPTIONS" && asks_for_method && !self.stated_origins().is_empty()
    }
}

/// Without the whitespace that HTTP allows around a value.
fn trim(value: &str) -> &str {
    value.trim_matches([' ', '\t'])
}

/// Requests to `target`, which `policy` answers: no two of them alike, and at least [`LEAST`].
pub(crate) fn for_policy(policy: &Policy, target: &str) -> Vec<Case> {
    let (actual, preflights) = (actual_kinds(), preflight_kinds(policy));
    let mut cases = Vec::new();
    let mut add = |kind: &Kind, origins: &OriginFields, upstream| {
        cases.push(Case { kind: kind.clone(), target: target.to_owned(), origins: origins.clone(), upstream });
    };
    for (turn, shape) in shapes(policy).iter().enumerate() {
        add(&preflights[turn % preflights.len()], shape, behaviour(turn));
        add(&actual[turn % actual.len()], shape, behaviour(turn / actual.len()));
    }
    for origins in telling_origins(policy) {
        for kind in &preflights {
            add(kind, &origins, "cors");
        }
        for kind in &actual {
            for upstream in BEHAVIOURS.into_iter().chain([DEAD]) {
                add(kind, &origins, upstream);
            }
        }
    }
    let mut seen = HashSet::new();
    cases.retain(|case| seen.insert(case.wire()));
    let kinds: Vec<Kind> = actual.into_iter().zip(preflights.into_iter().cycle()).flat_map(|(a, p)| [p, a]).collect();
    for (turn, origin) in nearby(policy).take(LEAST.saturating_sub(cases.len())).enumerate() {
        let (kind, upstream) = (kinds[turn % kinds.len()].clone(), behaviour(turn / 2));
        cases.push(Case { kind, target: target.to_owned(), origins: vec![origin], upstream });
    }
    cases
}

/// Requests to paths around every route of `file`, with every policy's origins.
pub(crate) fn for_routes(file: &File) -> Vec<Case> {
    let mut cases = Vec::new();
    for policy in &file.policies {
        let kinds: Vec<Kind> = preflight_kinds(policy).into_iter().take(2).chain(actual_kinds()).collect();
        let paths = paths(file).into_iter().enumerate();
        for (turn, target) in paths {
            for (shift, origins) in telling_origins(policy).into_iter().enumerate() {
                for kind in [&kinds[0], &kinds[1], &kinds[2], &kinds[2 + (turn + shift) % (kinds.len() - 2)]] {
                    let upstream = behaviour(cases.len());
                    cases.push(Case { kind: kind.clone(), target: target.clone(), origins: origins.clone(), upstream });
                }
            }
        }
    }
    cases
}

/// A path that the policy answers, if the file's routes lead to it.
pub(crate) fn path_to(file: &File, policy: &Policy) -> Option<String> {
    let leads_here = |path: &String| {
        cors_compiler::reference::policy_for(file, path).is_some_and(|found| found.name.value == policy.name.value)
    };
    paths(file).into_iter().find(leads_here)
}

fn paths(file: &File) -> Vec<String> {
    let mut paths: Vec<String> = ["/", "/unrouted", "/unrouted/x?path=/api"].map(str::to_owned).to_vec();
    for route in file.routes.iter().flatten() {
        let (RoutePath::Exact(path) | RoutePath::Subtree(path)) = &route.path.value;
        let around =
            ["/x", "", "/", "/x/y", "x", "x/y", "?a=b", ".x", "-", "//"].map(|suffix| format!("{path}{suffix}"));
        let cut = path.get(..path.len().saturating_sub(1)).unwrap_or_default().to_owned();
        paths.extend(around.into_iter().chain([cut, path.to_ascii_uppercase(), format!("/x{path}")]));
    }
    // `//` and an empty path are normalized before routing, by each server in its own way.
    paths.retain(|path| path.starts_with('/') && !path.contains("//"));
    let mut seen = HashSet::new();
    paths.retain(|path| seen.insert(path.clone()));
    paths
}

/// The live upstream's behaviours in turn.
fn behaviour(turn: usize) -> &'static str {
    BEHAVIOURS[turn % BEHAVIOURS.len()]
}

/// An allowed origin, a refused one, none.
fn telling_origins(policy: &Policy) -> [OriginFields; 3] {
    [vec![allowed(policy)], vec![REFUSED.to_owned()], vec![]]
}
