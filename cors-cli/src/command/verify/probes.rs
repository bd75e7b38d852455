//! The requests, derived from the policies: each allowed origin with its neighbours, each method and header.

use std::collections::HashSet;

use cors_compiler::boundary::Shape;
use cors_compiler::browser::{Fetch, actual_request, preflight_request};
use cors_compiler::fetch::header_name::is_cors_safelisted_request_header;
use cors_compiler::ir::{Origin, Policy};
use cors_compiler::reference::{Request, allows_origin};

use super::edges::{Edge, Outside, Scope};
use super::origins::{Candidate, candidates};
use super::targets::Target;

/// Of how many entries alike the origins are asked about, without `--all`.
const MOST_OF_A_KIND: usize = 4;
/// What a route says where no policy answers.
pub(crate) const NO_POLICY: &str = "none";
/// What has nothing to do with a policy.
const STRANGER: &str = "https://refused.test";
/// A header that no policy lists.
const FOREIGN_HEADER: &str = "x-cors-verify";
/// Methods, of which one is not listed.
const FOREIGN_METHODS: [&str; 4] = ["DELETE", "PATCH", "PUT", "CORS-VERIFY"];

/// One request, and what it is about.
#[derive(Debug, Clone)]
pub(crate) struct Probe<'a> {
    /// The index of the target.
    pub(crate) target: usize,
    /// The one that answers; outside of all policies, one that allows the origin and is not to answer.
    pub(crate) policy: &'a Policy,
    /// No policy is to answer.
    pub(crate) outside: bool,
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

impl<'a> Probe<'a> {
    /// The policy's name, or `none`.
    pub(crate) fn policy_name(&self) -> &'a str {
        if self.outside { NO_POLICY } else { &self.policy.name.value }
    }

    pub(crate) fn is_preflight(&self) -> bool {
        matches!(self.asks, Asks::Preflight { .. })
    }

    /// The method of an actual request.
    pub(crate) fn actual_method(&self) -> Option<&str> {
        match &self.asks {
            Asks::Preflight { .. } => None,
            Asks::Actual { method } => Some(method),
        }
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

/// The derivation for one target.
struct Derivation<'a, 't> {
    index: usize,
    target: &'t Target<'a>,
    probes: &'t mut Vec<Probe<'a>>,
}

impl<'a> Derivation<'a, '_> {
    fn run(&mut self, methods: &[String], all: bool) {
        let (target, most) = (self.target, if all { usize::MAX } else { MOST_OF_A_KIND });
        match (&target.scope, target.policy) {
            (Scope::Outside(outside), _) => self.outside(outside),
            (Scope::Edge(edge), Some(policy)) => self.edge(policy, edge),
            (scope, Some(policy)) => {
                self.within(policy, &candidates(policy, most), matches!(scope, Scope::Full), methods);
            }
            (_, None) => {}
        }
    }

    /// Where no policy answers: what would tell that one does.
    fn outside(&mut self, outside: &Outside<'a>) {
        let path = &self.target.path;
        for (origin, policy) in &outside.origins {
            let listed = Candidate::new(origin.clone(), Shape::Listed, None);
            self.add(policy, path, preflight("GET", &[]), Some(&listed));
            self.add(policy, path, actual("GET"), Some(&listed));
        }
        let is_open = outside.feared.iter().any(|policy| !policy.varies_on_origin());
        let Some(policy) = outside.feared.first() else { return };
        let stranger = Candidate::new(STRANGER.to_owned(), Shape::Unrelated, None);
        self.add(policy, path, actual("GET"), Some(&stranger));
        if is_open && outside.origins.is_empty() {
            self.add(policy, path, preflight("GET", &[]), Some(&stranger));
        }
    }

    /// At the edge of a route: origins that tell the policy from what would answer instead.
    fn edge(&mut self, policy: &'a Policy, edge: &Edge<'a>) {
        let path = &self.target.path;
        let by_rival = |origin: &str| edge.rival.is_some_and(|rival| allows_origin(rival, origin));
        let ours = candidates(policy, MOST_OF_A_KIND);
        let allowed = || ours.iter().filter(|candidate| allows_origin(policy, &candidate.origin));
        let allowed = allowed().find(|candidate| !by_rival(&candidate.origin)).or_else(|| allowed().next());
        let theirs = edge.rival.map(|rival| candidates(rival, MOST_OF_A_KIND)).unwrap_or_default();
        let theirs = theirs.into_iter().find(|candidate| {
            candidate.near.is_some() && by_rival(&candidate.origin) && !allows_origin(policy, &candidate.origin)
        });
        let theirs = theirs.map(|candidate| Candidate { shape: Shape::Elsewhere, near: None, ..candidate });
        let is_stranger = |candidate: &&Candidate<'_>| candidate.shape == Shape::Unrelated;
        let stranger = ours.iter().find(is_stranger).filter(|stranger| !allows_origin(policy, &stranger.origin));
        for candidate in [allowed, theirs.as_ref().or(stranger)].into_iter().flatten() {
            self.add(policy, path, preflight(ordinary(policy), &[]), Some(candidate));
            self.add(policy, path, actual("GET"), Some(candidate));
        }
        self.add(policy, path, actual("GET"), None);
    }

    /// Where the policy answers.
    fn within(&mut self, policy: &'a Policy, candidates: &[Candidate<'a>], full: bool, methods: &[String]) {
        let refused = || candidates.iter().filter(|candidate| !allows_origin(policy, &candidate.origin));
        let allowed = candidates.iter().find(|candidate| allows_origin(policy, &candidate.origin));
        let near = refused().next();
        // What is let in there is let in everywhere; what lies near an entry may be let in for that.
        let stranger = refused().find(|candidate| candidate.shape == Shape::Unrelated).or(near);
        let (path, ordinary) = (&self.target.path, ordinary(policy));
        let asked: Vec<&Candidate<'a>> = match full {
            false => [allowed, near, stranger].into_iter().flatten().collect(),
            true => candidates.iter().collect(),
        };
        for candidate in asked {
            if candidate.by_preflight {
                self.add(policy, path, preflight(ordinary, &[]), Some(candidate));
            }
            self.add(policy, path, actual("GET"), Some(candidate));
        }
        self.add(policy, path, actual("GET"), None);
        if let Some(missing) = &self.target.missing {
            for candidate in [allowed, stranger].into_iter().flatten() {
                self.add(policy, missing, actual("GET"), Some(candidate));
            }
            self.add(policy, missing, actual("GET"), None);
        }
        for method in methods {
            for candidate in [allowed, stranger].into_iter().flatten() {
                self.add(policy, path, actual(method), Some(candidate));
            }
        }
        if !full {
            return;
        }
        for candidate in [near, stranger].into_iter().flatten() {
            self.add(policy, path, actual("HEAD"), Some(candidate));
            self.add(policy, path, actual("OPTIONS"), Some(candidate));
            self.add(policy, path, preflight("POST", &[]), Some(candidate));
        }
        let Some(allowed) = allowed else { return };
        self.add(policy, path, actual("HEAD"), Some(allowed));
        if let Some(missing) = &self.target.missing {
            self.add(policy, missing, preflight(ordinary, &[]), Some(allowed));
        }
        self.lists(policy, path, ordinary, allowed);
    }

    /// Each method and header that the policy lists, and one of each that it does not.
    fn lists(&mut self, policy: &'a Policy, path: &str, ordinary: &str, allowed: &Candidate<'a>) {
        let methods: Vec<&str> = policy.allow_methods.listed.iter().map(|method| method.value.as_ref()).collect();
        let foreign = FOREIGN_METHODS.into_iter().find(|method| !methods.contains(method));
        for method in ["GET"].into_iter().chain(methods.iter().copied()).chain(foreign) {
            self.add(policy, path, preflight(method, &[]), Some(allowed));
        }
        let headers: Vec<&str> = policy.allow_headers.listed.iter().map(|name| name.value.as_ref()).collect();
        // What needs no listing is asked about all the same, for a header, or for a listener of uploads.
        let unsafe_header = match policy.allow_headers.wildcard {
            Some(_) => Some(FOREIGN_HEADER),
            None => headers.iter().copied().find(|name| !is_cors_safelisted_request_header(name)),
        };
        for method in ["GET", "HEAD", "POST"] {
            self.add(policy, path, preflight(method, unsafe_header.as_slice()), Some(allowed));
        }
        for header in headers.iter().copied().chain([FOREIGN_HEADER, "authorization"]) {
            self.add(policy, path, preflight(ordinary, &[header]), Some(allowed));
        }
        self.add(policy, path, preflight(ordinary, &headers), Some(allowed));
        let private = Asks::Preflight { method: ordinary.to_owned(), headers: Vec::new(), private_network: true };
        self.add(policy, path, private, Some(allowed));
    }

    fn add(&mut self, policy: &'a Policy, path: &str, asks: Asks, candidate: Option<&Candidate<'a>>) {
        self.probes.push(Probe {
            target: self.index,
            policy,
            outside: self.target.policy.is_none(),
            path: path.to_owned(),
            asks,
            origin: candidate.map(|candidate| candidate.origin.clone()),
            shape: candidate.map_or(Shape::Unrelated, |candidate| candidate.shape),
            near: candidate.and_then(|candidate| candidate.near),
        });
    }
}

/// A method that the policy lists, or else one that needs no listing.
fn ordinary(policy: &Policy) -> &str {
    policy.allow_methods.listed.first().map_or("GET", |method| method.value.as_ref())
}

fn actual(method: &str) -> Asks {
    Asks::Actual { method: method.to_owned() }
}

fn preflight(method: &str, headers: &[&str]) -> Asks {
    let headers = headers.iter().map(|&header| header.to_owned()).collect();
    Asks::Preflight { method: method.to_owned(), headers, private_network: false }
}
