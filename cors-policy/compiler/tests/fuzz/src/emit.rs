//! The emitters: every output of a valid policy is something that its reader understands.
//!
//! An input is the choices by which a file is made; what it says is valid whatever they are.

use cors_compiler::backend::{BACKENDS, Backend, Endpoints, Format, Job, Options, Output, Profile, Shape};
use cors_compiler::diagnostic::Diagnostics;
use cors_compiler::ir::File;
use cors_compiler::source::Source;

use crate::{Random, compiled, structure};

/// One way to compile a file.
#[derive(Debug)]
pub struct Way {
    /// The target.
    pub backend: &'static Backend,
    /// The form of its output.
    pub shape: &'static Shape,
    /// What else is chosen.
    pub options: Options,
}

/// Every target in every shape, profile and format.
#[must_use]
pub fn ways() -> Vec<Way> {
    let mut ways = Vec::new();
    for &backend in BACKENDS {
        let profiles: &[Profile] =
            if backend.name == "envoy" { &[Profile::Native, Profile::Exact] } else { &[Profile::Native] };
        let formats: &[Format] = if backend.name == "envoy" { &[Format::Yaml, Format::Json] } else { &[Format::Yaml] };
        for shape in backend.shapes {
            for &profile in profiles {
                for &format in formats {
                    ways.push(Way { backend, shape, options: Options { profile, format, ..Options::default() } });
                }
            }
        }
    }
    ways
}

impl Way {
    /// The outputs; `None` if the target cannot say what the file says.
    #[must_use]
    pub fn compile(&self, source: &Source, file: &File) -> Option<Vec<Output>> {
        let endpoint = |port| format!("127.0.0.1:{port}").parse().unwrap();
        let job = Job {
            source,
            file,
            only: (self.shape.needs_one_policy && file.routes.is_none()).then(|| &file.policies[0]),
            shape: self.shape,
            endpoints: self
                .shape
                .needs_endpoints
                .then(|| Endpoints { listen: endpoint(8080), upstream: endpoint(8081) }),
            options: self.options,
        };
        let mut diagnostics = Diagnostics::new();
        (self.backend.check)(&job, &mut diagnostics);
        (!diagnostics.has_errors()).then(|| (self.backend.emit)(&job))
    }
}

/// Runs the target.
///
/// # Panics
/// A promise is broken.
pub fn run(data: &[u8]) {
    let source = Source::new("fuzzed.yaml", Random::from_bytes(data).file());
    let file = compiled(&source);
    let mut before: Option<serde_yaml::Value> = None;
    // One of the shapes of each target, and one of the profiles: other inputs have the others.
    let chosen = data.iter().fold(0, |sum: usize, &byte| sum.wrapping_add(usize::from(byte)));
    let profile = [Profile::Native, Profile::Exact][chosen % 2];
    let is_chosen = |way: &Way| {
        let shape = &way.backend.shapes[chosen / 2 % way.backend.shapes.len()];
        way.shape == shape && (way.backend.name != "envoy" || way.options.profile == profile)
    };
    for way in ways().into_iter().filter(is_chosen) {
        let Some(outputs) = way.compile(&source, &file) else { continue };
        assert!(!outputs.is_empty());
        for output in &outputs {
            let shape = structure::of(output);
            let found = |what: &str| format!("{}: {what}\n{}\n---\n{}", output.name, source.text(), output.text);
            let shape = shape.unwrap_or_else(|error| panic!("{}", found(&error)));
            let unknown: Vec<&String> = shape.iter().filter(|line| line.contains(" unknown: ")).collect();
            assert!(unknown.is_empty(), "{}", found(&format!("{unknown:?}")));
            let commands = shape.iter().any(|line| line.contains(" value with ") && !line.contains(" with 0 "));
            assert!(!commands, "{}", found("a command in a header's value"));
            // The two formats say the same.
            if way.backend.name == "envoy" {
                let value = serde_yaml::from_str(&output.text).unwrap();
                match way.options.format {
                    Format::Yaml => before = Some(value),
                    Format::Json => assert_eq!(before.take(), Some(value), "{}", found("YAML and JSON differ")),
                }
            }
        }
    }
}
