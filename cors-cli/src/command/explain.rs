//! `cors explain`.

use std::fmt::Write as _;

use clap::Args;
use cors_compiler::diagnostic::{Code, did_you_mean, display};

use crate::exit::{Error, Exit};
use crate::output::print;

/// Explain a diagnostic: why it matters, and what to write instead.
///
/// Without an id, lists all of them.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The id, as in `error[wildcard-with-credentials]`
    id: Option<String>,
}

pub(crate) fn run(arguments: &Explain) -> Result<Exit, Error> {
    match &arguments.id {
        None => list(),
        Some(id) => page(id),
    }
}

/// One line for each id.
fn list() -> Result<Exit, Error> {
    let mut codes: Vec<&Code> = Code::all().collect();
    codes.sort_by_key(|code| code.id);
    let width = codes.iter().map(|code| code.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for Code { id, severity, summary, .. } in codes {
        // The names of severities are of different lengths: pad the text, not the value.
        let _ = writeln!(text, "{id:width$}  {:7}  {summary}", severity.to_string());
    }
    print(text)?;
    Ok(Exit::Clean)
}

fn page(id: &str) -> Result<Exit, Error> {
    let Some(code) = Code::all().find(|code| code.id == id) else {
        let help = match did_you_mean(id, Code::all().map(|code| code.id)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`cors explain` lists all of them".to_owned(),
        };
        return Err(Error::usage(format!("there is no diagnostic `{}`; {help}", display::prose(id))));
    };
    print(format!("{}\n", code.explanation.trim()))?;
    Ok(Exit::Clean)
}
