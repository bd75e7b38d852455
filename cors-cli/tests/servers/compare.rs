//! Compares what a server answers with what the reference says, field by field and verdict by verdict.

use cors_compiler::browser::{Fetch, Refusal, check_preflight, cors_check, exposed_headers};
use cors_compiler::ir::Policy;
use cors_compiler::reference::{CORS_RESPONSE_HEADERS, Headers, Response};

use crate::corpus::Case;
use crate::upstream::MARK;

/// One request and the two answers to it.
pub(crate) struct Exchange<'a> {
    pub(crate) case: &'a Case,
    /// The policy that answers it; `None` if it is passed on untouched.
    pub(crate) policy: Option<&'a Policy>,
    pub(crate) expected: Response,
    pub(crate) real: Response,
    /// How many requests ought to reach the upstream, and how many did.
    pub(crate) forwarded: (usize, usize),
}

/// In what the answers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aspect {
    Status,
    /// The values of this `Access-Control-*` field, or of the upstream's mark.
    Field(&'static str),
    Vary,
    /// What a browser makes of it, with and without credentials.
    Verdict,
    /// Whether the upstream saw the request.
    Forwarded,
}

impl Exchange<'_> {
    /// All differences.
    pub(crate) fn differences(&self) -> Vec<Aspect> {
        let differs = |name: &&'static str| !self.expected.headers.all(name).eq(self.real.headers.all(name));
        let fields = CORS_RESPONSE_HEADERS.into_iter().chain([MARK]).filter(differs).map(Aspect::Field);
        let others = [
            (Aspect::Status, self.expected.status != self.real.status),
            (Aspect::Vary, vary(&self.expected.headers) != vary(&self.real.headers)),
            (Aspect::Verdict, self.verdicts(&self.expected) != self.verdicts(&self.real)),
            (Aspect::Forwarded, self.forwarded.0 != self.forwarded.1),
        ];
        let others = others.into_iter().filter(|(_, differs)| *differs).map(|(aspect, _)| aspect);
        fields.chain(others).collect()
    }

    /// What a browser makes of `answer`: the names of the response headers that the script can read,
    /// or why it gets none. One for each way in which the request may have been made.
    fn verdicts(&self, answer: &Response) -> Vec<Result<Vec<String>, Refusal>> {
        let &[origin] = self.case.stated_origins().as_slice() else { return Vec::new() };
        let unsafe_headers =
            self.case.asks("Headers").into_iter().flat_map(|names| names.split(',')).map(str::to_owned);
        let fetch = Fetch {
            origin: origin.to_owned(),
            method: self
                .case
                .asks("Method")
                .filter(|_| self.case.is_preflight())
                .unwrap_or(self.case.kind.method)
                .to_owned(),
            path: self.case.target.clone(),
            unsafe_headers: unsafe_headers.collect(),
            credentials: false,
            upload_listener: false,
        };
        let ways = [(false, false), (false, true), (true, false), (true, true)];
        let ways = ways.map(|(credentials, upload_listener)| Fetch { credentials, upload_listener, ..fetch.clone() });
        let verdict = |fetch: &Fetch| match self.case.is_preflight() {
            true => check_preflight(fetch, answer).map(|()| Vec::new()),
            false => cors_check(fetch, &answer.headers).map(|()| exposed_headers(fetch, &self.with_probes(answer))),
        };
        ways.iter().map(verdict).collect()
    }

    /// The CORS fields of `answer`, with headers that it might expose: the same ones on every server.
    fn with_probes(&self, answer: &Response) -> Headers {
        let mut headers = answer.headers.clone();
        headers.0.retain(|(name, _)| CORS_RESPONSE_HEADERS.iter().any(|known| name.eq_ignore_ascii_case(known)));
        let listed =
            self.policy.iter().flat_map(|policy| &policy.expose_headers.listed).map(|name| name.value.as_ref());
        for name in ["content-type", "x-probe", "x-foreign", "set-cookie"].into_iter().chain(listed) {
            headers.push(name, "1");
        }
        headers
    }
}

/// The names in `Vary`, and how often `Origin` is among them.
pub(crate) fn vary(headers: &Headers) -> (Vec<String>, usize) {
    let names = headers.all("vary").flat_map(|value| value.split(','));
    let mut names: Vec<String> =
        names.map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty()).collect();
    let origins = names.iter().filter(|name| *name == "origin").count();
    names.sort();
    names.dedup();
    (names, origins)
}

/// Shows the request as bytes, both answers and the verdicts on them.
impl std::fmt::Display for Exchange<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "  request   {}", self.case.wire().escape_ascii())?;
        let (expected_count, real_count) = self.forwarded;
        for (who, answer, count) in [("reference", &self.expected, expected_count), ("server", &self.real, real_count)]
        {
            let shown = answer.headers.0.iter().map(|(name, value)| format!("{name}: {value}"));
            let shown: Vec<String> = shown.collect();
            writeln!(f, "  {who:<9} {} [{}], {count} forwarded", answer.status, shown.join(" | "))?;
            writeln!(f, "            verdicts {:?}", self.verdicts(answer))?;
        }
        Ok(())
    }
}
