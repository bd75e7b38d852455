//! Whether `cors check` refuses a mutant with an error: of all that it looks for, what the edit can have changed.

use std::collections::HashSet;

use super::Suite;
use super::edit::{Change, Edit};
use super::mutants::Mutated;
use crate::diagnostic::{Code, Diagnostics, Severity};
use crate::fetch::pattern::OriginPattern;
use crate::ir::{Access, File, Policy};
use crate::lint::{self, Scope};
use crate::source::Source;

/// The readings of a file, whose originals have no errors.
pub(super) struct Checker<'a> {
    source: &'a Source,
    suite: &'a Suite,
    /// The readings without their policies: one of these is put in at a time.
    frames: Vec<File>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(source: &'a Source, suite: &'a Suite) -> Self {
        let frame = |file: &File| File {
            environment: file.environment.clone(),
            assertions: file.assertions.clone(),
            ..File::default()
        };
        Self { source, suite, frames: suite.readings.iter().map(frame).collect() }
    }

    /// The error with which `cors check` refuses a mutant of a reading; assertions first, which the owner wrote.
    pub(super) fn refuses(&mut self, reading: usize, mutated: &Mutated, edit: &Edit) -> Option<&'static Code> {
        let Mutated::Policy(mutant, _) = mutated else { return None };
        match edit.change {
            // No error is about these.
            Change::Methods(_) | Change::Headers(_) | Change::Route { .. } => None,
            Change::Everyone | Change::Nobody | Change::Credentials(_) => {
                let whole = Policy::clone(mutant);
                self.errors(reading, whole, &[Scope::Entry, Scope::Policy])
            }
            Change::Origin { .. } | Change::Restored(_) | Change::Null => {
                let mut added = Policy::clone(mutant);
                let original = self.suite.readings.get(reading)?.policy(&mutant.name.value)?;
                if let Access::Listed { origins, .. } = &mut added.access {
                    let known: HashSet<&OriginPattern> =
                        original.origins().iter().map(|origin| &origin.pattern.value).collect();
                    origins.retain(|origin| !known.contains(&origin.pattern.value));
                }
                if added.origins().is_empty() {
                    return None;
                }
                let found = self.errors(reading, added, &[Scope::Entry]);
                found.or_else(|| self.errors(reading, Policy::clone(mutant), &[Scope::Policy]))
            }
        }
    }

    fn errors(&mut self, reading: usize, policy: Policy, scopes: &[Scope]) -> Option<&'static Code> {
        let frame = self.frames.get_mut(reading)?;
        frame.policies = vec![policy];
        let mut diagnostics = Diagnostics::new();
        lint::errors(self.source, frame, scopes, &mut diagnostics);
        let errors = diagnostics.iter().filter(|found| found.severity == Severity::Error).map(|found| found.code);
        errors.min_by_key(|code| !matches!(code.id, "never-violated" | "only-violated"))
    }
}
