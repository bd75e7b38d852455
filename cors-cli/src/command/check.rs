//! `cors check`.

use cors_compiler::diagnostic::Severity;

use crate::cli::Check;
use crate::exit::{Error, Exit};
use crate::files;
use crate::output::Printer;

pub(crate) fn run(arguments: &Check) -> Result<Exit, Error> {
    let paths = files::policy_files(&arguments.paths)?;
    let mut printer = Printer::stdout(arguments.format.format);
    let mut unreadable = false;
    let (mut errors, mut warnings) = (0, 0);
    for path in &paths {
        let source = match super::load(path) {
            Ok(source) => source,
            Err(error) => {
                eprintln!("cors: {error}");
                unreadable = true;
                continue;
            }
        };
        let checked = cors_compiler::check(&source);
        for diagnostic in &checked.diagnostics {
            match diagnostic.severity {
                Severity::Error => errors += 1,
                Severity::Warning => warnings += 1,
                Severity::Info if !arguments.pedantic => continue,
                Severity::Info => {}
            }
            printer.print(&source, diagnostic)?;
        }
    }
    printer.finish()?;
    eprintln!("{}: {}, {}", count(paths.len(), "file"), count(errors, "error"), count(warnings, "warning"));
    Ok(match () {
        () if unreadable => Exit::Usage,
        () if errors > 0 || (arguments.deny_warnings && warnings > 0) => Exit::Findings,
        () => Exit::Clean,
    })
}

fn count(number: usize, of: &str) -> String {
    format!("{number} {of}{}", if number == 1 { "" } else { "s" })
}
