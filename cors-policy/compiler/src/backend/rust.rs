//! The Rust target: policies as const data of the crate `cors-policy`.
//!
//! [`tables`] says what is in the data, and `print` what it looks like; the macros take it as tokens, a
//! source file as text.

mod hash;
mod print;
pub mod tables;
mod value;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

#[cfg(feature = "files")]
pub(super) use source_file::BACKEND;

use crate::ir::{Policy, Route};

/// The expression of a policy: a `Policy` as a struct literal. `krate` is the path of the crate
/// `cors-policy` where the expression stands.
#[must_use]
pub fn policy(krate: &TokenStream, policy: &Policy) -> TokenStream {
    block(krate, &print::policy(policy))
}

/// The expression of routes: a `Routes` that refers to the policies by the names of their statics
/// (see [`static_name`]).
#[must_use]
pub fn routes(krate: &TokenStream, routes: &[Route]) -> TokenStream {
    block(krate, &print::routes(&tables::routes(routes)))
}

fn block(krate: &TokenStream, value: &value::Value) -> TokenStream {
    quote!({
        use #krate::__private::*;
        #value
    })
}

/// The name of the static that holds a policy: `partner-api` becomes `PARTNER_API`.
#[must_use]
pub fn static_name(policy: &str) -> Ident {
    Ident::new(&policy.to_ascii_uppercase().replace('-', "_"), Span::call_site())
}

#[cfg(feature = "files")]
mod source_file {
    //! The same expressions as a source file.

    use super::value::Value;
    use super::{print, static_name, tables};
    use crate::backend::{Backend, Job, Output, Shape};
    use crate::diagnostic::code::NOT_EXPRESSIBLE;
    use crate::diagnostic::{Diagnostic, Diagnostics};

    pub(in crate::backend) static BACKEND: Backend =
        Backend { name: "rust", shapes: SHAPES, oldest: None, notes: &[], parses_method: |_| true, check, emit };

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
        let mut text: String = job.banner().iter().map(|line| format!("// {line}\n")).collect();
        for policy in job.policies() {
            let name = &policy.name.value;
            let doc = format!("The policy `{name}`.");
            text.push_str(&item(&doc, &static_name(name).to_string(), "Policy", &print::policy(policy)));
        }
        if let Some(routes) = job.routes() {
            let value = print::routes(&tables::routes(routes));
            text.push_str(&item("Which policy answers which path.", "ROUTES", "Routes", &value));
        }
        vec![Output { name: "cors_policies.rs".to_owned(), text }]
    }

    /// A static. Its layout stays as it is, so that `cors compile --check` compares what was written.
    fn item(doc: &str, name: &str, class: &str, value: &Value) -> String {
        let value = value.to_text(4, usize::MAX / 2);
        format!(
            "\n/// {doc}\n#[rustfmt::skip]\n#[allow(clippy::pedantic, dead_code, unreachable_pub, reason = \"generated\")]\npub static {name}: ::cors_policy::{class} = {{\n    \
             use ::cors_policy::__private::*;\n    {value}\n}};\n"
        )
    }
}
