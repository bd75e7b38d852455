//! The browser model beside Chromium, on requests and answers that nobody thought of.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use cors_compiler::browser::{self, Fetch, Verdict};
use cors_compiler::fetch::method::normalize;
use cors_compiler::reference::{Headers, Request, Response};

use super::answers::{METHODS, REQUEST_HEADERS, actual, one, preflight};
use super::browser::{Browser, Call, Credentials, Outcome, Way};
use super::deviations::{DEVIATIONS, Deviation};
use super::site::{self, sent};
use super::verdict::difference;
use crate::nearby::Random;

/// How many requests are made.
const TRIALS: usize = 2_400;

/// The environment variable that chooses other requests and answers than the usual ones.
const SEED: &str = "CHROMIUM_SEED";
const USUAL: u64 = 1;

/// The pages that make them.
const PAGES: [&str; 4] = ["https://page.test", "http://page.test:8080", "https://localhost:5173", "null"];

/// One request of a script, and what the server answers.
#[derive(Debug, Clone)]
pub(crate) struct Trial {
    pub(crate) call: Call,
    pub(crate) fetch: Fetch,
    pub(crate) preflight: Response,
    pub(crate) actual: Response,
}

/// What the server was asked: the method, and the headers of [`CORS`].
pub(crate) type Asked = (String, [Option<String>; 3]);

/// The request headers of the CORS protocol.
const CORS: [&str; 3] = ["origin", "access-control-request-method", "access-control-request-headers"];

/// What a browser did: what it asked, and what it made of the answers.
pub(crate) struct Done {
    pub(crate) asked: Vec<Asked>,
    pub(crate) outcome: Outcome,
}

impl Trial {
    fn new(random: &mut Random, origin: &str, turn: usize) -> Self {
        let credentials = one(random, &[Credentials::Omit, Credentials::SameOrigin, Credentials::Include]);
        let way = if random.below(4) == 0 { Way::Upload } else { Way::Fetch };
        let method = one(random, &METHODS).to_owned();
        let body = (!matches!(&*normalize(&method), "GET" | "HEAD")).then(|| "body".to_owned());
        let mut chosen: Vec<(&str, &str, bool)> = Vec::new();
        for _ in 0..random.below(4) {
            let header = one(random, &REQUEST_HEADERS);
            // Several of a name would be one, with both values.
            if !chosen.iter().any(|(name, ..)| name.eq_ignore_ascii_case(header.0)) {
                chosen.push(header);
            }
        }
        let headers = chosen.iter().map(|&(name, value, _)| (name.to_owned(), value.to_owned())).collect();
        let unsafe_headers = chosen.iter().filter(|header| header.2).map(|&(name, ..)| name.to_owned()).collect();
        let path = format!("/{turn}");
        let call =
            Call { way, url: format!("https://api.test{path}"), method: method.clone(), headers, credentials, body };
        let fetch = Fetch {
            origin: origin.to_owned(),
            method,
            path,
            unsafe_headers,
            credentials: credentials == Credentials::Include,
            upload_listener: way == Way::Upload,
        };
        let method = normalize(&fetch.method);
        let preflight = preflight(random, origin, &method, &fetch.unsafe_headers);
        Self { call, preflight, actual: actual(random, origin), fetch }
    }

    /// What the server answers.
    fn answer(&self, is_preflight: bool) -> &Response {
        if is_preflight { &self.preflight } else { &self.actual }
    }

    /// What the model asks, and what it makes of the answers.
    fn expected(&self) -> (Vec<Asked>, Verdict) {
        let mut asked = Vec::new();
        let verdict = browser::fetch(&self.fetch, |request| {
            asked.push((request.method.clone(), CORS.map(|name| request.headers.all(name).next().map(str::to_owned))));
            normalized(self.answer(is_preflight(request)))
        });
        (asked, verdict)
    }

    /// In what the browser differs from the model; nothing if it does not.
    fn difference(&self, done: &Done) -> Option<String> {
        let (asked, verdict) = self.expected();
        if asked != done.asked {
            return Some(format!("expected the requests {asked:?}, got {:?}", done.asked));
        }
        difference(&verdict, &self.actual, &done.outcome)
    }
}

fn is_preflight(request: &Request) -> bool {
    request.headers.all("access-control-request-method").next().is_some()
}

/// The answer as it arrives: without the whitespace around values.
fn normalized(answer: &Response) -> Response {
    let headers =
        answer.headers.0.iter().map(|(name, value)| (name.clone(), value.trim_matches([' ', '\t']).to_owned()));
    Response { status: answer.status, headers: Headers(headers.collect()) }
}

#[test]
fn the_model_decides_as_chromium_does() {
    let seed = std::env::var(SEED).map_or(USUAL, |seed| seed.parse().unwrap());
    let mut random = Random(seed);
    let origin = |turn: usize| PAGES[turn * PAGES.len() / TRIALS];
    let trials: Arc<Vec<Trial>> =
        Arc::new((0..TRIALS).map(|turn| Trial::new(&mut random, origin(turn), turn)).collect());
    let asked: Arc<Mutex<Vec<Vec<Asked>>>> = Arc::new(Mutex::new(vec![Vec::new(); TRIALS]));
    let mut browser = Browser::start();
    let (answering, counting) = (Arc::clone(&trials), Arc::clone(&asked));
    let server = site::start(move |request| {
        let turn: usize = request.uri().path()[1..].parse().unwrap();
        let cors = CORS.map(|name| Some(request.headers().get(name)?.to_str().unwrap().to_owned()));
        let is_preflight = cors[1].is_some();
        counting.lock().unwrap()[turn].push((request.method().to_string(), cors));
        Some(sent(answering[turn].answer(is_preflight)))
    });
    browser.front.add("api.test".to_owned(), server);
    let started = Instant::now();
    let mut tally = Tally { verdicts: BTreeMap::new(), admitted: [0; DEVIATIONS.len()], differences: Vec::new() };
    for (page, trials) in PAGES.iter().zip(trials.chunks(TRIALS / PAGES.len())) {
        let calls: Vec<Call> = trials.iter().map(|trial| trial.call.clone()).collect();
        for (trial, outcome) in trials.iter().zip(browser.perform(page, &calls)) {
            let turn: usize = trial.fetch.path[1..].parse().unwrap();
            let asked = asked.lock().unwrap()[turn].clone();
            tally.count(trial, &Done { asked, outcome });
        }
    }
    println!("Chromium: {TRIALS} random requests, {SEED}={seed}, {:.1} s", started.elapsed().as_secs_f64());
    tally.finish();
    if seed == USUAL {
        tally.refuse_stale();
    }
}

/// What came of all trials.
struct Tally {
    /// How many came to each verdict.
    verdicts: BTreeMap<String, usize>,
    /// How often each row of [`DEVIATIONS`] admitted a difference.
    admitted: [usize; DEVIATIONS.len()],
    differences: Vec<String>,
}

impl Tally {
    fn count(&mut self, trial: &Trial, done: &Done) {
        let (_, verdict) = trial.expected();
        let kind = match verdict {
            Verdict::Allowed { .. } => "allowed".to_owned(),
            Verdict::Refused { at, reason } => format!("{reason:?} at {at:?}"),
        };
        *self.verdicts.entry(kind).or_default() += 1;
        let Some(difference) = trial.difference(done) else { return };
        let corrected = |rows: &[Deviation]| {
            let mut trial = trial.clone();
            rows.iter().for_each(|row| (row.correct)(&mut trial));
            trial.difference(done).is_none()
        };
        for (row, admitted) in DEVIATIONS.iter().zip(&mut self.admitted) {
            *admitted += usize::from(corrected(std::slice::from_ref(row)));
        }
        if !corrected(DEVIATIONS) {
            self.differences.push(format!("{difference}\n  {trial:?}\n"));
        }
    }

    fn finish(&self) {
        for (verdict, count) in &self.verdicts {
            println!("{count:>8} {verdict}");
        }
        for (row, count) in DEVIATIONS.iter().zip(self.admitted) {
            println!("{count:>8} where Chromium is known to deviate: {}", row.what);
        }
        let count = self.differences.len();
        let shown: String = self.differences.iter().take(12).map(String::as_str).collect();
        assert!(count == 0, "Chromium differs from the model in {count} of {TRIALS}:\n{shown}");
        // Every verdict that there is, and none by chance.
        assert!(self.verdicts.len() == 8 && self.verdicts.values().all(|&count| count > 10), "{:?}", self.verdicts);
    }

    fn refuse_stale(&self) {
        for (row, count) in DEVIATIONS.iter().zip(self.admitted) {
            assert!(count > 0, "stale: Chromium no longer deviates: {}", row.what);
        }
    }
}
