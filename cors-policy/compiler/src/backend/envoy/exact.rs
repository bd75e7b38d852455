//! The profile `exact`: one Lua filter, whose script on each route answers as the reference does.

use std::collections::BTreeMap;

use super::super::text::Text;
use super::api::{Any, Filter, PolicyConfig, Script};
use super::lua::{allows, body, literal};
use crate::ir::{Access, Policy};
use crate::reference::CORS_RESPONSE_HEADERS;

/// The name of the filter; nothing else may run under it, since a route has one script for each name.
pub(super) const FILTER: &str = "cors_policy";

/// The filter does nothing by itself: the routes bring the scripts.
pub(super) fn filters() -> Vec<Filter> {
    vec![Filter::new(FILTER, Any::Lua {})]
}

/// What a route or virtual host says of a policy.
pub(super) fn config(policy: &Policy) -> PolicyConfig {
    let script = Any::LuaPerRoute(Script::new(script(policy)));
    PolicyConfig {
        typed_per_filter_config: BTreeMap::from([(FILTER.to_owned(), script)]),
        response_headers_to_remove: Vec::new(),
    }
}

fn script(policy: &Policy) -> String {
    let mut text = match policy.access {
        Access::Anyone(_) => Text::default(),
        Access::Listed { .. } => allows(policy),
    };
    let allowed = match policy.access {
        Access::Anyone(_) => "\"*\"",
        Access::Listed { .. } => "allows(origin) and origin or nil",
    };
    text.line("");
    text.line(format_args!("local POLICY = {}", literal(&policy.name.value)));
    text.line("local CORS_HEADERS = {");
    CORS_RESPONSE_HEADERS.iter().for_each(|name| text.line(format_args!("  {},", literal(name))));
    text.verbatim("}\n");
    text.verbatim("local function allowed_origin(origin)");
    text.line(format_args!("  return {allowed}"));
    text.verbatim("end\n\n");
    preflight(&mut text, policy);
    text.line("");
    actual(&mut text, policy);
    text.line("");
    text.verbatim(body(include_str!("lua/filter.lua")));
    text.finish().trim_start().to_owned()
}

/// The answer to a preflight.
fn preflight(text: &mut Text, policy: &Policy) {
    let field = |name: &str, value: &str| format!("[{}] = {value},", literal(name));
    text.line("local function preflight(headers, origin)");
    if policy.varies_on_origin() {
        text.verbatim("  if not origin then\n    return {[\":status\"] = \"403\", [\"vary\"] = \"Origin\"}\n  end");
    }
    text.line("  local answer = {");
    let mut fields = vec![field(":status", &literal("204"))];
    fields.extend(policy.varies_on_origin().then(|| field("vary", &literal("Origin"))));
    fields.push(field("access-control-allow-origin", "origin"));
    fields.extend(policy.preflight_headers().iter().map(|(name, value)| field(name, &literal(value))));
    fields.iter().for_each(|field| text.line(format_args!("    {field}")));
    text.line("  }");
    if policy.allow_private_network.is_some() {
        text.line("  if headers:get(\"access-control-request-private-network\") == \"true\" then");
        text.line("    answer[\"access-control-allow-private-network\"] = \"true\"");
        text.line("  end");
    }
    text.line("  return answer");
    text.line("end");
}

/// What every other response gains.
fn actual(text: &mut Text, policy: &Policy) {
    let add = |name: &str, value: &str| format!("headers:add({}, {value})", literal(name));
    let mut fields = vec![add("access-control-allow-origin", "origin")];
    fields.extend(policy.actual_headers().iter().map(|(name, value)| add(name, &literal(value))));
    if policy.varies_on_origin() {
        text.verbatim(body(include_str!("lua/vary.lua")));
        text.line("");
    }
    text.line("local function actual(headers, origin)");
    if policy.varies_on_origin() {
        text.line("  if origin then");
        fields.iter().for_each(|field| text.line(format_args!("    {field}")));
        text.verbatim("  end\n  add_vary(headers)");
    } else {
        text.line("  origin = \"*\"");
        fields.iter().for_each(|field| text.line(format_args!("  {field}")));
    }
    text.line("end");
}
