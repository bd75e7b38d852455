//! One JSON document. `docs/json.md` describes every field.

use cors_compiler::compare::{ComparedPolicy, ComparedRoutes, Status, Verdict};
use serde::Serialize;

use super::Report;
use crate::output::ascii;

/// The version of the format. A reader that knows it may ignore fields that it does not know.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    old: &'a str,
    new: &'a str,
    verdict: Verdict,
    files: Vec<File<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct File<'a> {
    file: &'a str,
    environment: Option<&'a str>,
    status: Status,
    verdict: Verdict,
    policies: &'a [ComparedPolicy],
    routes: &'a [ComparedRoutes],
}

pub(super) fn render(report: &Report) -> std::io::Result<String> {
    let files = report.files.iter().map(|file| File {
        file: &file.name,
        environment: file.environment.as_deref(),
        status: file.status,
        verdict: file.comparison.verdict,
        policies: &file.comparison.policies,
        routes: &file.comparison.routes,
    });
    let document = Document {
        version: VERSION,
        tool: Tool { name: "cors", version: env!("CARGO_PKG_VERSION") },
        old: &report.old,
        new: &report.new,
        verdict: report.verdict,
        files: files.collect(),
    };
    Ok(ascii(&serde_json::to_string_pretty(&document)?) + "\n")
}
