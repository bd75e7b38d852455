//! Policies of many origins, as YAML and as what `cors compile` makes of it: macros need files, and these are
//! too large to be checked in.

/// A policy file with one policy, which has the file's name.
#[derive(Debug)]
pub struct Generated {
    /// Its name, without the extension.
    pub name: &'static str,
    /// What it says.
    pub text: &'static str,
    /// The policy as the service has it.
    pub policy: &'static cors_policy::Policy,
}

include!(concat!(env!("OUT_DIR"), "/policies.rs"));
