//! Mutants: the policies that one slip of a pen would make, and whether anything notices.
//!
//! A mutant dies if a test fails on it, if it violates `never` or `only`, or if `cors check` refuses it with
//! an error. What means the same as the original, decided on the automata and lists, is no mutant.

use std::collections::HashSet;

use super::edit::{self, Change, Edit};
use super::refusal::Checker;
use super::{Suite, decide, difference, environment, outcome, policy};
use crate::browser::Fetch;
use crate::diagnostic::Code;
use crate::fetch::method::normalize;
use crate::fetch::pattern::OriginPattern;
use crate::ir::{Expect, File, Policy, Target, Test};
use crate::reference;
use crate::source::{Place, Source, Spanned};

/// The most mutants of one policy, or of the routes, that are made: evenly spread over the entries.
pub const MOST_MUTANTS: usize = 300;

/// What became of a mutant.
#[derive(Debug)]
pub enum Fate {
    /// The test of that name fails on it.
    Test(String),
    /// An assertion is violated, by the id of what `cors check` finds.
    Assertion(&'static str),
    /// `cors check` refuses it, with that id.
    Checker(&'static str),
    /// Nothing notices; a test that would, if there is a short one. It is an index of [`Mutants::tests`].
    Lived(Option<usize>),
}

/// A policy that one slip of a pen would make.
#[derive(Debug)]
pub struct Mutant {
    /// The policy that is changed; `None` for the routes.
    pub policy: Option<String>,
    /// Where.
    pub place: Place,
    /// What the change does.
    pub what: &'static str,
    /// What stands there; empty if nothing does.
    pub old: String,
    /// What the change puts there; empty if nothing.
    pub new: String,
    /// What became of it.
    pub fate: Fate,
}

/// The mutants of a file.
#[derive(Debug, Default)]
pub struct Mutants {
    /// Policy by policy, then the routes.
    pub list: Vec<Mutant>,
    /// Tests that kill those that live, each of them needed once.
    pub tests: Vec<Test>,
    /// The policies (`None` for the routes) of which not all were made, and how many were not.
    pub left_out: Vec<(Option<String>, usize)>,
}

/// What an edit makes of a reading.
pub(super) enum Mutated {
    /// Its policy, and the entries that are gone or new; `None` if it differs in something else.
    Policy(Box<Policy>, Option<Vec<OriginPattern>>),
    /// The file, with other routes.
    Routes(Box<File>),
}

/// A mutant in the readings that it changes: the index of each, and what is changed.
type Changed = Vec<(usize, Mutated)>;

/// Makes the mutants of a file and looks which live. Its tests are taken to pass. `progress` is told how many of
/// the mutants are done, and how many there are.
#[must_use]
pub fn mutants(source: &Source, suite: &Suite, progress: &mut dyn FnMut(usize, usize)) -> Mutants {
    let mut mutants = Mutants::default();
    let mut groups = Vec::new();
    let mut known = HashSet::new();
    let names = suite.selected().map_or(&[][..], |file| &file.policies).iter().map(|policy| &policy.name.value);
    for name in names.map(Some).chain([None]) {
        let mut edits = Vec::new();
        for file in &suite.readings {
            match name {
                Some(name) => edits.extend(file.policy(name).map(edit::of_policy).unwrap_or_default()),
                None => edits.extend(edit::of_routes(file)),
            }
        }
        edits.retain(|edit| known.insert((edit.policy.clone(), edit.change.clone())));
        let (edits, left_out) = sampled(edits);
        if left_out > 0 {
            mutants.left_out.push((name.cloned(), left_out));
        }
        groups.push(edits);
    }
    let mut checker = Checker::new(source, suite);
    let total = groups.iter().map(Vec::len).sum();
    for (done, edit) in groups.into_iter().flatten().enumerate() {
        progress(done, total);
        if let Some(fate) = fate(suite, &mut checker, &edit, &mut mutants.tests) {
            let Edit { policy, place, what, old, new, change: _ } = edit;
            mutants.list.push(Mutant { policy, place, what, old, new, fate });
        }
    }
    mutants
}

/// Not too many, and how many were left out: all that are not about one entry among thousands are kept.
fn sampled(edits: Vec<Edit>) -> (Vec<Edit>, usize) {
    let is_entry = |edit: &Edit| matches!(edit.change, Change::Origin { .. });
    let entries = edits.iter().filter(|edit| is_entry(edit)).count();
    let room = MOST_MUTANTS.saturating_sub(edits.len() - entries).max(1);
    if entries <= room {
        return (edits, 0);
    }
    let mut seen = 0;
    let kept = edits.into_iter().filter(|edit| {
        if !is_entry(edit) {
            return true;
        }
        seen += 1;
        seen * room / entries > (seen - 1) * room / entries
    });
    (kept.collect(), entries - room)
}

/// What becomes of a mutant; `None` if it is none. A test that would kill it is found among `tests`, or added.
fn fate(suite: &Suite, checker: &mut Checker<'_>, edit: &Edit, tests: &mut Vec<Test>) -> Option<Fate> {
    let mut changed: Changed = Vec::new();
    for (index, original) in suite.readings.iter().enumerate() {
        match mutated(original, edit) {
            Ok(mutated) => changed.extend(mutated.map(|mutated| (index, mutated))),
            Err(code) => return Some(Fate::Checker(code.id)),
        }
    }
    if let Some(test) = suite.tests().iter().find(|test| kills(suite, test, &changed)) {
        return Some(Fate::Test(test.name.value.clone()));
    }
    let mut differs = false;
    let mut telling = None;
    for (index, mutated) in &changed {
        match telling_request(suite.readings.get(*index)?, mutated) {
            Ok(None) => {}
            Ok(Some((target, fetch))) => {
                differs = true;
                telling = telling.or(Some((*index, target, fetch)));
            }
            // Too large to tell: it may well differ.
            Err(crate::analysis::TooLarge) => differs = true,
        }
    }
    if !differs {
        return None;
    }
    if let Some(code) = changed.iter().find_map(|(index, mutated)| checker.refuses(*index, mutated, edit)) {
        return Some(match code.id {
            "never-violated" | "only-violated" => Fate::Assertion(code.id),
            id => Fate::Checker(id),
        });
    }
    let found = tests.iter().position(|test| kills(suite, test, &changed));
    Some(Fate::Lived(found.or_else(|| {
        let (index, target, fetch) = telling?;
        tests.push(test_of(suite, index, target, &fetch)?);
        Some(tests.len() - 1)
    })))
}

/// What an edit makes of a reading; `None` if it changes nothing there.
fn mutated(original: &File, edit: &Edit) -> Result<Option<Mutated>, &'static Code> {
    let Some(name) = &edit.policy else {
        let mut file = Box::new(original.clone());
        let changed = file.routes.as_mut().is_some_and(|routes| edit.apply_to_routes(routes));
        return Ok(changed.then_some(Mutated::Routes(file)));
    };
    let Some(policy) = original.policy(name) else { return Ok(None) };
    let mut policy = Box::new(policy.clone());
    if !edit.apply(&mut policy)? {
        return Ok(None);
    }
    let touched = match &edit.change {
        Change::Origin { old, .. } => {
            let new = policy.origins().iter().filter(|origin| origin.pattern.place == edit.place);
            Some(new.map(|origin| &origin.pattern.value).chain([old]).cloned().collect())
        }
        Change::Restored(patterns) => Some(patterns.clone()),
        Change::Null => Some(vec![OriginPattern::Null]),
        _ => None,
    };
    Ok(Some(Mutated::Policy(policy, touched)))
}

/// Whether an entry admits an origin. (The reference says the same, but reads an expression anew each time.)
fn admits(pattern: &OriginPattern, origin: &str) -> bool {
    match pattern {
        OriginPattern::Regex(regex) => regex.dfa.matches(origin.as_bytes()),
        plain => reference::matches(plain, origin),
    }
}

/// Whether a test, which passes on the original, fails on a mutant.
fn kills(suite: &Suite, test: &Test, changed: &Changed) -> bool {
    let Some(reading) = suite.reading_index(test) else { return false };
    let (Some(original), Some((_, mutated))) =
        (suite.readings.get(reading), changed.iter().find(|(index, _)| *index == reading))
    else {
        return false;
    };
    let found = match mutated {
        // No other test can tell the difference.
        Mutated::Policy(_, Some(touched)) if !touched.iter().any(|entry| admits(entry, &test.origin.value)) => None,
        Mutated::Policy(mutant, _) => {
            let meant = policy(original, &test.target).filter(|policy| policy.name.value == mutant.name.value);
            meant.map(|_| outcome(Some(mutant), test))
        }
        Mutated::Routes(mutant) => matches!(test.target, Target::Path(_)).then(|| decide(mutant, test)),
    };
    found.is_some_and(|found| found != test.expect.value)
}

/// A request that a mutant decides otherwise.
fn telling_request(original: &File, mutated: &Mutated) -> Result<Option<(Target, Fetch)>, crate::analysis::TooLarge> {
    Ok(match mutated {
        Mutated::Policy(mutant, _) => {
            let name = &mutant.name.value;
            difference::of_policies(original.policy(name), Some(mutant))?
                .map(|fetch| (Target::Policy(name.clone()), fetch))
        }
        Mutated::Routes(mutant) => {
            difference::of_routes(original, mutant)?.map(|(path, fetch)| (Target::Path(path), fetch))
        }
    })
}

/// The test that the original passes with a request.
fn test_of(suite: &Suite, reading: usize, target: Target, fetch: &Fetch) -> Option<Test> {
    let file = suite.readings.get(reading)?;
    let expect = difference::outcome(policy(file, &target), fetch);
    let method = normalize(&fetch.method);
    // The selected reading is the one of tests that name no environment.
    let environment = environment(file).filter(|_| reading > 0).map(str::to_owned);
    let test = Test {
        name: Spanned::new(String::new(), Place::default()),
        place: Place::default(),
        target,
        origin: Spanned::new(fetch.origin.clone(), Place::default()),
        method,
        headers: fetch.unsafe_headers.clone(),
        credentials: fetch.credentials,
        environment,
        expect: Spanned::new(expect, Place::default()),
    };
    let name = Spanned::new(sentence(&test), Place::default());
    Some(Test { name, ..test })
}

/// A name for a test that is nobody's idea.
fn sentence(test: &Test) -> String {
    let mut text = match test.expect.value {
        Expect::Allow => "allows".to_owned(),
        Expect::Refuse(_) => "refuses".to_owned(),
    };
    if test.method != "GET" {
        text.push_str(&format!(" {}", test.method));
    }
    text.push_str(&format!(" from {}", test.origin.value));
    if let [name, ..] = test.headers.as_slice() {
        text.push_str(&format!(" with {name}"));
    }
    if test.credentials {
        text.push_str(" with credentials");
    }
    match &test.target {
        Target::Policy(name) => text.push_str(&format!(" under {name}")),
        Target::Path(path) => text.push_str(&format!(" on {path}")),
    }
    if let Some(name) = &test.environment {
        text.push_str(&format!(" in {name}"));
    }
    text
}
