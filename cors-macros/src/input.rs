//! What is written between the parentheses of the macros.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Token, bracketed};

/// The input of a macro: `[path] "file.yaml"`, perhaps `, "name"`, perhaps `, environment = "name"`.
pub(crate) struct Input {
    /// The path of the crate `cors-policy` at the call site.
    pub(crate) krate: TokenStream,
    /// The policy file, relative to the crate's manifest.
    pub(crate) file: LitStr,
    /// The policy's name.
    pub(crate) name: Option<LitStr>,
    /// The environment's name.
    pub(crate) environment: Option<LitStr>,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let krate;
        bracketed!(krate in input);
        let krate = krate.parse()?;
        let file = input.parse()?;
        let (mut name, mut environment) = (None, None);
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            if input.peek(Ident) {
                let key: Ident = input.parse()?;
                if key != "environment" {
                    return Err(syn::Error::new(key.span(), "the only key here is `environment = \"name\"`"));
                }
                input.parse::<Token![=]>()?;
                let value: LitStr = input.parse()?;
                if environment.is_some() {
                    return Err(syn::Error::new(value.span(), "the environment is named already"));
                }
                environment = Some(value);
            } else if name.is_some() || environment.is_some() {
                return Err(
                    input.error("all that may follow is a policy's name and `environment = \"name\"`, in this order")
                );
            } else {
                name = Some(input.parse()?);
            }
        }
        Ok(Self { krate, file, name, environment })
    }
}
