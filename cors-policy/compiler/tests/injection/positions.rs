//! A file with every place where a string stands, and that there is no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use cors_compiler::source::Source;
use serde_yaml::Value;

/// What the file is called.
const NAME: &str = "<folder=policies>/<file-name=policy>.yaml";

/// `<name=text>` is a position and the harmless text that stands there; `<name@place>` refers to that name, and is
/// a position as well. What takes time is left out unless it is tried, or all is asked for: a line that ends with
/// `# alone` is there only while a name that stands in it is tried, and one with another word only while a name is tried
/// that stands in a line with that word. A line with `# refused` is refused whatever it says.
const FILE: &str = r#"# <comment=comment>
version: 1
origin_sets: # sets
  "<set=first-party>": # sets
    - "https://<set-host=set>.example" # sets
    - "<set-entry=https://entry.set.example>" # sets
    - {set: "<inner-set@set>"} # sets
    - {origin: "<set-origin=https://origin.set.example>", accept_risks: {"<set-risk=insecure-origin>": "<set-reason=reason>"}} # sets
    - {regex: "https://<set-regex=(a|b)c{1,2}>\\.regex\\.set\\.example"} # sets, alone
  "<inner-set=second-party>": ["https://second.example"] # sets
  "<never-set=third-party>": ["https://third.test"] # sets
policies:
  "<policy=shop>":
    description: "<description=description>"
    allow_origins:
      - "https://<host=www>.example"
      - "https://*.<suffix=wild>.example" # alone
      - "https://pr-*<label=label>.a.example" # alone
      - "http://localhost:<port=3000>" # alone
      - "<scheme=capacitor>://app.example" # alone
      - {set: "<set@shop>"} # sets
      - {regex: "https://<regex=(a|b)c{1,2}>\\.regex\\.example"} # alone
      - {origin: "<entry=https://entry.example:8443>", accept_risks: {"<entry-risk=insecure-origin>": "<entry-reason=reason>"}} # alone
    allow_methods: [PUT, "<method=PATCH>"]
    allow_headers: [content-type, "<request-header=x-request>"]
    expose_headers: [etag, "<response-header=x-response>"]
    max_age: "<max-age=10m>"
    accept_risks: {"<risk=development-origin>": "<reason=reason>"}
  "<open=open>": # open
    "<key=description>": "all" # open
    allow_origins: "*" # open
    allow_methods: ["<open-method=DELETE>"] # open
    expose_headers: ["<open-header=x-open>"] # open
  "<any=any>": {allow_origins: "<everyone=*>", allow_methods: "<every-method=*>", allow_headers: "<every-header=*>", expose_headers: "<every-exposed=*>"} # alone
environments: # environments
  "<environment=staging>": # environments
    "<policy@changed>": # environments
      add_origins: # environments
        - "https://<added=added>.example" # environments
        - {origin: "<added-origin=https://origin.added.example>", accept_risks: {"<added-risk=insecure-origin>": "<added-reason=reason>"}} # environments
        - {regex: "https://<added-regex=(a|b)c{1,2}>\\.regex\\.added\\.example"} # environments, alone
        - {set: "<inner-set@added>"} # environments, alone
      set: {max_age: "<set-max-age=20m>"} # environments
  "<narrower=live>": # environments
    "<policy@narrowed>": # environments
      remove_origins: # environments
        - "https://<host@removed>.example" # environments
        - {origin: "<entry@removed>"} # environments, alone
        - {set: "<set@removed>"} # environments, alone
        - {regex: "https://<regex@removed>\\.regex\\.example"} # environments, alone
        - {origin: "https://nothing.example", accept_risks: {"<removed-risk=insecure-origin>": "<removed-reason=reason>"}} # environments, refused
routes:
  - {path: "/a/<path=path>", policy: "<policy@routed>"}
  - {path: "/b/<subtree=subtree>/**", policy: "<open@routed>"} # open
never: # never
  - {policy: "<policy@never>", origin: "https://<never=never>.test"} # never
  - {origin: "https://nobody.test", except_environments: ["<environment@never>"]} # never, alone
  - {origin: {set: "<never-set@never>"}} # never, alone
  - {origin: {origin: "https://<never-origin=never>.test"}, policy: "<policy@never-origin>"} # never
  - {origin: {regex: "https://<never-regex=(a|b)c{1,2}>\\.regex\\.test"}, policy: "<policy@never-regex>"} # never, alone
  - {origin: {origin: "https://nothing.test", accept_risks: {"<never-risk=insecure-origin>": "<never-reason=reason>"}}} # never, refused
only: # only
  - policy: "<policy@only>" # only
    except_environments: ["<environment@only>"] # only, alone
    origins: # only
      - "https://*.<only=example>" # only
      - "http://localhost:<port@only>" # only, alone
      - {origin: "<scheme@only>://app.example"} # only, alone
      - "<entry@only>" # only, alone
      - {set: "<set@only>"} # only, alone
      - {regex: "https://<only-regex=(a|b)c{1,2}>\\.regex\\.test"} # only, alone
      - {origin: "https://nothing.test", accept_risks: {"<only-risk=insecure-origin>": "<only-reason=reason>"}} # only, refused
tests: # tests
  - {it: "<test=refuses>", path: "/a/<asked-path=path>", origin: "https://<asked-origin=asked>.test", method: "<asked-method=PUT>", headers: ["<asked-header=x-request>"], expect: {refuse: "<refusal=origin>"}} # tests
  - {it: "lets in", policy: "<policy@test>", origin: "https://<host@test>.example", expect: "<expectation=allow>"} # tests
  - {it: "lets in there", environment: "<environment@test>", policy: "<policy@there>", origin: "https://added.example", expect: "allow"} # tests, alone
"#;

/// A place of the file, or of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Position {
    /// What stands between the angle brackets, but for the text.
    pub(super) name: &'static str,
    /// The harmless text.
    pub(super) text: &'static str,
}

impl Position {
    /// The name that it is, or refers to.
    fn base(&self) -> &'static str {
        self.name.split('@').next().unwrap()
    }

    /// Whether it is a part of an expression.
    pub(super) fn is_regex(&self) -> bool {
        self.base().ends_with("regex")
    }

    /// Whether it is an origin or a part of one.
    pub(super) fn is_origin(&self) -> bool {
        let marker = format!("<{}=", self.base());
        let strings = FILE.split('"').filter(|string| string.contains(&marker));
        strings.into_iter().any(|string| string.contains("://") && !string.contains("regex"))
    }

    /// Whether it is the name of a policy: of a static, a key and a file.
    pub(super) fn is_policy(&self) -> bool {
        ["policy", "open", "any"].contains(&self.name)
    }

    /// Whether the file is refused with any text there.
    pub(super) fn is_refused(&self) -> bool {
        FILE.lines().any(|line| notes(line).any(|note| note == "refused") && line.contains(&self.marker()))
    }

    fn marker(&self) -> String {
        if self.name.contains('@') { format!("<{}>", self.name) } else { format!("<{}={}>", self.name, self.text) }
    }
}

/// What is noted at the end of a line of the file.
fn notes(line: &str) -> impl Iterator<Item = &str> {
    line.rsplit_once(" # ").into_iter().flat_map(|(_, notes)| notes.split(", "))
}

/// All of them, in the order of the text.
pub(super) fn positions() -> Vec<Position> {
    let markers = || {
        [NAME, FILE].into_iter().flat_map(|text| text.split('<').skip(1)).map(|rest| rest.split_once('>').unwrap().0)
    };
    let texts: Vec<(&str, &str)> = markers().filter_map(|marker| marker.split_once('=')).collect();
    let text = |name: &str| {
        let base = name.split('@').next().unwrap();
        texts.iter().find(|(other, _)| *other == base).expect(name).1
    };
    markers().map(|marker| marker.split('=').next().unwrap()).map(|name| Position { name, text: text(name) }).collect()
}

/// The file with `value` in a position, and what refers to it, and the harmless texts in the others. Strings are
/// written so that YAML reads the text as it is.
pub(super) fn file(all: &[Position], position: &Position, value: &str, whole: bool) -> Source {
    let base = position.base();
    let is_in = |line: &str| [format!("<{base}="), format!("<{base}@")].iter().any(|marker| line.contains(marker));
    let stands = |line: &&str| {
        notes(line).all(|note| match note {
            "refused" => is_in(line),
            "alone" => whole || is_in(line),
            group => whole || FILE.lines().any(|other| notes(other).any(|note| note == group) && is_in(other)),
        })
    };
    let mut text: String = FILE.lines().filter(stands).map(|line| line.to_owned() + "\n").collect();
    let mut name = NAME.to_owned();
    for other in all {
        let is_tried = other == position || other.base() == position.name;
        let value = if is_tried { value } else { other.text };
        let marker = other.marker();
        name = name.replace(&marker, value);
        let written = serde_json::to_string(value).unwrap();
        let written = if other.name == "comment" { value } else { &written[1..written.len() - 1] };
        text = text.replace(&marker, written);
    }
    Source::new(name, text)
}

/// Where a schema admits strings: the keys that lead there, `[]` for an item, `*` for a name of the author's choice,
/// and `{}` for that name itself.
fn admitted(schema: &Value, node: &Value, path: &str, found: &mut BTreeSet<String>) {
    if let Some(name) = node["$ref"].as_str().map(|reference| reference.trim_start_matches("#/$defs/")) {
        match name {
            // Each id is a key of its own there.
            "AcceptedRisks" => found.extend([format!("{path}{{}}"), format!("{path}.*")]),
            _ => admitted(schema, &schema["$defs"][name], path, found),
        }
    }
    if node["type"] == "string" {
        found.insert(path.to_owned());
    }
    for one in node["oneOf"].as_sequence().into_iter().flatten() {
        admitted(schema, one, path, found);
    }
    if node["items"].is_mapping() {
        admitted(schema, &node["items"], &format!("{path}[]"), found);
    }
    if node["additionalProperties"].is_mapping() {
        found.insert(format!("{path}{{}}"));
        admitted(schema, &node["additionalProperties"], &format!("{path}.*"), found);
    }
    for (key, property) in node["properties"].as_mapping().into_iter().flatten() {
        admitted(schema, property, &format!("{path}.{}", key.as_str().unwrap()), found);
    }
}

/// Where markers stand.
fn marked(node: &Value, path: &str, found: &mut BTreeSet<String>) {
    match node {
        Value::String(text) if text.contains('<') => drop(found.insert(path.to_owned())),
        Value::Sequence(items) => items.iter().for_each(|item| marked(item, &format!("{path}[]"), found)),
        Value::Mapping(entries) => {
            for (key, value) in entries {
                let key = key.as_str().unwrap();
                let segment = match key.strip_prefix('<') {
                    // One of the language's keys.
                    Some(rest) if rest.starts_with("key=") => rest.trim_start_matches("key=").trim_end_matches('>'),
                    Some(_) => {
                        found.insert(format!("{path}{{}}"));
                        "*"
                    }
                    None => key,
                };
                marked(value, &format!("{path}.{segment}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_place_of_the_language_where_a_string_stands_is_a_position() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/cors-policy.schema.json");
    let schema: Value = serde_yaml::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let (mut of_the_language, mut ours) = (BTreeSet::new(), BTreeSet::new());
    admitted(&schema, &schema, "", &mut of_the_language);
    marked(&serde_yaml::from_str(FILE).unwrap(), "", &mut ours);
    assert!(of_the_language.len() > 60, "{of_the_language:#?}");
    let missing: Vec<&String> = of_the_language.difference(&ours).collect();
    let unknown: Vec<&String> = ours.difference(&of_the_language).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "no position for {missing:#?}; unknown: {unknown:#?}");
    println!("{} places of the language, {} positions", ours.len(), positions().len());
}
