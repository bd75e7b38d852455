//! The compiler from outside, in one test binary.
#![allow(clippy::unwrap_used, reason = "all of this is a test")]

mod browser;
mod golden;
mod not_expressible;
mod reference;
mod reject;
