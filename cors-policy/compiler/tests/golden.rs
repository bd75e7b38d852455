//! Golden files: the output for every sample policy and target, as a reviewer sees it.
//!
//! `UPDATE_GOLDEN=1 cargo test -p cors-compiler` writes them anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cors_compiler::backend::{BACKENDS, Backend, Endpoints, Format, Job, Options, Profile};
use cors_compiler::diagnostic::{Diagnostics, Severity, render_plain};
use cors_compiler::ir::File;
use cors_compiler::source::Source;

/// Compares a text with a golden file, or writes it if `UPDATE_GOLDEN` is set.
pub(crate) fn compare(path: &Path, text: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    assert!(golden == text, "{} differs; see `UPDATE_GOLDEN=1 cargo test`.\n--- now:\n{text}", path.display());
}

/// The sample policies: name and source.
pub(crate) fn samples() -> Vec<(String, Source)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let source = Source::new(format!("policies/{name}.yaml"), std::fs::read_to_string(path).unwrap());
        (name, source)
    };
    files.into_iter().map(read).collect()
}

/// What a target's output can be chosen to be, and the folder of it within the sample's.
fn variants(target: &str) -> Vec<(&'static str, Options)> {
    let mut variants = vec![("", Options::default())];
    if target == "envoy" {
        variants.extend([
            ("", Options { format: Format::Json, ..Options::default() }),
            ("exact", Options { profile: Profile::Exact, ..Options::default() }),
            ("exact", Options { profile: Profile::Exact, format: Format::Json, ..Options::default() }),
        ]);
    }
    variants
}

/// Every form of a pattern, for the script that Envoy gets in place of many matchers.
const EVERY_PATTERN: &str = r#"version: 1
policies:
  every-pattern:
    allow_origins:
      - https://www.example.com
      - https://admin.example.com:8443
      - https://*.example.com
      - https://*.apps.example.com:9000-9100
      - https://pr-*.preview.example.com
      - https://pr-*-a.preview.example.com:8443
      - https://*-team.preview.example.com
      - regex: https://branch-[0-9a-f]{7}\.preview\.example\.com
      - regex: https://v[0-9]+\.releases\.example(?::8443)?
      - http://localhost:*
      - http://127.0.0.1:3000-3999
      - "http://[::1]:*"
      - https://*.a-long-name-of-a-customer-with-many-words.and-of-its-department-of-long-names.example
"#;

#[test]
fn every_sample_compiles_to_its_golden_files() {
    let mut written: BTreeSet<PathBuf> = BTreeSet::new();
    for (name, source) in samples() {
        let checked = cors_compiler::check(&source);
        let warnings: Vec<_> =
            checked.diagnostics.into_iter().filter(|found| found.severity > Severity::Info).collect();
        assert!(warnings.is_empty(), "{}", render_plain(&source, &warnings));
        for backend in BACKENDS {
            written.extend(compile(&name, &source, &checked.file.clone().unwrap(), backend));
        }
    }
    let source = Source::new("every-pattern.yaml", EVERY_PATTERN);
    let file = cors_compiler::check(&source).file.unwrap();
    let envoy = BACKENDS.iter().find(|backend| backend.name == "envoy").unwrap();
    written.extend(compile("every-pattern", &source, &file, envoy));
    let stale: Vec<PathBuf> = files(&golden()).into_iter().filter(|path| !written.contains(path)).collect();
    assert!(stale.is_empty(), "nothing compiles to these any more; remove them: {stale:#?}");
}

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// The files below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Compares every shape and variant with its golden file; which those are.
fn compile(name: &str, source: &Source, file: &File, backend: &Backend) -> Vec<PathBuf> {
    let mut written = Vec::new();
    let golden = golden().join(backend.name).join(name);
    for (folder, options) in variants(backend.name) {
        for shape in backend.shapes {
            let only = (shape.needs_one_policy && file.routes.is_none()).then(|| &file.policies[0]);
            let endpoints = shape.needs_endpoints.then(|| Endpoints {
                listen: "127.0.0.1:8080".parse().unwrap(),
                upstream: "127.0.0.1:9090".parse().unwrap(),
            });
            let job = Job { source, file, only, shape, endpoints, options };
            let mut diagnostics = Diagnostics::new();
            (backend.check)(&job, &mut diagnostics);
            assert!(!diagnostics.has_errors(), "{}", render_plain(source, &diagnostics.into_sorted()));
            for output in (backend.emit)(&job) {
                let path = golden.join(folder).join(output.name);
                compare(&path, &output.text);
                written.push(path);
            }
        }
    }
    written
}

/// The tests of the run time need no compiler: what they share stands there compiled.
#[test]
fn the_policies_of_the_run_times_tests_are_fresh() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/common");
    let text = std::fs::read_to_string(directory.join("policies.yaml")).unwrap();
    let source = Source::new("cors-policy/tests/common/policies.yaml", text);
    let file = cors_compiler::check(&source).file.unwrap();
    let backend = BACKENDS.iter().find(|backend| backend.name == "rust").unwrap();
    let job = Job {
        source: &source,
        file: &file,
        only: None,
        shape: &backend.shapes[0],
        endpoints: None,
        options: Options::default(),
    };
    let [output] = (backend.emit)(&job).try_into().unwrap();
    compare(&directory.join("policies.rs"), &format!("//! Compiled from policies.yaml.\n\n{}", output.text));
}
