//! Envoy configurations as trees, with the Lua scripts in them.

use serde_yaml::Value;

use super::lua;

/// The paths of all values, strings and numbers as kinds.
///
/// # Errors
/// It is no YAML, or a script in it is no Lua.
pub fn shape(text: &str) -> Result<Vec<String>, String> {
    let value: Value = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
    let mut lines = Vec::new();
    print(&value, "", &mut lines)?;
    Ok(lines)
}

fn print(value: &Value, at: &str, lines: &mut Vec<String>) -> Result<(), String> {
    match value {
        Value::Mapping(entries) => {
            lines.push(format!("{at} mapping"));
            for (key, value) in entries {
                let key = key.as_str().ok_or_else(|| format!("{at}: a key that is no string: {key:?}"))?;
                print(value, &format!("{at}.{key}"), lines)?;
            }
        }
        Value::Sequence(items) => {
            lines.push(format!("{at} sequence"));
            for item in items {
                print(item, &format!("{at}[]"), lines)?;
            }
        }
        Value::String(text) if at.ends_with(".inline_string") => {
            lines.push(format!("{at} script"));
            lines.extend(lua::tokens(text).map_err(|error| format!("{at}: {error}"))?);
        }
        // What begins with `%` and a letter is a command of Envoy's formats where a header's value is one.
        Value::String(text) if at.ends_with(".header.value") => {
            lines.push(format!("{at} value with {} commands", commands(text)?));
        }
        Value::String(_) => lines.push(format!("{at} string")),
        Value::Number(_) => lines.push(format!("{at} number")),
        Value::Bool(value) => lines.push(format!("{at} {value}")),
        Value::Null => lines.push(format!("{at} null")),
        Value::Tagged(tagged) => return Err(format!("{at}: a tag: {tagged:?}")),
    }
    Ok(())
}

/// How many commands a format has; `%%` is a percent sign.
fn commands(format: &str) -> Result<usize, String> {
    let rest = format.replace("%%", "");
    match rest.matches('%').count() {
        odd if odd % 2 == 1 => Err(format!("Envoy cannot read the format {format:?}")),
        even => Ok(even / 2),
    }
}
