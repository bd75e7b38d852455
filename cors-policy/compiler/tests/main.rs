//! The compiler from outside, in one test binary.

mod browser;
mod golden;
mod not_expressible;
mod reference;
mod reject;
