//! What is known of a target beyond one answer: what the likely causes are told by.

use std::collections::{HashMap, HashSet};
use std::iter;

use cors_compiler::boundary::Shape;
use cors_compiler::fetch::pattern::{HostPattern, OriginPattern};
use cors_compiler::ir::Policy;
use cors_compiler::source::Span;

use super::checks::Exchange;
use super::edges::{Edge, Scope};
use super::outside::answerer;
use super::probes::Asks;
use super::targets::Target;

/// The answers of one kind: to one method, or to preflights (`None`), with an error or without.
type Kind<'e> = (Option<&'e str>, bool);

/// The facts of a target.
#[derive(Debug, Default)]
pub(crate) struct Facts<'e> {
    /// The kinds of answers that let an origin in that has nothing to do with the policy.
    strangers: HashSet<Kind<'e>>,
    /// Some answer carries `Access-Control-Allow-Origin`.
    pub(super) any_cors: bool,
    /// Of the policy's origins only others are let in where it is asked about in full.
    pub(super) only_others: bool,
    /// Every answer is a redirect.
    pub(super) only_redirects: bool,
    /// Allowed origins that some answer without an error lets in.
    pub(super) let_in: HashSet<&'e str>,
    /// The same for actual responses, errors too.
    pub(super) let_in_by_actual: HashSet<&'e str>,
    /// Some preflight is answered as a policy does it: with lists, or with a refusal.
    pub(super) answers_preflights: bool,
    /// The methods about which a preflight is answered so.
    pub(super) answered_methods: HashSet<&'e str>,
    /// Some answer without an error varies.
    pub(super) varies: bool,
    /// Some actual response with an error varies.
    pub(super) errors_vary: bool,
    /// Answers without an error that do not vary: whether to a preflight, whether to an origin.
    pub(super) lacks_vary: HashSet<(bool, bool)>,
    /// The entries whose origins are let in with the other scheme.
    pub(super) schemes: HashSet<Span>,
    /// The suffixes of wildcards before which a letter is let in, where a label and a dot must be.
    glued: HashSet<&'e str>,
    /// The suffixes of wildcards before which a letter is let in in the place of the dot.
    dotted: HashSet<&'e str>,
    /// What went wrong with the routes.
    pub(super) route: Option<Fault>,
}

/// What is wrong with a route at whose edge the target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    TooWide,
    TooNarrow,
}

impl<'e> Facts<'e> {
    /// From all exchanges with each of the targets.
    pub(crate) fn of_all<'a: 'e>(targets: &[Target<'a>], exchanges: &'e [Exchange<'a>]) -> Vec<Self> {
        let with = |index: usize| exchanges.iter().filter(move |exchange| exchange.probe.target == index);
        let mut all: Vec<Self> = (0..targets.len()).map(|index| Self::of(with(index))).collect();
        let name = |target: &Target<'a>| Some(target.policy?.name.value.as_str());
        // What is asked in full tells what to expect elsewhere.
        let mut full: HashMap<&str, (bool, HashSet<&str>)> = HashMap::new();
        for (target, facts) in targets.iter().zip(&all).filter(|(target, _)| matches!(target.scope, Scope::Full)) {
            let Some(name) = name(target) else { continue };
            let (any_cors, let_in) = full.entry(name).or_default();
            *any_cors |= facts.any_cors;
            let_in.extend(&facts.let_in);
        }
        let policies = || targets.iter().filter_map(|target| target.policy);
        for (index, (target, facts)) in targets.iter().zip(&mut all).enumerate() {
            let Some((any_cors, let_in)) = name(target).and_then(|name| full.get(name)) else { continue };
            let there: Vec<&Exchange<'_>> = with(index).collect();
            let mut allowed = there.iter().filter(|exchange| exchange.is_allowed());
            let is_let_in =
                allowed.any(|exchange| let_in.contains(exchange.probe.origin.as_deref().unwrap_or_default()));
            facts.only_others = *any_cors && !is_let_in;
            let (Scope::Edge(edge), Some(policy)) = (&target.scope, target.policy) else { continue };
            let answerer = answerer(iter::once(policy).chain(policies()), &there);
            if is_let_in && answerer.is_none_or(|found| found.name.value != policy.name.value) {
                facts.route = fault(edge, answerer, facts.any_cors);
            }
        }
        all
    }

    fn of<'a: 'e>(exchanges: impl Iterator<Item = &'e Exchange<'a>>) -> Self {
        let mut facts = Self { only_redirects: true, ..Self::default() };
        for exchange in exchanges {
            facts.add(exchange);
        }
        facts
    }

    fn add<'a: 'e>(&mut self, exchange: &'e Exchange<'a>) {
        let (probe, is_error) = (&exchange.probe, exchange.real.status >= 400);
        self.any_cors |= exchange.allowed_origin().is_some();
        self.only_redirects &= matches!(exchange.real.status, 301 | 302 | 303 | 307 | 308);
        if let Asks::Preflight { method, .. } = &probe.asks
            && answers_preflight(exchange)
        {
            self.answers_preflights = true;
            self.answered_methods.insert(method);
        }
        match (is_error, exchange.varies()) {
            (false, true) => self.varies = true,
            (true, true) => self.errors_vary |= !probe.is_preflight(),
            (false, false) => {
                self.lacks_vary.insert((probe.is_preflight(), probe.origin.is_some()));
            }
            (true, false) => {}
        }
        if let Some(origin) = probe.origin.as_deref().filter(|_| exchange.is_admitted()) {
            match exchange.is_allowed() {
                true => self.add_allowed(exchange, origin),
                false => self.add_refused(exchange, origin),
            }
        }
    }

    /// An origin that is let in, and is to be.
    fn add_allowed(&mut self, exchange: &Exchange<'_>, origin: &'e str) {
        if exchange.real.status < 400 {
            self.let_in.insert(origin);
        }
        if !exchange.probe.is_preflight() {
            self.let_in_by_actual.insert(origin);
        }
    }

    /// An origin that is let in, and is not to be.
    fn add_refused<'a: 'e>(&mut self, exchange: &'e Exchange<'a>, origin: &str) {
        match exchange.probe.shape {
            Shape::Unrelated => {
                self.strangers.insert(kind(exchange));
            }
            Shape::Scheme => self.schemes.extend(exchange.probe.near.map(|entry| entry.pattern.span())),
            Shape::Glued => self.glued.extend(suffix(exchange)),
            Shape::Dot => self.dotted.extend(suffix(exchange).filter(|suffix| host(origin).ends_with(suffix))),
            _ => {}
        }
    }

    /// Whether some preflight for this one's method is answered as a policy does it.
    pub(super) fn answers(&self, exchange: &Exchange<'_>) -> bool {
        match &exchange.probe.asks {
            Asks::Preflight { method, .. } => self.answered_methods.contains(method.as_str()),
            Asks::Actual { .. } => false,
        }
    }

    /// Whether answers of this one's kind let in whatever asks.
    pub(super) fn admits_strangers(&self, exchange: &Exchange<'_>) -> bool {
        self.strangers.contains(&kind(exchange))
    }

    /// Whether what let the origin in is that a dot of a wildcard's expression stands for any character.
    pub(super) fn is_let_in_by_a_dot(&self, exchange: &Exchange<'_>) -> bool {
        let fillings = [Shape::EmptyLabel, Shape::MoreLabels, Shape::ForeignCharacter];
        self.dotted.difference(&self.glued).any(|suffix| is_before(suffix, exchange, &fillings))
    }

    /// Whether what let the origin in is that nothing but a wildcard's suffix is compared.
    pub(super) fn is_let_in_by_its_end(&self, exchange: &Exchange<'_>) -> bool {
        let fillings = [Shape::EmptyLabel, Shape::MoreLabels, Shape::ForeignCharacter, Shape::Parent];
        self.glued.iter().any(|suffix| is_before(suffix, exchange, &fillings))
    }
}

fn kind<'e>(exchange: &'e Exchange<'_>) -> Kind<'e> {
    (exchange.probe.actual_method(), exchange.real.status >= 400)
}

/// The suffix of the wildcard that the origin is near.
fn suffix<'e>(exchange: &'e Exchange<'_>) -> Option<&'e str> {
    match &exchange.probe.near?.pattern.value {
        OriginPattern::Tuple { host: HostPattern::Subdomains { suffix }, .. } => Some(suffix),
        _ => None,
    }
}

/// Whether the origin's host ends with the suffix and has no whole label before it, or is of one of these shapes.
fn is_before(suffix: &str, exchange: &Exchange<'_>, shapes: &[Shape]) -> bool {
    let host = exchange.probe.origin.as_deref().map(host);
    let before = host.and_then(|host| host.strip_suffix(suffix));
    let has_no_dot = |before: &str| !before.is_empty() && !before.ends_with('.');
    before.is_some_and(|before| has_no_dot(before) || shapes.contains(&exchange.probe.shape))
}

fn host(origin: &str) -> &str {
    let rest = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    rest.split_once(':').map_or(rest, |(host, _)| host)
}

/// Whether a preflight is answered as a policy does it, rather than as any request.
fn answers_preflight(exchange: &Exchange<'_>) -> bool {
    const LISTS: [&str; 2] = ["access-control-allow-methods", "access-control-allow-headers"];
    let lists =
        |headers: &cors_compiler::reference::Headers| LISTS.iter().any(|list| headers.all(list).next().is_some());
    match exchange.is_allowed() {
        true => exchange.is_admitted() && (lists(&exchange.real.headers) || !lists(&exchange.expected.headers)),
        false => exchange.real.status == exchange.expected.status,
    }
}

/// What is wrong with a route, if another policy answers at its edge, or none where the path's own does elsewhere.
fn fault(edge: &Edge<'_>, answerer: Option<&Policy>, any_cors: bool) -> Option<Fault> {
    let name = |policy: Option<&Policy>| policy.map(|policy| policy.name.value.clone());
    let is_none = answerer.is_none() && !any_cors;
    match edge.own {
        true => (answerer.is_some() || is_none).then_some(Fault::TooNarrow),
        false => {
            let is_rival = answerer.is_some() && name(answerer) == name(edge.rival);
            (is_rival || is_none && edge.rival.is_none()).then_some(Fault::TooWide)
        }
    }
}
