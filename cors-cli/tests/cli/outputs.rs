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
    fs::write(&target, "").unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("target.rs", directory.path().join("link.rs")).unwrap();
    let written = rust(directory.path(), "link.rs");
    assert_eq!(code(&written), 0, "{}", stderr(&written));
    assert!(fs::symlink_metadata(directory.path().join("link.rs")).unwrap().is_symlink());
    assert!(fs::read_to_string(&target).unwrap().contains("pub static P"));
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_link_that_leads_nowhere_yet_is_followed_as_well() {
    let directory = holding("p.yaml", GOOD);
    let at = |name: &str| directory.path().join(name);
    symlink("generated/second.rs", at("first.rs")).unwrap();
    fs::create_dir(at("generated")).unwrap();
    symlink("../target.rs", at("generated/second.rs")).unwrap();
    symlink("loop.rs", at("loop.rs")).unwrap();
    let written = rust(directory.path(), "first.rs");
    assert_eq!(code(&written), 0, "{}", stderr(&written));
    for link in ["first.rs", "generated/second.rs"] {
        assert!(fs::symlink_metadata(at(link)).unwrap().is_symlink(), "{link}");
    }
    assert!(fs::symlink_metadata(at("target.rs")).unwrap().is_file());
    assert!(fs::read_to_string(at("first.rs")).unwrap().contains("pub static P"));
    assert_eq!(code(&rust(directory.path(), "loop.rs")), 2);
    assert!(fs::symlink_metadata(at("loop.rs")).unwrap().is_symlink());
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

/// `cors init` calls every policy file `cors.yaml`.
#[test]
fn files_of_the_same_name_are_told_apart_by_their_paths() {
    let directory = scratch();
    let root = directory.path();
    for (folder, text) in [("a", GOOD), ("b", &GOOD.replace("a.example", "b.example"))] {
        fs::create_dir(root.join(folder)).unwrap();
        fs::write(root.join(folder).join("cors.yaml"), text).unwrap();
    }
    let absolute = |name: &str| root.join(name).to_str().unwrap().to_owned();
    let compile = |from: &str, file: &str, output: &str| {
        cors_in(&root.join(from), &["compile", file, "--target", "nginx", "-o", output])
    };
    assert_eq!(code(&compile(".", "a/cors.yaml", "out")), 0);
    let before = fs::read(root.join("out/cors_http.conf")).unwrap();
    for (from, file, output) in [
        (".", "b/cors.yaml", "out"),
        (".", "./a/../b/cors.yaml", "out"),
        ("b", "cors.yaml", "../out"),
        (".", &absolute("b/cors.yaml"), "out"),
    ] {
        let other = compile(from, file, output);
        let told = "was compiled from a/cors.yaml; remove it, or choose another --output";
        assert_eq!(code(&other), 2, "{from} {file}");
        assert!(stderr(&other).contains(told), "{from} {file}: {}", stderr(&other));
        assert_eq!(fs::read(root.join("out/cors_http.conf")).unwrap(), before);
    }
    // The same file by other paths, and after an edit.
    fs::write(root.join("a/cors.yaml"), GOOD.replace("a.example", "c.example")).unwrap();
    for (from, file, output) in [
        ("a", "cors.yaml", "../out"),
        (".", "./a/cors.yaml", "out"),
        (".", "b/../a/cors.yaml", "out"),
        ("b", "../a/cors.yaml", "../out"),
        (".", &absolute("a/cors.yaml"), "out"),
        (".", "a/cors.yaml", "out"),
    ] {
        let again = compile(from, file, output);
        assert_eq!(code(&again), 0, "{from} {file}: {}", stderr(&again));
    }
}

/// What was compiled in another copy of the repository names a path that leads nowhere here.
#[test]
fn another_copy_of_the_repository_and_another_version_may_have_compiled_it() {
    let directory = holding("p.yaml", GOOD);
    assert_eq!(code(&rust(directory.path(), "out.rs")), 0);
    let out = directory.path().join("out.rs");
    let version = format!("cors {} from p.yaml", env!("CARGO_PKG_VERSION"));
    for (header, expected) in [
        ("cors 9.9.9 from p.yaml", 0),
        ("cors 0.0.1 from /no/such/place/p.yaml", 0),
        ("cors 0.0.1 from /no/such/place/q.yaml", 2),
    ] {
        assert_eq!(code(&rust(directory.path(), "out.rs")), 0);
        let text = fs::read_to_string(&out).unwrap();
        assert!(text.contains(&version), "{text}");
        fs::write(&out, text.replace(&version, header).replace("a.example", "z.example")).unwrap();
        assert_eq!(code(&rust(directory.path(), "out.rs")), expected, "{header}");
    }
}

#[test]
fn what_cors_did_not_write_is_not_replaced() {
    let envoy = ["--target", "envoy"];
    let json = ["--target", "envoy", "--format", "json"];
    let policy = r#"{"version": 1, "policies": {"p": {"allow_origins": ["https://a.example"]}}}"#;
    let latin = b"# \xe9\nserver {}\n".as_slice();
    for (target, name, found) in [
        (&envoy[..], "shop.yaml", GOOD.as_bytes()),
        (&envoy, "hand.conf", latin),
        (&envoy, "hand.conf", b"\n"),
        (&envoy, "other.json", b"{}"),
        (&["--target", "rust"], "lib.rs", b"//! Generated by cors, and changed since.\n"),
        (&json, "shop.yaml", GOOD.as_bytes()),
        (&json, "policy.json", policy.as_bytes()),
        (&json, "list.json", b"[]"),
    ] {
        let directory = holding("p.yaml", GOOD);
        let place = directory.path().join(name);
        fs::write(&place, found).unwrap();
        let arguments = [&["compile", "p.yaml", "-o", name], target].concat();
        let written = cors_in(directory.path(), &arguments);
        assert_eq!((code(&written), stdout(&written)), (2, String::new()), "{arguments:?}");
        let told = stderr(&written);
        assert!(told.contains(&format!("{name} is no output of cors")), "{arguments:?}: {told}");
        assert!(told.contains("remove it, or choose another --output"), "{arguments:?}: {told}");
        assert!(!told.contains("note:"), "{arguments:?}: {told}");
        assert_eq!(fs::read(&place).unwrap(), found, "{arguments:?}");
        fs::remove_file(&place).unwrap();
        assert_eq!(code(&cors_in(directory.path(), &arguments)), 0, "{arguments:?}");
    }
}

/// One of several files that may not be replaced is enough.
#[test]
fn nothing_is_written_beside_what_may_not_be_replaced() {
    let directory = holding("p.yaml", GOOD);
    fs::create_dir(directory.path().join("out")).unwrap();
    fs::write(directory.path().join("out/cors_policy_p.conf"), "# mine\n").unwrap();
    assert_eq!(code(&nginx(directory.path(), &[])), 2);
    assert!(!directory.path().join("out/cors_http.conf").exists());
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

/// The conditions are those of pieces that somebody puts into a configuration.
#[test]
fn a_whole_configuration_has_no_conditions() {
    let directory = holding("p.yaml", GOOD);
    let endpoints = ["--listen", "127.0.0.1:8080", "--upstream", "127.0.0.1:8081"];
    for (target, shape) in [("nginx", "tryout"), ("envoy", "bootstrap")] {
        for output in [&[][..], &["-o", "whole"]] {
            let arguments =
                [&["compile", "p.yaml", "--target", target, "--shape", shape], &endpoints[..], output].concat();
            let written = cors_in(directory.path(), &arguments);
            assert_eq!((code(&written), stderr(&written)), (0, String::new()), "{arguments:?}");
        }
        fs::remove_file(directory.path().join("whole")).unwrap();
    }
    let refused = cors_in(directory.path(), &["compile", "p.yaml", "--target", "nginx", "-o", "p.yaml/x"]);
    assert_eq!(code(&refused), 2);
    assert!(!stderr(&refused).contains("note:"), "{}", stderr(&refused));
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
