//! Which methods a server's own parser takes, and what `cors compile` says of the others.

use std::net::SocketAddr;

use cors_compiler::backend::BACKENDS;

use crate::assembled::sample;
use crate::client::Client;
use crate::envoy::Envoy;
use crate::nginx::Nginx;
use crate::upstream::Upstream;

/// Registered ones (<https://www.iana.org/assignments/http-methods>) and tokens of every kind.
const METHODS: &str = "ACL BASELINE-CONTROL BIND BREW CHECKIN CHECKOUT COPY DELETE FROB GET HEAD LABEL LINK LOCK M-SEARCH \
    MERGE MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF MKWORKSPACE MOVE MSEARCH NOTIFY OPTIONS ORDERPATCH \
    PATCH POST PROPFIND PROPPATCH PURGE PUT QUERY REBIND REPORT SEARCH SOURCE SUBSCRIBE UNBIND \
    UNCHECKOUT UNLINK UNLOCK UNSUBSCRIBE UPDATE UPDATEREDIRECTREF VERSION-CONTROL X X_Y X-Y X.Y X1 X!Y \
    patch Get ~";

fn compare(target: &str, address: SocketAddr) {
    let backend = BACKENDS.iter().find(|backend| backend.name == target).unwrap();
    for method in METHODS.split(' ') {
        let request =
            format!("{method} / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n");
        let status = Client::new(address).send(request.as_bytes()).unwrap().status;
        assert_eq!(status != 400, (backend.parses_method)(method), "{target}: {method}: {status}");
    }
}

#[test]
fn nginx_parses_the_methods_that_the_compiler_says() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let nginx = Nginx::start(directory.path(), &sample("spa.yaml"), upstream.address);
    compare("nginx", nginx.addresses[0]);
}

#[test]
fn envoy_parses_the_methods_that_the_compiler_says() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let envoy = Envoy::start(directory.path(), &sample("spa.yaml"), None, "native", upstream.address);
    compare("envoy", envoy.address);
}
