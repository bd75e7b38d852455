//! The one place that Chromium connects to, whatever the scheme, host and port of a URL.
//!
//! It ends TLS where there is TLS, and passes the bytes on to the server that the request's `Host` names:
//! each server under test sees what Chromium sent, and Chromium what the server answered.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, KeyPair, PublicKeyData};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{self, ServerConfig};

use crate::listen::listen;

/// The first byte of a TLS connection: a record of the type `handshake` (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 22;

/// A running front; it lives as long as the test process.
pub(crate) struct Front {
    pub(crate) address: SocketAddr,
    /// The digest of its certificate's key, as `--ignore-certificate-errors-spki-list` wants it.
    pub(crate) key: String,
    hosts: Arc<Hosts>,
}

/// Where the requests for each host go.
struct Hosts {
    known: Mutex<HashMap<String, SocketAddr>>,
    others: SocketAddr,
}

impl Front {
    /// Starts one that passes every request to `others`, until hosts are [added](Self::add).
    pub(crate) fn start(others: SocketAddr) -> Self {
        let (config, key) = throw_away();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let hosts = Arc::new(Hosts { known: Mutex::default(), others });
        let shared = Arc::clone(&hosts);
        let address = listen(move |stream| {
            let (acceptor, hosts) = (acceptor.clone(), Arc::clone(&shared));
            async move {
                // A connection that breaks shows in what the page makes of it.
                serve(stream, &acceptor, &hosts).await.ok();
            }
        });
        Self { address, key, hosts }
    }

    /// Passes the requests for `host`, whatever the port, on to `server`.
    pub(crate) fn add(&self, host: String, server: SocketAddr) {
        self.hosts.lock().insert(host, server);
    }
}

impl Hosts {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, SocketAddr>> {
        self.known.lock().unwrap()
    }

    /// The server for the host that a request's head names.
    fn server(&self, head: &[u8]) -> SocketAddr {
        let head = String::from_utf8_lossy(head).to_ascii_lowercase();
        let host = head.lines().find_map(|line| line.strip_prefix("host:")).unwrap_or_default().trim();
        let host = host.rsplit_once(':').map_or(host, |(host, _port)| host);
        self.lock().get(host).copied().unwrap_or(self.others)
    }
}

/// A certificate that nobody has signed, and the digest of its key.
fn throw_away() -> (ServerConfig, String) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["test".to_owned()]).unwrap().self_signed(&key).unwrap();
    let digest = STANDARD.encode(Sha256::digest(key.subject_public_key_info()));
    let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = builder.with_no_client_auth().with_single_cert(vec![certificate.into()], private).unwrap();
    (config, digest)
}

async fn serve(stream: TcpStream, acceptor: &TlsAcceptor, hosts: &Hosts) -> io::Result<()> {
    let mut first = [0];
    stream.peek(&mut first).await?;
    match first {
        [HANDSHAKE] => pass_on(acceptor.accept(stream).await?, hosts).await,
        _ => pass_on(stream, hosts).await,
    }
}

/// Chromium uses a connection for one host only, so that the first request's head tells for all.
async fn pass_on(mut client: impl AsyncRead + AsyncWrite + Unpin, hosts: &Hosts) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        if client.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let mut server = TcpStream::connect(hosts.server(&head)).await?;
    server.set_nodelay(true)?;
    server.write_all(&head).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}
