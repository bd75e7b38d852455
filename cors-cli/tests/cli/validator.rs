//! An independent validator of JSON Schema.

use serde_json::Value;

/// A compiled schema.
pub(crate) struct Validator {
    schemas: boon::Schemas,
    index: boon::SchemaIndex,
}

impl Validator {
    pub(crate) fn new(schema: Value) -> Self {
        let mut compiler = boon::Compiler::new();
        compiler.enable_format_assertions();
        let mut schemas = boon::Schemas::new();
        compiler.add_resource("memory:///schema.json", schema).unwrap();
        let index = compiler.compile("memory:///schema.json", &mut schemas).unwrap();
        Self { schemas, index }
    }

    /// Why a document is not valid.
    pub(crate) fn fault(&self, document: &Value) -> Option<String> {
        self.schemas.validate(document, self.index).err().map(|error| format!("{error:#}"))
    }
}
