//! A client that sends exactly the bytes it is given and reads one whole response.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use cors_compiler::reference::{Headers, Response};

const TIMEOUT: Duration = Duration::from_secs(5);

/// One client, one connection at a time: kept as long as the server keeps it.
pub(crate) struct Client {
    address: SocketAddr,
    connection: Option<BufReader<TcpStream>>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, connection: None }
    }

    /// Sends `request` and reads the response to it.
    pub(crate) fn send(&mut self, request: &[u8]) -> io::Result<Response> {
        if let Some(connection) = self.connection.take() {
            match self.exchange(connection, request) {
                // The server closed the idle connection.
                Err(error) if is_unanswered(&error) => {}
                outcome => return outcome,
            }
        }
        let stream = TcpStream::connect_timeout(&self.address, TIMEOUT)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        self.exchange(BufReader::new(stream), request)
    }

    fn exchange(&mut self, mut connection: BufReader<TcpStream>, request: &[u8]) -> io::Result<Response> {
        // A server that refuses a long request answers without reading all of it.
        let written = connection.get_mut().write_all(request);
        match connection.fill_buf() {
            Ok([_, ..]) => {}
            Err(error) if !is_closed(&error) => return Err(error),
            _ => return Err(io::Error::new(ErrorKind::ConnectionAborted, format!("no answer, written: {written:?}"))),
        }
        let response = read_head(&mut connection)?;
        let kept = read_body(&mut connection, &response, request.starts_with(b"HEAD "))?;
        if kept {
            self.connection = Some(connection);
        }
        Ok(response)
    }
}

/// Whether the server closed the connection without a byte of an answer: it has not taken the request up.
pub(crate) fn is_unanswered(error: &io::Error) -> bool {
    error.kind() == ErrorKind::ConnectionAborted
}

fn is_closed(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe)
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what.to_owned())
}

/// A line without its end, each byte one character (Latin-1), as the request was written.
fn read_line(connection: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    if connection.read_until(b'\n', &mut line)? == 0 {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_ascii_end().iter().copied().map(char::from).collect())
}

fn read_head(connection: &mut impl BufRead) -> io::Result<Response> {
    let status_line = read_line(connection)?;
    let status = status_line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| invalid(&status_line))?;
    let mut headers = Headers::default();
    loop {
        let line = read_line(connection)?;
        if line.is_empty() {
            return Ok(Response { status, headers });
        }
        let (name, value) = line.split_once(':').ok_or_else(|| invalid(&line))?;
        headers.push(name, value.trim());
    }
}

/// Skips the body and tells whether the connection can serve another request.
fn read_body(connection: &mut impl BufRead, response: &Response, head: bool) -> io::Result<bool> {
    let has = |name, token: &str| response.headers.all(name).any(|value| value.eq_ignore_ascii_case(token));
    let kept = !has("connection", "close");
    if head || matches!(response.status, 204 | 304) {
        return Ok(kept);
    }
    if has("transfer-encoding", "chunked") {
        loop {
            let line = read_line(connection)?;
            let size = u64::from_str_radix(line.trim(), 16).map_err(|_| invalid(&line))?;
            skip(connection, size)?;
            read_line(connection)?;
            if size == 0 {
                return Ok(kept);
            }
        }
    }
    match response.headers.all("content-length").next() {
        Some(length) => skip(connection, length.parse().map_err(|_| invalid(length))?)?,
        None => {
            io::copy(connection, &mut io::sink())?;
            return Ok(false);
        }
    }
    Ok(kept)
}

fn skip(connection: &mut impl BufRead, length: u64) -> io::Result<()> {
    match io::copy(&mut connection.by_ref().take(length), &mut io::sink())? == length {
        true => Ok(()),
        false => Err(ErrorKind::UnexpectedEof.into()),
    }
}
