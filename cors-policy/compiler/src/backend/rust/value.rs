//! Expressions of constant data, which print as tokens (the macros) and as text (a source file).

#[cfg(feature = "files")]
mod text;
mod tokens;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// `Name { field: value }`.
    Struct(&'static str, Vec<Field>),
    /// `Name(value)`, or just `Name`; a path.
    Name(&'static str, Vec<Value>),
    /// `(value, value)`.
    Tuple(Vec<Value>),
    /// `&[value, value]`.
    List(Vec<Value>),
    /// `&[1, 2]`.
    Numbers(Vec<usize>),
    /// `"text"`: one text, which may stand on several lines, one for each part.
    Text(Vec<String>),
    /// `1`.
    Number(usize),
    /// `0x1f`.
    Bits(u64),
    /// `true`.
    Bool(bool),
    /// `&NAME`.
    Static(String),
}

/// A field of a struct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: &'static str,
    /// What a reviewer reads above it.
    pub(super) comment: &'static str,
    pub(super) value: Value,
}

impl Value {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(vec![text.to_owned()])
    }
}

/// A field without a comment.
pub(super) const fn field(name: &'static str, value: Value) -> Field {
    Field { name, comment: "", value }
}

/// A field with a comment.
pub(super) const fn told(name: &'static str, comment: &'static str, value: Value) -> Field {
    Field { name, comment, value }
}
