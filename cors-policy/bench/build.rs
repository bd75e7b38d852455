//! Writes the measured policies in YAML and compiles them to Rust, as `cors compile --target rust` does;
//! and the same exact origins as sets of `phf`.
#![allow(clippy::expect_used, clippy::print_stdout, clippy::panic, reason = "a build script speaks so")]

#[path = "src/origins.rs"]
#[allow(dead_code, unreachable_pub, reason = "it is a module of the library, too")]
mod origins;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use cors_compiler::backend::{BACKENDS, Job, Options};
use cors_compiler::source::Source;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/origins.rs");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let mut index =
        Index { out: &out, modules: String::new(), policies: String::new(), arms: String::new(), sets: String::new() };
    for count in origins::EXACT {
        index.policy(&format!("exact-{count}"), &origins::exact(count));
        index.set(count);
    }
    for count in origins::WILDCARDS {
        index.policy(&format!("wildcard-{count}"), &wildcards(count));
    }
    for count in origins::REGEXES {
        index.policy(&format!("regex-{count}"), &regexes(count));
    }
    let local = vec!["http://localhost:*".to_owned()];
    index.policy("mixed", &[origins::exact(100), wildcards(10), local, regexes(10)].concat());
    index.write();
}

fn wildcards(count: usize) -> Vec<String> {
    origins::domains(count).iter().map(|domain| format!("https://*.{domain}")).collect()
}

fn regexes(count: usize) -> Vec<String> {
    origins::regexes(count).iter().map(|regex| format!("regex: {regex}")).collect()
}

/// The file `policies.rs`, which the library includes.
struct Index<'a> {
    out: &'a Path,
    modules: String,
    policies: String,
    arms: String,
    sets: String,
}

impl Index<'_> {
    fn policy(&mut self, name: &str, entries: &[String]) {
        let yaml = yaml(name, entries);
        std::fs::write(self.out.join(format!("{name}.yaml")), &yaml).expect("cargo gives us a folder");
        let module = name.replace('-', "_");
        let path = self.out.join(format!("{module}.rs"));
        std::fs::write(&path, compile(name, yaml)).expect("cargo gives us a folder");
        let statik = module.to_ascii_uppercase();
        let written = writeln!(self.modules, "/// The policy `{name}`.\n#[path = {path:?}]\npub mod {module};");
        let written = written.and_then(|()| writeln!(self.policies, "    ({name:?}, &{module}::{statik}),"));
        let arm = format!("            {name:?} => {{ use $crate::policies::{module}::{statik} as $policy; $then }}");
        written.and_then(|()| writeln!(self.arms, "{arm}")).expect("a string grows");
    }

    fn set(&mut self, count: usize) {
        let mut set = phf_codegen::Set::new();
        for origin in origins::exact(count) {
            set.entry(origin);
        }
        writeln!(self.sets, "    ({count}, {}),", set.build()).expect("a string grows");
    }

    fn write(&self) {
        let Self { out, modules, policies, arms, sets } = self;
        let text = format!(
            "{modules}
/// Every policy, by its name.
pub static POLICIES: &[(&str, &::cors_policy::Policy)] = &[
{policies}];

/// `with_policy!(name, POLICY => expression)`: the expression, in which `POLICY` is the static of the
/// policy of that name, as users write it.
macro_rules! with_policy {{
    ($name:expr, $policy:ident => $then:expr) => {{
        match $name {{
{arms}            other => unreachable!(\"build.rs writes no policy `{{other}}`\"),
        }}
    }};
}}
pub(crate) use with_policy;

/// The exact origins as sets of `phf`, by their count.
pub static SETS: &[(usize, ::phf::Set<&'static str>)] = &[
{sets}];
"
        );
        std::fs::write(out.join("policies.rs"), text).expect("cargo gives us a folder");
    }
}

fn yaml(name: &str, entries: &[String]) -> String {
    let mut text = format!(
        "version: 1
policies:
  {name}:
    allow_methods: [PUT, PATCH, DELETE]
    allow_headers: [accept-version, authorization, content-type, if-match, x-api-key, x-csrf-token, x-request-id, x-trace]
    expose_headers: [x-request-id]
    allow_credentials: true
    max_age: 2h
    allow_origins:
"
    );
    for entry in entries {
        writeln!(text, "      - {entry}").expect("a string grows");
    }
    text
}

fn compile(name: &str, yaml: String) -> String {
    let source = Source::new(format!("{name}.yaml"), yaml);
    let checked = cors_compiler::check(&source);
    let Some(file) = checked.file else { panic!("{name}: {:?}", checked.diagnostics) };
    let backend = BACKENDS.iter().find(|backend| backend.name == "rust").expect("there is a Rust target");
    let job = Job {
        source: &source,
        file: &file,
        only: None,
        shape: &backend.shapes[0],
        endpoints: None,
        options: Options::default(),
    };
    (backend.emit)(&job).swap_remove(0).text
}
