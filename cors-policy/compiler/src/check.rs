//! From syntax to IR: everything that makes a policy invalid, all of it reported at once.
//!
//! What is faulty is reported and left out, so that the rest can be checked as well; the IR of a file
//! with errors is never compiled.

mod accepted_risks;
mod assertions;
pub(crate) mod deletion;
mod entries;
mod environments;
mod lists;
mod max_age;
mod origins;
mod routes;
mod sets;
mod tests;

use std::cell::RefCell;
use std::collections::HashMap;

use crate::analysis::regex;
use crate::diagnostic::code::{
    INVALID_NAME, LITERAL_WILDCARD_WITH_CREDENTIALS, MISSING_KEY, UNKNOWN_KEY, UNSUPPORTED_VERSION,
    WILDCARD_WITH_CREDENTIALS,
};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::fetch::pattern::OriginPattern;
use crate::ir::{Access, File, Origin, Policy};
use crate::source::{Place, Source, Span, Spanned};
use crate::syntax;

/// Expressions that were read: a file is checked once for each of its environments, and its expressions are the
/// same in all of them.
#[derive(Debug, Default)]
pub struct Known {
    regexes: RefCell<HashMap<String, Result<OriginPattern, Vec<regex::Fault>>>>,
}

impl Known {
    /// What reading an expression gives.
    fn regex(&self, text: &str) -> Result<OriginPattern, Vec<regex::Fault>> {
        if let Some(known) = self.regexes.borrow().get(text) {
            return known.clone();
        }
        let read = regex::pattern(text);
        self.regexes.borrow_mut().insert(text.to_owned(), read.clone());
        read
    }
}

/// Checks a file as it is written; of `environments` only what needs no policy to be seen.
pub fn file(
    source: &Source,
    file: &syntax::Parsed<syntax::File>,
    known: &Known,
    diagnostics: &mut Diagnostics,
) -> File {
    let mut check = Check { source, known, diagnostics };
    let Some(syntax::File { version, origin_sets, policies, routes, environments, never, only, tests }) = &file.value
    else {
        return File::default();
    };
    check.version(version.as_ref());
    let sets = check.origin_sets(origin_sets.as_ref());
    let Some(policies) = policies else {
        let help = "add `policies:` with at least one policy";
        let place = check.first_character(file.place);
        check.report(Diagnostic::new(&MISSING_KEY, "the file has no `policies`").at(place, "").help(help));
        return File::default();
    };
    let named = policies.value.as_ref().map_or(&[][..], |map| map.0.as_slice());
    if policies.value.is_some() && named.is_empty() {
        let diagnostic = Diagnostic::new(&MISSING_KEY, "`policies` names no policy");
        check.report(
            diagnostic.at(policies.place, "at least one policy belongs here").help("add a policy with `allow_origins`"),
        );
    }
    let names: Vec<&str> = named.iter().map(|(name, _)| name.value.as_str()).collect();
    let environments = check.environments(environments.as_ref(), &names);
    let defined = Defined {
        policies: &names,
        environments: &environments.iter().map(|environment| environment.name.value.as_str()).collect::<Vec<_>>(),
        has_routes: routes.is_some(),
    };
    let routes = routes.as_ref().map(|routes| check.routes(routes, &names));
    let policies = named.iter().map(|(name, policy)| check.policy(name, policy, &sets)).collect();
    let assertions = check.assertions(never.as_ref(), only.as_ref(), &defined, &sets);
    let tests = check.tests(tests.as_ref(), &defined);
    let sets = sets::used(file.value.as_ref());
    File { environment: None, policies, routes, sets, environments, assertions, tests }
}

/// The names that other parts of the file may refer to.
struct Defined<'a> {
    policies: &'a [&'a str],
    environments: &'a [&'a str],
    has_routes: bool,
}

/// The keys that are written where a policy's name belongs if the body is not indented.
const POLICY_KEYS: [&str; 8] = [
    "allow_origins",
    "allow_methods",
    "allow_headers",
    "expose_headers",
    "allow_credentials",
    "allow_private_network",
    "max_age",
    "accept_risks",
];

/// The file being checked and the sink for what is found.
struct Check<'a> {
    source: &'a Source,
    known: &'a Known,
    diagnostics: &'a mut Diagnostics,
}

impl Check<'_> {
    /// The start of a place, for faults of a whole mapping.
    fn first_character(&self, place: Place) -> Place {
        let start = place.span.start;
        let width = self.source.text().get(start..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        Place { span: Span::new(start, start + width), alias: place.alias }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// How many errors there are so far.
    fn errors(&self) -> usize {
        let errors = self.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        errors.count() + self.diagnostics.omitted()
    }

    /// Whether there is an error so far in what is written at a place.
    fn has_errors_at(&self, place: Place) -> bool {
        let errors = self.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        self.diagnostics.omitted() > 0 || { errors }.any(|found| place.span.contains(found.span()))
    }

    /// Whether a key was reported as a misspelling of this one; it is not missing then.
    fn is_misspelt(&self, key: &str, mapping: Place) -> bool {
        self.diagnostics.iter().any(|found| {
            let means = found.fix.as_ref().is_some_and(|fix| fix.replacement == key);
            found.code == &UNKNOWN_KEY && means && mapping.span.contains(found.span())
        })
    }

    fn version(&mut self, version: Option<&syntax::Parsed<u64>>) {
        let Some(version) = version else {
            let diagnostic = Diagnostic::new(&MISSING_KEY, "the file has no `version`");
            let start = self.first_character(Span::default().into());
            self.report(diagnostic.at(start, "").help("add `version: 1` at the top"));
            return;
        };
        if let Some(number) = version.value.filter(|&number| number != 1) {
            let message = format!("version {number} of the policy language is not known");
            self.report(Diagnostic::new(&UNSUPPORTED_VERSION, message).at(version, "").help("write `version: 1`"));
        }
    }

    /// Reports a name of a policy, set or environment that is not `[a-z][a-z0-9-]{0,62}`.
    fn name(&mut self, name: &Spanned<String>, of: &str) {
        let text = &name.value;
        let valid = text.len() <= 63
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !valid {
            let diagnostic = Diagnostic::new(&INVALID_NAME, format!("`{text}` cannot be the name of {of}"));
            let help = match POLICY_KEYS.contains(&text.as_str()) {
                true => "indent it below the name of its policy",
                false => {
                    "a name is a lower-case letter, then lower-case letters, digits and `-`, 63 characters at most"
                }
            };
            self.report(diagnostic.at(name, "").help(help));
        } else if text == "none" && of == "a policy" {
            let diagnostic = Diagnostic::new(&INVALID_NAME, "`none` cannot be the name of a policy");
            self.report(
                diagnostic.at(name, "").help("`policy: none` in a route stands for no policy; choose another name"),
            );
        }
    }

    /// Checks a policy. Warnings that its owner accepts are left out.
    fn policy(&mut self, name: &Spanned<String>, policy: &syntax::Parsed<syntax::Policy>, sets: &sets::Sets) -> Policy {
        let misspelt = self.is_misspelt("allow_origins", policy.place);
        let mut found = Diagnostics::new();
        let mut inner = Check { source: self.source, known: self.known, diagnostics: &mut found };
        let mut checked = inner.whole_policy(name, policy, sets, misspelt);
        self.diagnostics.omit(found.omitted());
        for diagnostic in found.into_sorted() {
            let code = diagnostic.code;
            match checked.accepted_risks.iter_mut().find(|risk| code.acceptable && risk.id.value == code.id) {
                Some(risk) => risk.occurred = true,
                None => self.report(diagnostic),
            }
        }
        checked
    }

    fn whole_policy(
        &mut self,
        name: &Spanned<String>,
        policy: &syntax::Parsed<syntax::Policy>,
        sets: &sets::Sets,
        misspelt: bool,
    ) -> Policy {
        self.name(name, "a policy");
        let mut checked = Policy {
            name: name.clone(),
            description: None,
            access: Access::Listed { place: name.place, origins: Vec::new(), credentials: None },
            allow_methods: Default::default(),
            allow_headers: Default::default(),
            expose_headers: Default::default(),
            allow_private_network: None,
            max_age: None,
            accepted_risks: Vec::new(),
            removed: Vec::new(),
        };
        let Some(syntax::Policy {
            description,
            allow_origins,
            allow_methods,
            allow_headers,
            expose_headers,
            allow_credentials,
            allow_private_network,
            max_age,
            accept_risks,
            change,
        }) = &policy.value
        else {
            return checked;
        };
        checked.description = description.as_ref().and_then(|text| text.value.clone());
        checked.allow_methods = allow_methods.as_ref().map(|list| self.methods(list)).unwrap_or_default();
        checked.allow_headers = allow_headers.as_ref().map(|list| self.allow_headers(list)).unwrap_or_default();
        checked.expose_headers = expose_headers.as_ref().map(|list| self.expose_headers(list)).unwrap_or_default();
        checked.max_age = max_age.as_ref().and_then(|value| self.max_age(value));
        checked.accepted_risks = self.accepted_risks(accept_risks.as_ref());
        checked.allow_private_network = switched_on(allow_private_network.as_ref());
        let credentials = switched_on(allow_credentials.as_ref());
        checked.access = match allow_origins {
            Some(origins) => {
                let read = self.allow_origins(origins, change.as_ref(), sets);
                checked.removed = read.removed;
                self.access(origins.place, read.wildcard, read.origins, credentials)
            }
            None if misspelt => checked.access,
            None => {
                let diagnostic =
                    Diagnostic::new(&MISSING_KEY, format!("policy `{}` has no `allow_origins`", name.value));
                let help = "list the origins that may read responses, or write `allow_origins: \"*\"` for everyone";
                self.report(diagnostic.at(name, "in this policy").help(help));
                checked.access
            }
        };
        if let Some(credentials) = credentials {
            self.literal_wildcards(&checked, credentials);
        }
        checked
    }

    fn access(
        &mut self,
        place: Place,
        wildcard: Option<Place>,
        origins: Vec<Origin>,
        credentials: Option<Place>,
    ) -> Access {
        let Some(wildcard) = wildcard else { return Access::Listed { place, origins, credentials } };
        if let Some(credentials) = credentials {
            let diagnostic = Diagnostic::new(&WILDCARD_WITH_CREDENTIALS, "`*` cannot be combined with credentials")
                .at(wildcard, "every origin is allowed here")
                .at(credentials, "and credentials here")
                .help("list the origins that may use credentials, or remove `allow_credentials`");
            self.report(diagnostic);
        }
        Access::Anyone(wildcard)
    }

    /// [CORS protocol and credentials](https://fetch.spec.whatwg.org/#cors-protocol-and-credentials):
    /// with credentials `*` in the other lists is a name like any other.
    fn literal_wildcards(&mut self, policy: &Policy, credentials: Place) {
        let lists = [
            ("allow_methods", policy.allow_methods.wildcard),
            ("allow_headers", policy.allow_headers.wildcard),
            ("expose_headers", policy.expose_headers.wildcard),
        ];
        for (key, wildcard) in lists {
            let Some(wildcard) = wildcard else { continue };
            let message = format!("with credentials `*` in `{key}` is no wildcard but a literal name");
            let diagnostic = Diagnostic::new(&LITERAL_WILDCARD_WITH_CREDENTIALS, message)
                .at(wildcard, "matches nothing but `*`")
                .at(credentials, "because of this")
                .help("list the names, or remove `allow_credentials`");
            self.report(diagnostic);
        }
    }
}

/// Where a switch is on.
fn switched_on(value: Option<&syntax::Parsed<bool>>) -> Option<Place> {
    value.filter(|value| value.value == Some(true)).map(|value| value.place)
}

/// Where a part of a scalar stands in the source; `None` if that cannot be told.
pub(crate) fn part_of(source: &Source, scalar: Place, text: &str, range: &std::ops::Range<usize>) -> Option<Span> {
    crate::syntax::scalar::part_of(source.slice(scalar.span), text, range)
        .map(|part| Span::new(scalar.span.start + part.start, scalar.span.start + part.end))
}
