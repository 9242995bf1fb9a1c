//! What a token has to be good for, known before a request is sent.

use drchrono::api::{appointments, clinical_notes_list, day_sheet_charges, documents, patients};
use drchrono::secrecy::SecretString;
use drchrono::{
    AccessToken, Client, ClientBuilder, Error, Scope, Scopes, TokenFuture, TokenSource, Variable,
};

use postwright::diagnostic::Diagnostics;
use postwright::postman::Source;
use postwright::secret::Secrets;
use postwright::{Input, model};

use crate::server::Server;
use crate::support::{fixture, root};

/// A token that never ends, and what it is good for, if that is known.
struct Fixed(Option<Vec<Scope>>);

impl TokenSource for Fixed {
    fn token(&self) -> TokenFuture<'_> {
        let token = AccessToken::new(SecretString::from("t1"));
        let token = match &self.0 {
            Some(scopes) => token.with_scopes(scopes.clone()),
            None => token,
        };
        Box::pin(async move { Ok(token) })
    }

    fn renew<'a>(&'a self, _: &'a AccessToken) -> TokenFuture<'a> {
        self.token()
    }
}

fn builder(server: &Server, scopes: Option<Vec<Scope>>) -> ClientBuilder {
    Client::builder()
        .origin("https://app.drchrono.com", server.origin())
        .token_source(Variable::ACCESS_TOKEN, Fixed(scopes))
}

async fn list(client: &Client) -> Result<(), Error> {
    client.patients().list(&patients::ListPatients::new()).await.map(|_| ())
}

async fn create(client: &Client) -> Result<(), Error> {
    client.patients().create(&drchrono::models::PatientInput::new()).await.map(|_| ())
}

#[tokio::test]
async fn what_would_be_refused_is_not_sent() {
    let server = Server::start(|_| (200, r#"{"id": 1, "results": [], "next": null}"#.to_owned()));
    let client =
        builder(&server, Some(vec![Scope::PATIENTS_READ, Scope::new("of:tomorrow")])).build().unwrap();
    list(&client).await.unwrap();
    assert_eq!(server.take().len(), 1);
    let error = create(&client).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "patients.create needs the scope patients:write, which the token does not have: sign in again with it"
    );
    let Error::MissingScope(missing) = error else { panic!("{error}") };
    assert_eq!(missing.operation(), &patients::CREATE);
    assert_eq!(missing.scopes().collect::<Vec<_>>(), [Scope::PATIENTS_WRITE]);
    assert_eq!(server.take(), []);
}

#[tokio::test]
async fn what_is_not_known_is_not_checked() {
    let server = Server::start(|_| (200, r#"{"id": 1}"#.to_owned()));
    let unknown = builder(&server, None).build().unwrap();
    create(&unknown).await.unwrap();
    let unchecked = builder(&server, Some(Vec::new())).check_scopes(false).build().unwrap();
    create(&unchecked).await.unwrap();
    // A request of one's own is nobody's operation.
    let client = builder(&server, Some(Vec::new())).build().unwrap();
    let mut request = client.request("POST", "https://app.drchrono.com/api/patients");
    request.bearer("Bearer", Variable::ACCESS_TOKEN);
    request.call::<drchrono::Unknown>().await.unwrap();
    assert_eq!(server.take().len(), 3);
}

/// Of a pair, GET needs the reading side and the others the writing one; of scopes that are no
/// pair, any will do.
#[test]
fn each_operation_knows_its_scopes() {
    let names = |operation: &drchrono::Operation| {
        operation.scopes().map(|it| it.to_string()).collect::<Vec<_>>().join(" ")
    };
    let table = [
        (&patients::LIST, "patients:read"),
        (&patients::DELETE, "patients:write"),
        (&appointments::LIST, "calendar:read clinical:read"),
        (&appointments::CREATE, "calendar:write clinical:write"),
        (&documents::GET, "patients:read"),
        (&clinical_notes_list::BULK_LIST, "clinical:read"),
    ];
    for (operation, want) in table {
        assert_eq!(names(operation), want, "{}", operation.id());
    }
    assert_eq!((patients::GET.method(), patients::GET.path()), ("GET", "/api/patients/{id}"));
    // Four of the collection name a scope that its way to sign in does not have: nothing is sure.
    assert_eq!(names(&day_sheet_charges::LIST), "");
    assert_eq!(Scope::ALL.len(), 23);
    assert!(Scope::ALL.contains(&Scope::new("billing")));
}

/// The least scopes of a list of operations are a constant.
#[test]
fn the_least_scopes() {
    const SCOPES: Scopes<4> =
        Scope::least([&appointments::LIST, &patients::LIST, &patients::GET, &clinical_notes_list::BULK_LIST]);
    // An appointment can be read with either; the notes need the clinical one anyway.
    assert_eq!(SCOPES.as_slice(), ["patients:read", "clinical:read"]);
}

/// Scopes are words of every output, and a variable that holds some is none.
#[test]
fn scopes_that_stand_in_a_variable() {
    let path = fixture("oauth2");
    let text = std::fs::read_to_string(root().join(&path)).unwrap();
    let text = text.replace("things:read things:write", "{{scopes}} things:admin {{none}}").replace(
        r#""variable": ["#,
        r#""variable": [{ "key": "scopes", "value": "things:read\nthings:list" },"#,
    );
    let collection = Source { file: &path, text: &text };
    let input = Input {
        collection,
        environment: None,
        globals: None,
        name: None,
        secrets: &Secrets::default(),
        paging: None,
    };
    let api = model(input, &mut Diagnostics::default()).unwrap();
    assert_eq!(api.oauth2.unwrap().scopes, ["things:read", "things:list", "things:admin"]);
}
