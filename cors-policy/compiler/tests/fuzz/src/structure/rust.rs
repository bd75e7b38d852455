//! Rust source files as trees of tokens.

use proc_macro2::{TokenStream, TokenTree};

/// The tokens, literals as kinds.
///
/// # Errors
/// It is no Rust, or has items other than statics.
pub fn shape(text: &str) -> Result<Vec<String>, String> {
    let file = syn::parse_file(text).map_err(|error| error.to_string())?;
    if !file.items.iter().all(|item| matches!(item, syn::Item::Static(_))) {
        return Err("an item that is no static".to_owned());
    }
    let tokens: TokenStream = text.parse().map_err(|error| format!("{error}"))?;
    let mut lines = Vec::new();
    print(tokens, &mut lines);
    Ok(lines)
}

fn print(tokens: TokenStream, lines: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                lines.push(format!("{:?}", group.delimiter()));
                print(group.stream(), lines);
                // A list over several lines ends with a comma.
                lines.pop_if(|last| last == ",");
                lines.push("end".to_owned());
            }
            TokenTree::Ident(ident) => lines.push(ident.to_string()),
            TokenTree::Punct(punct) => lines.push(punct.to_string()),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                let kind = if text.starts_with(|c: char| c.is_ascii_digit()) { "number" } else { "string" };
                lines.push(kind.to_owned());
            }
        }
    }
}
