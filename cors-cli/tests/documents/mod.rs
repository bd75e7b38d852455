//! The pages of the documentation, and the fenced blocks in them; for the tests that read, check and run them.
//!
//! What stands behind the language of a block says how it is tested: CONTRIBUTING.md has the table.
#![allow(dead_code, clippy::panic, reason = "each of the tests that share it uses a part; all of this is a test")]

use std::path::{Path, PathBuf};

/// A page, by its path from the top of the repository.
pub(crate) struct Page {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// A fenced block.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// The line of the opening fence, from 1.
    pub(crate) line: usize,
    /// The first word of what stands behind the fence; empty if nothing does.
    pub(crate) language: String,
    /// The other words, which commas separate.
    pub(crate) marks: Vec<String>,
    pub(crate) text: String,
}

impl Block {
    /// Whether it is of this language and has these marks, and no others.
    pub(crate) fn is(&self, language: &str, marks: &[&str]) -> bool {
        self.language == language && self.marks == marks
    }
}

impl Page {
    pub(crate) fn read(name: &str) -> Self {
        let text = std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self { name: name.to_owned(), text }
    }

    pub(crate) fn blocks(&self) -> Vec<Block> {
        blocks(&self.text)
    }

    /// The lines that stand in no block, with their numbers, from 1.
    pub(crate) fn prose(&self) -> Vec<(usize, &str)> {
        let mut fenced = false;
        let lines = self.text.lines().enumerate();
        lines
            .filter_map(|(index, line)| {
                let is_fence = line.trim_start().starts_with("```");
                fenced ^= is_fence;
                (!fenced && !is_fence).then_some((index + 1, line))
            })
            .collect()
    }
}

/// The top of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The book, and the pages outside it that people read.
pub(crate) fn pages() -> Vec<Page> {
    let single = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"].into_iter();
    let beside = ["policies/README.md", "cors-policy/compiler/README.md"];
    let mut names: Vec<String> = single.chain(beside).map(str::to_owned).collect();
    names.extend(book());
    names.iter().map(|name| Page::read(name)).collect()
}

/// The names of the pages below `docs/`, in order.
pub(crate) fn book() -> Vec<String> {
    let mut folders = vec!["docs".to_owned()];
    let mut names = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root().join(&folder)).into_iter().flatten().flatten() {
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            match entry.path().is_dir() {
                true => folders.push(name),
                false if name.ends_with(".md") => names.push(name),
                false => {}
            }
        }
    }
    names.sort();
    names
}

/// The fenced blocks of a text.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        match line.trim_start().strip_prefix("```") {
            Some(_) if open => open = false,
            Some(info) => {
                open = true;
                let mut words = info.trim().split(',').map(str::to_owned);
                let language = words.next().unwrap_or_default();
                blocks.push(Block { line: index + 1, language, marks: words.collect(), text: String::new() });
            }
            None if open => {
                if let Some(block) = blocks.last_mut() {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
            }
            None => {}
        }
    }
    blocks
}

/// Whether `shown` is what was printed; a line with nothing but `…` stands for any lines, or none,
/// and `…` within a line for any text.
pub(crate) fn shows(shown: &str, printed: &str) -> bool {
    fn alike(shown: &str, printed: &str) -> bool {
        match shown.split_once('…') {
            None => shown == printed,
            Some((before, after)) => printed.strip_prefix(before).is_some_and(|rest| rest.ends_with(after)),
        }
    }
    fn matches(shown: &[&str], printed: &[&str]) -> bool {
        match shown.split_first() {
            None => printed.is_empty(),
            Some((&"…", rest)) => (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..])),
            Some((line, rest)) => {
                printed.split_first().is_some_and(|(first, left)| alike(line, first) && matches(rest, left))
            }
        }
    }
    let shown: Vec<&str> = shown.trim().lines().map(str::trim_end).collect();
    let printed: Vec<&str> = printed.trim().lines().map(str::trim_end).collect();
    matches(&shown, &printed)
}
