//! The blocks of docs/rust.md, compiled and run: `cargo test -p cors-examples --doc`.

#[cfg(doctest)]
#[doc = include_str!("../docs/rust.md")]
mod guide {}
