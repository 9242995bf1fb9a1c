//! Exports of Insomnia: format 4 (JSON) and 5 (YAML).

use serde_json::{Map, Value, json};

use super::build::{Collection, auth, folder, item, left_out, list, no_auth, plain, row, text};
use crate::diagnostic::Diagnostics;

/// Whether it is one.
pub(super) fn is_one(value: &Value) -> bool {
    let is_v4 = text(value, "_type") == "export" && value.get("resources").is_some();
    is_v4 || text(value, "type").starts_with("collection.insomnia.rest/5")
}

pub(super) fn read(export: &Value, notes: &mut Diagnostics) -> Value {
    if export.get("resources").is_some() { read_v4(export, notes) } else { read_v5(export, notes) }
}

/// A flat list, of which each resource names its parent.
fn read_v4(export: &Value, notes: &mut Diagnostics) -> Value {
    let resources = list(export, "resources");
    let of_kind =
        |kind: &str| resources.iter().filter(move |it| text(it, "_type") == kind).collect::<Vec<_>>();
    let workspaces = of_kind("workspace");
    let collection = |it: &&&Value| !matches!(text(it, "scope"), "environment" | "mock-server");
    let workspace =
        workspaces.iter().find(collection).or(workspaces.first()).copied().unwrap_or(&Value::Null);
    let mut out = start(text(workspace, "name"), text(workspace, "description"));
    for environment in of_kind("environment") {
        // Those of a workspace are its base; those below of it are chosen by hand.
        if text(environment, "parentId") == text(workspace, "_id") {
            variables("", &environment["data"], &mut out);
        } else {
            left_out(
                notes,
                "",
                "/resources",
                &format!("the environment {:?} is one of several", text(environment, "name")),
            );
        }
    }
    let parent = text(workspace, "_id");
    out.items = children(resources, parent, &mut out, notes, 0);
    for kind in ["websocket_request", "grpc_request", "socket_io_request"] {
        for it in of_kind(kind) {
            left_out(notes, text(it, "name"), "/resources", &format!("{kind} is no request of HTTP"));
        }
    }
    out.json()
}

/// Folders in each other are followed so deep: a parent may be its own child.
const DEEP: usize = 60;

fn children(
    resources: &[Value],
    parent: &str,
    out: &mut Collection,
    notes: &mut Diagnostics,
    depth: usize,
) -> Vec<Value> {
    let mut found: Vec<&Value> = resources
        .iter()
        .filter(|it| {
            text(it, "parentId") == parent && matches!(text(it, "_type"), "request" | "request_group")
        })
        .collect();
    found.sort_by(|a, b| sort_key(a).total_cmp(&sort_key(b)));
    let mut items = Vec::new();
    for it in found {
        if text(it, "_type") == "request" {
            items.push(request(it, it, notes));
        } else if depth < DEEP {
            variables("", &it["environment"], out);
            let within = children(resources, text(it, "_id"), out, notes, depth + 1);
            items.push(with_auth(folder(text(it, "name"), text(it, "description"), within), it, notes));
        }
    }
    items
}

fn sort_key(resource: &Value) -> f64 {
    let own = resource.get("metaSortKey").or_else(|| resource.get("meta").and_then(|it| it.get("sortKey")));
    own.and_then(Value::as_f64).unwrap_or_default()
}

/// A tree.
fn read_v5(export: &Value, notes: &mut Diagnostics) -> Value {
    let mut out = start(text(export, "name"), text(&export["meta"], "description"));
    let environments = &export["environments"];
    variables("", &environments["data"], &mut out);
    for more in list(environments, "subEnvironments") {
        let what = format!("the environment {:?} is one of several", text(more, "name"));
        left_out(notes, "", "/environments/subEnvironments", &what);
    }
    out.items = within(list(export, "collection"), &mut out, notes);
    out.json()
}

fn within(items: &[Value], out: &mut Collection, notes: &mut Diagnostics) -> Vec<Value> {
    let mut found: Vec<&Value> = items.iter().collect();
    found.sort_by(|a, b| sort_key(a).total_cmp(&sort_key(b)));
    let mut items = Vec::new();
    for it in found {
        let name = text(it, "name");
        if it.get("children").is_some() {
            variables("", &it["environment"], out);
            let inner = within(list(it, "children"), out, notes);
            items.push(with_auth(folder(name, text(&it["meta"], "description"), inner), it, notes));
        } else if it.get("method").is_some() {
            items.push(request(it, &it["meta"], notes));
        } else {
            left_out(notes, name, "/collection", "it is no request of HTTP");
        }
    }
    items
}

fn start(name: &str, description: &str) -> Collection {
    Collection { name: name.to_owned(), description: texts(description), ..Collection::default() }
}

/// The variables of an environment; those within others have the names that lead to them.
fn variables(before: &str, data: &Value, out: &mut Collection) {
    for (name, value) in data.as_object().into_iter().flatten() {
        let name = if before.is_empty() { name.clone() } else { format!("{before}.{name}") };
        match value {
            Value::Object(_) => variables(&name, value, out),
            other => out.variable(&name, texts(&plain(other)).into()),
        }
    }
}

fn with_auth(mut item: Value, of: &Value, notes: &mut Diagnostics) -> Value {
    if let Some(auth) = signing(of, notes) {
        item["auth"] = auth;
    }
    item
}

/// `meta` is where its description stands.
fn request(it: &Value, meta: &Value, notes: &mut Diagnostics) -> Value {
    let name = text(it, "name");
    let rows = |key: &str| -> Vec<Value> {
        let all = list(it, key).iter().filter(|it| !text(it, "name").is_empty());
        all.map(pair).collect()
    };
    let mut headers = rows("headers");
    let (url, query) = {
        let url = texts(text(it, "url"));
        let (url, own) =
            url.split_once('?').map_or((url.clone(), None), |(a, b)| (a.to_owned(), Some(b.to_owned())));
        let own = own.into_iter().flat_map(|it| it.split('&').map(str::to_owned).collect::<Vec<_>>());
        let own = own.filter(|it| !it.is_empty()).map(|it| {
            let (key, value) = it.split_once('=').unwrap_or((&it, ""));
            row(key, value, "", true)
        });
        (url, own.chain(rows("parameters")).collect::<Vec<_>>())
    };
    let mut request = json!({ "method": text(it, "method").to_ascii_uppercase() });
    if let Some(body) = body(&it["body"], &mut headers, name, notes) {
        request["body"] = body;
    }
    request["header"] = headers.into();
    request["url"] = url_of(&url, query, list(it, "pathParameters"));
    let description = texts(text(meta, "description"));
    if !description.is_empty() {
        request["description"] = description.into();
    }
    if let Some(auth) = signing(it, notes) {
        request["auth"] = auth;
    }
    if it.to_string().contains("{%") {
        left_out(
            notes,
            name,
            "",
            "what a template tag makes is Insomnia's alone; the tag stands there as a text",
        );
    }
    for key in ["preRequestScript", "afterResponseScript", "scripts"] {
        let is_there = it.get(key).is_some_and(|it| !it.is_null() && it != "");
        if is_there {
            left_out(notes, name, "", "it has scripts, which are Insomnia's");
        }
    }
    item(name, request, Vec::new())
}

fn url_of(url: &str, query: Vec<Value>, variables: &[Value]) -> Value {
    let enabled: Vec<String> = query
        .iter()
        .filter(|it| it.get("disabled").is_none())
        .map(|it| format!("{}={}", text(it, "key"), text(it, "value")))
        .collect();
    let raw = if enabled.is_empty() { url.to_owned() } else { format!("{url}?{}", enabled.join("&")) };
    let mut out = json!({ "raw": raw });
    let (protocol, rest) = url.split_once("://").map_or((None, url), |(a, b)| (Some(a), b));
    // Within the braces of a variable no slash ends the host.
    let start = rest
        .rfind("}}")
        .filter(|_| rest.starts_with("{{"))
        .map_or(0, |_| rest.find("}}").map_or(0, |it| it + 2));
    let end = rest[start..].find('/').map_or(rest.len(), |it| start + it);
    if let Some(protocol) = protocol {
        out["protocol"] = protocol.into();
    }
    out["host"] = json!([&rest[..end]]);
    let path: Vec<&str> = rest[end..].strip_prefix('/').map(|it| it.split('/').collect()).unwrap_or_default();
    out["path"] = json!(path);
    if !query.is_empty() {
        out["query"] = query.into();
    }
    if !variables.is_empty() {
        out["variable"] = variables.iter().map(pair).collect::<Vec<_>>().into();
    }
    out
}

fn pair(it: &Value) -> Value {
    let is_enabled = it.get("disabled") != Some(&Value::Bool(true));
    row(&texts(text(it, "name")), &texts(&plain(&it["value"])), text(it, "description"), is_enabled)
}

fn body(body: &Value, headers: &mut Vec<Value>, name: &str, notes: &mut Diagnostics) -> Option<Value> {
    let kind = text(body, "mimeType");
    let has_type = headers.iter().any(|it| text(it, "key").eq_ignore_ascii_case("content-type"));
    let content = texts(text(body, "text"));
    match kind {
        "application/x-www-form-urlencoded" => Some(
            json!({ "mode": "urlencoded", "urlencoded": list(body, "params").iter().map(pair).collect::<Vec<_>>() }),
        ),
        "multipart/form-data" => {
            let part = |it: &Value| {
                let mut part = pair(it);
                if text(it, "type") == "file" {
                    part["type"] = "file".into();
                    part["src"] = text(it, "fileName").into();
                }
                part
            };
            Some(
                json!({ "mode": "formdata", "formdata": list(body, "params").iter().map(part).collect::<Vec<_>>() }),
            )
        }
        "application/graphql" => {
            let graphql: Value = serde_json::from_str(&content).unwrap_or(Value::Null);
            let mut out = Map::new();
            out.insert("query".to_owned(), text(&graphql, "query").into());
            match &graphql["variables"] {
                Value::Null => {}
                variables => drop(out.insert("variables".to_owned(), format!("{variables:#}").into())),
            }
            Some(json!({ "mode": "graphql", "graphql": out }))
        }
        "application/octet-stream" if body.get("fileName").is_some() => {
            Some(json!({ "mode": "file", "file": { "src": text(body, "fileName") } }))
        }
        _ if content.is_empty() => None,
        kind => {
            if !has_type && !kind.is_empty() {
                headers.push(row("Content-Type", kind, "", true));
            }
            if kind.is_empty() && body.get("params").is_some() {
                left_out(notes, name, "", "its body is of a kind that is not known here");
            }
            Some(json!({ "mode": "raw", "raw": content }))
        }
    }
}

fn signing(it: &Value, notes: &mut Diagnostics) -> Option<Value> {
    let given = it.get("authentication")?;
    let field = |key: &str| texts(&plain(&given[key]));
    let kind = text(given, "type");
    if given.get("disabled") == Some(&Value::Bool(true)) {
        return Some(no_auth());
    }
    Some(match kind {
        "" => return None,
        "none" => no_auth(),
        "basic" | "digest" => auth(kind, &[("username", field("username")), ("password", field("password"))]),
        "ntlm" => auth("ntlm", &[("username", field("username")), ("password", field("password"))]),
        // Postman has no word but its own before a token; a header has.
        "bearer" if !matches!(text(given, "prefix"), "" | "Bearer") => auth(
            "apikey",
            &[
                ("key", "Authorization".to_owned()),
                ("value", format!("{} {}", field("prefix"), field("token"))),
                ("in", "header".to_owned()),
            ],
        ),
        "bearer" => auth("bearer", &[("token", field("token"))]),
        "apikey" => {
            let place = if text(given, "addTo") == "queryParams" { "query" } else { "header" };
            auth("apikey", &[("key", field("key")), ("value", field("value")), ("in", place.to_owned())])
        }
        "oauth2" => oauth2(given),
        "iam" => auth(
            "awsv4",
            &[
                ("accessKey", field("accessKeyId")),
                ("secretKey", field("secretAccessKey")),
                ("sessionToken", field("sessionToken")),
                ("region", field("region")),
                ("service", field("service")),
            ],
        ),
        "hawk" => auth(
            "hawk",
            &[("authId", field("id")), ("authKey", field("key")), ("algorithm", field("algorithm"))],
        ),
        other => {
            left_out(notes, text(it, "name"), "", &format!("auth of type {other:?} is not known here"));
            return None;
        }
    })
}

fn oauth2(given: &Value) -> Value {
    let field = |key: &str| texts(&plain(&given[key]));
    let grant = match text(given, "grantType") {
        "password" => "password_credentials",
        "authorization_code" if given.get("usePkce") == Some(&Value::Bool(true)) => {
            "authorization_code_with_pkce"
        }
        other => other,
    };
    let place = if text(given, "credentialsInBody") == "true"
        || given.get("credentialsInBody") == Some(&Value::Bool(true))
    {
        "body"
    } else {
        "header"
    };
    auth(
        "oauth2",
        &[
            ("grant_type", grant.to_owned()),
            ("authUrl", field("authorizationUrl")),
            ("accessTokenUrl", field("accessTokenUrl")),
            ("redirect_uri", field("redirectUrl")),
            ("clientId", field("clientId")),
            ("clientSecret", field("clientSecret")),
            ("accessToken", "{{accessToken}}".to_owned()),
            ("scope", field("scope")),
            ("client_authentication", place.to_owned()),
            ("addTokenTo", "header".to_owned()),
        ],
    )
}

/// A text with Postman's variables: Insomnia writes `{{ _.name }}`, or `{{ name }}` as it did before.
fn texts(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inner, after)) = after.split_once("}}") else { break };
        let name = inner.trim().trim_start_matches("_.");
        let is_name = !name.is_empty() && name.chars().all(|it| it.is_alphanumeric() || "_-.$".contains(it));
        out.push_str(before);
        if is_name {
            out.push_str(&format!("{{{{{name}}}}}"));
        } else {
            out.push_str(&format!("{{{{{inner}}}}}"));
        }
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_said() {
        let said = |url: &str| {
            let mut notes = Diagnostics::default();
            let it = json!({ "name": "a", "method": "GET", "url": url });
            request(&it, &it, &mut notes);
            notes.sorted().len()
        };
        assert_eq!((said("https://x.y/{% uuid 'v4' %}"), said("https://x.y/{{ _.a }}")), (1, 0));
    }

    #[test]
    fn variables_lose_what_only_insomnia_writes() {
        let table = [
            ("{{ _.base_url }}/a", "{{base_url}}/a"),
            ("{{base}}{{ _['x'] }}", "{{base}}{{ _['x'] }}"),
            ("a {{ b", "a {{ b"),
            ("{{ _.api.key }}", "{{api.key}}"),
        ];
        for (from, to) in table {
            assert_eq!(texts(from), to);
        }
    }
}
