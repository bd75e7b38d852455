//! One URL that several ask for: a page's image and its script, two origins of one site. Chromium keeps one answer
//! for all of them, unless the answer says that it varies.

use hyper::header::HeaderValue;

use super::application::{CACHEABLE, respond};
use super::asks::cached;
use super::browser::{Browser, Call, Credentials, Outcome, Way};
use super::cases::Case;
use super::endpoints::Endpoint;
use super::site;

/// Three origins of one site, and the policies that they ask.
struct Site {
    policies: &'static [&'static str],
    /// Two that these policies allow.
    allowed: [&'static str; 2],
    /// One that they do not, if they refuse any.
    other: &'static str,
}

const SITES: [Site; 7] = [
    Site {
        policies: &["storefront", "catalogue", "search", "assets"],
        allowed: ["https://shop.example", "https://a.shop.example"],
        other: "https://shop.example:8443",
    },
    Site {
        policies: &["widget"],
        allowed: ["https://partner.example", "https://shop.partner.example"],
        other: "https://partner.example:8443",
    },
    Site {
        policies: &["widget"],
        allowed: ["https://pr-1.preview.example.com", "https://a-team.preview.example.com"],
        other: "https://admin.preview.example.com",
    },
    Site {
        policies: &["spa"],
        allowed: ["https://app.example.com", "https://www.example.com"],
        other: "https://evil.example.com",
    },
    Site {
        policies: &["dashboards"],
        allowed: ["https://dash.corp.internal", "https://tools.corp.internal:8443"],
        other: "https://mail.corp.internal",
    },
    Site {
        policies: &["dashboards"],
        allowed: ["http://build.corp.internal:8080", "http://build.corp.internal:8090"],
        other: "http://build.corp.internal",
    },
    Site {
        policies: &["public-api", "public-assets"],
        allowed: ["https://a.anyone.example", "https://b.anyone.example"],
        other: "https://anyone.example",
    },
];

/// What one page asks for before the next is opened.
pub(crate) struct Visit<'a> {
    pub(crate) origin: &'static str,
    /// With the number of the URL: the same in several visits.
    pub(crate) cases: Vec<(Case<'a>, usize)>,
}

/// The visits of every site, in their order.
pub(crate) fn visits<'a>(endpoints: &'a [Endpoint<'a>]) -> Vec<Visit<'a>> {
    let mut visits = Vec::new();
    for (turn, Site { policies, allowed: [one, two], other }) in SITES.into_iter().enumerate() {
        let asked: Vec<&'a Endpoint<'a>> =
            endpoints.iter().filter(|endpoint| policies.contains(&endpoint.name())).collect();
        assert_eq!(asked.len(), policies.len(), "policies of that name: {policies:?}");
        for (origin, steps) in steps(one, two, other) {
            let case = |endpoint: &'a Endpoint<'a>, &(url, category, way): &Step| {
                let ask = cached(category, way, endpoint.policy);
                (Case::new(origin, ask, endpoint), turn * URLS + url)
            };
            let cases = asked.iter().flat_map(|endpoint| steps.iter().map(|step| case(endpoint, step)));
            visits.push(Visit { origin, cases: cases.collect() });
        }
    }
    visits
}

/// How many URLs the steps are about.
const URLS: usize = 6;

/// A step: the URL's number, what it shows, by what it is asked for.
type Step = (usize, &'static str, Way);

const IMAGE: &str = "cache, an image first";
const ORIGINS: &str = "cache, origins of one site";

/// Which page asks for what, visit by visit.
fn steps(one: &'static str, two: &'static str, other: &'static str) -> [(&'static str, Vec<Step>); 4] {
    let (image, fetch) = (Way::ImageThenFetch, Way::Fetch);
    [
        (one, vec![(1, IMAGE, image), (2, ORIGINS, fetch), (3, ORIGINS, fetch)]),
        (other, vec![(1, IMAGE, fetch), (3, ORIGINS, fetch), (4, ORIGINS, fetch), (5, IMAGE, image)]),
        (two, vec![(1, IMAGE, fetch), (2, ORIGINS, fetch), (4, ORIGINS, fetch), (5, IMAGE, image)]),
        (one, vec![(2, ORIGINS, fetch), (3, ORIGINS, fetch), (4, ORIGINS, fetch), (5, IMAGE, fetch)]),
    ]
}

/// What the visits show is shown by the cache: a server that forgets `Vary: Origin` fails in them.
pub(crate) fn careless_answers_fail(browser: &mut Browser) {
    let server = site::start(|request| {
        let mut response = respond(CACHEABLE)?;
        if let Some(origin) = request.headers().get("origin") {
            response.headers_mut().insert("access-control-allow-origin", origin.clone());
            response.headers_mut().insert("access-control-allow-credentials", HeaderValue::from_static("true"));
        }
        Some(response)
    });
    browser.front.add("careless.test".to_owned(), server);
    let [one, two] = SITES[0].allowed;
    let mut cause = |origin, way, url: &str| {
        let url = format!("https://careless.test/{url}");
        let (headers, credentials) = (Vec::new(), Credentials::Include);
        let call = Call { way, url, method: "GET".to_owned(), headers, credentials, body: None };
        match browser.perform(origin, &[call]).pop() {
            Some(Outcome::Failure { cause: Some(cause), .. }) => cause,
            outcome => format!("{outcome:?}"),
        }
    };
    assert_eq!(cause(one, Way::ImageThenFetch, "image"), "MissingAllowOriginHeader");
    assert!(cause(one, Way::Fetch, "origins").contains("Response"));
    assert_eq!(cause(two, Way::Fetch, "origins"), "AllowOriginMismatch");
}
