//! Running the program `git`.

use std::io::Read as _;
use std::process::{Command, Stdio};

use cors_compiler::source::reason;

use crate::exit::Error;

/// Why git did not answer.
pub(super) enum Failure {
    /// It cannot be run.
    NotRun(std::io::Error),
    /// What it says.
    Refused(String),
}

impl Failure {
    pub(super) fn about(self, what: &str) -> Error {
        match self {
            Self::NotRun(error) => Error::usage(format!("cannot run git, which `git:` needs: {}", reason(&error))),
            Self::Refused(said) => Error::usage(format!("{what}: {said}")),
        }
    }
}

/// The first line that git prints.
pub(super) fn line(arguments: &[&str]) -> Result<String, Failure> {
    let text = run(arguments, 4096)?;
    Ok(String::from_utf8_lossy(&text).lines().next().unwrap_or("").to_owned())
}

/// What git prints, up to `most` bytes.
pub(super) fn run(arguments: &[&str], most: u64) -> Result<Vec<u8>, Failure> {
    let mut child = Command::new("git")
        .args(arguments)
        .env("LC_ALL", "C")
        // A partial clone would fetch what it does not have.
        .env("GIT_NO_LAZY_FETCH", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Failure::NotRun)?;
    let mut text = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(most).read_to_end(&mut text).map_err(Failure::NotRun)?;
    }
    let output = child.wait_with_output().map_err(Failure::NotRun)?;
    // Git may not be done with what is more than anyone reads.
    if output.status.success() || text.len() as u64 == most {
        return Ok(text);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or("git gives no reason");
    Err(Failure::Refused(said.trim_start_matches("fatal: ").to_owned()))
}
