//! An actix-web service behind a middleware, without a server.

use std::future::{Future, Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, fn_service};
use actix_web::http::{Method, header};
use actix_web::middleware::{Next, from_fn};
use actix_web::test::TestRequest;
use actix_web::{Error, HttpResponse};

use super::peers::PREFLIGHT_HEADERS;
use super::{Boxed, calls, case, counted};
use crate::measure::Group;
use crate::{origins, policies};

/// The middleware of the example.
#[path = "../../../../examples/bin/actix/cors.rs"]
mod example;

pub(super) fn added(title: &'static str) -> Group {
    let columns = vec!["no middleware", "cors-policy (`decide`)", "actix-cors"];
    let mut cases = Vec::new();
    for count in [1, 100, 10_000] {
        let keys = origins::exact(count);
        let some = keys[count / 2].clone();
        for (what, allowed, origin) in [("no `Origin`", false, None), ("allowed", true, Some(some))] {
            let request = move || request(Method::GET, origin.as_deref(), None);
            let contenders = vec![
                answers(fn_service(upstream), request.clone()),
                answers(ours(count), request.clone()),
                answers(peer(&keys), request),
            ];
            cases.push(case(format!("{}, {what}", counted(count, "origin")), allowed, contenders));
        }
    }
    Group { title, columns, whole: false, cases }
}

/// Not with 1,000 names: actix-cors refuses what it does not allow.
pub(super) fn preflight(title: &'static str) -> Group {
    let keys = origins::exact(1);
    let (origin, names) = (keys[0].clone(), PREFLIGHT_HEADERS[1..6].join(","));
    let request = move || request(Method::OPTIONS, Some(&origin), Some(&names));
    let contenders = vec![answers(ours(1), request.clone()), answers(peer(&keys), request)];
    let cases = vec![case("1 origin, 5 header names", true, contenders)];
    Group { title, columns: vec!["cors-policy (`decide`)", "actix-cors"], whole: true, cases }
}

fn upstream(request: ServiceRequest) -> Ready<Result<ServiceResponse, Error>> {
    let response = HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "text/plain")).finish();
    ready(Ok(request.into_response(response)))
}

fn ours(
    count: usize,
) -> impl Service<ServiceRequest, Response = ServiceResponse<impl MessageBody + use<>>, Error = Error> + use<> {
    let policy = policies::named(&format!("exact-{count}"));
    let middleware = from_fn(move |request: ServiceRequest, next: Next<BoxBody>| example::cors(policy, request, next));
    made(middleware.new_transform(fn_service(upstream)))
}

fn peer(
    keys: &[String],
) -> impl Service<ServiceRequest, Response = ServiceResponse<impl MessageBody + use<>>, Error = Error> + use<> {
    let cors = actix_cors::Cors::default()
        .allowed_methods(["PUT", "PATCH", "DELETE"])
        .allowed_headers(PREFLIGHT_HEADERS)
        .expose_headers(["x-request-id"])
        .supports_credentials()
        .max_age(7200);
    let cors = keys.iter().fold(cors, |cors, key| cors.allowed_origin(key));
    made(cors.new_transform(fn_service(upstream)))
}

fn request(method: Method, origin: Option<&str>, names: Option<&str>) -> ServiceRequest {
    let mut request = TestRequest::default()
        .method(method)
        .insert_header(("host", "api.shop.example"))
        .insert_header(("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"))
        .insert_header(("accept", "*/*"));
    if let Some(origin) = origin {
        request = request.insert_header(("origin", origin));
    }
    if let Some(names) = names {
        request = request.insert_header(("access-control-request-method", "PUT"));
        request = request.insert_header(("access-control-request-headers", names));
    }
    request.to_srv_request()
}

fn made<T>(future: impl Future<Output = Result<T, ()>>) -> T {
    polled(future).unwrap_or_else(|()| unreachable!("a complete configuration"))
}

/// Polls the future once: everything here is ready at once.
fn polled<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("nothing here waits"),
    }
}

fn answers<S, B: MessageBody + 'static>(service: S, make: impl FnMut() -> ServiceRequest + 'static) -> Boxed
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
{
    let allows = |result: &Result<ServiceResponse<B>, Error>| {
        result.as_ref().is_ok_and(|answer| answer.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN))
    };
    calls(make, move |request| polled(service.call(request)), allows)
}
