//! `cors schema`.

use clap::Args;
use cors_compiler::syntax::schema;

use crate::exit::{Error, Exit};
use crate::output::print;

/// Print the JSON Schema of policy files, for editors.
///
/// Editors with the YAML language server complete and check a file that begins with
/// `# yaml-language-server: $schema=cors-policy.schema.json`.
#[derive(Debug, Args)]
pub(crate) struct Schema {}

pub(crate) fn run(_: &Schema) -> Result<Exit, Error> {
    print(schema::json())?;
    Ok(Exit::Clean)
}
