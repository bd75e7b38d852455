//! Where `cors compile` writes, and what it never replaces.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Output;

use crate::{GOOD, code, cors_in, holding, scratch, stderr, stdout};

fn rust(directory: &Path, output: &str) -> Output {
    cors_in(directory, &["compile", "p.yaml", "--target", "rust", "-o", output])
}

fn nginx(directory: &Path, extra: &[&str]) -> Output {
    cors_in(directory, &[&["compile", "p.yaml", "--target", "nginx", "-o", "out"], extra].concat())
}

#[test]
fn only_ordinary_files_are_replaced() {
    let directory = holding("p.yaml", GOOD);
    fs::create_dir(directory.path().join("folder")).unwrap();
    for (output, message) in [
        ("/dev/full", "it is there and is no ordinary file"),
        ("p.yaml", "is the policy file itself"),
        ("folder/../p.yaml", "is the policy file itself"),
    ] {
        let written = rust(directory.path(), output);
        assert_eq!(code(&written), 2, "{output}");
        assert!(stderr(&written).contains(message), "{output}: {}", stderr(&written));
    }
    assert!(!fs::metadata("/dev/full").unwrap().is_file());
    assert_eq!(fs::read_to_string(directory.path().join("p.yaml")).unwrap(), GOOD);
}

#[test]
fn links_are_followed_and_permissions_kept() {
    let directory = holding("p.yaml", GOOD);
    let target = directory.path().join("target.rs");
    fs::write(&target, "old").unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("target.rs", directory.path().join("link.rs")).unwrap();
    let written = rust(directory.path(), "link.rs");
    assert_eq!(code(&written), 0, "{}", stderr(&written));
    assert!(fs::symlink_metadata(directory.path().join("link.rs")).unwrap().is_symlink());
    assert!(fs::read_to_string(&target).unwrap().contains("pub static P"));
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn all_outputs_are_written_or_none() {
    let directory = holding("p.yaml", GOOD);
    fs::create_dir_all(directory.path().join("out/cors_policy_p.conf")).unwrap();
    assert_eq!(code(&nginx(directory.path(), &[])), 2);
    assert!(!directory.path().join("out/cors_http.conf").exists());
}

#[test]
fn what_was_compiled_from_another_file_is_not_replaced() {
    let directory = holding("p.yaml", GOOD);
    fs::write(directory.path().join("q.yaml"), GOOD).unwrap();
    assert_eq!(code(&nginx(directory.path(), &[])), 0);
    let other = cors_in(directory.path(), &["compile", "q.yaml", "--target", "nginx", "-o", "out"]);
    assert_eq!(code(&other), 2);
    assert!(stderr(&other).contains("was compiled from p.yaml"), "{}", stderr(&other));
}

#[test]
fn freshness_does_not_depend_on_how_the_file_is_called() {
    let directory = holding("p.yaml", GOOD);
    assert_eq!(code(&nginx(directory.path(), &[])), 0);
    let absolute = directory.path().join("p.yaml");
    let absolute = absolute.to_str().unwrap();
    let checked = cors_in(directory.path(), &["compile", absolute, "--target", "nginx", "-o", "out", "--check"]);
    assert_eq!(code(&checked), 0, "{}", stdout(&checked));
}

#[test]
fn files_of_a_policy_that_is_gone_are_named() {
    let directory = holding("p.yaml", GOOD);
    assert_eq!(code(&nginx(directory.path(), &[])), 0);
    fs::write(directory.path().join("p.yaml"), GOOD.replace("  p:", "  renamed:")).unwrap();
    let written = nginx(directory.path(), &[]);
    assert_eq!(code(&written), 0);
    assert!(stderr(&written).contains("out/cors_policy_p.conf is left over"), "{}", stderr(&written));
    assert_eq!(code(&nginx(directory.path(), &["--check"])), 1);
    fs::remove_file(directory.path().join("out/cors_policy_p.conf")).unwrap();
    assert_eq!(code(&nginx(directory.path(), &["--check"])), 0);
}

#[test]
fn the_conditions_of_a_target_are_printed_with_its_output() {
    let directory = holding("p.yaml", GOOD);
    let printed = cors_in(directory.path(), &["compile", "p.yaml", "--target", "nginx"]);
    assert!(
        stderr(&printed).contains("note: the header of each file says where to include it"),
        "{}",
        stderr(&printed)
    );
}

#[test]
fn methods_that_the_server_itself_refuses_are_told() {
    let directory = holding("p.yaml", format!("{GOOD}    allow_methods: [PUT, FROB, X.Y]\n"));
    let told = |target: &str| {
        let printed = cors_in(directory.path(), &["compile", "p.yaml", "--target", target]);
        assert_eq!(code(&printed), 0, "{}", stderr(&printed));
        let note = format!("note: p: {target} answers requests with the method ");
        let lines = stderr(&printed);
        lines.lines().filter_map(|line| line.strip_prefix(&note)).map(str::to_owned).collect::<Vec<_>>()
    };
    let how = "itself, with 400, over HTTP/1";
    assert_eq!(told("envoy"), [format!("FROB {how}"), format!("X.Y {how}")]);
    assert_eq!(told("nginx"), [format!("X.Y {how}")]);
    assert!(told("rust").is_empty());
}

#[test]
fn a_missing_default_directory_is_nothing_to_check() {
    let directory = scratch();
    let checked = cors_in(directory.path(), &["check"]);
    assert_eq!(code(&checked), 3);
    assert!(stderr(&checked).contains("name files or directories"), "{}", stderr(&checked));
}
