//! The cases: who asks which endpoint for what, and what `cors decide` says of it.

use cors_compiler::browser::{self, Fetch, Refusal, Step, Verdict};
use cors_compiler::fetch::method::is_forbidden_method;
use cors_compiler::ir::Policy;
use cors_compiler::judgement;
use cors_compiler::reference::{Response, allows_origin, respond};

use super::application::{self, redirect};
use super::asks::{Ask, all, few, forbidden_methods, redirected};
use super::browser::{Call, Credentials, Way};
use super::endpoints::{Endpoint, Target};
use super::pages::Pages;

/// One request of one page.
#[derive(Clone)]
pub(crate) struct Case<'a> {
    pub(crate) origin: String,
    pub(crate) ask: Ask,
    pub(crate) endpoint: &'a Endpoint<'a>,
    /// To where the endpoint redirects, by which status.
    redirected: Option<(&'a Endpoint<'a>, u16)>,
}

/// What is to come of a case.
pub(crate) struct Expected {
    pub(crate) verdict: Verdict,
    /// The response that the script gets, if it gets one.
    pub(crate) answer: Response,
}

impl<'a> Case<'a> {
    pub(crate) fn new(origin: &str, ask: Ask, endpoint: &'a Endpoint<'a>) -> Self {
        Self { origin: origin.to_owned(), ask, endpoint, redirected: None }
    }

    /// The request as `cors decide` reads it.
    pub(crate) fn fetch(&self) -> Fetch {
        let Ask { way, method, headers, credentials, .. } = &self.ask;
        let unsafe_headers = headers.iter().filter(|(.., is_unsafe)| *is_unsafe).map(|(name, ..)| name.clone());
        Fetch {
            origin: self.origin.clone(),
            method: method.clone(),
            path: self.endpoint.path.clone(),
            unsafe_headers: unsafe_headers.collect(),
            credentials: *credentials == Credentials::Include,
            upload_listener: *way == Way::Upload,
        }
    }

    /// Whether it is about the endpoint alone: not redirected, and answered under a policy or by no CORS headers.
    pub(crate) fn is_one_request(&self) -> bool {
        self.redirected.is_none() && (self.endpoint.policy.is_some() || self.ask.query != application::FOREIGN)
    }

    /// The request as a script makes it. No two with different `turn`s meet in a cache.
    pub(crate) fn call(&self, target: Target, turn: usize) -> Call {
        let Ask { way, method, headers, credentials, has_body, query, .. } = &self.ask;
        let query = match self.redirected {
            Some((to, status)) => redirect(status, &to.url(target, &self.origin, &format!("turn={turn}"))),
            None => format!("{query}&turn={turn}"),
        };
        Call {
            way: *way,
            url: self.endpoint.url(target, &self.origin, &query),
            method: method.clone(),
            headers: headers.iter().map(|(name, value, _)| (name.clone(), value.clone())).collect(),
            credentials: *credentials,
            body: has_body.then(|| "body".to_owned()),
        }
    }

    pub(crate) fn expected(&self, target: Target) -> Expected {
        let fetch = self.fetch();
        if is_forbidden_method(&fetch.method) {
            // The script is not even let try; there is no step, and the model has no word for it.
            let verdict = Verdict::Refused { at: Step::Preflight, reason: Refusal::Method };
            return Expected { verdict, answer: Response::default() };
        }
        let bad_gateway = || Response { status: target.bad_gateway(), ..Response::default() };
        let answer = |query: &str| application::answer(query).unwrap_or_else(bad_gateway);
        let Some((to, status)) = self.redirected else {
            let answer = answer(&self.ask.query);
            return Expected { verdict: decide(self.endpoint, &fetch, &answer), answer };
        };
        let first = decide(self.endpoint, &fetch, &answer(&redirect(status, "")));
        if matches!(first, Verdict::Refused { .. }) {
            return Expected { verdict: first, answer: Response::default() };
        }
        // HTTP-redirect fetch: to another origin, it taints the request's own.
        let origin = if self.endpoint.is_beside(to) { fetch.origin.clone() } else { "null".to_owned() };
        let answer = answer("");
        Expected { verdict: decide(to, &Fetch { origin, path: to.path.clone(), ..fetch }, &answer), answer }
    }
}

/// What the reference's answers to a fetch come to in the browser model, as in `cors decide`.
fn decide(endpoint: &Endpoint<'_>, fetch: &Fetch, answer: &Response) -> Verdict {
    let Some(policy) = endpoint.policy else { return browser::fetch(fetch, |_| answer.clone()) };
    let verdict = browser::fetch(fetch, |request| respond(policy, request, |_| answer.clone()));
    let decided = judgement::verdict(policy, fetch);
    let agrees = match (&verdict, &decided) {
        (Verdict::Allowed { .. }, Verdict::Allowed { .. }) => true,
        (refused, decided) => refused == decided,
    };
    assert!(agrees, "`cors decide` says {decided:?} of {fetch:?}, the model {verdict:?} of {answer:?}");
    verdict
}

/// All cases but those of caches.
pub(crate) fn cases<'a>(endpoints: &'a [Endpoint<'a>]) -> Vec<Case<'a>> {
    let mut cases = Vec::new();
    for endpoint in endpoints {
        let pages = Pages::of(endpoint.policy);
        let every = pages.allowed.iter().chain(&pages.refused);
        let mut asked: Vec<(&String, Ask)> =
            every.clone().flat_map(|origin| few(origin).map(|ask| (origin, ask))).collect();
        asked.extend(every.take(1).flat_map(|origin| all(endpoint.policy).into_iter().map(move |ask| (origin, ask))));
        let telling = pages.allowed.first().into_iter().chain(pages.refused.first());
        asked.extend(telling.clone().flat_map(|origin| forbidden_methods().map(|ask| (origin, ask))));
        cases.extend(asked.into_iter().map(|(origin, ask)| Case::new(origin, ask, endpoint)));
        cases.extend(telling.take(1).flat_map(|origin| redirects(origin, endpoint, endpoints)));
    }
    cases
}

/// From an endpoint to itself, and to others that make of the origin `null` what there is to make of it.
fn redirects<'a>(origin: &str, from: &'a Endpoint<'a>, endpoints: &'a [Endpoint<'a>]) -> Vec<Case<'a>> {
    let others = || endpoints.iter().filter(|to| !to.is_beside(from));
    let find = |fits: fn(&Policy) -> bool| others().find(|to| to.policy.is_some_and(fits));
    let to = [
        Some(from),
        find(|policy| allows_origin(policy, "null") && policy.varies_on_origin()),
        find(|policy| allows_origin(policy, "null") && !policy.varies_on_origin()),
        find(|policy| !allows_origin(policy, "null")),
    ];
    let to = to.into_iter().flatten().flat_map(|to| redirected().map(|(ask, status)| (to, ask, status)));
    to.map(|(to, ask, status)| Case { redirected: Some((to, status)), ..Case::new(origin, ask, from) }).collect()
}
