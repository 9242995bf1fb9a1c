//! The archive of each recorded collection, read back.

use postwright::api::{Api, Operation, Variable};
use postwright::target::Target;
use serde_json::Value;

use super::{Verdict, compare, judge};
use crate::runner::{Case, file_content, sent};
use crate::server::Recorded;
use crate::support::{fixture, read, tree_of};

/// The entries of an archive, by the name of their request.
fn entries(api: &Api) -> Vec<(String, Value)> {
    let tree = tree_of(api, Target::Har);
    let file = tree.files().find(|it| it.path.ends_with("/har/collection.har")).unwrap();
    let har: Value = serde_json::from_str(&file.text).unwrap();
    let entries = har["log"]["entries"].as_array().unwrap();
    let id = |it: &Value| it["comment"].as_str().unwrap().split(": ").next().unwrap().to_owned();
    entries.iter().map(|it| (id(it), it.clone())).collect()
}

/// What says where the content of something is.
const OF_FILE: &str = "the content of the file ";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The request that an entry is of, as a client would send it.
fn request(entry: &Value) -> Recorded {
    let request = &entry["request"];
    let url = text(&request["url"]);
    let rest = url.split_once("://").unwrap().1;
    let (host, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
    let pairs = request["headers"].as_array().unwrap().iter();
    let mut headers: Vec<_> = pairs.map(|it| (text(&it["name"]), text(&it["value"]))).collect();
    let data = &request["postData"];
    let mut body = text(&data["text"]).into_bytes();
    if let Some(file) = data["comment"].as_str().and_then(|it| it.strip_prefix(OF_FILE)) {
        body = file_content(file);
    }
    if data["mimeType"] == "multipart/form-data" {
        let value = "multipart/form-data; boundary=BOUNDARY".to_owned();
        headers.iter_mut().filter(|it| it.1 == "multipart/form-data").for_each(|it| it.1.clone_from(&value));
        body = multipart(data);
    }
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        headers.push(("Host".to_owned(), host.to_owned()));
    }
    for (_, value) in &mut headers {
        *value = value.trim_matches([' ', '\t']).to_owned();
    }
    Recorded { method: text(&request["method"]), target, headers, body }
}

fn multipart(data: &Value) -> Vec<u8> {
    let mut body = Vec::new();
    for part in data["params"].as_array().unwrap() {
        let mut head =
            format!("--BOUNDARY\r\nContent-Disposition: form-data; name=\"{}\"", text(&part["name"]));
        if let Some(name) = part["fileName"].as_str() {
            head.push_str(&format!("; filename=\"{name}\""));
        }
        if let Some(kind) = part["contentType"].as_str() {
            head.push_str(&format!("\r\nContent-Type: {kind}"));
        }
        body.extend_from_slice(format!("{head}\r\n\r\n").as_bytes());
        match part["fileName"].as_str() {
            Some("") => {}
            Some(file) => {
                let path = part["comment"].as_str().and_then(|it| it.strip_prefix(OF_FILE));
                body.extend_from_slice(&file_content(path.unwrap_or(file)));
            }
            None => body.extend_from_slice(text(&part["value"]).as_bytes()),
        }
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--BOUNDARY--\r\n");
    body
}

fn run(case: &Case) -> Vec<Verdict> {
    let mut api = case.api.clone();
    // With values for all that the collection leaves open, as the recorder had them.
    let known = |it: &Variable| {
        let unknown = format!("{{{{{}}}}}", it.wire);
        Variable { default: Some(case.values.get(&it.wire).cloned().unwrap_or(unknown)), ..it.clone() }
    };
    api.variables = case.api.variables.iter().map(known).collect();
    let entries = entries(&api);
    let operations = case.operations();
    let mut verdicts = Vec::new();
    for golden in &case.golden {
        let (Ok(wanted), Some((_, operation))) = (&golden.sent, operations.get(&golden.index)) else {
            continue;
        };
        let (_, entry) = entries.iter().find(|(id, _)| *id == operation.id).unwrap();
        let got = Ok(sent(&request(entry), &wanted.headers));
        verdicts.push(judge(case, golden, wanted, Target::Har, operation, got));
    }
    verdicts
}

/// What the archive has for a request is what the runner sends.
#[test]
fn archives_have_what_the_runner_sends() {
    compare(Target::Har, run);
}

/// A query and a form are there as pairs as well, and what is not known is seen to be so.
#[test]
fn archives_have_pairs_and_names() {
    let (api, _) = read(&fixture("auth_kinds"));
    let entries = entries(&api);
    let of = |operation: &Operation| entries.iter().find(|(id, _)| *id == operation.id).unwrap().1.clone();
    let mut pairs = 0;
    for operation in api.groups.iter().flat_map(|it| &it.operations) {
        let entry = of(operation);
        let count = operation.wire.url.query.iter().flatten().count();
        assert_eq!(entry["request"]["queryString"].as_array().unwrap().len(), count, "{}", operation.id);
        pairs += count;
        let said = entry["comment"].as_str().unwrap().contains("Not signed");
        assert_eq!(said, !Target::Har.signs(operation, &api.settings), "{}", operation.id);
    }
    assert!(pairs > 0);
}
