//! Random valid policies, the same on every run: nginx, Envoy and rustc take every output of each.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use cors_compiler::backend::Format;
use cors_compiler::source::Source;
use cors_fuzz::emit::{Way, ways};
use cors_fuzz::{Random, compiled};

use crate::process::run;
use crate::{envoy, nginx};

/// How many policy files; each has up to five policies. `FUZZ_FILES` chooses another number.
const FILES: usize = 30;

fn sources() -> Vec<Source> {
    let files = std::env::var("FUZZ_FILES").map_or(FILES, |files| files.parse().unwrap());
    let mut random = Random::new(2);
    (0..files).map(|number| Source::new(format!("random-{number}.yaml"), random.file())).collect()
}

/// The target's ways; `each` gets the outputs of each file in each of them, where the target can say it.
fn each(target: &str, mut take: impl FnMut(&Way, &Source, Vec<cors_compiler::backend::Output>)) -> usize {
    let mut taken = 0;
    let ways = ways();
    for source in sources() {
        let file = compiled(&source);
        for way in ways.iter().filter(|way| way.backend.name == target && way.options.format == Format::Yaml) {
            if let Some(outputs) = way.compile(&source, &file) {
                take(way, &source, outputs);
                taken += 1;
            }
        }
    }
    taken
}

#[test]
fn nginx_takes_the_outputs_of_random_policies() {
    let taken = each("nginx", |way, source, outputs| {
        let directory = tempfile::tempdir().unwrap();
        let mut servers = String::new();
        for output in &outputs {
            fs::write(directory.path().join(&output.name), &output.text).unwrap();
            let include = format!("include {};", output.name);
            // As the header of each says: a policy's include in a location, the others in a server.
            servers += &match output.name.as_str() {
                "cors_http.conf" | "nginx.conf" => continue,
                name if name.starts_with("cors_policy") => nginx::server("", &include).1,
                _ => nginx::server(&include, "").1,
            };
        }
        let file = directory.path().join("nginx.conf");
        if way.shape.name != "tryout" {
            let upstream = "127.0.0.1:9".parse().unwrap();
            // Five policies have more variables than the wrapper's hash has room for, which is told by a warning.
            fs::write(&file, nginx::wrapper(upstream, &servers)).unwrap();
        }
        println!("{} as {}", source.name(), way.shape.name);
        nginx::check(directory.path(), &file);
    });
    assert!(taken >= 2 * sources().len(), "{taken}");
}

#[test]
fn envoy_takes_the_outputs_of_random_policies() {
    let directory = tempfile::tempdir().unwrap();
    let mut turn = 0;
    let taken = each("envoy", |way, source, outputs| {
        // The other shapes have the same parts; each file is tried in one of the profiles, by turns.
        if way.shape.name != "bootstrap" {
            return;
        }
        turn += 1;
        if turn % 2 == turn / 2 % 2 {
            let path = directory.path().join(format!("{turn}.yaml"));
            fs::write(&path, &outputs[0].text).unwrap();
            println!("{} as {:?}:\n{}", source.name(), way.options.profile, source.text());
            envoy::validate(&path);
        }
    });
    assert!(taken >= 6 * sources().len(), "{taken}");
}

#[test]
fn rustc_takes_the_outputs_of_random_policies() {
    let directory = tempfile::tempdir().unwrap();
    let mut all = String::new();
    let taken = each("rust", |_, source, outputs| {
        let module = source.name().replace(['-', '.'], "_");
        writeln!(all, "/// A random one.\npub mod {module} {{\n{}\n}}", outputs[0].text).unwrap();
    });
    assert_eq!(taken, sources().len());
    let main = directory.path().join("random.rs");
    fs::write(&main, all).unwrap();
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cors-policy/src/lib.rs");
    rustc(directory.path(), &["--crate-type=rlib", "--crate-name=cors_policy"], &library);
    let library = format!("--extern=cors_policy={}", directory.path().join("libcors_policy.rlib").display());
    rustc(directory.path(), &["--crate-type=lib", "--deny=warnings", &library], &main);
}

fn rustc(out: &Path, arguments: &[&str], source: &Path) {
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    run(command.args(["--edition=2024", "--emit=metadata,link", "--out-dir"]).arg(out).args(arguments).arg(source));
}
