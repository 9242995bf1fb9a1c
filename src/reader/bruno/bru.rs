//! The language of `.bru` files: blocks of pairs, of text and of words. They become items in the terms of
//! OpenCollection.

use serde_json::{Map, Value, json};

use super::super::build::{list, plain, text};

/// A block of a file.
struct Block {
    name: String,
    /// Its lines, two spaces further out.
    lines: Vec<String>,
}

/// The blocks of a file. What stands between them is none of theirs.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in text.lines() {
        match &mut open {
            None => {
                if let Some(name) = line.trim_end().strip_suffix(['{', '[']) {
                    open = Some(Block { name: name.trim().to_owned(), lines: Vec::new() });
                }
            }
            // Only what stands at the beginning of a line ends a block.
            Some(_) if line.starts_with(['}', ']']) => blocks.extend(open.take()),
            Some(block) => block.lines.push(line.strip_prefix("  ").unwrap_or(line).to_owned()),
        }
    }
    blocks.extend(open);
    blocks
}

/// A pair of a block.
struct Pair {
    key: String,
    value: String,
    is_enabled: bool,
    description: String,
}

/// The pairs of a block. A text of several lines stands between lines of `'''`.
fn pairs(lines: &[String]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut description = String::new();
    let mut rest = lines.iter();
    while let Some(line) = rest.next() {
        let line = line.trim_start();
        if let Some(annotation) = line.strip_prefix("@description(") {
            let inner = annotation.trim_end().strip_suffix(')').unwrap_or(annotation);
            let quoted = |mark: char| inner.strip_prefix(mark)?.strip_suffix(mark);
            let inner = quoted('"').or_else(|| quoted('\'')).unwrap_or(inner);
            description = inner.replace("\\\"", "\"").replace("\\n", "\n");
            continue;
        }
        let Some((key, value)) = key_and_value(line) else { continue };
        let (key, is_enabled) = match key.strip_prefix('~') {
            Some(key) => (key.to_owned(), false),
            None => (key, true),
        };
        let mut value = value.trim().to_owned();
        if value == "'''" {
            value = several_lines(&mut rest);
        } else if value == "[" {
            // A list, such as tags: nothing of a request that is sent.
            rest.by_ref().take_while(|it| it.trim() != "]").for_each(drop);
            continue;
        }
        pairs.push(Pair { key, value, is_enabled, description: std::mem::take(&mut description) });
    }
    pairs
}

fn several_lines<'a>(rest: &mut impl Iterator<Item = &'a String>) -> String {
    let mut all = Vec::new();
    let mut end = String::new();
    for line in rest {
        if let Some(after) = line.trim_start().strip_prefix("'''") {
            end = after.trim().to_owned();
            break;
        }
        all.push(line.strip_prefix("  ").unwrap_or(line).to_owned());
    }
    let text = all.join("\n");
    if end.is_empty() { text } else { format!("{text} {end}") }
}

/// A key, which may be quoted, and what is behind its colon.
fn key_and_value(line: &str) -> Option<(String, &str)> {
    let (mark, quoted) = match line.strip_prefix('~') {
        Some(rest) => ("~", rest),
        None => ("", line),
    };
    let Some(inner) = quoted.strip_prefix('"') else {
        let (key, value) = line.split_once(':')?;
        return Some((key.trim().to_owned(), value));
    };
    let mut end = 0;
    while let Some(found) = inner.get(end..)?.find('"') {
        end += found;
        if !inner[..end].ends_with('\\') {
            let (_, value) = inner[end + 1..].split_once(':')?;
            return Some((format!("{mark}{}", inner[..end].replace("\\\"", "\"")), value));
        }
        end += 1;
    }
    None
}

/// The methods that have a block of their own; `http` names any other.
const METHODS: [&str; 10] =
    ["get", "post", "put", "delete", "patch", "options", "head", "connect", "trace", "http"];

/// A file as blocks by name.
struct File(Vec<Block>);

impl File {
    fn read(text: &str) -> Self {
        File(blocks(text))
    }

    fn block(&self, name: &str) -> Option<&Block> {
        self.0.iter().find(|it| it.name == name)
    }

    fn pairs(&self, name: &str) -> Vec<Pair> {
        self.block(name).map(|it| pairs(&it.lines)).unwrap_or_default()
    }

    fn text(&self, name: &str) -> Option<String> {
        self.block(name).map(|it| it.lines.join("\n"))
    }

    fn map(&self, name: &str) -> Map<String, Value> {
        self.pairs(name).into_iter().map(|it| (it.key, it.value.into())).collect()
    }

    fn rows(&self, name: &str) -> Vec<Value> {
        self.pairs(name).iter().map(row).collect()
    }

    /// What OpenCollection says of the auth of a mode.
    fn auth(&self, mode: &str) -> Option<Value> {
        let mut given = self.map(&format!("auth:{mode}"));
        match mode {
            "" => None,
            "inherit" => Some("inherit".into()),
            "oauth2" => Some(oauth2(&given)),
            _ => {
                given.insert("type".to_owned(), mode.into());
                Some(given.into())
            }
        }
    }
}

/// OAuth 2.0, whose keys have other names there.
fn oauth2(given: &Map<String, Value>) -> Value {
    let field = |key: &str| given.get(key).map(plain).unwrap_or_default();
    let flow = match field("grant_type").as_str() {
        "password" => "resource_owner_password_credentials".to_owned(),
        other => other.to_owned(),
    };
    let prefix = field("token_header_prefix");
    json!({
        "type": "oauth2",
        "flow": flow,
        "authorizationUrl": field("authorization_url"),
        "accessTokenUrl": field("access_token_url"),
        "refreshTokenUrl": field("refresh_token_url"),
        "callbackUrl": field("callback_url"),
        "scope": field("scope"),
        "pkce": { "disabled": field("pkce") != "true" },
        "credentials": {
            "clientId": field("client_id"),
            "clientSecret": field("client_secret"),
            "placement": if field("credentials_placement") == "body" { "body" } else { "basic_auth_header" },
        },
        "tokenConfig": {
            "placement": if field("token_placement") == "url" {
                json!({ "query": field("token_query_key") })
            } else {
                json!({ "header": prefix })
            },
        },
    })
}

fn row(pair: &Pair) -> Value {
    json!({
        "name": pair.key,
        "value": pair.value,
        "disabled": !pair.is_enabled,
        "description": pair.description,
    })
}

/// What `collection.bru` and `folder.bru` say of all that is in them.
pub(super) fn defaults(text: &str) -> Value {
    let file = File::read(text);
    let mode = file.map("auth").get("mode").map(plain).unwrap_or_default();
    let mut request = json!({ "headers": file.rows("headers"), "variables": file.rows("vars:pre-request") });
    if let Some(auth) = file.auth(&mode) {
        request["auth"] = auth;
    }
    json!({ "info": file.map("meta"), "request": request, "docs": file.text("docs").unwrap_or_default() })
}

/// The variables of an environment: those that are kept elsewhere have no value here.
pub(super) fn environment(text: &str) -> Value {
    let file = File::read(text);
    let mut variables = file.rows("vars");
    let names = file.block("vars:secret").map(|it| it.lines.as_slice()).unwrap_or_default();
    let names = names.iter().map(|it| it.trim().trim_end_matches(',').trim_start_matches('~'));
    variables.extend(names.filter(|it| !it.is_empty()).map(|it| json!({ "name": it, "secret": true })));
    json!({ "variables": variables })
}

/// A request.
pub(super) fn request(content: &str) -> Value {
    let file = File::read(content);
    let mut info = file.map("meta");
    let kind = info.get("type").map(plain).unwrap_or_default();
    let method = METHODS.iter().find(|it| file.block(it).is_some()).copied().unwrap_or_default();
    let head = Value::from(file.map(method));
    let is_http = matches!(kind.as_str(), "" | "http" | "graphql") && !method.is_empty();
    let info_kind = if is_http { "http" } else { kind.as_str() };
    info.insert("type".to_owned(), info_kind.into());
    let method = if method == "http" { text(&head, "method").to_owned() } else { method.to_owned() };
    let param = |kind: &str| {
        let mut rows = file.rows(&format!("params:{kind}"));
        rows.iter_mut().for_each(|it| it["type"] = kind.into());
        rows
    };
    let mut params = param("query");
    // As it was written before there were those of paths.
    params.extend(file.rows("query"));
    params.extend(param("path"));
    let mut http = json!({
        "method": method.to_ascii_uppercase(),
        "url": text(&head, "url"),
        "headers": file.rows("headers"),
        "params": params,
    });
    let body = file.body(text(&head, "body"));
    if !body.is_null() {
        http["body"] = body;
    }
    if let Some(auth) = file.auth(text(&head, "auth")) {
        http["auth"] = auth;
    }
    let has_scripts =
        ["script:pre-request", "script:post-response", "tests"].iter().any(|it| file.block(it).is_some());
    let mut out = json!({ "info": info, "http": http, "docs": file.text("docs").unwrap_or_default() });
    if has_scripts {
        out["runtime"] = json!({ "scripts": [{}] });
    }
    out["settings"] = file.map("settings").into();
    let variables = file.rows("vars:pre-request");
    if !variables.is_empty() {
        out["runtime"]["variables"] = variables.into();
    }
    out
}

impl File {
    fn body(&self, mode: &str) -> Value {
        let raw = |name: &str| self.text(&format!("body:{name}")).unwrap_or_default();
        match mode {
            "json" | "text" | "xml" | "sparql" => json!({ "type": mode, "data": raw(mode) }),
            "graphql" => json!({ "query": raw("graphql"), "variables": raw("graphql:vars") }),
            "form-urlencoded" | "formUrlEncoded" => {
                json!({ "type": "form-urlencoded", "data": self.rows("body:form-urlencoded") })
            }
            "multipart-form" | "multipartForm" => {
                let parts: Vec<Value> = self.pairs("body:multipart-form").iter().map(part).collect();
                json!({ "type": "multipart-form", "data": parts })
            }
            "file" => {
                let files: Vec<Value> = self.pairs("body:file").iter().map(part).collect();
                let files: Vec<Value> = files
                    .iter()
                    .map(|it| {
                        json!({
                            "filePath": list(it, "value").first().map(plain).unwrap_or_default(),
                            "contentType": text(it, "contentType"),
                            "selected": it["disabled"] == false,
                        })
                    })
                    .collect();
                json!({ "type": "file", "data": files })
            }
            _ => Value::Null,
        }
    }
}

/// A part of a form: `@file(a|b)`, and a content type behind it.
fn part(pair: &Pair) -> Value {
    let mut out = row(pair);
    let (value, content_type) = match pair.value.rsplit_once("@contentType(") {
        Some((value, kind)) => (value.trim_end(), kind.trim_end().trim_end_matches(')')),
        None => (pair.value.as_str(), ""),
    };
    out["contentType"] = content_type.into();
    match value.strip_prefix("@file(").and_then(|it| it.strip_suffix(')')) {
        Some(files) => {
            out["type"] = "file".into();
            out["value"] = files.split('|').filter(|it| !it.is_empty()).collect::<Vec<_>>().into();
        }
        None => {
            out["type"] = "text".into();
            out["value"] = value.into();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"meta {
  name: Make it
  type: http
  seq: 2
  tags: [
    smoke
  ]
}

post {
  url: {{base}}/a/:id?x=1
  body: json
  auth: bearer
}

params:query {
  x: 1
  ~"y:z": 2
}

params:path {
  @description("which \"one\"")
  id: 7
}

headers {
  X-Long: '''
    one
    two
  '''
}

auth:bearer {
  token: {{token}}
}

body:json {
  {
    "a": {
    }
  }
}

docs {
  # Words
}
"#;

    #[test]
    fn blocks_become_an_item() {
        let it = request(FILE);
        assert_eq!(it["info"], json!({"name": "Make it", "type": "http", "seq": "2"}));
        let http = &it["http"];
        assert_eq!(http["method"], "POST");
        assert_eq!(http["url"], "{{base}}/a/:id?x=1");
        assert_eq!(
            http["params"][1],
            json!({
                "name": "y:z", "value": "2", "disabled": true, "description": "", "type": "query"
            })
        );
        assert_eq!(http["params"][2]["description"], "which \"one\"");
        assert_eq!(http["headers"][0]["value"], "one\ntwo");
        assert_eq!(http["auth"], json!({"token": "{{token}}", "type": "bearer"}));
        assert_eq!(http["body"]["data"], "{\n  \"a\": {\n  }\n}");
        assert_eq!(it["docs"], "# Words");
    }

    #[test]
    fn what_is_no_file_of_this_kind_is_nothing() {
        for text in ["", "}", "get {", "\u{0}", "a: b", "headers {\n  \"\n  \"a\n}"] {
            request(text);
            defaults(text);
            environment(text);
        }
    }
}
