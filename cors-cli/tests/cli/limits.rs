//! Hostile policy files: the command ends by itself, with a verdict, within a bound of memory.
//!
//! The bound is `ulimit -v`, under which a process that wants more ends with a signal. `-- --nocapture` shows
//! what each takes; `docs/hardening.md` has the numbers.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::{holding, scratch};

/// The most memory that any of them may reserve, in KiB.
const MEMORY: usize = 500 * 1024;

/// The most that may be resident, in MiB.
const PEAK: usize = 200;

/// A safety net: a run that hangs ends the test. How long a run takes is not asserted.
const PATIENCE: Duration = Duration::from_secs(300);

/// (what, the file)
type Case = (&'static str, fn() -> String);

/// Files that are refused.
const REFUSED: [Case; 12] = [
    ("nested 100,000 deep", || "[".repeat(100_000)),
    ("nested 1,400 deep in blocks", || (0..1_400).map(|depth| " ".repeat(depth) + "a:\n").collect()),
    ("aliases that double 60 times", || {
        let doubled = |n: usize| format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1);
        format!("version: 1\na0: &a0 [x, x]\n{}policies: *a60\n", (1..=60).map(doubled).collect::<String>())
    }),
    ("a scalar of 10 MB", || {
        format!("version: 1\npolicies:\n  p: {{allow_origins: [\"{}\"]}}\n", "a".repeat(10_000_000))
    }),
    ("a key of 10 MB", || format!("version: 1\n\"{}\": 1\npolicies: {{}}\n", "k".repeat(10_000_000))),
    ("a file of 17 MiB", || "# \n".repeat(6 * 1024 * 1024)),
    ("100,000 faults", || entries((0..100_000).map(|n| format!("https://HOST{n}.example/path")))),
    ("100,000 unknown keys", || {
        let keys: String = (0..100_000).map(|n| format!("    key_{n}: 1\n")).collect();
        format!("version: 1\npolicies:\n  p:\n    allow_origins: []\n{keys}")
    }),
    ("an expression with 2^20 states", || entries([r"{regex: 'https://(a|b)*a(a|b){20}\.example'}"])),
    ("an expression that repeats a million times", || {
        entries([r"{regex: 'https://((a{1000}){1000}){1000}\.example'}"])
    }),
    ("groups nested 20,000 deep", || {
        entries([format!("{{regex: 'https://{}a{}'}}", "(".repeat(20_000), ")".repeat(20_000))])
    }),
    ("10,000 quotes that are not closed", || format!("version: 1\npolicies:\n{}", "  \"a: '\n".repeat(10_000))),
];

/// Files that are large, but fine.
const ACCEPTED: [Case; 6] = [
    ("100,000 origins", || entries((0..100_000).map(|n| format!("https://shop{n}.example")))),
    ("10,000 wildcards with ports", || {
        entries((0..10_000).map(|n| format!("\"https://*.shop{n}.example:3000-{}\"", 3001 + n)))
    }),
    ("10,000 routes", || {
        let routes: String = (0..10_000).map(|n| format!("  - {{path: /a{n}/b/**, policy: p}}\n")).collect();
        format!("{}routes:\n{routes}", entries(["https://a.example"]))
    }),
    ("50 expressions", || entries((0..50).map(|n| format!("{{regex: 'https://[a-z]{{1,20}}-{n}\\.shop\\.example'}}")))),
    ("60 expressions, of which 60 others are never to match anything", || {
        let never = |n| format!("  - origin: {{regex: 'https://.*x{{1,30}}[a-z]{{5}}{n}\\.shop\\.example:8443'}}\n");
        let own = (0..60).map(|n| format!("{{regex: 'https://[a-z]{{1,{}}}-{n}\\.shop\\.example'}}", n + 2));
        format!("{}never:\n{}", entries(own), (0..60).map(never).collect::<String>())
    }),
    ("1,000 policies", || {
        let one = |n: usize| format!("  p{n}: {{allow_origins: [https://a{n}.example], max_age: 600}}\n");
        format!("version: 1\npolicies:\n{}", (0..1_000).map(one).collect::<String>())
    }),
];

fn entries(entries: impl IntoIterator<Item = impl std::fmt::Display>) -> String {
    let mut text = "version: 1\npolicies:\n  p:\n    max_age: 600\n    allow_origins:\n".to_owned();
    for entry in entries {
        writeln!(text, "      - {entry}").unwrap();
    }
    text
}

/// What a run came to.
struct Ran {
    code: Option<i32>,
    printed: String,
    /// The most memory that was resident, in MiB, as last seen before it ended.
    peak: usize,
}

/// Runs the command under the bound.
fn bounded(directory: &Path, arguments: &str) -> Ran {
    let script = format!("ulimit -v {MEMORY}; exec \"$CORS\" {arguments} > printed 2>&1");
    let mut command = Command::new("bash");
    command.args(["-c", &script]).current_dir(directory).env("CORS", env!("CARGO_BIN_EXE_cors")).stdin(Stdio::null());
    let (mut child, started, mut peak) = (command.spawn().unwrap(), Instant::now(), 0);
    let status = loop {
        // The high-water mark of the process, which `exec` made the command's.
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let mark =
            status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        peak = mark.unwrap_or(0).max(peak);
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
        }
        thread::sleep(Duration::from_millis(2));
    };
    let printed = std::fs::read(directory.join("printed")).unwrap();
    Ran { code: status.code(), printed: String::from_utf8_lossy(&printed).into_owned(), peak: peak / 1024 }
}

fn run(name: &str, text: &str, arguments: &str, expected: i32) {
    let (directory, started) = (holding("p.yaml", text), Instant::now());
    let Ran { code, printed, peak } = bounded(directory.path(), arguments);
    let shown: String = printed.chars().take(300).collect();
    eprintln!(
        "{name}: cors {arguments}: {code:?} after {:.1} s, {} bytes printed, {peak} MiB",
        started.elapsed().as_secs_f32(),
        printed.len()
    );
    assert_eq!(code, Some(expected), "{name}: {shown}");
    assert!(printed.len() < 2_000_000, "{name}: {} bytes", printed.len());
    assert!(peak < PEAK, "{name}: {peak} MiB");
}

#[test]
fn hostile_files_are_refused_within_bounds() {
    for (name, text) in REFUSED {
        let text = text();
        // A file that is too large cannot be read, which is no fault of what it says.
        let expected = if text.len() > 16 * 1024 * 1024 { 2 } else { 1 };
        run(name, &text, "check p.yaml --format plain", expected);
        // Of the others this is the same, but slower.
        if text.len() < 1_000_000 {
            run(name, &text, "check p.yaml --format human", expected);
        }
    }
}

#[test]
fn large_files_are_processed_within_bounds() {
    for (name, text) in ACCEPTED {
        let text = text();
        run(name, &text, "check p.yaml --format plain", 0);
        for target in ["rust", "nginx", "envoy"] {
            run(name, &text, &format!("compile p.yaml --target {target} -o out"), 0);
        }
    }
}

/// The bound itself is one: a process that wants more does not get it.
#[test]
fn the_bound_of_memory_holds() {
    let script = format!("ulimit -v {MEMORY}; head -c {} /dev/zero | tail > /dev/null", 2 * MEMORY * 1024);
    let output =
        Command::new("bash").args(["-o", "pipefail", "-c", &script]).current_dir(scratch().path()).output().unwrap();
    assert!(!output.status.success());
}
