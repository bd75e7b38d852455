//! The golden files, read by the servers' own checkers.

use std::fs;
use std::path::{Path, PathBuf};

use crate::assembled::{bootstrap, manager, mapping, yaml};
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

/// The whole ones as they are; the pieces put together.
#[test]
fn envoy_accepts_its_golden_files() {
    let mut accepted = 0;
    for folder in folders("envoy").into_iter().flat_map(|folder| [folder.join("exact"), folder]) {
        for format in ["yaml", "json"] {
            let read = |name: &str| yaml(&fs::read_to_string(folder.join(format!("{name}.{format}"))).unwrap());
            envoy::validate(&folder.join(format!("envoy.{format}")));
            let (snippet, mut host) = (read("envoy_cors"), read("envoy_virtual_host"));
            let mut manager = manager(&snippet, "route_config: {name: all, virtual_hosts: []}");
            host["name"] = "virtual-host".into();
            host["domains"] = yaml("[virtual-host.test]");
            let mut hosts = vec![host];
            // Policies that no route leads to are valid as well.
            for (name, policy) in snippet["policies"].as_mapping().unwrap() {
                let mut host = yaml("{routes: [{match: {prefix: /}, route: {cluster: upstream}}]}");
                mapping(&mut host).insert("name".into(), name.clone());
                mapping(&mut host).insert("domains".into(), vec![format!("{}.test", name.as_str().unwrap())].into());
                mapping(&mut host).extend(policy.as_mapping().unwrap().clone());
                hosts.push(host);
            }
            let rds = &read("envoy_rds")["resources"][0];
            hosts.extend(rds["virtual_hosts"].as_sequence().unwrap().clone());
            manager["route_config"]["virtual_hosts"] = hosts.into();
            let directory = tempfile::tempdir().unwrap();
            let file = directory.path().join("pieces.yaml");
            fs::write(&file, bootstrap(manager, DEAD_ADDRESS, DEAD_ADDRESS)).unwrap();
            envoy::validate(&file);
            accepted += 4;
        }
    }
    println!("Envoy: {accepted} golden files accepted");
}
