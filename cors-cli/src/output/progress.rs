//! How far something is that takes long: a bar on a terminal, on standard error, gone when it is done.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;

/// What is done sooner shows nothing.
const PATIENCE: Duration = Duration::from_millis(700);

/// A bar that appears once its patience is over.
#[derive(Debug)]
pub(crate) struct Progress {
    since: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self { since: Instant::now(), bar: None }
    }

    /// So many of so many are done.
    pub(crate) fn at(&mut self, done: usize, total: usize) {
        if self.bar.is_none() && self.since.elapsed() >= PATIENCE && std::io::stderr().is_terminal() {
            self.bar = Some(ProgressBar::new(total as u64));
        }
        if let Some(bar) = &self.bar {
            bar.set_position(done as u64);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
