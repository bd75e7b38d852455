//! A page for each diagnostic, their index, and their lines in the book's summary: from what the compiler says.

use cors_compiler::diagnostic::{Code, Severity};

use super::between_markers;
use crate::documents::{Page, book};
use crate::{cors_in, holding, stdout};

/// The severities, with the titles of their lists.
const SEVERITIES: [(Severity, &str); 3] =
    [(Severity::Error, "Errors"), (Severity::Warning, "Warnings"), (Severity::Info, "Worth knowing")];

fn codes() -> Vec<&'static Code> {
    let mut codes: Vec<&Code> = Code::all().collect();
    codes.sort_by_key(|code| code.id);
    codes
}

fn name(code: &Code) -> String {
    format!("docs/diagnostics/{}.md", code.id)
}

/// What `cors check` prints about a file, or what `cors compile` does if nothing is wrong with it.
fn printed(code: &Code, text: &str) -> Option<String> {
    let directory = holding("cors.yaml", text);
    let mut commands = vec![vec!["check", "cors.yaml", "--format", "plain"]];
    commands.push(vec!["check", "cors.yaml", "--format", "plain", "--pedantic"]);
    commands.push(vec!["compile", "cors.yaml", "--target", "nginx", "--message-format", "plain"]);
    commands.into_iter().find_map(|command| {
        let output = cors_in(directory.path(), &command);
        let said = [stdout(&output), crate::stderr(&output)].concat();
        let ours = said.split("\n\n").find(|part| part.contains(&format!("[{}]", code.id)))?;
        let lines: Vec<&str> = ours.lines().map(str::trim_end).collect();
        let first = lines.iter().position(|line| line.starts_with("cors.yaml:"))?;
        Some(lines[first..].join("\n"))
    })
}

/// The page: that of `cors explain`, with what a reader of a book needs beside it.
fn page(code: &Code) -> String {
    let Code { summary, acceptable, explanation, .. } = code;
    let (title, explanation) = explanation.split_once("\n\n").unwrap();
    let accepted = match acceptable {
        true => " The owner of a policy can [accept it](../language.md#accepted-risks).",
        false => "",
    };
    let body = body(code, explanation);
    format!("{title}\n\n{}: {summary}.{accepted}\n\n{body}", severity(code, &body))
}

/// The usual severity, and the one that the example has if that is another.
fn severity(code: &Code, body: &str) -> String {
    let shown = SEVERITIES.iter().find(|(severity, _)| body.contains(&format!(" {severity}[{}]", code.id)));
    match shown {
        Some((other, _)) if *other != code.severity => format!("**{}**, in the example **{other}**", code.severity),
        _ => format!("**{}**", code.severity),
    }
}

/// The explanation, with marks on the examples, and what is printed about the bad ones.
fn body(code: &Code, explanation: &str) -> String {
    let mut text = String::new();
    let mut bad = false;
    let mut block: Option<String> = None;
    for line in explanation.trim_end().lines() {
        bad = if line.starts_with("## ") { line == "## Bad" } else { bad };
        match (&mut block, line) {
            (None, "```yaml") => block = Some(String::new()),
            (Some(yaml), "```") => {
                text.push_str(&example(code, yaml, bad));
                block = None;
            }
            (Some(yaml), line) => yaml.push_str(&format!("{line}\n")),
            (None, line) => text.push_str(&format!("{}\n", linked(line))),
        }
    }
    text
}

fn example(code: &Code, yaml: &str, bad: bool) -> String {
    let is_complete = yaml.lines().any(|line| line.starts_with("policies:"));
    match (bad, is_complete) {
        (true, true) => {
            let said = printed(code, yaml).map(|said| format!("\n```text\n{said}\n```\n")).unwrap_or_default();
            format!("```yaml,reject,{}\n{yaml}```\n{said}", code.id)
        }
        (true, false) => format!("```yaml,fragment\n{yaml}```\n"),
        (false, _) => format!("```yaml\n{yaml}```\n"),
    }
}

/// Names of pages as links to them.
fn linked(line: &str) -> String {
    let Some((before, rest)) = line.split_once("`docs/") else { return line.to_owned() };
    let (page, after) = rest.split_once('`').unwrap();
    format!("{before}[{page}](../{page}){after}")
}

/// What is generated about diagnostics.
pub(super) fn pages() -> Vec<(String, String)> {
    let pages = codes().into_iter().map(|code| (name(code), page(code)));
    pages.chain([between_markers("docs/diagnostics.md", &index()), summary()]).collect()
}

fn index() -> String {
    let mut text = String::new();
    for (severity, title) in SEVERITIES {
        text.push_str(&format!("## {title}\n\n| id | what is wrong | can be accepted |\n|---|---|---|\n"));
        for code in codes().into_iter().filter(|code| code.severity == severity) {
            let accepted = if code.acceptable { "yes" } else { "" };
            text.push_str(&format!("| [{0}](diagnostics/{0}.md) | {1} | {accepted} |\n", code.id, code.summary));
        }
        text.push('\n');
    }
    text.trim_end().to_owned()
}

/// Below the line of the index, so that a new diagnostic needs no hand.
fn summary() -> (String, String) {
    const INDEX: &str = "- [Diagnostics](diagnostics.md)\n";
    let page = Page::read("docs/SUMMARY.md");
    let (before, rest) = page.text.split_once(INDEX).unwrap();
    let after: String = rest.split_inclusive('\n').skip_while(|line| line.starts_with("  - [")).collect();
    let lines: String = codes().iter().map(|code| format!("  - [{0}](diagnostics/{0}.md)\n", code.id)).collect();
    (page.name, format!("{before}{INDEX}{lines}{after}"))
}

#[test]
fn every_page_is_about_a_diagnostic() {
    let known: Vec<String> = codes().into_iter().map(name).collect();
    let stale: Vec<String> = book().into_iter().filter(|page| page.starts_with("docs/diagnostics/")).collect();
    let stale: Vec<&String> = stale.iter().filter(|page| !known.contains(page)).collect();
    assert!(stale.is_empty(), "no diagnostic has these: remove them: {stale:?}");
}
