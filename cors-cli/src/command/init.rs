//! `cors init`: a commented policy file to begin with.

use std::path::{Path, PathBuf};

use clap::Args;
use cors_compiler::analysis::Language;
use cors_compiler::diagnostic::display::{one_line, prose};
use cors_compiler::diagnostic::{Diagnostic, Severity};
use cors_compiler::fetch::pattern::OriginPattern;
use cors_compiler::source::Source;
use cors_compiler::syntax::format::format;

use crate::exit::{Error, Exit};
use crate::files;
use crate::output::{print, tell};

/// Write a commented policy file to begin with.
///
/// Asks nothing. Exits with 2 if the file is there already, or an origin has a fault; then nothing is written.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The file
    #[arg(default_value = "policies/cors.yaml")]
    path: PathBuf,
    /// An origin or pattern to admit; may be given several times (else `https://www.example.com`)
    #[arg(long = "origin", value_name = "ORIGIN")]
    origins: Vec<String>,
    /// Replace the file if it is there already
    #[arg(long)]
    force: bool,
}

/// The file, with `# ORIGINS`, `# NEVER`, `PAGE` and `STRANGER` for what depends on the origins.
const STARTER: &str = include_str!("init/starter.yaml");
/// Reserved for examples (RFC 2606).
const EXAMPLE: &str = "https://www.example.com";

pub(crate) fn run(arguments: &Init) -> Result<Exit, Error> {
    let path = &arguments.path;
    let shown = path.display();
    if path.is_dir() || !files::is_policy_file(path) {
        let message = format!("{shown} does not end in .yaml; name a file, such as policies/cors.yaml");
        return Err(Error::usage(message));
    }
    // A link that leads nowhere is there as well.
    if !arguments.force && path.symlink_metadata().is_ok() {
        return Err(Error::usage(format!("{shown} is there already; --force replaces it, another PATH keeps it")));
    }
    let written: Vec<&str> = match &arguments.origins[..] {
        [] => vec![EXAMPLE],
        origins => origins.iter().map(String::as_str).collect(),
    };
    let text = starter(path, &written)?;
    files::write_all(&[(path.clone(), text)])?;
    print(next(path))?;
    Ok(Exit::Clean)
}

/// The file for these origins. Nothing in it is a fault.
fn starter(path: &Path, written: &[&str]) -> Result<String, Error> {
    let entries: Vec<String> = written.iter().map(|origin| format!("- {}", scalar(origin))).collect();
    let entries = entries.join("\n      ");
    // The origins alone first: a fault is theirs, not the starter's.
    let alone = format!("version: 1\npolicies:\n  app:\n    allow_origins:\n      {entries}\n");
    let patterns = sound(&Source::new("--origin", &alone))?;
    if let Some(local) = patterns.iter().find(|pattern| is_web(pattern) && pattern.is_loopback()) {
        return Err(Error::usage(format!(
            "{local} is a developer's own machine, which the file admits in the environment `development`; \
             leave it out, and name the origin of the deployed page"
        )));
    }
    let Some(page) = patterns.first().and_then(example) else {
        let help = "name the origins one by one, or write `allow_origins: \"*\"` yourself";
        return Err(Error::usage(format!("--origin \"*\" is no origin; {help}")));
    };
    let never: String = patterns
        .iter()
        .filter_map(unencrypted)
        .map(|origin| format!("\n  - {{origin: {}}}", scalar(&origin)))
        .collect();
    let text = STARTER
        .replace("# ORIGINS", &entries)
        .replace("\n  # NEVER", &never)
        .replace("PAGE", &scalar(&page))
        .replace("STRANGER", &scalar(&look_alike(&page)));
    let source = Source::new(path.to_string_lossy(), &text);
    sound(&source)?;
    // What is put in may be quoted and aligned otherwise; text that the formatter refuses is right as well.
    Ok(format(&source).unwrap_or(text))
}

/// The patterns of the policy, if nothing is wrong with the file; else what is wrong is printed.
fn sound(source: &Source) -> Result<Vec<OriginPattern>, Error> {
    let checked = cors_compiler::check(source);
    let faults = checked.diagnostics.iter().filter(|found| found.severity >= Severity::Warning);
    let file = checked.file.filter(|_| faults.clone().next().is_none());
    let Some(policy) = file.as_ref().and_then(|file| file.policy("app")) else {
        faults.clone().map(fault).try_for_each(tell)?;
        return Err(Error::usage("nothing is written; name origins that have no such faults"));
    };
    Ok(policy.origins().iter().map(|origin| origin.pattern.value.clone()).collect())
}

/// A fault without its place: nobody has the file that it stands in.
fn fault(found: &Diagnostic) -> String {
    let help = found.help.iter().map(|help| format!("\n  help: {}", prose(help)));
    format!("{}[{}]: {}{}", found.severity, found.code.id, prose(&found.message), help.collect::<String>())
}

/// Text as a YAML scalar: as it is if that is safe, else as JSON, which is YAML as well.
fn scalar(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._:/*".contains(c);
    // With a scheme it is no other YAML type, such as `null`.
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.contains("://")
        && text.chars().all(is_plain)
        && !text.ends_with(':');
    if plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

/// The shortest origin that a pattern admits.
fn example(pattern: &OriginPattern) -> Option<String> {
    Language::witness(&[&Language::of(pattern).ok()?], &[]).ok()?
}

fn is_web(pattern: &OriginPattern) -> bool {
    matches!(pattern, OriginPattern::Tuple { scheme, .. } if scheme == "https" || scheme == "http")
}

/// The same hosts without encryption, which nobody who writes `https` means to admit.
fn unencrypted(pattern: &OriginPattern) -> Option<String> {
    match pattern {
        OriginPattern::Tuple { scheme, host, .. } if scheme == "https" => Some(format!("http://{host}")),
        _ => None,
    }
}

/// An origin that begins as `page` does and belongs to somebody else.
fn look_alike(page: &str) -> String {
    let host = page.split("://").nth(1).unwrap_or_default();
    match host.split(':').next() {
        // An IPv6 address is no part of a longer name.
        Some(name) if !host.starts_with('[') => format!("https://{name}.evil.test"),
        _ => "https://evil.test".to_owned(),
    }
}

/// What to do with the file.
fn next(path: &Path) -> String {
    let file = argument(path);
    let schema = argument(&path.with_file_name("cors-policy.schema.json"));
    format!(
        "wrote {file}; put in your own origins and paths, then:\n  \
         cors check {file}\n  \
         cors test {file}\n  \
         cors compile {file} --target nginx     # or envoy, rust\n  \
         cors schema > {schema}     # your editor completes and checks the file\n"
    )
}

/// A path as an argument that a shell takes as it is, safe to print.
fn argument(path: &Path) -> String {
    let path = one_line(&path.to_string_lossy());
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._/".contains(c);
    if path.chars().all(is_plain) { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}
