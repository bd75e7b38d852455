//! The servers under test beside `cors decide`, with Chromium as the judge.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use cors_compiler::browser::Verdict;
use cors_compiler::fetch::method::is_forbidden_method;

use super::application::Application;
use super::browser::{Browser, Outcome};
use super::cache::{careless_answers_fail, visits};
use super::cases::{Case, Expected, cases};
use super::endpoints::{Servers, Target, endpoints};
use super::known::{KNOWN, Known};
use super::verdict::difference;
use crate::failures::{Failure, classes};
use crate::policies::samples;

/// How many cases each target is asked at least.
const LEAST: usize = 150;

#[test]
fn chromium_decides_as_cors_decide_does() {
    let directory = tempfile::tempdir().unwrap();
    let (samples, application) = (samples(), Application::start());
    let mut browser = Browser::start();
    let _servers = Servers::start(directory.path(), &samples, application.address, &browser.front);
    let endpoints = endpoints(&samples);
    let cases = cases(&endpoints);
    let started = Instant::now();
    let (mut tally, mut turn) = (Tally::default(), 0);
    let mut pages: BTreeMap<&str, Vec<(Target, &Case<'_>, usize)>> = BTreeMap::new();
    for case in &cases {
        for target in Target::ALL {
            turn += 1;
            pages.entry(&case.origin).or_default().push((target, case, turn));
        }
    }
    for (origin, asked) in &pages {
        tally.visit(&mut browser, origin, asked);
    }
    for visit in visits(&endpoints) {
        let on_all = |(case, url)| Target::ALL.map(|target| (target, case, turn + url));
        let asked: Vec<_> = visit.cases.iter().map(|(case, url)| (case, *url)).flat_map(on_all).collect();
        tally.visit(&mut browser, visit.origin, &asked);
    }
    careless_answers_fail(&mut browser);
    let (pages, seconds) = (pages.len(), started.elapsed().as_secs_f64());
    println!("Chromium: {} requests of {pages} pages, {seconds:.1} s", tally.count_of(|_| true));
    tally.finish();
    assert_eq!(application.forbidden(), 0, "a forbidden header was sent");
}

/// What came of all cases.
#[derive(Default)]
struct Tally {
    /// By category and target: how many were allowed, and how many refused.
    counts: BTreeMap<(&'static str, Target), [usize; 2]>,
    /// How often each row of [`KNOWN`] admitted a difference.
    known: [usize; KNOWN.len()],
    failures: Vec<Failure>,
}

impl Tally {
    /// Has a page make the requests, and counts what it makes of the answers.
    fn visit(&mut self, browser: &mut Browser, origin: &str, asked: &[(Target, &Case<'_>, usize)]) {
        let calls: Vec<_> = asked.iter().map(|(target, case, turn)| case.call(*target, *turn)).collect();
        for (&(target, case, _), outcome) in asked.iter().zip(browser.perform(origin, &calls)) {
            self.count(target, case, &outcome);
        }
    }

    fn count(&mut self, target: Target, case: &Case<'_>, outcome: &Outcome) {
        let expected = case.expected(target);
        let is_refused = matches!(expected.verdict, Verdict::Refused { .. });
        self.counts.entry((case.ask.category, target)).or_default()[usize::from(is_refused)] += 1;
        let Some(difference) = differs(case, &expected, outcome) else { return };
        let row = KNOWN.iter().position(|row: &Known| (row.admits)(target, case, outcome));
        match row {
            Some(row) => self.known[row] += 1,
            None => self.failures.push(Failure {
                class: format!("{target:?}, {}, policy {}: {difference}", case.ask.category, case.endpoint.name()),
                detail: format!("  page {}\n  {:?}\n  {outcome:?}\n", case.origin, case.ask),
            }),
        }
    }

    /// How many cases of targets that fit.
    fn count_of(&self, fits: impl Fn(Target) -> bool) -> usize {
        self.counts.iter().filter(|((_, target), _)| fits(*target)).flat_map(|(_, counts)| counts).sum()
    }

    /// Prints what was compared, and fails if anything differed, or too little was compared.
    fn finish(&self) {
        let categories: BTreeSet<&str> = self.counts.keys().map(|(category, _)| *category).collect();
        println!(
            "{:<36}{}",
            "allowed / refused",
            Target::ALL.map(|target| format!("{:>14}", format!("{target:?}"))).concat()
        );
        for category in categories {
            let counts = Target::ALL.map(|target| match self.counts.get(&(category, target)) {
                Some([allowed, refused]) => format!("{:>14}", format!("{allowed} / {refused}")),
                None => format!("{:>14}", "-"),
            });
            println!("{category:<36}{}", counts.concat());
        }
        for (row, count) in KNOWN.iter().zip(self.known) {
            println!("{count:>8} known differences: {}", row.what);
        }
        let count = self.failures.len();
        assert!(count == 0, "{count} verdicts differ\n{}", classes(&self.failures));
        for target in Target::ALL {
            let count = self.count_of(|other| other == target);
            assert!(count >= LEAST, "{target:?}: {count} cases only");
        }
        for (row, count) in KNOWN.iter().zip(self.known) {
            assert!(count > 0, "stale: {}", row.what);
        }
    }
}

/// In what the browser differs from what is expected.
fn differs(case: &Case<'_>, expected: &Expected, outcome: &Outcome) -> Option<String> {
    if is_forbidden_method(&case.ask.method) {
        let fails = matches!(outcome, Outcome::Failure { cause: None, error } if error.contains("unsupported"));
        return (!fails).then(|| format!("expected no script to use the method, got {outcome:?}"));
    }
    difference(&expected.verdict, &expected.answer, outcome)
}
