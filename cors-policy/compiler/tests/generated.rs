//! A generated file for thousands of origins: rustc compiles it, and it matches what it should.

use std::path::Path;
use std::process::Command;

use cors_compiler::backend::rust::tables::{Exact, Origins};
use cors_compiler::backend::{BACKENDS, Job, Options};
use cors_compiler::source::Source;

use cors_fuzz::compiled;

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

/// Runs a program that includes the file generated from a policy file, which is returned.
fn run(name: &str, source: &Source, program: &str) -> String {
    let file = compiled(source);
    let backend = BACKENDS.iter().find(|backend| backend.name == "rust").unwrap();
    let job = Job {
        source,
        file: &file,
        only: None,
        shape: &backend.shapes[0],
        endpoints: None,
        options: Options::default(),
    };
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&out).unwrap();
    let generated: Vec<_> = (backend.emit)(&job);
    for output in &generated {
        std::fs::write(out.join(&output.name), &output.text).unwrap();
    }
    let main = out.join("program.rs");
    std::fs::write(&main, program).unwrap();
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/lib.rs");
    rustc(&out, &["--crate-type=rlib", "--crate-name=cors_policy"], &library);
    let library = format!("--extern=cors_policy={}", out.join("libcors_policy.rlib").display());
    rustc(&out, &["--deny=warnings", &library], &main);
    let output = Command::new(out.join("program")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "it matches\n", "{}", String::from_utf8_lossy(&output.stderr));
    generated.into_iter().map(|output| output.text).collect()
}

#[test]
fn a_file_of_thousands_of_origins_compiles_and_matches() {
    run("large", &large(), PROGRAM);
}

/// Words without a pattern, so that an automaton needs a state for nearly every letter.
fn words(count: usize) -> Vec<String> {
    let mut state = 1_u64;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + (state >> 33) as u8 % 26)
    };
    (0..count).map(|_| (0..12).map(|_| letter()).collect()).collect()
}

#[test]
fn automata_with_narrow_and_with_wide_rows_compile_and_match() {
    let sizes = [("Rows::U8", 0), ("Rows::U16", 60)];
    let mut text = "version: 1\npolicies:\n".to_owned();
    let mut program = "include!(\"cors_policies.rs\");\nfn main() {\n".to_owned();
    for (_, count) in sizes {
        let words = [vec!["a".to_owned()], words(count)].concat();
        let all = words.join("|");
        text += &format!("  p{count}:\n    allow_origins: [{{regex: 'https://(?:{all})[0-9]{{2}}\\.example'}}]\n");
        program += &format!(
            "    for word in {words:?} {{\n        \
             assert!(P{count}.allows_origin(&format!(\"https://{{word}}07.example\")), \"{{word}}\");\n        \
             for wrong in [format!(\"{{word}}7\"), format!(\"{{word}}z07\"), format!(\"c{{}}07\", &word[1..])] {{\n            \
             assert!(!P{count}.allows_origin(&format!(\"https://{{wrong}}.example\")), \"{{wrong}}\");\n        \
             }}\n    }}\n"
        );
    }
    program += "    println!(\"it matches\");\n}\n";
    let generated = run("widths", &Source::new("widths.yaml", text), &program);
    for (rows, _) in sizes {
        assert_eq!(generated.matches(rows).count(), 1, "{rows}");
    }
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
