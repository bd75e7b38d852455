//! `cors decide`: one fetch, decided by the reference and the browser model.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use cors_compiler::browser::{Fetch, Step, Verdict};
use cors_compiler::diagnostic::display;
use cors_compiler::fetch::header_name::is_forbidden_request_header;
use cors_compiler::fetch::method::{is_forbidden_method, normalize};
use cors_compiler::fetch::{is_token, pattern};
use cors_compiler::ir::{File, Policy};
use cors_compiler::judgement::{self, Judgement, Reason};
use cors_compiler::reference;
use cors_compiler::source::Source;

use super::{named, valid};
use crate::cli::InEnvironment;
use crate::exit::{Error, Exit};
use crate::files::load;
use crate::output::{excerpt, print};

/// Decide one request as a browser would, and say why.
///
/// The request is a script's fetch; a preflight is made if the browser would make one. Exits with 0 if
/// the script gets the response, 1 if not.
#[derive(Debug, Args)]
pub(crate) struct Decide {
    /// The policy file; `-` for standard input
    file: PathBuf,
    #[command(flatten)]
    within: InEnvironment,
    /// The policy; not needed if the file has only one
    #[arg(long, value_name = "NAME", conflicts_with = "path")]
    policy: Option<String>,
    /// The path of the request, by which a route picks the policy
    #[arg(long, value_name = "/PATH")]
    path: Option<String>,
    /// The origin of the page
    #[arg(long)]
    origin: String,
    /// The method
    #[arg(long, default_value = "GET")]
    method: String,
    /// The name of a header that the script sets; may be given several times
    #[arg(long = "header", value_name = "NAME")]
    headers: Vec<String>,
    /// The script asks for credentials (credentials: "include")
    #[arg(long)]
    credentials: bool,
}

pub(crate) fn run(arguments: &Decide) -> Result<Exit, Error> {
    let source = load(&arguments.file)?;
    validate(arguments)?;
    let Some(file) = valid(&source, &arguments.within)? else { return Ok(Exit::Findings) };
    let fetch = Fetch {
        origin: arguments.origin.clone(),
        method: arguments.method.clone(),
        path: path(arguments).unwrap_or("/").to_owned(),
        unsafe_headers: judgement::unsafe_headers(&arguments.headers),
        credentials: arguments.credentials,
        upload_listener: false,
    };
    let mut out = String::new();
    if let Some(why) = impossible(arguments) {
        print(format!("refused: {}\n", display::prose(&why)))?;
        return Ok(Exit::Findings);
    }
    let exit = match policy(arguments, &source, &file)? {
        Some(policy) => {
            let exit = decide(&source, policy, &fetch, &mut out);
            if let Some(route) = path(arguments).and_then(|path| judgement::route(&file, path)) {
                out.push_str(&excerpt(&source, route.path.place, "this route picks the policy"));
            }
            exit
        }
        None => {
            let path = display::prose(&fetch.path);
            let _ = writeln!(out, "refused: no policy answers {path}; the server adds no CORS headers there");
            if let Some(route) = judgement::route(&file, &fetch.path) {
                out.push_str(&excerpt(&source, route.path.place, "this route leaves the path alone"));
            }
            Exit::Findings
        }
    };
    print(out)?;
    Ok(exit)
}

fn validate(arguments: &Decide) -> Result<(), Error> {
    for (what, text) in
        [("method", &arguments.method)].into_iter().chain(arguments.headers.iter().map(|name| ("header name", name)))
    {
        if !is_token(text) {
            return Err(Error::usage(format!("`{}` is not a {what}", display::prose(text))));
        }
    }
    if arguments.origin.is_empty() {
        return Err(Error::usage("--origin is empty; a request without an origin is no CORS request"));
    }
    match &arguments.path {
        Some(path) if !path.starts_with('/') => Err(Error::usage("--path begins with `/`")),
        Some(path) if path.split('/').any(|segment| matches!(segment, "." | "..")) => {
            Err(Error::usage("--path is the path that a browser requests: without `.` and `..`"))
        }
        _ => Ok(()),
    }
}

/// The path of the request, without its query.
fn path(arguments: &Decide) -> Option<&str> {
    arguments.path.as_deref().map(|path| path.split(['?', '#']).next().unwrap_or(path))
}

/// Why no browser would let a script make the request at all.
fn impossible(arguments: &Decide) -> Option<String> {
    if is_forbidden_method(&arguments.method) {
        return Some(format!("no script can send {}: it is a forbidden method", arguments.method));
    }
    let forbidden = |name: &&String| is_forbidden_request_header(&name.to_ascii_lowercase());
    let header = arguments.headers.iter().find(forbidden)?;
    Some(format!("no script can set {header}: it is a forbidden request-header"))
}

/// The policy that was named, or that answers the path, or the only one.
fn policy<'a>(arguments: &Decide, source: &Source, file: &'a File) -> Result<Option<&'a Policy>, Error> {
    if let Some(name) = &arguments.policy {
        return named(file, source, name).map(Some);
    }
    if let Some(path) = path(arguments) {
        if file.routes.is_none() && file.policies.len() > 1 {
            return Err(Error::usage(format!("{} has no routes; name a policy with --policy", source.name())));
        }
        return Ok(reference::policy_for(file, path));
    }
    match file.policies.as_slice() {
        [only] => Ok(Some(only)),
        _ => Err(Error::usage(format!("{} has several policies; give --policy or --path", source.name()))),
    }
}

fn decide(source: &Source, policy: &Policy, fetch: &Fetch, out: &mut String) -> Exit {
    let Judgement { verdict, reasons } = judgement::judge(policy, fetch);
    let shown = |reason: &Reason| excerpt(source, reason.place, &reason.why);
    let reasons: String = reasons.iter().map(shown).collect();
    let what = format!(
        "{} from {} under policy {}{}",
        normalize(&fetch.method),
        display::prose(&fetch.origin),
        policy.name.value,
        if fetch.credentials { ", with credentials" } else { "" },
    );
    let exit = match &verdict {
        Verdict::Allowed { .. } => {
            let _ = write!(out, "allowed: {what}\n{reasons}");
            Exit::Clean
        }
        Verdict::Refused { at, .. } => {
            let _ = write!(out, "refused: {what}\n{reasons}");
            let at = match at {
                Step::Preflight => "the answer to the preflight; the request itself is never sent",
                Step::Actual => "the response; the server has acted on the request already",
            };
            let _ = writeln!(out, "the browser finds out from {at}");
            Exit::Findings
        }
    };
    if !matches!(pattern::parse(&fetch.origin).map(|pattern| pattern.as_exact()), Ok(Some(_))) {
        let _ = writeln!(out, "note: no browser sends this origin; it is not a serialized origin");
    }
    exit
}
