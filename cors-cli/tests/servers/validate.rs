//! `cors compile --validate` with the real servers: they take every shape of every sample.

use std::fs;
use std::path::Path;

use cors_compiler::backend::BACKENDS;

use crate::policies::{load, samples};
use crate::{envoy, nginx};

#[test]
fn the_servers_take_every_shape() {
    for sample in samples() {
        for backend in BACKENDS.iter().filter(|backend| backend.name != "rust") {
            for shape in backend.shapes {
                let mut arguments = vec!["--target", backend.name, "--shape", shape.name, "--validate"];
                if shape.needs_endpoints {
                    arguments.extend(["--listen", "127.0.0.1:9", "--upstream", "127.0.0.1:9"]);
                }
                if shape.needs_one_policy && sample.file.routes.is_none() {
                    arguments.extend(["--policy", &sample.file.policies[0].name.value]);
                }
                let program = if backend.name == "nginx" { nginx::program() } else { envoy::program() };
                let option = format!("--{}", backend.name);
                let program: &Path = &program;
                sample.compile(arguments.iter().map(AsRef::as_ref).chain([option.as_ref(), program.as_os_str()]));
            }
        }
    }
}

/// Envoy reads YAML 1.1, in which these are a boolean each where no quotes are around them.
#[test]
fn words_that_are_no_strings_in_yaml_1_1_stay_strings() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("words.yaml");
    let policy =
        "{allow_origins: [https://a.example], allow_methods: ['NO'], allow_headers: ['y'], expose_headers: ['on']}";
    fs::write(&path, format!("version: 1\npolicies:\n  'no': {policy}\n")).unwrap();
    let sample = load(path);
    for shape in ["snippet", "virtual-host", "rds"] {
        for (profile, format) in [("native", "yaml"), ("native", "json"), ("exact", "yaml"), ("exact", "json")] {
            let program = envoy::program();
            let arguments =
                ["--target", "envoy", "--shape", shape, "--profile", profile, "--format", format, "--validate"];
            sample.compile(arguments.iter().map(AsRef::as_ref).chain(["--envoy".as_ref(), program.as_os_str()]));
        }
    }
}
