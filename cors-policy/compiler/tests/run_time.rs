//! The run time against the reference: random policies of every form of entry, requests near every
//! boundary of theirs.

mod layered;

use std::collections::BTreeMap;

use cors_compiler::browser;
use cors_compiler::reference::{self, Headers};
use cors_fuzz::decide::sorted;
use cors_fuzz::{Random, from_text, tables};
use cors_policy::{Policy, Refusal, Request};

/// What the run time answers to a request of the reference's, in its terms.
fn answer(policy: &Policy, request: &reference::Request) -> reference::Response {
    let mut facts = Request::new(&request.method);
    for (name, value) in &request.headers.0 {
        facts = match name.as_str() {
            "origin" => facts.origin(value),
            "access-control-request-method" => facts.access_control_request_method(value),
            "access-control-request-private-network" => facts.access_control_request_private_network(value),
            _ => facts,
        };
    }
    cors_fuzz::decide::answer(policy, &facts)
}

#[test]
fn the_run_time_answers_as_the_reference_does() {
    let mut random = Random::new(1);
    let (mut compared, mut allowed) = (0, 0);
    while compared < 100_000 {
        let file = from_text(random.policy());
        let checked = &file.policies[0];
        let policy = tables::policy(checked);
        let entries: Vec<String> = checked.origins().iter().map(|origin| origin.pattern.value.to_string()).collect();
        for _ in 0..400 {
            let request = random.request(&entries);
            let expected = reference::respond(checked, &request, |_| reference::Response {
                status: 200,
                headers: Headers::default(),
            });
            allowed += usize::from(expected.headers.all("access-control-allow-origin").next().is_some());
            assert_eq!(sorted(answer(&policy, &request)), sorted(expected), "{request:?}\n{entries:?}");
            compared += 1;
        }
    }
    assert!(allowed > compared / 5, "too few of the requests are allowed: {allowed} of {compared}");
}

#[test]
fn the_layer_answers_as_the_reference_does() {
    let mut random = Random::new(3);
    let (mut compared, mut allowed, mut preflights) = (0, 0, 0);
    while compared < 20_000 {
        let file = from_text(random.policy());
        let checked = &file.policies[0];
        let policy = Box::leak(Box::new(tables::policy(checked)));
        let entries: Vec<String> = checked.origins().iter().map(|origin| origin.pattern.value.to_string()).collect();
        for _ in 0..400 {
            let request = random.request(&entries);
            let upstream = random.upstream();
            // What is no header value never gets here.
            let Some(found) = layered::answer(policy, &request, &upstream) else { continue };
            let expected = reference::respond(checked, &request, |_| upstream.clone());
            allowed += usize::from(expected.headers.all("access-control-allow-origin").next().is_some());
            preflights += usize::from(matches!(expected.status, 204 | 403));
            assert_eq!(sorted(found), sorted(expected), "{request:?}\n{upstream:?}\n{entries:?}");
            compared += 1;
        }
    }
    assert!(allowed > compared / 5 && preflights > compared / 10, "{allowed} and {preflights} of {compared}");
}

#[test]
fn a_refusal_is_what_the_browser_finds() {
    let mut random = Random::new(2);
    let (mut refused, mut passed) = (BTreeMap::new(), 0);
    for _ in 0..200 {
        let file = from_text(random.policy());
        let checked = &file.policies[0];
        let policy = tables::policy(checked);
        let entries: Vec<String> = checked.origins().iter().map(|origin| origin.pattern.value.to_string()).collect();
        for _ in 0..150 {
            let fetch = random.fetch(&entries);
            let preflight = browser::preflight_request(&fetch);
            let response = reference::respond(checked, &preflight, |_| unreachable!("it is a preflight"));
            let expected = browser::check_preflight(&fetch, &response).err();
            for values in random.spellings(preflight.headers.all("access-control-request-headers").next()) {
                let method = preflight.headers.all("access-control-request-method").next().unwrap();
                let mut request = Request::new("OPTIONS").origin(&fetch.origin).access_control_request_method(method);
                if fetch.credentials {
                    request = request.include_credentials();
                }
                let found = policy.refusal(&request, &values);
                let kind = found.map(|refusal| match refusal {
                    Refusal::Origin => browser::Refusal::Origin,
                    Refusal::Credentials => browser::Refusal::Credentials,
                    Refusal::Method { .. } => browser::Refusal::Method,
                    Refusal::Header { .. } => browser::Refusal::Header,
                    other => panic!("{other:?} for {values:?}"),
                });
                assert_eq!(kind, expected, "{fetch:?} {values:?}\n{response:?}");
                match expected {
                    Some(refusal) => *refused.entry(format!("{refusal:?}")).or_insert(0) += 1,
                    None => passed += 1,
                }
            }
        }
    }
    assert!(refused.len() == 4 && refused.values().all(|&count| count > 500) && passed > 500, "{refused:?} {passed}");
}

#[test]
fn hostile_lists_of_names_are_not_read_to_the_end() {
    let yaml = |names: &str| {
        format!("version: 1\npolicies:\n  p:\n    allow_origins: [https://a.example]\n    allow_headers: [{names}]\n")
    };
    let origin = "https://a.example";
    let request = Request::new("OPTIONS").origin(origin).access_control_request_method("GET");
    for names in ["x-a, x-b", "'*', authorization"] {
        let file = from_text(yaml(names));
        let policy = tables::policy(&file.policies[0]);
        let longest = policy.longest_request_headers();
        let spaces = " ".repeat(65 * 1024);
        let commas = ",".repeat(65 * 1024);
        let one = "x".repeat(65 * 1024);
        let many = "x-a,".repeat(20_000);
        for value in [&spaces, &commas, &one, &many] {
            assert_eq!(policy.refusal(&request, [value]), Some(Refusal::TooLong), "{names}");
        }
        assert_eq!(policy.refusal(&request, std::iter::repeat("")), Some(Refusal::TooLong), "{names}");
        assert_eq!(policy.refusal(&request, std::iter::repeat("x-a")), Some(Refusal::TooLong), "{names}");
        // The bound itself is read.
        let within = " ".repeat(longest - 3) + "x-a";
        assert_eq!(policy.refusal(&request, [&within]), None, "{names}");
        assert_eq!(policy.refusal(&request, [&format!(" {within}")]), Some(Refusal::TooLong), "{names}");
        // A name that decides is named, whatever follows it.
        let (name, list) = if names.contains('*') { ("x", "authorization") } else { ("x-z", "x-a") };
        let refused = (!names.contains('*')).then_some(Refusal::Header { name: name.as_bytes() });
        let long = format!("{list},{name},{}", list.to_owned() + ",");
        let long = long + &" ".repeat(70 * 1024);
        assert_eq!(policy.refusal(&request, [&long]), refused.or(Some(Refusal::TooLong)), "{names}");
    }
}

#[test]
fn several_values_of_what_has_one_are_refused() {
    let file = from_text("version: 1\npolicies:\n  p:\n    allow_origins: [https://a.example]\n");
    let policy = tables::policy(&file.policies[0]);
    let one = Request::new("OPTIONS").origin("https://a.example").access_control_request_method("GET");
    assert_eq!(policy.refusal(&one, None::<&str>), None);
    assert_eq!(policy.refusal(&one.access_control_request_method("GET"), None::<&str>), Some(Refusal::SeveralMethods));
    assert_eq!(policy.refusal(&one.origin("https://a.example"), None::<&str>), Some(Refusal::SeveralOrigins));
    // What is no preflight is not asked about its method and headers.
    let actual = Request::new("DELETE").origin("https://a.example");
    assert_eq!(policy.refusal(&actual, Some("x-z")), None);
    assert_eq!(policy.refusal(&actual.include_credentials(), Some("x-z")), Some(Refusal::Credentials));
    assert_eq!(policy.refusal(&Request::new("DELETE"), Some("x-z")), None);
}

#[test]
fn routes_are_found_as_the_reference_finds_them() {
    let mut random = Random::new(3);
    for _ in 0..300 {
        let file = from_text(random.routes());
        let policies = file.policies.iter().map(tables::policy).collect::<Vec<_>>().leak();
        let routes = tables::routes(file.routes.as_deref().unwrap_or_default(), policies);
        for _ in 0..400 {
            let path = random.path();
            let expected = reference::policy_for(&file, &path).map(|policy| policy.name.value.as_str());
            assert_eq!(routes.policy(&path).map(Policy::name), expected, "{path} {:?}", file.routes);
        }
    }
}

#[test]
fn both_hash_functions_are_one() {
    let run_time = include_str!("../../src/origin/hash.rs");
    assert!(include_str!("../src/backend/rust/hash.rs") == run_time, "copy the one that is right over the other");
}
