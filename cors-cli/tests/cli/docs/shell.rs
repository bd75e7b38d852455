//! The commands of the pages that need no server, run as they stand there, one page after the other.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use super::pages;
use crate::documents::{Block, Page, root, shows};
use crate::{scratch, stderr};

/// What is wrong with a script's syntax.
pub(super) fn syntax(text: &str) -> Option<String> {
    let output = Command::new("bash").args(["-n", "-c", text]).output().unwrap();
    (!output.status.success()).then(|| stderr(&output))
}

fn git(directory: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").args(identity).args(arguments).current_dir(directory).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
}

/// A repository with the sample policies, committed on `main`.
fn repository(directory: &Path) {
    fs::create_dir(directory.join("policies")).unwrap();
    for entry in fs::read_dir(root().join("policies")).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), directory.join("policies").join(entry.file_name())).unwrap();
    }
    git(directory, &["init", "-q", "-b", "main"]);
    git(directory, &["add", "."]);
    git(directory, &["commit", "-q", "-m", "policies"]);
    git(directory, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
}

/// Runs a block: what it prints, and its exit code.
fn run(directory: &Path, block: &Block) -> (String, Option<i32>) {
    let programs = Path::new(env!("CARGO_BIN_EXE_cors")).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let printed = directory.join(".git/printed");
    let output = File::create(&printed).unwrap();
    let status = Command::new("bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &block.text])
        .current_dir(directory)
        .env("PATH", path)
        .stdin(std::process::Stdio::null())
        .stdout(output.try_clone().unwrap())
        .stderr(output)
        .status()
        .unwrap();
    (fs::read_to_string(printed).unwrap(), status.code())
}

fn run_page(page: &Page) -> usize {
    let blocks = page.blocks();
    let mut count = 0;
    let directory = scratch();
    repository(directory.path());
    for (index, block) in blocks.iter().enumerate() {
        let expected = if block.is("sh", &[]) { 0 } else { 1 };
        if block.is("sh", &[]) || block.is("sh", &["fails"]) {
            let (printed, code) = run(directory.path(), block);
            assert_eq!(code, Some(expected), "{}:{}\n{}\n{printed}", page.name, block.line, block.text);
            if let Some(shown) = blocks.get(index + 1).filter(|next| next.is("text", &["output"])) {
                assert!(shows(&shown.text, &printed), "{}:{}: it prints\n{printed}", page.name, shown.line);
            }
            count += 1;
        }
    }
    count
}

#[test]
fn the_commands_of_the_pages_run() {
    let count: usize = pages().iter().map(run_page).sum();
    assert!(count >= 5, "{count} blocks were run");
}

#[test]
fn output_is_compared() {
    assert!(shows("a\n…\nd\n", "a\nb\nc\nd"));
    assert!(shows("…\nd", "d\n") && shows("a … c", "a b c") && !shows("a … c", "a b"));
    assert!(!shows("a\nd", "a\nb\nd") && !shows("a", "a\nb") && !shows("a\n…\nb", "b\na"));
}
