//! Just enough HTTP/1.1 for the proxy and for talking to test servers: whole messages, one a connection. Owning the
//! bytes is the point: the proxy must be able to lose a reply after the server has acted.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A whole request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `POST`, `GET` …
    pub method: String,
    /// Path and query as sent.
    pub target: String,
    /// In the order in which they came.
    pub headers: Vec<(String, String)>,
    /// All of it.
    pub body: Vec<u8>,
}

impl Request {
    /// The first header of this name, which is compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Reads one from a connection; `None` when the other side closed it instead.
    pub fn read(stream: &TcpStream) -> io::Result<Option<Self>> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let mut words = line.split_whitespace().map(str::to_owned);
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut request = Self { method, target, ..Self::default() };
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.split_once(':') else { break };
            request.headers.push((name.to_owned(), value.trim().to_owned()));
        }
        if request.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
            (&*stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        if request.header("transfer-encoding").is_some() {
            request.body = read_chunks(&mut reader)?;
        } else if let Some(length) = request.header("content-length").and_then(|value| value.parse().ok()) {
            request.body = vec![0; length];
            reader.read_exact(&mut request.body)?;
        }
        Ok(Some(request))
    }

    /// Sends it to a server, asking for the connection to be closed after, and returns the raw answer.
    pub fn send(&self, to: SocketAddr) -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(to)?;
        stream.set_read_timeout(Some(Duration::from_mins(2)))?;
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            let ours = ["connection", "content-length", "transfer-encoding", "expect"];
            if !ours.iter().any(|o| name.eq_ignore_ascii_case(o)) {
                let _ = write!(head, "{name}: {value}\r\n");
            }
        }
        let _ = write!(head, "Content-Length: {}\r\nConnection: close\r\n\r\n", self.body.len());
        stream.write_all(head.as_bytes())?;
        stream.write_all(&self.body)?;
        read_answer(&stream)
    }
}

/// Reads an answer to the end that it announces itself: not every server closes the connection when asked to.
fn read_answer(stream: &TcpStream) -> io::Result<Vec<u8>> {
    let mut reader = BufReader::new(stream);
    let (mut answer, mut length, mut chunked) = (Vec::new(), None, false);
    loop {
        let start = answer.len();
        if reader.read_until(b'\n', &mut answer)? == 0 {
            return Ok(answer);
        }
        let line = String::from_utf8_lossy(&answer[start..]).trim().to_ascii_lowercase();
        match line.split_once(':').map(|(name, value)| (name, value.trim())) {
            Some(("content-length", value)) => length = value.parse().ok(),
            Some(("transfer-encoding", value)) => chunked = value.contains("chunked"),
            _ if line.is_empty() => break,
            _ => {}
        }
    }
    if chunked {
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            let size = chunk_size(&String::from_utf8_lossy(&line))?;
            answer.append(&mut line);
            // The chunk and the line end after it.
            io::copy(&mut (&mut reader).take(size + 2), &mut answer)?;
            if size == 0 {
                break;
            }
        }
    } else if let Some(length) = length {
        io::copy(&mut reader.take(length), &mut answer)?;
    } else {
        reader.read_to_end(&mut answer)?;
    }
    Ok(answer)
}

fn chunk_size(line: &str) -> io::Result<u64> {
    u64::from_str_radix(line.trim().split(';').next().unwrap_or_default(), 16)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

fn read_chunks(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let size = chunk_size(&line)?;
        io::copy(&mut (&mut *reader).take(size), &mut body)?;
        reader.read_line(&mut line)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

/// The status of a raw answer; 0 when it is none.
pub fn status(answer: &[u8]) -> u16 {
    let line = answer.split(|byte| *byte == b'\r').next().unwrap_or_default();
    String::from_utf8_lossy(line).split_whitespace().nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
}

/// Sends a request with a small body to a loopback server and returns its status.
pub fn call(method: &str, to: SocketAddr, path: &str, body: &str) -> io::Result<u16> {
    let headers =
        vec![("Host".to_owned(), to.to_string()), ("Content-Type".to_owned(), "application/json".to_owned())];
    let request = Request {
        method: method.to_owned(),
        target: path.to_owned(),
        headers,
        body: body.as_bytes().to_vec(),
    };
    Ok(status(&request.send(to)?))
}
