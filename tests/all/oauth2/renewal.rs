//! A token is renewed once, whoever asks, and is saved before it is used.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use drchrono::oauth2::{OAuth2, Token};
use drchrono::{AccessToken, ApiError, Error, TokenFuture, TokenSource, Variable};

use super::{
    PAGE, Watched, answer, asked, both, builder, ended, expired, list, names, oauth2, rotating, said,
    signed_with,
};
use crate::server::Server;

/// Lets calls go one by one when they have their token: a thousand sockets at once are more than
/// most machines give a program.
struct OneByOne {
    source: OAuth2,
    count: AtomicUsize,
}

impl TokenSource for OneByOne {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async {
            let token = self.source.token().await?;
            let number = self.count.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(number as u64)).await;
            Ok(token)
        })
    }

    fn renew<'a>(&'a self, rejected: &'a AccessToken) -> TokenFuture<'a> {
        self.source.renew(rejected)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_renew_once() {
    let server = rotating();
    let source = OneByOne { source: oauth2(&server).with_token(expired()), count: AtomicUsize::new(0) };
    let client = builder(&server.origin()).token_source(Variable::ACCESS_TOKEN, source).build().unwrap();
    let calls = (0..1000).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { list(&client).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    let sent = server.take();
    assert_eq!(sent.len(), 1001, "one refresh, and each call once");
    assert!(sent[0].target.starts_with("/o/token"), "before everything else");
}

#[tokio::test]
async fn a_rejected_token_is_renewed_once_for_all_calls() {
    let server = rotating();
    let oauth2 = oauth2(&server).with_token(ended());
    let client = signed_with(&server, &oauth2);
    let calls = (0..50).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { list(&client).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    let asked = asked(&server);
    assert_eq!(asked.len(), 1, "{asked:#?}");
    assert_eq!(asked[0].text(), "grant_type=refresh_token&refresh_token=refresh-1");
}

#[tokio::test]
async fn a_token_about_to_end_is_renewed_before_the_call() {
    for (left, count) in [(30, 1), (90, 0)] {
        let server = rotating();
        let token = ended().with_expires_at(SystemTime::now() + Duration::from_secs(left));
        let oauth2 = oauth2(&server).with_token(token);
        let _ = oauth2.token().await.unwrap();
        assert_eq!(asked(&server).len(), count, "{left} s left");
    }
}

#[tokio::test]
async fn a_new_token_is_saved_before_it_is_used() {
    let store = Watched::with(ended());
    let log = Arc::clone(&store);
    let server = Server::start(move |request| {
        if request.target.starts_with("/o/token") {
            return (200, answer(2));
        }
        log.log(request.header("authorization").unwrap());
        if request.header("authorization") == Some("Bearer token-1") {
            (401, String::new())
        } else {
            (200, PAGE.to_owned())
        }
    });
    let oauth2 = oauth2(&server).store(Arc::clone(&store));
    list(&signed_with(&server, &oauth2)).await.unwrap();
    assert_eq!(*store.log.lock().unwrap(), ["Bearer token-1", "save token-2", "Bearer token-2"]);
}

#[tokio::test]
async fn what_cannot_be_saved_is_not_used_and_not_lost() {
    let server = rotating();
    let store = Watched::with(expired());
    store.break_it(true);
    let oauth2 = oauth2(&server).store(Arc::clone(&store));
    let client = signed_with(&server, &oauth2);
    for _ in 0..2 {
        let error = list(&client).await.unwrap_err();
        assert!(matches!(error, Error::Token(_)), "{error:?}");
        assert!(said(&error).ends_with("the disk is full"), "{}", said(&error));
    }
    store.break_it(false);
    list(&client).await.unwrap();
    assert_eq!(asked(&server).len(), 1, "the first answer was kept");
    assert_eq!(names(&store.token.lock().unwrap().clone().unwrap()), both(2));
}

#[tokio::test]
async fn a_call_that_is_given_up_loses_no_token() {
    let server = rotating();
    let store = Watched::with(expired());
    let oauth2 = oauth2(&server).store(Arc::clone(&store));
    let call = tokio::time::timeout(Duration::from_millis(50), oauth2.token());
    assert!(call.await.is_err(), "the server takes longer");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(names(&store.token.lock().unwrap().clone().unwrap()), both(2));
    let _ = oauth2.token().await.unwrap();
    assert_eq!(asked(&server).len(), 1);
}

#[tokio::test]
async fn a_dead_refresh_token_is_tried_once() {
    let server = Server::start(|_| (400, r#"{"error": "invalid_grant", "hint": "refresh-1"}"#.to_owned()));
    let store = Watched::with(expired());
    let oauth2 = oauth2(&server).store(Arc::clone(&store));
    let client = signed_with(&server, &oauth2);
    for _ in 0..3 {
        let error = list(&client).await.unwrap_err();
        assert!(error.is_sign_in_required(), "{error:?}");
        assert!(error.to_string().contains("sign in again"), "{error}");
        assert!(!format!("{error} {error:?}").contains("refresh-1"), "{error:?}");
    }
    assert_eq!(server.take().len(), 1);
    assert!(!oauth2.is_signed_in().await.unwrap());
    // Somebody has signed in, elsewhere.
    *store.token.lock().unwrap() = Some(Token::new("token-7"));
    assert!(oauth2.is_signed_in().await.unwrap());
    assert_eq!(oauth2.token().await.map(|_| ()).map_err(|error| said(&error)), Ok(()));
    assert!(server.take().is_empty());
}

#[tokio::test]
async fn a_refresh_that_fails_fails_for_all_who_waited() {
    let server = Server::start(|_| {
        std::thread::sleep(Duration::from_millis(200));
        (503, "secret".to_owned())
    });
    let oauth2 = oauth2(&server).with_token(expired());
    let calls = (0..20).map(|_| {
        let oauth2 = oauth2.clone();
        tokio::spawn(async move { oauth2.token().await.map(|_| ()) })
    });
    for call in calls.collect::<Vec<_>>() {
        let error = call.await.unwrap().unwrap_err();
        assert_eq!(
            said(&error),
            "no valid token: the token could not be renewed: the server answered 503 Service Unavailable"
        );
        let Error::Token(reason) = &error else { panic!("{error:?}") };
        let Some(Error::Api(refusal)) = reason.source().and_then(|it| it.downcast_ref()) else {
            panic!("{reason:?}")
        };
        assert_eq!(ApiError::status(refusal).as_u16(), 503);
    }
    assert_eq!(server.take().len(), 1);
    // The next one may try again.
    assert!(oauth2.token().await.is_err());
    assert_eq!(server.take().len(), 1);
}

#[tokio::test]
async fn nobody_is_signed_in() {
    let server = rotating();
    let oauth2 = oauth2(&server);
    assert!(!oauth2.is_signed_in().await.unwrap());
    let error = list(&signed_with(&server, &oauth2)).await.unwrap_err();
    assert!(error.is_sign_in_required() && error.to_string().contains("sign in"), "{error}");
    // A token that cannot be renewed is tried, and says so when it is rejected.
    let oauth2 = oauth2.with_token(Token::new("token-0").with_expires_at(SystemTime::UNIX_EPOCH));
    let error = list(&signed_with(&server, &oauth2)).await.unwrap_err();
    assert!(error.is_sign_in_required(), "{error}");
    let targets: Vec<String> = server.take().into_iter().map(|it| it.target).collect();
    assert_eq!(targets, ["/api/patients"]);
}

#[tokio::test]
async fn refreshes_follow_each_other_with_the_last_token() {
    let server = rotating();
    let client = builder(&server.origin()).set(Variable::REFRESH_TOKEN, "refresh-1");
    let oauth2 = OAuth2::new(client.build().unwrap());
    assert_eq!(names(&oauth2.refresh().await.unwrap()), both(2));
    assert_eq!(names(&oauth2.refresh().await.unwrap()), both(3));
    let (one, other) = tokio::join!(oauth2.refresh(), oauth2.refresh());
    assert_eq!((names(&one.unwrap()), names(&other.unwrap())), (both(4), both(4)));
    assert_eq!(asked(&server).len(), 3);
}

/// The program whose runtime began the refresh may end while another one still waits.
#[test]
fn a_runtime_that_ends_takes_nobody_with_it() {
    let server = rotating();
    let oauth2 = oauth2(&server).with_token(expired());
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let first = runtime();
    first.block_on(async {
        let _ = tokio::time::timeout(Duration::from_millis(20), oauth2.token()).await;
    });
    let waiting = oauth2.clone();
    let second = std::thread::spawn(move || runtime().block_on(async { waiting.token().await.map(|_| ()) }));
    std::thread::sleep(Duration::from_millis(20));
    drop(first);
    // The server has rotated meanwhile: what it says is not `ended early`, and not a wait for ever.
    let error = second.join().unwrap().unwrap_err();
    assert!(error.is_sign_in_required(), "{error:?}");
}
