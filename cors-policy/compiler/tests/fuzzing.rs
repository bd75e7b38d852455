//! The fuzz targets without a fuzzer: on the seeds, on everything that was found before, and on mutations of
//! both that are the same on every run. `cors-policy/compiler/fuzz` has the targets for the long run.
//!
//! `FUZZ_RUNS=100000 cargo test -p cors-compiler --test compiler fuzzing` tries more of them.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};

use cors_fuzz::{Random, TARGETS};

/// The files of a directory, in the order of their names.
fn files(directory: &str) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let entries = std::fs::read_dir(&directory).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    paths.into_iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// Runs a target; an input that it fails on is kept for the report. (If the process ends at once, as it does
/// when the stack overflows, `FUZZ_KEEP=1` keeps each input before it is tried.)
fn run(name: &str, data: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).unwrap();
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzzing-{name}"));
    if std::env::var_os("FUZZ_KEEP").is_some() {
        std::fs::write(&kept, data).unwrap();
    }
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| target(data))) {
        std::fs::write(&kept, data).unwrap();
        eprintln!("the target {name} fails on {}: add it to fuzz/regressions/{name}", kept.display());
        resume_unwind(panic);
    }
}

/// Runs a target on its seeds, and on so many mutations of these and the `further` ones.
fn smoke(name: &str, further: &[&str], runs: usize) {
    let mut seeds = files(&format!("fuzz/corpus/{name}"));
    assert!(seeds.len() > 5, "few seeds");
    seeds.extend(files(&format!("fuzz/regressions/{name}")));
    seeds.extend(further.iter().flat_map(|directory| files(directory)));
    seeds.iter().for_each(|seed| run(name, seed));
    let runs = std::env::var("FUZZ_RUNS").map_or(runs, |runs| runs.parse().unwrap());
    let mut random = Random::new(1);
    for _ in 0..runs {
        run(name, &random.mutation(&seeds));
    }
    eprintln!("{name}: {} seeds, {runs} mutations", seeds.len());
}

#[test]
fn yaml() {
    smoke("yaml", &["tests/accept", "tests/reject", "../../policies"], 400);
}

#[test]
fn pattern() {
    smoke("pattern", &[], 1_500);
}

#[test]
fn decide() {
    smoke("decide", &[], 15_000);
}

#[test]
fn emit() {
    smoke("emit", &[], 120);
}

/// Inputs that break the promises are noticed: the checks are no formality.
#[test]
fn broken_outputs_are_noticed() {
    use cors_fuzz::structure::{lua, nginx, rust, yaml};
    for text in ["a \"b", "a {", "}", "a \"b\"c;", "a b", "map a b { \"c\" \"d\n\"; }", ";"] {
        assert!(nginx::parse(text).is_err(), "{text}");
    }
    for text in ["\"a", "a = [[b]]", "--[[ a ]]", "end", "f(", "if a then (end)", "\"a\nb\"", "a = `b`"] {
        assert!(lua::tokens(text).is_err(), "{text}");
    }
    for text in ["static A: u8 = \"", "static A: u8 = 1; fn main() {}", "static A"] {
        assert!(rust::shape(text).is_err(), "{text}");
    }
    for text in ["a: \"b", "a: !b c", "1: 2", "a.b: {header: {value: '%'}}"] {
        assert!(yaml::shape(&text.replace("a.b", "a")).is_err(), "{text}");
    }
    let shape = |text: &str| nginx::shape(&nginx::parse(text).unwrap());
    assert_ne!(shape("map $a $b { \"c\" \"d\"; }"), shape("map $a $b { \"c\" \"$d\"; }"));
    assert_ne!(shape("map $a $b { \"c\" \"d\"; }"), shape("map $a $b { \"include\" \"d\"; }"));
    assert_ne!(shape("add_header A \"b\";"), shape("add_header A \"b\"; add_header C \"d\";"));
}
