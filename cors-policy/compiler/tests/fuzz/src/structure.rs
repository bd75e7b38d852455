//! The structure of outputs, without what stands in their strings: what a policy's text must not change.

pub mod lua;
pub mod nginx;
pub mod rust;
pub mod yaml;

use cors_compiler::backend::Output;

/// The structure of an output, a line for each part of it.
///
/// # Errors
/// Whatever reads it would not understand it.
pub fn of(output: &Output) -> Result<Vec<String>, String> {
    match output.name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("rs") => rust::shape(&output.text),
        Some("conf") => nginx::parse(&output.text).map(|directives| nginx::shape(&directives)),
        Some("yaml" | "json") => yaml::shape(&output.text),
        other => Err(format!("no reader for {other:?}")),
    }
}
