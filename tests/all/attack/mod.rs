//! Every text of a collection, with every payload in its place: none becomes code in any output.
//!
//! `POSTWRIGHT_ATTACKS=all` tries every payload in every place, which takes the better part of an hour; a number, so many
//! payloads in each place; without it, it is one in each place, another one from place to place.

mod outputs;
mod payloads;

use std::fs;
use std::path::Path;

use postwright::api::Api;
use postwright::diagnostic::Diagnostics;
use postwright::postman::Source;
use postwright::secret::Secrets;
use postwright::{Input, model};
use serde_json::{Map, Value, json};

use crate::support::root;
use payloads::payloads;

/// What stands where a payload goes into a text; a text without it is replaced as a whole.
const MARK: char = '§';

/// The key of an object that stands for its JSON as a text.
const AS_TEXT: &str = "$json";

/// A collection with payloads in it.
struct Attack {
    name: String,
    collection: Value,
    /// Each payload in it: where, and which.
    cases: Vec<(String, &'static str)>,
}

impl Attack {
    /// Reads it; whatever stands in a collection, there is a model of it.
    fn api(&self) -> Api {
        let text = self.collection.to_string();
        let source = Source { file: "attack.postman_collection.json", text: &text };
        let input = Input {
            collection: source,
            environment: None,
            globals: None,
            name: Some(&self.name),
            secrets: &Secrets::default(),
            paging: None,
        };
        let read = model(input, &mut Diagnostics::default());
        read.unwrap_or_else(|error| panic!("{}: {error}", self.said()))
    }

    /// The payloads of it, for messages.
    fn said(&self) -> String {
        let cases: Vec<String> =
            self.cases.iter().take(3).map(|(place, payload)| format!("{place}: {payload}")).collect();
        let more = if self.cases.len() > 3 { " and more" } else { "" };
        format!("{} with {}{more}", self.name, cases.join(", "))
    }
}

/// What a place gets in the place of what it has.
type Choose<'a> = &'a mut dyn FnMut(&str) -> Option<String>;

/// A template with texts in its places, which are asked for in their order.
fn fill(template: &Value, place: &str, choose: Choose<'_>) -> Value {
    match template {
        Value::String(text) => fill_text(text, place, choose).into(),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.map(|(index, it)| fill(it, &format!("{place}/{index}"), choose)).collect()
        }
        Value::Object(fields) => match fields.get(AS_TEXT) {
            Some(inside) => fill(inside, place, choose).to_string().into(),
            None => {
                let field = |(key, value): (&String, &Value)| {
                    let inside = format!("{place}/{key}");
                    let name = if key.contains(MARK) { fill_text(key, &inside, choose) } else { key.clone() };
                    // Which format it is has to be known.
                    let is_ours = key == "schema";
                    (name, if is_ours { value.clone() } else { fill(value, &inside, choose) })
                };
                fields.iter().map(field).collect::<Map<_, _>>().into()
            }
        },
        other => other.clone(),
    }
}

fn fill_text(text: &str, place: &str, choose: Choose<'_>) -> String {
    if !text.contains(MARK) {
        return choose(place).unwrap_or_else(|| text.to_owned());
    }
    let mut filled = String::new();
    for (index, part) in text.split(MARK).enumerate() {
        if index > 0 {
            filled += &choose(&format!("{place} in {text:?}")).unwrap_or_default();
        }
        filled += part;
    }
    filled
}

/// How many places a template has.
fn count(template: &Value) -> usize {
    let mut places = 0;
    fill(template, "", &mut |_| {
        places += 1;
        None
    });
    places
}

/// The payload of a place: in each round another one.
fn turn(place: usize, round: usize) -> (&'static str, String) {
    let mut all = payloads();
    let index = (place + round) % all.len();
    all.swap_remove(index)
}

/// A template with a payload in one place.
fn with_one(
    template: &Value,
    wanted: usize,
    payload: &(&'static str, String),
) -> (Value, (String, &'static str)) {
    let (mut at, mut case) = (0, None);
    let filled = fill(template, "", &mut |place| {
        at += 1;
        (at - 1 == wanted).then(|| {
            case = Some((place.to_owned(), payload.0));
            payload.1.clone()
        })
    });
    (filled, case.unwrap())
}

fn base() -> Value {
    let text = fs::read_to_string(root().join("tests/fixtures/attack/base.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The same request again and again, each time with a payload in another place, and so each kind of request.
fn requests(round: usize) -> Attack {
    let base = base();
    let (mut folders, mut cases) = (Vec::new(), Vec::new());
    for template in base["requests"].as_array().unwrap() {
        let mut items = Vec::new();
        for wanted in 0..count(template) {
            let mut template = template.clone();
            template["name"] = format!("{} {wanted}", template["name"].as_str().unwrap()).into();
            let (item, case) = with_one(&template, wanted, &turn(cases.len(), round));
            items.push(item);
            cases.push(case);
        }
        folders.push(json!({ "name": template["name"], "item": items }));
    }
    let schema = &base["top"]["info"]["schema"];
    let collection = json!({ "info": { "name": "Requests", "schema": schema }, "item": folders });
    Attack { name: "attacked_requests".to_owned(), collection, cases }
}

/// The variable that has the address which requests are sent to.
const ADDRESS: &str = "/variable/3/";

/// The row of OAuth 2.0 that says how tokens are asked for.
const GRANT: &str = "oauth2/4/value";

/// A payload in every place that is outside of requests.
fn top(round: usize) -> Attack {
    let mut cases = Vec::new();
    let collection = fill(&base()["top"], "", &mut |place| {
        // A request that cannot be sent would have no outputs, and without its rows auth would be none. Those places
        // are tried one at a time, by `requests` and `tops`.
        let is_row = |auth: &str| auth == "type" || auth.ends_with("/key") || auth == GRANT;
        if place.starts_with("/item/") && place.contains("/request/")
            || place.starts_with(ADDRESS)
            || place.strip_prefix("/auth/").is_some_and(is_row)
        {
            return None;
        }
        let (name, payload) = turn(cases.len(), round);
        cases.push((place.to_owned(), name));
        Some(payload)
    });
    Attack { name: "attacked_top".to_owned(), collection, cases }
}

/// The same places, one payload in each collection: what one of them breaks hides no other.
fn tops(round: usize) -> Vec<Attack> {
    let template = &base()["top"];
    let attack = |place| {
        let (collection, case) = with_one(template, place, &turn(place, round));
        Attack { name: format!("top{place}"), collection, cases: vec![case] }
    };
    (0..count(template)).map(attack).collect()
}

/// How many payloads are tried in each place.
fn rounds() -> usize {
    match std::env::var("POSTWRIGHT_ATTACKS").as_deref() {
        Ok("all") => payloads().len(),
        Ok(number) => number.parse().unwrap(),
        Err(_) => 1,
    }
}

/// Whether something has made a file that only a payload makes.
fn has_canary(folder: &Path) -> bool {
    let names = crate::support::paths(folder, "");
    // Outputs have endings.
    let is_one = |path: &Path| path.file_name().is_some_and(|it| it == "canary");
    names.iter().any(|it| is_one(it)) || Path::new("/tmp/canary-of-a-collection").exists()
}

#[test]
fn every_place_meets_every_payload() {
    let base = base();
    let requests: usize = base["requests"].as_array().unwrap().iter().map(count).sum();
    let places = requests + count(&base["top"]);
    let payloads = payloads().len();
    println!("{places} places, {payloads} payloads: {} cases", places * payloads);
    assert!(places > 300 && payloads > 45, "{places} places, {payloads} payloads");
    // Round after round, the payloads of a place are all of them.
    let of_a_place: std::collections::BTreeSet<&str> = (0..payloads).map(|round| turn(7, round).0).collect();
    assert_eq!(of_a_place.len(), payloads);
}
