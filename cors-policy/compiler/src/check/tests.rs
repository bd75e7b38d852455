//! `tests`: requests, and what a browser is to make of them.

use std::collections::HashMap;

use super::lists::method_fault;
use super::{Check, Defined};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::{
    DUPLICATE_TEST, FORBIDDEN_REQUEST_HEADER, INVALID_PATH, INVALID_TEST, MISSING_KEY, UNKNOWN_KEY,
};
use crate::fetch::Refusal;
use crate::fetch::header_name::is_forbidden_request_header;
use crate::fetch::method::{Method, MethodFault, normalize};
use crate::ir::{Expect, Target, Test};
use crate::source::{Place, Spanned};
use crate::syntax::{self, Expectation, Parsed, StringOr};

impl Check<'_> {
    pub(super) fn tests(
        &mut self,
        tests: Option<&Parsed<Vec<Parsed<syntax::Test>>>>,
        defined: &Defined<'_>,
    ) -> Vec<Test> {
        let mut known: HashMap<&str, Place> = HashMap::new();
        let mut checked = Vec::new();
        for test in tests.and_then(|list| list.value.as_deref()).unwrap_or(&[]) {
            checked.extend(self.test(test, defined));
            let Some(name) = test.value.as_ref().and_then(|test| test.it.as_ref()) else { continue };
            let Some(text) = name.value.as_deref().filter(|text| !text.trim().is_empty()) else { continue };
            if let Some(first) = known.get(text) {
                let diagnostic = Diagnostic::new(&DUPLICATE_TEST, format!("two tests are called `{text}`"))
                    .at(name, "again here")
                    .at(*first, "first here")
                    .help("give each a name of its own, so that a report says which one failed");
                self.report(diagnostic);
            } else {
                known.insert(text, name.place);
            }
        }
        checked
    }

    /// `None` if it is faulty.
    fn test(&mut self, test: &Parsed<syntax::Test>, defined: &Defined<'_>) -> Option<Test> {
        let syntax::Test { it, path, policy, origin, method, headers, credentials, environment, expect } =
            test.value.as_ref()?;
        for (key, missing) in [("it", it.is_none()), ("origin", origin.is_none()), ("expect", expect.is_none())] {
            if missing {
                let diagnostic = Diagnostic::new(&MISSING_KEY, format!("the test has no `{key}`"));
                self.report(
                    diagnostic.at(self.first_character(test.place), "in this test").help(format!("add `{key}`")),
                );
            }
        }
        let name = it.as_ref().and_then(|name| self.test_name(name));
        let target = self.target(test.place, path.as_ref(), policy.as_ref(), defined);
        let origin = origin.as_ref().and_then(|origin| self.test_origin(origin));
        let method = method.as_ref().map_or(Some("GET".to_owned()), |method| self.test_method(method));
        let names = headers.as_ref().and_then(|list| list.value.as_deref()).unwrap_or(&[]);
        let headers: Vec<String> = names.iter().filter_map(|name| self.test_header(name)).collect();
        let environment = environment.as_ref().map(|name| self.known_environment(name, defined));
        let expect = expect.as_ref().and_then(|expect| self.expect(expect));
        let environment = match environment {
            Some(None) => return None,
            Some(Some(name)) => Some(name),
            None => None,
        };
        Some(Test {
            name: name?,
            place: test.place,
            target: target?,
            origin: origin?,
            method: method?,
            headers,
            credentials: super::switched_on(credentials.as_ref()).is_some(),
            environment,
            expect: expect?,
        })
    }

    fn test_name(&mut self, name: &Parsed<String>) -> Option<Spanned<String>> {
        let text = name.value.as_deref()?.trim();
        if text.is_empty() {
            let diagnostic = Diagnostic::new(&INVALID_TEST, "the test has an empty name");
            let help = "say what is expected, as the sentence goes on after \"it\": `lets the shop update a cart`";
            self.report(diagnostic.at(name, "").help(help));
            return None;
        }
        Some(Spanned::new(text.to_owned(), name.place))
    }

    fn target(
        &mut self,
        test: Place,
        path: Option<&Parsed<String>>,
        policy: Option<&Parsed<String>>,
        defined: &Defined<'_>,
    ) -> Option<Target> {
        match (path, policy) {
            (Some(path), Some(policy)) => {
                let diagnostic = Diagnostic::new(&UNKNOWN_KEY, "a test names a path or a policy, not both")
                    .at(policy, "this policy")
                    .at(path, "and this path")
                    .help("keep `path` if the routes are to pick the policy, else `policy`");
                self.report(diagnostic);
                None
            }
            (None, Some(policy)) => self.known_policy(policy, defined.policies).map(Target::Policy),
            (Some(path), None) if defined.has_routes || defined.policies.len() == 1 => self.test_path(path),
            (Some(path), None) => {
                let diagnostic = Diagnostic::new(&MISSING_KEY, "the file has no routes that would pick a policy");
                self.report(diagnostic.at(path, "").help("name the policy: `policy: …` in place of `path`"));
                None
            }
            (None, None) => match defined.policies {
                [only] if !defined.has_routes => Some(Target::Policy((*only).to_owned())),
                _ => {
                    let diagnostic = Diagnostic::new(&MISSING_KEY, "the test has neither `path` nor `policy`");
                    let help = "add `path: /…`, by which a route picks the policy, or `policy: …`";
                    self.report(diagnostic.at(self.first_character(test), "in this test").help(help));
                    None
                }
            },
        }
    }

    fn test_path(&mut self, path: &Parsed<String>) -> Option<Target> {
        let text = path.value.as_deref()?;
        let why = if !text.starts_with('/') {
            "it must begin with `/`"
        } else if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            "it has a character that a browser would encode"
        } else if text.contains(['?', '#']) {
            "a query or fragment is no part of a path"
        } else if text.split('/').any(|segment| matches!(segment, "." | "..")) {
            "browsers resolve `.` and `..` before they send a request"
        } else {
            return Some(Target::Path(text.to_owned()));
        };
        let diagnostic = Diagnostic::new(&INVALID_PATH, format!("`{text}` is not the path of a request: {why}"));
        self.report(diagnostic.at(path, "").help("write the path as the server receives it, such as `/api/cart`"));
        None
    }

    fn test_origin(&mut self, origin: &Parsed<String>) -> Option<Spanned<String>> {
        let text = origin.value.as_deref()?;
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            let diagnostic = match text {
                "" => Diagnostic::new(&INVALID_TEST, "a request without an origin is no CORS request"),
                text => Diagnostic::new(&INVALID_TEST, format!("no request has the origin `{text}`")),
            };
            let help = "write what stands in the request's `Origin`: visible ASCII characters, without spaces";
            self.report(diagnostic.at(origin, "").help(help));
            return None;
        }
        Some(Spanned::new(text.to_owned(), origin.place))
    }

    /// Any method that a script can send, also one in lower case that never equals the upper-case one.
    fn test_method(&mut self, method: &Parsed<String>) -> Option<String> {
        let text = method.value.as_deref()?;
        match Method::new(text) {
            Ok(_) | Err(MethodFault::Unnormalized) => Some(normalize(text)),
            Err(fault) => {
                self.report(method_fault(fault, text).at(method, ""));
                None
            }
        }
    }

    fn test_header(&mut self, name: &Parsed<String>) -> Option<String> {
        let text = name.value.as_deref()?;
        let lower = self.header_name(text, name.place)?.as_ref().to_owned();
        if is_forbidden_request_header(&lower) {
            let message = format!("no script can set the request header `{text}`");
            let diagnostic = Diagnostic::new(&FORBIDDEN_REQUEST_HEADER, message);
            self.report(diagnostic.at(name, "").help("leave it out: browsers set it themselves, and never ask for it"));
            return None;
        }
        Some(lower)
    }

    fn expect(&mut self, expect: &Parsed<StringOr<Expectation>>) -> Option<Spanned<Expect>> {
        let refuse = match expect.value.as_ref()? {
            StringOr::Text(text) if text == "allow" => return Some(Spanned::new(Expect::Allow, expect.place)),
            StringOr::Text(text) => {
                let diagnostic = Diagnostic::new(&INVALID_TEST, format!("`{text}` is nothing that can be expected"));
                let help = "write `allow`, or `{ refuse: origin }` (or `method`, `header`, `credentials`)";
                self.report(diagnostic.at(expect, "").help(help));
                return None;
            }
            StringOr::Mapping(mapping) => &mapping.refuse,
        };
        let Some(reason) = refuse else {
            let diagnostic = Diagnostic::new(&MISSING_KEY, "the expectation has no `refuse`");
            self.report(
                diagnostic.at(self.first_character(expect.place), "").help("write `allow`, or `{ refuse: origin }`"),
            );
            return None;
        };
        let text = reason.value.as_deref()?;
        let found = Refusal::WORDS.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let words: Vec<&str> = Refusal::WORDS.iter().map(|(word, _)| *word).collect();
            let diagnostic = Diagnostic::new(&INVALID_TEST, format!("`{text}` is nothing that is refused"));
            self.report(diagnostic.at(reason, "").help(match crate::diagnostic::did_you_mean(text, words.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("write one of {}", words.join(", ")),
            }));
        }
        found.map(|(_, refusal)| Spanned::new(Expect::Refuse(*refusal), expect.place))
    }
}
