//! `Policy::decide`: what it answers to raw requests is what the reference answers, and it allocates nothing.
//!
//! An input is a byte that picks one of some random policies, a line with the method, and a line for each
//! header field, `name:value`, with whatever bytes; a value that begins with `~` stands for an origin near one
//! of the policy's entries, chosen by the bytes that follow.

use std::cell::OnceCell;
use std::hint::black_box;

use cors_compiler::ir;
use cors_compiler::reference::{self, Headers};
use cors_policy::{Policy, Request};

use crate::{Random, from_text, tables};

/// How many policies an input can pick from.
const POLICIES: usize = 48;

struct Subject {
    checked: ir::File,
    entries: Vec<String>,
    policy: Policy,
}

thread_local! {
    static SUBJECTS: [OnceCell<&'static Subject>; POLICIES] = const { [const { OnceCell::new() }; POLICIES] };
}

fn subject(index: usize) -> &'static Subject {
    SUBJECTS.with(|subjects| {
        *subjects[index].get_or_init(|| {
            let checked = from_text(Random::new(index as u64).policy());
            let entries = checked.policies[0].origins().iter().map(|origin| origin.pattern.value.to_string()).collect();
            let policy = tables::policy(&checked.policies[0]);
            Box::leak(Box::new(Subject { checked, entries, policy }))
        })
    })
}

/// Each byte one character, as the reference has it.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// What the run time answers, in the terms of the reference.
#[must_use]
pub fn answer(policy: &Policy, request: &Request<'_>) -> reference::Response {
    let decision = policy.decide(request);
    let mut headers = Headers::default();
    for (name, value) in decision.headers() {
        headers.push(name, value);
    }
    if let Some(vary) = decision.vary() {
        headers.push("vary", vary);
    }
    reference::Response { status: decision.preflight_status().unwrap_or(200), headers }
}

/// The response with its fields in the order of their names and values.
#[must_use]
pub fn sorted(mut response: reference::Response) -> reference::Response {
    response.headers.0.sort();
    response
}

/// Runs the target.
///
/// # Panics
/// A promise is broken.
pub fn run(data: &[u8]) {
    let Some((&first, rest)) = data.split_first() else { return };
    let subject = subject(usize::from(first) % POLICIES);
    let mut lines = rest.split(|&byte| byte == b'\n');
    let method = latin1(lines.next().unwrap_or_default());
    let fields: Vec<(&str, Vec<u8>)> = lines
        .filter_map(|line| {
            let colon = line.iter().position(|&byte| byte == b':')?;
            let value = match line.get(colon + 1..)? {
                [b'~', choices @ ..] => Random::from_bytes(choices).origin(&subject.entries).into_bytes(),
                value => value.to_vec(),
            };
            Some((std::str::from_utf8(line.get(..colon)?).ok()?, value))
        })
        .collect();
    let (mut request, mut names) = (Request::new(&method), Vec::new());
    let mut asked = reference::Request { method: method.clone(), path: "/".to_owned(), headers: Headers::default() };
    for (name, value) in &fields {
        request = match *name {
            "origin" => request.origin(value),
            "access-control-request-method" => request.access_control_request_method(value),
            "access-control-request-private-network" => request.access_control_request_private_network(value),
            "access-control-request-headers" => {
                names.push(value.as_slice());
                continue;
            }
            _ => continue,
        };
        asked.headers.push(name, &latin1(value));
    }
    let checked = &subject.checked.policies[0];
    let upstream = |_: &reference::Request| reference::Response { status: 200, headers: Headers::default() };
    let expected = reference::respond(checked, &asked, upstream);
    let found = answer(&subject.policy, &request);
    assert_eq!(sorted(found), sorted(expected), "{request:?}\n{:?}", subject.entries);

    let allocated = allocation_counter::measure(|| {
        let decision = black_box(&subject.policy).decide(black_box(&request));
        black_box(decision.headers().map(|(name, value)| name.len() + value.len()).sum::<usize>());
        for request in [request, request.include_credentials()] {
            let refusal = subject.policy.refusal(black_box(&request), names.iter().copied());
            // What is refused before the names are read is refused whatever they are.
            let refused = request.is_preflight() && !decision.is_allowed();
            assert!(!refused || refusal.is_some());
        }
    });
    assert_eq!(allocated.count_total, 0, "it allocates: {request:?}");
}
