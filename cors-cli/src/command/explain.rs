//! `cors explain`.

use std::io::Write as _;

use cors_compiler::diagnostic::{Code, did_you_mean, display};

use crate::cli::Explain;
use crate::exit::{Error, Exit};

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
    let mut stdout = std::io::stdout().lock();
    for Code { id, severity, summary, .. } in codes {
        // The names of severities are of different lengths: pad the text, not the value.
        writeln!(stdout, "{id:width$}  {:7}  {summary}", severity.to_string())?;
    }
    stdout.flush()?;
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
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{}", code.explanation.trim())?;
    stdout.flush()?;
    Ok(Exit::Clean)
}
