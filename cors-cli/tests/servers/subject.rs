//! A server under test and the tally of what it answered.

use std::net::SocketAddr;

use cors_compiler::ir::{File, Policy};
use cors_compiler::reference::{Response, policy_for, respond};

use crate::allowed::{ALLOWED, Target};
use crate::client::Client;
use crate::compare::{Aspect, Exchange};
use crate::corpus::{Case, for_policy, for_routes, path_to};
use crate::upstream::{CHOICE, DEAD, Upstream, answer};

/// How many failures are shown in full.
const SHOWN: usize = 12;

/// A running server and what it is to obey.
pub(crate) struct Subject<'a> {
    /// The policy file's name.
    pub(crate) source: &'a str,
    pub(crate) file: &'a File,
    /// The policy that answers every path; `None` if the file's routes choose.
    pub(crate) policy: Option<&'a Policy>,
    pub(crate) address: SocketAddr,
    /// Where the requests to the dead upstream go: for some servers another one.
    pub(crate) address_with_dead_upstream: SocketAddr,
}

/// What came of one target's comparisons.
pub(crate) struct Tally<'a> {
    target: Target,
    upstream: &'a Upstream,
    compared: usize,
    /// How often each row of [`ALLOWED`] admitted a difference.
    admitted: [usize; ALLOWED.len()],
    failures: Vec<String>,
}

impl Subject<'_> {
    fn cases(&self) -> Vec<Case> {
        if let Some(policy) = self.policy {
            return for_policy(policy, "/some/path?q=1");
        }
        let routed = self.file.policies.iter().filter_map(|policy| Some(for_policy(policy, &path_to(self.file, policy)?)));
        routed.flatten().chain(for_routes(self.file)).collect()
    }
}

impl<'a> Tally<'a> {
    pub(crate) fn new(target: Target, upstream: &'a Upstream) -> Self {
        Self { target, upstream, compared: 0, admitted: [0; ALLOWED.len()], failures: Vec::new() }
    }

    /// Sends every request of the subject's corpus and compares.
    pub(crate) fn compare(&mut self, subject: &Subject<'_>) {
        let mut live = Client::new(subject.address);
        let mut dead = Client::new(subject.address_with_dead_upstream);
        let cases = subject.cases();
        assert!(cases.len() >= 300, "{} requests are few for {}", cases.len(), subject.source);
        for case in &cases {
            let request = case.request();
            let policy = subject.policy.or_else(|| policy_for(subject.file, &request.path));
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
            let client = if case.upstream == DEAD { &mut dead } else { &mut live };
            match client.send(&case.wire()) {
                Ok(real) => {
                    let forwarded = (expected_forwarded, self.upstream.requests() - before);
                    self.judge(subject, &Exchange { case, policy, expected, real, forwarded });
                }
                Err(error) => {
                    let request = case.wire();
                    self.failures.push(format!("{}: no answer ({error}) to\n  {}\n", subject.source, request.escape_ascii()));
                }
            }
            self.compared += 1;
        }
    }

    /// What the server answers by itself if nobody listens at the upstream's address.
    fn unreachable(&self) -> Response {
        let status = if self.target == Target::Envoy { 503 } else { 502 };
        Response { status, ..Response::default() }
    }

    fn judge(&mut self, subject: &Subject<'_>, exchange: &Exchange<'_>) {
        let mut unexplained: Vec<Aspect> = exchange.differences();
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
            self.failures.push(format!("{} (policy {policy}), {CHOICE} {}: {unexplained:?}\n{exchange}", subject.source, exchange.case.upstream));
        }
    }

    /// Prints what was compared, and fails if there was a difference that is not in the table, or a
    /// row of the table that is stale.
    pub(crate) fn finish(self) {
        let Self { target, compared, admitted, failures, .. } = self;
        let rows = || ALLOWED.iter().zip(admitted).filter(|(row, _)| row.target == target);
        println!("{target:?}: {compared} requests compared, {} differences allowed", rows().map(|(_, count)| count).sum::<usize>());
        for (row, count) in rows() {
            println!("{count:>8} {} (targets.md {})", row.what, row.section);
        }
        let shown = failures.iter().take(SHOWN).map(String::as_str).collect::<String>();
        assert!(failures.is_empty(), "{target:?}: {} of {compared} requests differ\n{shown}", failures.len());
        for (row, count) in rows() {
            assert!(count > 0, "stale: {target:?} no longer differs in that {}", row.what);
        }
    }
}
