//! The sink of the lints: it knows which risks are accepted, and which of those occurred.

use std::collections::HashSet;

use super::assertions::Work;
use crate::check::deletion::delete_items;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ir::{AcceptedRisk, Names, Origin, Policy};
use crate::source::{Place, Source, Span};

/// The sink of the lints.
pub(super) struct Findings<'a> {
    pub(super) source: &'a Source,
    /// Whether the file is free of errors so far, so that what is missing in it is missing indeed, and
    /// not left out because it was faulty.
    pub(super) complete: bool,
    /// What may be spent on the assertions of the file.
    pub(super) work: &'a Work,
    diagnostics: &'a mut Diagnostics,
    /// Where the accepted risks that occurred are written.
    occurred: HashSet<Span>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(source: &'a Source, work: &'a Work, diagnostics: &'a mut Diagnostics) -> Self {
        Self { source, complete: !diagnostics.has_errors(), work, diagnostics, occurred: HashSet::new() }
    }

    /// Reports a fault of the whole file.
    pub(super) fn file(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports a risk of a policy, unless it is accepted.
    pub(super) fn policy(&mut self, policy: &Policy, diagnostic: Diagnostic) {
        if !self.accepts(&policy.accepted_risks, diagnostic.code.id) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Reports a risk of one entry, unless it is accepted there or for the whole policy.
    pub(super) fn origin(&mut self, policy: &Policy, origin: &Origin, diagnostic: Diagnostic) {
        let id = diagnostic.code.id;
        if !self.accepts(&origin.accepted_risks, id) && !self.accepts(&policy.accepted_risks, id) {
            self.through_sets(origin, diagnostic);
        }
    }

    /// Reports a fault of one entry that no reason excuses, not even one that is written.
    pub(super) fn never_acceptable(&mut self, policy: &Policy, origin: &Origin, diagnostic: Diagnostic) {
        for risks in [&origin.accepted_risks, &policy.accepted_risks] {
            self.accepts(risks, diagnostic.code.id);
        }
        self.through_sets(origin, diagnostic);
    }

    fn through_sets(&mut self, origin: &Origin, diagnostic: Diagnostic) {
        let through = |diagnostic: Diagnostic, place| diagnostic.at(place, "used through this set");
        self.diagnostics.push(origin.through.iter().copied().fold(diagnostic, through));
    }

    /// Whether an accepted risk has suppressed anything, in any policy that it is written for.
    pub(super) fn has_occurred(&self, risk: &AcceptedRisk) -> bool {
        risk.occurred || self.occurred.contains(&risk.id.span())
    }

    /// Adds the correction that deletes items of a list, if the list is written so that it can be made.
    pub(super) fn with_deletion<T>(&self, diagnostic: Diagnostic, list: &Names<T>, items: &[Place]) -> Diagnostic {
        match list.place.and_then(|list| delete_items(self.source, list, items)) {
            Some(fix) => diagnostic.fix(fix.span, fix.replacement),
            None => diagnostic,
        }
    }

    /// Whether one of `risks` is `id`; if so, it has occurred.
    fn accepts(&mut self, risks: &[AcceptedRisk], id: &str) -> bool {
        let risk = risks.iter().find(|risk| risk.id.value == id);
        self.occurred.extend(risk.map(|risk| risk.id.span()));
        risk.is_some()
    }
}
