//! The output under gixy-ng, a linter of nginx configurations for security: no findings but intended ones.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::policies::{Sample, samples};
use crate::process::find;
use crate::scale;

/// (what gixy-ng finds, why it is meant so)
const INTENDED: &[(&str, &str)] = &[(
    "return_bypasses_allow_deny",
    "preflights carry no credentials, so that they must be answered before access control",
)];

/// The findings for a configuration: the names of gixy-ng's checks.
fn findings(configuration: &Path) -> BTreeSet<String> {
    let program = find("gixy", "GIXY", &Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/bin/gixy"));
    // It ends with 1 if it finds something.
    let output = Command::new(program).args(["-f", "json"]).arg(configuration).output().unwrap();
    let found: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    found.as_array().unwrap().iter().map(|finding| finding["plugin"].as_str().unwrap().to_owned()).collect()
}

/// The findings for a shape, its includes where their headers say and access control beside them.
fn of(sample: &Sample, shape: &str) -> BTreeSet<String> {
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path();
    let mut arguments = vec!["--target", "nginx", "--shape", shape, "-o", output.to_str().unwrap()];
    if shape == "tryout" {
        arguments.extend(["--listen", "127.0.0.1:8080", "--upstream", "127.0.0.1:9090"]);
        if sample.file.routes.is_none() {
            arguments.extend(["--policy", &sample.file.policies[0].name.value]);
        }
        // A directory, so that the file keeps its name.
        fs::create_dir(output.join("whole")).unwrap();
        let whole = output.join("whole");
        let at = arguments.iter().position(|argument| *argument == "-o").unwrap() + 1;
        arguments[at] = whole.to_str().unwrap();
        sample.compile(arguments);
        return findings(&whole.join("nginx.conf"));
    }
    sample.compile(arguments);
    let mut servers = String::new();
    for (port, entry) in (8000..).zip(fs::read_dir(output).unwrap()) {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let (server, location) = match name.as_str() {
            "cors_http.conf" => continue,
            name if name.starts_with("cors_policy") => ("", format!("include {name}; deny all;")),
            name => (&*format!("include {name};"), String::new()),
        };
        servers.push_str(&format!(
            "server {{ listen {port}; server_name {name}.test; {server} location / {{ {location} proxy_pass http://backend; }} }}\n"
        ));
    }
    let configuration = output.join("nginx.conf");
    let http = "server_tokens off; upstream backend { server 127.0.0.1:9090; } include cors_http.conf;";
    fs::write(&configuration, format!("events {{ }}\nhttp {{ {http}\n{servers}}}\n")).unwrap();
    findings(&configuration)
}

#[test]
fn gixy_finds_only_what_is_intended() {
    let directory = tempfile::tempdir().unwrap();
    let mut samples = samples();
    samples.push(scale::sample(directory.path(), "mixed", scale::mixed()));
    let mut seen = BTreeSet::new();
    for sample in &samples {
        for shape in ["maps+includes", "server", "tryout"] {
            let found = of(sample, shape);
            let unexpected: Vec<&String> =
                found.iter().filter(|found| INTENDED.iter().all(|(intended, _)| found != intended)).collect();
            assert!(unexpected.is_empty(), "{} as {shape}: {unexpected:?}", sample.name);
            seen.extend(found);
        }
    }
    for (intended, why) in INTENDED {
        assert!(seen.contains(*intended), "stale: gixy no longer finds {intended} ({why})");
    }
}
