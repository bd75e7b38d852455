//! The command line.

#[cfg(test)]
mod documented;

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use cors_compiler::backend::{self, BACKENDS, Endpoint};

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

/// What stands in the place of a command.
#[derive(Debug, Args)]
pub(crate) struct Version {
    /// Print the version
    #[arg(short = 'V', long = "version")]
    pub(crate) asked: bool,
    /// With --version: also the targets, and what they need
    #[arg(short, long, requires = "asked")]
    pub(crate) verbose: bool,
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

/// Check policy files: every fault of every file at once, also in their environments.
///
/// Exits with 0 if there is nothing to mend, 1 if there is, 2 if something cannot be read, 3 if there
/// is no policy file.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Files, or directories to search for *.yaml and *.yml
    #[arg(value_name = "PATH", default_value = "policies")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) within: InEnvironment,
    /// Let warnings fail the check as well
    #[arg(long)]
    pub(crate) deny_warnings: bool,
    /// Show what is only worth knowing as well
    #[arg(long)]
    pub(crate) pedantic: bool,
    /// Print the page of each id that occurred as well
    #[arg(long)]
    pub(crate) explain: bool,
    /// Correct what a machine can correct, without changing what a policy means
    #[arg(long, conflicts_with = "environment")]
    pub(crate) fix: bool,
    /// Write nothing; show what --fix would change, and exit with 1 if it would change anything
    #[arg(long, requires = "fix")]
    pub(crate) diff: bool,
    /// How to print diagnostics [default: human on a terminal, else plain]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
}

/// Compile a policy file for a target.
///
/// Prints to standard output, or writes files; they are replaced as a whole or not at all. Exits with
/// 1 if the policy has errors or, with --check, an output is stale.
#[derive(Debug, Args)]
pub(crate) struct Compile {
    /// The policy file
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) within: InEnvironment,
    /// What to compile it to
    ///
    /// Rust: the file names the crate `::cors_policy`; where the dependency has another name, write
    /// `extern crate other_name as cors_policy;` in the root of the crate.
    #[arg(long, value_parser = PossibleValuesParser::new(BACKENDS.iter().map(|backend| backend.name)))]
    pub(crate) target: String,
    /// The form of the output; the default is the first that the target has
    #[arg(long, long_help = shapes())]
    pub(crate) shape: Option<String>,
    /// Compile only this policy, without the routes
    #[arg(long, value_name = "NAME")]
    pub(crate) policy: Option<String>,
    /// Where to write: a file, or a directory if there are several files
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
    /// Write nothing; exit with 1 and show a diff if what stands at --output is stale
    #[arg(long, requires = "output")]
    pub(crate) check: bool,
    /// Have the server's own checker (nginx -t, envoy --mode validate) read the output first
    #[arg(long)]
    pub(crate) validate: bool,
    /// The nginx for --validate; else $NGINX, else the installed one
    #[arg(long, value_name = "PATH", requires = "validate")]
    pub(crate) nginx: Option<PathBuf>,
    /// The Envoy for --validate; else $ENVOY, else the installed one
    #[arg(long, value_name = "PATH", requires = "validate")]
    pub(crate) envoy: Option<PathBuf>,
    /// Where the generated server listens
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) listen: Option<Endpoint>,
    /// Where the generated server passes requests on to
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) upstream: Option<Endpoint>,
    /// The oldest nginx that the output is for
    #[arg(long, value_name = "VERSION")]
    pub(crate) nginx_version: Option<backend::Version>,
    /// The oldest Envoy that the output is for
    #[arg(long, value_name = "VERSION")]
    pub(crate) envoy_version: Option<backend::Version>,
    /// How close Envoy's answers come to the reference [default: native]
    #[arg(long, value_enum)]
    pub(crate) profile: Option<Profile>,
    /// How Envoy's configuration is written [default: yaml]
    #[arg(long, value_enum)]
    pub(crate) format: Option<OutputFormat>,
    /// How to print diagnostics [default: human on a terminal, else plain]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) message_format: Option<Format>,
}

/// Print the completions of a shell.
///
/// Bash reads them from `~/.local/share/bash-completion/completions/cors`, fish from
/// `~/.config/fish/completions/cors.fish`, zsh from the file `_cors` in a directory of its `fpath`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// How close Envoy's answers come to the reference.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Profile {
    /// Core filters only; what a browser makes of the answers is the same
    Native,
    /// A Lua filter; the answers are the same byte for byte
    Exact,
}

/// How Envoy's configuration is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum OutputFormat {
    /// With comments
    Yaml,
    /// Without comments
    Json,
}

/// Decide one request as a browser would, and say why.
///
/// The request is a script's fetch; a preflight is made if the browser would make one. Exits with 0 if
/// the script gets the response, 1 if not.
#[derive(Debug, Args)]
pub(crate) struct Decide {
    /// The policy file
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) within: InEnvironment,
    /// The policy; not needed if the file has only one
    #[arg(long, value_name = "NAME", conflicts_with = "path")]
    pub(crate) policy: Option<String>,
    /// The path of the request, by which a route picks the policy
    #[arg(long, value_name = "/PATH")]
    pub(crate) path: Option<String>,
    /// The origin of the page
    #[arg(long)]
    pub(crate) origin: String,
    /// The method
    #[arg(long, default_value = "GET")]
    pub(crate) method: String,
    /// The name of a header that the script sets; may be given several times
    #[arg(long = "header", value_name = "NAME")]
    pub(crate) headers: Vec<String>,
    /// The script asks for credentials (credentials: "include")
    #[arg(long)]
    pub(crate) credentials: bool,
}

/// Say what a change of policy files means: who may do more than before, and who less.
///
/// OLD and NEW are files, directories whose files are matched by their names, or `git:REV:PATH`: a file or
/// directory of a git revision, PATH as git takes it (`./` for the current directory). Exits with 0 if both
/// could be compared, unless --fail-on says otherwise; with 2 if one of them is not valid.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// What there was
    pub(crate) old: PathBuf,
    /// What there is to be
    pub(crate) new: PathBuf,
    #[command(flatten)]
    pub(crate) within: InEnvironment,
    /// Exit with 1 if the change is such
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) fail_on: Option<FailOn>,
    /// How to print it
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: DiffFormat,
}

/// Which changes are a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Something is allowed that was not
    Widening,
    /// Anything but the spelling differs
    Any,
}

/// How a change is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people at a terminal
    Human,
    /// A comment on a pull request
    Markdown,
    /// One JSON document, described in docs/json.md
    Json,
}

/// Explain a diagnostic: why it matters, and what to write instead.
///
/// Without an id, lists all of them.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The id, as in `error[wildcard-with-credentials]`
    pub(crate) id: Option<String>,
}

/// Lay policy files out in the canonical way, comments kept.
///
/// The meaning stays the same: a file that would say anything else is left alone. Files that cannot be
/// read are left alone as well, and what is wrong is printed. Exits with 0 if all is well, 1 if a file cannot be
/// read as a policy or, with --check or --diff, is not formatted, 2 if something cannot be read or written.
#[derive(Debug, Args)]
pub(crate) struct Fmt {
    /// Files, or directories to search for *.yaml and *.yml; `-` alone for standard input to standard output
    #[arg(value_name = "PATH", default_value = "policies")]
    pub(crate) paths: Vec<PathBuf>,
    /// Write nothing; name the files that are not formatted, and exit with 1 if there are any
    #[arg(long)]
    pub(crate) check: bool,
    /// Write nothing; show what would change, and exit with 1 if anything would
    #[arg(long)]
    pub(crate) diff: bool,
}

/// Write a commented policy file to begin with.
///
/// Asks nothing. Exits with 2 if the file is there already, or an origin has a fault; then nothing is written.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The file
    #[arg(default_value = "policies/cors.yaml")]
    pub(crate) path: PathBuf,
    /// An origin or pattern to admit; may be given several times (else `https://www.example.com`)
    #[arg(long = "origin", value_name = "ORIGIN")]
    pub(crate) origins: Vec<String>,
    /// Replace the file if it is there already
    #[arg(long)]
    pub(crate) force: bool,
}

/// Print the manual page, or write one for each command.
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The directory for all pages; without it, the main page is printed
    #[arg(short, long, value_name = "DIRECTORY")]
    pub(crate) output: Option<PathBuf>,
}

/// Print the JSON Schema of policy files, for editors.
///
/// Editors with the YAML language server complete and check a file that begins with
/// `# yaml-language-server: $schema=cors-policy.schema.json`.
#[derive(Debug, Args)]
pub(crate) struct Schema {}

/// Run the tests of policy files.
///
/// Each is a script's fetch, decided as `cors decide` does. Exits with 0 if all pass, 1 if one fails, a
/// file has errors, a mutant lives or too little is covered, 2 if something cannot be read, 3 if there is
/// no policy file.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Files, or directories to search for *.yaml and *.yml
    #[arg(value_name = "PATH", default_value = "policies")]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) within: InEnvironment,
    /// Run only tests whose names contain this
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["coverage", "mutate"])]
    pub(crate) filter: Option<String>,
    /// Show which origins, methods, headers and routes no test exercises
    #[arg(long)]
    pub(crate) coverage: bool,
    /// Exit with 1 if less is exercised, of all files together
    #[arg(long, value_name = "PERCENT", requires = "coverage", value_parser = clap::value_parser!(u8).range(..=100))]
    pub(crate) fail_under: Option<u8>,
    /// Change one thing at a time, and show the changes that nothing notices
    #[arg(long)]
    pub(crate) mutate: bool,
    /// How to print what comes of it
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: ReportFormat,
}

/// Ask a running server, and say whether it enforces this policy.
///
/// Sends GET, HEAD and OPTIONS requests to the host of the URL, and to no other: redirects are not followed,
/// and proxies from the environment are not used. Exits with 0 if everything holds, 1 if something does not,
/// 2 if the server cannot be reached.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The policy file
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) within: InEnvironment,
    /// The server. With the path `/`, each of the file's routes is asked; else this path is
    #[arg(long)]
    pub(crate) url: String,
    /// The policy that answers the path of the URL; else the file's routes say which
    #[arg(long, value_name = "NAME")]
    pub(crate) policy: Option<String>,
    /// A header field for authentication; may be given several times
    ///
    /// It is sent with actual requests only: browsers send no credentials with preflights, so a server that
    /// wants some there is at fault. Reports do not show its value.
    #[arg(long = "header", value_name = "NAME:VALUE")]
    pub(crate) headers: Vec<String>,
    /// Connect to this address for the host of the URL: an IP address, and perhaps a port
    #[arg(long, value_name = "HOST:ADDRESS")]
    pub(crate) resolve: Option<String>,
    /// Accept any TLS certificate
    #[arg(long)]
    pub(crate) insecure: bool,
    /// How long to wait for each answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) timeout: u64,
    /// The most requests in a second
    #[arg(long, default_value_t = 20.0)]
    pub(crate) rate: f64,
    /// How many requests may wait for their answers at once
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) concurrency: u16,
    /// Send actual requests with these methods too, without a body: the server acts on them
    #[arg(long, value_name = "METHOD", value_delimiter = ',')]
    pub(crate) methods: Vec<String>,
    /// Ask about every entry of a long list, and about every path in full
    #[arg(long)]
    pub(crate) all: bool,
    /// How to print the report
    #[arg(long, value_enum, default_value_t = ReportFormat::Human)]
    pub(crate) format: ReportFormat,
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
