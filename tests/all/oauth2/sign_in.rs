//! A user signs in; the test plays the browser.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::time::Duration;

use drchrono::Error;
use drchrono::oauth2::{OAuth2, SignInRefused, Token};

use super::protocol::field;
use super::{both, list, names, oauth2, rotating, signed_with};
use crate::server::Server;

/// What the browser does with the address of the server: given address and state.
type Browser = fn(&str, &str);

async fn sign_in(oauth2: &OAuth2, browser: Browser) -> Result<Token, Error> {
    let (sender, urls) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        let Ok(url): Result<String, _> = urls.recv() else { return };
        let redirect_uri = field(&url, "redirect_uri").unwrap().replace("%3A", ":").replace("%2F", "/");
        let address = redirect_uri.strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{redirect_uri}");
        browser(&address, &field(&url, "state").unwrap());
    });
    let token = oauth2.sign_in(0, move |url| sender.send(url.to_owned()).unwrap()).await;
    thread.join().unwrap();
    token
}

fn send(address: &str, method: &str, target: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("{method} {target} HTTP/1.1\r\nHost: {address}\r\nAccept: text/html\r\n\r\n");
    // In two pieces, as it may come.
    let (first, second) = head.split_at(20);
    stream.write_all(first.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(5));
    stream.write_all(second.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[tokio::test]
async fn a_user_signs_in() {
    let server = rotating();
    let oauth2 = oauth2(&server).scopes(["patients:read"]).pkce(true);
    let browser = |address: &str, state: &str| {
        // Browsers open connections that they never use.
        let _idle = TcpStream::connect(address).unwrap();
        for (method, target, status) in [
            ("GET", "/favicon.ico", 404),
            ("POST", "/callback?code=evil&state={state}", 404),
            ("GET", "/callback/more?code=evil&state={state}", 404),
            ("GET", "/callback", 404),
            ("GET", "/callback?code=evil&state=other", 400),
            ("GET", "/callback?code=evil", 400),
            ("GET", "/callback?state={state}", 400),
            ("GET", "/callback?error=access_denied&state=other", 400),
        ] {
            let answer = send(address, method, &target.replace("{state}", state));
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{target}: {answer}");
        }
        let answer = send(address, "GET", &format!("/callback?code=4%2F0code&state={state}"));
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("Cache-Control: no-store\r\n"), "{answer}");
        assert!(!answer.contains("0code") && !answer.contains(state), "{answer}");
    };
    let token = sign_in(&oauth2, browser).await.unwrap();
    assert_eq!(names(&token), both(2));
    let sent = server.take().remove(0).text();
    assert_eq!(field(&sent, "code").unwrap(), "4%2F0code");
    assert!(field(&sent, "code_verifier").is_some());
    assert!(field(&sent, "redirect_uri").unwrap().ends_with("%2Fcallback"));
    list(&signed_with(&server, &oauth2)).await.unwrap();
}

#[tokio::test]
async fn a_user_says_no() {
    let server = rotating();
    let oauth2 = oauth2(&server).all_scopes();
    let browser = |address: &str, state: &str| {
        let target = format!("/callback?error=access_denied&error_description=secret&state={state}");
        assert!(send(address, "GET", &target).starts_with("HTTP/1.1 200 OK\r\n"));
    };
    let error = sign_in(&oauth2, browser).await.unwrap_err();
    let Error::Token(refused) = &error else { panic!("{error:?}") };
    assert_eq!(refused.downcast_ref::<SignInRefused>().unwrap().code(), "access_denied");
    assert!(server.take().is_empty());
}

#[tokio::test]
async fn nobody_comes() {
    let server = rotating();
    let oauth2 = oauth2(&server).all_scopes().sign_in_timeout(Duration::from_millis(50));
    let error = oauth2.sign_in(0, |_| {}).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
}

#[tokio::test]
async fn a_port_that_is_taken_is_said_before_anybody_is_asked() {
    let server = rotating();
    let oauth2 = oauth2(&server).all_scopes();
    let error = oauth2.sign_in(server.port(), |_| panic!("asked")).await.unwrap_err();
    assert!(matches!(error, Error::Io(_)), "{error:?}");
}

#[tokio::test]
async fn the_address_to_come_back_to_is_the_registered_one() {
    let server = Server::start(|_| (500, String::new()));
    let oauth2 = oauth2(&server).all_scopes().redirect_uri("http://localhost:9999/oauth/back");
    let oauth2 = oauth2.sign_in_timeout(Duration::from_millis(50));
    let mut seen = String::new();
    let _ = oauth2.sign_in(0, |url| seen.push_str(url)).await;
    assert_eq!(field(&seen, "redirect_uri").unwrap(), "http%3A%2F%2Flocalhost%3A9999%2Foauth%2Fback");
}
