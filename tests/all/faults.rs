//! The generated client against servers that misbehave: each fault ends as the table in the docs
//! of `Error` says, after as many attempts as it says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use drchrono::api::documents::{CreateForm, CreateQuery};
use drchrono::api::patients::{CcdaQuery, CreateQuery as CreatePatient, GetQuery, ListQuery};
use drchrono::models::PatientInput;
use drchrono::{Client, ClientBuilder, Error, File, Limits, Retry, Variable};

/// What a server does with a connection after it has read the request.
#[derive(Clone)]
enum Reply {
    /// Sends this and hangs up.
    Text(String),
    /// Says nothing, for longer than any test waits.
    Hang,
}

/// The head and the body of each request that came.
type Log = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// A server that deals with one request after the other as it is told, and as with the last one
/// from then on.
struct Faulty {
    origin: String,
    requests: Log,
}

impl Faulty {
    fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (log, count) = (Arc::clone(&requests), Arc::new(AtomicUsize::new(0)));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, count, replies) = (Arc::clone(&log), Arc::clone(&count), replies.clone());
                std::thread::spawn(move || {
                    let request = read(&stream);
                    log.lock().unwrap().push(request);
                    let at = count.fetch_add(1, Ordering::SeqCst).min(replies.len() - 1);
                    match &replies[at] {
                        Reply::Text(text) => (&stream).write_all(text.as_bytes()).unwrap_or_default(),
                        Reply::Hang => std::thread::sleep(Duration::from_secs(30)),
                    }
                });
            }
        });
        Self { origin, requests }
    }

    fn answering(replies: &[&str]) -> Self {
        Self::start(replies.iter().map(|it| Reply::Text((*it).to_owned())).collect())
    }

    fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    fn head(&self, at: usize) -> String {
        self.requests.lock().unwrap()[at].0.clone()
    }

    /// A client whose attempts follow each other at once.
    fn builder(&self) -> ClientBuilder {
        Client::builder()
            .set(Variable::BASE_URL, &self.origin)
            .set(Variable::ACCESS_TOKEN, "token-1")
            .limits(Limits::none())
            .retry(Retry::attempts(3).base(Duration::from_millis(5)))
    }

    fn client(&self) -> Client {
        self.builder().build().unwrap()
    }
}

/// The head of a request, in lower case, and its body.
fn read(stream: &TcpStream) -> (String, Vec<u8>) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap_or(0) > 0 {}
    let head = head.to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |it| it.parse().unwrap())];
    reader.read_exact(&mut body).unwrap();
    if head.contains("transfer-encoding: chunked") {
        while !body.ends_with(b"0\r\n\r\n") {
            let mut byte = [0];
            reader.read_exact(&mut byte).unwrap();
            body.push(byte[0]);
        }
    }
    (head, body)
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

const PAGE: &str = r#"{"previous": null, "results": [], "next": null}"#;

async fn list(client: &Client) -> Result<(), Error> {
    client.patients().list(&ListQuery::new()).await.map(|_| ())
}

async fn create(client: &Client) -> Result<(), Error> {
    let body = PatientInput::new().first_name("Ada");
    client.patients().create(&CreatePatient::new(), &body).await.map(|_| ())
}

fn status(error: &Error) -> u16 {
    error.status().unwrap_or_else(|| panic!("{error:?}")).as_u16()
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    let fine = answer("200 OK", "", PAGE);
    for failure in ["408 X", "429 X", "502 X", "503 X", "504 X"] {
        let failure = answer(failure, "", "");
        let server = Faulty::answering(&[&failure, &failure, &fine]);
        list(&server.client()).await.unwrap();
        assert_eq!(server.count(), 3, "{failure}");
        let server = Faulty::answering(&[&failure]);
        assert!(matches!(list(&server.client()).await, Err(Error::Api(_))));
        assert_eq!(server.count(), 3, "{failure}");
    }
    for failure in ["400 X", "404 X", "500 X"] {
        let server = Faulty::answering(&[&answer(failure, "", "")]);
        assert!(matches!(list(&server.client()).await, Err(Error::Api(_))));
        assert_eq!(server.count(), 1, "{failure}");
    }
}

#[tokio::test]
async fn what_may_have_arrived_is_not_sent_again() {
    for failure in ["408 X", "502 X", "503 X", "504 X"] {
        let server = Faulty::answering(&[&answer(failure, "Retry-After: 0\r\n", "")]);
        assert!(matches!(create(&server.client()).await, Err(Error::Api(_))));
        assert_eq!(server.count(), 1, "{failure}");
    }
    let server = Faulty::answering(&[""]);
    assert!(matches!(create(&server.client()).await, Err(Error::Transport(_))));
    assert_eq!(server.count(), 1, "the connection broke");
    // What was refused for being too much was not done.
    let server = Faulty::answering(&[&answer("429 X", "Retry-After: 0\r\n", ""), &answer("500 X", "", "")]);
    assert_eq!(status(&create(&server.client()).await.unwrap_err()), 500);
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn servers_say_when() {
    let fine = answer("200 OK", "", PAGE);
    let server = Faulty::answering(&[&answer("429 X", "Retry-After: 1\r\n", ""), &fine]);
    let begin = Instant::now();
    list(&server.client()).await.unwrap();
    assert!(begin.elapsed() >= Duration::from_secs(1));
    // Three days are too long to wait.
    for wait in ["259200", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let header = format!("Retry-After: {wait}\r\n");
        let server = Faulty::answering(&[&answer("429 X", &header, "")]);
        let error = list(&server.client()).await.unwrap_err();
        assert_eq!((status(&error), server.count()), (429, 1));
        let Error::RateLimited(error) = error else { panic!("{error:?}") };
        assert!(error.retry_after() >= Duration::from_secs(259_200));
        assert!(error.to_string().contains("asks to wait"), "{error}");
    }
}

#[tokio::test]
async fn the_clients_own_limits_are_shared_by_clones() {
    let server = Faulty::answering(&[&answer("200 OK", "", PAGE)]);
    let limits = Limits::none().per_second(2);
    let client = server.builder().limits(limits).max_wait(Duration::ZERO).build().unwrap();
    let clone = client.clone();
    list(&client).await.unwrap();
    list(&clone).await.unwrap();
    let Err(Error::RateLimited(error)) = list(&client).await else { panic!("was sent") };
    assert!(error.response().is_none() && error.retry_after() <= Duration::from_secs(1));
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_connection_that_breaks() {
    let fine = answer("200 OK", "", PAGE);
    let broken = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"resu";
    for failure in ["", broken] {
        let server = Faulty::answering(&[failure, &fine]);
        list(&server.client()).await.unwrap();
        assert_eq!(server.count(), 2);
        let server = Faulty::answering(&[failure]);
        assert!(matches!(list(&server.client()).await, Err(Error::Transport(_))));
        assert_eq!(server.count(), 3);
    }
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = Faulty::answering(&[""]).builder().set(Variable::BASE_URL, format!("http://{free}"));
    let error = create(&client.build().unwrap()).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
}

#[tokio::test]
async fn a_server_that_hangs() {
    let server = Faulty::start(vec![Reply::Hang]);
    let client = server.builder().attempt_timeout(Duration::from_millis(100)).build().unwrap();
    assert!(list(&client).await.unwrap_err().is_timeout());
    assert_eq!(server.count(), 1, "who waited once does not wait again");
    let call = client.patients().list(&ListQuery::new()).timeout(Duration::from_millis(100));
    assert!(call.await.unwrap_err().is_timeout());
    let call = client.patients().ccda(7, &CcdaQuery::new());
    assert!(call.download().await.unwrap_err().is_timeout());
}

#[tokio::test]
async fn an_answer_of_another_kind() {
    for body in ["<html>down</html>", "{\"results\": [{\"id\": 1}, {", ""] {
        let server = Faulty::answering(&[&answer("200 OK", "Content-Type: text/html\r\n", body)]);
        let error = list(&server.client()).await.unwrap_err();
        assert_eq!((status(&error), server.count()), (200, 1));
        let Error::Decode(error) = error else { panic!("{error:?}") };
        assert_eq!(error.body(), body.as_bytes());
    }
}

#[tokio::test]
async fn a_long_failure_is_cut() {
    let server = Faulty::answering(&[&answer("500 X", "", &"x".repeat(10_000_000))]);
    let Err(Error::Api(error)) = list(&server.client()).await else { panic!("no failure") };
    assert_eq!(error.body().len(), 1024 * 1024);
}

#[tokio::test]
async fn a_token_does_not_follow_a_redirect_elsewhere() {
    let elsewhere = Faulty::answering(&[&answer("200 OK", "", PAGE)]);
    let location = format!("Location: {}/file\r\n", elsewhere.origin);
    let server = Faulty::answering(&[&answer("302 X", &location, "")]);
    let call = |client: Client| async move {
        client.patients().list(&ListQuery::new()).header("X-Key", "secret").await.map(|_| ())
    };
    call(server.client()).await.unwrap();
    let head = elsewhere.head(0);
    assert!(head.starts_with("get /file "), "{head}");
    assert!(!head.contains("authorization") && !head.contains("secret"), "{head}");
    // Within the API it is followed as it is.
    let server = Faulty::answering(&[&answer("307 X", "Location: /v5\r\n", ""), &answer("200 OK", "", PAGE)]);
    call(server.client()).await.unwrap();
    assert!(server.head(1).contains("authorization: bearer token-1"), "{}", server.head(1));
    // What is sent is not sent to somebody else.
    let server = Faulty::answering(&[&answer("307 X", &location, "")]);
    assert_eq!(status(&create(&server.client()).await.unwrap_err()), 307);
    assert_eq!(elsewhere.count(), 1);
    // No end of it.
    let server = Faulty::answering(&[&answer("302 X", "Location: /again\r\n", "")]);
    assert!(matches!(call(server.client()).await, Err(Error::Request(_))));
    assert_eq!(server.count(), 5);
}

#[tokio::test]
async fn uploads_are_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("referral.pdf");
    let content = b"%PDF ".repeat(40_000);
    std::fs::write(&path, &content).unwrap();
    let again = content.clone();
    let stream = File::stream("referral.pdf", move || {
        let content = again.clone();
        async move { Ok(std::io::Cursor::new(content)) }
    });
    for file in [File::path(&path), stream] {
        let server =
            Faulty::answering(&[&answer("429 X", "Retry-After: 0\r\n", ""), &answer("500 X", "", "")]);
        let form = CreateForm::new().doctor(42).document(file);
        let error = server.client().documents().create(&CreateQuery::new(), &form).await.unwrap_err();
        assert_eq!((status(&error), server.count()), (500, 2));
        let requests = server.requests.lock().unwrap();
        assert_eq!(requests[0].1, requests[1].1, "the same twice");
        let sent = String::from_utf8_lossy(&requests[1].1).into_owned();
        assert!(sent.contains("filename=\"referral.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"));
        // A stream goes out in chunks, which may end anywhere but within a character.
        assert_eq!(sent.matches('%').count(), 40_000);
    }
    let server = Faulty::answering(&[&answer("200 OK", "", "{}")]);
    let form = CreateForm::new().document(File::path(folder.path().join("missing.pdf")));
    let error = server.client().documents().create(&CreateQuery::new(), &form).await.unwrap_err();
    assert!(matches!(error, Error::Io(_)), "{error:?}");
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn downloads_are_streamed() {
    let body = "<ClinicalDocument/>".repeat(100_000);
    let server = Faulty::answering(&[&answer("200 OK", "", &body)]);
    let mut written = Vec::new();
    let client = server.client();
    let count = client.patients().ccda(7, &CcdaQuery::new()).copy_to(&mut written).await.unwrap();
    assert_eq!((count, written.len()), (body.len() as u64, body.len()));
    let server = Faulty::answering(&[&answer("404 X", "", "{}")]);
    let error = server.client().patients().ccda(7, &CcdaQuery::new()).download().await.unwrap_err();
    assert!(error.is_not_found());
}

#[test]
fn without_async() {
    let server = Faulty::answering(&[&answer("404 X", "", "{}")]);
    let client = server.client();
    let error = drchrono::blocking::run(client.patients().get(7, &GetQuery::new())).unwrap_err();
    assert!(error.is_not_found());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let within = async { drchrono::blocking::run(client.patients().get(7, &GetQuery::new())) };
    assert!(matches!(runtime.block_on(within), Err(Error::Request(_))));
}
