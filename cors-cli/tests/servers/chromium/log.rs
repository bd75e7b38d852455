//! Chromium's own account of what it refused: the DevTools events that its WebDriver keeps.

use std::collections::HashMap;

use fantoccini::wd::WebDriverCompatibleCommand;
use hyper::Method;
use serde_json::{Value, json};

/// Reads the events since it was last read.
#[derive(Debug)]
pub(crate) struct ReadLog;

/// Ends the browser.
#[derive(Debug)]
pub(crate) struct Close;

impl WebDriverCompatibleCommand for ReadLog {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({"type": "performance"}).to_string()))
    }
}

impl WebDriverCompatibleCommand for Close {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({"cmd": "Browser.close", "params": {}}).to_string()))
    }
}

/// The [`corsError`](https://chromedevtools.github.io/devtools-protocol/tot/Network/#type-CorsError) of each
/// request that failed for one, by the URL that the script asked for.
pub(crate) fn causes(log: Value) -> HashMap<String, String> {
    let (mut urls, mut causes) = (HashMap::new(), HashMap::new());
    for entry in log.as_array().into_iter().flatten() {
        let event: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
        let event = &event["message"];
        let params = &event["params"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let id = text(&params["requestId"]);
        match event["method"].as_str() {
            Some("Network.requestWillBeSent") => {
                urls.entry(id).or_insert_with(|| text(&params["request"]["url"]));
            }
            Some("Network.loadingFailed") => {
                if let (Some(url), Some(cause)) = (urls.get(&id), params["corsErrorStatus"]["corsError"].as_str()) {
                    causes.insert(url.clone(), cause.to_owned());
                }
            }
            _ => {}
        }
    }
    causes
}
