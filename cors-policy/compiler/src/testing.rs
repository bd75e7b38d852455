//! The tests of a policy file: run, measured ([`coverage`]), and tested in their turn ([`mutants`]).

mod advice;
pub mod coverage;
mod difference;
mod edit;
pub mod mutants;
mod origin_edits;
mod refusal;
#[cfg(test)]
mod tests;
pub mod yaml;

use crate::Checked;
use crate::browser::{Fetch, Verdict};
use crate::ir::{Expect, File, Policy, Target, Test};
use crate::judgement::{self, Judgement, Reason};
use crate::reference;

/// A policy file whose tests are to be run: as it is written, or in one environment.
#[derive(Debug)]
pub struct Suite {
    /// The file as it was asked for, first; then in its other environments, which only tests that name them see.
    readings: Vec<File>,
}

/// What became of a test.
#[derive(Debug)]
pub enum Outcome {
    /// What was expected came.
    Passed,
    /// Something else came.
    Failed(Failure),
    /// It is about another environment than the one that was asked for.
    Skipped,
}

/// Why a test failed.
#[derive(Debug)]
pub struct Failure {
    /// What came.
    pub found: Expect,
    /// What in the file decides it; empty if nothing does.
    pub reasons: Vec<Reason>,
    /// What would have to change for the test to pass.
    pub advice: String,
}

impl Suite {
    /// The tests of a checked file: of [`check`](crate::check()) as it is written, of
    /// [`check_in`](crate::check_in) in that environment. `None` if the file has errors.
    #[must_use]
    pub fn new(checked: Checked) -> Option<Self> {
        let environments = checked.environments.into_iter().map(|(_, file)| file);
        Some(Self { readings: checked.file.into_iter().chain(environments).collect() })
            .filter(|suite| !suite.readings.is_empty())
    }

    /// The file as it was asked for.
    fn selected(&self) -> Option<&File> {
        self.readings.first()
    }

    /// The tests, in the order of the file.
    #[must_use]
    pub fn tests(&self) -> &[Test] {
        self.selected().map_or(&[], |file| &file.tests)
    }

    /// Runs a test.
    ///
    /// # Examples
    /// ```
    /// use cors_compiler::source::Source;
    /// use cors_compiler::testing::{Outcome, Suite};
    ///
    /// let text = "version: 1
    /// policies:
    ///   shop:
    ///     allow_origins: [https://www.shop.example]
    /// tests:
    ///   - {it: takes no cookies, origin: https://www.shop.example, credentials: true, expect: allow}
    /// ";
    /// let suite = Suite::new(cors_compiler::check(&Source::new("shop.yaml", text))).unwrap();
    /// let Outcome::Failed(failure) = suite.run(&suite.tests()[0]) else { panic!() };
    /// assert!(failure.advice.starts_with("add `allow_credentials: true`"));
    /// ```
    #[must_use]
    pub fn run(&self, test: &Test) -> Outcome {
        let Some(file) = self.reading(test) else { return Outcome::Skipped };
        if decide(file, test) == test.expect.value {
            return Outcome::Passed;
        }
        let fetch = fetch(test);
        let policy = policy(file, &test.target);
        let route = match &test.target {
            Target::Path(path) => judgement::route(file, path),
            Target::Policy(_) => None,
        };
        let (found, mut reasons) = match policy {
            Some(policy) => {
                let Judgement { verdict, reasons } = judgement::judge(policy, &fetch);
                (expectation(&verdict), reasons)
            }
            None => (NO_POLICY, Vec::new()),
        };
        reasons.extend(route.map(|route| Reason {
            place: route.path.place,
            why: match policy {
                Some(_) => "this route picks the policy".to_owned(),
                None => "this route leaves the path alone".to_owned(),
            },
        }));
        let advice = advice::advice(policy, test, &fetch, found);
        Outcome::Failed(Failure { found, reasons, advice })
    }

    /// The reading of the file that a test is about.
    fn reading(&self, test: &Test) -> Option<&File> {
        self.readings.get(self.reading_index(test)?)
    }

    fn reading_index(&self, test: &Test) -> Option<usize> {
        let Some(wanted) = test.environment.as_deref() else { return Some(0) };
        self.readings.iter().position(|file| environment(file) == Some(wanted))
    }
}

/// The environment as which a file was read.
fn environment(file: &File) -> Option<&str> {
    file.environment.as_ref().map(|environment| environment.name.value.as_str())
}

/// On a path without a policy there are no CORS headers, so that the CORS check fails for the origin.
const NO_POLICY: Expect = Expect::Refuse(crate::fetch::Refusal::Origin);

/// The policy that decides about a target; `None` if none answers its path.
fn policy<'a>(file: &'a File, target: &Target) -> Option<&'a Policy> {
    match target {
        Target::Policy(name) => file.policy(name),
        Target::Path(path) => reference::policy_for(file, path),
    }
}

/// The fetch that a test describes.
fn fetch(test: &Test) -> Fetch {
    Fetch {
        origin: test.origin.value.clone(),
        method: test.method.clone(),
        path: match &test.target {
            Target::Path(path) => path.clone(),
            Target::Policy(_) => "/".to_owned(),
        },
        unsafe_headers: judgement::unsafe_headers(&test.headers),
        credentials: test.credentials,
        upload_listener: false,
    }
}

/// What comes of a test's request.
fn decide(file: &File, test: &Test) -> Expect {
    outcome(policy(file, &test.target), test)
}

/// What comes of a test's request under a policy, if there is one.
fn outcome(policy: Option<&Policy>, test: &Test) -> Expect {
    difference::outcome(policy, &fetch(test))
}

/// A verdict in the words of `expect`.
fn expectation(verdict: &Verdict) -> Expect {
    match verdict {
        Verdict::Allowed { .. } => Expect::Allow,
        Verdict::Refused { reason, .. } => Expect::Refuse(*reason),
    }
}
