//! What a change says to people, in one sentence; how texts of the policy are quoted is the format's.

use cors_compiler::compare::{Aspect, Change, ComparedPath, ComparedRoutes, Item, Location, Status, Verdict};

use super::Compared;

/// One line: its sign, where it is written, and what it says.
pub(super) struct Line<'a> {
    /// `+` for more, `-` for less, `~` for what is neither.
    pub(super) sign: char,
    pub(super) location: &'a Location,
    pub(super) through: &'a [Location],
    pub(super) text: String,
}

/// The environment in which a file is compared, behind the file's name.
pub(super) fn environment(file: &Compared, quoted: impl Fn(&str) -> String) -> String {
    file.environment.as_deref().map(|name| format!(", in environment {}", quoted(name))).unwrap_or_default()
}

/// The lines of a change: what is gained, then what is lost. `code` quotes a text of the policy.
pub(super) fn lines<'a>(change: &'a Change, code: impl Fn(&str) -> String) -> Vec<Line<'a>> {
    if change.aspect == Aspect::MaxAge {
        return max_age(change);
    }
    let line = |sign, item: &'a Item, text| Line { sign, location: &item.location, through: &item.through, text };
    let gained = change.gained.iter().map(|item| line('+', item, gained(change.aspect, item, &code)));
    let lost = change.lost.iter().map(|item| line('-', item, lost(change.aspect, item, &code)));
    gained.chain(lost).collect()
}

fn gained(aspect: Aspect, item: &Item, code: &impl Fn(&str) -> String) -> String {
    let text = code(&item.text);
    let every = item.text == "*";
    match aspect {
        Aspect::Origins if every => format!("every origin is admitted{}", such_as(item, code)),
        Aspect::Origins => origins(item, "is admitted", "admits", code),
        Aspect::Credentials => "credentials are allowed".to_owned(),
        Aspect::Methods if every => "every method is allowed".to_owned(),
        Aspect::Methods => format!("the method {text} is allowed"),
        Aspect::RequestHeaders if every => format!("every request header but {} is allowed", code("authorization")),
        Aspect::RequestHeaders => format!("the request header {text} is allowed"),
        Aspect::ExposedHeaders if every => "scripts may read every response header".to_owned(),
        Aspect::ExposedHeaders => format!("scripts may read the response header {text}"),
        Aspect::PrivateNetwork => "pages of public sites may call into a private network".to_owned(),
        Aspect::MaxAge => String::new(),
    }
}

fn lost(aspect: Aspect, item: &Item, code: &impl Fn(&str) -> String) -> String {
    let text = code(&item.text);
    let every = item.text == "*";
    match aspect {
        Aspect::Origins if every => format!("no longer is every origin admitted{}", such_as(item, code)),
        Aspect::Origins => origins(item, "is no longer admitted", "no longer admits", code),
        Aspect::Credentials => "credentials are no longer allowed".to_owned(),
        Aspect::Methods if every => "no longer is every method allowed".to_owned(),
        Aspect::Methods => format!("the method {text} is no longer allowed"),
        Aspect::RequestHeaders if every => "no longer is every request header allowed".to_owned(),
        Aspect::RequestHeaders => format!("the request header {text} is no longer allowed"),
        Aspect::ExposedHeaders if every => "scripts may no longer read every response header".to_owned(),
        Aspect::ExposedHeaders => format!("scripts may no longer read the response header {text}"),
        Aspect::PrivateNetwork => "pages of public sites may no longer call into a private network".to_owned(),
        Aspect::MaxAge => String::new(),
    }
}

/// An example of every origin.
fn such_as(item: &Item, code: &impl Fn(&str) -> String) -> String {
    item.witness.as_deref().map(|witness| format!(", such as {}", code(witness))).unwrap_or_default()
}

/// What became of an entry of origins: `is` says it of an origin, `does` of an entry.
fn origins(item: &Item, is: &str, does: &str, code: &impl Fn(&str) -> String) -> String {
    let text = code(&item.text);
    match (item.origins.as_slice(), &item.witness) {
        ([only], _) if *only == item.text => format!("{text} {is}"),
        ([], Some(witness)) => format!("{text} {does} origins such as {}", code(witness)),
        ([], None) => format!("{text} {does} origins, as far as can be told: not decided exactly, it is too large"),
        (all, _) => format!("{text} {does} {}", all.iter().map(|one| code(one)).collect::<Vec<_>>().join(", ")),
    }
}

fn max_age(change: &Change) -> Vec<Line<'_>> {
    let (old, new) = (change.lost.first(), change.gained.first());
    let text = match (old, new) {
        (Some(old), Some(new)) => format!("preflights are kept for {} s, no longer for {} s", new.text, old.text),
        (None, Some(new)) => format!("preflights are kept for {} s", new.text),
        (Some(old), None) => format!("preflights are no longer kept for {} s", old.text),
        (None, None) => return Vec::new(),
    };
    let item = new.or(old);
    item.map(|item| Line { sign: '~', location: &item.location, through: &[], text }).into_iter().collect()
}

/// What is before a policy's verdict if it is on one side only.
pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Kept => "",
        Status::Added => "added, ",
        Status::Removed => "removed, ",
    }
}

/// A policy's name, or that there is none.
pub(super) fn policy(name: Option<&str>, code: &impl Fn(&str) -> String) -> String {
    name.map_or_else(|| "no policy".to_owned(), code)
}

/// Which policy answers some paths, and what it means.
pub(super) fn routes(routes: &ComparedRoutes, code: &impl Fn(&str) -> String) -> String {
    let (old, new) = (routes.old.as_deref(), routes.new.as_deref());
    match old == new {
        true => format!("{}, which changed: {}", policy(new, code), routes.verdict),
        false => format!("{} instead of {}: {}", policy(new, code), policy(old, code), routes.verdict),
    }
}

/// The route that picks the policy now, or the one that did.
pub(super) fn route(path: &ComparedPath) -> Option<&Location> {
    path.new.as_ref().or(path.old.as_ref())
}

/// What a verdict means, for whoever does not know the words.
pub(super) fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Equal => "nothing but the spelling differs",
        Verdict::Changes => "something differs, but scripts can do neither more nor less",
        Verdict::Narrows => "scripts can do less than before, and nothing more",
        Verdict::Widens => "scripts can do more than before, and nothing less",
        Verdict::Both => "scripts can do more than before in one way, and less in another",
    }
}
