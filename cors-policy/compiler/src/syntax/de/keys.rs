//! What to say about a key that means nothing where it stands.

use crate::diagnostic::{Diagnostic, code, did_you_mean};
use crate::source::Place;
use crate::syntax::tree::{Entry, excerpt};

/// Our keys, and how other systems call them, in lower case without `_` and `-`.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "allow_origins",
        "alloworigin allowedorigin allowedorigins origin origins domains \
         alloweddomains accesscontrolalloworigin",
    ),
    (
        "allow_methods",
        "allowmethod allowedmethod allowedmethods method methods \
         accesscontrolallowmethods",
    ),
    (
        "allow_headers",
        "allowheader allowedheader allowedheaders header headers requestheaders \
         accesscontrolallowheaders",
    ),
    (
        "expose_headers",
        "exposeheader exposedheader exposedheaders exposed expose responseheaders \
         accesscontrolexposeheaders",
    ),
    (
        "allow_credentials",
        "allowcredential allowedcredentials credential credentials supportcredentials \
         supportscredentials withcredentials accesscontrolallowcredentials",
    ),
    (
        "allow_private_network",
        "allowprivatenetworkaccess allowprivatenetworks privatenetwork \
         privatenetworkaccess accesscontrolallowprivatenetwork",
    ),
    (
        "max_age",
        "maxageseconds maxagesec maxages cachemaxage preflightmaxage \
         optionscachemaxage accesscontrolmaxage",
    ),
    ("accept_risks", "acceptedrisks acceptrisk ignorelints ignore allowrisks risks"),
    ("description", "desc comment note title"),
    ("policies", "policy cors corspolicies corspolicy rules"),
    ("origin_sets", "sets origins origingroups originlists groups"),
    ("routes", "route paths"),
    ("environments", "environment env envs stages deployments overrides overlays"),
    ("tests", "test cases testcases examples"),
    ("never", "forbid forbidden deny denyorigins"),
    ("only", "onlyorigins allowonly"),
    ("add_origins", "add addorigin addalloworigins alloworigins alloworigin origins"),
    ("remove_origins", "remove removeorigin removealloworigins deleteorigins"),
    ("except_environments", "except exceptin exceptenvironment unlessenvironments"),
    ("it", "name title description test"),
    ("expect", "expected expects result then"),
    ("version", "schema schemaversion apiversion"),
    ("policy", "policies cors policyname"),
    ("path", "paths location prefix pathprefix match url uri route"),
    ("origin", "origins pattern value url"),
    ("set", "originset originsets include ref sets group"),
    ("regex", "regexp re originregex regularexpression"),
];

/// The diagnostic of the unknown key `key` of a mapping that has `entries`.
pub(super) fn unknown(key: &str, place: Place, legal: &[&str], entries: &[Entry]) -> Diagnostic {
    let diagnostic = Diagnostic::new(&code::UNKNOWN_KEY, format!("unknown key `{}`", excerpt(key)))
        .at(place, "not a key here; it is not read");
    let Some(meant) = meant(key, legal) else {
        return diagnostic.help(match legal {
            [] => "this mapping has no keys".to_owned(),
            [one] => format!("the only key here is `{one}`"),
            [most @ .., last] => {
                let most: Vec<_> = most.iter().map(|name| format!("`{name}`")).collect();
                format!("the keys here are {} and `{last}`", most.join(", "))
            }
        });
    };
    if entries.iter().any(|(other, _)| &*other.value == meant) {
        return diagnostic.help(format!("`{meant}` is written already: merge this into it, or delete it"));
    }
    diagnostic.help(format!("did you mean `{meant}`?")).fix(place.span, meant)
}

/// The legal key that is meant.
fn meant<'a>(key: &str, legal: &[&'a str]) -> Option<&'a str> {
    let bare = bare(key);
    let same = |name: &&&str| self::bare(name) == bare;
    let elsewhere = |name: &&&str| {
        ELSEWHERE.iter().any(|(ours, theirs)| ours == *name && theirs.split(' ').any(|name| name == bare))
    };
    let known = || legal.iter().find(same).or_else(|| legal.iter().find(elsewhere));
    known().copied().or_else(|| did_you_mean(key, legal.iter().copied()))
}

/// A name without what differs between the conventions of writing names.
fn bare(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-' | ' ' | '.'));
    // Longer than any name that is known.
    letters.take(64).flat_map(char::to_lowercase).collect()
}
