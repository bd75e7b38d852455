//! A real browser: headless Chromium performs what the browser model performs, and comes to the same verdicts.

mod answers;
mod browser;
mod deviations;
mod front;
mod log;
mod random;
mod site;
mod verdict;
