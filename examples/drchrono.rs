//! A day with the generated DrChrono client: sign in, read what is new, create, change, upload,
//! download, and tell failures apart.
//!
//!     DRCHRONO_CLIENT_ID=… DRCHRONO_CLIENT_SECRET=… cargo run --example drchrono
//!
//! It uploads `referral.pdf`, and writes `ada.ccda.xml`. `DRCHRONO_ORIGIN` is asked in the
//! place of DrChrono: the tests start a server of their own.

use std::time::Duration;

use drchrono::api::documents::{self, CreateDocumentForm};
use drchrono::api::patients::{self, ListPatients};
use drchrono::models::PatientInput;
use drchrono::oauth2::{FileTokenStore, OAuth2};
use drchrono::{Client, ClientBuilder, Error, File, Retry, Scope, Scopes};

/// The least that the calls below need: patients:read and patients:write.
const SCOPES: Scopes<4> =
    Scope::least([&patients::LIST, &patients::CREATE, &patients::UPDATE, &documents::CREATE]);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    // Signed in once: state is checked, and the token kept in a file that nobody else can read.
    let auth = OAuth2::new(builder().build()?).scopes(SCOPES).store(FileTokenStore::in_config_dir()?);
    if !auth.is_signed_in().await? {
        // http://127.0.0.1:8080/callback has to be registered with DrChrono.
        auth.sign_in(8080, |url| println!("open {url}")).await?;
    }

    // Cheap to clone. Refresh, retries and the two published limits are on by default.
    let client = builder().auth(auth).user_agent("chart-sync/1.0").build()?;

    // A list is a stream of items. Each page is limited and retried on its own.
    let query = ListPatients::new().doctor(42).since("2026-11-01");
    let mut new = client.patients().list(&query).items();
    while let Some(patient) = new.try_next().await? {
        println!("{} {}", patient.id, patient.last_name.as_deref().unwrap_or("-"));
    }

    // What is sent has a constructor, and a setter for each field.
    let ada = PatientInput::new().doctor(42).gender("Female").first_name("Ada").last_name("Lovelace");
    let ada = client.patients().create(&ada).await?;

    // PATCH knows three states: not sent, null, value.
    let fix = PatientInput::new().email("ada@example.org").clear_cell_phone();
    client.patients().update(ada.id, &fix).await?;

    // Options belong to the call. A file is opened again for a retry.
    let form = CreateDocumentForm::new()
        .doctor(42)
        .patient(ada.id)
        .date("2026-11-24")
        .description("Referral")
        .document(File::path("referral.pdf"));
    let create = client.documents().create(&form);
    let created = create.timeout(Duration::from_secs(120)).retry(Retry::none()).with_response().await?;
    println!("{} {:?}", created.body.id, created.header("x-request-id"));

    // Downloads stream, and no token follows a redirect to another host.
    let mut out = tokio::fs::File::create("ada.ccda.xml").await.map_err(Error::Io)?;
    client.patients().ccda(ada.id).copy_to(&mut out).await?;

    // One error type; the body is always there, and never printed by itself.
    match client.patients().get(7).await {
        Ok(patient) => println!("{:?}", patient.gender),
        Err(error) if error.is_not_found() => println!("no such patient"),
        // Before any request.
        Err(Error::MissingScope(missing)) => println!("{missing}"),
        Err(Error::Api(error)) => println!("{} {:?}", error.status(), error.field_errors()),
        Err(error) => return Err(error),
    }
    Ok(())
}

fn builder() -> ClientBuilder {
    let builder = Client::builder().variables_from_env();
    match std::env::var("DRCHRONO_ORIGIN") {
        Ok(origin) => {
            builder.origin("https://app.drchrono.com", &origin).origin("https://drchrono.com", origin)
        }
        Err(_) => builder,
    }
}
