//! The commands in the documentation, the hooks and the action are commands that there are.

use std::collections::BTreeMap;

use clap::Parser as _;

use super::Cli;

#[path = "../../tests/documents/mod.rs"]
mod documents;

/// What stands before a command in a script, a pipeline or the list of a file.
const BEFORE: [&str; 7] = ["", "$ ", "- ", "- run: ", "run: ", "entry: ", "entry: scripts/pre-commit "];

/// Every line of the text that calls `cors`, from its name on.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        found.extend(BEFORE.iter().filter_map(|before| {
            let rest = line.strip_prefix(before)?;
            // The script of the hooks is `cors`.
            let rest = if before.ends_with("pre-commit ") { Some(rest) } else { rest.strip_prefix("cors ") };
            rest.filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase())).map(|rest| format!("cors {rest}"))
        }));
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

/// The texts with commands: the blocks of the documentation, the action, and the hooks.
fn texts() -> Vec<(String, String)> {
    let pages = documents::pages().into_iter().map(|page| {
        // A command may go on in the next line.
        let text: String = page.blocks().into_iter().map(|block| block.text.replace("\\\n", " ")).collect();
        (page.name, text)
    });
    let others =
        ["action.yml", ".pre-commit-hooks.yaml"].map(|name| (name.to_owned(), documents::Page::read(name).text));
    pages.chain(others).collect()
}

#[test]
fn every_command_in_the_documentation_is_one() {
    let mut counts = BTreeMap::new();
    for (name, text) in texts() {
        let commands = commands(&text);
        for command in &commands {
            let words = words(command);
            let parsed = Cli::try_parse_from(&words);
            assert!(parsed.is_ok(), "{name}: {command}\n{}", parsed.unwrap_err());
        }
        counts.insert(name, commands.len());
    }
    // At least as many as there are, roughly, so that none is overlooked.
    let known = [("README.md", 8), ("docs/ci.md", 20), ("docs/commands.md", 15), ("docs/tutorial.md", 10)];
    for (name, least) in known.into_iter().chain([("action.yml", 2), (".pre-commit-hooks.yaml", 3)]) {
        assert!(counts[name] >= least, "{name} has {}", counts[name]);
    }
}

#[test]
fn commands_are_found_and_split() {
    let text = "cors a \"b c\" d   # e\n  - run: cors f > g\n$ cors h | i\ncors: no\n";
    let found: Vec<Vec<String>> = commands(text).iter().map(|command| words(command)).collect();
    assert_eq!(found, [&["cors", "a", "b c", "d"][..], &["cors", "f"], &["cors", "h"]]);
    assert_eq!(commands("entry: scripts/pre-commit fmt"), ["cors fmt"]);
}
