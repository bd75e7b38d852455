//! What comes into the program from elsewhere: read from cargo, as `cargo deny check` (deny.toml) reads it.

use serde_json::Value;

use super::*;

/// What cargo prints in the repository's root.
fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    stdout(&output)
}

/// The packages of a tree, one line each, without what is built to run at build time.
fn run_time(features: &[&str]) -> Vec<String> {
    let tree = ["tree", "--locked", "-p", "cors-policy", "-e", "normal,no-proc-macro", "--prefix", "none"];
    let text = cargo(&[&tree[..], &["--format", "{p}"], features].concat());
    let mut names: Vec<String> = text.lines().filter_map(|line| Some(line.split(' ').next()?.to_owned())).collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn a_service_carries_nothing_but_our_crate() {
    assert_eq!(run_time(&["--no-default-features"]), ["cors-policy"]);
    // The macros run while the service is built.
    assert_eq!(run_time(&["--features", "macros"]), ["cors-policy"]);
    // The layer needs the types that the service has anyway.
    let layer = ["bytes", "cors-policy", "http", "itoa", "pin-project-lite", "tower-layer", "tower-service"];
    assert_eq!(run_time(&["--features", "tower"]), layer);
}

#[test]
fn every_dependency_comes_from_the_registry_and_builds_with_the_oldest_rust() {
    let target = ["--filter-platform", "x86_64-unknown-linux-gnu"];
    let text = cargo(&[&["metadata", "--locked", "--format-version", "1"][..], &target].concat());
    let metadata: Value = serde_json::from_str(&text).unwrap();
    let number = |version: &str| -> Vec<u32> { version.split('.').take(2).map(|part| part.parse().unwrap()).collect() };
    let oldest = number(env!("CARGO_PKG_RUST_VERSION"));
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100);
    for package in packages {
        let id = format!("{} {}", package["name"], package["version"]);
        if let Some(needed) = package["rust_version"].as_str() {
            assert!(number(needed) <= oldest, "{id} needs Rust {needed}");
        }
        assert!(package["license"].is_string(), "{id} names no licence");
        if let Some(source) = package["source"].as_str() {
            assert!(source.starts_with("registry+https://github.com/rust-lang/crates.io-index"), "{id}: {source}");
        }
    }
}

#[test]
fn every_dependency_of_the_workspace_has_a_reason_beside_it() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, rest) = manifest.split_once("[workspace.dependencies]\n").unwrap();
    let (list, _) = rest.split_once("\n[").unwrap();
    let mut heading = false;
    let mut count = 0;
    for line in list.lines() {
        match line {
            // A heading is the reason for all below it, up to the next empty line.
            _ if line.starts_with('#') => heading = true,
            "" => heading = false,
            _ => {
                assert!(heading || line.contains("} # ") || line.contains("\" # "), "no reason: {line}");
                count += 1;
            }
        }
    }
    assert!(count > 30);
}
