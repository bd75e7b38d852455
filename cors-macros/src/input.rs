//! What is written between the parentheses of the macros.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Token, bracketed};

/// The input of a macro.
pub(crate) struct Input {
    /// The path of the crate `cors-policy` at the call site.
    pub(crate) krate: TokenStream,
    /// The policy file, relative to the crate's manifest.
    pub(crate) file: LitStr,
    /// The policy's name.
    pub(crate) name: Option<LitStr>,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let krate;
        bracketed!(krate in input);
        let krate = krate.parse()?;
        let file = input.parse()?;
        let mut name = None;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
            if !input.is_empty() {
                name = Some(input.parse()?);
                input.parse::<Option<Token![,]>>()?;
            }
        }
        Ok(Self { krate, file, name })
    }
}
