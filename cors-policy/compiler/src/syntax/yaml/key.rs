//! The keys of mappings: strings, and each once.

use std::collections::HashMap;
use std::rc::Rc;

use super::Sink;
use crate::diagnostic::{Diagnostic, code};
use crate::source::{Source, Span, Spanned};
use crate::syntax::tree::{Kind, Meaning, Node, excerpt, plain_meaning, quoted};

/// Reads a node as the key of a mapping that has `keys` already. `None`: it cannot be one, and that
/// is reported.
pub(super) fn read(
    node: &Node,
    source: &Source,
    keys: &mut HashMap<Rc<str>, Span>,
    sink: &mut Sink,
) -> Option<Spanned<Rc<str>>> {
    let text = match &node.kind {
        Kind::Bad => return None,
        Kind::Scalar { text, plain } if node.alias.is_none() && is_string(text, *plain) => text,
        _ => {
            sink.push(unsupported(node, source));
            return None;
        }
    };
    if let Some(&first) = keys.get(text) {
        sink.push(duplicate(text, node.span, first));
        return None;
    }
    keys.insert(Rc::clone(text), node.span);
    Some(Spanned::new(Rc::clone(text), node.span))
}

fn is_string(text: &str, plain: bool) -> bool {
    !plain || (text != "<<" && matches!(plain_meaning(text), Meaning::Text(_)))
}

fn unsupported(node: &Node, source: &Source) -> Diagnostic {
    let found = |message: &str, help: &str| {
        let span = node.alias.unwrap_or(node.span);
        Diagnostic::new(&code::UNSUPPORTED_YAML, message).at(span, "").help(help)
    };
    let what = match (&node.kind, node.meaning()) {
        _ if node.alias.is_some() => return found("a key that is an alias", "write the key out"),
        (Kind::Empty, _) => {
            return found("a `:` without a key before it", "write the key before the `:`");
        }
        (_, Meaning::List(_) | Meaning::Mapping(_)) => {
            let help = "keys are strings: write `key: value`, without brackets and `?`";
            return found("a key that is a list or a mapping", help);
        }
        (_, Meaning::Text(_)) => {
            let help = "write the keys out; for lists of origins, use `origin_sets`";
            return found("a merge key, `<<`, which is no part of YAML 1.2", help);
        }
        (_, Meaning::Null) => "nothing (`null`)",
        (_, Meaning::Boolean(_)) => "true or false",
        _ => "a number",
    };
    let text = quoted(source.slice(node.span));
    let help = format!("if this is the name that is meant, quote it: `{}`", excerpt(&text));
    found(&format!("a key that is {what}, not a string"), &help).fix(node.span, text)
}

fn duplicate(key: &str, again: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&code::DUPLICATE_KEY, format!("the key `{}` is written twice", excerpt(key)))
        .at(again, "written again here; this value is not read")
        .at(first, "first written here")
        .help("delete one of the two, or merge their values")
}
