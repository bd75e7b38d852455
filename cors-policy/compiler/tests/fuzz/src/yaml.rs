//! The YAML reader, and everything that is done with a policy file: nothing panics, every place that is shown
//! lies in the text, nothing that is printed steers a terminal, and neither `fmt` nor `--fix` change a meaning.

use cors_compiler::compare::{Side, Verdict, compare};
use cors_compiler::diagnostic::{Diagnostic, Severity, render_plain};
use cors_compiler::source::{Source, Span};
use cors_compiler::syntax::format::{Refused, format};
use cors_compiler::{Checked, check, check_in};

/// `cors check --fix`, which is a module of the command line.
#[path = "../../../../../cors-cli/src"]
mod command_line {
    #[allow(dead_code, unreachable_pub, reason = "the command line prints what is not read here")]
    pub(super) mod fix;
}

/// The largest input that is tried: larger ones are the concern of the tests of limits.
const LARGEST: usize = 20_000;

/// Runs the target.
///
/// # Panics
/// A promise is broken.
pub fn run(data: &[u8]) {
    if data.len() > LARGEST {
        return;
    }
    let source = Source::from_bytes("fuzzed.yaml", data.to_vec());
    let checked = check(&source);
    judge(&source, &checked);
    for (name, _) in checked.environments.iter().take(2) {
        let one = check_in(&source, Some(name)).unwrap();
        assert!(one.file.is_some(), "environment {name} fails only by itself");
    }
    formatted(&source, &checked);
    let fixed = command_line::fix::file(&source, Severity::Info);
    assert!(checked.file.is_none() || fixed.checked.file.is_some(), "fixed, it no longer compiles:\n{}", source.text());
    judge(&fixed.source, &fixed.checked);
}

/// Every finding can be shown.
fn judge(source: &Source, checked: &Checked) {
    let fails = checked.diagnostics.iter().any(|found| found.severity == Severity::Error);
    assert_eq!(fails, checked.file.is_none(), "a file without an error is compiled, one with an error is not");
    for found in &checked.diagnostics {
        assert!(!found.labels.is_empty(), "{} stands nowhere", found.code.id);
        places(found).for_each(|span| within(source, span, found));
    }
    let shown = render_plain(source, &checked.diagnostics);
    let steers = |c: char| {
        c.is_control() && c != '\n' && c != '\t' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!shown.contains(steers), "{shown:?}");
    // Nothing of the text begins a line that looks like ours.
    let ours = |line: &str| line.is_empty() || line.starts_with("  ") || line.starts_with("fuzzed.yaml:");
    assert!(shown.lines().all(ours), "{shown}");
    assert_eq!(shown.lines().filter(|line| line.starts_with("fuzzed")).count(), checked.diagnostics.len(), "{shown}");
}

fn places(found: &Diagnostic) -> impl Iterator<Item = Span> {
    found.labels.iter().map(|label| label.span).chain(found.fix.iter().map(|fix| fix.span))
}

/// The span of a byte that is no UTF-8 lies within the character that is shown for it.
fn within(source: &Source, span: Span, found: &Diagnostic) {
    let is_place = if source.not_utf8().is_some() {
        span.start <= span.end && span.end <= source.text().len()
    } else {
        source.text().get(span.start..span.end).is_some()
    };
    assert!(is_place, "{} at {span:?} of {} bytes:\n{}", found.code.id, source.text().len(), source.text());
}

/// The canonical layout says the same, and is its own.
fn formatted(source: &Source, checked: &Checked) {
    let once = match format(source) {
        Ok(once) => once,
        Err(Refused::Unreadable(found, _)) => {
            assert!(checked.file.is_none(), "it compiles, and cannot be read");
            return assert!(!found.is_empty(), "refused without a reason");
        }
        Err(Refused::Different(what)) => panic!("{what}\n{}", source.text()),
    };
    let new = Source::new(source.name(), once);
    let twice = format(&new).unwrap_or_else(|refused| panic!("formatted, {refused}:\n{}", new.text()));
    assert_eq!(new.text(), twice, "it changes again");
    let after = check(&new);
    let Some(file) = &checked.file else {
        return assert!(after.file.is_none(), "formatted, it compiles:\n{}\n---\n{}", source.text(), new.text());
    };
    let Some(formatted) = &after.file else { panic!("formatted, it does not compile:\n{}", new.text()) };
    let compared = compare(Some(Side { source, file }), Some(Side { source: &new, file: formatted }));
    assert_eq!(compared.verdict, Verdict::Equal, "{}\n---\n{}", source.text(), new.text());
}
