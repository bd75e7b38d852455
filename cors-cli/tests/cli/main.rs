//! The command `cors` from outside: what it prints, what it writes, how it ends.
#![allow(clippy::unwrap_used, reason = "all of this is a test")]

mod check;
mod closed;
mod compile;
mod decide;
mod diff;
mod docs;
#[path = "../documents/mod.rs"]
mod documents;
mod environments;
mod explain;
mod fix;
mod fmt;
mod formats;
mod init;
mod injection;
mod install;
mod limits;
mod lines;
mod manual;
mod outputs;
mod pipelines;
mod release;
mod sarif;
mod schema;
mod standard_input;
mod supply_chain;
mod test;
mod validate;
mod validator;
mod verify;
mod verify_causes;
mod verify_routes;
mod verify_server;
mod version;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs `cors` in the repository's root with a scrubbed environment.
fn cors(arguments: &[&str]) -> Output {
    cors_in(&root(), arguments)
}

fn cors_in(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cors")).args(arguments).current_dir(directory).env_clear().output().unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A directory that holds one file.
fn holding(name: &str, text: impl AsRef<[u8]>) -> tempfile::TempDir {
    let directory = scratch();
    std::fs::write(directory.path().join(name), text).unwrap();
    directory
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

const GOOD: &str = "version: 1\npolicies:\n  p:\n    allow_origins: [https://a.example]\n";
const WARNED: &str = "version: 1\npolicies:\n  p:\n    allow_origins: []\n";
const BAD: &str = "version: 1\npolicies:\n  p:\n    allow_origins: [https://A.example/]\n";
const PEDANTIC: &str = "version: 1\npolicies:\n  p:\n    allow_origins: [http://a.example]\n";
