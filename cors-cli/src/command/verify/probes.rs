//! The requests, derived from the policies: each allowed origin with its neighbours, each method and header.

use std::collections::HashSet;

use cors_compiler::boundary::{Neighbour, Shape, general, neighbours, samples, telling};
use cors_compiler::browser::{Fetch, actual_request, preflight_request};
use cors_compiler::ir::{Origin, Policy};
use cors_compiler::reference::{Request, allows_origin, matches};

use super::targets::Target;

/// Of how many entries alike the origins are asked about, without `--all`.
const MOST_OF_A_KIND: usize = 4;
/// A header that no policy lists.
const FOREIGN_HEADER: &str = "x-cors-verify";
/// Methods, of which one is not listed.
const FOREIGN_METHODS: [&str; 4] = ["DELETE", "PATCH", "PUT", "CORS-VERIFY"];

/// One request, and what it is about.
#[derive(Debug, Clone)]
pub(crate) struct Probe<'a> {
    /// The index of the target.
    pub(crate) target: usize,
    pub(crate) policy: &'a Policy,
    /// With the query.
    pub(crate) path: String,
    pub(crate) asks: Asks,
    pub(crate) origin: Option<String>,
    /// How the origin differs from an allowed one.
    pub(crate) shape: Shape,
    /// The entry that allows the origin, or beside which it lies.
    pub(crate) near: Option<&'a Origin>,
}

/// The kind of request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asks {
    Preflight { method: String, headers: Vec<String>, private_network: bool },
    Actual { method: String },
}

impl Probe<'_> {
    pub(crate) fn is_preflight(&self) -> bool {
        matches!(self.asks, Asks::Preflight { .. })
    }

    /// The script's request, as the browser model takes it.
    pub(crate) fn fetch(&self, credentials: bool) -> Fetch {
        let (method, unsafe_headers) = match &self.asks {
            Asks::Preflight { method, headers, .. } => (method, headers.clone()),
            Asks::Actual { method } => (method, Vec::new()),
        };
        Fetch {
            origin: self.origin.clone().unwrap_or_default(),
            method: method.clone(),
            path: self.path.clone(),
            unsafe_headers,
            credentials,
            upload_listener: false,
        }
    }

    pub(crate) fn request(&self) -> Request {
        let fetch = self.fetch(false);
        let mut request = match &self.asks {
            Asks::Preflight { private_network, .. } => {
                let mut request = preflight_request(&fetch);
                if *private_network {
                    request.headers.push("access-control-request-private-network", "true");
                }
                request
            }
            Asks::Actual { .. } => actual_request(&fetch),
        };
        if self.origin.is_none() {
            request.headers.remove("origin");
        }
        request
    }
}

/// The probes of all targets, no two of them the same request.
pub(crate) fn derive<'a>(targets: &[Target<'a>], methods: &[String], all: bool) -> Vec<Probe<'a>> {
    let mut probes = Vec::new();
    for (index, target) in targets.iter().enumerate() {
        Derivation { index, target, probes: &mut probes }.run(methods, all);
    }
    let mut seen = HashSet::new();
    probes.retain(|probe| seen.insert(format!("{:?}", probe.request())));
    probes
}

/// An origin to ask about.
struct Candidate<'a> {
    origin: String,
    shape: Shape,
    near: Option<&'a Origin>,
}

/// The derivation for one target.
struct Derivation<'a, 't> {
    index: usize,
    target: &'t Target<'a>,
    probes: &'t mut Vec<Probe<'a>>,
}

impl<'a> Derivation<'a, '_> {
    fn run(&mut self, methods: &[String], all: bool) {
        let policy = self.target.policy;
        let candidates = candidates(policy, if all { usize::MAX } else { MOST_OF_A_KIND });
        let allowed = candidates.iter().find(|candidate| allows_origin(policy, &candidate.origin));
        let refused = candidates.iter().find(|candidate| !allows_origin(policy, &candidate.origin));
        let ordinary = policy.allow_methods.listed.first().map_or("GET", |method| method.value.as_ref());
        let path = &self.target.path;
        let asked: Vec<&Candidate<'a>> = match self.target.brief {
            true => allowed.into_iter().chain(refused).collect(),
            false => candidates.iter().collect(),
        };
        for candidate in asked {
            self.add(path, preflight(ordinary, &[]), Some(candidate));
            self.add(path, actual("GET"), Some(candidate));
        }
        self.add(path, actual("GET"), None);
        if let Some(missing) = &self.target.missing {
            for candidate in [allowed, refused].into_iter().flatten() {
                self.add(missing, actual("GET"), Some(candidate));
            }
            self.add(missing, actual("GET"), None);
        }
        for method in methods {
            for candidate in [allowed, refused].into_iter().flatten() {
                self.add(path, actual(method), Some(candidate));
            }
        }
        let Some(allowed) = allowed.filter(|_| !self.target.brief) else { return };
        self.add(path, actual("HEAD"), Some(allowed));
        if let Some(missing) = &self.target.missing {
            self.add(missing, preflight(ordinary, &[]), Some(allowed));
        }
        self.lists(path, ordinary, allowed);
    }

    /// Each method and header that the policy lists, and one of each that it does not.
    fn lists(&mut self, path: &str, ordinary: &str, allowed: &Candidate<'a>) {
        let policy = self.target.policy;
        let methods: Vec<&str> = policy.allow_methods.listed.iter().map(|method| method.value.as_ref()).collect();
        let foreign = FOREIGN_METHODS.into_iter().find(|method| !methods.contains(method));
        for method in ["GET"].into_iter().chain(methods.iter().copied()).chain(foreign) {
            self.add(path, preflight(method, &[]), Some(allowed));
        }
        let headers: Vec<&str> = policy.allow_headers.listed.iter().map(|name| name.value.as_ref()).collect();
        for header in headers.iter().copied().chain([FOREIGN_HEADER, "authorization"]) {
            self.add(path, preflight(ordinary, &[header]), Some(allowed));
        }
        self.add(path, preflight(ordinary, &headers), Some(allowed));
        let private = Asks::Preflight { method: ordinary.to_owned(), headers: Vec::new(), private_network: true };
        self.add(path, private, Some(allowed));
    }

    fn add(&mut self, path: &str, asks: Asks, candidate: Option<&Candidate<'a>>) {
        self.probes.push(Probe {
            target: self.index,
            policy: self.target.policy,
            path: path.to_owned(),
            asks,
            origin: candidate.map(|candidate| candidate.origin.clone()),
            shape: candidate.map_or(Shape::Unrelated, |candidate| candidate.shape),
            near: candidate.and_then(|candidate| candidate.near),
        });
    }
}

fn actual(method: &str) -> Asks {
    Asks::Actual { method: method.to_owned() }
}

fn preflight(method: &str, headers: &[&str]) -> Asks {
    let headers = headers.iter().map(|&header| header.to_owned()).collect();
    Asks::Preflight { method: method.to_owned(), headers, private_network: false }
}

/// The origins to ask about: what the entries allow, what lies beside that, and what is allowed by mistake.
fn candidates(policy: &Policy, most: usize) -> Vec<Candidate<'_>> {
    let entries = telling(policy, most);
    let mut found: Vec<Candidate<'_>> = Vec::new();
    for entry in &entries {
        let samples = samples(&entry.pattern.value).into_iter();
        found.extend(samples.map(|sample| Candidate {
            origin: sample.to_string(),
            shape: Shape::Listed,
            near: Some(entry),
        }));
    }
    for entry in &entries {
        for (turn, sample) in samples(&entry.pattern.value).iter().enumerate() {
            let around = neighbours(&entry.pattern.value, sample).into_iter();
            // One sample's neighbours tell of the others', but each has ports of its own.
            let around = around.filter(|Neighbour { shape, .. }| turn == 0 || *shape == Shape::Port);
            found.extend(around.map(|Neighbour { shape, origin }| Candidate { origin, shape, near: Some(entry) }));
        }
    }
    found.extend(general().into_iter().map(|Neighbour { shape, origin }| Candidate { origin, shape, near: None }));
    let mut seen = HashSet::new();
    found.retain(|candidate| seen.insert(candidate.origin.clone()));
    for candidate in &mut found {
        // What allows it says more than what it is near.
        let allowing = |entry: &&Origin| matches(&entry.pattern.value, &candidate.origin);
        candidate.near = policy.origins().iter().find(allowing).or(candidate.near);
    }
    found
}
