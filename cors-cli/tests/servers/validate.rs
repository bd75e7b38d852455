//! `cors compile --validate` with the real servers: they take every shape of every sample.

use std::path::Path;

use cors_compiler::backend::BACKENDS;

use crate::policies::samples;
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
