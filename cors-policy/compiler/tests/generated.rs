//! A generated file for thousands of origins: rustc compiles it, and it matches what it should.

use std::path::Path;
use std::process::Command;

use cors_compiler::backend::rust::tables::{Exact, Origins};
use cors_compiler::backend::{BACKENDS, Job, Options};
use cors_compiler::source::Source;

use crate::run_time::compiled;

const PROGRAM: &str = r#"
    include!("cors_policies.rs");

    fn main() {
        for number in 0..10_000 {
            assert!(LARGE.allows_origin(&format!("https://shop{number}.example")));
            assert!(!LARGE.allows_origin(&format!("https://shop{number}.example:8443")));
            assert!(!LARGE.allows_origin(&format!("https://shop{number}.test")));
        }
        for number in 0..1_000 {
            assert!(LARGE.allows_origin(&format!("https://a.b.tenant{number}.example")));
            assert!(!LARGE.allows_origin(&format!("https://tenant{number}.example")));
            assert!(!LARGE.allows_origin(&format!("https://a..tenant{number}.example")));
        }
        assert_eq!(ROUTES.policy("/").map(|policy| policy.name()), Some("large"));
        println!("it matches");
    }
"#;

fn large() -> Source {
    let exact = (0..10_000).map(|number| format!("      - https://shop{number}.example\n"));
    let wildcards = (0..1_000).map(|number| format!("      - https://*.tenant{number}.example\n"));
    let entries: String = exact.chain(wildcards).collect();
    let text = format!(
        "version: 1\npolicies:\n  large:\n    allow_origins:\n{entries}routes:\n  - {{path: /**, policy: large}}\n"
    );
    Source::new("large.yaml", text)
}

fn rustc(out: &Path, arguments: &[&str], source: &Path) {
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let output = command.args(["--edition=2024", "--out-dir"]).arg(out).args(arguments).arg(source).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_file_of_thousands_of_origins_compiles_and_matches() {
    let source = large();
    let file = compiled(&source);
    let backend = BACKENDS.iter().find(|backend| backend.name == "rust").unwrap();
    let job = Job {
        source: &source,
        file: &file,
        only: None,
        shape: &backend.shapes[0],
        endpoints: None,
        options: Options::default(),
    };
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("large");
    std::fs::create_dir_all(&out).unwrap();
    for output in (backend.emit)(&job) {
        std::fs::write(out.join(output.name), output.text).unwrap();
    }
    let program = out.join("program.rs");
    std::fs::write(&program, PROGRAM).unwrap();
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/lib.rs");
    rustc(&out, &["--crate-type=rlib", "--crate-name=cors_policy"], &library);
    let library = format!("--extern=cors_policy={}", out.join("libcors_policy.rlib").display());
    rustc(&out, &["--deny=warnings", &library], &program);
    let output = Command::new(out.join("program")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "it matches\n", "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_table_is_little_larger_than_its_origins() {
    let origins: Vec<String> =
        (0..10_000).map(|number| format!("      - https://app{number}.customer{}.example\n", number % 97)).collect();
    let text = format!("version: 1\npolicies:\n  p:\n    allow_origins:\n{}", origins.concat());
    let file = compiled(&Source::new("f", text));
    let Exact::Many(table) = Origins::new(&file.policies[0]).exact else { panic!("it is no table") };
    let keys: usize = table.slots.iter().map(String::len).sum();
    let bytes = keys + 2 * table.displacements.len() + 4 * table.starts().len();
    assert!(bytes * 10 <= keys * 13, "{bytes} for {keys}");
}
