//! The future of a response.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use http::Response;
use pin_project_lite::pin_project;

use super::answer::Answer;

pin_project! {
    /// The response of a [`CorsService`](super::CorsService).
    ///
    /// # Panics
    ///
    /// If it is polled again after it is ready.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F, ResBody> {
        #[pin]
        state: State<F, ResBody>,
    }
}

pin_project! {
    #[project = StateProjection]
    #[derive(Debug)]
    enum State<F, ResBody> {
        /// The inner service answers; without an answer of ours its response stays untouched.
        PassedOn { #[pin] inner: F, answer: Option<Answer> },
        /// A preflight is answered here.
        Answered { response: Option<Response<ResBody>> },
    }
}

impl<F, ResBody> ResponseFuture<F, ResBody> {
    #[inline(always)]
    pub(super) const fn passed_on(inner: F, answer: Option<Answer>) -> Self {
        Self { state: State::PassedOn { inner, answer } }
    }

    pub(super) const fn answered(response: Response<ResBody>) -> Self {
        Self { state: State::Answered { response: Some(response) } }
    }
}

impl<F, ResBody, E> Future for ResponseFuture<F, ResBody>
where
    F: Future<Output = Result<Response<ResBody>, E>>,
{
    type Output = Result<Response<ResBody>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            StateProjection::PassedOn { inner, answer } => poll(inner, answer, cx),
            StateProjection::Answered { response } => {
                Poll::Ready(Ok(response.take().expect("polled after it was ready")))
            }
        }
    }
}

/// The inner service's response, once it is there, with the headers of the policy.
#[inline(always)]
fn poll<F, ResBody, E>(
    inner: Pin<&mut F>,
    answer: &mut Option<Answer>,
    cx: &mut Context<'_>,
) -> Poll<Result<Response<ResBody>, E>>
where
    F: Future<Output = Result<Response<ResBody>, E>>,
{
    let mut polled = inner.poll(cx);
    if let (Poll::Ready(Ok(response)), Some(answer)) = (&mut polled, answer) {
        answer.write_actual(response.headers_mut());
    }
    polled
}
