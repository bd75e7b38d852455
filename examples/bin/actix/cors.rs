//! A middleware that answers by a policy, through `Policy::decide`: what to do in any framework.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, VARY};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};
use cors_policy::{Policy, RESPONSE_HEADERS, Request};

/// Answers a preflight, and gives every other response the policy's headers, errors included.
pub(crate) async fn cors<B: MessageBody>(
    policy: &'static Policy,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let answer = Answer::new(policy, &request);
    if let Some(status) = answer.preflight {
        let mut response = HttpResponse::new(status);
        answer.write(response.headers_mut());
        return Ok(request.into_response(response).map_into_right_body());
    }
    match next.call(request).await {
        Ok(mut response) => {
            answer.write(response.headers_mut());
            Ok(response.map_into_left_body())
        }
        Err(mut error) => {
            error.add_response_mapper(move |mut response| {
                answer.write(response.headers_mut());
                response
            });
            Err(error)
        }
    }
}

/// A decision in actix-web's types.
struct Answer {
    preflight: Option<StatusCode>,
    headers: Vec<(HeaderName, HeaderValue)>,
    vary: Option<&'static str>,
}

impl Answer {
    fn new(policy: &Policy, request: &ServiceRequest) -> Self {
        let mut facts = Request::new(request.method().as_str());
        for value in request.headers().get_all("origin") {
            facts = facts.origin(value.as_bytes());
        }
        for value in request.headers().get_all("access-control-request-method") {
            facts = facts.access_control_request_method(value.as_bytes());
        }
        for value in request.headers().get_all("access-control-request-private-network") {
            facts = facts.access_control_request_private_network(value.as_bytes());
        }
        let decision = policy.decide(&facts);
        let headers = decision.headers().filter_map(|(name, value)| {
            // The values are the policy's own, or the one of `Origin`: header values.
            Some((HeaderName::from_static(name), HeaderValue::from_str(value).ok()?))
        });
        Self {
            preflight: decision.preflight_status().and_then(|status| StatusCode::from_u16(status).ok()),
            headers: headers.collect(),
            vary: decision.vary(),
        }
    }

    fn write(&self, headers: &mut HeaderMap) {
        if headers.keys().any(|name| name.as_str().starts_with("access-control-")) {
            for name in RESPONSE_HEADERS {
                headers.remove(name);
            }
        }
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        let Some(vary) = self.vary else { return };
        let values = headers.get_all(VARY).filter_map(|value| value.to_str().ok());
        let mut names = values.flat_map(|value| value.split(',')).map(str::trim);
        if !names.any(|name| name == "*" || name.eq_ignore_ascii_case(vary)) {
            headers.append(VARY, HeaderValue::from_static(vary));
        }
    }
}
