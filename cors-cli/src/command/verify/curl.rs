//! A request as a line for a shell.

use cors_compiler::reference::Request;

use super::client::Client;

/// The `curl` that sends the same request. The values of `--header` are not shown.
pub(crate) fn curl(client: &Client, request: &Request, actual: bool, insecure: bool) -> String {
    let mut line = "curl -i".to_owned();
    match request.method.as_str() {
        "GET" => {}
        "HEAD" => line.push_str(" --head"),
        method => line.push_str(&format!(" -X {}", quoted(method))),
    }
    if insecure {
        line.push_str(" --insecure");
    }
    let site = &client.site;
    if let Some(address) = site.pinned {
        line.push_str(&format!(" --connect-to {}:{}:{address}", site.host, site.port));
    }
    for (name, value) in request.headers.0.iter().filter(|(name, _)| name != "accept") {
        line.push_str(&format!(" -H {}", quoted(&format!("{name}: {value}"))));
    }
    for (name, _) in client.headers.iter().filter(|_| actual) {
        line.push_str(&format!(" -H '{name}: …'"));
    }
    format!("{line} {}", quoted(&site.url(&request.path)))
}

/// One word of a shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=%+,@".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_shell_reads_one_word() {
        for (text, word) in [("https://a.example/b?c&d", "'https://a.example/b?c&d'"), ("a'b", r"'a'\''b'"), ("", "''")]
        {
            assert_eq!(quoted(text), word);
        }
        assert_eq!(quoted("https://a.example:8443/b"), "https://a.example:8443/b");
    }
}
