//! What a decision costs, beside other crates, in one table; and which targets that meets.
//!
//! `cargo bench -p cors-bench` runs everything. `-- exact wildcard` runs the groups or cases whose
//! names have one of the words in them, `-- --quick` takes fewer turns. Nothing is asserted: machines
//! differ.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark, run by hand")]

use std::collections::HashMap;
use std::process::Command;

use cors_bench::groups::selected;
use cors_bench::measure::{Case, Cell, Effort, Row};
use cors_bench::table::{Measured, Table};
use cors_bench::targets;

const THOROUGH: Effort = Effort { rounds: 61, passes: 5 };
const QUICK: Effort = Effort { rounds: 15, passes: 1 };

fn main() {
    let (options, words): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let effort = if options.iter().any(|option| option == "--quick") { QUICK } else { THOROUGH };
    let allocations = allocations(&words);
    let results: Vec<Measured> = selected(&words)
        .map(|mut group| {
            let mut measured = Measured::new(&group);
            eprintln!("measuring {}", group.title);
            let cases = std::mem::take(&mut group.cases);
            measured.rows = cases.into_iter().map(|case| row(&measured, case, &allocations, effort)).collect();
            measured
        })
        .collect();
    println!("Nanoseconds / allocations of one operation, medians; in brackets how many times cors-policy's.\n");
    println!("{}", Table::of(&results));
    println!("{}", targets::table(&results));
}

/// What the case costs everyone.
fn row(group: &Measured, mut case: Case, allocations: &HashMap<String, f64>, effort: Effort) -> Row {
    assert_eq!(case.dissenter(group.title, &group.columns, group.ours), None);
    let key = |column| format!("{}\t{}\t{column}", group.title, case.name);
    let calls = |column| allocations.get(&key(column)).copied().unwrap_or(f64::NAN);
    let mut calls: Vec<f64> = group.columns.iter().map(calls).collect();
    let before = if group.ours > 0 { calls[0] } else { 0.0 };
    calls.iter_mut().skip(group.ours).for_each(|calls| *calls -= before);
    let costs = case.measure(effort, group.ours).into_iter().zip(calls);
    let cells = costs.map(|(cost, allocations)| Some(Cell { nanoseconds: cost?, allocations })).collect();
    Row { case: case.name, cells }
}

/// The allocations of one operation, by group, case and column.
fn allocations(words: &[String]) -> HashMap<String, f64> {
    let output = Command::new(env!("CARGO_BIN_EXE_allocations")).args(words).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let entry = |line: &str| line.rsplit_once('\t').map(|(key, count)| (key.to_owned(), count.parse().unwrap()));
    lines.lines().filter_map(entry).collect()
}
