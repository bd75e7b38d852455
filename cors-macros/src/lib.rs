//! The macros of `cors-policy`, which re-exports them: shims of the compiler.
//!
//! Each is called as `name!([path of the crate cors-policy] "file.yaml", …)`; the wrappers in
//! `cors-policy` add the path, so that a renamed dependency works.

mod expand;
mod input;

use proc_macro::TokenStream;

/// The expression of one policy: `[path] "file.yaml", "name", environment = "name"`.
#[proc_macro]
pub fn cors_policy(input: TokenStream) -> TokenStream {
    expand(input, expand::policy)
}

/// The expression of a file's routes: `[path] "file.yaml", environment = "name"`.
#[proc_macro]
pub fn cors_routes(input: TokenStream) -> TokenStream {
    expand(input, expand::routes)
}

fn expand(input: TokenStream, expand: fn(&input::Input) -> syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    let expanded = syn::parse::<input::Input>(input).and_then(|input| expand(&input));
    expanded.unwrap_or_else(|error| expand::errors(&error)).into()
}
