//! The commands in the documentation, the hooks and the action are commands that there are.

use std::path::{Path, PathBuf};

use clap::Parser as _;

use super::Cli;

/// What stands before a command in a script, a pipeline or the list of a file.
const BEFORE: [&str; 7] = ["", "$ ", "- ", "- run: ", "run: ", "entry: ", "entry: scripts/pre-commit "];

/// Every line of the text that calls `cors`, from its name on.
fn commands(text: &str, is_markdown: bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut fenced = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if fenced || !is_markdown {
            found.extend(BEFORE.iter().filter_map(|before| {
                let rest = line.strip_prefix(before)?;
                // The script of the hooks is `cors`.
                let rest = if before.ends_with("pre-commit ") { Some(rest) } else { rest.strip_prefix("cors ") };
                rest.filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()))
                    .map(|rest| format!("cors {rest}"))
            }));
        }
    }
    found
}

/// The words of a simple command as a shell splits them, up to a comment, a pipe or a redirection.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in command.chars() {
        let start = words.last().is_some_and(String::is_empty);
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, ' ') if start => {}
            (None, ' ') => words.push(String::new()),
            (None, '#' | '>' | '|') if start => break,
            (_, c) => {
                if let Some(word) = words.last_mut() {
                    word.push(c);
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The documents, and how many commands each has at least, so that none is overlooked.
fn documents() -> Vec<(PathBuf, usize)> {
    let mut documents: Vec<(PathBuf, usize)> =
        std::fs::read_dir(top().join("docs")).into_iter().flatten().flatten().map(|entry| (entry.path(), 0)).collect();
    for (name, least) in [("README.md", 12), ("docs/ci.md", 20), ("action.yml", 2), (".pre-commit-hooks.yaml", 3)] {
        documents.retain(|(path, _)| *path != top().join(name));
        documents.push((top().join(name), least));
    }
    documents
}

#[test]
fn every_command_in_the_documentation_is_one() {
    for (path, least) in documents() {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let commands = commands(&text, path.extension().is_some_and(|extension| extension == "md"));
        assert!(commands.len() >= least, "{} has {commands:#?}", path.display());
        for command in commands {
            let words = words(&command);
            let parsed = Cli::try_parse_from(&words);
            assert!(parsed.is_ok(), "{}: {command}\n{}", path.display(), parsed.unwrap_err());
        }
    }
}

#[test]
fn commands_are_found_and_split() {
    let text = "cors no\n```sh\ncors a \"b c\" d   # e\n  - run: cors f > g\n$ cors h | i\ncors: no\n```\ncors no\n";
    let found: Vec<Vec<String>> = commands(text, true).iter().map(|command| words(command)).collect();
    assert_eq!(found, [&["cors", "a", "b c", "d"][..], &["cors", "f"], &["cors", "h"]]);
    assert_eq!(commands("entry: scripts/pre-commit fmt", false), ["cors fmt"]);
}
