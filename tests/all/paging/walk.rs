//! A program of the probe: reads lists of the fixture `paging` to their ends. Says the id of each
//! item, how many items each page has, and what went wrong.

use std::time::Duration;

use paging::api::cursors::ListEvents;
use paging::api::exports::StartExport;
use paging::api::links::ListThings;
use paging::api::offsets::ListLogs;
use paging::api::pages::{ListOrders, ListUsers};
use paging::{Client, Error};

/// Says every item of a stream, by its id.
macro_rules! say_items {
    ($items:expr) => {{
        let mut items = $items;
        while let Some(item) = items.try_next().await? {
            println!("{}", item.id.map_or("null".to_owned(), |id| id.to_string()));
        }
        // Behind its end it stays at its end.
        assert!(items.next().await.is_none());
    }};
}

pub(crate) async fn walk(what: &str) {
    let builder = Client::builder().retry(paging::Retry::none());
    let origin = std::env::var("ORIGIN").unwrap();
    let client = builder.origin("https://things.example.com", origin).build().unwrap();
    if let Err(error) = read(&client, what).await {
        println!("error: {error}");
    }
}

async fn read(client: &Client, what: &str) -> Result<(), Error> {
    let exports = |since: &str| {
        let query = StartExport::new().since(since);
        client.exports().read_all(&query).interval(Duration::from_millis(5))
    };
    match what {
        "things" => say_items!(client.links().list_things(&ListThings::new().since("2026")).items()),
        "pages of things" => {
            let mut pages = client.links().list_things(&ListThings::new()).pages();
            while let Some(page) = pages.try_next().await? {
                println!("{}", page.results.len());
            }
        }
        "one page" => {
            let page = client.links().list_things(&ListThings::new()).await?;
            println!("{} of {:?}", page.results.len(), page.next_cursor());
        }
        "rows" => say_items!(client.links().list_rows().items()),
        "events" => say_items!(client.cursors().list_events(&ListEvents::new().limit(2)).items()),
        "users" => say_items!(client.pages().list_users(&ListUsers::new().per_page(2)).items()),
        "all users" => say_items!(client.pages().list_users(&ListUsers::new()).items()),
        "orders" => say_items!(client.pages().list_orders(&ListOrders::new()).items()),
        "logs" => say_items!(client.offsets().list_logs(&ListLogs::new().offset(1).limit(2)).items()),
        "export" => say_items!(exports("2026").items()),
        "slow export" => say_items!(exports("2026").ready_within(Duration::from_millis(40)).items()),
        other => panic!("{other}"),
    }
    Ok(())
}
