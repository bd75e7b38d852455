//! What stands in a server or a location: the headers, and the answers to preflights.

use super::{HEADERS, Job, Policy, Text, Value, Variables, Version, quoted, shared, values, version};

/// The directives that hide a header of an upstream, one for each module that talks to one.
const HIDE_HEADER: [&str; 5] =
    ["proxy_hide_header", "fastcgi_hide_header", "uwsgi_hide_header", "scgi_hide_header", "grpc_hide_header"];

/// The include of a policy.
pub(super) fn policy(job: &Job<'_>, banner: &[String], policy: &Policy) -> String {
    let mut text = Text::default();
    let name = &policy.name.value;
    text.comment(banner);
    text.comment(["", &format!("CORS policy \"{name}\". Needs cors_http.conf at the http level."), ""]);
    if job.shape.name == "server" {
        text.comment(["Include it once, first in a server that the policy covers as a whole."]);
    } else {
        text.comment([
            "Include it first in every location that the policy covers, nested locations and those that",
            "an error_page leads to too, or in a server that it covers as a whole.",
        ]);
    }
    placement(&mut text, job);
    text.line("");
    policy_body(&mut text, job, policy);
    text.finish()
}

/// The include of the routes.
pub(super) fn routes(job: &Job<'_>, banner: &[String]) -> String {
    let mut text = Text::default();
    text.comment(banner);
    text.comment([
        "",
        "Picks the CORS policy by the normalised path ($uri). Needs cors_http.conf at the http level.",
        "",
        "Include it once, in the server, first. The CORS headers of an upstream pass on paths without",
        "a policy. A regular expression in server_name needs named captures: choosing a route",
        "overwrites $1.",
    ]);
    placement(&mut text, job);
    text.line("");
    routes_body(&mut text, job);
    text.finish()
}

/// What must hold around an include.
fn placement(text: &mut Text, job: &Job<'_>) {
    text.comment([
        "A location or an if with add_header or *_hide_header directives of its own inherits none of",
        "these: include the file there as well. Preflights are answered before access control",
        "(auth_basic, auth_request, allow, deny); before limit_except only if it is the server that",
        "includes the file.",
    ]);
    if version(job) >= Version(1, 29, 3) {
        text.comment([
            "Where add_header_inherit merge is in force, include it at one level only: two would send",
            "every header twice, which browsers refuse.",
        ]);
    }
}

/// The directives of a policy.
pub(super) fn policy_body(text: &mut Text, job: &Job<'_>, policy: &Policy) {
    let variables = Variables::new(job, Some(policy));
    hide_headers(text);
    text.line("");
    for ((header, _), value) in HEADERS.iter().zip(values(policy)) {
        match value {
            Value::Never => {}
            Value::Constant(constant) => text.line(format_args!("add_header {header} {} always;", quoted(constant))),
            Value::Variable(part) => text.line(format_args!("add_header {header} {} always;", variables.get(part))),
        }
    }
    if policy.varies_on_origin() {
        text.line(format_args!("add_header Vary {} always;", shared("vary")));
    }
    text.line("");
    answers(text, &variables, policy.varies_on_origin());
}

/// The directives of the routes.
pub(super) fn routes_body(text: &mut Text, job: &Job<'_>) {
    let variables = Variables::new(job, None);
    hide_headers(text);
    text.line("");
    for (header, part) in HEADERS {
        text.line(format_args!("add_header {header} {} always;", variables.get(part)));
    }
    text.line(format_args!("add_header Vary {} always;", variables.get("vary")));
    text.line("");
    answers(text, &variables, true);
}

fn hide_headers(text: &mut Text) {
    for directive in HIDE_HEADER {
        for (header, _) in HEADERS {
            text.line(format_args!("{directive} {header};"));
        }
    }
}

/// Answers preflights. The body of each `if` is just a `return`: the use of `if` that is safe. A
/// `return` with a text that is a variable is not subject to `error_page`, which could pass the preflight
/// on; the variable of the allowed origin is empty when it is refused.
fn answers(text: &mut Text, variables: &Variables, refuses: bool) {
    let answer = variables.get("answer");
    text.line(format_args!("if ({answer} = 204) {{ return 204; }}"));
    if refuses {
        text.line(format_args!("if ({answer} = 403) {{ return 403 {}; }}", variables.get("origin")));
    }
}
