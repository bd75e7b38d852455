//! What was found, by cause, ready to be printed in any format. `docs/json.md` describes every field.

mod human;
mod junit;

use cors_compiler::diagnostic::display::{line, name, prose};
use cors_compiler::source::{Place, Source};
use serde::Serialize;

use super::causes::{Cause, cause, rank};
use super::checks::{Aspect, Exchange, Finding};
use super::client::Client;
use super::console::console;
use super::curl::curl;
use super::edges::Scope;
use super::facts::Facts;
use super::outside;
use super::probes::{Asks, NO_POLICY};
use super::spellings::read_as_it_stands;
use super::targets::Target;
use crate::cli::ReportFormat;
use crate::output::ascii;

/// The version of the JSON format.
const VERSION: u32 = 1;

#[derive(Debug, Serialize)]
pub(crate) struct Report {
    version: u32,
    tool: Tool,
    file: String,
    url: String,
    /// Answered.
    requests: usize,
    /// Everything holds, and every request was answered.
    holds: bool,
    targets: Vec<Asked>,
    causes: Vec<Group>,
    notes: Vec<Note>,
    /// Why the run ended early.
    error: Option<String>,
    #[serde(skip)]
    cases: Vec<Case>,
}

#[derive(Debug, Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// A path and the policy that answers it, or `none`.
#[derive(Debug, Serialize)]
struct Asked {
    policy: String,
    path: String,
    requests: usize,
    #[serde(skip)]
    is_edge: bool,
}

/// Failures of one cause.
#[derive(Debug, Serialize)]
struct Group {
    id: &'static str,
    title: &'static str,
    remedy: &'static str,
    failures: Vec<Failure>,
}

#[derive(Debug, Clone, Serialize)]
struct Failure {
    what: String,
    policy: String,
    request: Sent,
    answer: Answer,
    console: Option<String>,
    file: String,
    line: usize,
    column: usize,
    text: String,
}

#[derive(Debug, Clone, Serialize)]
struct Sent {
    method: String,
    path: String,
    origin: Option<String>,
    preflight: bool,
    /// What else a preflight asks for, for people: empty, or ` with x-a, x-b`.
    #[serde(skip)]
    asks: String,
    curl: String,
}

#[derive(Debug, Clone, Serialize)]
struct Answer {
    status: u16,
    headers: Vec<Field>,
}

#[derive(Debug, Clone, Serialize)]
struct Field {
    name: String,
    value: String,
}

/// What no browser or cache can tell apart.
#[derive(Debug, Serialize)]
struct Note {
    what: String,
    /// How many answers it is about.
    answers: usize,
    /// One of them.
    example: Failure,
}

/// One request, for formats that list what holds too.
#[derive(Debug)]
struct Case {
    policy: String,
    name: String,
    failures: Vec<(&'static str, Failure)>,
}

/// What a report is about.
pub(crate) struct Context<'a> {
    pub(crate) source: &'a Source,
    pub(crate) client: &'a Client,
    pub(crate) url: &'a str,
    pub(crate) insecure: bool,
}

impl Report {
    pub(crate) fn new(
        context: &Context<'_>,
        targets: &[Target<'_>],
        exchanges: &[Exchange<'_>],
        error: Option<String>,
    ) -> Self {
        let with = |index: usize| exchanges.iter().filter(move |exchange| exchange.probe.target == index);
        let facts = Facts::of_all(targets, exchanges);
        let asked = targets.iter().enumerate().map(|(index, target)| Asked {
            policy: target.policy.map_or(NO_POLICY, |policy| &policy.name.value).to_owned(),
            path: prose(&target.path),
            requests: with(index).count(),
            is_edge: matches!(target.scope, Scope::Edge(_) | Scope::Outside(_)),
        });
        let mut report = Self {
            version: VERSION,
            tool: Tool { name: "cors", version: env!("CARGO_PKG_VERSION") },
            file: name(context.source),
            url: prose(context.url),
            requests: exchanges.len(),
            holds: error.is_none(),
            targets: asked.collect(),
            causes: Vec::new(),
            notes: Vec::new(),
            error: error.as_deref().map(prose),
            cases: Vec::new(),
        };
        let mut found: Vec<(&'static Cause, Failure)> = Vec::new();
        for (index, (target, facts)) in targets.iter().zip(&facts).enumerate() {
            let there: Vec<&Exchange<'_>> = with(index).collect();
            let findings = match &target.scope {
                Scope::Outside(outside) => outside::findings(outside, &there),
                _ => there.iter().flat_map(|exchange| exchange.findings()).collect(),
            };
            let mut findings = read_as_it_stands(target, &there, findings).into_iter().peekable();
            for exchange in there {
                let mut failures = Vec::new();
                // They are in the order of the exchanges.
                while let Some(finding) = findings.next_if(|finding| std::ptr::eq(finding.exchange, exchange)) {
                    let failure = context.failure(&finding);
                    if finding.aspect == Aspect::Unseen {
                        report.note(failure);
                    } else {
                        let cause = cause(&finding, facts);
                        failures.push((cause.id, failure.clone()));
                        found.push((cause, failure));
                    }
                }
                let sent = context.sent(exchange);
                let policy = exchange.probe.policy_name().to_owned();
                report.cases.push(Case { policy, name: sent.to_string(), failures });
            }
        }
        found.sort_by_key(|(cause, _)| rank(cause));
        for (cause, failure) in found {
            report.holds = false;
            match report.causes.last_mut().filter(|group| group.id == cause.id) {
                Some(group) => group.failures.push(failure),
                None => {
                    let Cause { id, title, remedy, .. } = *cause;
                    report.causes.push(Group { id, title, remedy, failures: vec![failure] });
                }
            }
        }
        report
    }

    /// Whether anything failed.
    pub(crate) fn has_failures(&self) -> bool {
        !self.causes.is_empty()
    }

    /// The report as a text.
    pub(crate) fn render(&self, format: ReportFormat) -> std::io::Result<String> {
        Ok(match format {
            ReportFormat::Human => human::render(self),
            ReportFormat::Json => ascii(&serde_json::to_string_pretty(self)?) + "\n",
            ReportFormat::Junit => junit::render(self),
        })
    }

    fn note(&mut self, example: Failure) {
        match self.notes.iter_mut().find(|note| note.what == example.what) {
            Some(note) => note.answers += 1,
            None => self.notes.push(Note { what: example.what.clone(), answers: 1, example }),
        }
    }
}

impl Context<'_> {
    fn failure(&self, finding: &Finding<'_, '_>) -> Failure {
        let exchange = finding.exchange;
        let request = self.sent(exchange);
        let url = self.client.site.url(&exchange.probe.path);
        let (line, column, text) = self.place(finding.place);
        Failure {
            what: prose(&finding.what),
            policy: exchange.probe.policy_name().to_owned(),
            console: console(exchange, &url).as_deref().map(prose),
            answer: Answer { status: exchange.real.status, headers: told(exchange) },
            request,
            file: name(self.source),
            line,
            column,
            text,
        }
    }

    fn sent(&self, exchange: &Exchange<'_>) -> Sent {
        let request = exchange.probe.request();
        let preflight = exchange.probe.is_preflight();
        Sent {
            // Of a preflight, the method that it asks about.
            method: exchange.probe.fetch(false).method,
            path: prose(&exchange.probe.path),
            origin: exchange.probe.origin.clone(),
            preflight,
            asks: asks(&exchange.probe.asks),
            curl: prose(&curl(self.client, &request, !preflight, self.insecure)),
        }
    }

    fn place(&self, place: Place) -> (usize, usize, String) {
        let shown = line(self.source, place.span);
        let (_, column) = self.source.line_column(place.span.start);
        (shown.number, column, shown.text.trim().to_owned())
    }
}

/// The headers that a preflight asks for, and the private network.
fn asks(asks: &Asks) -> String {
    let Asks::Preflight { headers, private_network, .. } = asks else { return String::new() };
    let network = private_network.then_some("the private network");
    let all: Vec<&str> = headers.iter().map(String::as_str).chain(network).collect();
    if all.is_empty() { String::new() } else { format!(" with {}", all.join(", ")) }
}

/// The fields of the answer that matter.
fn told(exchange: &Exchange<'_>) -> Vec<Field> {
    let matters =
        |name: &str| name.starts_with("access-control-") || matches!(name, "vary" | "location" | "www-authenticate");
    let fields = exchange.real.headers.0.iter().filter(|(name, _)| matters(&name.to_ascii_lowercase()));
    fields.map(|(name, value)| Field { name: prose(name), value: prose(value) }).collect()
}

/// One line.
impl std::fmt::Display for Sent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = if self.preflight { "preflight for " } else { "" };
        write!(f, "{kind}{} {}{}", self.method, self.path, self.asks)?;
        match &self.origin {
            Some(origin) => write!(f, " from {}", prose(origin)),
            None => write!(f, " without Origin"),
        }
    }
}
