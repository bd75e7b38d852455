//! The layer emits one event for each refused preflight, and none for anything else.
#![allow(clippy::unwrap_used, reason = "all of this is a test")]

mod common;

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use common::{ASSETS, FEW, STOREFRONT};
use cors_policy::Policy;
use cors_policy::tower::CorsLayer;
use http::{HeaderMap, HeaderValue, Request, Response};
use tower::{Layer, Service};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Keeps the fields of every event, one text for each.
#[derive(Clone)]
struct Recorder {
    level: Level,
    events: Arc<Mutex<Vec<String>>>,
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.level
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        struct Text(String);
        impl Visit for Text {
            fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
                self.0.push_str(&format!("; {field}={value:?}"));
            }
        }
        let metadata = event.metadata();
        let mut text = Text(format!("{} {}", metadata.target(), metadata.level()));
        event.record(&mut text);
        self.events.lock().unwrap().push(text.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The events of a request through the layer.
fn events(level: Level, policy: &'static Policy, method: &str, fields: &[(&'static str, &str)]) -> Vec<String> {
    let recorder = Recorder { level, events: Arc::default() };
    let events = recorder.events.clone();
    tracing::subscriber::with_default(recorder, || {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        let mut request = Request::builder().method(method).body(()).unwrap();
        *request.headers_mut() = headers;
        let upstream = tower::service_fn(async |_| Ok::<_, std::convert::Infallible>(Response::new(())));
        drop(CorsLayer::new(policy).layer(upstream).call(request));
    });
    Arc::into_inner(events).unwrap().into_inner().unwrap()
}

const ASK: (&str, &str) = ("access-control-request-method", "PUT");
const NAMES: &str = "access-control-request-headers";

#[test]
fn a_refused_preflight_is_reported_once() {
    let shop = ("origin", "https://www.shop.example");
    let long = "x".repeat(1_000);
    for (policy, fields, expected) in [
        (
            &STOREFRONT,
            &[("origin", "https://evil.test"), ASK][..],
            "policy=\"storefront\"; origin=https://evil.test; reason=the origin is not listed",
        ),
        (
            &STOREFRONT,
            &[shop, shop, ASK],
            "policy=\"storefront\"; origin=https://www.shop.example; reason=there are several origins",
        ),
        // Answered with 204, but the browser finds its question not answered.
        (
            &STOREFRONT,
            &[shop, ("access-control-request-method", "TRACE")],
            "policy=\"storefront\"; origin=https://www.shop.example; reason=the method `TRACE` is not listed",
        ),
        (
            &STOREFRONT,
            &[shop, ASK, (NAMES, "content-type"), (NAMES, "x-debug")],
            "policy=\"storefront\"; origin=https://www.shop.example; reason=the header `x-debug` is not listed",
        ),
        (
            &STOREFRONT,
            &[shop, ASK, (NAMES, &long)],
            "policy=\"storefront\"; origin=https://www.shop.example; reason=too many headers are asked about",
        ),
        (
            &ASSETS,
            &[shop, ASK],
            "policy=\"public-assets\"; origin=https://www.shop.example; reason=the method `PUT` is not listed",
        ),
    ] {
        let expected = format!("cors_policy DEBUG; message=preflight refused; {expected}");
        assert_eq!(events(Level::DEBUG, policy, "OPTIONS", fields), [expected]);
        assert!(events(Level::INFO, policy, "OPTIONS", fields).is_empty());
    }
    let [event] = events(Level::TRACE, &STOREFRONT, "OPTIONS", &[("origin", &long), ASK]).try_into().unwrap();
    assert!(event.len() < 600 && event.contains("xxx…; reason"), "{event}");
    let [event] = events(Level::TRACE, &STOREFRONT, "OPTIONS", &[("origin", "a\u{e9}\t"), ASK]).try_into().unwrap();
    assert!(event.contains(r"origin=a\xc3\xa9\t;"), "{event}");
}

#[test]
fn nothing_else_is_reported() {
    let shop = ("origin", "https://www.shop.example");
    for (policy, method, fields) in [
        (&STOREFRONT, "OPTIONS", &[shop, ASK, (NAMES, "content-type,x-csrf-token")][..]),
        (&STOREFRONT, "OPTIONS", &[shop]),
        (&STOREFRONT, "OPTIONS", &[ASK]),
        (&STOREFRONT, "GET", &[("origin", "https://evil.test"), ASK]),
        (&STOREFRONT, "GET", &[]),
        (&FEW, "OPTIONS", &[("origin", "https://x.a.example"), ASK]),
    ] {
        assert_eq!(events(Level::TRACE, policy, method, fields), [""; 0]);
    }
}
