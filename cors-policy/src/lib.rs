//! CORS policies written once in YAML, checked, and compiled into the program.
//!
//! A policy says which origins may read a service's responses, and with which methods and headers
//! their scripts may call it. It is a YAML file; the compiler refuses what cannot be meant, and the
//! macro `cors_policy!` turns the file into constant data. At run time nothing is left to parse,
//! to configure wrongly, or to fail.
//!
//! ```yaml
//! # policies/shop.yaml
//! version: 1
//! policies:
//!   storefront:
//!     allow_origins: [https://shop.example, https://*.shop.example]
//!     allow_methods: [PUT, PATCH, DELETE]
//!     allow_headers: [content-type, x-csrf-token]
//!     allow_credentials: true
//! ```
//!
//! ```
//! # mod compiled { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/compiler/tests/golden/rust/shop/cors_policies.rs")); }
//! # macro_rules! cors_policy { ($path:literal, $name:literal) => { compiled::STOREFRONT } }
//! use cors_policy::{Policy, Request};
//!
//! static STOREFRONT: Policy = cors_policy!("policies/shop.yaml", "storefront");
//!
//! let request = Request::new("GET").origin("https://www.shop.example");
//! assert!(STOREFRONT.decide(&request).is_allowed());
//!
//! let request = Request::new("GET").origin("https://www.shop.example.evil.test");
//! assert!(!STOREFRONT.decide(&request).is_allowed());
//! ```
//!
//! # With hyper, axum or tonic
//! The feature `tower` has a layer; it is all that such a service needs:
//! ```text
//! static ROUTES: Routes = cors_policy::cors_routes!("policies/shop.yaml");
//! let app = axum::Router::new().route(…).layer(cors_policy::tower::CorsLayer::routes(&ROUTES));
//! ```
//!
//! # With anything else
//! [`Policy::decide`] reads no socket and knows no framework. This is a whole adapter; a header map
//! here is a list of names in lower case and values:
//! ```
//! # mod compiled { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/compiler/tests/golden/rust/shop/cors_policies.rs")); }
//! # use compiled::STOREFRONT;
//! use cors_policy::{RESPONSE_HEADERS, Request};
//!
//! type Headers = Vec<(String, String)>;
//!
//! fn respond(method: &str, headers: &Headers, application: impl FnOnce() -> (u16, Headers)) -> (u16, Headers) {
//!     let request = headers.iter().fold(Request::new(method), |request, (name, value)| match name.as_str() {
//!         "origin" => request.origin(value),
//!         "access-control-request-method" => request.access_control_request_method(value),
//!         "access-control-request-private-network" => request.access_control_request_private_network(value),
//!         _ => request,
//!     });
//!     let decision = STOREFRONT.decide(&request);
//!
//!     let (status, mut response) = match decision.preflight_status() {
//!         Some(status) => (status, Headers::new()),
//!         None => application(),
//!     };
//!     response.retain(|(name, _)| !RESPONSE_HEADERS.contains(&name.as_str()));
//!     response.extend(decision.headers().map(|(name, value)| (name.to_owned(), value.to_owned())));
//!     if let Some(vary) = decision.vary() {
//!         response.push(("vary".to_owned(), vary.to_owned())); // unless it is there already
//!     }
//!     (status, response)
//! }
//!
//! let request = vec![("origin".to_owned(), "https://www.shop.example".to_owned())];
//! let (status, response) = respond("GET", &request, || (404, Headers::new()));
//! assert_eq!(status, 404);
//! assert_eq!(response[0].1, "https://www.shop.example");
//! ```
//! [`Routes::policy`] picks the policy by the request's path.
//!
//! # What CORS is not
//! A policy opens responses to scripts of other origins; it closes nothing. Whoever is no browser
//! sends what he likes, and a browser, too, sends the requests that need no preflight and merely
//! keeps the response from the script. CORS therefore is no authentication and no defence against
//! cross-site request forgery.
//!
//! # Features
//! - `macros` (default): `cors_policy!` and `cors_routes!`.
//! - `tower`: the layer, and conversions from the types of the `http` crate.
//! - `tracing`: the layer emits a `tracing` event, target `cors_policy`, level `DEBUG`, for each preflight
//!   that the browser will find refused; it names the policy, the origin and the reason.
//!
//! Without features the crate has no dependency and needs neither `std` nor an allocator.

#![no_std]
#![forbid(unsafe_code)]

mod decision;
mod header_list;
#[cfg(feature = "macros")]
mod macros;
mod origin;
mod policy;
mod refusal;
mod request;
mod routes;
#[cfg(feature = "tower")]
pub mod tower;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use decision::{Decision, RESPONSE_HEADERS};
pub use policy::Policy;
pub use refusal::Refusal;
pub use request::Request;
pub use routes::Routes;
