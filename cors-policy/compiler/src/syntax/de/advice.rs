//! What to say about a value of the wrong type, in the words of people who write YAML.

use std::fmt;

use super::Error;
use crate::diagnostic::{Diagnostic, code};
use crate::source::{Place, Source};
use crate::syntax::model::{ENTRY, EXPECTATION, MARK, NUMBER_OR_STRING, WILDCARD_OR_LIST};
use crate::syntax::tree::{Kind, Meaning, Node, excerpt, plain_meaning, quoted};

/// Where there is no word for all items.
const LIST: &str = "a list";

/// What a type takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::syntax) enum Wanted {
    Boolean,
    WholeNumber,
    Number,
    /// A number without zeros before it.
    PlainNumber,
    Text,
    List,
    Mapping,
    /// In the words of the type.
    Other(String),
}

impl Wanted {
    /// Whether a type that wants this may see a node of that meaning.
    pub(super) fn fits(&self, meaning: &Meaning<'_>) -> bool {
        match meaning {
            // Reading it ends silently.
            Meaning::Bad => true,
            Meaning::Null => false,
            Meaning::Boolean(_) => *self == Self::Boolean,
            Meaning::Integer(_) => matches!(self, Self::WholeNumber | Self::Number),
            Meaning::Float(_) => *self == Self::Number,
            // Refused with words of its own, unless a text is wanted.
            Meaning::LeadingZero => matches!(self, Self::WholeNumber | Self::Number),
            Meaning::Text(_) => *self == Self::Text,
            Meaning::List(_) => *self == Self::List,
            Meaning::Mapping(_) => *self == Self::Mapping,
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Boolean => "true or false",
            Self::WholeNumber => "a whole number",
            Self::Number => "a number",
            Self::PlainNumber => "a number without a leading zero",
            Self::Text => "a string",
            Self::List => LIST,
            Self::Mapping => "a mapping",
            Self::Other(words) => words,
        })
    }
}

/// The diagnostic of an error at a node, if it is not reported yet.
pub(super) fn diagnose(error: Error, node: &Node, place: Place, source: &Source) -> Option<Diagnostic> {
    let wanted = match error {
        Error::Reported => return None,
        Error::Wanted(wanted) => wanted,
        Error::Missing(key) => {
            let found = Diagnostic::new(&code::MISSING_KEY, format!("`{key}` is missing"));
            return Some(found.at(place, "in this mapping").help(format!("add `{key}`")));
        }
        Error::Message(message) => {
            return Some(Diagnostic::new(&code::WRONG_TYPE, message).at(place, ""));
        }
    };
    let found = found(node);
    let label = if matches!(node.kind, Kind::Empty) { "has no value".to_owned() } else { format!("this is {found}") };
    let diagnostic = Diagnostic::new(&code::WRONG_TYPE, format!("found {found}, wanted {wanted}")).at(place, label);
    let advice = advice(node, &wanted, source);
    let diagnostic = diagnostic.help(advice.help);
    // Behind an alias, the text serves other keys as well: what suits one may break another.
    Some(match advice.replacement.filter(|_| place.alias.is_none()) {
        Some(replacement) => diagnostic.fix(node.span, replacement),
        None => diagnostic,
    })
}

/// What a node is.
fn found(node: &Node) -> &'static str {
    match (node.meaning(), &node.kind) {
        (_, Kind::Empty) => "nothing",
        (Meaning::Null, _) => "nothing (`null`)",
        (Meaning::Boolean(true), _) => "true",
        (Meaning::Boolean(false), _) => "false",
        (Meaning::Integer(value), _) if value < 0 => "a negative number",
        (Meaning::Integer(_), _) => "a number",
        (Meaning::Float(value), _) if value.fract() != 0.0 => "a number with a fraction",
        (Meaning::Float(_), _) => "a number that is not written as digits only",
        (Meaning::LeadingZero, _) => "a number with a leading zero",
        (Meaning::Text(_), _) => "a string",
        (Meaning::List(_), _) => "a list",
        (Meaning::Mapping(_), _) => "a mapping",
        (Meaning::Bad, _) => "something faulty",
    }
}

/// What to write instead.
struct Advice {
    help: String,
    replacement: Option<String>,
}

impl Advice {
    fn say(help: impl Into<String>) -> Self {
        Self { help: help.into(), replacement: None }
    }

    /// `help`, followed by the replacement.
    fn write(help: &str, replacement: String) -> Self {
        Self { help: format!("{help} `{}`", excerpt(&replacement)), replacement: Some(replacement) }
    }
}

fn advice(node: &Node, wanted: &Wanted, source: &Source) -> Advice {
    match wanted {
        Wanted::Boolean => boolean(node),
        Wanted::WholeNumber | Wanted::Number | Wanted::PlainNumber => number(node, wanted),
        Wanted::Text => text(node, source),
        Wanted::List => list(node, LIST),
        Wanted::Mapping => mapping(node),
        Wanted::Other(words) => match words.as_str() {
            WILDCARD_OR_LIST => list(node, words),
            ENTRY => text(node, source),
            EXPECTATION => Advice::say("write `allow`, or `{ refuse: origin }`"),
            MARK if matches!(node.kind, Kind::Mapping(_)) => Advice::say(
                "`development: true` marks an environment; to change a policy of this name, give it another name",
            ),
            MARK => boolean(node),
            NUMBER_OR_STRING => Advice::say("write a number such as `600`, or a string such as `10m`"),
            words => Advice::say(format!("write {words}")),
        },
    }
}

fn boolean(node: &Node) -> Advice {
    let written = match &node.kind {
        Kind::Scalar { text, .. } => text.to_ascii_lowercase(),
        _ => String::new(),
    };
    let (value, what) = match written.as_str() {
        "true" => ("true", "without quotes, write"),
        "false" => ("false", "without quotes, write"),
        "yes" | "y" | "on" | "1" => ("true", "write"),
        "no" | "n" | "off" | "0" => ("false", "write"),
        _ => return Advice::say("write `true` or `false`"),
    };
    Advice::write(what, value.to_owned())
}

fn number(node: &Node, wanted: &Wanted) -> Advice {
    match (&node.kind, node.meaning()) {
        (_, Meaning::LeadingZero) => {
            Advice::say("some readers take such a number for octal: write it without the leading zero")
        }
        (Kind::Scalar { text, plain: false }, _) if matches!(plain_meaning(text), Meaning::Integer(_)) => {
            Advice::write("without quotes, write", text.to_string())
        }
        _ if *wanted == Wanted::WholeNumber => Advice::say("write a whole number, in digits only"),
        _ => Advice::say("write a number"),
    }
}

/// Where a string, or an origin, is wanted.
fn text(node: &Node, source: &Source) -> Advice {
    let written = || quoted(source.slice(node.span));
    match (&node.kind, node.meaning()) {
        (Kind::Empty, _) => Advice::say("write a string, or delete this"),
        (_, Meaning::Null) => {
            let null = quoted("null");
            let help = format!("if the text is meant, quote it: the `null` origin is written `{null}`");
            Advice { help, replacement: (source.slice(node.span) == "null").then_some(null) }
        }
        (_, Meaning::List(items)) => match items {
            // By itself it has no meaning in most places.
            [one] if matches!(one.meaning(), Meaning::Text(text) if text != "*") => {
                Advice::say(format!("write the string alone: `{}`", excerpt(source.slice(one.span))))
            }
            _ => Advice::say("write one string, not a list"),
        },
        (_, Meaning::Mapping(_)) => Advice::say("write one string; if this is a text that contains `: `, quote it"),
        _ => Advice::write("quote it:", written()),
    }
}

/// Where a list is wanted. `wanted` says whether `"*"` is as good.
fn list(node: &Node, wanted: &str) -> Advice {
    let scalar = match (&node.kind, node.meaning()) {
        (Kind::Empty, _) | (_, Meaning::Null) => {
            return Advice::say(format!("write {wanted}; a list without items is `[]`"));
        }
        (_, Meaning::Mapping(_)) => return Advice::say("begin each item of the list with `- `"),
        (_, Meaning::Text(text)) => text,
        _ => return Advice::say(format!("write {wanted}")),
    };
    // One string with several items is meant as often as one item.
    let words = scalar.split(|c: char| c == ',' || c.is_whitespace());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    // Where it stands for everything by itself, it is no error. (In a list of names it may stand beside others.)
    if wanted == LIST && words.contains(&"*") {
        return Advice::say("write a list that names each one: `*` does not stand for all of them here");
    }
    let items: Vec<_> = words.into_iter().map(flow_item).collect();
    Advice::write("write a list:", format!("[{}]", items.join(", ")))
}

/// A string as an item between brackets.
fn flow_item(text: &str) -> String {
    let safe =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '*' | '~' | '+' | '^' | '$');
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let bare =
        begins && text.chars().all(safe) && !text.ends_with(':') && matches!(plain_meaning(text), Meaning::Text(_));
    if bare { text.to_owned() } else { quoted(text) }
}

fn mapping(node: &Node) -> Advice {
    match (&node.kind, node.meaning()) {
        (Kind::Empty, _) => Advice::say("write its keys below it, indented, or delete it"),
        (_, Meaning::List(_)) => Advice::say("write `key: value` lines, without `- `"),
        (_, Meaning::Text(text)) => match text.split_once(':') {
            Some((key, value)) if !value.starts_with([' ', '/']) && !value.is_empty() => {
                Advice::say(format!("write a space after the `:`: `{}: …`", excerpt(key)))
            }
            _ => Advice::say("write `key: value` lines"),
        },
        _ => Advice::say("write `key: value` lines"),
    }
}
