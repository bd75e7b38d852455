//! How the values of the model that may be written in more than one way are read.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};

use super::de::STRING_OR_MAPPING;
use super::{EntryMapping, Environment, Expectation, Map, Mark, Parsed, Scalar, StringOr, WildcardOr};
use crate::source::Spanned;

/// What a [`WildcardOr`] is, in diagnostics.
pub(super) const WILDCARD_OR_LIST: &str = "`\"*\"` or a list";
/// What an [`Entry`] is, in diagnostics.
pub(super) const ENTRY: &str = "an origin (a string) or a mapping";
/// What an [`Expectation`] is, in diagnostics.
pub(super) const EXPECTATION: &str = "`allow` or a mapping";
/// What a [`Mark`] is, in diagnostics.
pub(super) const MARK: &str = "true or false, which says whether the environment is for developers";
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

/// A mapping in whose place a string may stand.
pub(super) trait OrString {
    /// What both together are, in diagnostics.
    const WORDS: &'static str;
}

impl OrString for EntryMapping {
    const WORDS: &'static str = ENTRY;
}

impl OrString for Expectation {
    const WORDS: &'static str = EXPECTATION;
}

impl<'de, M: Deserialize<'de> + OrString> Deserialize<'de> for StringOr<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(STRING_OR_MAPPING, StringOrVisitor(PhantomData))
    }
}

struct StringOrVisitor<M>(PhantomData<M>);

impl<'de, M: Deserialize<'de> + OrString> Visitor<'de> for StringOrVisitor<M> {
    type Value = StringOr<M>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(M::WORDS)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(StringOr::Text(text.to_owned()))
    }

    /// A mapping of our tree.
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        M::deserialize(deserializer).map(|mapping| StringOr::Mapping(Box::new(mapping)))
    }

    /// Any other format, which then calls one of the methods here.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    /// A mapping of any other format.
    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
        M::deserialize(MapAccessDeserializer::new(entries)).map(|mapping| StringOr::Mapping(Box::new(mapping)))
    }
}

impl<'de> Deserialize<'de> for Environment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EnvironmentVisitor)
    }
}

struct EnvironmentVisitor;

impl<'de> Visitor<'de> for EnvironmentVisitor {
    type Value = Environment;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Environment, A::Error> {
        let mut environment = Environment { development: None, changes: Vec::new() };
        while let Some(Parsed { value, place }) = entries.next_key::<Parsed<String>>()? {
            match value {
                Some(key) if key == "development" => environment.development = Some(entries.next_value()?),
                value => {
                    let change = entries.next_value()?;
                    environment.changes.extend(value.map(|name| (Spanned::new(name, place), change)));
                }
            }
        }
        Ok(environment)
    }
}

impl<'de> Deserialize<'de> for Mark {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MarkVisitor)
    }
}

struct MarkVisitor;

impl Visitor<'_> for MarkVisitor {
    type Value = Mark;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MARK)
    }

    fn visit_bool<E: Error>(self, mark: bool) -> Result<Mark, E> {
        Ok(Mark(mark))
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
