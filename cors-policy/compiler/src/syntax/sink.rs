//! Where the reader's findings go: bounded, and each once, however often an alias leads there.

#[cfg(feature = "files")]
use std::collections::HashMap;
use std::collections::HashSet;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;

/// The most findings of one pass over a file. Whoever has so many is not helped by more, and every
/// one costs memory and time to show.
const MOST_FINDINGS: usize = 1_000;

/// Collects the findings of one pass over a file.
#[derive(Debug, Default)]
pub(super) struct Sink {
    found: Vec<Diagnostic>,
    seen: HashSet<(Span, String)>,
    /// The legal keys of each mapping that was read into a struct, by where it starts.
    #[cfg(feature = "files")]
    pub(super) keys: HashMap<usize, &'static [&'static str]>,
}

impl Sink {
    /// Adds a finding, unless the same was found before or there are too many.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        let key = (diagnostic.span(), diagnostic.message.clone());
        if self.found.len() < MOST_FINDINGS && self.seen.insert(key) {
            self.found.push(diagnostic);
        }
    }

    /// Hands the findings over.
    pub(super) fn drain_into(self, diagnostics: &mut Diagnostics) {
        self.found.into_iter().for_each(|d| diagnostics.push(d));
    }
}
