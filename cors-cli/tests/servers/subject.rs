//! A server under test and the tally of what it answered.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;

use cors_compiler::ir::Policy;
use cors_compiler::reference::{Response, policy_for, respond};

use crate::allowed::{ALLOWED, Allowed, Target};
use crate::client::Client;
use crate::compare::Exchange;
use crate::corpus::{Case, LEAST, for_policy, for_routes, path_to};
use crate::failures::{Failure, classes};
use crate::policies::Sample;
use crate::upstream::{CHOICE, DEAD, Upstream, answer};

/// A running server and what it is to obey.
pub(crate) struct Subject<'a> {
    pub(crate) sample: &'a Sample,
    /// The policy that answers every path; `None` if the file's routes choose.
    pub(crate) policy: Option<&'a Policy>,
    /// Where the server in front of the upstream listens.
    pub(crate) live: SocketAddr,
    /// Where the one in front of the dead upstream does; for some servers the same.
    pub(crate) dead: SocketAddr,
}

/// What came of one target's comparisons.
pub(crate) struct Tally<'a> {
    target: Target,
    upstream: &'a Upstream,
    compared: usize,
    /// The same by policy: the sample's name and the policy's.
    policies: BTreeMap<(String, String), usize>,
    /// How often each row of [`ALLOWED`] admitted a difference.
    admitted: [usize; ALLOWED.len()],
    failures: Vec<Failure>,
}

impl Subject<'_> {
    pub(crate) fn cases(&self) -> Vec<Case> {
        if let Some(policy) = self.policy {
            return for_policy(policy, "/some/path?q=1");
        }
        let routed = self
            .sample
            .file
            .policies
            .iter()
            .filter_map(|policy| Some(for_policy(policy, &path_to(&self.sample.file, policy)?)));
        routed.flatten().chain(for_routes(&self.sample.file)).collect()
    }
}

impl<'a> Tally<'a> {
    pub(crate) fn new(target: Target, upstream: &'a Upstream) -> Self {
        Self {
            target,
            upstream,
            compared: 0,
            policies: BTreeMap::new(),
            admitted: [0; ALLOWED.len()],
            failures: Vec::new(),
        }
    }

    /// Sends every request of the subject's corpus and compares.
    pub(crate) fn compare(&mut self, subject: &Subject<'_>) {
        let mut live = Client::new(subject.live);
        let mut dead = Client::new(subject.dead);
        self.compare_by(subject, &subject.cases(), |case| {
            if case.upstream == DEAD { dead.send(&case.wire()) } else { live.send(&case.wire()) }
        });
    }

    /// The same with other requests, sent in another way.
    pub(crate) fn compare_by(
        &mut self,
        subject: &Subject<'_>,
        cases: &[Case],
        mut send: impl FnMut(&Case) -> io::Result<Response>,
    ) {
        for case in cases {
            let request = case.request();
            let policy = subject.policy.or_else(|| policy_for(&subject.sample.file, &request.path));
            let mut expected_forwarded = 0;
            let mut upstream = |_: &_| match case.upstream {
                DEAD => self.unreachable(),
                choice => {
                    expected_forwarded += 1;
                    answer(choice)
                }
            };
            let expected = match policy {
                Some(policy) => respond(policy, &request, upstream),
                None => upstream(&request),
            };
            let before = self.upstream.requests();
            match send(case) {
                Ok(real) => {
                    let forwarded = (expected_forwarded, self.upstream.requests() - before);
                    self.judge(subject, &Exchange { case, policy, expected, real, forwarded });
                }
                Err(error) => {
                    let class = format!("{}: no answer: {error}", subject.sample.name);
                    let detail = format!("  {}\n", case.wire().escape_ascii());
                    self.failures.push(Failure { class, detail });
                }
            }
            self.compared += 1;
            if let Some(policy) = policy {
                let names = (subject.sample.name.clone(), policy.name.value.clone());
                *self.policies.entry(names).or_default() += 1;
            }
        }
    }

    /// What the server answers by itself if nobody listens at the upstream's address.
    fn unreachable(&self) -> Response {
        let status = if matches!(self.target, Target::Envoy | Target::EnvoyExact) { 503 } else { 502 };
        Response { status, ..Response::default() }
    }

    fn judge(&mut self, subject: &Subject<'_>, exchange: &Exchange<'_>) {
        let mut unexplained = exchange.differences();
        unexplained.retain(|&aspect| {
            let mut explained = false;
            for (row, admitted) in ALLOWED.iter().zip(&mut self.admitted) {
                if row.target == self.target && (row.admits)(exchange, aspect) {
                    *admitted += 1;
                    explained = true;
                }
            }
            !explained
        });
        if !unexplained.is_empty() {
            let policy = exchange.policy.map_or("none", |policy| &policy.name.value);
            let upstream = exchange.case.upstream;
            let class = format!("{} (policy {policy}, {CHOICE}: {upstream}): {unexplained:?}", subject.sample.name);
            self.failures.push(Failure { class, detail: exchange.to_string() });
        }
    }

    /// Prints what was compared, and fails if there was a difference that is not in the table, a row of the
    /// table that is stale, fewer policies than `policies`, or fewer requests to one of them than [`LEAST`].
    pub(crate) fn finish(self, policies: usize) {
        self.report("", policies, LEAST);
        for (row, count) in self.rows() {
            assert!(count > 0, "stale: {:?} no longer differs in that {}", self.target, row.what);
        }
    }

    /// Prints what was compared, `over` what, and fails if there was a difference that is not in the table,
    /// or too little was compared: fewer policies, or fewer requests to one of them.
    pub(crate) fn report(&self, over: &str, policies: usize, requests: usize) {
        let Self { target, compared, failures, policies: each, .. } = self;
        let admitted: usize = self.rows().map(|(_, count)| count).sum();
        let count = failures.len();
        println!(
            "{target:?}{over}: {compared} requests compared, {count} differences, {admitted} of a kind that is allowed"
        );
        for (row, count) in self.rows().filter(|(_, count)| *count > 0) {
            println!("{count:>8} {}", row.what);
        }
        let shown = || classes(failures);
        assert!(failures.is_empty(), "{target:?}: {count} of {compared} requests differ\n{}\n{each:#?}", shown());
        let enough = each.len() >= policies && each.values().all(|&compared| compared >= requests);
        assert!(enough, "{target:?}: not {requests} requests to each of {policies} policies: {each:#?}");
    }

    /// The table's rows for the target, and how often each admitted a difference.
    fn rows(&self) -> impl Iterator<Item = (&'static Allowed, usize)> {
        ALLOWED.iter().zip(self.admitted).filter(|(row, _)| row.target == self.target)
    }
}
