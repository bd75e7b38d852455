//! A server under test and the tally of what it answered.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use cors_compiler::ir::Policy;
use cors_compiler::reference::{Response, policy_for, respond};

use crate::allowed::{ALLOWED, Target};
use crate::client::Client;
use crate::compare::{Aspect, Exchange};
use crate::corpus::{Case, LEAST, for_policy, for_routes, path_to};
use crate::policies::Sample;
use crate::upstream::{CHOICE, DEAD, Upstream, answer};

/// How many classes of failures are shown, each by its first.
const SHOWN: usize = 12;

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

/// A request that was answered as no row admits.
struct Failure {
    /// The same for requests that differ alike.
    class: String,
    detail: String,
}

impl Subject<'_> {
    fn cases(&self) -> Vec<Case> {
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
        let cases = subject.cases();
        for case in &cases {
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
            let client = if case.upstream == DEAD { &mut dead } else { &mut live };
            match client.send(&case.wire()) {
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
            let upstream = exchange.case.upstream;
            let class = format!("{} (policy {policy}, {CHOICE}: {upstream}): {unexplained:?}", subject.sample.name);
            self.failures.push(Failure { class, detail: exchange.to_string() });
        }
    }

    /// Prints what was compared, and fails if there was a difference that is not in the table, a row of the
    /// table that is stale, fewer policies than `least`, or fewer requests to one of them than [`LEAST`].
    pub(crate) fn finish(self, least: usize) {
        let Self { target, compared, policies, admitted, failures, .. } = self;
        let rows = || ALLOWED.iter().zip(admitted).filter(|(row, _)| row.target == target);
        println!(
            "{target:?}: {compared} requests compared, {} differences, {} of a kind that is allowed",
            failures.len(),
            rows().map(|(_, count)| count).sum::<usize>()
        );
        for (row, count) in rows() {
            println!("{count:>8} {} (targets.md {})", row.what, row.section);
        }
        assert!(
            failures.is_empty(),
            "{target:?}: {} of {compared} requests differ\n{}\n{policies:#?}",
            failures.len(),
            classes(&failures)
        );
        for (row, count) in rows() {
            assert!(count > 0, "stale: {target:?} no longer differs in that {}", row.what);
        }
        let enough = policies.len() >= least && policies.values().all(|&requests| requests >= LEAST);
        assert!(enough, "{target:?}: not {LEAST} requests to each of {least} policies: {policies:#?}");
    }
}

/// The first failure of each class, and how many are like it.
fn classes(failures: &[Failure]) -> String {
    let mut classes: Vec<(&Failure, usize)> = Vec::new();
    for failure in failures {
        match classes.iter_mut().find(|(first, _)| first.class == failure.class) {
            Some((_, count)) => *count += 1,
            None => classes.push((failure, 1)),
        }
    }
    let shown = classes.iter().take(SHOWN);
    let shown: String =
        shown.map(|(first, count)| format!("{count} like this: {}\n{}", first.class, first.detail)).collect();
    format!("{shown}({} classes in all)", classes.len())
}
