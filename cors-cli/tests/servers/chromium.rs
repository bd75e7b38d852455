//! A real browser: headless Chromium performs what the browser model performs, and comes to the same verdicts.

mod answers;
mod application;
mod asks;
mod browser;
mod cache;
mod cases;
mod command;
mod deviations;
mod endpoints;
mod front;
mod known;
mod log;
mod pages;
mod random;
mod site;
mod targets;
mod verdict;
