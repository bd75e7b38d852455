//! How the reader hands on what a node holds: items, entries, and a [`Parsed`] with its place.

use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;
use std::slice;

use serde::Deserialize;
use serde::de::value::SeqDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{Error, Reader, keys};
use crate::source::{Place, Source, Span, Spanned};
use crate::syntax::Parsed;
use crate::syntax::sink::Sink;
use crate::syntax::tree::{Entry, Kind, Node};

/// The name by which a [`Parsed`] asks this deserializer for its place. Other formats ignore it.
pub(super) const PARSED: &str = "$cors_compiler::Parsed";

/// The items of a list.
pub(super) struct Items<'t, 's> {
    pub(super) items: slice::Iter<'t, Node>,
    pub(super) alias: Option<Span>,
    pub(super) source: &'t Source,
    pub(super) sink: &'s mut Sink,
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(node) = self.items.next() else {
            return Ok(None);
        };
        let alias = self.alias.or(node.alias);
        seed.deserialize(Reader { node, alias, source: self.source, sink: self.sink }).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// The entries of a mapping.
pub(super) struct Entries<'t, 's> {
    pub(super) all: &'t [Entry],
    pub(super) left: slice::Iter<'t, Entry>,
    pub(super) value: Option<&'t Node>,
    /// The legal keys, if the mapping is read into a struct.
    pub(super) keys: Option<&'static [&'static str]>,
    pub(super) alias: Option<Span>,
    pub(super) source: &'t Source,
    pub(super) sink: &'s mut Sink,
}

impl<'de> MapAccess<'de> for Entries<'_, '_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        for (key, value) in self.left.by_ref() {
            if let Some(keys) = self.keys.filter(|keys| !keys.contains(&&*key.value)) {
                let place = Place { span: key.span(), alias: self.alias };
                if !self.sink.is_full(place.span) {
                    self.sink.push(keys::unknown(&key.value, place, keys, self.all));
                }
                continue;
            }
            self.value = Some(value);
            let text = Rc::clone(&key.value);
            let node = Node::new(Kind::Scalar { text, plain: false }, key.span());
            let reader = Reader { node: &node, alias: self.alias, source: self.source, sink: self.sink };
            return seed.deserialize(reader).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let Some(node) = self.value.take() else {
            return Err(de::Error::custom("a value was asked for before its key"));
        };
        let alias = self.alias.or(node.alias);
        seed.deserialize(Reader { node, alias, source: self.source, sink: self.sink })
    }
}

/// Hands a [`Parsed`] its place as a key, and its value as the value: so no type is ever read from a place.
/// Here reading recovers.
pub(super) struct ParsedAccess<'t, 's> {
    pub(super) reader: Option<Reader<'t, 's>>,
}

impl<'de> MapAccess<'de> for ParsedAccess<'_, '_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(Place { span, alias }) = self.reader.as_ref().map(Reader::place) else { return Ok(None) };
        let alias = alias.unwrap_or_default();
        let numbers = [span.start, span.end, alias.start, alias.end];
        seed.deserialize(SeqDeserializer::new(numbers.into_iter())).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        match self.reader.take() {
            Some(reader) => seed.deserialize(reader),
            None => Err(Error::Reported),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<Option<T>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(PARSED, ParsedVisitor(PhantomData))
    }
}

struct ParsedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ParsedVisitor<T> {
    type Value = Parsed<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    /// From a tree.
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Parsed<T>, A::Error> {
        let Some([start, end, alias_start, alias_end]) = access.next_key::<[usize; 4]>()? else {
            return Err(de::Error::invalid_length(0, &self));
        };
        // No alias is empty.
        let alias = (alias_start < alias_end).then_some(Span::new(alias_start, alias_end));
        // An error is reported by the reader; `None` stands for it.
        let value = access.next_value().ok();
        Ok(Spanned::new(value, Place { span: Span::new(start, end), alias }))
    }

    /// From any other format: the value alone.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Parsed<T>, D::Error> {
        let value = T::deserialize(deserializer)?;
        Ok(Spanned::new(Some(value), Place::default()))
    }
}
