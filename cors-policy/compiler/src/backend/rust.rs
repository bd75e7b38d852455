//! The Rust target: policies as const data of the crate `cors-policy`.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

#[cfg(feature = "files")]
pub(super) use source_file::BACKEND;

use crate::analysis::Dfa;
use crate::fetch::pattern::{HostPattern, OriginPattern, PortPattern};
use crate::ir::{Access, Policy, Route, RoutePath};

/// The expression of a policy: a `Policy` as a struct literal. `krate` is the path of the crate
/// `cors-policy` where the expression stands.
#[must_use]
pub fn policy(krate: &TokenStream, policy: &Policy) -> TokenStream {
    let name = &policy.name.value;
    let access = access(krate, policy);
    let preflight = headers(policy.preflight_headers());
    let actual = headers(policy.actual_headers());
    let allow_private_network = policy.allow_private_network.is_some();
    quote! {
        #krate::__private::Policy {
            name: #name,
            access: #access,
            preflight: #preflight,
            actual: #actual,
            allow_private_network: #allow_private_network,
        }
    }
}

/// The expression of routes: a `Routes` that refers to the policies by the names of their statics
/// (see [`static_name`]).
#[must_use]
pub fn routes(krate: &TokenStream, routes: &[Route]) -> TokenStream {
    let routes = routes.iter().map(|route| {
        let (path, subtree) = match &route.path.value {
            RoutePath::Exact(path) => (path, false),
            RoutePath::Subtree(path) => (path, true),
        };
        let policy = match &route.policy {
            Some(name) => {
                let name = static_name(name);
                quote!(::core::option::Option::Some(&#name))
            }
            None => quote!(::core::option::Option::None),
        };
        quote!(#krate::__private::Route { path: #path, subtree: #subtree, policy: #policy })
    });
    quote!(#krate::__private::Routes { routes: &[#(#routes),*] })
}

/// The name of the static that holds a policy: `partner-api` becomes `PARTNER_API`.
#[must_use]
pub fn static_name(policy: &str) -> Ident {
    Ident::new(&policy.to_ascii_uppercase().replace('-', "_"), Span::call_site())
}

fn access(krate: &TokenStream, policy: &Policy) -> TokenStream {
    let Access::Listed { origins, .. } = &policy.access else {
        return quote!(#krate::__private::Access::Anyone);
    };
    let longest = Literal::usize_unsuffixed(policy.longest_origin());
    let mut exact: Vec<String> = origins.iter().filter_map(|origin| origin.pattern.value.as_exact()).collect();
    exact.sort();
    let patterns = origins.iter().filter_map(|origin| pattern(krate, &origin.pattern.value));
    let automata = origins.iter().filter_map(|origin| automaton(krate, &origin.pattern.value));
    quote! {
        #krate::__private::Access::Listed(#krate::__private::Origins {
            longest: #longest,
            exact: &[#(#exact),*],
            patterns: &[#(#patterns),*],
            automata: &[#(#automata),*],
        })
    }
}

/// A pattern that is not exact.
fn pattern(krate: &TokenStream, pattern: &OriginPattern) -> Option<TokenStream> {
    if pattern.as_exact().is_some() {
        return None;
    }
    let OriginPattern::Tuple { scheme, host, port } = pattern else { return None };
    let (prefix, wildcard, mut suffix) = match host {
        HostPattern::Exact(host) => (host.clone(), quote!(None), String::new()),
        HostPattern::Subdomains { suffix } => (String::new(), quote!(Labels), format!(".{suffix}")),
        HostPattern::Label { before, after, suffix } => (before.clone(), quote!(Label), format!("{after}.{suffix}")),
    };
    let prefix = format!("{scheme}://{prefix}");
    let port = match *port {
        PortPattern::Default => quote!(Fixed),
        PortPattern::Exact(port) => {
            suffix.push_str(&format!(":{port}"));
            quote!(Fixed)
        }
        PortPattern::Any => quote!(Any),
        PortPattern::Range(first, last) => {
            let (first, last) = (Literal::u16_unsuffixed(first), Literal::u16_unsuffixed(last));
            quote!(Range(#first, #last))
        }
    };
    Some(quote! {
        #krate::__private::Pattern {
            prefix: #prefix,
            wildcard: #krate::__private::Wildcard::#wildcard,
            suffix: #suffix,
            port: #krate::__private::Port::#port,
        }
    })
}

/// A `regex:` entry as the table of its minimal automaton.
fn automaton(krate: &TokenStream, pattern: &OriginPattern) -> Option<TokenStream> {
    let OriginPattern::Regex(pattern) = pattern else { return None };
    let Dfa { classes, width, next, accepting, start } = &pattern.dfa;
    let classes = classes.iter().map(|&class| Literal::u8_unsuffixed(class));
    let width = Literal::usize_unsuffixed(*width);
    let next = next.iter().map(|&next| Literal::u16_unsuffixed(next));
    let start = Literal::u16_unsuffixed(*start);
    Some(quote! {
        #krate::__private::Automaton {
            classes: &[#(#classes),*],
            width: #width,
            next: &[#(#next),*],
            accepting: &[#(#accepting),*],
            start: #start,
        }
    })
}

fn headers(headers: Vec<(&'static str, String)>) -> TokenStream {
    let headers = headers.iter().map(|(name, value)| quote!((#name, #value)));
    quote!(&[#(#headers),*])
}

#[cfg(feature = "files")]
mod source_file {
    //! The same expressions as a source file.

    use quote::quote;

    use super::{policy, routes, static_name};
    use crate::backend::{Backend, Job, Output, Shape};
    use crate::diagnostic::code::NOT_EXPRESSIBLE;
    use crate::diagnostic::{Diagnostic, Diagnostics};

    pub(in crate::backend) static BACKEND: Backend = Backend { name: "rust", shapes: SHAPES, notes: &[], check, emit };

    static SHAPES: &[Shape] = &[Shape {
        name: "statics",
        summary: "a source file: a static for each policy, and ROUTES",
        needs_endpoints: false,
        needs_one_policy: false,
    }];

    fn check(job: &Job<'_>, diagnostics: &mut Diagnostics) {
        let taken = |name: &str| job.routes().is_some() && static_name(name) == "ROUTES";
        for policy in job.policies().into_iter().filter(|policy| taken(&policy.name.value)) {
            let message = "a policy named `routes` and the file's routes would both be the static `ROUTES`";
            let diagnostic = Diagnostic::new(&NOT_EXPRESSIBLE, message);
            diagnostics
                .push(diagnostic.at(&policy.name, "in the Rust target").help("choose another name for the policy"));
        }
    }

    fn emit(job: &Job<'_>) -> Vec<Output> {
        let krate = quote!(::cors_policy);
        let policies = job.policies().into_iter().map(|checked| {
            let name = static_name(&checked.name.value);
            let doc = format!(" The policy `{}`.", checked.name.value);
            let expression = policy(&krate, checked);
            quote!(#[doc = #doc] pub static #name: ::cors_policy::Policy = #expression;)
        });
        let routes = job.routes().map(|checked| {
            let expression = routes(&krate, checked);
            quote!(#[doc = " Which policy answers which path."] pub static ROUTES: ::cors_policy::Routes = #expression;)
        });
        let tokens = quote!(#(#policies)* #routes);
        // The tokens are ours: items of known shape, which always parse.
        let file = syn::parse2(tokens.clone()).map_or_else(|_| tokens.to_string(), |file| prettyplease::unparse(&file));
        let banner: String = job.banner().iter().map(|line| format!("// {line}\n")).collect();
        let file = file.replace("\n/// ", "\n\n/// ");
        vec![Output { name: "cors_policies.rs".to_owned(), text: format!("{banner}\n{file}") }]
    }
}
