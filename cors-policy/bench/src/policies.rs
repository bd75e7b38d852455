//! The measured policies, as the compiler has written them (see `build.rs`).

include!(concat!(env!("OUT_DIR"), "/policies.rs"));

/// The policy of that name.
///
/// # Panics
/// There is none.
#[must_use]
pub fn named(name: &str) -> &'static cors_policy::Policy {
    POLICIES.iter().find(|(known, _)| *known == name).expect("build.rs writes every policy that is asked for").1
}

/// That many exact origins as a set of `phf`.
///
/// # Panics
/// There is none.
#[must_use]
pub fn set(count: usize) -> &'static phf::Set<&'static str> {
    &SETS.iter().find(|(known, _)| *known == count).expect("build.rs writes every set that is asked for").1
}
