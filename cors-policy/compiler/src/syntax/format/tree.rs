//! The concrete tree: what was written, with comments and layout, ready to be put in order and printed.

use crate::syntax::yaml::pieces::Style;

/// A file. Units stand in the order of the text; the first is the file itself, whose value is the root.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) units: Vec<Unit>,
    /// Comments whose node is not known yet, in the order of the text.
    pub(super) loose: Vec<Loose>,
    /// The anchors and aliases, in the order of the text.
    pub(super) names: Vec<Name>,
}

/// An entry of a mapping or an item of a list.
#[derive(Debug)]
pub(super) struct Unit {
    /// The unit whose value it is part of.
    pub(super) owner: usize,
    /// Where it begins: at its key or its `-`.
    pub(super) begin: usize,
    /// Where its value ends.
    pub(super) end: usize,
    /// Where its line has it.
    pub(super) column: usize,
    /// Whether a blank line stands before it (after its own comments).
    pub(super) blank: bool,
    pub(super) key: Option<(Option<String>, Scalar)>,
    pub(super) anchor: Option<String>,
    pub(super) value: Value,
    /// The comments on lines of their own before it.
    pub(super) head: Vec<Comment>,
    /// The comments at the ends of its lines.
    pub(super) trailing: Vec<Comment>,
}

/// The value of a unit.
#[derive(Debug)]
pub(super) enum Value {
    Empty,
    /// With its `*`.
    Alias(String),
    Scalar(Scalar),
    Collection(Collection),
}

/// A mapping or a list.
#[derive(Debug)]
pub(super) struct Collection {
    pub(super) mapping: bool,
    pub(super) flow: bool,
    pub(super) start: usize,
    pub(super) end: usize,
    /// The indices of its entries or items.
    pub(super) units: Vec<usize>,
    /// The comments after the last of them.
    pub(super) foot: Vec<Comment>,
}

/// A scalar.
#[derive(Debug)]
pub(super) struct Scalar {
    /// Escapes resolved.
    pub(super) text: String,
    /// As it is written; without the first line (`|`, `>`) if it is a block scalar.
    pub(super) raw: String,
    pub(super) style: Style,
    /// What the first line of a block scalar says.
    pub(super) header: String,
}

/// A comment that has its place.
#[derive(Debug, Clone)]
pub(super) struct Comment {
    /// With its `#`.
    pub(super) text: String,
    /// In characters.
    pub(super) column: usize,
    /// Whether a blank line stands before it.
    pub(super) blank: bool,
}

/// A comment as it is found.
#[derive(Debug)]
pub(super) struct Loose {
    pub(super) at: usize,
    /// Whether nothing stands before it on its line.
    pub(super) own_line: bool,
    pub(super) comment: Comment,
}

/// An anchor or an alias.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) at: usize,
    /// Without its `&` or `*`.
    pub(super) name: String,
    pub(super) defined: bool,
}

impl Unit {
    /// Its value, if that is a collection.
    pub(super) fn collection(&self) -> Option<&Collection> {
        match &self.value {
            Value::Collection(collection) => Some(collection),
            _ => None,
        }
    }

    /// The text of its key.
    pub(super) fn key(&self) -> Option<&str> {
        self.key.as_ref().map(|(_, key)| key.text.as_str())
    }
}

impl Tree {
    /// The units in the value of a unit.
    pub(super) fn children(&self, unit: usize) -> &[usize] {
        self.units[unit].collection().map_or(&[], |collection| &collection.units)
    }

    /// The collection that a unit's value is, to be changed.
    pub(super) fn collection_mut(&mut self, unit: usize) -> Option<&mut Collection> {
        match &mut self.units[unit].value {
            Value::Collection(collection) => Some(collection),
            _ => None,
        }
    }

    /// The unit, if it is an entry of the file's outermost mapping: its key.
    pub(super) fn top_level_key(&self, unit: usize) -> Option<&str> {
        (unit != 0 && self.units[unit].owner == 0).then(|| self.units[unit].key()).flatten()
    }
}
