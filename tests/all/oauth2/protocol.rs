//! What is asked of the server, and what its answers are read as.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use drchrono::Error;
use drchrono::oauth2::{AuthorizationRequest, OAuth2, SignInRefused, Token};
use drchrono::secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

use super::{both, builder, ended, names, oauth2, rotating, said};
use crate::server::Server;

/// The value of a field of a form or query, as it stands there.
pub(super) fn field(text: &str, name: &str) -> Option<String> {
    let pairs = text.rsplit('?').next()?.split('&');
    pairs.filter_map(|it| it.split_once('=')).find(|(key, _)| *key == name).map(|(_, it)| it.to_owned())
}

#[tokio::test]
async fn a_code_is_traded_for_a_token() {
    let server = rotating();
    let oauth2 = oauth2(&server).scopes(["patients:read", "user:read"]);
    let request = oauth2.authorize_url().unwrap();
    let state = request.state().to_owned();
    assert!(state.len() >= 20, "{state}");
    assert_ne!(oauth2.authorize_url().unwrap().state(), state, "made anew each time");
    assert_eq!(
        request.url().strip_prefix(&server.origin()).unwrap(),
        format!(
            "/o/authorize/?response_type=code&client_id=id&state={state}&\
             redirect_uri=https%3A%2F%2Foauth.pstmn.io%2Fv1%2Fbrowser-callback&\
             scope=patients%3Aread+user%3Aread"
        )
    );
    let token = oauth2.exchange("c&de", &request).await.unwrap();
    assert_eq!(names(&token), both(2));
    assert_eq!(token.scopes().collect::<Vec<_>>(), ["patients:read", "user:read"]);
    let sent = server.take().remove(0);
    assert_eq!((sent.method.as_str(), sent.target.as_str()), ("POST", "/o/token/"));
    assert_eq!(
        sent.text(),
        "grant_type=authorization_code&code=c%26de&\
         redirect_uri=https%3A%2F%2Foauth.pstmn.io%2Fv1%2Fbrowser-callback"
    );
    assert_eq!(sent.header("content-type"), Some("application/x-www-form-urlencoded"));
    // `id:s%2Fe+c`, form-encoded before they are joined (RFC 6749 §2.3.1 and appendix B).
    assert_eq!(sent.header("authorization"), Some("Basic aWQ6cyUyRmUrYw=="));
    assert!(sent.header("user-agent").unwrap().starts_with("drchrono/"), "it is our own client");
    assert!(oauth2.is_signed_in().await.unwrap());
}

#[tokio::test]
async fn no_scope_would_mean_all_of_them() {
    let server = rotating();
    for oauth2 in [oauth2(&server), oauth2(&server).scopes([""; 0])] {
        let error = oauth2.authorize_url().unwrap_err();
        assert!(error.to_string().contains("all_scopes"), "{error}");
    }
    let request = oauth2(&server).all_scopes().authorize_url().unwrap();
    let scopes = field(request.url(), "scope").unwrap();
    assert_eq!(scopes.split('+').count(), drchrono::oauth2::SCOPES.len());
    assert_eq!(drchrono::oauth2::SCOPES.len(), 22);
}

#[tokio::test]
async fn a_code_is_bound_to_the_program() {
    let server = rotating();
    let plain = oauth2(&server).scopes(["a"]);
    assert_eq!(field(plain.authorize_url().unwrap().url(), "code_challenge"), None, "DrChrono knows none");
    let oauth2 = plain.pkce(true).redirect_uri("http://localhost:8080/back");
    let request = oauth2.authorize_url().unwrap();
    assert_eq!(field(request.url(), "code_challenge_method").unwrap(), "S256");
    // As a web server does that is not there all the time.
    let kept = AuthorizationRequest::from_json(request.to_json().expose_secret()).unwrap();
    assert_eq!((kept.url(), kept.state()), (request.url(), request.state()));
    oauth2.exchange("code", &kept).await.unwrap();
    let sent = server.take().remove(0).text();
    let verifier = field(&sent, "code_verifier").unwrap();
    assert!((43..=128).contains(&verifier.len()), "RFC 7636 §4.1: {verifier}");
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    assert_eq!(field(request.url(), "code_challenge").unwrap(), challenge);
    assert_eq!(field(&sent, "redirect_uri").unwrap(), "http%3A%2F%2Flocalhost%3A8080%2Fback");
}

#[tokio::test]
async fn an_answer_to_another_question_is_none() {
    let server = rotating();
    let oauth2 = oauth2(&server).scopes(["a"]);
    let request = oauth2.authorize_url().unwrap();
    let state = request.state().to_owned();
    let shorter = &state[1..];
    for query in ["code=c".to_owned(), "code=c&state=".to_owned(), format!("code=c&state={shorter}")] {
        let back = format!("https://example.com/back?{query}");
        let error = oauth2.exchange_redirect(&back, &request).await.unwrap_err();
        assert!(error.to_string().contains("another sign-in"), "{query}: {error}");
    }
    let back = format!("https://example.com/back?error=access_denied&state={state}");
    let error = oauth2.exchange_redirect(&back, &request).await.unwrap_err();
    let Error::Token(refused) = &error else { panic!("{error:?}") };
    assert_eq!(refused.downcast_ref::<SignInRefused>().unwrap().code(), "access_denied");
    assert!(server.take().is_empty());
    let back = format!("https://example.com/back?code=c&state={state}#top");
    assert_eq!(names(&oauth2.exchange_redirect(&back, &request).await.unwrap()), both(2));
}

#[tokio::test]
async fn a_client_gets_a_token_for_itself() {
    let server = rotating();
    let oauth2 = oauth2(&server).scopes(["a", "b"]);
    oauth2.client_credentials().await.unwrap();
    assert_eq!(server.take().remove(0).text(), "grant_type=client_credentials&scope=a+b");
}

/// The old refresh token may be dead: whatever else is odd, the new one must not get lost.
#[tokio::test]
async fn an_odd_answer_does_not_lose_the_token() {
    let known =
        [("\"172800\"", true), ("172800.0", true), ("\"soon\"", false), ("null", false), ("-1", false)];
    for (expires_in, has_end) in known {
        let answer = format!(
            r#"{{"access_token": "a", "refresh_token": "new", "expires_in": {expires_in}, "scope": ["x", "y"]}}"#
        );
        let server = Server::start(move |_| (201, answer.clone()));
        let token = oauth2(&server).with_token(ended()).refresh().await.unwrap();
        assert_eq!(names(&token), ("a".to_owned(), Some("new".to_owned())));
        assert_eq!(token.expires_at.is_some(), has_end, "{expires_in}");
        assert_eq!(token.scopes().collect::<Vec<_>>(), ["x", "y"]);
    }
}

#[tokio::test]
async fn a_server_that_does_not_rotate_leaves_the_refresh_token_as_it_is() {
    for rest in ["", r#", "refresh_token": null"#, r#", "refresh_token": """#] {
        let answer = format!(r#"{{"access_token": "token-2", "expires_in": 172800{rest}}}"#);
        let server = Server::start(move |_| (200, answer.clone()));
        let token = ended().with_scope("a b");
        let token = oauth2(&server).with_token(token).refresh().await.unwrap();
        assert_eq!(names(&token), ("token-2".to_owned(), Some("refresh-1".to_owned())));
        assert_eq!(token.scope.as_deref(), Some("a b"));
        assert!(token.expires_at.unwrap() > SystemTime::now() + Duration::from_secs(172_000));
        assert_eq!(server.take()[0].text(), "grant_type=refresh_token&refresh_token=refresh-1");
    }
}

#[tokio::test]
async fn a_refusal_is_the_servers_own() {
    for (status, body) in [(400, "<html>secret</html>"), (401, r#"{"error": "invalid_client"}"#), (418, "")] {
        let server = Server::start(move |_| (status, body.to_owned()));
        let oauth2 = oauth2(&server).scopes(["a"]);
        let request = oauth2.authorize_url().unwrap();
        let error = oauth2.exchange("code", &request).await.unwrap_err();
        let Error::Api(refusal) = &error else { panic!("{error:?}") };
        assert_eq!((refusal.status().as_u16(), refusal.text().as_str()), (status, body));
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
    // A refusal with the status of a success is one as well.
    let server = Server::start(|_| (200, r#"{"error": "invalid_grant"}"#.to_owned()));
    let error = oauth2(&server).with_token(ended()).refresh().await.unwrap_err();
    assert!(error.is_sign_in_required(), "{error:?}");
    // What is no answer at all says where it is wrong, and nothing of what is in it.
    let server = Server::start(|_| (200, r#"{"access_token": ["secret"]}"#.to_owned()));
    let error = oauth2(&server).client_credentials().await.unwrap_err();
    assert!(matches!(&error, Error::Decode(_)), "{error:?}");
    assert!(!format!("{} {error:?}", said(&error)).contains("secret"), "{error:?}");
}

#[tokio::test]
async fn a_token_is_revoked_and_forgotten() {
    let server = Server::start(|_| (200, String::new()));
    let store = super::Watched::with(ended());
    let oauth2 = oauth2(&server).store(Arc::clone(&store));
    assert!(oauth2.is_signed_in().await.unwrap());
    oauth2.revoke().await.unwrap();
    let sent = server.take().remove(0);
    assert_eq!((sent.method.as_str(), sent.target.as_str()), ("POST", "/o/revoke_token/"));
    assert_eq!(sent.text(), "token=refresh-1&token_type_hint=refresh_token");
    assert!(sent.header("authorization").unwrap().starts_with("Basic "));
    assert_eq!(*store.log.lock().unwrap(), ["clear"]);
    assert!(!oauth2.is_signed_in().await.unwrap());
    oauth2.revoke().await.unwrap();
    assert!(server.take().is_empty(), "there is nothing left to revoke");
}

#[tokio::test]
async fn what_is_not_revoked_is_not_forgotten() {
    let server = Server::start(|_| (503, String::new()));
    let oauth2 = oauth2(&server).with_token(ended());
    assert!(matches!(oauth2.revoke().await, Err(Error::Api(_))));
    assert!(oauth2.is_signed_in().await.unwrap());
    let error = oauth2.clone().revoke_url("http://drchrono.com/revoke").revoke().await.unwrap_err();
    assert!(error.to_string().contains("https"), "{error}");
    server.take();
    oauth2.sign_out().await.unwrap();
    assert!(!oauth2.is_signed_in().await.unwrap());
    assert!(server.take().is_empty());
}

#[tokio::test]
async fn secrets_are_not_shown() {
    let server = rotating();
    let oauth2 = oauth2(&server).scopes(["a"]).pkce(true).with_token(Token::new("hidden-1"));
    let request = oauth2.authorize_url().unwrap();
    let shown = format!("{oauth2:?} {request:?} {:?}", ended());
    for secret in ["hidden-1", "s/e c", "token-1", "refresh-1", request.state()] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let json = Token::from_json(ended().with_scope("a b").to_json().expose_secret()).unwrap();
    assert_eq!((names(&json), json.scope.as_deref()), (both(1), Some("a b")));
}

/// Without `async` it is the same.
#[test]
fn all_of_it_blocks_if_it_is_to() {
    let server = rotating();
    let client = builder(&server.origin()).build().unwrap();
    let oauth2 = OAuth2::new(client).with_token(ended());
    let token = drchrono::blocking::run(oauth2.refresh()).unwrap();
    assert_eq!(names(&token), both(2));
    assert!(drchrono::blocking::run(oauth2.is_signed_in()).unwrap());
}
