//! OpenCollection becomes a collection of Postman's.

use serde_json::{Value, json};

use super::super::build::{self, Collection, auth, folder, left_out, list, no_auth, plain, row, text};
use crate::diagnostic::Diagnostics;

pub(super) fn collection(value: &Value, notes: &mut Diagnostics) -> Value {
    let defaults = &value["request"];
    let mut out = Collection {
        name: text(&value["info"], "name").to_owned(),
        description: prose(value.get("docs")),
        auth: signing(defaults.get("auth"), "", notes),
        ..Collection::default()
    };
    variables(list(defaults, "variables"), &mut out);
    let headers = list(defaults, "headers").to_vec();
    out.items = items(list(value, "items"), &headers, &mut out, notes);
    out.json()
}

fn items(all: &[Value], headers: &[Value], out: &mut Collection, notes: &mut Diagnostics) -> Vec<Value> {
    let mut items = Vec::new();
    for it in all {
        let name = text(&it["info"], "name");
        if it.get("items").is_some() || text(&it["info"], "type") == "folder" {
            let defaults = &it["request"];
            variables(list(defaults, "variables"), out);
            let headers = over(headers, list(defaults, "headers"));
            let inner = self::items(list(it, "items"), &headers, out, notes);
            let mut made = folder(name, &prose(it.get("docs")), inner);
            if let Some(auth) = signing(defaults.get("auth"), name, notes) {
                made["auth"] = auth;
            }
            items.push(made);
        } else if let Some(http) = it.get("http").or_else(|| it.get("graphql")) {
            items.push(request(it, http, headers, notes));
        } else {
            left_out(notes, name, "", "it is no request of HTTP");
        }
    }
    items
}

/// The headers of all that is in a folder, with those of the folder itself.
fn over(outer: &[Value], own: &[Value]) -> Vec<Value> {
    let is_own = |it: &&Value| own.iter().any(|own| text(own, "name").eq_ignore_ascii_case(text(it, "name")));
    outer.iter().filter(|it| !is_own(it)).chain(own).cloned().collect()
}

fn variables(rows: &[Value], out: &mut Collection) {
    for it in rows.iter().filter(|it| !is_disabled(it)) {
        // Of several values one is chosen; a typed value is written as text.
        let value = match &it["value"] {
            Value::Array(all) => {
                let chosen = all.iter().find(|it| it["selected"] == true).or(all.first());
                chosen.map_or(&Value::Null, |it| &it["value"])
            }
            value => value,
        };
        let value = value.get("data").unwrap_or(value);
        out.variable(text(it, "name"), plain(value).into());
    }
}

fn is_disabled(it: &Value) -> bool {
    it["disabled"] == true
}

/// A text, or one with its type.
fn prose(value: Option<&Value>) -> String {
    let Some(value) = value else { return String::new() };
    value.as_str().unwrap_or_else(|| text(value, "content")).to_owned()
}

fn request(item: &Value, http: &Value, shared: &[Value], notes: &mut Diagnostics) -> Value {
    let name = text(&item["info"], "name");
    let headers = over(shared, list(http, "headers"));
    let mut headers: Vec<Value> = headers.iter().map(pair).collect();
    let mut request = json!({ "method": text(http, "method").to_ascii_uppercase() });
    let given = match http.get("body") {
        // Of several bodies one is chosen.
        Some(Value::Array(all)) => {
            let chosen = all.iter().find(|it| it["selected"] == true).or(all.first());
            chosen.and_then(|it| it.get("body"))
        }
        given => given,
    };
    if let Some(body) = given.and_then(|it| body(it, &mut headers, name, notes)) {
        request["body"] = body;
    }
    request["header"] = headers.into();
    request["url"] = url(text(http, "url"), list(http, "params"));
    let description = prose(item.get("docs"));
    if !description.is_empty() {
        request["description"] = description.into();
    }
    if let Some(auth) = signing(http.get("auth"), name, notes) {
        request["auth"] = auth;
    }
    let runtime = &item["runtime"];
    if !list(runtime, "scripts").is_empty() || !list(runtime, "actions").is_empty() {
        left_out(notes, name, "", "it has scripts, which are Bruno's");
    }
    if !list(runtime, "variables").is_empty() {
        left_out(notes, name, "", "variables of a request are none of a collection");
    }
    let saved = list(item, "examples").iter().filter_map(response);
    let mut made = build::item(name, request, saved.collect());
    let settings = &item["settings"];
    if settings["encodeUrl"] == false || settings["encodeUrl"] == "false" {
        made["protocolProfileBehavior"]["disableUrlEncoding"] = true.into();
    }
    made
}

fn response(example: &Value) -> Option<Value> {
    let response = example.get("response")?;
    let headers = list(response, "headers").iter();
    let headers: Vec<Value> = headers.map(|it| row(text(it, "name"), text(it, "value"), "", true)).collect();
    Some(json!({
        "name": text(example, "name"),
        "code": response.get("status").and_then(Value::as_u64).unwrap_or(200),
        "header": headers,
        "body": plain(&response["body"]["data"]),
        "_postman_previewlanguage": text(&response["body"], "type"),
    }))
}

fn pair(it: &Value) -> Value {
    row(text(it, "name"), &plain(&it["value"]), &prose(it.get("description")), !is_disabled(it))
}

/// The query stands in the URL and as rows; the rows are what is meant, the disabled ones included.
fn url(url: &str, params: &[Value]) -> Value {
    let of_kind = |kind: &str| -> Vec<Value> {
        let is_one = |it: &&Value| text(it, "type") == kind || kind == "query" && text(it, "type").is_empty();
        params.iter().filter(is_one).map(pair).collect()
    };
    let (query, variables) = (of_kind("query"), of_kind("path"));
    let (base, own) = url.split_once('?').map_or((url, None), |(base, own)| (base, Some(own)));
    let query: Vec<Value> = if query.is_empty() {
        let own = own.into_iter().flat_map(|it| it.split('&')).filter(|it| !it.is_empty());
        own.map(|it| it.split_once('=').unwrap_or((it, "")))
            .map(|(key, value)| row(key, value, "", true))
            .collect()
    } else {
        // A row cannot say that a key stands alone; the URL does.
        let is_bare = |row: &Value| {
            let key = text(row, "key");
            text(row, "value").is_empty() && own.into_iter().flat_map(|it| it.split('&')).any(|it| it == key)
        };
        let bare = |mut row: Value| {
            if is_bare(&row) {
                row["value"] = Value::Null;
            }
            row
        };
        query.into_iter().map(bare).collect()
    };
    let mut out = json!({ "raw": url });
    let (protocol, rest) = base.split_once("://").map_or((None, base), |(a, b)| (Some(a), b));
    let (host, path) = rest.split_once('/').map_or((rest, None), |(a, b)| (a, Some(b)));
    if let Some(protocol) = protocol {
        out["protocol"] = protocol.into();
    }
    out["host"] = json!([host]);
    out["path"] = json!(path.map(|it| it.split('/').collect::<Vec<_>>()).unwrap_or_default());
    if !query.is_empty() {
        out["query"] = query.into();
    }
    if !variables.is_empty() {
        out["variable"] = variables.into();
    }
    out
}

fn body(given: &Value, headers: &mut Vec<Value>, name: &str, notes: &mut Diagnostics) -> Option<Value> {
    if given.get("query").is_some() {
        return Some(
            json!({ "mode": "graphql", "graphql": { "query": text(given, "query"), "variables": text(given, "variables") } }),
        );
    }
    let mut content_type = |kind: &str| {
        let is_there = headers.iter().any(|it| text(it, "key").eq_ignore_ascii_case("content-type"));
        if !is_there && !kind.is_empty() {
            headers.push(row("Content-Type", kind, "", true));
        }
    };
    let data = list(given, "data");
    Some(match text(given, "type") {
        "json" => json!({
            "mode": "raw", "raw": text(given, "data"), "options": { "raw": { "language": "json" } }
        }),
        kind @ ("xml" | "text" | "sparql") => {
            content_type(match kind {
                "xml" => "application/xml",
                "sparql" => "application/sparql-query",
                _ => "text/plain",
            });
            json!({ "mode": "raw", "raw": text(given, "data") })
        }
        "form-urlencoded" => {
            json!({ "mode": "urlencoded", "urlencoded": data.iter().map(pair).collect::<Vec<_>>() })
        }
        "multipart-form" => {
            json!({ "mode": "formdata", "formdata": data.iter().map(part).collect::<Vec<_>>() })
        }
        "file" => {
            let chosen = data.iter().find(|it| it["selected"] == true).or(data.first())?;
            content_type(text(chosen, "contentType"));
            json!({ "mode": "file", "file": { "src": text(chosen, "filePath") } })
        }
        "" | "none" => return None,
        kind => {
            left_out(notes, name, "", &format!("a body of type {kind:?} is not known here"));
            return None;
        }
    })
}

fn part(it: &Value) -> Value {
    let mut part = pair(it);
    if text(it, "type") == "file" {
        part["type"] = "file".into();
        part["value"] = "".into();
        part["src"] = match &it["value"] {
            Value::Array(paths) if paths.len() > 1 => paths.clone().into(),
            Value::Array(paths) => paths.first().map(plain).unwrap_or_default().into(),
            path => plain(path).into(),
        };
    }
    if !text(it, "contentType").is_empty() {
        part["contentType"] = text(it, "contentType").into();
    }
    part
}

/// The auth block; `None` where it is that of what it is in.
fn signing(given: Option<&Value>, name: &str, notes: &mut Diagnostics) -> Option<Value> {
    let given = given?;
    let field = |key: &str| plain(&given[key]);
    let user = || [("username", field("username")), ("password", field("password"))];
    Some(match text(given, "type") {
        // `inherit` is a word, no object.
        "" => return None,
        "none" => no_auth(),
        kind @ ("basic" | "digest") => auth(kind, &user()),
        "ntlm" => auth("ntlm", &[&user()[..], &[("domain", field("domain"))]].concat()),
        "bearer" => auth("bearer", &[("token", field("token"))]),
        "apikey" => {
            let place =
                if matches!(text(given, "placement"), "query" | "queryparams") { "query" } else { "header" };
            auth("apikey", &[("key", field("key")), ("value", field("value")), ("in", place.to_owned())])
        }
        "awsv4" => auth(
            "awsv4",
            &[
                ("accessKey", field("accessKeyId")),
                ("secretKey", field("secretAccessKey")),
                ("sessionToken", field("sessionToken")),
                ("service", field("service")),
                ("region", field("region")),
            ],
        ),
        "oauth2" => oauth2(given),
        kind => {
            left_out(notes, name, "", &format!("auth of type {kind:?} is not known here"));
            return None;
        }
    })
}

fn oauth2(given: &Value) -> Value {
    let field = |key: &str| plain(&given[key]);
    let grant = match text(given, "flow") {
        "resource_owner_password_credentials" => "password_credentials",
        "authorization_code" if given["pkce"].is_object() && given["pkce"]["disabled"] != true => {
            "authorization_code_with_pkce"
        }
        other => other,
    };
    let credentials = &given["credentials"];
    let client = if text(credentials, "placement") == "body" { "body" } else { "header" };
    let placement = &given["tokenConfig"]["placement"];
    let place = if placement.get("query").is_some() { "queryParams" } else { "header" };
    auth(
        "oauth2",
        &[
            ("grant_type", grant.to_owned()),
            ("authUrl", field("authorizationUrl")),
            ("accessTokenUrl", field("accessTokenUrl")),
            ("refreshTokenUrl", field("refreshTokenUrl")),
            ("redirect_uri", field("callbackUrl")),
            ("clientId", plain(&credentials["clientId"])),
            ("clientSecret", plain(&credentials["clientSecret"])),
            ("accessToken", "{{accessToken}}".to_owned()),
            ("scope", field("scope")),
            ("client_authentication", client.to_owned()),
            ("addTokenTo", place.to_owned()),
            ("headerPrefix", text(placement, "header").to_owned()),
        ],
    )
}
