//! OAuth 2.0 in the generated DrChrono client, used as its users use it.

mod processes;
mod protocol;
mod renewal;
mod sign_in;
mod store;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use drchrono::api::patients::ListPatients;
use drchrono::oauth2::{OAuth2, StoreFuture, Token, TokenStore};
use drchrono::secrecy::ExposeSecret;
use drchrono::{Client, ClientBuilder, Error, Limits, Variable};

use crate::server::{Recorded, Server};

/// A client that takes this server for DrChrono.
fn builder(origin: &str) -> ClientBuilder {
    Client::builder()
        .set(Variable::BASE_URL, origin)
        .set(Variable::CLIENT_ID, "id")
        .set(Variable::CLIENT_SECRET, "s/e c")
        .origin("https://drchrono.com", origin)
        .limits(Limits::none())
}

fn oauth2(server: &Server) -> OAuth2 {
    OAuth2::new(builder(&server.origin()).build().unwrap())
}

/// What has ended at the server, and can be renewed.
fn ended() -> Token {
    Token::new("token-1").with_refresh_token("refresh-1")
}

/// What has ended, as we know ourselves.
fn expired() -> Token {
    ended().with_expires_at(std::time::SystemTime::now() - Duration::from_secs(1))
}

const PAGE: &str = r#"{"previous": null, "results": [], "next": null}"#;

/// A server that rotates: it hands out `token-2` and `refresh-2` for `refresh-1` or any code, then
/// `token-3`, and takes none but the last of them. `token-1` has ended.
fn rotating() -> Server {
    let last = AtomicUsize::new(1);
    Server::start(move |request| {
        if request.target.starts_with("/o/token") {
            // Slow enough for every call of the test to wait.
            std::thread::sleep(Duration::from_millis(100));
            let number = last.load(Ordering::SeqCst);
            let text = request.text();
            if text.contains("refresh_token=") && !text.contains(&format!("refresh_token=refresh-{number}")) {
                return (400, r#"{"error": "invalid_grant"}"#.to_owned());
            }
            last.store(number + 1, Ordering::SeqCst);
            return (200, answer(number + 1));
        }
        let last = last.load(Ordering::SeqCst);
        match last > 1 && request.header("authorization") == Some(&format!("Bearer token-{last}")) {
            true => (200, PAGE.to_owned()),
            false => (401, r#"{"detail": "Invalid token."}"#.to_owned()),
        }
    })
}

fn answer(number: usize) -> String {
    format!(
        r#"{{"access_token": "token-{number}", "refresh_token": "refresh-{number}", "expires_in": 172800, "token_type": "Bearer"}}"#
    )
}

/// How often a token was asked for.
fn asked(server: &Server) -> Vec<Recorded> {
    server.take().into_iter().filter(|it| it.target.starts_with("/o/token")).collect()
}

async fn list(client: &Client) -> Result<(), Error> {
    client.patients().list(&ListPatients::new()).await.map(|_| ())
}

fn signed_with(server: &Server, oauth2: &OAuth2) -> Client {
    builder(&server.origin()).auth(oauth2.clone()).build().unwrap()
}

fn names(token: &Token) -> (String, Option<String>) {
    let text = |it: &drchrono::secrecy::SecretString| it.expose_secret().to_owned();
    (text(&token.access_token), token.refresh_token.as_ref().map(text))
}

fn both(number: usize) -> (String, Option<String>) {
    (format!("token-{number}"), Some(format!("refresh-{number}")))
}

/// All that an error has to say, one cause after the other.
fn said(error: &Error) -> String {
    let mut said = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        said.push_str(&format!(": {error}"));
        source = error.source();
    }
    said
}

/// A store that writes down what it is told, and fails when it is to.
#[derive(Default)]
struct Watched {
    log: Mutex<Vec<String>>,
    token: Mutex<Option<Token>>,
    is_broken: Mutex<bool>,
}

impl Watched {
    fn with(token: Token) -> Arc<Self> {
        let store = Self::default();
        *store.token.lock().unwrap() = Some(token);
        Arc::new(store)
    }

    fn break_it(&self, is_broken: bool) {
        *self.is_broken.lock().unwrap() = is_broken;
    }

    fn log(&self, line: &str) {
        self.log.lock().unwrap().push(line.to_owned());
    }
}

impl TokenStore for Watched {
    fn load(&self) -> StoreFuture<'_, Option<Token>> {
        Box::pin(async { Ok(self.token.lock().unwrap().clone()) })
    }

    fn save<'a>(&'a self, token: &'a Token) -> StoreFuture<'a, ()> {
        Box::pin(async {
            if *self.is_broken.lock().unwrap() {
                return Err("the disk is full".into());
            }
            self.log(&format!("save {}", names(token).0));
            *self.token.lock().unwrap() = Some(token.clone());
            Ok(())
        })
    }

    fn clear(&self) -> StoreFuture<'_, ()> {
        Box::pin(async {
            self.log("clear");
            *self.token.lock().unwrap() = None;
            Ok(())
        })
    }
}
