//! A headless Chromium, driven through its WebDriver, whose whole network is the test's own [`Front`].

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use fantoccini::{Client, ClientBuilder};
use http_body_util::Full;
use hyper::header::HeaderValue;
use hyper_util::client::legacy::connect::HttpConnector;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::front::Front;
use super::log::{ReadLog, causes};
use super::site;
use crate::process::{Process, find, free_address};

/// The origin of a page in a sandboxed frame.
const NULL: &str = "null";

/// The page that has such a frame.
const FRAMING: &str = "https://framing.test";

/// A request that a page's script makes.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Call {
    pub(crate) way: Way,
    /// No two calls have the same, unless they are to meet in the cache.
    pub(crate) url: String,
    pub(crate) method: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) credentials: Credentials,
    pub(crate) body: Option<String>,
}

/// By what a script makes a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Way {
    Fetch,
    /// `XMLHttpRequest` with an upload listener.
    Upload,
    ImageThenFetch,
}

/// The [credentials mode](https://fetch.spec.whatwg.org/#concept-request-credentials-mode).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Credentials {
    Omit,
    SameOrigin,
    Include,
}

/// What a script gets.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Outcome {
    Response {
        status: u16,
        /// The names of the headers that it can read.
        headers: Vec<String>,
    },
    Failure {
        error: String,
        /// Chromium's own word for what was wrong, if CORS was.
        #[serde(default)]
        cause: Option<String>,
    },
}

impl Outcome {
    /// Whether it is a failure of the network, as those for CORS are, of which nobody has said why.
    fn lacks_cause(&self) -> bool {
        matches!(self, Self::Failure { error, cause: None } if NETWORK_ERRORS.contains(&error.as_str()))
    }
}

/// What `fetch` and the page's listener for errors say.
const NETWORK_ERRORS: [&str; 2] = ["TypeError: Failed to fetch", "error event"];

/// How often events are waited for.
const PATIENCE: usize = 20;

/// A running browser; dropping it ends it.
pub(crate) struct Browser {
    pub(crate) front: Front,
    client: Client,
    runtime: Runtime,
    chromium: Process,
    _driver: Process,
    _directory: TempDir,
}

impl Browser {
    pub(crate) fn start() -> Self {
        let front = Front::start(site::start(|_| {
            let mut page = site::Answer::new(Full::new(Bytes::from_static(include_bytes!("page.html"))));
            page.headers_mut().insert("content-type", HeaderValue::from_static("text/html"));
            Some(page)
        }));
        let directory = tempfile::tempdir().unwrap();
        let (debugger, webdriver) = (free_address(), free_address());
        let mut command = Command::new(find("chromium", "CHROMIUM", Path::new("/usr/bin/chromium")));
        command.args(FLAGS).args([
            format!("--remote-debugging-port={}", debugger.port()),
            format!("--user-data-dir={}", directory.path().display()),
            format!("--host-resolver-rules=MAP * {}", front.address),
            format!("--ignore-certificate-errors-spki-list={}", front.key),
        ]);
        let chromium = Process::start(&mut command, directory.path(), debugger);
        let mut command = Command::new(find("chromedriver", "CHROMEDRIVER", Path::new("/usr/bin/chromedriver")));
        command.arg(format!("--port={}", webdriver.port()));
        let driver = Process::start(&mut command, directory.path(), webdriver);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let capabilities = json!({
            "goog:chromeOptions": {
                "debuggerAddress": debugger.to_string(),
                "perfLoggingPrefs": {"enableNetwork": true, "enablePage": false},
            },
            "goog:loggingPrefs": {"performance": "ALL"},
            "timeouts": {"script": 120_000},
        });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.as_object().unwrap().clone());
        let client = runtime.block_on(builder.connect(&format!("http://{webdriver}"))).unwrap();
        Self { front, client, runtime, chromium, _driver: driver, _directory: directory }
    }

    /// Has a page of `origin` make the calls, several at once.
    pub(crate) fn perform(&mut self, origin: &str, calls: &[Call]) -> Vec<Outcome> {
        #[derive(Deserialize)]
        struct Performed {
            origin: String,
            outcomes: Vec<Outcome>,
        }
        let (page, script) = match origin {
            NULL => (FRAMING, "performInFrame(calls).then(done)"),
            _ => (origin, "perform(calls).then((outcomes) => done({origin: self.origin, outcomes}))"),
        };
        let script = format!("const [calls, done] = arguments; {script};");
        let performed = self.runtime.block_on(async {
            self.client.goto(page).await?;
            self.client.execute_async(&script, vec![json!(calls)]).await
        });
        let performed = performed.unwrap_or_else(|error| panic!("the page of {origin}: {error}"));
        let mut performed: Performed = serde_json::from_value(performed).unwrap();
        assert_eq!(performed.origin, origin, "the page has another origin");
        assert_eq!(performed.outcomes.len(), calls.len());
        self.explain(calls, &mut performed.outcomes);
        performed.outcomes
    }

    /// Adds what Chromium has found wrong with the calls that failed. Its events may come after their outcomes.
    fn explain(&self, calls: &[Call], outcomes: &mut [Outcome]) {
        for _ in 0..PATIENCE {
            let mut causes = self.causes();
            for (call, outcome) in calls.iter().zip(&mut *outcomes) {
                if let Outcome::Failure { cause: cause @ None, .. } = outcome {
                    *cause = causes.remove(&call.url);
                }
            }
            if !outcomes.iter().any(Outcome::lacks_cause) {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// What Chromium has found wrong since it was last asked, by the requests' URLs.
    fn causes(&self) -> HashMap<String, String> {
        causes(self.runtime.block_on(self.client.issue_cmd(ReadLog)).unwrap())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked to end it does so with all its processes, and leaves its directory alone.
        if self.runtime.block_on(self.client.issue_cmd(super::log::Close)).is_ok() {
            self.chromium.wait();
        }
    }
}

/// How it is started: without a window, without a sandbox (which takes more rights than a container gives; it
/// opens the test's own pages only), and without a word to anyone else.
const FLAGS: [&str; 13] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--log-level=3",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    // Pages of `http:` stay what they are, though their host answers by TLS too; and a frame's events are among
    // those of its page, as they share a process.
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,IsolateSandboxedIframes",
];
