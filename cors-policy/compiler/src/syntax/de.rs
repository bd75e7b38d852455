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
use super::tree::{Entry, Kind, Meaning, Node};
use crate::diagnostic::Diagnostics;
use crate::source::{Place, Source, Span, Spanned};

/// The name by which a type asks for a string, or for itself again as a mapping; see [`Reader`].
pub(super) const STRING_OR_MAPPING: &str = "$cors_compiler::StringOrMapping";

/// Reads the tree below `root`. Faults go to `diagnostics`.
pub fn from_tree<T: DeserializeOwned>(root: &Node, source: &Source, diagnostics: &mut Diagnostics) -> Parsed<T> {
    let mut sink = Sink::default();
    let parsed = into_sink(root, source, &mut sink);
    sink.drain_into(diagnostics);
    parsed
}

/// The same, for whoever wants more from the sink than the faults.
pub(super) fn into_sink<T: DeserializeOwned>(root: &Node, source: &Source, sink: &mut Sink) -> Parsed<T> {
    let reader = Reader { node: root, alias: root.alias, source, sink };
    // `Parsed` recovers; only a `Deserialize` that is not ours could fail here.
    Parsed::deserialize(reader).unwrap_or_else(|_| Spanned::new(None, root.place()))
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

impl<'t> Reader<'t, '_> {
    fn place(&self) -> Place {
        Place { span: self.node.span, alias: self.alias }
    }

    /// What the node means, if that is what is wanted.
    fn wanted(&self, wanted: Wanted) -> Result<Meaning<'t>, Error> {
        match self.node.meaning() {
            Meaning::Bad => Err(Error::Reported),
            Meaning::LeadingZero => Err(Error::Wanted(wanted)),
            meaning if wanted.fits(&meaning) => Ok(meaning),
            _ => Err(Error::Wanted(wanted)),
        }
    }

    /// Reports an error at the node, unless that was done.
    fn report(&mut self, error: Error) -> Error {
        if !matches!(error, Error::Reported) && self.sink.is_full(self.node.span) {
            return Error::Reported;
        }
        let found = advice::diagnose(error, self.node, self.place(), self.source);
        found.into_iter().for_each(|diagnostic| self.sink.push(diagnostic));
        Error::Reported
    }

    fn reported<T>(&mut self, result: Result<T, Error>) -> Result<T, Error> {
        match result {
            Ok(value) => Ok(value),
            Err(error) => Err(self.report(error)),
        }
    }

    fn items(&mut self, items: &'t [Node]) -> Items<'t, '_> {
        Items { items: items.iter(), alias: self.alias, source: self.source, sink: self.sink }
    }

    fn entries(&mut self, all: &'t [Entry], keys: Option<&'static [&'static str]>) -> Entries<'t, '_> {
        let (alias, source) = (self.alias, self.source);
        Entries { all, left: all.iter(), value: None, keys, alias, source, sink: self.sink }
    }

    // Each of these calls just those methods of the visitor that can follow: rustc translates them anew for
    // every type of the model, in every build that uses the macros.

    fn read_bool<'de, V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        let result = match self.wanted(Wanted::Boolean) {
            Ok(Meaning::Boolean(value)) => visitor.visit_bool(value),
            Ok(_) => Err(Error::Wanted(Wanted::Boolean)),
            Err(error) => Err(error),
        };
        self.reported(result)
    }

    fn read_number<'de, V: Visitor<'de>>(mut self, wanted: Wanted, visitor: V) -> Result<V::Value, Error> {
        let result = match self.wanted(wanted.clone()) {
            Ok(Meaning::Integer(value)) => visit_integer(value, visitor),
            Ok(Meaning::Float(value)) => visitor.visit_f64(value),
            Ok(_) => Err(Error::Wanted(wanted.clone())),
            Err(error) => Err(error),
        };
        self.reported(match result {
            // A number may still be out of the type's range.
            Err(Error::Wanted(_)) => Err(Error::Wanted(wanted)),
            result => result,
        })
    }

    fn read_text<'de, V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        let result = match self.wanted(Wanted::Text) {
            Ok(Meaning::Text(text)) => visitor.visit_str(text),
            Ok(_) => Err(Error::Wanted(Wanted::Text)),
            Err(error) => Err(error),
        };
        self.reported(result)
    }

    fn read_list<'de, V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        let result = match self.wanted(Wanted::List) {
            Ok(Meaning::List(items)) => visitor.visit_seq(self.items(items)),
            Ok(_) => Err(Error::Wanted(Wanted::List)),
            Err(error) => Err(error),
        };
        self.reported(result)
    }

    fn read_mapping<'de, V: Visitor<'de>>(
        mut self,
        keys: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let result = match self.wanted(Wanted::Mapping) {
            Ok(Meaning::Mapping(entries)) => visitor.visit_map(self.entries(entries, keys)),
            Ok(_) => Err(Error::Wanted(Wanted::Mapping)),
            Err(error) => Err(error),
        };
        self.reported(result)
    }

    /// The text, or that the visitor expects something else.
    fn read_text_only<'de, V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        let result = match self.node.meaning() {
            Meaning::Text(text) => visitor.visit_str(text),
            Meaning::Bad => Err(Error::Reported),
            Meaning::LeadingZero => Err(Error::Wanted(Wanted::PlainNumber)),
            _ => Err(de::Error::invalid_type(Unexpected::Other("another value"), &visitor)),
        };
        self.reported(result)
    }
}

/// What a visitor makes of a whole number.
fn visit_integer<'de, V: Visitor<'de>>(value: i128, visitor: V) -> Result<V::Value, Error> {
    match (u64::try_from(value), i64::try_from(value)) {
        (Ok(value), _) => visitor.visit_u64(value),
        (Err(_), Ok(value)) => visitor.visit_i64(value),
        (Err(_), Err(_)) => visitor.visit_i128(value),
    }
}

/// Methods that want one type.
macro_rules! typed {
    ($($method:ident: $read:ident($($argument:expr)?);)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.$read($($argument,)? visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'_, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        let result = match self.node.meaning() {
            Meaning::Bad => Err(Error::Reported),
            Meaning::Null => visitor.visit_unit(),
            Meaning::Boolean(value) => visitor.visit_bool(value),
            Meaning::Integer(value) => visit_integer(value, visitor),
            Meaning::Float(value) => visitor.visit_f64(value),
            Meaning::LeadingZero => Err(Error::Wanted(Wanted::PlainNumber)),
            Meaning::Text(text) => visitor.visit_str(text),
            Meaning::List(items) => visitor.visit_seq(self.items(items)),
            Meaning::Mapping(entries) => visitor.visit_map(self.entries(entries, None)),
        };
        self.reported(result)
    }

    typed! {
        deserialize_bool: read_bool();
        deserialize_u8: read_number(Wanted::WholeNumber);
        deserialize_u16: read_number(Wanted::WholeNumber);
        deserialize_u32: read_number(Wanted::WholeNumber);
        deserialize_u64: read_number(Wanted::WholeNumber);
        deserialize_u128: read_number(Wanted::WholeNumber);
        deserialize_i8: read_number(Wanted::WholeNumber);
        deserialize_i16: read_number(Wanted::WholeNumber);
        deserialize_i32: read_number(Wanted::WholeNumber);
        deserialize_i64: read_number(Wanted::WholeNumber);
        deserialize_i128: read_number(Wanted::WholeNumber);
        deserialize_f32: read_number(Wanted::Number);
        deserialize_f64: read_number(Wanted::Number);
        deserialize_char: read_text();
        deserialize_str: read_text();
        deserialize_string: read_text();
        deserialize_identifier: read_text();
        deserialize_seq: read_list();
        deserialize_map: read_mapping(None);
    }

    /// A key that is there has a value: null is of the wrong type, not left out.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        match (name, &self.node.kind) {
            (PARSED, _) => visitor.visit_map(ParsedAccess { reader: Some(self) }),
            // Once more as what the visitor makes of it: then the legal keys are known beforehand.
            (STRING_OR_MAPPING, Kind::Mapping(_)) => visitor.visit_some(self),
            (STRING_OR_MAPPING, _) => self.read_text_only(visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        keys: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        #[cfg(feature = "files")]
        self.sink.keys.insert(self.node.span.start, keys);
        self.read_mapping(Some(keys), visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.read_list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.read_list(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { bytes byte_buf unit unit_struct enum }
}
