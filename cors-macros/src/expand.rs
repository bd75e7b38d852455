//! From a policy file to an expression, or to one compile error for each fault.

use std::path::{Path, PathBuf};

use cors_compiler::backend::rust;
use cors_compiler::diagnostic::{Severity, did_you_mean, display, plain};
use cors_compiler::ir;
use cors_compiler::source::load;
use proc_macro2::TokenStream;
use quote::quote;

use crate::input::Input;

pub(crate) fn policy(input: &Input) -> syn::Result<TokenStream> {
    let (path, file) = file(input)?;
    let names: Vec<&str> = file.policies.iter().map(|policy| policy.name.value.as_str()).collect();
    let policy = match (&input.name, file.policies.as_slice()) {
        (Some(name), _) => file.policy(&name.value()).ok_or_else(|| {
            let near = did_you_mean(&name.value(), names.iter().copied());
            let near = near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
            syn::Error::new(name.span(), format!("{} has no policy \"{}\"{near}", input.file.value(), name.value()))
        })?,
        (None, [only]) => only,
        (None, _) => {
            let message =
                format!("{} has several policies; name one of them: {}", input.file.value(), names.join(", "));
            return Err(syn::Error::new(input.file.span(), message));
        }
    };
    Ok(tracked(&path, &rust::policy(&input.krate, policy)))
}

pub(crate) fn routes(input: &Input) -> syn::Result<TokenStream> {
    if let Some(name) = &input.name {
        return Err(syn::Error::new(name.span(), "the routes of a file name their policies; leave this out"));
    }
    let (path, file) = file(input)?;
    let Some(routes) = &file.routes else {
        let message = format!("{} has no `routes`; use `cors_policy!` for a single policy", input.file.value());
        return Err(syn::Error::new(input.file.span(), message));
    };
    let krate = &input.krate;
    let used = |policy: &&ir::Policy| routes.iter().any(|route| route.policy.as_ref() == Some(&policy.name.value));
    let policies = file.policies.iter().filter(used).map(|policy| {
        let name = rust::static_name(&policy.name.value);
        let expression = rust::policy(krate, policy);
        quote!(static #name: #krate::__private::Policy = #expression;)
    });
    let expression = rust::routes(krate, routes);
    Ok(tracked(&path, &quote!(#(#policies)* #expression)))
}

/// Reads and checks the file. Each of its faults is a compile error that shows the YAML.
fn file(input: &Input) -> syn::Result<(PathBuf, ir::File)> {
    let written = input.file.value();
    let error = |message: String| syn::Error::new(input.file.span(), message);
    if written.trim().is_empty() {
        let message = "the path of a policy file is missing, such as \"policies/shop.yaml\", relative to Cargo.toml";
        return Err(error(message.to_owned()));
    }
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let path = Path::new(&root).join(&written);
    let source = match load(&path, &written) {
        Ok(source) => source,
        Err(fault) => return Err(error(format!("{fault} (looked for {})", path.display()))),
    };
    let environment = input.environment.as_ref();
    let checked =
        cors_compiler::check_in(&source, environment.map(syn::LitStr::value).as_deref()).map_err(|unknown| {
            let span = environment.map_or_else(|| input.file.span(), syn::LitStr::span);
            syn::Error::new(span, format!("{written} {unknown}"))
        })?;
    if let Some(file) = checked.file {
        return Ok((path, file));
    }
    let faults = checked.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let errors = faults.map(|diagnostic| {
        let headline = format!("[{}] {}", diagnostic.code.id, display::prose(&diagnostic.message));
        let body = plain::excerpt(&source, diagnostic);
        error(format!("{headline}\n --> {}\n{body}", plain::location(&source, diagnostic)))
    });
    let all = errors.reduce(|mut all, error| {
        all.combine(error);
        all
    });
    Err(all.unwrap_or_else(|| error(format!("{written} cannot be used"))))
}

/// An expression that makes cargo rebuild when the file changes.
fn tracked(path: &Path, expression: &TokenStream) -> TokenStream {
    let path = path.to_string_lossy();
    quote!({
        const _: &[u8] = ::core::include_bytes!(#path);
        #expression
    })
}

/// The errors as one expression, so that nothing else is reported for the same place.
pub(crate) fn errors(error: &syn::Error) -> TokenStream {
    let errors = error.to_compile_error();
    quote!({ #errors })
}
