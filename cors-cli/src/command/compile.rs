//! `cors compile`.

mod place;
mod validate;

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use cors_compiler::backend::{
    self, BACKENDS, Backend, Endpoint, Endpoints, Job, OLDEST_ENVOY, OLDEST_NGINX, Options, Output, Shape,
};
use cors_compiler::diagnostic::{Diagnostics, Severity};
use cors_compiler::ir::{File, Policy};
use cors_compiler::source::Source;

use self::place::{compare, leftovers, place, refuse_to_replace, shown};
use super::{check_in, named};
use crate::cli::{Format, InEnvironment};
use crate::exit::{Error, Exit};
use crate::files::{self, load};
use crate::output::{Printer, print, tell};

/// Compile a policy file for a target.
///
/// Prints to standard output, or writes files; they are replaced as a whole or not at all. Exits with
/// 1 if the policy has errors or, with --check, an output is stale.
#[derive(Debug, Args)]
pub(crate) struct Compile {
    /// The policy file; `-` for standard input
    file: PathBuf,
    #[command(flatten)]
    within: InEnvironment,
    /// What to compile it to
    ///
    /// Rust: the file names the crate `::cors_policy`; where the dependency has another name, write
    /// `extern crate other_name as cors_policy;` in the root of the crate.
    #[arg(long, value_parser = PossibleValuesParser::new(BACKENDS.iter().map(|backend| backend.name)))]
    target: String,
    /// The form of the output; the default is the first that the target has
    #[arg(long, long_help = shapes())]
    shape: Option<String>,
    /// Compile only this policy, without the routes
    #[arg(long, value_name = "NAME")]
    policy: Option<String>,
    /// Where to write: a file, or a directory if there are several files
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Write nothing; exit with 1 and show a diff if what stands at --output is stale
    #[arg(long, requires = "output")]
    check: bool,
    /// Have the server's own checker (nginx -t, envoy --mode validate) read the output first
    #[arg(long)]
    validate: bool,
    /// The nginx for --validate; else $NGINX, else the installed one
    #[arg(long, value_name = "PATH", requires = "validate")]
    nginx: Option<PathBuf>,
    /// The Envoy for --validate; else $ENVOY, else the installed one
    #[arg(long, value_name = "PATH", requires = "validate")]
    envoy: Option<PathBuf>,
    /// Where the generated server listens
    #[arg(long, value_name = "HOST:PORT")]
    listen: Option<Endpoint>,
    /// Where the generated server passes requests on to
    #[arg(long, value_name = "HOST:PORT")]
    upstream: Option<Endpoint>,
    /// The oldest nginx that the output is for
    #[arg(long, value_name = "VERSION")]
    nginx_version: Option<backend::Version>,
    /// The oldest Envoy that the output is for
    #[arg(long, value_name = "VERSION")]
    envoy_version: Option<backend::Version>,
    /// How close Envoy's answers come to the reference [default: native]
    #[arg(long, value_enum)]
    profile: Option<Profile>,
    /// How Envoy's configuration is written [default: yaml]
    #[arg(long, value_enum)]
    format: Option<OutputFormat>,
    /// How to print diagnostics [default: human on a terminal, else plain]
    #[arg(long, value_enum, value_name = "FORMAT")]
    message_format: Option<Format>,
}

/// How close Envoy's answers come to the reference.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Profile {
    /// Core filters only; what a browser makes of the answers is the same
    Native,
    /// A Lua filter; the answers are the same byte for byte
    Exact,
}

/// How Envoy's configuration is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum OutputFormat {
    /// With comments
    Yaml,
    /// Without comments
    Json,
}

/// The help of --shape.
fn shapes() -> String {
    let mut text = "The form of the output; the default is the first that the target has.".to_owned();
    for backend in BACKENDS {
        for shape in backend.shapes {
            // Paragraphs, which stay apart in the manual page.
            text.push_str(&format!("\n\n{} {}: {}", backend.name, shape.name, shape.summary));
        }
    }
    text
}

pub(crate) fn run(arguments: &Compile) -> Result<Exit, Error> {
    let source = load(&arguments.file)?;
    let backend = BACKENDS
        .iter()
        .find(|backend| backend.name == arguments.target)
        .ok_or_else(|| Error::usage(format!("there is no target `{}`", arguments.target)))?;
    let shape = shape(backend, arguments.shape.as_deref())?;
    let endpoints = endpoints(arguments, shape)?;
    let options = options(arguments)?;

    let checked = check_in(&source, &arguments.within)?;
    let mut printer = Printer::stderr(arguments.message_format);
    let mut found = checked.diagnostics;
    found.retain(|diagnostic| diagnostic.severity > Severity::Info);
    let Some(file) = checked.file else {
        printer.file(&source, &found, checked.omitted)?;
        printer.finish()?;
        return Ok(Exit::Findings);
    };
    let only = only(arguments, &source, &file, shape)?;
    let job = Job { source: &source, file: &file, only, shape, endpoints, options };
    let mut diagnostics = Diagnostics::new();
    (backend.check)(&job, &mut diagnostics);
    let failed = diagnostics.has_errors();
    found.extend(diagnostics.into_sorted());
    printer.file(&source, &found, checked.omitted)?;
    printer.finish()?;
    if failed {
        return Ok(Exit::Findings);
    }
    let outputs = (backend.emit)(&job);
    if arguments.validate && !validate::validate(arguments, &outputs, &file, &source)? {
        return Ok(Exit::Findings);
    }
    match &arguments.output {
        None => print_all(&outputs)?,
        Some(path) if arguments.check => return compare(&place(path, outputs)?, &source),
        Some(path) => write(&place(path, outputs)?, &arguments.file, &source)?,
    }
    conditions(backend, &job)?;
    Ok(Exit::Clean)
}

/// Writes the outputs, if all of them may be written.
fn write(files: &[(PathBuf, String)], policy: &Path, source: &Source) -> Result<(), Error> {
    for (place, text) in files {
        refuse_to_replace(place, text, policy, source)?;
    }
    files::write_all(files)?;
    for left in leftovers(files, source) {
        tell(format!("note: {} is left over from an earlier policy; remove it", shown(&left)))?;
    }
    Ok(())
}

/// Says what holds only if what surrounds the output is right. A server that is generated as a whole surrounds
/// itself.
fn conditions(backend: &Backend, job: &Job<'_>) -> Result<(), Error> {
    for note in backend.notes.iter().filter(|_| !job.shape.needs_endpoints) {
        tell(format!("note: {note}"))?;
    }
    for (policy, method) in job.unparsed_methods(backend) {
        let target = backend.name;
        tell(format!(
            "note: {policy}: {target} answers requests with the method {method} itself, with 400, over HTTP/1"
        ))?;
    }
    Ok(())
}

fn shape(backend: &Backend, name: Option<&str>) -> Result<&'static Shape, Error> {
    let Some(name) = name else {
        return backend.shapes.first().ok_or_else(|| Error::usage("the target has no shape"));
    };
    backend.shapes.iter().find(|shape| shape.name == name).ok_or_else(|| {
        let names: Vec<&str> = backend.shapes.iter().map(|shape| shape.name).collect();
        Error::usage(format!("{} has no shape `{name}`; it has: {}", backend.name, names.join(", ")))
    })
}

fn endpoints(arguments: &Compile, shape: &Shape) -> Result<Option<Endpoints>, Error> {
    match (&arguments.listen, &arguments.upstream) {
        (Some(listen), Some(upstream)) if shape.needs_endpoints => {
            Ok(Some(Endpoints { listen: listen.clone(), upstream: upstream.clone() }))
        }
        _ if shape.needs_endpoints => {
            Err(Error::usage(format!("--shape {} needs --listen HOST:PORT and --upstream HOST:PORT", shape.name)))
        }
        (None, None) => Ok(None),
        _ => Err(Error::usage(format!("--shape {} takes neither --listen nor --upstream", shape.name))),
    }
}

/// What was chosen beside the shape. A choice that means nothing to the target is refused: whoever made it
/// expects something of it.
fn options(arguments: &Compile) -> Result<Options, Error> {
    for (flag, target, given) in [
        ("--nginx-version", "nginx", arguments.nginx_version.is_some()),
        ("--envoy-version", "envoy", arguments.envoy_version.is_some()),
        ("--profile", "envoy", arguments.profile.is_some()),
        ("--format", "envoy", arguments.format.is_some()),
    ] {
        if given && arguments.target != target {
            return Err(Error::usage(format!(
                "{flag} means nothing to --target {}, only to {target}",
                arguments.target
            )));
        }
    }
    for (server, version, oldest) in
        [("nginx", arguments.nginx_version, OLDEST_NGINX), ("Envoy", arguments.envoy_version, OLDEST_ENVOY)]
    {
        if let Some(version) = version.filter(|version| *version < oldest) {
            return Err(Error::usage(format!("{server} {version} is too old; the oldest to compile for is {oldest}")));
        }
    }
    Ok(Options {
        nginx_version: arguments.nginx_version,
        envoy_version: arguments.envoy_version,
        profile: match arguments.profile {
            None | Some(Profile::Native) => backend::Profile::Native,
            Some(Profile::Exact) => backend::Profile::Exact,
        },
        format: match arguments.format {
            None | Some(OutputFormat::Yaml) => backend::Format::Yaml,
            Some(OutputFormat::Json) => backend::Format::Json,
        },
    })
}

/// The one policy to compile, if not all of them are.
fn only<'a>(arguments: &Compile, source: &Source, file: &'a File, shape: &Shape) -> Result<Option<&'a Policy>, Error> {
    if let Some(name) = &arguments.policy {
        return named(file, source, name).map(Some);
    }
    if shape.needs_one_policy && file.routes.is_none() && file.policies.len() > 1 {
        let message = format!("{} has several policies and no routes; name one with --policy", source.name());
        return Err(Error::usage(message));
    }
    Ok(None)
}

/// Prints the outputs; several of them with a line that names each.
fn print_all(outputs: &[Output]) -> Result<(), Error> {
    let mut text = String::new();
    for (index, output) in outputs.iter().enumerate() {
        if outputs.len() > 1 {
            let gap = if index > 0 { "\n" } else { "" };
            text.push_str(&format!("{gap}#### {} ####\n", output.name));
        }
        text.push_str(&output.text);
    }
    Ok(print(text)?)
}
