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
    /// Where there was more to find.
    beyond: HashSet<Span>,
    /// The legal keys of each mapping that was read into a struct, by where it starts.
    #[cfg(feature = "files")]
    pub(super) keys: HashMap<usize, &'static [&'static str]>,
}

impl Sink {
    /// Adds a finding, unless the same was found before or there are too many.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        if self.is_full(diagnostic.span()) {
            return;
        }
        let key = (diagnostic.span(), diagnostic.message.clone());
        if self.seen.insert(key) {
            self.found.push(diagnostic);
        }
    }

    /// Whether what is found at this place is only counted: then there is no need to find words for it.
    pub(super) fn is_full(&mut self, at: Span) -> bool {
        let full = self.found.len() >= MOST_FINDINGS;
        if full {
            self.beyond.insert(at);
        }
        full
    }

    /// Hands the findings over.
    pub(super) fn drain_into(self, diagnostics: &mut Diagnostics) {
        diagnostics.omit(self.beyond.len());
        self.found.into_iter().for_each(|d| diagnostics.push(d));
    }
}
