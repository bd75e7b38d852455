//! Says in a policy author's words why a text is not YAML, and what to write instead.

use crate::diagnostic::{Diagnostic, code};
use crate::source::{Source, Span};
use crate::syntax::tree::{excerpt, quoted};

/// Why a text is not the YAML of a policy file.
pub(super) enum Fault {
    Tab,
    /// A `[` or `{` that is never closed.
    Unclosed(char),
    /// A bracket and what closes it.
    Mismatched(char, char),
    /// A closing bracket without an opening one.
    Unopened,
    /// A `:` where no key can end.
    Colon,
    /// A key without its `:`.
    NoColon,
    /// Something where another entry, or the end, is due.
    Misplaced,
    ListOnKeyLine,
    DashInFlow,
    NoComma,
    NoItem,
    OpenQuote,
    AfterQuote,
    Escape,
    Comment,
    Character(char),
    Depth,
    Directive,
    Tag,
    Other(String),
}

/// The diagnostic of a fault at `offset`.
///
/// `bracket` is the innermost `[` or `{` that is open there, and `last_end` the end of the last
/// node before.
pub(super) fn diagnose(
    fault: Fault,
    offset: usize,
    source: &Source,
    bracket: Option<usize>,
    last_end: usize,
) -> Diagnostic {
    let unsupported = |message: &str, help: &str| {
        Diagnostic::new(&code::UNSUPPORTED_YAML, message).at(word(source, offset), "").help(help)
    };
    match fault {
        Fault::Depth => {
            return unsupported("collections are nested too deeply", "a policy needs no more than six levels");
        }
        Fault::Directive => {
            return unsupported("a YAML directive", "delete the line: policies are YAML 1.2 without directives");
        }
        Fault::Tag => {
            return unsupported("a YAML tag", "delete the tag; if the `!` belongs to the text, quote the text");
        }
        _ => {}
    }
    let (message, help) = words(&fault, offset, source, bracket.is_some(), last_end);
    let syntax = Diagnostic::new(&code::YAML_SYNTAX, message);
    let opening_quote = || {
        let rest = source.text().get(last_end..offset)?;
        rest.find(['"', '\'']).map(|at| last_end + at)
    };
    let syntax = match fault {
        Fault::Tab => syntax.at(tab(source, offset), "a tab"),
        Fault::Unclosed(_) => syntax.at(character(source, offset), "still open at the end of the file"),
        Fault::Escape => syntax.at(escape(source, offset), ""),
        // The parser points at the start of the scalar or line.
        Fault::Character(c) => {
            let rest = source.text().get(offset..).unwrap_or("");
            syntax.at(character(source, offset + rest.find(c).unwrap_or(0)), "")
        }
        Fault::Mismatched(..) => syntax.at(character(source, offset), "opened here"),
        Fault::OpenQuote => match opening_quote() {
            Some(at) => {
                syntax.at(character(source, at), "opened here").at(character(source, offset), "still open here")
            }
            None => syntax.at(character(source, offset), "still open here"),
        },
        _ => {
            let syntax = syntax.at(word(source, offset), "");
            match bracket {
                Some(start) => syntax.at(character(source, start), "still open here"),
                None => syntax,
            }
        }
    };
    syntax.help(help)
}

/// The message and the help.
fn words(fault: &Fault, offset: usize, source: &Source, in_brackets: bool, last_end: usize) -> (String, String) {
    let (message, help) = match fault {
        Fault::Tab => ("a tab where YAML takes spaces only", "indent with spaces"),
        Fault::Unclosed(open) => {
            let close = closing(*open);
            return (format!("`{open}` is never closed"), format!("write `{close}` where it ends"));
        }
        Fault::Mismatched(open, close) => {
            let due = closing(*open);
            return (format!("`{open}` is closed by `{close}`"), format!("write `{due}` instead of `{close}`"));
        }
        Fault::Unopened => {
            ("a closing bracket that was never opened", "delete it, or quote the value if it belongs to the text")
        }
        Fault::Colon if in_brackets => (
            "a `:` where `,` or the closing bracket is due",
            "close the bracket before the next key; quote a value that contains `: `",
        ),
        Fault::Colon => return colon(offset, source),
        Fault::NoColon => ("a key without a `:`", "write `key: value`, with a space after the `:`"),
        Fault::Misplaced if begins_line(source, offset) => (
            "this line does not go on with what stands above it",
            "indent it exactly as its neighbours; items of a list begin with `- `, keys end with `:`",
        ),
        Fault::Misplaced => {
            ("text after the end of a value", "quote the whole value if this belongs to it, or begin a new line")
        }
        Fault::ListOnKeyLine => (
            "a list cannot begin on the line of its key",
            "begin each item on a line of its own, or write `[first, second]`",
        ),
        Fault::DashInFlow => ("a `-` inside brackets", "separate the items with commas: `[first, second]`"),
        Fault::NoComma => (
            "`,` or a closing bracket is missing",
            "separate items with `,` and end with the closing bracket; quote a value that contains brackets or commas",
        ),
        Fault::NoItem => ("an item is missing before the `,`", "delete the `,`"),
        Fault::OpenQuote => ("a quote is not closed", "write the closing quote on the same line"),
        Fault::AfterQuote => (
            "text after the closing quote",
            "put the whole value into one pair of quotes; inside single quotes, write `'` as `''`",
        ),
        Fault::Escape => (
            "not an escape of a double-quoted string",
            "use single quotes, in which `\\` stands for itself, or write `\\\\`",
        ),
        Fault::Comment => (
            "a `#` without a space before it",
            "write a space before a comment; quote the value if the `#` belongs to it",
        ),
        Fault::Character(c) => {
            return (format!("the character U+{:04X} cannot stand here", u32::from(*c)), "delete it".to_owned());
        }
        Fault::Depth | Fault::Directive | Fault::Tag => ("YAML that a policy does without", "delete it"),
        Fault::Other(info) => {
            return (format!("not YAML: {}", info.trim()), default_help(source, last_end));
        }
    };
    (message.to_owned(), help.to_owned())
}

fn default_help(source: &Source, last_end: usize) -> String {
    let line = source.line_column(last_end).0;
    format!(
        "everything up to line {line} can be read; quote values that contain one of `: # [ ] {{ }} , & * ! | > ' \" % @`"
    )
}

/// A `:` after which no value can stand, outside brackets.
fn colon(offset: usize, source: &Source) -> (String, String) {
    let message = "a `: ` where no key can end";
    let (line_start, line) = source.line_at(offset);
    let above = source.text().get(..line_start).unwrap_or("").trim_end();
    let above = above.rsplit(['\n', '\r']).next().unwrap_or("").trim_start();
    let key = line.get(..offset.saturating_sub(line_start)).unwrap_or("");
    let help = if key.contains(": ") {
        "quote the value if the `:` belongs to it, or write the second key on a line of its own".to_owned()
    } else if let Some((name, value)) = above.split_once(':')
        && !value.is_empty()
        && !value.starts_with([' ', '\t'])
    {
        format!("on the line above, write a space after the `:`: `{}: {}`", excerpt(name), excerpt(value))
    } else if above.contains(": ") {
        "the line above has its value already: indent this line as that one".to_owned()
    } else {
        "on the line above, write a `:` after the key".to_owned()
    };
    (message.to_owned(), help)
}

/// A value that is no value because it lacks its quotes.
pub(super) fn unquoted(span: Span, source: &Source) -> Diagnostic {
    let text = source.slice(span);
    let (shown, why) = match text.chars().next() {
        Some('*') => ("*", "begins a YAML alias"),
        Some('&') => ("&", "begins a YAML anchor"),
        Some('%') => ("%", "begins a YAML directive"),
        Some('`') => ("backquote", "is reserved in YAML"),
        _ => ("@", "is reserved in YAML"),
    };
    let message = if text.contains('`') {
        "a value that begins with a backquote must be in quotes".to_owned()
    } else {
        format!("`{}` must be in quotes: without them, `{shown}` {why}", excerpt(text))
    };
    let diagnostic = Diagnostic::new(&code::YAML_SYNTAX, message).at(span, "");
    if text.contains(['\n', '\r']) {
        return diagnostic.help("quote it");
    }
    diagnostic.help(format!("quote it: `{}`", excerpt(&quoted(text)))).fix(span, quoted(text))
}

/// An alias of a name that no anchor above it has.
pub(super) fn no_anchor(name: &str, span: Span) -> Diagnostic {
    let name = excerpt(name);
    let message = format!("no value is anchored as `&{name}` above");
    let help = "before this line; if the `*` belongs to the text, quote it:";
    Diagnostic::new(&code::YAML_SYNTAX, message)
        .at(span, "an alias of nothing")
        .help(format!("define `&{name}` {help} `\"*{name}\"`"))
}

fn closing(open: char) -> char {
    if open == '[' { ']' } else { '}' }
}

/// Whether only blanks stand before `offset` on its line.
fn begins_line(source: &Source, offset: usize) -> bool {
    let (start, line) = source.line_at(offset);
    line.get(..offset.saturating_sub(start)).is_some_and(|before| before.trim().is_empty())
}

/// The one character at `offset`.
fn character(source: &Source, offset: usize) -> Span {
    let width = source.text().get(offset..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8);
    Span::new(offset, offset + width)
}

/// The word at `offset`; at the end of a line or of the file, nothing.
fn word(source: &Source, offset: usize) -> Span {
    let rest = source.text().get(offset..).unwrap_or("");
    let ends = |c: char| c.is_whitespace() || matches!(c, ':' | ',' | '[' | ']' | '{' | '}');
    match rest.chars().next() {
        Some(first) if !ends(first) => Span::new(offset, offset + rest.find(ends).unwrap_or(rest.len())),
        Some('\n' | '\r') | None => Span::new(offset, offset),
        Some(_) => character(source, offset),
    }
}

/// The first escape that is none, in the double-quoted string at `offset`.
fn escape(source: &Source, offset: usize) -> Span {
    let rest = source.text().get(offset..).unwrap_or("");
    let mut chars = rest.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && !chars.next().is_some_and(|(_, c)| "0abt\tnvfre \"/\\N_LP\r\n".contains(c)) {
            return word(source, offset + at);
        }
    }
    character(source, offset)
}

/// The first tab of the indentation that the parser stumbled over: it stops near it, not at it.
fn tab(source: &Source, offset: usize) -> Span {
    let (line_start, line) = source.line_at(offset);
    let next_start = line_start + line.len();
    let next = source.text().get(next_start..).unwrap_or("");
    let blanks = |text: &str| text.find(|c: char| !c.is_whitespace()).unwrap_or(text.len());
    let indent = line.get(..blanks(line)).unwrap_or("").find('\t');
    let after = || next.get(..blanks(next)).and_then(|t| t.find('\t'));
    let at = match (indent, after()) {
        (Some(at), _) => line_start + at,
        (None, Some(at)) => next_start + at,
        (None, None) => offset,
    };
    character(source, at)
}
