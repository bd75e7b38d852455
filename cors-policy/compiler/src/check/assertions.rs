//! `never` and `only`: what must hold for all origins.

use super::sets::Sets;
use super::{Check, Defined};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::MISSING_KEY;
use crate::ir::{Assertion, Kind};
use crate::source::Place;
use crate::syntax::{Entry, Key, Never, Only, Parsed};

/// What both kinds of assertion have in common.
struct Common<'a> {
    place: Place,
    policy: &'a Key<String>,
    credentials: &'a Key<bool>,
    except: &'a Key<Vec<Parsed<String>>>,
}

impl Check<'_> {
    pub(super) fn assertions(
        &mut self,
        never: Option<&Parsed<Vec<Parsed<Never>>>>,
        only: Option<&Parsed<Vec<Parsed<Only>>>>,
        defined: &Defined<'_>,
        sets: &Sets,
    ) -> Vec<Assertion> {
        let mut checked = Vec::new();
        for item in never.and_then(|list| list.value.as_deref()).unwrap_or(&[]) {
            let Some(Never { policy, origin, credentials, except_environments: except }) = &item.value else {
                continue;
            };
            let common = Common { place: item.place, policy, credentials, except };
            let origin = origin.as_ref().map(|origin| (origin.place, std::slice::from_ref(origin)));
            checked.extend(self.assertion(Kind::Never, &common, origin, defined, sets));
        }
        for item in only.and_then(|list| list.value.as_deref()).unwrap_or(&[]) {
            let Some(Only { policy, origins, credentials, except_environments: except }) = &item.value else {
                continue;
            };
            let common = Common { place: item.place, policy, credentials, except };
            let origins = origins.as_ref().map(|list| (list.place, list.value.as_deref().unwrap_or(&[])));
            checked.extend(self.assertion(Kind::Only, &common, origins, defined, sets));
        }
        checked
    }

    /// `None` if it is faulty, also in what an `only` refers to: what is left of it would say something else.
    fn assertion(
        &mut self,
        kind: Kind,
        common: &Common<'_>,
        origins: Option<(Place, &[Parsed<Entry>])>,
        defined: &Defined<'_>,
        sets: &Sets,
    ) -> Option<Assertion> {
        let errors = self.errors();
        let policy = common.policy.as_ref().map(|name| self.known_policy(name, defined.policies));
        let except = common.except.as_ref().and_then(|list| list.value.as_deref()).unwrap_or(&[]);
        let except_environments = except.iter().filter_map(|name| self.known_environment(name, defined)).collect();
        let Some((place, entries)) = origins else {
            let (of, key) = match kind {
                Kind::Never => ("never", "origin"),
                Kind::Only => ("only", "origins"),
            };
            let diagnostic = Diagnostic::new(&MISSING_KEY, format!("the item of `{of}` has no `{key}`"));
            self.report(diagnostic.at(self.first_character(common.place), "in this item").help(format!("add `{key}`")));
            return None;
        };
        self.no_accepted_risks(entries);
        let asserted = self.asserted_origins(kind, place, entries, sets);
        let credentialed = super::switched_on(common.credentials.as_ref()).is_some();
        let policy = match policy {
            Some(None) => return None,
            Some(Some(name)) => Some(name),
            None => None,
        };
        let unread = common.credentials.as_ref().is_some_and(|value| value.value.is_none())
            || common.except.as_ref().is_some_and(|list| list.value.is_none())
            || except.iter().any(|name| name.value.is_none())
            || self.has_errors_at(common.place)
            || self.has_errors_at(place)
            || self.errors() > errors;
        let origins = asserted.filter(|_| !unread)?;
        Some(Assertion { kind, policy, credentialed, place, origins, except_environments })
    }
}
