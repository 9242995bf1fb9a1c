//! A server on the loopback interface that writes down what it is asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A request as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) method: String,
    /// Path and query, byte for byte.
    pub(crate) target: String,
    /// In order, names as they were written.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Recorded {
    /// The value of a header, by its name in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

type Answer = dyn Fn(&Recorded) -> (u16, String) + Send + Sync;

/// The server. Its thread ends with the test.
pub(crate) struct Server {
    address: SocketAddr,
    recorded: Arc<Mutex<Vec<Recorded>>>,
    challenge: Arc<Mutex<Option<String>>>,
}

impl Server {
    /// Answers every request with a status and JSON.
    pub(crate) fn start(answer: impl Fn(&Recorded) -> (u16, String) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let recorded = Arc::new(Mutex::new(Vec::new()));
        let challenge = Arc::new(Mutex::new(None));
        let (log, answer): (_, Arc<Answer>) = (Arc::clone(&recorded), Arc::new(answer));
        let asked = Arc::clone(&challenge);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, answer, asked) = (Arc::clone(&log), Arc::clone(&answer), Arc::clone(&asked));
                std::thread::spawn(move || serve(stream, &log, &*answer, &asked));
            }
        });
        Self { address, recorded, challenge }
    }

    /// From now on a request without `Authorization` is answered with 401 and this
    /// `WWW-Authenticate`.
    pub(crate) fn challenge(&self, challenge: Option<&str>) {
        *self.challenge.lock().unwrap() = challenge.map(str::to_owned);
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// `http://127.0.0.1:port`
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What came since it was asked last.
    pub(crate) fn take(&self) -> Vec<Recorded> {
        std::mem::take(&mut self.recorded.lock().unwrap())
    }
}

/// One request, one answer, and the connection ends: no client can mix two up.
fn serve(stream: TcpStream, log: &Mutex<Vec<Recorded>>, answer: &Answer, challenge: &Mutex<Option<String>>) {
    let mut reader = BufReader::new(stream);
    let Some(request) = read(&mut reader) else { return };
    // Written down before it is answered, so that whoever has the answer finds it.
    log.lock().unwrap().push(request.clone());
    let asked = challenge.lock().unwrap().clone().filter(|_| request.header("authorization").is_none());
    let (status, body) = if asked.is_some() { (401, String::new()) } else { answer(&request) };
    let asked = asked.map(|it| format!("WWW-Authenticate: {it}\r\n")).unwrap_or_default();
    let body = if request.method == "HEAD" || status == 204 { String::new() } else { body };
    let head = format!(
        "HTTP/1.1 {status} Answer\r\nContent-Type: application/json\r\n{asked}Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = reader.into_inner();
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}

/// A line without its end. Latin-1 gives every byte a character of its own, so that nothing is lost.
fn line(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut bytes = Vec::new();
    reader.read_until(b'\n', &mut bytes).ok()?;
    let line: String = bytes.iter().copied().map(char::from).collect();
    Some(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Recorded> {
    let line = line(reader)?;
    let (method, rest) = line.split_once(' ')?;
    let (target, _) = rest.rsplit_once(' ')?;
    let (method, target) = (method.to_owned(), target.to_owned());
    let mut headers = Vec::new();
    loop {
        let line = self::line(reader)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let mut request = Recorded { method, target, headers, body: Vec::new() };
    if request.header("transfer-encoding").is_some_and(|it| it.eq_ignore_ascii_case("chunked")) {
        loop {
            let mut size = String::new();
            reader.read_line(&mut size).ok()?;
            let size = usize::from_str_radix(size.trim(), 16).ok()?;
            let mut chunk = vec![0; size + 2];
            reader.read_exact(&mut chunk).ok()?;
            if size == 0 {
                break;
            }
            request.body.extend_from_slice(&chunk[..size]);
        }
    } else if let Some(length) = request.header("content-length").and_then(|it| it.parse().ok()) {
        request.body = vec![0; length];
        reader.read_exact(&mut request.body).ok()?;
    }
    Some(request)
}
