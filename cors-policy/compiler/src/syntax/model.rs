//! How the values of the model that may be written in more than one way are read.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};

use super::de::STRING_OR_MAPPING;
use super::{Entry, EntryMapping, Map, Parsed, Scalar, WildcardOr};
use crate::source::Spanned;

/// What a [`WildcardOr`] is, in diagnostics.
pub(super) const WILDCARD_OR_LIST: &str = "`\"*\"` or a list";
/// What an [`Entry`] is, in diagnostics.
pub(super) const ENTRY: &str = "an origin (a string) or a mapping";
/// What a [`Scalar`] is, in diagnostics.
pub(super) const NUMBER_OR_STRING: &str = "a number or a string";

impl<'de, T: Deserialize<'de>> Deserialize<'de> for WildcardOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WildcardOrVisitor(PhantomData))
    }
}

struct WildcardOrVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for WildcardOrVisitor<T> {
    type Value = WildcardOr<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WILDCARD_OR_LIST)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        match text {
            "*" => Ok(WildcardOr::Wildcard),
            other => Err(E::invalid_type(Unexpected::Str(other), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(WildcardOr::List(list))
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(STRING_OR_MAPPING, EntryVisitor)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = Entry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ENTRY)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Entry, E> {
        Ok(Entry::Origin(text.to_owned()))
    }

    /// A mapping of our tree.
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Entry, D::Error> {
        EntryMapping::deserialize(deserializer).map(|mapping| Entry::Mapping(Box::new(mapping)))
    }

    /// Any other format, which then calls one of the methods here.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Entry, D::Error> {
        deserializer.deserialize_any(self)
    }

    /// A mapping of any other format.
    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Entry, A::Error> {
        EntryMapping::deserialize(MapAccessDeserializer::new(entries)).map(|mapping| Entry::Mapping(Box::new(mapping)))
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Map<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MapVisitor(PhantomData))
    }
}

struct MapVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for MapVisitor<V> {
    type Value = Map<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Map<V>, A::Error> {
        let mut map = Vec::new();
        while let Some((key, value)) = entries.next_entry::<Parsed<String>, Parsed<V>>()? {
            let place = key.place;
            // A key that could not be read is reported, and its value goes with it.
            map.extend(key.value.map(|name| (Spanned::new(name, place), value)));
        }
        Ok(Map(map))
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NUMBER_OR_STRING)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar(text.to_owned()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Scalar, E> {
        Ok(Scalar(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar(number.to_string()))
    }

    /// With its fraction or exponent: `600.0` is not `600`.
    fn visit_f64<E: Error>(self, number: f64) -> Result<Scalar, E> {
        Ok(Scalar(format!("{number:?}")))
    }
}
