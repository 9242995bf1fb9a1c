//! The model as people read it.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::api::{Api, Body, Bulk, Group, Next, Operation, Paging, Parameter, Response};
use crate::collection::Auth;
use crate::seen::one_line;

/// The model as text: groups, operations, auth, scopes, variables.
#[must_use]
pub fn text(api: &Api) -> String {
    let mut out = String::new();
    // Whatever a line quotes, it is one line.
    let mut say = |line: String| {
        out.push_str(&one_line(&line));
        out.push('\n');
    };
    let operations: usize = api.groups.iter().map(|group| group.operations.len()).sum();
    say(format!("{} ({}): {operations} requests in {} groups", api.title, api.source, api.groups.len()));
    for server in &api.servers {
        let default = server.default.as_deref().filter(|it| **it != server.origin.to_string());
        let default = default.map(|it| format!(" = {it}")).unwrap_or_default();
        say(format!("server    {}{default}", server.origin));
    }
    if let Some(oauth2) = &api.oauth2 {
        let (grant, authorize, token) = (&oauth2.grant, &oauth2.authorize_url, &oauth2.token_url);
        say(format!("oauth2    {grant} · authorize {authorize} · token {token}"));
        say(format!("scopes    {}", oauth2.scopes.join(" ")));
    }
    for variable in &api.variables {
        let value = match &variable.default {
            Some(default) => format!(" = {default}"),
            None if variable.secret => " (secret)".to_owned(),
            None => " (no value)".to_owned(),
        };
        say(format!("variable  {} ${}{value}", variable.wire, variable.env));
    }
    for group in &api.groups {
        say(String::new());
        say(group.name.snake());
        for operation in &group.operations {
            say(format!("  {}", line(api, operation)));
        }
    }
    out
}

fn line(api: &Api, operation: &Operation) -> String {
    let arguments: Vec<String> = operation.arguments.iter().map(|it| it.name.snake()).collect();
    let mut line = format!(
        "{}({})  {} {} → {}",
        operation.name.snake(),
        arguments.join(", "),
        operation.wire.method,
        operation.path(),
        response(api, &operation.response)
    );
    if let Some(body) = body(api, &operation.body) {
        let _ = write!(line, " · body {body}");
    }
    if !operation.query.is_empty() {
        let names: Vec<&str> = operation.query.iter().map(|it| it.wire.as_str()).collect();
        let _ = write!(line, " · query {}", names.join(" "));
    }
    if let Some(paging) = &operation.paging {
        let _ = write!(line, " · pages by {}", pages(paging));
    }
    if let Some(bulk) = &operation.bulk {
        let _ = write!(line, " · bulk {} by {}", bulk.name.snake(), bulk.parameter);
    }
    match auth(operation.auth()) {
        "oauth2" | "bearer" if !operation.scopes().is_empty() => {
            let _ = write!(line, " · scopes {}", operation.scopes().join(" "));
        }
        other => {
            let _ = write!(line, " · auth {other}");
        }
    }
    line
}

/// How a list goes on, as in `cursor next_token from /meta/next`.
fn pages(paging: &Paging) -> String {
    let style = paging.next.style();
    match &paging.next {
        Next::Link { at } => format!("{style} {at}"),
        Next::Cursor { at, parameter, .. } => format!("{style} {parameter} from {at}"),
        Next::Page { parameter, .. } | Next::Offset { parameter, .. } => format!("{style} {parameter}"),
    }
}

fn paging(api: &Api, paging: &Paging) -> Value {
    let mut out = json!({
        "style": paging.next.style(),
        "items": paging.items,
        "item": api.type_name(&paging.item),
    });
    let more = match &paging.next {
        Next::Link { at } => json!({ "next": at }),
        Next::Cursor { at, parameter, more } => json!({ "next": at, "parameter": parameter, "more": more }),
        Next::Page { parameter, first, size, pages: total }
        | Next::Offset { parameter, first, size, total } => {
            json!({ "parameter": parameter, "first": first, "size": size, "total": total })
        }
    };
    if let (Value::Object(out), Value::Object(more)) = (&mut out, more) {
        out.extend(more);
    }
    out
}

fn bulk(api: &Api, group: &Group, bulk: &Bulk) -> Value {
    json!({
        "name": bulk.name.snake(),
        "start": group.operations.get(bulk.start).map(|it| &it.id),
        "id": bulk.id,
        "parameter": bulk.parameter,
        "status": bulk.status,
        "items": bulk.items,
        "item": api.type_name(&bulk.item),
        "pages": bulk.pages.as_ref().map(|it| json!({
            "page": it.page,
            "pages": it.pages,
            "parameter": it.parameter,
            "of_start": it.of_start,
        })),
    })
}

fn response(api: &Api, response: &Response) -> String {
    match response {
        Response::Empty => "nothing".to_owned(),
        Response::Json(ty) => api.type_name(ty),
        Response::Text => "text".to_owned(),
        Response::Unknown => "unknown".to_owned(),
    }
}

fn body(api: &Api, body: &Body) -> Option<String> {
    Some(match body {
        Body::None => return None,
        Body::Json(ty) => api.type_name(ty),
        Body::Text => "text".to_owned(),
        Body::Binary => "file".to_owned(),
        Body::Form(fields) => format!("form {}", names(fields.iter())),
        Body::Multipart(parts) => format!("form-data {}", names(parts.iter().map(|part| &part.parameter))),
    })
}

fn names<'a>(parameters: impl Iterator<Item = &'a Parameter>) -> String {
    parameters.map(|it| it.wire.as_str()).collect::<Vec<_>>().join(" ")
}

fn auth(auth: &Auth) -> &'static str {
    match auth {
        Auth::None => "none",
        Auth::Basic { .. } => "basic",
        Auth::Bearer { oauth2: false, .. } => "bearer",
        Auth::Bearer { oauth2: true, .. } => "oauth2",
        Auth::ApiKey { .. } => "api key",
        Auth::Digest { .. } => "digest",
        other => other.scheme(),
    }
}

/// The model as JSON. Its shape follows the text and may grow keys.
#[must_use]
pub fn json(api: &Api) -> Value {
    let parameter = |it: &Parameter| {
        json!({
            "name": it.name.snake(),
            "wire": it.wire,
            "type": format!("{:?}", it.ty).to_lowercase(),
            "sent": it.sent,
            "example": it.example.as_ref().map(ToString::to_string),
            "description": it.description,
        })
    };
    let operation = |group: &Group, it: &Operation| {
        json!({
            "id": it.id,
            "path": it.place,
            "method": it.wire.method,
            "server": api.servers[it.server].origin.to_string(),
            "route": it.path(),
            "auth": auth(it.auth()),
            "scopes": it.scopes(),
            "arguments": it.arguments.iter().map(parameter).collect::<Vec<_>>(),
            "query": it.query.iter().map(parameter).collect::<Vec<_>>(),
            "body": body(api, &it.body),
            "response": response(api, &it.response),
            "paging": it.paging.as_ref().map(|it| paging(api, it)),
            "bulk": it.bulk.as_ref().map(|it| bulk(api, group, it)),
            "failures": it.failures,
            "variables": it.variables,
        })
    };
    json!({
        "name": api.name.snake(),
        "title": api.title,
        "source": api.source,
        "servers": api.servers.iter().map(|it| json!({
            "origin": it.origin.to_string(),
            "default": it.default,
        })).collect::<Vec<_>>(),
        "oauth2": api.oauth2.as_ref().map(|it| json!({
            "grant": it.grant,
            "authorize_url": it.authorize_url.to_string(),
            "token_url": it.token_url.to_string(),
            "refresh_url": it.refresh_endpoint().to_string(),
            "scopes": it.scopes,
        })),
        "variables": api.variables.iter().map(|it| json!({
            "name": it.wire,
            "environment": it.env,
            "default": it.default,
            "secret": it.secret,
        })).collect::<Vec<_>>(),
        "groups": api.groups.iter().map(|group| json!({
            "name": group.name.snake(),
            "title": group.title,
            "operations": group.operations.iter().map(|it| operation(group, it)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "models": api.types.iter().map(|(_, record)| json!({
            "name": record.name.pascal(),
            "input": record.input,
            "fields": record.fields.iter().map(|field| json!({
                "name": field.name.snake(),
                "wire": field.wire,
                "type": api.type_name(&field.ty),
                "required": field.required,
                "nullable": field.nullable,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}
