//! The names that generated code uses. Not part of the API: they change with the compiler.

pub use core::option::Option::{None, Some};

pub use crate::decision::Field;
pub use crate::origin::{
    Automaton, Exact, Few, Head, Origins, Pattern, Patterns, Port, Rows, Suffixes, Table, Wildcard,
};
pub use crate::policy::{Access, Policy};
pub use crate::routes::{Route, Routes};

#[cfg(feature = "macros")]
pub use cors_macros::{cors_policy, cors_routes};
