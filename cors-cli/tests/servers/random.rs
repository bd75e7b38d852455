//! Random valid policies, the same on every run: nginx, Envoy and rustc take every output of each.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use cors_compiler::backend::Format;
use cors_compiler::source::Source;
use cors_fuzz::emit::{Way, ways};
use cors_fuzz::{Random, compiled};
use serde_yaml::Value;

use crate::assembled::{bootstrap, manager, mapping, yaml};
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

/// How many ways to compile for Envoy are tried with each file, of sixteen: those that were tried least.
const ENVOY_WAYS: usize = 3;

#[test]
fn envoy_takes_the_outputs_of_random_policies() {
    let directory = tempfile::tempdir().unwrap();
    let ways: Vec<Way> = ways().into_iter().filter(|way| way.backend.name == "envoy").collect();
    let mut tried = vec![0; ways.len()];
    let sources = sources();
    for source in &sources {
        let file = compiled(source);
        let mut turns: Vec<usize> = (0..ways.len()).collect();
        turns.sort_by_key(|&index| tried[index]);
        let expressible = turns.into_iter().filter_map(|index| {
            let outputs = ways[index].compile(source, &file)?;
            Some((index, outputs))
        });
        for (index, outputs) in expressible.take(ENVOY_WAYS).collect::<Vec<_>>() {
            tried[index] += 1;
            let way = &ways[index];
            let what =
                format!("{} as {} {:?} {:?}", source.name(), way.shape.name, way.options.profile, way.options.format);
            println!("{what}:\n{}", source.text());
            let own = outputs[0].name.rsplit_once('.').unwrap().1;
            let extension = if way.shape.name == "bootstrap" { own } else { "json" };
            let path = directory.path().join(format!("{index}.{extension}"));
            let text = &outputs[0].text;
            let whole = if way.shape.name == "bootstrap" {
                text.clone()
            } else {
                let is_snippet = |other: &&Way| other.shape.name == "snippet" && other.options == way.options;
                let snippet = ways.iter().find(is_snippet).unwrap().compile(source, &file).unwrap();
                whole(way, read(way, text), &read(way, &snippet[0].text))
            };
            fs::write(&path, whole).unwrap();
            envoy::validate(&path);
        }
    }
    let counts: Vec<(&str, _, _, usize)> = ways
        .iter()
        .zip(&tried)
        .map(|(way, &count)| (way.shape.name, way.options.profile, way.options.format, count))
        .collect();
    println!("{counts:?}");
    assert_eq!(ways.len(), 16);
    assert!(tried.iter().all(|&count| count >= sources.len() / 10), "{counts:?}");
}

/// What is in an output, in the format that it is written in.
fn read(way: &Way, text: &str) -> Value {
    match way.options.format {
        Format::Yaml => yaml(text),
        Format::Json => serde_json::from_str(text).unwrap(),
    }
}

/// A piece of a configuration inside a whole one, as its header says: with the filters that the snippet prints.
fn whole(way: &Way, mut piece: Value, snippet: &Value) -> String {
    let (mut routes, mut hosts) = (yaml("{name: all}"), Vec::new());
    match way.shape.name {
        "rds" => {
            routes = piece["resources"][0].clone();
            assert!(mapping(&mut routes).remove("@type").is_some());
        }
        "virtual-host" => hosts.push(piece),
        "snippet" => {
            hosts.extend(snippet["virtual_hosts"].as_sequence().cloned().unwrap_or_default());
            for (name, policy) in piece["policies"].as_mapping_mut().into_iter().flatten() {
                let mut host = yaml("{routes: [{match: {prefix: /}, route: {cluster: upstream}}]}");
                let name = name.as_str().unwrap();
                mapping(&mut host).insert("name".into(), name.into());
                mapping(&mut host).insert("domains".into(), vec![Value::from(format!("{name}.test"))].into());
                mapping(&mut host["routes"][0]).extend(mapping(policy).clone());
                hosts.push(host);
            }
        }
        other => panic!("the shape {other} is new here"),
    }
    if !hosts.is_empty() {
        mapping(&mut routes).insert("virtual_hosts".into(), hosts.into());
    }
    let mut manager = manager(snippet, "{}");
    mapping(&mut manager).insert("route_config".into(), routes);
    let nowhere = "127.0.0.1:9".parse().unwrap();
    bootstrap(manager, nowhere, nowhere)
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
