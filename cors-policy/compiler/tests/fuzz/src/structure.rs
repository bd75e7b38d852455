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

/// The shape with what is repeated said once: tables may have another number of rows.
#[must_use]
pub fn collapsed(shape: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for part in shape {
        kept.push(part.clone());
        // Rows of up to so many parts.
        for period in 1..=12 {
            let (Some(last), Some(before)) = (kept.len().checked_sub(period), kept.len().checked_sub(2 * period)) else {
                break;
            };
            if kept[before..last] == kept[last..] {
                kept.truncate(last);
                break;
            }
        }
    }
    kept
}
