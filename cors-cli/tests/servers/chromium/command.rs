//! The command itself, on some of the cases: what it prints is what the test takes it to say.

use std::process::Command;

use cors_compiler::browser::Verdict;
use cors_compiler::judgement::is_asked_for;

use super::browser::Way;
use super::cases::{Case, cases};
use super::endpoints::{Target, endpoints};
use crate::policies::samples;

/// Every which case is asked.
const EVERY: usize = 11;

#[test]
fn the_command_decides_as_its_library_does() {
    let samples = samples();
    let endpoints = endpoints(&samples);
    let cases = cases(&endpoints);
    let mut counts = [0; 2];
    for case in cases.iter().filter(|case| is_askable(case)).step_by(EVERY) {
        let is_allowed = matches!(case.expected(Target::Hyper).verdict, Verdict::Allowed { .. });
        let mut command = Command::new(env!("CARGO_BIN_EXE_cors"));
        let fetch = case.fetch();
        command.arg("decide").arg(&case.endpoint.sample.path).args([
            "--origin",
            &fetch.origin,
            "--method",
            &fetch.method,
        ]);
        match (&case.endpoint.sample.file.routes, case.endpoint.policy) {
            (None, Some(policy)) => command.args(["--policy", &policy.name.value]),
            _ => command.args(["--path", &case.endpoint.path]),
        };
        command.args(fetch.unsafe_headers.iter().flat_map(|name| ["--header", name]));
        command.args(fetch.credentials.then_some("--credentials"));
        let output = command.output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        let says = (output.status.code(), printed.split(':').next().unwrap_or_default());
        let expected = if is_allowed { (Some(0), "allowed") } else { (Some(1), "refused") };
        assert_eq!(says, expected, "{command:?}: {printed}");
        counts[usize::from(is_allowed)] += 1;
    }
    println!("cors decide: {} refused, {} allowed, as expected", counts[0], counts[1]);
    assert!(counts.iter().all(|&count| count >= 10), "{counts:?}");
}

/// The command knows no upload listener, no redirects, and no values: not those of safelisted headers that are unsafe
/// for their length, nor the content types that are safe.
fn is_askable(case: &Case<'_>) -> bool {
    let mut headers = case.ask.headers.iter();
    let is_known = headers.all(|(name, _, is_unsafe)| *is_unsafe == is_asked_for(name));
    case.ask.way == Way::Fetch && case.is_one_request() && is_known
}
