//! What must hold of an answer, and in what it does not.

use cors_compiler::boundary::Shape;
use cors_compiler::browser::{check_preflight, cors_check};
use cors_compiler::ir::{Access, Policy};
use cors_compiler::reference::{CORS_RESPONSE_HEADERS, Response, respond};
use cors_compiler::source::Place;

use super::lists::{self, List};
use super::probes::Probe;

/// A request and the two answers to it.
#[derive(Debug)]
pub(crate) struct Exchange<'a> {
    pub(crate) probe: Probe<'a>,
    /// What the reference answers in front of the same upstream.
    pub(crate) expected: Response,
    pub(crate) real: Response,
}

/// In what an answer is not as it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aspect {
    /// A browser lets an origin in that the policy refuses.
    OriginAdmitted,
    /// A browser keeps an origin out that the policy allows.
    OriginRefused,
    /// The preflight's status is not an ok status.
    Status,
    /// Credentials are let in that the policy refuses.
    CredentialsAdmitted,
    /// Credentials are kept out that the policy allows.
    CredentialsRefused,
    /// `Access-Control-Allow-Credentials` is neither `true` nor absent.
    CredentialsValue,
    /// `Access-Control-Allow-Origin: *` with credentials.
    WildcardWithCredentials,
    /// A field that says one thing is there twice, or says two.
    Repeated,
    /// A list, or the maximum age, is not the policy's.
    List,
    /// `Vary: Origin` is missing.
    Vary,
    /// A policy answers where none is to answer.
    Outside,
    /// Beyond what a browser or a cache can tell apart: worth a note.
    Unseen,
}

/// Something that does not hold.
#[derive(Debug)]
pub(crate) struct Finding<'a, 'e> {
    pub(crate) exchange: &'e Exchange<'a>,
    pub(crate) aspect: Aspect,
    /// One line, without the request. Of notes it is the same for all that are alike.
    pub(crate) what: String,
    /// Where the policy says otherwise.
    pub(crate) place: Place,
}

impl<'a> Exchange<'a> {
    pub(crate) fn new(probe: Probe<'a>, real: Response) -> Self {
        let upstream = |_: &_| Response { status: real.status, headers: real.headers.clone() };
        let expected = respond(probe.policy, &probe.request(), upstream);
        Self { probe, expected, real }
    }

    /// Whether the reference allows the origin.
    pub(crate) fn is_allowed(&self) -> bool {
        self.probe.origin.is_some() && self.expected.headers.all(ORIGIN).next().is_some()
    }

    /// Whether a browser lets the origin in, without credentials.
    pub(crate) fn is_admitted(&self) -> bool {
        self.probe.origin.is_some() && cors_check(&self.probe.fetch(false), &self.real.headers).is_ok()
    }

    /// The value of `Access-Control-Allow-Origin`, if there is one.
    pub(crate) fn allowed_origin(&self) -> Option<&str> {
        self.real.headers.all(ORIGIN).next()
    }

    pub(crate) fn varies(&self) -> bool {
        let is_origin = |name: &str| name.trim() == "*" || name.trim().eq_ignore_ascii_case("origin");
        self.real.headers.all("vary").any(|value| value.split(',').any(is_origin))
    }

    /// What the browser model says of an answer with the credentials that the policy allows.
    pub(crate) fn refusal(&self, credentials: bool) -> Option<cors_compiler::browser::Refusal> {
        let fetch = self.probe.fetch(credentials);
        match self.probe.is_preflight() {
            true => check_preflight(&fetch, &self.real).err(),
            false => cors_check(&fetch, &self.real.headers).err(),
        }
    }

    /// Everything that does not hold.
    pub(crate) fn findings(&self) -> Vec<Finding<'a, '_>> {
        let mut findings = Vec::new();
        self.check_fields(&mut findings);
        if findings.iter().all(|finding| finding.aspect != Aspect::Repeated) {
            match (self.probe.origin.is_some(), self.is_allowed()) {
                (true, true) => self.check_allowed(&mut findings),
                (true, false) => self.check_refused(&mut findings),
                (false, _) => self.check_without_origin(&mut findings),
            }
        }
        self.check_vary(&mut findings);
        findings
    }

    fn finding(&self, aspect: Aspect, what: impl Into<String>, place: Place) -> Finding<'a, '_> {
        Finding { exchange: self, aspect, what: what.into(), place }
    }

    /// Fields that are wrong whatever the request is.
    fn check_fields<'e>(&'e self, findings: &mut Vec<Finding<'a, 'e>>) {
        let headers = &self.real.headers;
        for name in [ORIGIN, CREDENTIALS, "access-control-max-age"] {
            let values: Vec<&str> = headers.all(name).collect();
            if values.len() > 1 || values.iter().any(|value| value.contains(',')) {
                let what = format!("{name} is there {} times, or names several values", values.len());
                findings.push(self.finding(Aspect::Repeated, what, self.origins_place()));
            }
        }
        let credentials: Vec<&str> = headers.all(CREDENTIALS).collect();
        if let [value] = credentials.as_slice()
            && *value != "true"
            && !value.contains(',')
        {
            let what = format!("{CREDENTIALS} is `{value}`; it must be `true`, or not be there");
            findings.push(self.finding(Aspect::CredentialsValue, what, self.credentials_place()));
        }
        if credentials.contains(&"true") && headers.all(ORIGIN).eq(["*"]) {
            let what = format!("{ORIGIN} is `*` beside {CREDENTIALS}: browsers refuse that with credentials");
            findings.push(self.finding(Aspect::WildcardWithCredentials, what, self.credentials_place()));
        }
    }

    fn check_allowed<'e>(&'e self, findings: &mut Vec<Finding<'a, 'e>>) {
        let policy = self.probe.policy;
        if !self.is_admitted() {
            let what = "the policy allows the origin, and a browser refuses it".to_owned();
            return findings.push(self.finding(Aspect::OriginRefused, what, self.origins_place()));
        }
        if self.probe.is_preflight() && !(200..300).contains(&self.real.status) {
            let what = format!("the preflight is answered with {}, which browsers take for no", self.real.status);
            return findings.push(self.finding(Aspect::Status, what, self.origins_place()));
        }
        let with_credentials = cors_check(&self.probe.fetch(true), &self.real.headers).is_ok();
        match (policy.allows_credentials(), with_credentials) {
            (true, false) => {
                let what = "the policy allows credentials, and a browser refuses them";
                findings.push(self.finding(Aspect::CredentialsRefused, what, self.credentials_place()));
            }
            (false, true) => {
                let what = "the policy refuses credentials, and a browser lets them in";
                findings.push(self.finding(Aspect::CredentialsAdmitted, what, self.credentials_place()));
            }
            _ => {}
        }
        for list in List::of(self.probe.is_preflight()) {
            let (expected, real) = (&self.expected.headers, &self.real.headers);
            if let Some(difference) = lists::compare(list, expected, real, policy.allows_credentials()) {
                let aspect = if difference.is_seen { Aspect::List } else { Aspect::Unseen };
                findings.push(self.finding(aspect, difference.what, list.place(policy)));
            }
        }
    }

    fn check_refused<'e>(&'e self, findings: &mut Vec<Finding<'a, 'e>>) {
        if self.is_admitted() {
            let (aspect, what) = match self.probe.shape {
                Shape::UpperCase => (Aspect::Unseen, "an origin in upper case is let in; no browser sends one"),
                Shape::Unanchored => (
                    Aspect::OriginAdmitted,
                    "the policy refuses the origin, and the server lets it in; no browser sends it",
                ),
                _ => (Aspect::OriginAdmitted, "the policy refuses the origin, and a browser lets it in"),
            };
            return findings.push(self.finding(aspect, what, self.origins_place()));
        }
        let left = |name: &&str| self.real.headers.all(name).next().is_some();
        if CORS_RESPONSE_HEADERS.iter().any(left) {
            let what = "answers to refused origins carry CORS headers that no browser heeds";
            findings.push(self.finding(Aspect::Unseen, what, self.origins_place()));
        }
        if self.probe.is_preflight() && self.real.status != self.expected.status {
            let what =
                format!("refused preflights are answered with {}; no browser sees a difference", self.real.status);
            findings.push(self.finding(Aspect::Unseen, what, self.origins_place()));
        }
    }

    fn check_without_origin<'e>(&'e self, findings: &mut Vec<Finding<'a, 'e>>) {
        match (self.probe.policy.varies_on_origin(), self.allowed_origin()) {
            (false, None) if !self.varies() => {
                let what =
                    format!("an answer to a request without Origin lacks {ORIGIN}; a cache would serve it to scripts");
                findings.push(self.finding(Aspect::Vary, what, self.origins_place()));
            }
            (true, Some(_)) => {
                let what = format!("answers to requests without Origin carry {ORIGIN}");
                findings.push(self.finding(Aspect::Unseen, what, self.origins_place()));
            }
            _ => {}
        }
    }

    fn check_vary<'e>(&'e self, findings: &mut Vec<Finding<'a, 'e>>) {
        let echoed = self.probe.origin.is_some() && self.allowed_origin() == self.probe.origin.as_deref();
        if (self.probe.policy.varies_on_origin() || echoed) && !self.varies() {
            let what = match echoed && !self.probe.is_preflight() {
                true => "Vary: Origin is missing: a cache would serve this answer to other origins",
                false => "Vary: Origin is missing",
            };
            findings.push(self.finding(Aspect::Vary, what, self.origins_place()));
        }
    }

    /// The entry that decides, or else all of them.
    fn origins_place(&self) -> Place {
        let (Access::Listed { place, .. } | Access::Anyone(place)) = &self.probe.policy.access;
        self.probe.near.map_or(*place, |entry| entry.pattern.place)
    }

    fn credentials_place(&self) -> Place {
        let policy: &Policy = self.probe.policy;
        match &policy.access {
            Access::Listed { credentials: Some(place), .. } | Access::Anyone(place) => *place,
            Access::Listed { .. } => policy.name.place,
        }
    }
}

pub(crate) const ORIGIN: &str = "access-control-allow-origin";
pub(crate) const CREDENTIALS: &str = "access-control-allow-credentials";
