//! A file in its environments: checked as it is written and as each of them changes it, every finding once.

use std::fmt;

use crate::check::Known;
use crate::diagnostic::{Diagnostic, Diagnostics, Fix, MOST_DIAGNOSTICS, Severity, did_you_mean};
use crate::lint::Work;
use crate::source::{Source, Span};
use crate::syntax::{self, Parsed};
use crate::{Checked, check, ir, lint};

/// An environment was asked for that the file does not define.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownEnvironment {
    name: String,
    names: Vec<String>,
}

impl UnknownEnvironment {
    /// The environments that the file does define.
    #[must_use]
    pub fn defined(&self) -> &[String] {
        &self.names
    }
}

/// The end of a sentence that begins with the file's name.
impl fmt::Display for UnknownEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "has no environment `{}`; ", self.name)?;
        match did_you_mean(&self.name, self.names.iter().map(String::as_str)) {
            Some(near) => write!(f, "did you mean `{near}`? ")?,
            None if self.names.is_empty() => return f.write_str("it defines none"),
            None => {}
        }
        write!(f, "it has: {}", self.names.join(", "))
    }
}

impl std::error::Error for UnknownEnvironment {}

/// What one reading of a file gives.
struct Reading {
    file: ir::File,
    diagnostics: Diagnostics,
}

impl Reading {
    /// Checks a file as it is written, or as an environment changes it; `found` is what reading it gave, and what its
    /// assertions cost is taken from `work`.
    fn new(
        source: &Source,
        syntax: &Parsed<syntax::File>,
        environment: Option<&str>,
        known: &Known,
        work: &Work,
        found: &Diagnostics,
    ) -> Self {
        let mut diagnostics = found.clone();
        let written = environment.and_then(|name| {
            let all = syntax.value.as_ref()?.environments();
            all.iter().find(|(defined, _)| defined.value == name).map(|(_, environment)| environment)
        });
        let change = written.and_then(|environment| {
            let file = syntax.value.as_ref()?;
            Some(Parsed::new(Some(file.in_environment(environment.value.as_ref()?)), syntax.place))
        });
        let mut file = check::file(source, change.as_ref().unwrap_or(syntax), known, &mut diagnostics);
        file.environment = environment.and_then(|name| file.environment(name)).cloned();
        // What could not be read might be what keeps to the assertions here; the file as it is written is held to them.
        if written.is_some_and(|environment| is_faulty(environment, &diagnostics)) {
            file.assertions.clear();
        }
        lint::run(source, &file, work, &mut diagnostics);
        Self { file, diagnostics }
    }

    fn checked(self) -> Checked {
        let file = Some(self.file).filter(|_| !self.diagnostics.has_errors());
        let omitted = self.diagnostics.omitted();
        Checked { file, environments: Vec::new(), omitted, diagnostics: self.diagnostics.into_sorted() }
    }
}

/// Whether there is an error in what an environment says, or in what it uses by an alias.
fn is_faulty(environment: &Parsed<syntax::Environment>, found: &Diagnostics) -> bool {
    let mut spans = vec![environment.place.span];
    for (_, change) in environment.value.iter().flat_map(|environment| &environment.changes) {
        spans.push(change.place.span);
        let Some(syntax::Change { add_origins: _, remove_origins, set }) = &change.value else { continue };
        spans.extend(set.as_ref().map(|settings| settings.place.span));
        spans.extend(remove_origins.as_ref().map(|list| list.place.span));
        let entries = remove_origins.iter().filter_map(|list| list.value.as_ref()).flatten();
        spans.extend(entries.map(|entry| entry.place.span));
    }
    let mut errors = found.iter().filter(|found| found.severity == Severity::Error);
    found.omitted() > 0 || errors.any(|error| spans.iter().any(|span| span.contains(error.span())))
}

/// Whether a finding says that something is unused, which it is only if it is so wherever the file is used.
fn is_unused(diagnostic: &Diagnostic) -> bool {
    diagnostic.code.id.starts_with("unused-")
}

/// Whether two readings found the same: the same rule, at the same place. An error is about its other
/// places as well, each of which must be mended.
fn same(a: &Diagnostic, b: &Diagnostic) -> bool {
    let spans = |found: &Diagnostic| found.labels.iter().map(|label| label.span).collect::<Vec<_>>();
    a.code.id == b.code.id && a.span() == b.span() && (a.code.acceptable || spans(a) == spans(b))
}

/// See [`check_in`](crate::check_in).
pub(crate) fn one(source: &Source, environment: Option<&str>) -> Result<Checked, UnknownEnvironment> {
    let mut found = Diagnostics::new();
    let Some(syntax) = syntax::parse(source, &mut found) else { return Ok(Checked::nothing(found)) };
    let defined = syntax.value.as_ref().map_or(&[][..], syntax::File::environments);
    if let Some(name) = environment
        && !defined.iter().any(|(defined, _)| defined.value == name)
    {
        if found.has_errors() {
            return Ok(Checked::nothing(found));
        }
        let names = defined.iter().map(|(name, _)| name.value.clone()).collect();
        return Err(UnknownEnvironment { name: name.to_owned(), names });
    }
    let mut checked = Reading::new(source, &syntax, environment, &Known::default(), &Work::default(), &found).checked();
    if !defined.is_empty() {
        checked.diagnostics.retain(|found| !is_unused(found));
    }
    Ok(checked)
}

/// See [`check`](crate::check()).
pub(crate) fn every(source: &Source) -> Checked {
    let mut found = Diagnostics::new();
    let Some(syntax) = syntax::parse(source, &mut found) else { return Checked::nothing(found) };
    let (known, work) = (Known::default(), Work::default());
    let base = Reading::new(source, &syntax, None, &known, &work, &found);
    let mut environments = Vec::new();
    let mut merged = Merged::new(base.diagnostics.clone());
    for environment in &base.file.environments {
        let name = &environment.name.value;
        let Reading { file, diagnostics } = Reading::new(source, &syntax, Some(name), &known, &work, &found);
        let written = syntax.value.as_ref().and_then(|file| {
            let (_, value) = file.environments().iter().find(|(defined, _)| defined.value == *name)?;
            Some(value.place.span)
        });
        merged.add(name, written.unwrap_or_default(), diagnostics);
        environments.push((name.clone(), file));
    }
    let checked = Reading { file: base.file, diagnostics: merged.finish() }.checked();
    let environments = if checked.file.is_some() { environments } else { Vec::new() };
    Checked { environments, ..checked }
}

/// The findings of all readings of a file.
struct Merged {
    omitted: usize,
    /// Those of the file as it is written.
    base: Vec<Diagnostic>,
    /// Those that the file as it is written does not have, with the environments that do.
    others: Vec<(Diagnostic, Vec<String>)>,
}

impl Merged {
    fn new(base: Diagnostics) -> Self {
        Self { omitted: base.omitted(), base: base.into_sorted(), others: Vec::new() }
    }

    /// Adds what was found in an environment, which is written at `written`.
    fn add(&mut self, environment: &str, written: Span, found: Diagnostics) {
        self.omitted += found.omitted();
        let found = found.into_sorted();
        self.base.retain(|known| !is_unused(known) || found.iter().any(|found| same(known, found)));
        for diagnostic in found {
            if is_unused(&diagnostic) && !written.contains(diagnostic.span()) {
                continue;
            }
            match self.base.iter().position(|known| same(known, &diagnostic)) {
                Some(at) if self.base[at].severity >= diagnostic.severity => continue,
                // It weighs more here.
                Some(at) => drop(self.base.remove(at)),
                None => {}
            }
            let known =
                |(known, _): &&mut (Diagnostic, _)| same(known, &diagnostic) && known.message == diagnostic.message;
            let full = self.others.len() >= MOST_DIAGNOSTICS;
            match self.others.iter_mut().find(known) {
                Some((_, names)) => names.push(environment.to_owned()),
                None if full => self.omitted += 1,
                None => self.others.push((diagnostic, vec![environment.to_owned()])),
            }
        }
    }

    fn finish(self) -> Diagnostics {
        let mut all = Diagnostics::new();
        all.omit(self.omitted);
        self.base.into_iter().for_each(|found| all.push(found));
        for (mut diagnostic, names) in self.others {
            let plural = if names.len() == 1 { "" } else { "s" };
            diagnostic.message = format!("{}, in environment{plural} `{}`", diagnostic.message, names.join("`, `"));
            // A correction of what is shared would change the other environments as well.
            let own = diagnostic.span();
            let inside = |fix: &Fix| own.contains(fix.span);
            let keep = diagnostic.severity == Severity::Error;
            diagnostic.fix = diagnostic.fix.filter(|fix| keep && inside(fix));
            all.push(diagnostic);
        }
        all
    }
}
