//! The generated DrChrono client against a server like DrChrono's, which `tests/e2e/run.sh` starts.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use drchrono::api::documents::CreateDocumentForm;
use drchrono::api::patients::ListPatients;
use drchrono::models::AppointmentInput;
use drchrono::oauth2::{FileTokenStore, OAuth2, Token};
use drchrono::reqwest::{self, Response, Url, header, redirect};
use drchrono::secrecy::ExposeSecret;
use drchrono::{Client, ClientBuilder, Error, File, Json, Limits, Scope, Variable};
use serde_json::Value;

use crate::shell::{Scripts, begin_sign_in};
use crate::support::{DRCHRONO, python_with_requests, root};

/// A browser: it keeps cookies, follows redirects and fills in forms.
struct Browser {
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn new() -> Self {
        let http = reqwest::Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        Self { http, cookies: BTreeMap::new() }
    }

    /// The first page that is no redirect, and where it is.
    async fn open(&mut self, url: &str, form: Option<String>) -> (Url, String) {
        let (mut url, mut form) = (Url::parse(url).unwrap(), form);
        for _ in 0..10 {
            let cookies: Vec<String> =
                self.cookies.iter().map(|(key, value)| format!("{key}={value}")).collect();
            let request = match form.take() {
                None => self.http.get(url.clone()),
                Some(form) => self
                    .http
                    .post(url.clone())
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(form),
            };
            let answer = request.header(header::COOKIE, cookies.join("; ")).send().await.unwrap();
            self.keep_cookies(&answer);
            let Some(location) = answer.headers().get(header::LOCATION) else {
                assert!(answer.status().is_success(), "{} of {url}", answer.status());
                return (url, answer.text().await.unwrap());
            };
            url = url.join(location.to_str().unwrap()).unwrap();
        }
        panic!("no end of redirects")
    }

    fn keep_cookies(&mut self, answer: &Response) {
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (key, value) = pair.split_once('=').unwrap();
            self.cookies.insert(key.to_owned(), value.to_owned());
        }
    }

    /// Sends the form of a page, with more fields.
    async fn submit(&mut self, (url, page): &(Url, String), more: &[(&str, &str)]) -> (Url, String) {
        let hidden = page.split("<input type=\"hidden\"").skip(1).map(|input| {
            let input = input.split('>').next().unwrap();
            let value = |name: &str| {
                let (_, rest) = input.split_once(&format!("{name}=\"")).unwrap_or(("", "\""));
                rest.split('"').next().unwrap().replace("&amp;", "&")
            };
            (value(" name"), value(" value"))
        });
        let mut form = reqwest::Url::parse("http://form").unwrap();
        form.query_pairs_mut().extend_pairs(hidden).extend_pairs(more);
        self.open(url.as_str(), form.query().map(str::to_owned)).await
    }
}

struct World {
    origin: String,
    store: FileTokenStore,
    _folder: tempfile::TempDir,
}

impl World {
    fn new(origin: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = FileTokenStore::new(folder.path().join("tokens.json"));
        Self { origin: origin.to_owned(), store, _folder: folder }
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder()
            .set(Variable::BASE_URL, &self.origin)
            .set(Variable::CLIENT_ID, std::env::var("E2E_CLIENT_ID").unwrap())
            .set(Variable::CLIENT_SECRET, std::env::var("E2E_CLIENT_SECRET").unwrap())
            .origin("https://drchrono.com", &self.origin)
            .limits(Limits::none())
    }

    fn oauth2(&self) -> OAuth2 {
        OAuth2::new(self.builder().build().unwrap())
            .scopes([Scope::USER_READ, Scope::PATIENTS_READ, Scope::PATIENTS_WRITE])
            .store(self.store.clone())
    }

    fn client(&self, oauth2: &OAuth2) -> Client {
        self.builder().auth(oauth2.clone()).build().unwrap()
    }

    /// Signs in; the user answers as told.
    async fn sign_in(
        &self,
        oauth2: &OAuth2,
        consent: &'static [(&'static str, &'static str)],
    ) -> Result<Token, Error> {
        let (sender, url) = tokio::sync::oneshot::channel::<String>();
        let browser = tokio::spawn(async move { visit(&url.await.unwrap(), consent).await });
        let token = oauth2.sign_in(0, move |url| sender.send(url.to_owned()).unwrap()).await;
        let (url, page) = browser.await.unwrap();
        assert!(url.path() == "/callback" && page.contains("You can close this window"), "{url}: {page}");
        token
    }
}

/// Signs in where the address leads to, and answers as told. Where that ends.
async fn visit(url: &str, consent: &[(&str, &str)]) -> (Url, String) {
    let mut browser = Browser::new();
    let page = browser.open(url, None).await;
    assert!(page.0.path().ends_with("/login/"), "{}", page.0);
    let password = std::env::var("E2E_PASSWORD").unwrap();
    let page = browser.submit(&page, &[("username", "ada"), ("password", &password)]).await;
    assert!(page.0.path().ends_with("/authorize/"), "{}", page.0);
    browser.submit(&page, consent).await
}

async fn username(client: &Client, origin: &str) -> Result<String, Error> {
    let mut request = client.request("GET", &format!("{origin}/api/users/current"));
    request.bearer("Bearer", Variable::ACCESS_TOKEN);
    let user = request.call::<Json<Value>>().await?;
    Ok(user["username"].as_str().unwrap_or_default().to_owned())
}

fn secret(token: &Token) -> (String, String) {
    let refresh_token = token.refresh_token.as_ref().unwrap();
    (token.access_token.expose_secret().to_owned(), refresh_token.expose_secret().to_owned())
}

const ALLOW: &[(&str, &str)] = &[("allow", "Authorize")];

async fn whole_story(origin: &str, rotates: bool) {
    let world = World::new(origin);
    let oauth2 = world.oauth2().pkce(rotates);
    let client = world.client(&oauth2);
    assert!(username(&client, origin).await.unwrap_err().is_sign_in_required());

    // The user says no, then yes.
    let refused = world.sign_in(&oauth2, &[]).await.unwrap_err();
    assert!(
        std::error::Error::source(&refused).unwrap().to_string().contains("access_denied"),
        "{refused:?}"
    );
    let first = world.sign_in(&oauth2, ALLOW).await.unwrap();
    assert_eq!(first.scopes().collect::<Vec<_>>(), ["user:read", "patients:read", "patients:write"]);
    assert_eq!(username(&client, origin).await.unwrap(), "ada");
    let page = client.patients().list(&ListPatients::new().page_size(2)).await.unwrap();
    assert_eq!((page.results.len(), page.next.is_some()), (2, true));

    // All of a list, page by page.
    let mut patients = client.patients().list(&ListPatients::new().page_size(2)).items();
    let mut names = Vec::new();
    while let Some(patient) = patients.try_next().await.unwrap() {
        names.push(patient.last_name.unwrap_or_default());
    }
    assert_eq!(names, ["Lovelace", "Hopper", "Hamilton"]);

    // What the token is not for: the client knows it, and the server would have refused it.
    let body = AppointmentInput::new().duration(30);
    let error = client.appointments().create(&body).await.unwrap_err();
    assert!(matches!(error, Error::MissingScope(_)), "{error:?}");
    let unchecked = world.builder().check_scopes(false).auth(oauth2.clone()).build().unwrap();
    let error = unchecked.appointments().create(&body).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 403, "{error:?}");

    // An upload.
    let form = CreateDocumentForm::new().doctor(42).document(File::new("visit.pdf", &b"%PDF"[..]));
    let document = client.documents().create(&form).await.unwrap();
    assert_eq!(document.description.as_deref(), Some("visit.pdf application/pdf 4"));

    // A refresh; another process finds what it has saved.
    let second = oauth2.refresh().await.unwrap();
    assert_ne!(secret(&first).0, secret(&second).0);
    assert_eq!(secret(&first).1 != secret(&second).1, rotates);
    let other = world.oauth2();
    assert!(other.is_signed_in().await.unwrap());
    assert_eq!(username(&world.client(&other), origin).await.unwrap(), "ada");

    // A token that the server no longer knows is replaced, in the middle of a call.
    let ended = Token::new("unknown").with_refresh_token(secret(&second).1);
    let again = OAuth2::new(world.builder().build().unwrap()).with_token(ended);
    assert_eq!(username(&world.client(&again), origin).await.unwrap(), "ada");

    // Revoked, and gone. The token of `again` is the one that counts now.
    again.revoke().await.unwrap();
    assert!(!again.is_signed_in().await.unwrap());
    let error = oauth2.refresh().await.unwrap_err();
    assert!(error.is_sign_in_required() && error.to_string().contains("sign in again"), "{error:?}");
}

/// The same with the scripts, which share nothing with the client but the form of the token file.
async fn story_of_the_scripts(origin: &str, rotates: bool) {
    let scripts = Scripts::of(DRCHRONO);
    let command = |script: &str| {
        let mut command = scripts.command_at(script, origin);
        for name in ["CLIENT_ID", "CLIENT_SECRET"] {
            let value = std::env::var(format!("E2E_{name}")).unwrap();
            command.env(format!("DRCHRONO_{name}"), value);
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        command.env("DRCHRONO_REDIRECT_URI", format!("http://127.0.0.1:{port}/callback"));
        command.env("DRCHRONO_AUTHORIZE_URL", format!("{origin}/o/authorize/"));
        command
    };
    let said = |script: &str, arguments: &[&str]| {
        let run = command(script).args(arguments).output().unwrap();
        assert!(run.status.success(), "{script}: {}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8(run.stdout).unwrap()
    };
    let mut login = command("auth/login.sh");
    login.args([if rotates { "--pkce" } else { "--no-pkce" }, "user:read", "patients:read"]);
    let (running, url) = begin_sign_in(login);
    let (url, page) = visit(&url, ALLOW).await;
    assert!(url.path() == "/callback" && page.contains("You can close this window"), "{url}: {page}");
    assert!(running.wait_with_output().unwrap().status.success());
    let first = scripts.saved();
    assert_eq!(first["scope"], "user:read patients:read");

    // All of a list, page by page.
    let patients = said("patients/list.sh", &["page_size=2", "--all"]);
    let names: Vec<Value> = patients.lines().map(|it| serde_json::from_str::<Value>(it).unwrap()).collect();
    let names: Vec<&str> = names.iter().map(|it| it["last_name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Lovelace", "Hopper", "Hamilton"]);

    said("auth/refresh.sh", &[]);
    let second = scripts.saved();
    assert_ne!(first["access_token"], second["access_token"]);
    assert_eq!(first["refresh_token"] != second["refresh_token"], rotates);
    assert_eq!(said("patients/list.sh", &["--all"]).lines().count(), 3);

    said("auth/revoke.sh", &[]);
    let ended = command("patients/list.sh")
        .env("DRCHRONO_ACCESS_TOKEN", second["access_token"].as_str().unwrap())
        .output()
        .unwrap();
    assert_eq!(ended.status.code(), Some(22), "the server no longer knows it: {ended:?}");
}

/// The same in Python, by the module that keeps the token.
const PROGRAM: &str = r#"
import sys
from dataclasses import replace
import requests
import token_store

origin, pkce = sys.argv[1], sys.argv[2] == "true"
here = token_store.Settings.from_env()
settings = replace(
    here,
    pkce=pkce,
    **{it: getattr(here, it).replace("https://drchrono.com", origin)
       for it in ("authorize_url", "token_url", "refresh_url", "revoke_url")},
)

def user(oauth2):
    answer = requests.get(origin + "/api/users/current", auth=oauth2, timeout=30)
    answer.raise_for_status()
    return answer.json()["username"]

def show(url):
    print(url, flush=True)

oauth2 = token_store.OAuth2(settings=settings)
first = oauth2.sign_in(["user:read", "patients:read"], 0, show=show)
assert user(oauth2) == "ada"
second = oauth2.refresh()
assert second.access_token != first.access_token
assert (second.refresh_token != first.refresh_token) == pkce
oauth2.store.save(replace(second, access_token="unknown"))
again = token_store.OAuth2(settings=settings)
assert user(again) == "ada"
again.revoke()
assert again.store.load() is None
oauth2.store.save(replace(second, expires_at=1))
try:
    token_store.OAuth2(settings=settings).token()
except token_store.SignInRequired as error:
    print(error)
"#;

async fn story_of_python(origin: &str, rotates: bool) {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Command::new(python_with_requests())
        .current_dir(root().join("generated/drchrono/python"))
        .args(["-c", PROGRAM, origin, &rotates.to_string()])
        .env("DRCHRONO_CLIENT_ID", std::env::var("E2E_CLIENT_ID").unwrap())
        .env("DRCHRONO_CLIENT_SECRET", std::env::var("E2E_CLIENT_SECRET").unwrap())
        .env("DRCHRONO_TOKEN_FILE", folder.path().join("tokens.json"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let url = lines.next().unwrap().unwrap();
    let (url, page) = visit(&url, ALLOW).await;
    assert!(url.path() == "/callback" && page.contains("You can close this window"), "{url}: {page}");
    let said = lines.next().unwrap().unwrap();
    assert_eq!(said, "the refresh token is no longer valid: sign in again");
    assert!(process.wait().unwrap().success());
}

#[tokio::test]
async fn the_whole_story() {
    let Ok(origins) = std::env::var("E2E_ORIGINS") else {
        println!("skipped: tests/e2e/run.sh starts the servers for it");
        return;
    };
    let (rotating, lasting) = origins.split_once(' ').unwrap();
    whole_story(rotating, true).await;
    whole_story(lasting, false).await;
    story_of_the_scripts(rotating, true).await;
    story_of_the_scripts(lasting, false).await;
    story_of_python(rotating, true).await;
    story_of_python(lasting, false).await;
    println!("end to end: all of it");
}
