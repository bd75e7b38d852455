//! Whoever reads what `cors` prints may go away: it still ends as it would, and still writes what it would.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::verify_server::{POLICY, Server};
use crate::{BAD, GOOD, WARNED, code, scratch, stderr};

const UNTIDY: &str = "policies:\n p: {allow_origins: ['https://b.example']}\nversion: 1\n";

/// The arguments of every command, and how it ends with them.
const RUNS: [(&str, i32); 42] = [
    ("--help", 0),
    ("--version --verbose", 0),
    ("--frobnicate", 2),
    ("check good.yaml", 0),
    ("check warned.yaml --deny-warnings", 1),
    ("check many.yaml", 1),
    ("check many.yaml --format human", 1),
    ("check many.yaml --format json", 1),
    ("check many.yaml --format sarif", 1),
    ("check many.yaml --format github", 1),
    ("check many.yaml --explain", 1),
    ("check bad.yaml many.yaml --fix", 0),
    ("check bad.yaml many.yaml --fix --diff", 1),
    ("check missing.yaml good.yaml", 2),
    ("check empty", 3),
    ("check good.yaml --environment none", 2),
    ("compile good.yaml --target nginx", 0),
    ("compile good.yaml --target nginx -o out", 0),
    ("compile good.yaml --target nginx -o out --check", 1),
    ("compile warned.yaml --target rust -o out.rs", 0),
    ("compile bad.yaml --target nginx -o out", 1),
    ("compile good.yaml --target nginx -o good.yaml/x", 2),
    ("completions zsh", 0),
    ("decide good.yaml --origin https://a.example", 0),
    ("decide good.yaml --origin https://b.example", 1),
    ("decide good.yaml --origin https://a.example --header cookie", 1),
    ("diff good.yaml untidy.yaml", 0),
    ("diff good.yaml untidy.yaml --fail-on widening", 1),
    ("diff good.yaml bad.yaml", 2),
    ("explain", 0),
    ("explain unknown-key", 0),
    ("explain unknown", 2),
    ("fmt untidy.yaml", 0),
    ("fmt untidy.yaml --check", 1),
    ("fmt untidy.yaml --diff", 1),
    ("init new/cors.yaml", 0),
    ("init new/cors.yaml --origin foo", 2),
    ("man", 0),
    ("man -o pages", 0),
    ("schema", 0),
    ("test tested.yaml", 1),
    ("verify good.yaml --url http://127.0.0.1:1", 2),
];

/// Whoever reads a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Stays,
    /// Is not there from the start.
    Gone,
    /// As `head -1` does.
    LeavesSoon,
}
use Reader::{Gone, LeavesSoon, Stays};

/// Standard output and standard error. Who leaves the one soon must not wait for the other.
const READERS: [(Reader, Reader); 5] =
    [(Gone, Stays), (Stays, Gone), (Gone, Gone), (LeavesSoon, Stays), (Stays, LeavesSoon)];

fn fixtures() -> tempfile::TempDir {
    let directory = scratch();
    let many: String = (0..900).map(|n| format!("      - https://A{n}.example\n")).collect();
    let tests = "tests:\n  - {it: passes, policy: p, origin: 'https://a.example', expect: allow}\n  \
                 - {it: fails, policy: p, origin: 'https://b.example', expect: allow}\n";
    for (name, text) in [
        ("good", GOOD),
        ("warned", WARNED),
        ("bad", BAD),
        ("untidy", UNTIDY),
        ("many", &format!("version: 1\npolicies:\n  p:\n    allow_origins:\n{many}")),
        ("tested", &format!("{GOOD}{tests}")),
    ] {
        fs::write(directory.path().join(format!("{name}.yaml")), text).unwrap();
    }
    fs::create_dir(directory.path().join("empty")).unwrap();
    directory
}

/// Every file below a directory, and what it holds.
fn files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(
                files(&path).into_iter().map(|(name, held)| (Path::new(path.file_name().unwrap()).join(name), held)),
            );
        } else {
            found.insert(path.file_name().unwrap().into(), fs::read(&path).unwrap());
        }
    }
    found
}

fn cors(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cors"));
    command.args(arguments).current_dir(directory).env_clear().stdin(Stdio::null());
    command
}

/// How the command ends. What it prints for readers who stay is not looked at.
fn ends(directory: &Path, arguments: &[&str], (out, err): (Reader, Reader)) -> Option<i32> {
    let stream = |reader| match reader {
        Stays => Stdio::null(),
        LeavesSoon => Stdio::piped(),
        Gone => {
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            writer.into()
        }
    };
    let mut child = cors(directory, arguments).stdout(stream(out)).stderr(stream(err)).spawn().unwrap();
    // A byte is enough to know that it prints; it may be done without one.
    if let Some(mut stdout) = child.stdout.take() {
        let _ = stdout.read(&mut [0]).unwrap();
    }
    if let Some(mut stderr) = child.stderr.take() {
        let _ = stderr.read(&mut [0]).unwrap();
    }
    child.wait().unwrap().code()
}

#[test]
fn a_reader_who_goes_away_changes_nothing() {
    let mut failures = Vec::new();
    for (line, expected) in RUNS {
        let arguments: Vec<&str> = line.split(' ').collect();
        let whole = fixtures();
        let output = cors(whole.path(), &arguments).output().unwrap();
        assert_eq!(code(&output), expected, "{line}: {}", stderr(&output));
        for readers in READERS {
            let directory = fixtures();
            let ended = ends(directory.path(), &arguments, readers);
            if ended != Some(expected) || files(directory.path()) != files(whole.path()) {
                failures.push(format!("{line}: {readers:?}: {ended:?}, not {expected}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_reader_who_goes_away_changes_no_verification() {
    let server = Server::start(|_, answer| answer);
    let directory = scratch();
    fs::write(directory.path().join("shop.yaml"), POLICY).unwrap();
    let other = POLICY.replace("https://www.", "https://other.");
    fs::write(directory.path().join("other.yaml"), other).unwrap();
    for (file, expected) in [("shop.yaml", 0), ("other.yaml", 1)] {
        for readers in READERS {
            let url = server.url();
            for format in ["human", "json", "junit"] {
                let arguments = ["verify", file, "--url", &url, "--rate", "100000", "--format", format];
                assert_eq!(ends(directory.path(), &arguments, readers), Some(expected), "{arguments:?}: {readers:?}");
            }
        }
    }
}

/// Only a reader goes away; what cannot be written for another reason is lost, and that is said.
#[test]
fn a_full_disk_is_an_error() {
    let full = || Stdio::from(OpenOptions::new().write(true).open("/dev/full").unwrap());
    for (line, _) in RUNS.iter().filter(|(line, _)| !line.contains("--fix ")) {
        let arguments: Vec<&str> = line.split(' ').collect();
        let directory = fixtures();
        let whole = cors(directory.path(), &arguments).output().unwrap();
        let directory = fixtures();
        if !whole.stdout.is_empty() {
            let output = cors(directory.path(), &arguments).stdout(full()).output().unwrap();
            assert_eq!(code(&output), 2, "{line}");
            let told = stderr(&output);
            let last = told.lines().last().unwrap_or_default();
            assert_eq!(last, "cors: cannot write to standard output: no space left on device", "{line}");
        }
        if !whole.stderr.is_empty() {
            let directory = fixtures();
            let output = cors(directory.path(), &arguments).stderr(full()).output().unwrap();
            // That there is nothing to check stays so.
            assert_eq!(code(&output), code(&whole).max(2), "{line}");
        }
    }
}
