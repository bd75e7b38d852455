//! `cors schema`.

use std::io::Write as _;

use cors_compiler::syntax::schema;

use crate::cli::Schema;
use crate::exit::{Error, Exit};

pub(crate) fn run(_: &Schema) -> Result<Exit, Error> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(schema::json().as_bytes())?;
    stdout.flush()?;
    Ok(Exit::Clean)
}
