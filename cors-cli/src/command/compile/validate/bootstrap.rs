//! Puts a piece of Envoy's configuration into a bootstrap, which is all that Envoy validates.

use serde_yaml::{Mapping, Value};

/// What Envoy can validate: a bootstrap as it is, a piece inside one, which is printed as JSON.
pub(super) fn bootstrap(text: &str) -> Result<String, serde_yaml::Error> {
    let found: Value = serde_yaml::from_str(text)?;
    if found.get("static_resources").is_some() {
        return Ok(text.to_owned());
    }
    let mut whole: Value = serde_yaml::from_str(BOOTSTRAP)?;
    let manager = &mut whole["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"];
    let mut hosts = Vec::new();
    let mut host = |name: String, route: Option<&Value>, fields: &Mapping| -> Result<(), serde_yaml::Error> {
        let mut host = Mapping::new();
        if route.is_none() {
            host.insert(
                "routes".into(),
                serde_yaml::from_str("[{match: {prefix: /}, direct_response: {status: 200}}]")?,
            );
        }
        host.extend(fields.clone());
        host.insert("name".into(), name.clone().into());
        host.insert("domains".into(), vec![Value::from(format!("{name}.test"))].into());
        hosts.push(Value::Mapping(host));
        Ok(())
    };
    let listed = |value: Option<&Value>| value.and_then(Value::as_sequence).cloned().unwrap_or_default();
    let given = listed(found.get("virtual_hosts")).into_iter();
    let given = given.chain(listed(found.get("resources").and_then(|list| list[0].get("virtual_hosts"))));
    let alone = found.get("routes").is_some().then(|| found.clone());
    for (index, given) in given.chain(alone).enumerate() {
        if let Some(fields) = given.as_mapping() {
            host(format!("host-{index}"), given.get("routes"), fields)?;
        }
    }
    for (name, policy) in found.get("policies").and_then(Value::as_mapping).into_iter().flatten() {
        if let (Some(name), Some(fields)) = (name.as_str(), policy.as_mapping()) {
            host(format!("policy-{name}"), None, fields)?;
        }
    }
    manager["route_config"]["virtual_hosts"] = hosts.into();
    if let Some(fields) = found.get("http_connection_manager").and_then(Value::as_mapping) {
        let router = manager["http_filters"].as_sequence().cloned().unwrap_or_default();
        if let Some(manager) = manager.as_mapping_mut() {
            manager.extend(fields.clone());
        }
        if let Some(filters) = manager["http_filters"].as_sequence_mut() {
            filters.extend(router);
        }
    }
    // Envoy's reader is one of YAML 1.1, in which the plain scalar `no` is no string.
    serde_json::to_string(&whole).map_err(serde::ser::Error::custom)
}

/// A listener with nothing but a router, and the cluster that the routes of our outputs lead to.
const BOOTSTRAP: &str = "
node: {id: validate, cluster: validate}
static_resources:
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: 0}}
    filter_chains:
    - filters:
      - name: manager
        typed_config:
          '@type': type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: validate
          http_filters:
          - {name: router, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
          route_config: {name: all}
  clusters:
  - {name: upstream}
";
