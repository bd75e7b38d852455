//! What comes into the program from elsewhere: read from cargo, as `cargo deny check` (deny.toml) reads it.

use std::collections::{BTreeMap, BTreeSet};

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

/// What stands behind each dependency of the workspace, by its name there.
fn reasons() -> BTreeMap<String, String> {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, rest) = manifest.split_once("[workspace.dependencies]\n").unwrap();
    let (list, _) = rest.split_once("\n[").unwrap();
    let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let reason = |line: &str| {
        let (name, rest) = line.split_once(" = { ").expect(line);
        let (_, reason) = rest.split_once(" } # ").expect(line);
        assert!(reason.split(' ').count() > 2, "what is that to tell: {line}");
        (name.to_owned(), reason.to_owned())
    };
    lines.map(reason).collect()
}

/// Every package says what it is, and what it needs, by lines of the workspace's manifest.
#[test]
fn every_dependency_has_a_reason_beside_it_and_no_feature_that_nobody_asked_for() {
    let reasons = reasons();
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--locked", "--no-deps", "--format-version", "1"])).unwrap();
    let mut used = BTreeSet::new();
    for package in metadata["packages"].as_array().unwrap() {
        let name = &package["name"];
        assert!(package["description"].is_string(), "{name} has no description");
        // A package that is its own for its tests stands in no list.
        for dependency in package["dependencies"].as_array().unwrap().iter().filter(|one| one["name"] != *name) {
            let key = dependency["rename"].as_str().or(dependency["name"].as_str()).unwrap();
            let reason = reasons.get(key);
            let reason = reason.unwrap_or_else(|| panic!("{name}: {key} is no line of the workspace's manifest"));
            let all = dependency["uses_default_features"] == true;
            assert!(!all || reason.contains("default features"), "{name}: why the default features of {key}?");
            used.insert(key);
        }
    }
    assert!(reasons.keys().eq(used.iter().copied()), "lines that no package uses: {:?} {used:?}", reasons.keys());
}
