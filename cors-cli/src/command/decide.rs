//! `cors decide`: one fetch, decided by the reference and the browser model.

use std::fmt::Write as _;
use std::io::Write as _;

use cors_compiler::browser::{self, Fetch, Refusal, Step, Verdict};
use cors_compiler::diagnostic::{Severity, display};
use cors_compiler::fetch::header_name::is_forbidden_request_header;
use cors_compiler::fetch::method::{is_cors_safelisted_method, is_forbidden_method, normalize};
use cors_compiler::fetch::{is_token, pattern};
use cors_compiler::ir::{Access, File, Names, Policy};
use cors_compiler::reference::{self, Headers, Response};
use cors_compiler::source::{Place, Source};

use super::{check_in, load, named};
use crate::cli::Decide;
use crate::exit::{Error, Exit};
use crate::output::Printer;

pub(crate) fn run(arguments: &Decide) -> Result<Exit, Error> {
    let source = load(&arguments.file)?;
    validate(arguments)?;
    let checked = check_in(&source, &arguments.within)?;
    let Some(file) = checked.file else {
        let mut printer = Printer::stderr(None);
        let errors = checked.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        printer.file(&source, errors, checked.omitted)?;
        printer.finish()?;
        return Ok(Exit::Findings);
    };
    let fetch = Fetch {
        origin: arguments.origin.clone(),
        method: arguments.method.clone(),
        path: path(arguments).unwrap_or("/").to_owned(),
        // The others are sent without asking.
        unsafe_headers: arguments.headers.iter().filter(|name| !is_safelisted(name)).cloned().collect(),
        credentials: arguments.credentials,
        upload_listener: false,
    };
    let mut out = String::new();
    if let Some(why) = impossible(arguments) {
        writeln!(std::io::stdout(), "refused: {}", display::prose(&why))?;
        return Ok(Exit::Findings);
    }
    let exit = match policy(arguments, &source, &file)? {
        Some(policy) => {
            let exit = decide(&source, policy, &fetch, &mut out);
            if let Some(place) = path(arguments).and_then(|path| route(&file, path)) {
                show(&source, place, "this route picks the policy", &mut out);
            }
            exit
        }
        None => {
            let path = display::prose(&fetch.path);
            let _ = writeln!(out, "refused: no policy answers {path}; the server adds no CORS headers there");
            if let Some(place) = route(&file, &fetch.path) {
                show(&source, place, "this route leaves the path alone", &mut out);
            }
            Exit::Findings
        }
    };
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(out.as_bytes())?;
    stdout.flush()?;
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

/// Whether a script sets the header without being asked for leave, whatever its value of ordinary length
/// (Fetch, "CORS-safelisted request-header"). `Content-Type` is left aside: of its values, three are.
fn is_safelisted(name: &str) -> bool {
    ["accept", "accept-language", "content-language"].iter().any(|safe| name.eq_ignore_ascii_case(safe))
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
    let upstream = || Response { status: 200, headers: Headers::default() };
    let verdict = browser::fetch(fetch, |request| reference::respond(policy, request, |_| upstream()));
    let what = format!(
        "{} from {} under policy {}{}",
        normalize(&fetch.method),
        display::prose(&fetch.origin),
        policy.name.value,
        if fetch.credentials { ", with credentials" } else { "" },
    );
    let exit = match &verdict {
        Verdict::Allowed { .. } => {
            let _ = writeln!(out, "allowed: {what}");
            for (place, why) in reasons(policy, fetch) {
                show(source, place, &why, out);
            }
            Exit::Clean
        }
        Verdict::Refused { at, reason } => {
            let _ = writeln!(out, "refused: {what}");
            let (place, why) = refusal(policy, fetch, *reason);
            show(source, place, &why, out);
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

/// Where the route is written that picks the policy of a path.
fn route(file: &File, path: &str) -> Option<Place> {
    file.routes.as_ref()?.iter().find(|route| route.path.value.matches(path)).map(|route| route.path.place)
}

/// Why the fetch is allowed: the entry of the origin, and what the preflight needed.
fn reasons(policy: &Policy, fetch: &Fetch) -> Vec<(Place, String)> {
    let mut reasons = Vec::new();
    match &policy.access {
        Access::Anyone(place) => reasons.push((*place, "every origin is allowed".to_owned())),
        Access::Listed { origins, credentials, .. } => {
            let entry = origins.iter().find(|origin| reference::matches(&origin.pattern.value, &fetch.origin));
            reasons.extend(
                entry.map(|entry| (entry.pattern.place, format!("`{}` allows the origin", entry.pattern.value))),
            );
            let credentials = credentials.filter(|_| fetch.credentials);
            reasons.extend(credentials.map(|place| (place, "credentials are allowed".to_owned())));
        }
    }
    let method = normalize(&fetch.method);
    if !is_cors_safelisted_method(&method) {
        reasons.extend(listing(&policy.allow_methods, &method).map(|place| (place, format!("`{method}` is allowed"))));
    }
    for name in &fetch.unsafe_headers {
        let name = name.to_ascii_lowercase();
        reasons.extend(listing(&policy.allow_headers, &name).map(|place| (place, format!("`{name}` is allowed"))));
    }
    reasons
}

/// Where a name, or a `*` that covers it, is listed.
fn listing<T: AsRef<str>>(names: &Names<T>, name: &str) -> Option<Place> {
    let listed = names.listed.iter().find(|listed| listed.value.as_ref() == name).map(Place::from);
    listed.or(names.wildcard.filter(|_| name != "authorization"))
}

/// Where and why the fetch is refused.
fn refusal(policy: &Policy, fetch: &Fetch, reason: Refusal) -> (Place, String) {
    let name = policy.name.place;
    match reason {
        Refusal::Origin | Refusal::Status => {
            let (Access::Listed { place, .. } | Access::Anyone(place)) = &policy.access;
            (*place, format!("no entry allows `{}`", fetch.origin))
        }
        Refusal::Credentials => match &policy.access {
            Access::Anyone(place) => {
                (*place, "`*` never goes with credentials; list the origins that may use them".to_owned())
            }
            Access::Listed { .. } => {
                (name, "credentials are not allowed; that takes `allow_credentials: true`".to_owned())
            }
        },
        Refusal::Method => {
            let place = policy.allow_methods.place.unwrap_or(name);
            (place, format!("`{}` is not in `allow_methods`", normalize(&fetch.method)))
        }
        Refusal::Header => {
            let missing = fetch.unsafe_headers.iter().map(|header| header.to_ascii_lowercase());
            let missing = missing.filter(|header| listing(&policy.allow_headers, header).is_none());
            let missing: Vec<String> = missing.map(|header| format!("`{header}`")).collect();
            (policy.allow_headers.place.unwrap_or(name), format!("{} not in `allow_headers`", missing.join(", ")))
        }
    }
}

/// Prints a reason and the line of the policy that gives it.
fn show(source: &Source, place: Place, why: &str, out: &mut String) {
    let line = display::line(source, place.span);
    let (_, column) = source.line_column(place.span.start);
    let _ = writeln!(out, "  {}:{}:{column}: {}", display::printable(source.name()), line.number, display::prose(why));
    let _ = writeln!(out, "    {}", line.text.trim());
}
