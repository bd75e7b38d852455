//! SARIF 2.1.0, the format that code scanners exchange, with every rule's page.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

mod model;
mod uri;

use std::collections::HashMap;

use cors_compiler::diagnostic::display::prose;
use cors_compiler::diagnostic::{Code, Diagnostic, Severity};
use cors_compiler::source::{Source, Span};

use self::model::{
    Artifact, ArtifactChange, ArtifactContent, ArtifactLocation, Configuration, Document, Driver, Fix, Invocation,
    Location, Message, MultiformatMessage, Notification, PhysicalLocation, Region, RelatedLocation, Replacement,
    ReportingDescriptor, Run, RunResult, Tool,
};
use super::Tally;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What the document will hold.
pub(super) struct Log {
    rules: HashMap<&'static str, usize>,
    results: Vec<RunResult>,
    artifacts: Vec<Artifact>,
    notifications: Vec<Notification>,
}

impl Default for Log {
    fn default() -> Self {
        let rules = Code::all().enumerate().map(|(index, code)| (code.id, index)).collect();
        Self { rules, results: Vec::new(), artifacts: Vec::new(), notifications: Vec::new() }
    }
}

impl Log {
    pub(super) fn add(&mut self, source: &Source, diagnostic: &Diagnostic) {
        let artifact = self.artifact(source);
        let mut labels = diagnostic.labels.iter();
        let primary = labels.next().into_iter();
        let related = labels.enumerate().map(|(id, label)| RelatedLocation {
            id,
            message: (!label.text.is_empty()).then(|| message(&label.text)),
            physical_location: physical(&artifact, region(source, label.span)),
        });
        let mut text = prose(&diagnostic.message);
        for label in primary.filter(|label| !label.text.is_empty()) {
            text.push_str(&format!("\n{}", prose(&label.text)));
        }
        if let Some(help) = &diagnostic.help {
            text.push_str(&format!("\nhelp: {}", prose(help)));
        }
        let fix = diagnostic.fix.iter().map(|fix| Fix {
            description: diagnostic.help.as_deref().map(message),
            artifact_changes: [ArtifactChange {
                artifact_location: artifact.clone(),
                replacements: [Replacement {
                    deleted_region: region(source, fix.span),
                    inserted_content: ArtifactContent { text: fix.replacement.clone() },
                }],
            }],
        });
        self.results.push(RunResult {
            rule_id: diagnostic.code.id,
            rule_index: self.rules.get(diagnostic.code.id).copied(),
            level: level(diagnostic.severity),
            message: Message { text: braces(&text) },
            locations: [Location { physical_location: physical(&artifact, region(source, diagnostic.span())) }],
            related_locations: related.collect(),
            fixes: fix.collect(),
        });
    }

    pub(super) fn unreadable(&mut self, text: &str) {
        self.notifications.push(Notification { level: "error", message: message(text) });
    }

    /// The whole document.
    pub(super) fn finish(&mut self, tally: Tally) -> std::io::Result<String> {
        let invocation = Invocation {
            execution_successful: tally.unreadable == 0,
            tool_execution_notifications: std::mem::take(&mut self.notifications),
        };
        let run = Run {
            tool: Tool {
                driver: Driver {
                    name: "cors",
                    full_name: "cors, a compiler for CORS policies",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: Code::all().map(rule).collect(),
                },
            },
            invocations: [invocation],
            original_uri_base_ids: uri::bases(),
            artifacts: std::mem::take(&mut self.artifacts),
            results: std::mem::take(&mut self.results),
            newline_sequences: ["\r\n", "\n", "\r"],
            column_kind: "unicodeCodePoints",
        };
        Ok(serde_json::to_string_pretty(&Document { schema: SCHEMA, version: "2.1.0", runs: [run] })?)
    }

    /// Where a source is, noted among the artifacts.
    fn artifact(&mut self, source: &Source) -> ArtifactLocation {
        let location = uri::location(source.name());
        let known = self.artifacts.iter().position(|artifact| artifact.location == location);
        let index = known.unwrap_or_else(|| {
            self.artifacts.push(Artifact { location: location.clone(), source_language: "yaml" });
            self.artifacts.len() - 1
        });
        ArtifactLocation { index: Some(index), ..location }
    }
}

/// The metadata of a rule.
fn rule(code: &'static Code) -> ReportingDescriptor {
    // The page begins with a headline that repeats the id.
    let page = code.explanation.trim();
    let text = page.split_once('\n').filter(|(first, _)| first.starts_with("# ")).map_or(page, |(_, rest)| rest.trim());
    let why = text.split("\n\n").next().unwrap_or(text).replace('\n', " ");
    ReportingDescriptor {
        id: code.id,
        short_description: Message { text: braces(code.summary) },
        full_description: Message { text: braces(&why) },
        help: MultiformatMessage { text: braces(text), markdown: braces(text) },
        default_configuration: Configuration { level: level(code.severity) },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn message(text: &str) -> Message {
    Message { text: braces(&prose(text)) }
}

/// §3.11.5: in a message `{0}` is a placeholder; a brace itself is doubled.
fn braces(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

fn physical(artifact: &ArtifactLocation, region: Region) -> PhysicalLocation {
    PhysicalLocation { artifact_location: artifact.clone(), region }
}

/// §3.30: lines and columns from 1, bytes from 0, ends excluded.
fn region(source: &Source, span: Span) -> Region {
    let (start_line, start_column) = source.line_column(span.start);
    let (end_line, end_column) = source.line_column(span.end);
    let byte_length = span.end.saturating_sub(span.start);
    Region { start_line, start_column, end_line, end_column, byte_offset: span.start, byte_length }
}
