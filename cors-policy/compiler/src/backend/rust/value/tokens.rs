//! An expression as tokens.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote};

use super::{Field, Value};

impl ToTokens for Value {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Self::Struct(name, fields) => {
                let name = path(name);
                quote!(#name { #(#fields),* })
            }
            Self::Name(name, values) => {
                let name = path(name);
                if values.is_empty() { name } else { quote!(#name(#(#values),*)) }
            }
            Self::Tuple(values) => quote!((#(#values),*)),
            Self::List(values) => quote!(&[#(#values),*]),
            Self::Numbers(numbers) => {
                let numbers = numbers.iter().map(|&number| Literal::usize_unsuffixed(number));
                quote!(&[#(#numbers),*])
            }
            Self::Text(parts) => parts.concat().to_token_stream(),
            Self::Number(number) => Literal::usize_unsuffixed(*number).to_token_stream(),
            Self::Bits(bits) => Literal::u64_unsuffixed(*bits).to_token_stream(),
            Self::Bool(value) => value.to_token_stream(),
            Self::Static(name) => {
                let name = Ident::new(name, Span::call_site());
                quote!(&#name)
            }
        });
    }
}

impl ToTokens for Field {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (name, value) = (Ident::new(self.name, Span::call_site()), &self.value);
        tokens.extend(quote!(#name: #value));
    }
}

/// `A::B`.
fn path(name: &str) -> TokenStream {
    let parts = name.split("::").map(|part| Ident::new(part, Span::call_site()));
    quote!(#(#parts)::*)
}
