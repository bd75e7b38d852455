//! The paths that generated code may name. Not part of the API: they change with the compiler.

pub use crate::origin::{Automaton, Origins, Pattern, Port, Wildcard};
pub use crate::policy::{Access, Policy};
pub use crate::routes::{Route, Routes};

#[cfg(feature = "macros")]
pub use cors_macros::{cors_policy, cors_routes};
