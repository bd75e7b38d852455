//! Lua scripts as tokens.

/// The tokens of a script, strings and numbers as kinds; brackets and blocks are balanced.
///
/// # Errors
/// Lua would not read it, or it has something that the output never has: a comment in brackets, a long string.
pub fn tokens(text: &str) -> Result<Vec<String>, String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            c if c.is_ascii_whitespace() => (None, 1),
            '-' if rest.starts_with("--[") => return Err(format!("a comment in brackets: {rest:.40}")),
            '-' if rest.starts_with("--") => (None, rest.find('\n').unwrap_or(rest.len())),
            '"' | '\'' => (Some("string".to_owned()), string(rest, first)?),
            '[' if rest.starts_with("[[") || rest.starts_with("[=") => {
                return Err(format!("a long string: {rest:.40}"));
            }
            c if c.is_ascii_digit() => {
                (Some("number".to_owned()), rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len()))
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                (Some(rest[..end].to_owned()), end)
            }
            c if c.is_ascii_punctuation() && !matches!(c, '`' | '$' | '!' | '?' | '@' | '\\') => {
                (Some(c.to_string()), 1)
            }
            other => return Err(format!("{other:?} is not Lua")),
        };
        tokens.extend(token);
        rest = &rest[length..];
    }
    balanced(&tokens)?;
    Ok(tokens)
}

/// The length of a string with its quotes.
fn string(text: &str, quote: char) -> Result<usize, String> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if !c.is_ascii_graphic() && c != ' ' => return Err(format!("{c:?} in a string: {text:.40}")),
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Ok(at + 1),
            _ => {}
        }
    }
    Err(format!("a string is not ended: {text:.40}"))
}

fn balanced(tokens: &[String]) -> Result<(), String> {
    let mut open = Vec::new();
    for token in tokens {
        let closes = match token.as_str() {
            opening @ ("(" | "[" | "{" | "function" | "do" | "if") => {
                open.push(opening);
                continue;
            }
            ")" => ["("].as_slice(),
            "]" => &["["],
            "}" => &["{"],
            "end" => &["function", "do", "if"],
            _ => continue,
        };
        let last = open.pop();
        if !last.is_some_and(|last| closes.contains(&last)) {
            return Err(format!("{token} closes {last:?}"));
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("not closed: {open:?}")) }
}
