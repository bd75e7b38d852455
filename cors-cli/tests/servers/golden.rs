//! The golden files, read by the servers' own checkers.

use std::fs;
use std::path::{Path, PathBuf};

use crate::upstream::DEAD_ADDRESS;
use crate::{envoy, nginx};

/// The folders of a target's golden files, one for each sample.
fn folders(target: &str) -> Vec<PathBuf> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cors-policy/compiler/tests/golden").join(target);
    let folders: Vec<PathBuf> = fs::read_dir(golden).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(folders.len() >= 6, "{folders:?}");
    folders
}

#[test]
fn nginx_accepts_its_golden_files() {
    for folder in folders("nginx") {
        let directory = tempfile::tempdir().unwrap();
        let mut servers = String::new();
        for (port, file) in (1..).zip(fs::read_dir(&folder).unwrap()) {
            let file = file.unwrap();
            fs::copy(file.path(), directory.path().join(file.file_name())).unwrap();
            let name = file.file_name().into_string().unwrap();
            if name == "nginx.conf" {
                let (whole, prefix) = (folder.join(name), tempfile::tempdir().unwrap());
                nginx::check(prefix.path(), &whole);
            } else if name.starts_with("cors_server") {
                servers.push_str(&format!("server {{ listen 127.0.0.1:{port}; include {name}; }}\n"));
            } else if name != "cors_http.conf" {
                servers.push_str(&format!(
                    "server {{ listen 127.0.0.1:{port}; location /{name}/ {{ include {name}; }} }}\n"
                ));
            }
        }
        let configuration = directory.path().join("nginx.conf");
        fs::write(&configuration, nginx::wrapper(DEAD_ADDRESS, &servers)).unwrap();
        nginx::check(directory.path(), &configuration);
    }
}

#[test]
fn envoy_accepts_its_golden_files() {
    for folder in folders("envoy") {
        envoy::validate(&folder.join("envoy.yaml"));
    }
}
