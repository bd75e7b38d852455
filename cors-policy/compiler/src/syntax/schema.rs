//! The JSON Schema of the language, for editors: from the types that read policy files.
//!
//! The schema never refuses what the checker accepts. It cannot find everything that the checker
//! finds, but it completes, documents, and marks the commonest mistakes while one types.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::{Change, Entry, EntryMapping, Environment, Expectation, File, Map, Parsed, Policy, StringOr, WildcardOr};
use crate::diagnostic::Code;
use crate::fetch::Refusal;

/// The names of policies and sets.
pub(super) const NAME: &str = "^[a-z][a-z0-9-]{0,62}$";
/// A regular expression, for an example.
pub(super) const REGEX: &str = r"https://branch-[0-9a-f]{7}\.preview\.example\.com";
/// An origin or a pattern: lower-case ASCII, with a scheme, without a path; `null`; `*`.
const ORIGIN: &str = r"^(\*|null|[a-z][a-z0-9+.-]*://[a-z0-9._*:\[\]-]+)$";
/// A path, or a path and everything below it.
const PATH: &str = r"^(/[A-Za-z0-9._~!$&'()+,;=:@-]+)*(/|/\*\*)?$";
/// A token of RFC 9110, as methods and header names are.
pub(super) const TOKEN: &str = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";
/// The largest `max_age`, in seconds.
const LONGEST: i32 = i32::MAX;

/// The schema, draft 2020-12, as JSON that ends with a line break.
///
/// # Examples
/// ```
/// assert!(cors_compiler::syntax::schema::json().contains("allow_origins"));
/// ```
#[must_use]
pub fn json() -> String {
    let settings = SchemaSettings::draft2020_12().with_transform(Tidy);
    format!("{:#}\n", settings.into_generator().into_root_schema_for::<File>().to_value())
}

/// A node is what stands in it; that it knows its place, and may be faulty, is no matter of the language.
impl<T: JsonSchema> JsonSchema for Parsed<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl<T: JsonSchema> JsonSchema for WildcardOr<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("WildcardOr_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let items = generator.subschema_for::<Parsed<T>>();
        json_schema!({ "oneOf": [{ "type": "string", "const": "*" }, { "type": "array", "items": items }] })
    }
}

impl<V: JsonSchema> JsonSchema for Map<V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Map_{}", V::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let values = generator.subschema_for::<Parsed<V>>();
        json_schema!({ "type": "object", "propertyNames": { "pattern": NAME }, "additionalProperties": values })
    }
}

/// A string, or a mapping with one of the keys that tell entries apart.
impl JsonSchema for Entry {
    fn schema_name() -> Cow<'static, str> {
        "Entry".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let string = generator.subschema_for::<Origin>();
        let mapping = EntryMapping::json_schema(generator);
        let with = |key: &str, others: &[&str]| {
            let mut alternative = mapping.clone();
            alternative.insert("required".into(), [key].as_slice().into());
            alternative.remove("description");
            if let Some(properties) = alternative.get_mut("properties").and_then(|keys| keys.as_object_mut()) {
                properties.retain(|name, _| name == key || others.contains(&name.as_str()));
            }
            alternative
        };
        json_schema!({
            "description": "An origin, a pattern, a regular expression, or a reference to a set.",
            "oneOf": [
                string,
                with("origin", &["accept_risks"]),
                with("regex", &["accept_risks"]),
                with("set", &[]),
            ],
        })
    }
}

/// The mark, and the policies by name.
impl JsonSchema for Environment {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Environment".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Map::<Change>::json_schema(generator);
        let development = json_schema!({
            "description": "Whether the environment is for developers: origins on their own machines are no risk there.",
            "type": "boolean",
            "default": false,
        });
        schema.insert("properties".into(), json_schema!({ "development": development }).to_value());
        schema
    }
}

/// `allow`, or a mapping.
impl JsonSchema for StringOr<Expectation> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Expect".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let refusal = generator.subschema_for::<Expectation>();
        json_schema!({ "oneOf": [{ "type": "string", "const": "allow" }, refusal] })
    }
}

/// An origin or a pattern, as a string.
pub(super) struct Origin;

impl JsonSchema for Origin {
    fn schema_name() -> Cow<'static, str> {
        "Origin".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An origin, or a pattern: `*.` for any subdomain, `*` for a part of the first label, \
                `:*` for any port, `:3000-3999` for some.",
            "type": "string",
            "pattern": ORIGIN,
            "examples": [
                "https://www.example.com",
                "https://*.example.com",
                "https://pr-*.preview.example.com",
                "http://localhost:*",
                "http://localhost:3000-3999",
            ],
        })
    }
}

/// The ids that can be accepted, each with what it is about, so that editors can offer them.
pub(super) struct AcceptedRisks;

impl JsonSchema for AcceptedRisks {
    fn schema_name() -> Cow<'static, str> {
        "AcceptedRisks".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut codes: Vec<&Code> = Code::all().filter(|code| code.acceptable).collect();
        codes.sort_by_key(|code| code.id);
        let mut schema = json_schema!({ "type": "object", "properties": {}, "additionalProperties": false });
        for code in codes {
            let reason = json_schema!({ "description": code.summary, "type": "string", "pattern": r"\S" });
            add(&mut schema, "/properties", code.id, &reason);
        }
        schema
    }
}

pub(super) fn version(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "const": 1 })
}

pub(super) fn policies(generator: &mut SchemaGenerator) -> Schema {
    let mut schema = Map::<Policy>::json_schema(generator);
    // `policy: none` in a route stands for no policy.
    add(&mut schema, "/propertyNames", "not", &json_schema!({ "const": "none" }));
    schema.insert("minProperties".into(), 1.into());
    schema
}

pub(super) fn methods(generator: &mut SchemaGenerator) -> Schema {
    names(generator, &["PUT", "PATCH", "DELETE"], &["CONNECT", "TRACE", "TRACK"])
}

pub(super) fn request_headers(generator: &mut SchemaGenerator) -> Schema {
    names(generator, &["content-type", "authorization", "x-csrf-token"], &[])
}

pub(super) fn response_headers(generator: &mut SchemaGenerator) -> Schema {
    names(generator, &["etag", "x-request-id", "retry-after"], &["set-cookie", "set-cookie2"])
}

/// `"*"`, or a list of tokens.
fn names(generator: &mut SchemaGenerator, examples: &[&str], never: &[&str]) -> Schema {
    let mut schema = WildcardOr::<String>::json_schema(generator);
    schema.insert("default".into(), [""; 0].as_slice().into());
    add(&mut schema, "/oneOf/1/items", "pattern", &TOKEN);
    add(&mut schema, "/oneOf/1/items", "examples", &examples);
    if !never.is_empty() {
        add(&mut schema, "/oneOf/1/items", "not", &json_schema!({ "enum": never }));
    }
    schema
}

pub(super) fn max_age(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "oneOf": [
            { "type": "integer", "minimum": 0, "maximum": LONGEST },
            { "type": "string", "pattern": "^[0-9]+[smhd]?$" },
        ],
        "examples": [600, "10m", "2h"],
    })
}

pub(super) fn test_name(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": r"\S", "examples": ["lets the shop update a cart"] })
}

pub(super) fn refusal(_: &mut SchemaGenerator) -> Schema {
    let words: Vec<&str> = Refusal::WORDS.iter().map(|(word, _)| *word).collect();
    json_schema!({ "type": "string", "enum": words })
}

pub(super) fn path(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "minLength": 1,
        "pattern": PATH,
        "not": { "pattern": r"/\.\.?(/|$)" },
        "examples": ["/api/**", "/health"],
    })
}

/// Sets `key` of the object at `pointer`.
fn add(schema: &mut Schema, pointer: &str, key: &str, value: &impl Serialize) {
    if let Some(object) = schema.pointer_mut(pointer).and_then(|object| object.as_object_mut()) {
        object.insert(key.to_owned(), json_schema!({ "value": value }).remove("value").unwrap_or_default());
    }
}

/// Takes the nulls out that an `Option` brings in (a key is there with a value, or it is left out), and
/// the line breaks of our source code out of the descriptions.
#[derive(Debug, Clone)]
struct Tidy;

impl Transform for Tidy {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        if let Some(text) = schema.get_mut("description")
            && let Some(lines) = text.as_str()
        {
            *text = lines.replace('\n', " ").into();
        }
        if let Some(types) = schema.get_mut("type")
            && let Some([one, null]) = types.as_array().map(Vec::as_slice)
            && null == "null"
        {
            *types = one.clone();
        }
        if let Some([one, null]) = schema.get("anyOf").and_then(|any| any.as_array()).map(Vec::as_slice)
            && null.get("type").is_some_and(|name| name == "null")
            && let Some(one) = one.as_object().cloned()
        {
            schema.remove("anyOf");
            schema.ensure_object().extend(one);
        }
    }
}
