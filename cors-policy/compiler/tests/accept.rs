//! Near misses: for each id a file in `accept/` that is as close as possible to what it is about, and
//! does not raise it.

use std::path::{Path, PathBuf};

use cors_compiler::diagnostic::{Code, render_plain};
use cors_compiler::source::Source;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/accept")
}

#[test]
fn every_id_has_a_near_miss_that_does_not_raise_it() {
    for code in Code::all() {
        let path = directory().join(format!("{}.yaml", code.id));
        let text = std::fs::read_to_string(&path).expect(code.id);
        let source = Source::new(format!("{}.yaml", code.id), text);
        let checked = cors_compiler::check(&source);
        let printed = render_plain(&source, &checked.diagnostics);
        assert!(checked.diagnostics.iter().all(|found| found.code.id != code.id), "{printed}");
        assert!(checked.file.is_some(), "a near miss compiles: {printed}");
    }
}

#[test]
fn every_near_miss_belongs_to_an_id() {
    for entry in std::fs::read_dir(directory()).unwrap() {
        let path = entry.unwrap().path();
        let id = path.file_stem().unwrap().to_str().unwrap();
        assert!(Code::all().any(|code| code.id == id), "{}", path.display());
    }
}
