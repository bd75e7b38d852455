//! Every diagnostic, from outside: a file in `reject/` for each id, with what is printed for it.
//!
//! `UPDATE_GOLDEN=1 cargo test -p cors-compiler` writes the `.txt` files anew.

use std::path::{Path, PathBuf};

use cors_compiler::diagnostic::{Code, render_plain};
use cors_compiler::source::Source;

use crate::golden::compare;

fn fixtures() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reject");
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    files
}

fn stem(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

/// Ids that no policy file can cause by itself: what a target cannot say is found when compiling.
const BY_COMPILING: [&str; 1] = ["not-expressible"];

#[test]
fn every_fixture_is_diagnosed_as_it_says() {
    for path in fixtures() {
        let name = path.file_name().unwrap().to_str().unwrap();
        let source = Source::new(name, std::fs::read_to_string(&path).unwrap());
        let checked = cors_compiler::check(&source);
        compare(&path.with_extension("txt"), &render_plain(&source, &checked.diagnostics));
        let ids: Vec<&str> = checked.diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect();
        if let Some(code) = Code::all().find(|code| stem(&path).starts_with(code.id)) {
            assert!(ids.contains(&code.id), "{name}: {ids:?}");
        }
    }
}

#[test]
fn every_id_has_a_fixture() {
    let files = fixtures();
    for code in Code::all().filter(|code| !BY_COMPILING.contains(&code.id)) {
        assert!(files.iter().any(|path| stem(path) == code.id), "add tests/reject/{}.yaml", code.id);
    }
}

#[test]
fn ten_faults_are_reported_at_once() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reject/ten-faults.yaml");
    let checked = cors_compiler::check(&Source::new("f", std::fs::read_to_string(path).unwrap()));
    let mut ids: Vec<&str> = checked.diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert!(ids.len() >= 10, "{ids:?}");
    assert!(checked.file.is_none());
}
