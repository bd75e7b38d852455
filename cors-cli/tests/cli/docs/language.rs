//! The tables of docs/language.md, from the schema that `cors schema` prints.

use cors_compiler::diagnostic::Code;
use serde_json::{Map, Value};

use super::between_markers;
use crate::{cors, stdout};

/// The chapters: the definition of the schema, its title on the page, and its anchor there.
const CHAPTERS: [(&str, &str, &str); 12] = [
    ("File", "The file", "the-file"),
    ("Policy", "A policy", "a-policy"),
    ("Entry", "An entry", "an-entry"),
    ("AcceptedRisks", "Risks that can be accepted", "risks-that-can-be-accepted"),
    ("Route", "A route", "a-route"),
    ("Environment", "An environment", "an-environment"),
    ("Change", "A change of a policy", "a-change-of-a-policy"),
    ("Settings", "What a change can set", "what-a-change-can-set"),
    ("Never", "An assertion of `never`", "an-assertion-of-never"),
    ("Only", "An assertion of `only`", "an-assertion-of-only"),
    ("Test", "A test", "a-test"),
    ("Expectation", "The refusal that a test expects", "the-refusal-that-a-test-expects"),
];

/// The schema's definitions, with the file and the environment, which have no name there.
fn definitions() -> Map<String, Value> {
    let mut schema: Value = serde_json::from_str(&stdout(&cors(&["schema"]))).unwrap();
    let mut definitions = schema["$defs"].take().as_object().unwrap().clone();
    let environment = &mut schema["properties"]["environments"]["additionalProperties"];
    let named = serde_json::json!({ "$ref": "#/$defs/Environment" });
    definitions.insert("Environment".to_owned(), std::mem::replace(environment, named));
    definitions.insert("File".to_owned(), schema);
    definitions
}

fn code(text: impl std::fmt::Display) -> String {
    format!("`{text}`")
}

/// A value as YAML writes it.
fn value(value: &Value) -> String {
    match value {
        Value::String(text) if text == "*" => code("\"*\""),
        Value::String(text) => code(text),
        other => code(other),
    }
}

/// What kind of value the schema describes.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
        if name == "Origin" {
            return "[origin or pattern](#origins)".to_owned();
        }
        let (_, title, anchor) = CHAPTERS.iter().find(|(definition, ..)| *definition == name).unwrap();
        return format!("[{}](#{anchor})", lower(title));
    }
    if let Some(only) = schema.get("const") {
        return value(only);
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(value).collect::<Vec<_>>().join(", ");
    }
    if let Some(kinds) = schema["oneOf"].as_array() {
        return kinds.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    match schema["type"].as_str().unwrap() {
        "boolean" => "`true` or `false`".to_owned(),
        "integer" => "whole number".to_owned(),
        "array" => format!("list, each item: {}", kind(&schema["items"])),
        "object" => format!("names, and for each: {}", kind(&schema["additionalProperties"])),
        _ if schema["pattern"].as_str().is_some_and(|pattern| pattern.starts_with("^[a-z][a-z0-9-]")) => {
            "name".to_owned()
        }
        _ => "text".to_owned(),
    }
}

/// Without the capital of a title.
fn lower(title: &str) -> String {
    title[..1].to_lowercase() + &title[1..]
}

/// The examples of a value, or of the items of a list.
fn examples(schema: &Value) -> String {
    let all = [schema].into_iter().chain(schema.get("items")).chain(schema["oneOf"].as_array().into_iter().flatten());
    let mut all = all.flat_map(|schema| [schema, &schema["items"]]);
    let Some(found) = all.find_map(|schema| schema["examples"].as_array()) else { return String::new() };
    format!(" For example {}.", found.iter().map(value).collect::<Vec<_>>().join(", "))
}

fn description(schema: &Value) -> String {
    schema["description"].as_str().unwrap_or_default().to_owned()
}

/// The keys of a mapping.
fn table(schema: &Value) -> String {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let mut text = "| key | value | default | meaning |\n|---|---|---|---|\n".to_owned();
    for (key, property) in schema["properties"].as_object().unwrap() {
        let default = match property.get("default") {
            _ if required.contains(&Value::from(key.as_str())) => "required".to_owned(),
            Some(default) => code(default),
            None => String::new(),
        };
        let meaning = description(property) + &examples(property);
        text.push_str(&format!("| `{key}` | {} | {default} | {meaning} |\n", kind(property)));
    }
    if schema["properties"].as_object().unwrap().contains_key("development") {
        let change = kind(&schema["additionalProperties"]);
        text.push_str(&format!("| a policy's name | {change} | | What differs in that policy. |\n"));
    }
    text
}

/// An entry is a text, or one of several mappings.
fn entry(schema: &Value, origin: &Value) -> String {
    let mut text = format!(
        "A text: {}{}\n\nOr a mapping, of one of these forms:\n",
        lower(&description(origin)),
        examples(origin)
    );
    for form in schema["oneOf"].as_array().unwrap().iter().filter(|form| form.get("properties").is_some()) {
        text.push_str(&format!("\n{}", table(form)));
    }
    text
}

/// The ids, each with its page.
fn risks(schema: &Value) -> String {
    let ids = schema["properties"].as_object().unwrap();
    assert_eq!(ids.len(), Code::all().filter(|code| code.acceptable).count());
    let lines = ids.iter().map(|(id, risk)| format!("- [{id}](diagnostics/{id}.md): {}\n", description(risk)));
    format!("A mapping: the id, and the reason.\n\n{}", lines.collect::<String>())
}

/// The page, with the tables.
pub(super) fn page() -> (String, String) {
    let definitions = definitions();
    let known = |name: &&String| *name == "Origin" || CHAPTERS.iter().any(|(chapter, ..)| chapter == name);
    let unknown: Vec<&String> = definitions.keys().filter(|name| !known(name)).collect();
    assert!(unknown.is_empty(), "no chapter for {unknown:?}");
    let chapters = CHAPTERS.iter().map(|(name, title, _)| {
        let schema = &definitions[*name];
        let body = match *name {
            "Entry" => entry(schema, &definitions["Origin"]),
            "AcceptedRisks" => risks(schema),
            _ => table(schema),
        };
        format!("### {title}\n\n{}", body.trim_end())
    });
    between_markers("docs/language.md", &chapters.collect::<Vec<_>>().join("\n\n"))
}
