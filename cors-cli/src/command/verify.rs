//! `cors verify`: asks a running server what the reference is asked, and compares.

mod causes;
mod checks;
mod client;
mod console;
mod curl;
mod edges;
mod facts;
mod lists;
mod origins;
mod outside;
mod probes;
mod report;
mod run;
mod spellings;
mod targets;

use std::io::Write as _;

use cors_compiler::fetch::is_token;
use cors_compiler::fetch::method::is_forbidden_method;

use self::checks::Exchange;
use self::client::Client;
use self::report::{Context, Report};
use self::run::{Answers, Pace};
use super::{load, valid};
use crate::cli::Verify;
use crate::exit::{Error, Exit};

pub(crate) fn run(arguments: &Verify) -> Result<Exit, Error> {
    let pace = pace(arguments)?;
    let client = Client::new(arguments)?;
    let source = load(&arguments.file)?;
    let Some(file) = valid(&source, &arguments.within)? else { return Ok(Exit::Findings) };
    let targets = targets::targets(arguments, &source, &file, &client.site)?;
    let probes = probes::derive(&targets, &arguments.methods, arguments.all);
    let Answers { given, failed } = run::run(&client, &probes, pace);
    let error = failed.and_then(|(index, why)| {
        let probe = probes.get(index)?;
        let request = curl::curl(&client, &probe.request(), !probe.is_preflight(), arguments.insecure);
        Some(format!("{} gives no answer: {why}; the request was: {request}", arguments.url))
    });
    let answered = probes.into_iter().zip(given);
    let exchanges: Vec<Exchange<'_>> =
        answered.filter_map(|(probe, answer)| Some(Exchange::new(probe, answer?))).collect();
    let context = Context { source: &source, client: &client, url: &arguments.url, insecure: arguments.insecure };
    let report = Report::new(&context, &targets, &exchanges, error.clone());
    // Where nothing was answered there is nothing to say but that.
    if !exchanges.is_empty() || arguments.format != crate::cli::ReportFormat::Human {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(report.render(arguments.format)?.as_bytes())?;
        stdout.flush()?;
    }
    match error {
        Some(error) => Err(Error::Usage(error)),
        None if report.has_failures() => Ok(Exit::Findings),
        None => Ok(Exit::Clean),
    }
}

/// How fast to go, if the arguments make sense.
fn pace(arguments: &Verify) -> Result<Pace, Error> {
    if !(0.01..=100_000.0).contains(&arguments.rate) {
        return Err(Error::usage("--rate is a number of requests in a second, from 0.01 to 100000"));
    }
    if let Some(method) = arguments.methods.iter().find(|method| !is_token(method) || is_forbidden_method(method)) {
        return Err(Error::usage(format!("--methods {method}: no script can send this method")));
    }
    Ok(Pace { rate: arguments.rate, concurrency: usize::from(arguments.concurrency) })
}
