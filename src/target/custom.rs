//! Targets of the user: templates only, which get the model as it is.
//!
//! Nothing is quoted here for any language, since nobody knows which one it is: texts of the
//! collection that stand on one line have no line break, and templates quote with helpers.

use heck::{ToKebabCase, ToLowerCamelCase};
use serde_json::{Value, json};

use super::{Content, Later, Page, View, generated_line, quote};
use crate::api::{Api, Body, Group, Operation, Parameter, Response, Server, Variable};
use crate::collection::{Part, PartContent, PathPart, Text, WireBody, WireHeader, WirePart};
use crate::name::Name;

/// A target of the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custom {
    /// Its name on the command line, and of its folder.
    pub name: String,
    /// What is written.
    pub files: Vec<Rule>,
}

/// A kind of file that a target of the user writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Name of the template in the target's folder, without `.hbs`.
    pub template: String,
    /// How many there are.
    pub each: Each,
    /// Path below the target's folder, with `{group}` and `{operation}` in the place of names.
    pub path: String,
    /// Whether it is a program.
    pub executable: bool,
}

/// What a file is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// The whole API.
    Api,
    /// A group.
    Group,
    /// An operation.
    Operation,
}

impl Custom {
    /// Its pages.
    #[must_use]
    pub fn pages<'a>(&self, api: &'a Api) -> Vec<Page<'a>> {
        self.files.iter().flat_map(|rule| self.pages_of(rule, api)).collect()
    }

    fn pages_of<'a>(&self, rule: &Rule, api: &'a Api) -> Vec<Page<'a>> {
        let page = |path: String, view: Later<'a, Box<dyn View>>| Page {
            path: format!("{}/{path}", self.name),
            executable: rule.executable,
            content: Content::Custom { template: format!("{}/{}", self.name, rule.template), view },
        };
        let in_group = |group: &Group| rule.path.replace("{group}", &group.name.snake());
        match rule.each {
            Each::Api => vec![page(rule.path.clone(), Later::view(|| whole(api)))],
            Each::Group => {
                let view = |it| Later::view(move || with_api(api, group_view(api, it)));
                api.groups.iter().map(|it| page(in_group(it), view(it))).collect()
            }
            Each::Operation => {
                let pairs =
                    api.groups.iter().flat_map(|group| group.operations.iter().map(move |it| (group, it)));
                let page_of = |(group, it): (&'a Group, &'a Operation)| {
                    let path = in_group(group).replace("{operation}", &it.name.snake());
                    let view = move || {
                        let mut view = with_api(api, operation_view(api, it));
                        view["group"] = head(group);
                        view
                    };
                    page(path, Later::view(view))
                };
                pairs.map(page_of).collect()
            }
        }
    }
}

/// The API with all that is in it.
fn whole(api: &Api) -> Value {
    let mut view = api_view(api);
    view["generated"] = generated_line(api).into();
    view["groups"] = api.groups.iter().map(|it| group_view(api, it)).collect();
    view
}

/// A view of a part, with what is said of the whole.
fn with_api(api: &Api, mut view: Value) -> Value {
    view["generated"] = generated_line(api).into();
    view["api"] = api_view(api);
    view
}

fn api_view(api: &Api) -> Value {
    let variable = |it: &Variable| {
        json!({
            "wire": quote::one_line(&it.wire),
            "name": name(&it.name),
            "env": it.env,
            "default": it.default.as_deref().map(quote::one_line),
            "secret": it.secret,
            "description": quote::lines(&it.description),
        })
    };
    let server = |it: &Server| json!({ "url": line(api, &it.origin), "default": it.default });
    let oauth2 = api.oauth2.as_ref().map(|it| {
        json!({
            "grant": it.grant,
            "pkce": it.pkce,
            "authorize_url": line(api, &it.authorize_url),
            "token_url": line(api, &it.token_url),
            "redirect_uri": line(api, &it.redirect_uri),
            "scopes": it.scopes,
        })
    });
    json!({
        "name": name(&api.name),
        "title": quote::one_line(&api.title),
        "description": quote::lines(&api.description),
        "variables": api.variables.iter().map(variable).collect::<Vec<_>>(),
        "servers": api.servers.iter().map(server).collect::<Vec<_>>(),
        "oauth2": oauth2,
    })
}

fn head(group: &Group) -> Value {
    json!({
        "name": name(&group.name),
        "title": quote::one_line(&group.title),
        "description": quote::lines(&group.description),
    })
}

fn group_view(api: &Api, group: &Group) -> Value {
    let mut view = head(group);
    view["operations"] = group.operations.iter().map(|it| operation_view(api, it)).collect();
    view
}

fn operation_view(api: &Api, operation: &Operation) -> Value {
    let url = &operation.wire.url;
    let header = |it: &WireHeader| json!({ "name": line(api, &it.name), "value": line(api, &it.value), "signs": it.signs });
    json!({
        "id": operation.id,
        "name": name(&operation.name),
        "title": quote::one_line(operation.title()),
        "place": quote::one_line(&operation.place.join(" / ")),
        "description": quote::lines(&operation.description),
        "method": quote::one_line(&operation.wire.method),
        "origin": line(api, &url.origin),
        "path": quote::one_line(&operation.path()),
        "url": address(api, operation),
        "arguments": operation.arguments.iter().map(|it| parameter(api, it)).collect::<Vec<_>>(),
        "query": operation.query.iter().map(|it| parameter(api, it)).collect::<Vec<_>>(),
        "headers": operation.wire.headers.iter().map(header).collect::<Vec<_>>(),
        "body": body(api, operation),
        "auth": operation.auth().scheme(),
        "scopes": operation.scopes(),
        "answer": match &operation.response {
            Response::Empty => "nothing".to_owned(),
            Response::Json(ty) => api.type_name(ty),
            Response::Text => "text".to_owned(),
            Response::Unknown => "unknown".to_owned(),
        },
        "is_list": operation.paging.is_some(),
        "failures": operation.failures,
        "has_braces": has_braces(operation),
    })
}

/// Where it is sent: variables as `{{name}}`, path values that it lacks as
/// `:name`, as Postman has them.
fn address(api: &Api, operation: &Operation) -> String {
    let url = &operation.wire.url;
    let mut address = line(api, &url.origin);
    for part in &url.path {
        address.push_str(&match part {
            PathPart::Fixed(text) | PathPart::Argument { example: Some(text), .. } => line(api, text),
            PathPart::Argument { key, example: None } => format!(":{}", quote::one_line(key)),
        });
    }
    if let Some(query) = &url.query {
        let pairs: Vec<String> = query.iter().map(|it| line(api, it)).collect();
        address.push_str(&format!("?{}", pairs.join("&")));
    }
    address
}

fn parameter(api: &Api, parameter: &Parameter) -> Value {
    json!({
        "wire": quote::one_line(&parameter.wire),
        "name": name(&parameter.name),
        "type": parameter.ty.name(),
        "example": parameter.example.as_ref().map(|it| line(api, it)),
        "sent": parameter.sent,
        "description": quote::lines(&parameter.description),
    })
}

/// The body. `content` is every text of it, for templates to look into.
fn body(api: &Api, operation: &Operation) -> Value {
    let (kind, text, path, parts) = match (&operation.wire.body, &operation.body) {
        (WireBody::None, _) => ("none", String::new(), String::new(), &[][..]),
        (WireBody::File(path), _) => ("file", String::new(), line(api, path), &[][..]),
        (WireBody::Text(text), Body::Json(_)) => ("json", shown(api, text), String::new(), &[][..]),
        (WireBody::Text(text), Body::Form(_)) => ("form", shown(api, text), String::new(), &[][..]),
        (WireBody::Text(text), _) => ("text", shown(api, text), String::new(), &[][..]),
        (WireBody::Multipart(parts), _) => ("multipart", String::new(), String::new(), parts.as_slice()),
    };
    let parts: Vec<Value> = parts.iter().map(|it| part(api, it)).collect();
    let contents = parts.iter().filter_map(|it| it["text"].as_str());
    let content = std::iter::once(text.as_str()).chain(contents).collect::<Vec<_>>().join("\n");
    json!({ "kind": kind, "text": text, "path": path, "parts": parts, "content": content })
}

fn part(api: &Api, part: &WirePart) -> Value {
    let (text, path) = match &part.content {
        PartContent::Text(text) => (Some(shown(api, text)), None),
        PartContent::File { path, .. } => (None, Some(line(api, path))),
    };
    json!({
        "name": line(api, &part.name),
        "text": text,
        "path": path,
        "content_type": part.content_type.as_ref().map(|it| line(api, it)),
    })
}

fn line(api: &Api, text: &Text) -> String {
    quote::one_line(&shown(api, text))
}

/// A text with its variables as `{{name}}`. Some editors take what stands in such braces for code, so
/// that it is a name of ours, and not what the collection has there.
fn shown(api: &Api, text: &Text) -> String {
    let part = |part: &Part| match part {
        Part::Literal(literal) => literal.clone(),
        Part::Variable { name, .. } => {
            let variable = api.variables.named(name);
            variable.map(|it| format!("{{{{{}}}}}", it.name.snake())).unwrap_or_default()
        }
        Part::Dynamic { dynamic, .. } => format!("{{{{{}}}}}", dynamic.name()),
    };
    text.parts().iter().map(part).collect()
}

/// Whether a text of the request has braces that are no variable's.
fn has_braces(operation: &Operation) -> bool {
    operation.wire.texts().flat_map(Text::literals).any(|it| it.contains("{{") || it.contains("}}"))
}

fn name(name: &Name) -> Value {
    let snake = name.snake();
    json!({
        "camel": snake.to_lower_camel_case(),
        "kebab": snake.to_kebab_case(),
        "pascal": name.pascal(),
        "screaming": name.screaming(),
        "snake": snake,
    })
}
