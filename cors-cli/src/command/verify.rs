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

use std::path::PathBuf;

use clap::Args;
use cors_compiler::fetch::is_token;
use cors_compiler::fetch::method::is_forbidden_method;

use self::checks::Exchange;
use self::client::Client;
use self::report::{Context, Report};
use self::run::{Answers, Pace};
use super::valid;
use crate::cli::{InEnvironment, ReportFormat};
use crate::exit::{Error, Exit};
use crate::files::load;
use crate::output::print;

/// Ask a running server, and say whether it enforces this policy.
///
/// Sends GET, HEAD and OPTIONS requests to the host of the URL, and to no other: redirects are not followed,
/// and proxies from the environment are not used. Exits with 0 if everything holds, 1 if something does not,
/// 2 if the server cannot be reached.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The policy file; `-` for standard input
    file: PathBuf,
    #[command(flatten)]
    within: InEnvironment,
    /// The server. With the path `/`, each of the file's routes is asked; else this path is
    #[arg(long)]
    url: String,
    /// The policy that answers the path of the URL; else the file's routes say which
    #[arg(long, value_name = "NAME")]
    policy: Option<String>,
    /// A header field for authentication; may be given several times
    ///
    /// It is sent with actual requests only: browsers send no credentials with preflights, so a server that
    /// wants some there is at fault. Reports do not show its value.
    #[arg(long = "header", value_name = "NAME:VALUE")]
    headers: Vec<String>,
    /// Connect to this address for the host of the URL: an IP address, and perhaps a port
    #[arg(long, value_name = "HOST:ADDRESS")]
    resolve: Option<String>,
    /// Accept any TLS certificate
    #[arg(long)]
    insecure: bool,
    /// How long to wait for each answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// The most requests in a second
    #[arg(long, default_value_t = 20.0)]
    rate: f64,
    /// How many requests may wait for their answers at once
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    concurrency: u16,
    /// Send actual requests with these methods too, without a body: the server acts on them
    #[arg(long, value_name = "METHOD", value_delimiter = ',')]
    methods: Vec<String>,
    /// Ask about every entry of a long list, and about every path in full
    #[arg(long)]
    all: bool,
    /// How to print the report
    #[arg(long, value_enum, default_value_t = ReportFormat::Human)]
    format: ReportFormat,
}

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
    if !exchanges.is_empty() || arguments.format != ReportFormat::Human {
        print(report.render(arguments.format)?)?;
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
