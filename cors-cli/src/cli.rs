//! The command line: which commands there are, and what several of them share. What one command takes stands in its
//! own file.

#[cfg(test)]
mod documented;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::command::check::Check;
use crate::command::compile::Compile;
use crate::command::completions::Completions;
use crate::command::decide::Decide;
use crate::command::diff::Diff;
use crate::command::explain::Explain;
use crate::command::fmt::Fmt;
use crate::command::init::Init;
use crate::command::man::Man;
use crate::command::schema::Schema;
use crate::command::test::Test;
use crate::command::verify::Verify;
use crate::command::version::Version;

/// Check CORS policies and compile them to Rust, nginx and Envoy.
#[derive(Debug, Parser)]
#[command(name = "cors", version, arg_required_else_help = true, max_term_width = 100)]
#[command(disable_version_flag = true, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) version: Version,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(Check),
    Compile(Compile),
    Completions(Completions),
    Decide(Decide),
    Diff(Diff),
    Explain(Explain),
    Fmt(Fmt),
    Init(Init),
    Man(Man),
    Schema(Schema),
    Test(Test),
    Verify(Verify),
}

/// Which of the deployments that a policy file describes.
#[derive(Debug, Args)]
pub(crate) struct InEnvironment {
    /// The policies as this environment changes them, not as they are written. Of several files, those that have
    /// no such environment are taken as they are; at least one must have it
    #[arg(long, value_name = "NAME")]
    pub(crate) environment: Option<String>,
}

/// How a report on many cases is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people
    Human,
    /// One JSON document, described in docs/json.md
    Json,
    /// JUnit XML, for CI servers
    Junit,
}

/// How diagnostics are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people at a terminal
    Human,
    /// For logs and screen readers: no colours, no drawing
    Plain,
    /// One JSON document, described in docs/json.md
    Json,
    /// SARIF 2.1.0, for code scanners
    Sarif,
    /// Workflow commands, which GitHub shows as annotations
    Github,
}
