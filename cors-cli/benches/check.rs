//! What `cors check` costs: CPU time and memory of the whole process, for many files and for a large one.
//!
//! `cargo bench -p cors-cli` prints the median of five runs. Nothing is asserted: machines differ.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark, run by hand")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const RUNS: usize = 5;

fn main() {
    let directory = tempfile::tempdir().unwrap();
    let many = directory.path().join("many");
    fs::create_dir(&many).unwrap();
    for file in 0..1_000 {
        let origins: String = (0..20).fold(String::new(), |mut text, origin| {
            writeln!(text, "      - https://app{origin}.team{file}.example").unwrap();
            text
        });
        let text = format!("version: 1\npolicies:\n  p{file}:\n    max_age: 600\n    allow_origins:\n{origins}");
        fs::write(many.join(format!("{file:04}.yaml")), text).unwrap();
    }
    let mut large = "version: 1\npolicies:\n  large:\n    allow_credentials: true\n    allow_origins:\n".to_owned();
    for origin in 0..10_000 {
        writeln!(large, "      - https://app{origin}.customer{}.example", origin % 97).unwrap();
    }
    for pattern in 0..100 {
        match pattern % 4 {
            0 | 1 => writeln!(large, "      - https://*.wild{pattern}.example").unwrap(),
            2 => writeln!(large, "      - https://pr-*.preview{pattern}.example").unwrap(),
            _ => writeln!(large, "      - regex: https://b-[0-9]+\\.branch{pattern}\\.example").unwrap(),
        }
    }
    let file = directory.path().join("large.yaml");
    fs::write(&file, large).unwrap();
    println!("{:<45} {:>8}", "cors check", "CPU s");
    println!("{:<45} {:>8.2}", "1,000 files of 20 origins", median(&many));
    println!("{:<45} {:>8.2}", "one file of 10,000 origins and 100 patterns", median(&file));
}

/// The median of the CPU seconds, user and system, of the process.
fn median(path: &Path) -> f64 {
    let mut seconds: Vec<f64> = (0..RUNS).map(|_| cpu_seconds(path)).collect();
    seconds.sort_by(f64::total_cmp);
    seconds[RUNS / 2]
}

fn cpu_seconds(path: &Path) -> f64 {
    let before = children();
    let status = Command::new(env!("CARGO_BIN_EXE_cors"))
        .arg("check")
        .arg(path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(status.unwrap().success());
    (children() - before) / 100.0
}

/// The CPU time of all children that have ended, in ticks of a hundredth of a second (Linux).
fn children() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[13..=14].iter().map(|field| field.parse::<f64>().unwrap()).sum()
}
