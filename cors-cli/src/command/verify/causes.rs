//! The likely causes of what does not hold: one table, in which the first row that applies counts.

use cors_compiler::boundary::Shape;

use super::checks::{Aspect, Finding};
use super::facts::{Facts, Fault};

/// What may have gone wrong, and what to do about it.
#[derive(Debug)]
pub(crate) struct Cause {
    /// Never changes.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) remedy: &'static str,
    applies: fn(&Finding<'_, '_>, &Facts<'_>) -> bool,
}

/// The cause of a finding. Those that are let in by a careless comparison have rows of their own.
pub(crate) fn cause(finding: &Finding<'_, '_>, facts: &Facts<'_>) -> &'static Cause {
    CAUSES.iter().find(|cause| (cause.applies)(finding, facts)).unwrap_or(&OTHER_POLICY)
}

/// The position of a cause in reports.
pub(crate) fn rank(cause: &Cause) -> usize {
    CAUSES.iter().position(|known| known.id == cause.id).unwrap_or(CAUSES.len())
}

/// Whether an origin of this shape is let in.
fn admits(finding: &Finding<'_, '_>, shape: Shape) -> bool {
    finding.aspect == Aspect::OriginAdmitted && finding.exchange.probe.shape == shape
}

/// Whether an allowed origin is kept out.
fn is_refused(finding: &Finding<'_, '_>) -> bool {
    matches!(finding.aspect, Aspect::OriginRefused | Aspect::Status)
}

fn origin<'e>(finding: &Finding<'_, 'e>) -> &'e str {
    finding.exchange.probe.origin.as_deref().unwrap_or_default()
}

/// What is left: the server obeys something else.
const OTHER_POLICY: Cause = Cause {
    id: "other-policy",
    title: "the policy that is deployed is an older or another one: it does not say what this file says",
    remedy: "compile this file again, deploy it, and reload the server; check that --url and --policy belong together",
    applies: |_, _| true,
};

const CAUSES: &[Cause] = &[
    Cause {
        id: "rate-limited",
        title: "the server limits requests (429)",
        remedy: "use a lower --rate",
        applies: |finding, _| finding.exchange.real.status == 429,
    },
    Cause {
        id: "redirected",
        title: "the server answers everything here with a redirect",
        remedy: "name the URL that it leads to, with its scheme, host and path: redirects are not followed",
        applies: |_, facts| facts.only_redirects,
    },
    Cause {
        id: "route-too-wide",
        title: "a route reaches too far: its policy answers beside it",
        remedy: "compare paths by whole segments, to their end, without the query; where no policy is to answer, let the route say none",
        applies: |finding, facts| finding.aspect == Aspect::Outside || facts.route == Some(Fault::TooWide),
    },
    Cause {
        id: "route-too-narrow",
        title: "a route does not reach its own edge: its policy answers elsewhere, and not here",
        remedy: "let `/path/**` cover `/path` itself too, with a query as well; keep each route before the less specific ones",
        applies: |_, facts| facts.route == Some(Fault::TooNarrow),
    },
    Cause {
        id: "two-layers",
        title: "two layers add CORS headers",
        remedy: "let one layer answer CORS: remove the headers of the application, or of the other proxy",
        applies: |finding, _| finding.aspect == Aspect::Repeated,
    },
    Cause {
        id: "wildcard-with-credentials",
        title: "`*` with credentials",
        remedy: "answer with the request's origin, and only if the policy lists it",
        applies: |finding, _| {
            let refused =
                finding.aspect == Aspect::CredentialsRefused && finding.exchange.allowed_origin() == Some("*");
            finding.aspect == Aspect::WildcardWithCredentials || refused
        },
    },
    Cause {
        id: "open-to-everyone",
        title: "the server answers `*`: it is open to everyone",
        remedy: "look for an `Access-Control-Allow-Origin: *` in the application, or for a default of a framework",
        applies: |finding, _| {
            finding.aspect == Aspect::OriginAdmitted && finding.exchange.allowed_origin() == Some("*")
        },
    },
    Cause {
        id: "echoes-any-origin",
        title: "the server echoes any Origin",
        remedy: "compare the origin with the policy's before answering with it; with credentials this gives all away",
        applies: |finding, facts| finding.aspect == Aspect::OriginAdmitted && facts.admits_strangers(finding.exchange),
    },
    Cause {
        id: "no-cors",
        title: "the server adds no CORS headers at all here",
        remedy: "check that the include, the filter or the layer stands at this path, and that --url names the right server",
        applies: |finding, facts| {
            let is_behind = matches!(finding.exchange.real.status, 300..=399 | 401);
            let has_none = !facts.any_cors && !facts.only_others;
            let by_preflight = is_behind && finding.exchange.probe.is_preflight();
            matches!(finding.aspect, Aspect::OriginRefused | Aspect::Vary) && has_none && !by_preflight
        },
    },
    Cause {
        id: "preflight-not-answered",
        title: "the preflight is answered by the application: CORS sits behind authentication or the router",
        remedy: "answer preflights first, for every method: a browser sends them without credentials, and with OPTIONS",
        applies: |finding, facts| {
            let (status, aspect) = (finding.exchange.real.status, finding.aspect);
            let lacks = matches!(aspect, Aspect::Vary | Aspect::List | Aspect::CredentialsRefused);
            match (finding.exchange.probe.actual_method(), status) {
                (None, 200..300) if is_refused(finding) => !facts.answers_preflights,
                (None, 200..300) => lacks && !facts.answers(finding.exchange),
                // Of a refused origin 403 is the right answer.
                (None, 403) if !facts.let_in_by_actual.contains(origin(finding)) => false,
                (None, _) => is_refused(finding) || aspect == Aspect::Vary,
                (Some(method), _) => !facts.answers_preflights && method == "OPTIONS" && aspect == Aspect::Vary,
            }
        },
    },
    Cause {
        id: "errors-without-headers",
        title: "error responses lack CORS headers (nginx: add_header without always)",
        remedy: "add the headers to every status; in nginx write `always` at the end of add_header",
        applies: |finding, facts| {
            let exchange = finding.exchange;
            let elsewhere = match finding.aspect {
                Aspect::OriginRefused => facts.let_in.contains(origin(finding)),
                // Where answers of this kind lack it without an error too, the error is not why.
                Aspect::Vary => {
                    let kind = (exchange.probe.is_preflight(), exchange.probe.origin.is_some());
                    facts.varies && !facts.errors_vary && !facts.lacks_vary.contains(&kind)
                }
                Aspect::List | Aspect::CredentialsRefused => exchange.allowed_origin().is_none(),
                _ => false,
            };
            let actual = !exchange.probe.is_preflight() || finding.aspect == Aspect::Vary;
            exchange.real.status >= 400 && actual && elsewhere
        },
    },
    Cause {
        id: "scheme-mixed-up",
        title: "schemes are mixed up: https and http, or one more",
        remedy: "compare the scheme too: whoever controls the network controls every http origin",
        applies: |finding, facts| {
            let near = finding.exchange.probe.near.map(|entry| entry.pattern.span());
            let other = is_refused(finding) && near.is_some_and(|near| facts.schemes.contains(&near));
            admits(finding, Shape::Scheme) || other
        },
    },
    Cause {
        id: "unanchored",
        title: "a pattern without a beginning: what stands before the scheme is let in",
        remedy: "write `^` before the expression: browsers send no such origin, but what is deployed is not what was compiled",
        applies: |finding, _| admits(finding, Shape::Unanchored),
    },
    Cause {
        id: "suffix-match",
        title: "a prefix match: what stands behind the host is let in",
        remedy: "anchor the expression at its end (`$` or `\\z`), or compare whole origins",
        applies: |finding, _| admits(finding, Shape::Suffix),
    },
    Cause {
        id: "prefix-match",
        title: "a suffix match: what stands before the host is let in",
        remedy: "anchor the expression at its beginning (`^`), and keep the dot before the domain",
        applies: |finding, facts| {
            let before = admits(finding, Shape::Prefix) || admits(finding, Shape::Glued);
            let by_end = facts.is_let_in_by_its_end(finding.exchange);
            finding.aspect == Aspect::OriginAdmitted
                && (by_end || before && !facts.is_let_in_by_a_dot(finding.exchange))
        },
    },
    Cause {
        id: "unescaped-dot",
        title: "an unescaped dot: a letter in the place of a dot is let in",
        remedy: "write `\\.` for a dot in an expression",
        applies: |finding, facts| {
            let by_dot = finding.aspect == Aspect::OriginAdmitted && facts.is_let_in_by_a_dot(finding.exchange);
            admits(finding, Shape::Dot) || by_dot
        },
    },
    Cause {
        id: "port-not-compared",
        title: "another port is let in",
        remedy: "compare the port too: an origin without one has the default port of its scheme",
        applies: |finding, _| admits(finding, Shape::Port),
    },
    Cause {
        id: "loose-wildcard",
        title: "a wildcard lets in more than labels of [a-z0-9_-]",
        remedy: "let it stand for `[a-z0-9_-]+`, and for several labels only with dots between them",
        applies: |finding, _| {
            [Shape::EmptyLabel, Shape::MoreLabels, Shape::ForeignCharacter].iter().any(|&shape| admits(finding, shape))
        },
    },
    Cause {
        id: "subdomain-match",
        title: "subdomains of an exact origin are let in",
        remedy: "compare whole origins: whoever controls a subdomain is let in as well",
        applies: |finding, _| admits(finding, Shape::Subdomain),
    },
    Cause {
        id: "trailing-dot",
        title: "a trailing dot is let in: to browsers that is another origin",
        remedy: "compare whole origins, byte for byte",
        applies: |finding, _| admits(finding, Shape::TrailingDot),
    },
    Cause {
        id: "null-origin",
        title: "`null` is let in: every site can send it, from a sandboxed frame",
        remedy: "take `null` off the list of the server",
        applies: |finding, _| admits(finding, Shape::Null),
    },
    Cause {
        id: "credentials-value",
        title: "Access-Control-Allow-Credentials has a value that it cannot have",
        remedy: "write `true`, in lower case, or leave the header out",
        applies: |finding, _| finding.aspect == Aspect::CredentialsValue,
    },
    Cause {
        id: "lacks-vary",
        title: "the answer depends on Origin but lacks Vary",
        remedy: "add `Vary: Origin` to every response, also to those without CORS headers and to errors",
        applies: |finding, _| finding.aspect == Aspect::Vary,
    },
];
