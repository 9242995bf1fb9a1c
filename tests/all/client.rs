//! The generated DrChrono client, used as its users use it.

use std::time::Duration;

use drchrono::api::documents::CreateDocumentForm;
use drchrono::api::patients::{GetPatient, ListPatients};
use drchrono::models::PatientInput;
use drchrono::oauth2::{FileTokenStore, OAuth2};
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

/// The program of the README, with a server of its own.
#[tokio::test]
async fn the_readme_tells_the_truth() {
    use drchrono::models::TaskNoteInput;

    async fn program(builder: ClientBuilder, oauth2: OAuth2, store: FileTokenStore) -> Result<(), Error> {
        let oauth2 = oauth2.all_scopes().store(store);
        if !oauth2.is_signed_in().await? {
            oauth2.sign_in(8080, |url| println!("open {url}")).await?;
        }
        let client = builder.auth(oauth2).build()?;
        let note = TaskNoteInput::new().archived(false).text("Reviewed at the front desk.");
        client.task_notes().update(28345, &note).await
    }

    let server = Server::start(|_| (204, String::new()));
    let oauth2 = OAuth2::new(client(&server));
    let folder = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(folder.path().join("tokens.json"));
    program(builder(&server), oauth2, store).await.unwrap();
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
