//! Reads the tree into typed syntax, with a `serde::Deserializer` that recovers.
//!
//! At every [`Parsed`] an error goes to the diagnostics with the node's place, the value becomes
//! `None`, and reading goes on: one run finds every fault of a file.

mod access;
mod advice;
mod keys;

use std::fmt;

use serde::de::{self, DeserializeOwned, Deserializer, Unexpected, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

use self::access::{Entries, Items, PARSED, ParsedAccess};
use self::advice::Wanted;
use super::Parsed;
use super::sink::Sink;
use super::tree::{Kind, Meaning, Node};
use crate::diagnostic::Diagnostics;
use crate::source::{Place, Source, Span, Spanned};

/// The name by which a type asks for a string, or for itself again as a mapping; see [`Reader`].
pub(super) const STRING_OR_MAPPING: &str = "$cors_compiler::StringOrMapping";

/// Reads the tree below `root`. Faults go to `diagnostics`.
pub fn from_tree<T: DeserializeOwned>(root: &Node, source: &Source, diagnostics: &mut Diagnostics) -> Parsed<T> {
    let mut sink = Sink::default();
    let reader = Reader { node: root, alias: root.alias, source, sink: &mut sink };
    // `Parsed` recovers; only a `Deserialize` that is not ours could fail here.
    let parsed = Parsed::deserialize(reader).unwrap_or_else(|_| Spanned::new(None, root.place()));
    sink.drain_into(diagnostics);
    parsed
}

/// An error on its way to the node that it concerns.
#[derive(Debug)]
pub(super) enum Error {
    /// It is among the diagnostics.
    Reported,
    /// The node is of another type than this.
    Wanted(Wanted),
    /// A mapping lacks this key.
    Missing(&'static str),
    /// Anything else, in the words of a type.
    Message(String),
}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Message(message.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::Wanted(Wanted::Other(expected.to_string()))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reported => f.write_str("reported"),
            Self::Wanted(wanted) => write!(f, "wanted {wanted}"),
            Self::Missing(key) => write!(f, "`{key}` is missing"),
            Self::Message(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {}

/// The deserializer of one node. Whatever fails at the node is reported before it returns.
struct Reader<'t, 's> {
    node: &'t Node,
    /// The outermost alias through which the node is reached.
    alias: Option<Span>,
    source: &'t Source,
    sink: &'s mut Sink,
}

impl Reader<'_, '_> {
    fn place(&self) -> Place {
        Place { span: self.node.span, alias: self.alias }
    }

    /// Lets `visitor` read the node, if the node is what is wanted.
    fn read<'de, V: Visitor<'de>>(mut self, wanted: Option<Wanted>, visitor: V) -> Result<V::Value, Error> {
        self.read_struct(wanted, None, visitor)
    }

    fn read_struct<'de, V: Visitor<'de>>(
        &mut self,
        wanted: Option<Wanted>,
        keys: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let meaning = self.node.meaning();
        let result = match wanted {
            Some(wanted) if !wanted.fits(&meaning) => Err(Error::Wanted(wanted)),
            // A number may still be out of the type's range.
            Some(wanted) => self.visit(meaning, keys, visitor).map_err(|error| match error {
                Error::Wanted(_) => Error::Wanted(wanted),
                error => error,
            }),
            None => self.visit(meaning, keys, visitor),
        };
        result.map_err(|error| {
            let found = advice::diagnose(error, self.node, self.place(), self.source);
            found.into_iter().for_each(|diagnostic| self.sink.push(diagnostic));
            Error::Reported
        })
    }

    fn visit<'de, V: Visitor<'de>>(
        &mut self,
        meaning: Meaning<'_>,
        keys: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match meaning {
            Meaning::Bad => Err(Error::Reported),
            Meaning::Null => visitor.visit_unit(),
            Meaning::Boolean(value) => visitor.visit_bool(value),
            Meaning::Integer(value) => match (u64::try_from(value), i64::try_from(value)) {
                (Ok(value), _) => visitor.visit_u64(value),
                (Err(_), Ok(value)) => visitor.visit_i64(value),
                (Err(_), Err(_)) => visitor.visit_i128(value),
            },
            Meaning::Float(value) => visitor.visit_f64(value),
            Meaning::LeadingZero => Err(Error::Wanted(Wanted::PlainNumber)),
            Meaning::Text(text) => visitor.visit_str(text),
            Meaning::List(items) => visitor.visit_seq(Items {
                items: items.iter(),
                alias: self.alias,
                source: self.source,
                sink: self.sink,
            }),
            Meaning::Mapping(entries) => visitor.visit_map(Entries {
                all: entries,
                left: entries.iter(),
                value: None,
                keys,
                alias: self.alias,
                source: self.source,
                sink: self.sink,
            }),
        }
    }
}

/// Methods that want one type.
macro_rules! typed {
    ($($method:ident: $wanted:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.read(Some(Wanted::$wanted), visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'_, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.read(None, visitor)
    }

    typed! {
        deserialize_bool: Boolean;
        deserialize_u8: WholeNumber;
        deserialize_u16: WholeNumber;
        deserialize_u32: WholeNumber;
        deserialize_u64: WholeNumber;
        deserialize_u128: WholeNumber;
        deserialize_i8: WholeNumber;
        deserialize_i16: WholeNumber;
        deserialize_i32: WholeNumber;
        deserialize_i64: WholeNumber;
        deserialize_i128: WholeNumber;
        deserialize_f32: Number;
        deserialize_f64: Number;
        deserialize_char: Text;
        deserialize_str: Text;
        deserialize_string: Text;
        deserialize_identifier: Text;
        deserialize_seq: List;
        deserialize_map: Mapping;
    }

    /// A key that is there has a value: null is of the wrong type, not left out.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        match (name, &self.node.kind) {
            (PARSED, _) => visitor.visit_seq(ParsedAccess { place: Some(self.place()), reader: Some(self) }),
            // Once more as what the visitor makes of it: then the legal keys are known beforehand.
            (STRING_OR_MAPPING, Kind::Mapping(_)) => visitor.visit_some(self),
            (STRING_OR_MAPPING, _) => self.read(None, visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        keys: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.read_struct(Some(Wanted::Mapping), Some(keys), visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { bytes byte_buf unit unit_struct enum }
}
