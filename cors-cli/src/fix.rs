//! `cors check --fix`: applies corrections to the text, and makes sure that no meaning changes.
//!
//! The text is edited, never printed anew: comments, layout, line breaks and a byte order mark stay.
//! Faults of a file that does not compile are corrected first. Once it compiles, a correction is
//! applied only if every policy still says the same.

mod edits;
mod meaning;

use cors_compiler::diagnostic::{Diagnostic, Severity};
use cors_compiler::ir::File;
use cors_compiler::source::Source;
use cors_compiler::{Checked, check};

use self::edits::{Edit, splice};

/// What became of a file.
#[derive(Debug)]
pub(crate) struct Fixed {
    /// The file as it should be.
    pub(crate) source: Source,
    /// What was found in that.
    pub(crate) checked: Checked,
    /// In the order in which they were applied.
    pub(crate) applied: Vec<Applied>,
    /// Corrections that were left alone.
    pub(crate) refused: Vec<Refused>,
}

/// A correction, and where it was due when it was.
#[derive(Debug, Clone)]
pub(crate) struct Applied {
    pub(crate) id: &'static str,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) message: String,
}

/// A correction that was not applied.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    pub(crate) fix: Applied,
    pub(crate) reason: String,
    edit: Edit,
}

/// How often the text is edited and checked again. One round does for nearly every file; a fault that
/// hides another takes a second one, refused corrections a few.
const ROUNDS: usize = 100;
/// After so many refusals of one id, the rest of it is left alone untried: every try checks the whole file.
const PATIENCE: usize = 3;

/// Corrects what can be corrected of what weighs at least `least`.
pub(crate) fn file(source: &Source, least: Severity) -> Fixed {
    let checked = check(source);
    let mut fixed = Fixed { source: source.clone(), checked, applied: Vec::new(), refused: Vec::new() };
    if source.not_utf8().is_some() {
        return fixed;
    }
    let mut most = usize::MAX;
    for _ in 0..ROUNDS {
        let (edits, found) = fixed.due(least, most);
        let Some(first) = edits.first() else { break };
        let (text, ranges) = splice(fixed.source.text(), &edits);
        let next = Source::new(fixed.source.name(), text);
        let checked = check(&next);
        let change = Edited { old: &fixed.source, new: &next, edits: &edits, ranges: &ranges };
        match objection(&fixed.checked, &checked, &change) {
            None => {
                fixed.applied.extend(found);
                fixed.source = next;
                fixed.checked = checked;
                most = usize::MAX;
            }
            Some(reason) if edits.len() == 1 => {
                let fix = found.into_iter().next();
                fixed.refused.extend(fix.map(|fix| Refused { fix, reason, edit: first.clone() }));
                most = usize::MAX;
            }
            // One of them is to blame: half as many may do.
            Some(_) => most = edits.len().div_ceil(2),
        }
    }
    fixed
}

impl Fixed {
    /// The corrections that are due: those of errors while there are errors, else those of the rest. What
    /// shares its id with a refused one is tried by itself, at last, for a few times.
    fn due(&self, least: Severity, most: usize) -> (Vec<Edit>, Vec<Applied>) {
        let compiles = self.checked.file.is_some();
        let is_due = |found: &&Diagnostic| match found.severity {
            Severity::Error => true,
            other => compiles && other >= least,
        };
        let candidates = self.checked.diagnostics.iter().filter(is_due).filter_map(|found| {
            let edit = Edit::new(found.code.id, found.fix.as_ref()?, self.source.text());
            (!self.refused.iter().any(|refused| refused.edit.is_like(&edit))).then_some((edit, found))
        });
        let refusals = |edit: &Edit| self.refused.iter().filter(|refused| refused.edit.id == edit.id).count();
        let candidates = candidates.filter(|(edit, _)| refusals(edit) < PATIENCE);
        let (doubtful, sure): (Vec<_>, Vec<_>) = candidates.partition(|(edit, _)| refusals(edit) > 0);
        let (candidates, most) = if sure.is_empty() { (doubtful, 1) } else { (sure, most) };
        let mut chosen: Vec<(Edit, &Diagnostic)> = Vec::new();
        for (edit, found) in candidates {
            if chosen.len() < most && chosen.iter().all(|(other, _)| !other.touches(&edit)) {
                chosen.push((edit, found));
            }
        }
        chosen.sort_by_key(|(edit, _)| edit.span.start);
        chosen.into_iter().map(|(edit, found)| (edit, self.applied(found))).unzip()
    }

    fn applied(&self, found: &Diagnostic) -> Applied {
        let (line, column) = self.source.line_column(found.span().start);
        Applied { id: found.code.id, line, column, message: found.message.clone() }
    }
}

/// What edits make of a text.
struct Edited<'a> {
    old: &'a Source,
    new: &'a Source,
    edits: &'a [Edit],
    /// Where each edit is in the new text.
    ranges: &'a [std::ops::Range<usize>],
}

/// Why edits must not be made, if they must not.
fn objection(before: &Checked, after: &Checked, change: &Edited<'_>) -> Option<String> {
    match (&before.file, &after.file) {
        (Some(old), Some(new)) => {
            // What is right in the file as it is written may be wrong in an environment.
            let inside = before
                .environments
                .iter()
                .filter_map(|(name, old)| Some((old, &after.environments.iter().find(|(other, _)| other == name)?.1)));
            std::iter::once((old, new)).chain(inside).find_map(|(old, new)| different(old, new, change))
        }
        (Some(_), None) => Some("the file would no longer compile".to_owned()),
        (None, Some(_)) => None,
        (None, None) => unreadable(before, after).then(|| "the file could no longer be read".to_owned()),
    }
}

fn different(before: &File, after: &File, change: &Edited<'_>) -> Option<String> {
    let dead: Vec<_> = change.edits.iter().zip(change.ranges).filter(|(edit, _)| meaning::was_dead(edit.id)).collect();
    let old = dead.iter().map(|(edit, _)| edit.span.start..edit.span.end).collect::<Vec<_>>();
    let new = dead.iter().map(|(_, range)| (*range).clone()).collect::<Vec<_>>();
    let old = meaning::Side { source: change.old, file: before, dead: &old };
    meaning::difference(&old, &meaning::Side { source: change.new, file: after, dead: &new })
}

/// Whether there are more faults for which the rest of a file cannot be trusted.
fn unreadable(before: &Checked, after: &Checked) -> bool {
    let count = |checked: &Checked| {
        let ids = ["yaml-syntax", "unsupported-yaml", "duplicate-key"];
        checked.diagnostics.iter().filter(|found| ids.contains(&found.code.id)).count()
    };
    count(after) > count(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(text: &str) -> Fixed {
        file(&Source::new("f", text), Severity::Info)
    }

    #[test]
    fn layout_comments_and_line_breaks_stay() {
        let text = "\u{feff}version:   1 # one\r\npolicies:\r\n  p:\r\n    allow_origins:\r\n      - https://A.example/  # 'x'\r\n\r\n      -   \"https://b.example:443\"\r\n";
        let fixed = fixed(text);
        let expected = text.replace("A.example/", "a.example").replace(":443", "");
        assert_eq!(fixed.source.text(), expected);
        assert_eq!(fixed.applied.len(), 3);
        assert!(fixed.checked.file.is_some() && fixed.refused.is_empty());
    }

    #[test]
    fn many_refusals_leave_the_rest_to_be_fixed() {
        let dots: String = (0..5).map(|n| format!("      - regex: https://www.shop{n}\\.example\n")).collect();
        let text = format!(
            "version: 1\npolicies:\n  p:\n    max_age: 600\n    allow_methods: [put, patch]\n    allow_origins:\n{dots}      - https://B.example\n"
        );
        let fixed = fixed(&text);
        let expected = text.replace("put, patch", "PUT, PATCH").replace("B.example", "b.example");
        assert_eq!(fixed.source.text(), expected);
        assert_eq!((fixed.applied.len(), fixed.refused.len()), (3, PATIENCE));
    }

    #[test]
    fn what_is_not_to_be_fixed_is_left_alone() {
        for text in
            ["", "version: 1\npolicies: [", "version: 1\npolicies:\n  p:\n    allow_origins: [https://u@a.example]\n"]
        {
            let fixed = fixed(text);
            assert_eq!(fixed.source.text(), text);
            assert!(fixed.applied.is_empty());
        }
    }
}
