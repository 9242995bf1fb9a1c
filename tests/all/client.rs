//! The generated DrChrono client, used as its users use it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use drchrono::api::documents::CreateDocumentForm;
use drchrono::api::patients::{GetPatient, ListPatients};
use drchrono::models::PatientInput;
use drchrono::oauth2::{OAuth2, Token};
use drchrono::secrecy::ExposeSecret;
use drchrono::{Client, ClientBuilder, Error, File, Variable};

use crate::server::{Recorded, Server};

fn builder(server: &Server) -> ClientBuilder {
    Client::builder()
        .set(Variable::BASE_URL, server.origin())
        .set(Variable::CLIENT_ID, "id")
        .set(Variable::CLIENT_SECRET, "s/e c")
        .origin("https://drchrono.com", server.origin())
}

fn client(server: &Server) -> Client {
    builder(server).set(Variable::ACCESS_TOKEN, "token-1").build().unwrap()
}

fn empty_page(_: &Recorded) -> (u16, String) {
    (200, r#"{"previous": null, "results": [], "next": null}"#.to_owned())
}

#[tokio::test]
async fn a_list_is_asked_for_with_what_is_set() {
    let server = Server::start(empty_page);
    let query = ListPatients::new().doctor(42).last_name("O'Neil & Sons+1 100%").since("2026-11-01T10:00:00");
    let page = client(&server).patients().list(&query).await.unwrap();
    assert!(page.results.is_empty());
    let sent = server.take().remove(0);
    assert_eq!(sent.method, "GET");
    assert_eq!(
        sent.target,
        "/api/patients?last_name=O%27Neil%20%26%20Sons%2B1%20100%25&doctor=42&since=2026-11-01T10:00:00"
    );
    assert_eq!(sent.header("authorization"), Some("Bearer token-1"));
    assert!(sent.header("user-agent").unwrap().starts_with("drchrono/"));
}

#[tokio::test]
async fn options_belong_to_the_call() {
    let server = Server::start(empty_page);
    let client = client(&server);
    let call = client.patients().list(&ListPatients::new()).header("X-Trace", "7");
    let response = call.timeout(Duration::from_secs(5)).with_response().await.unwrap();
    assert_eq!(response.status.as_u16(), 200);
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert_eq!(server.take()[0].header("x-trace"), Some("7"));
}

#[tokio::test]
async fn an_optional_query_is_set_on_the_call() {
    let server = Server::start(|_| (404, "{}".to_owned()));
    let client = client(&server);
    let plain = client.patients().get(7).await.unwrap_err();
    assert!(plain.is_not_found());
    let query = GetPatient::new().doctor(42);
    let set = client.patients().get(7).header("X-Trace", "7").query(&query).timeout(Duration::from_secs(5));
    assert!(set.await.unwrap_err().is_not_found());
    let targets: Vec<String> = server.take().into_iter().map(|it| it.target).collect();
    assert_eq!(targets, ["/api/patients/7", "/api/patients/7?doctor=42"]);
}

#[tokio::test]
async fn only_what_is_set_is_sent() {
    let server = Server::start(|_| (204, String::new()));
    let patch = PatientInput::new().first_name("Ada").doctor(42);
    client(&server).patients().update(7, &patch).await.unwrap();
    let sent = server.take().remove(0);
    assert_eq!((sent.method.as_str(), sent.target.as_str()), ("PATCH", "/api/patients/7"));
    assert_eq!(sent.header("content-type"), Some("application/json"));
    let body: serde_json::Value = serde_json::from_slice(&sent.body).unwrap();
    assert_eq!(body, serde_json::json!({"first_name": "Ada", "doctor": 42}));
}

#[tokio::test]
async fn files_are_uploaded() {
    let server = Server::start(|_| (201, "{}".to_owned()));
    let file = File::new("visit \"1\".pdf", &b"%PDF\r\n--x"[..]);
    let form = CreateDocumentForm::new().doctor(42).description("Référé").document(file);
    let _ = client(&server).documents().create(&form).await;
    let sent = server.take().remove(0);
    let content_type = sent.header("content-type").unwrap();
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let want = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"document\"; filename=\"visit %221%22.pdf\"\r\n\
         Content-Type: application/pdf\r\n\r\n%PDF\r\n--x\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"doctor\"\r\n\r\n42\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\nRéféré\r\n\
         --{boundary}--\r\n"
    );
    assert_eq!(sent.text(), want);
}

#[tokio::test]
async fn an_error_keeps_the_body_to_itself() {
    let server = Server::start(|_| (400, r#"{"email": ["Enter a valid address."], "code": 3}"#.to_owned()));
    let error = client(&server).patients().get(7).await.unwrap_err();
    assert_eq!(error.to_string(), "the server answered 400 Bad Request");
    assert!(!format!("{error:?}").contains("valid address"));
    assert_eq!(error.status().unwrap().as_u16(), 400);
    assert!(!error.is_not_found());
    let Error::Api(error) = error else { panic!("{error:?}") };
    assert_eq!(error.field_errors(), [("email".to_owned(), vec!["Enter a valid address.".to_owned()])]);
    assert!(error.text().contains("valid address"), "but has it");
}

#[tokio::test]
async fn a_surprise_is_an_error_that_shows_the_place_only() {
    let page = r#"{"previous": null, "results": [{"id": "J. Doe"}], "next": null}"#;
    let server = Server::start(move |_| (200, page.to_owned()));
    let error = client(&server).patients().list(&ListPatients::new()).await.unwrap_err();
    let said = format!("{error} {error:?}");
    assert!(said.contains("results[0]"), "{said}");
    assert!(!said.contains("Doe"), "{said}");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let server = Server::start(|_| (302, String::new()));
    let error = client(&server).patients().list(&ListPatients::new()).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 302);
    assert_eq!(server.take().len(), 1);
}

#[tokio::test]
async fn what_is_missing_is_named_before_anything_is_sent() {
    let server = Server::start(empty_page);
    let client = builder(&server).build().unwrap();
    let error = client.patients().list(&ListPatients::new()).await.unwrap_err();
    assert!(error.to_string().contains("DRCHRONO_ACCESS_TOKEN"), "{error}");
    assert!(server.take().is_empty());
}

#[tokio::test]
async fn secrets_are_not_shown() {
    let server = Server::start(empty_page);
    let client = client(&server);
    let call = client.patients().list(&ListPatients::new());
    let shown = format!("{client:?} {call:?} {:?}", OAuth2::new(client.clone()));
    assert!(!shown.contains("token-1") && !shown.contains("s/e c"), "{shown}");
}

#[tokio::test]
async fn no_answer_in_time_is_a_timeout() {
    let server = Server::start(|_| {
        std::thread::sleep(Duration::from_secs(30));
        (200, String::new())
    });
    let client = client(&server);
    let call = client.patients().list(&ListPatients::new()).timeout(Duration::from_millis(100));
    assert!(call.await.unwrap_err().is_timeout());
}

/// A server that knows one valid token, and hands out the next one for the refresh token.
fn with_tokens() -> Server {
    let valid = AtomicUsize::new(2);
    Server::start(move |request| {
        if request.target.starts_with("/o/token") {
            // Slow enough for every call of the test to wait.
            std::thread::sleep(Duration::from_millis(100));
            let number = valid.load(Ordering::SeqCst);
            let answer = format!(
                r#"{{"access_token": "token-{number}", "refresh_token": "refresh-{number}", "expires_in": 172800, "token_type": "Bearer"}}"#
            );
            return (200, answer);
        }
        let want = format!("Bearer token-{}", valid.load(Ordering::SeqCst));
        if request.header("authorization") == Some(&want) {
            empty_page(request)
        } else {
            (401, r#"{"detail": "Invalid token."}"#.to_owned())
        }
    })
}

fn signed_in(server: &Server, token: Token) -> (Client, OAuth2) {
    let oauth2 = OAuth2::new(builder(server).build().unwrap()).with_token(token);
    let client = builder(server).token_source(Variable::ACCESS_TOKEN, oauth2.clone()).build().unwrap();
    (client, oauth2)
}

#[tokio::test]
async fn a_rejected_token_is_renewed_once_for_all_calls() {
    let server = with_tokens();
    let (client, _) = signed_in(&server, Token::new("token-1").with_refresh_token("refresh-1"));
    let calls = (0..8).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.patients().list(&ListPatients::new()).await.map(|_| ()) })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    let sent = server.take();
    let refreshes: Vec<_> = sent.iter().filter(|it| it.target.starts_with("/o/token")).collect();
    assert_eq!(refreshes.len(), 1, "{sent:#?}");
    let refresh = refreshes[0];
    assert_eq!(refresh.method, "POST");
    assert_eq!(refresh.text(), "grant_type=refresh_token&refresh_token=refresh-1");
    // `id` and `s%2Fe%20c`, percent-encoded before they are joined (RFC 6749 §2.3.1).
    assert_eq!(refresh.header("authorization"), Some("Basic aWQ6cyUyRmUlMjBj"));
    assert_eq!(refresh.header("content-type"), Some("application/x-www-form-urlencoded"));
}

#[tokio::test]
async fn a_token_about_to_end_is_renewed_before_the_call() {
    let server = with_tokens();
    let soon = SystemTime::now() + Duration::from_secs(30);
    let token = Token::new("token-1").with_refresh_token("refresh-1").with_expires_at(soon);
    let (client, _) = signed_in(&server, token);
    client.patients().list(&ListPatients::new()).await.unwrap();
    let targets: Vec<String> = server.take().into_iter().map(|it| it.target).collect();
    assert_eq!(targets, ["/o/token/", "/api/patients"]);
}

#[tokio::test]
async fn a_new_token_is_saved_before_it_is_used() {
    let server = with_tokens();
    let saved = Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = Arc::clone(&saved);
    let oauth2 = OAuth2::new(builder(&server).build().unwrap())
        .with_token(Token::new("token-1").with_refresh_token("refresh-1"))
        .on_change(move |token| {
            let refresh = token.refresh_token.as_ref().unwrap().expose_secret().to_owned();
            log.lock().unwrap().push((token.access_token.expose_secret().to_owned(), refresh));
            Ok(())
        });
    let token = oauth2.refresh().await.unwrap();
    assert!(token.expires_at.unwrap() > SystemTime::now() + Duration::from_secs(172_000));
    assert_eq!(*saved.lock().unwrap(), [("token-2".to_owned(), "refresh-2".to_owned())]);
    // The next one is asked for with the refresh token that came last.
    server.take();
    oauth2.refresh().await.unwrap();
    assert!(server.take()[0].text().ends_with("refresh_token=refresh-2"));
}

/// The old refresh token may be dead: whatever else is odd, the new one must not get lost.
#[tokio::test]
async fn an_odd_answer_does_not_lose_the_token() {
    let known =
        [("\"172800\"", true), ("172800.0", true), ("\"soon\"", false), ("null", false), ("-1", false)];
    for (expires_in, has_end) in known {
        let answer = format!(
            r#"{{"access_token": "a", "refresh_token": "new", "expires_in": {expires_in}, "scope": ["x"]}}"#
        );
        let server = Server::start(move |_| (200, answer.clone()));
        let oauth2 = OAuth2::new(builder(&server).build().unwrap())
            .with_token(Token::new("token-1").with_refresh_token("refresh-1"));
        let token = oauth2.refresh().await.unwrap();
        assert_eq!(token.refresh_token.unwrap().expose_secret(), "new");
        assert_eq!(token.expires_at.is_some(), has_end, "{expires_in}");
    }
}

#[tokio::test]
async fn what_cannot_be_saved_is_an_error() {
    let server = with_tokens();
    let oauth2 = OAuth2::new(builder(&server).build().unwrap())
        .with_token(Token::new("token-1").with_refresh_token("refresh-1"))
        .on_change(|_| Err(std::io::Error::other("disk full")));
    let error = oauth2.refresh().await.unwrap_err();
    assert!(matches!(error, Error::Token(_)), "{error:?}");
}

#[tokio::test]
async fn a_dead_refresh_token_says_so() {
    let server = Server::start(|_| (400, r#"{"error": "invalid_grant"}"#.to_owned()));
    let (client, _) = signed_in(&server, Token::new("token-1").with_refresh_token("refresh-1"));
    let oauth2 = OAuth2::new(builder(&server).build().unwrap())
        .with_token(Token::new("token-1").with_refresh_token("refresh-1"));
    let error = oauth2.refresh().await.unwrap_err();
    let reason = std::error::Error::source(&error).unwrap().to_string();
    assert!(reason.contains("sign in again"), "{reason}");
    drop(client);
}

#[tokio::test]
async fn a_code_is_traded_for_tokens() {
    let server = with_tokens();
    let oauth2 = OAuth2::new(builder(&server).build().unwrap());
    let url = oauth2.authorization_url(&["patients:read", "user:read"], "st/ate").unwrap();
    assert_eq!(
        url.strip_prefix(&server.origin()).unwrap(),
        "/o/authorize/?response_type=code&client_id=id&\
         redirect_uri=https%3A%2F%2Foauth.pstmn.io%2Fv1%2Fbrowser-callback&\
         scope=patients%3Aread%20user%3Aread&state=st%2Fate"
    );
    let token = oauth2.exchange_code("c&de").await.unwrap();
    assert_eq!(token.access_token.expose_secret(), "token-2");
    let body = server.take().remove(0).text();
    assert!(body.starts_with("grant_type=authorization_code&code=c%26de&redirect_uri=https%3A"), "{body}");
    assert_eq!(drchrono::oauth2::SCOPES.len(), 22);
}

/// The program of the README, with a server of its own.
#[tokio::test]
async fn the_readme_tells_the_truth() {
    use drchrono::models::TaskNoteInput;

    async fn program(
        builder: ClientBuilder,
        oauth2: OAuth2,
        save: fn(&Token) -> std::io::Result<()>,
    ) -> Result<(), Error> {
        let oauth2 = oauth2.on_change(save);
        let client = builder.token_source(Variable::ACCESS_TOKEN, oauth2).build()?;
        let note = TaskNoteInput::new().archived(false).text("Reviewed at the front desk.");
        client.task_notes().update(28345, &note).await
    }

    let server = Server::start(|_| (204, String::new()));
    let oauth2 = OAuth2::new(client(&server));
    program(builder(&server), oauth2, |_| Ok(())).await.unwrap();
    let sent = server.take().remove(0);
    assert_eq!((sent.method.as_str(), sent.target.as_str()), ("PATCH", "/api/task_notes/28345"));
    assert_eq!(sent.text(), r#"{"archived":false,"text":"Reviewed at the front desk."}"#);
    assert_eq!(sent.header("authorization"), Some("Bearer token-1"));
}

#[tokio::test]
async fn a_path_cannot_be_left() {
    let server = Server::start(empty_page);
    let client = client(&server);
    let mut request = client.request("GET", &server.origin());
    request.push_url("/api/");
    request.segment("id", "..");
    let error = request.call::<drchrono::Empty>().await.unwrap_err();
    assert!(error.to_string().contains("id is \"..\""), "{error}");
    assert!(server.take().is_empty());
}
