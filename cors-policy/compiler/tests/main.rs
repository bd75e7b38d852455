//! The compiler from outside, in one test binary.
#![allow(clippy::unwrap_used, reason = "all of this is a test")]

mod accept;
mod assertions;
mod browser;
mod compare;
mod explain;
mod format;
mod fuzzing;
mod generated;
mod golden;
mod injection;
mod not_expressible;
mod reference;
mod reject;
mod run_time;
mod vectors;
