//! nginx configurations, read as strictly as nginx reads them (`ngx_conf_read_token`).

use std::iter::Peekable;
use std::str::Chars;

/// A directive, or an entry of a map.
#[derive(Debug, Clone)]
pub struct Directive {
    /// Its name and its parameters, quotes taken off.
    pub words: Vec<String>,
    /// What stands in its braces, if it has some.
    pub block: Option<Vec<Directive>>,
}

/// What the output consists of; everything else is a fault.
const KNOWN: [&str; 37] = [
    "access_log",
    "add_header",
    "client_body_temp_path",
    "daemon",
    "default",
    "error_log",
    "events",
    "fastcgi_hide_header",
    "fastcgi_temp_path",
    "grpc_hide_header",
    "hostnames",
    "http",
    "if",
    "listen",
    "location",
    "log_format",
    "map",
    "map_hash_max_size",
    "pid",
    "proxy_hide_header",
    "proxy_pass",
    "proxy_set_header",
    "proxy_temp_path",
    "return",
    "scgi_hide_header",
    "scgi_temp_path",
    "server",
    "server_tokens",
    "uwsgi_hide_header",
    "uwsgi_temp_path",
    "variables_hash_max_size",
    // Words that have a meaning as a key of a map.
    "include",
    "volatile",
    // What would be no output of ours.
    "lua_package_path",
    "perl",
    "js_import",
    "load_module",
];

/// Reads a configuration.
///
/// # Errors
/// nginx would not read it.
pub fn parse(text: &str) -> Result<Vec<Directive>, String> {
    let mut reader = Reader { text: text.chars().peekable() };
    reader.block(0)
}

struct Reader<'t> {
    text: Peekable<Chars<'t>>,
}

/// What ends a word.
#[derive(PartialEq)]
enum End {
    Semicolon,
    Open,
    Close,
    Text,
}

impl Reader<'_> {
    fn block(&mut self, depth: usize) -> Result<Vec<Directive>, String> {
        let mut directives = Vec::new();
        loop {
            let (words, end) = self.words()?;
            let block = match end {
                End::Semicolon => None,
                End::Open => Some(self.block(depth + 1)?),
                End::Close | End::Text if !words.is_empty() => return Err(format!("{words:?} is not ended")),
                End::Close if depth > 0 => return Ok(directives),
                End::Text if depth == 0 => return Ok(directives),
                End::Close => return Err("a brace is closed that is not open".to_owned()),
                End::Text => return Err("a brace is not closed".to_owned()),
            };
            if words.is_empty() {
                return Err("a directive without a name".to_owned());
            }
            directives.push(Directive { words, block });
        }
    }

    fn words(&mut self) -> Result<(Vec<String>, End), String> {
        let mut words = Vec::new();
        loop {
            match self.text.next() {
                None => return Ok((words, End::Text)),
                Some(' ' | '\t' | '\r' | '\n') => {}
                Some('#') => while self.text.next().is_some_and(|c| c != '\n') {},
                Some(';') => return Ok((words, End::Semicolon)),
                Some('{') => return Ok((words, End::Open)),
                Some('}') => return Ok((words, End::Close)),
                Some(quote @ ('"' | '\'')) => words.push(self.quoted(quote)?),
                Some(first) => words.push(self.plain(first)?),
            }
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, String> {
        let mut word = String::new();
        loop {
            match self.text.next() {
                None => return Err(format!("a string is not ended: {word}")),
                Some('\\') => self.escape(&mut word)?,
                Some(c) if c == quote => break,
                Some(c) if c.is_control() => return Err(format!("{c:?} in a string: {word}")),
                Some(c) => word.push(c),
            }
        }
        match self.text.peek() {
            None | Some(' ' | '\t' | '\r' | '\n' | ';' | '{' | ')') => Ok(word),
            Some(other) => Err(format!("{other:?} behind a string: {word}")),
        }
    }

    fn plain(&mut self, first: char) -> Result<String, String> {
        let mut word = String::new();
        let mut next = Some(first);
        while let Some(c) = next {
            match c {
                '\\' => self.escape(&mut word)?,
                '"' | '\'' => return Err(format!("{c} in a word: {word}")),
                _ => word.push(c),
            }
            next = self
                .text
                .next_if(|&c| !matches!(c, ' ' | '\t' | '\r' | '\n' | ';' | '}') && (c != '{' || word.ends_with('$')));
        }
        Ok(word)
    }

    /// nginx takes the backslash off before quotes and backslashes, and makes characters of `\t`, `\r`, `\n`.
    fn escape(&mut self, word: &mut String) -> Result<(), String> {
        match self.text.next() {
            Some(c @ ('"' | '\'' | '\\')) => word.push(c),
            Some(c @ ('t' | 'r' | 'n')) if !word.contains('[') => return Err(format!("\\{c} in {word}")),
            Some(c) => word.extend(['\\', c]),
            None => return Err("a backslash ends the text".to_owned()),
        }
        Ok(())
    }
}

/// The directives, with their parameters as kinds, and the variables in these.
#[must_use]
pub fn shape(directives: &[Directive]) -> Vec<String> {
    let mut lines = Vec::new();
    print(directives, None, &mut lines);
    lines
}

fn print(directives: &[Directive], within: Option<&str>, lines: &mut Vec<String>) {
    for Directive { words, block } in directives {
        let name = words[0].as_str();
        // A key of a map is a string, whatever it is; all but the words that have a meaning there.
        let known = KNOWN.contains(&name);
        let head = match (known, within) {
            (true, _) => name.to_owned(),
            (false, Some("map")) => "key".to_owned(),
            (false, _) => format!("unknown: {name}"),
        };
        let parameters: Vec<String> = words[1..].iter().map(|word| variables(word)).collect();
        lines.push(format!("{} {head} {}", within.unwrap_or(""), parameters.join(" ")));
        if let Some(block) = block {
            print(block, Some(name), lines);
            lines.push(format!("end of {name}"));
        }
    }
}

/// The variables that nginx puts into a word. Those of policies and routes have a digest in their names.
fn variables(word: &str) -> String {
    let mut found = String::from("word");
    for part in word.split('$').skip(1) {
        let name: String =
            part.trim_start_matches('{').chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let name = match name.strip_prefix("cors_").and_then(|rest| rest.split_once('_')) {
            Some((_, part)) => format!("cors_*_{part}"),
            None => name,
        };
        found.push_str(&format!("${name}"));
    }
    found
}
