//! `cors compile`.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use cors_compiler::backend::{BACKENDS, Backend, Endpoints, Job, Output, Shape};
use cors_compiler::diagnostic::{Diagnostics, Severity};
use cors_compiler::ir::{File, Policy};
use cors_compiler::source::Source;
use similar::TextDiff;

use super::{load, named};
use crate::cli::Compile;
use crate::exit::{Error, Exit};
use crate::files;
use crate::output::Printer;

pub(crate) fn run(arguments: &Compile) -> Result<Exit, Error> {
    let source = load(&arguments.file)?;
    let backend = BACKENDS
        .iter()
        .find(|backend| backend.name == arguments.target)
        .ok_or_else(|| Error::usage(format!("there is no target `{}`", arguments.target)))?;
    let shape = shape(backend, arguments.shape.as_deref())?;
    let endpoints = endpoints(arguments, shape)?;

    let checked = cors_compiler::check(&source);
    let mut printer = Printer::stderr(arguments.format.format);
    let mut found = checked.diagnostics;
    found.retain(|diagnostic| diagnostic.severity > Severity::Info);
    let Some(file) = checked.file else {
        printer.file(&source, &found, checked.omitted)?;
        printer.finish()?;
        return Ok(Exit::Findings);
    };
    let only = only(arguments, &source, &file, shape)?;
    let job = Job { source: &source, file: &file, only, shape, endpoints };
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
    match &arguments.output {
        None => print(&outputs),
        Some(path) if arguments.check => compare(&place(path, outputs)?),
        Some(path) => {
            let files = place(path, outputs)?;
            for (place, _) in &files {
                refuse_to_replace(place, &arguments.file, &source)?;
            }
            files::write_all(&files)?;
            Ok(Exit::Clean)
        }
    }
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
fn print(outputs: &[Output]) -> Result<Exit, Error> {
    let mut stdout = std::io::stdout().lock();
    for (index, output) in outputs.iter().enumerate() {
        if outputs.len() > 1 {
            let gap = if index > 0 { "\n" } else { "" };
            writeln!(stdout, "{gap}#### {} ####", output.name)?;
        }
        stdout.write_all(output.text.as_bytes())?;
    }
    stdout.flush()?;
    Ok(Exit::Clean)
}

/// Which output goes where.
fn place(path: &Path, mut outputs: Vec<Output>) -> Result<Vec<(PathBuf, String)>, Error> {
    let says_directory = path.is_dir() || path.to_string_lossy().ends_with('/');
    if outputs.len() == 1 && !says_directory {
        return Ok(outputs.pop().map(|output| (path.to_owned(), output.text)).into_iter().collect());
    }
    if path.is_file() {
        let message =
            format!("{} is a file; this makes {} files, which need a directory", path.display(), outputs.len());
        return Err(Error::Usage(message));
    }
    Ok(outputs.into_iter().map(|output| (path.join(output.name), output.text)).collect())
}

/// The policy itself, and what was compiled from another policy file, are not to be replaced.
fn refuse_to_replace(place: &Path, policy: &Path, source: &Source) -> Result<(), Error> {
    let same = |other: &Path| {
        std::fs::canonicalize(place).is_ok_and(|place| std::fs::canonicalize(other).is_ok_and(|other| other == place))
    };
    if same(policy) {
        return Err(Error::Usage(format!("{} is the policy file itself; name another output", place.display())));
    }
    let Ok(found) = std::fs::read_to_string(place) else { return Ok(()) };
    let from = |name: &str| Path::new(name).file_name().map(std::ffi::OsStr::to_owned);
    let origin = found.lines().next().and_then(|line| line.split_once("Generated by cors ")).and_then(|(_, rest)| {
        let (_, rest) = rest.split_once(" from ")?;
        Some(rest.strip_suffix("; do not edit.")?.to_owned())
    });
    match origin {
        Some(origin) if from(&origin) != from(source.name()) => {
            let message =
                format!("{} was compiled from {origin}; choose another output, or remove it", place.display());
            Err(Error::Usage(message))
        }
        _ => Ok(()),
    }
}

/// The text without the line that names the source: the same file may be called by other paths.
fn body(text: &str) -> &str {
    match text.split_once('\n') {
        Some((first, rest)) if first.contains("Generated by cors ") => rest,
        _ => text,
    }
}

/// Compares what stands on disk with what would be written.
fn compare(files: &[(PathBuf, String)]) -> Result<Exit, Error> {
    let mut stdout = std::io::stdout().lock();
    let mut exit = Exit::Clean;
    for (path, text) in files {
        let found = match std::fs::read(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Error::Usage(format!("cannot read {}: {error}", path.display()))),
        };
        if body(&found) != body(text) {
            exit = Exit::Findings;
            let diff = TextDiff::from_lines(&found, text);
            let name = path.display().to_string();
            write!(stdout, "{}", diff.unified_diff().header(&name, &format!("{name} (compiled)")))?;
            eprintln!("cors: {name} is stale; compile it again without --check");
        }
    }
    stdout.flush()?;
    Ok(exit)
}
