//! A server under load while its policy is replaced, again and again: every answer is the one policy's or the
//! other's, whole.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use cors_compiler::ir::Policy;
use cors_compiler::reference::{Response, respond};

use crate::allowed::{ALLOWED, Target};
use crate::client::{Client, is_unanswered};
use crate::compare::{Aspect, Exchange};
use crate::corpus::Case;
use crate::kinds::Kind;
use crate::upstream::{MARK, answer};

const THREADS: usize = 4;

/// How many reloads are enough, unless more is asked for.
pub(crate) const RELOADS: usize = 8;

/// How many answers of one policy alone each thread sees between two reloads.
const BETWEEN: usize = 50;

/// How long a reload, and the requests after it, may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The two policies: they share an origin, and nothing else that a response says.
pub(crate) const POLICIES: [&str; 2] = [
    "version: 1
policies:
  p:
    allow_origins: [https://a.example, https://both.example, 'https://*.sub.example']
    allow_methods: [PUT]
    allow_headers: [x-a]
    expose_headers: [x-a]
    allow_credentials: true
    max_age: 1m
",
    "version: 1
policies:
  p:
    allow_origins: [https://b.example, https://both.example]
    allow_methods: [DELETE, PATCH]
    allow_headers: [x-b]
    expose_headers: [x-b]
    max_age: 2m
",
];

/// What an answer says of CORS: the status, and the fields in the order of their names.
type Answer = (u16, Vec<(String, String)>);

fn essence(response: &Response) -> Answer {
    let lower = response.headers.0.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    let mut fields: Vec<_> =
        lower.filter(|(name, _)| name.starts_with("access-control-") || name == "vary" || name == MARK).collect();
    fields.sort();
    (response.status, fields)
}

/// What is asked all the time.
fn mix() -> Vec<Case> {
    let origins = ["https://a.example", "https://b.example", "https://both.example", "https://x.sub.example"];
    let origins = origins.into_iter().chain(["https://refused.test"]).map(|origin| vec![origin.to_owned()]);
    let mut cases = Vec::new();
    for origins in origins.chain([vec![]]) {
        let preflight = Kind { method: "OPTIONS", asks: vec![("Method", "PUT".to_owned())] };
        let [get, post] = ["GET", "POST"].map(|method| Kind { method, asks: Vec::new() });
        for (kind, upstream) in [(&preflight, "none"), (&get, "cors"), (&post, "error")] {
            cases.push(Case { kind: kind.clone(), target: "/x".to_owned(), origins: origins.clone(), upstream });
        }
    }
    cases
}

/// What the server answers to the mix while nobody changes it: what the reference answers.
fn steady(target: Target, address: SocketAddr, policy: &Policy) -> Vec<Answer> {
    let mut client = Client::new(address);
    let compared = mix().into_iter().map(|case| {
        let expected = respond(policy, &case.request(), |_: &_| answer(case.upstream));
        let real = client.send(&case.wire()).unwrap();
        let exchange = Exchange { case: &case, policy: Some(policy), expected, real, forwarded: (0, 0) };
        let admitted =
            |aspect: &Aspect| ALLOWED.iter().any(|row| row.target == target && (row.admits)(&exchange, *aspect));
        assert!(exchange.differences().iter().all(admitted), "{exchange}");
        essence(&exchange.real)
    });
    compared.collect()
}

/// Sets its flag however it ends, so that the threads do.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

/// Asks without pause while `reload` puts one policy in the place of the other, for as long as there is to be
/// another round. It returns when each request that is sent from then on is answered by the new one.
pub(crate) fn reload_under_load(
    name: &str,
    target: Target,
    address: SocketAddr,
    policies: [&Policy; 2],
    mut another: impl FnMut(usize) -> bool,
    mut reload: impl FnMut(usize),
) {
    let mix = mix();
    let first = steady(target, address, policies[0]);
    reload(1);
    let expected = [first, steady(target, address, policies[1])];
    assert!((0..mix.len()).filter(|&case| expected[0][case] != expected[1][case]).count() > mix.len() / 2);
    reload(0);
    let (begun, done, stopped) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    let (meanwhile, retried) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let counts: [AtomicUsize; THREADS] = std::array::from_fn(|_| AtomicUsize::new(0));
    let faults = Mutex::new(Vec::new());
    let ask = |count: &AtomicUsize| {
        let mut client = Client::new(address);
        for (case, turn) in mix.iter().zip(0..).collect::<Vec<_>>().into_iter().cycle() {
            let since = done.load(SeqCst);
            let answer = loop {
                match client.send(&case.wire()) {
                    // An idle connection that was closed: the request was not taken up.
                    Err(error)
                        if is_unanswered(&error) && retried.fetch_add(1, SeqCst) < 1_000 * (1 + done.load(SeqCst)) => {}
                    outcome => break outcome,
                }
            };
            let until = begun.load(SeqCst);
            let found = answer.map(|response| essence(&response)).map_err(|error| error.to_string());
            if !(since..=until).any(|epoch| found.as_ref() == Ok(&expected[epoch % 2][turn])) {
                faults.lock().unwrap().push(format!("{since}..={until}: {case:?}: {found:?}"));
                return;
            }
            count.fetch_add(1, SeqCst);
            meanwhile.fetch_add(usize::from(since != until), SeqCst);
            if stopped.load(SeqCst) {
                return;
            }
        }
    };
    // Until each thread has had some answers more; false if one of them has ended.
    let settle = || {
        let (before, started) = (counts.each_ref().map(|count| count.load(SeqCst)), Instant::now());
        while counts.iter().zip(before).any(|(count, before)| count.load(SeqCst) < before + BETWEEN) {
            if !faults.lock().unwrap().is_empty() {
                return false;
            }
            assert!(started.elapsed() < PATIENCE, "{name}: too slow");
            thread::sleep(Duration::from_millis(1));
        }
        true
    };
    thread::scope(|scope| {
        let _stop = Stop(&stopped);
        for count in &counts {
            scope.spawn(|| ask(count));
        }
        for epoch in (1..).take_while(|&epoch| another(epoch)) {
            if !settle() {
                break;
            }
            begun.store(epoch, SeqCst);
            reload(epoch % 2);
            done.store(epoch, SeqCst);
        }
        settle();
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{name}: {faults:#?}");
    let compared: usize = counts.iter().map(|count| count.load(SeqCst)).sum();
    let reloads = done.into_inner();
    let [meanwhile, retried] = [meanwhile, retried].map(AtomicUsize::into_inner);
    println!(
        "{name}: {compared} requests compared, 0 differences, during {reloads} reloads, {meanwhile} of them while \
         one was under way; {retried} sent once more as a new connection was closed"
    );
    assert!(meanwhile > 0, "{name}: no request while the configuration was replaced");
}
