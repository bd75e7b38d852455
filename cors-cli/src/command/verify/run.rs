//! Sending the probes: a few at once, not faster than the rate, until one is not answered.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use cors_compiler::reference::Response;
use indicatif::ProgressBar;

use super::client::Client;
use super::probes::Probe;

/// The answers, in the order of the probes, and the first probe that got none.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    pub(crate) given: Vec<Option<Response>>,
    /// Its index, and why.
    pub(crate) failed: Option<(usize, String)>,
}

/// How fast probes are sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// Requests in a second.
    pub(crate) rate: f64,
    /// Requests at once.
    pub(crate) concurrency: usize,
}

/// Sends them all; after the first that is not answered no further one.
pub(crate) fn run(client: &Client, probes: &[Probe<'_>], pace: Pace) -> Answers {
    let answers = Mutex::new(Answers { given: vec![None; probes.len()], failed: None });
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let due = Mutex::new(Instant::now());
    let bar = match std::io::stderr().is_terminal() {
        true => ProgressBar::new(probes.len() as u64),
        false => ProgressBar::hidden(),
    };
    let work = || {
        while !stop.load(Ordering::SeqCst) {
            let index = next.fetch_add(1, Ordering::SeqCst);
            let Some(probe) = probes.get(index) else { break };
            wait(&due, Duration::from_secs_f64(1.0 / pace.rate));
            let answer = client.send(&probe.request(), !probe.is_preflight());
            let mut answers = lock(&answers);
            match answer {
                Ok(answer) => {
                    if let Some(place) = answers.given.get_mut(index) {
                        *place = Some(answer);
                    }
                }
                Err(why) => {
                    stop.store(true, Ordering::SeqCst);
                    answers.failed.get_or_insert((index, why));
                }
            }
            bar.inc(1);
        }
    };
    thread::scope(|scope| {
        for _ in 0..pace.concurrency.min(probes.len()) {
            scope.spawn(work);
        }
    });
    bar.finish_and_clear();
    answers.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for the next turn; turns are at least `apart`.
fn wait(due: &Mutex<Instant>, apart: Duration) {
    let turn = {
        let mut due = lock(due);
        let turn = (*due).max(Instant::now());
        *due = turn + apart;
        turn
    };
    thread::sleep(turn.saturating_duration_since(Instant::now()));
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
