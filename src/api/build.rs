//! Puts an [`Api`] together.

use std::collections::{BTreeSet, HashMap};

use indexmap::{IndexMap, IndexSet};

use super::example;
use super::full_name;
use super::infer::Shape;
use super::models::{Models, Planned, Role};
use super::naming::{self, Plan, Verb};
use super::paging;
use super::scalars;
use super::settings::{self, Settings};
use super::types::Type;
use super::{
    Api, Body, FormPart, Group, Limits, Operation, Parameter, Response, Scalar, Server, Variable, Variables,
};
use crate::collection::{
    self, Auth, BodyKind, Collection, MultipartRow, Part, PartContent, PathPart, Request, Row, Text,
    TokenPlace,
};
use crate::diagnostic::{At, Code, Diagnostics};
use crate::locate::escaped;
use crate::name::{Name, Scope};

/// Builds the API of a collection.
///
/// `name` is its short name, `source` the path of the collection as the user named it.
#[must_use]
pub fn build(mut collection: Collection, name: Name, source: &str, notes: &mut Diagnostics) -> Api {
    let plans = naming::plan(&collection.requests);
    let mut models = Models::default();
    let mut bodies = Vec::new();
    for plan in &plans {
        let keys = keys(plan, &collection.requests);
        for (index, verb) in &plan.requests {
            bodies.push(plan_bodies(&mut models, plan, &keys, verb, &collection.requests[*index], notes));
        }
    }
    let (mut types, planned) = models.finish(&mut reserved_type_names());

    let mut servers = Servers::new(&collection.variables);
    let mut requests: Vec<Option<Request>> =
        std::mem::take(&mut collection.requests).into_iter().map(Some).collect();
    let mut bodies = bodies.into_iter();
    // The first folder of a name counts.
    let descriptions = collection.folders.iter().rev().map(|(folders, text)| (folders, text.as_str()));
    let descriptions: HashMap<&Vec<String>, &str> = descriptions.collect();
    let mut groups = Vec::new();
    for plan in plans {
        let mut operations = Vec::new();
        let mut samples = Vec::new();
        for (index, verb) in plan.requests {
            let (Some(request), Some(bodies)) = (requests[index].take(), bodies.next()) else {
                continue;
            };
            note_names(&request, &plan.name, &verb, notes);
            let server = servers.of(&request.wire.url.origin);
            let id = format!("{}.{}", plan.name.snake(), verb.name.snake());
            samples.push(paging::samples(&request));
            let mut operation = operation(request, id, verb.name, server, bodies, &planned, notes);
            operation.paging = samples.last().and_then(|samples| paging::detect(&operation, samples, &types));
            if let ("PATCH", Body::Json(ty)) = (operation.wire.method.as_str(), &operation.body) {
                types.patch(ty);
            }
            operations.push(operation);
        }
        paging::find_bulks(&mut operations, &samples, &types);
        full_name::give(&mut operations, &plan.name);
        let described = descriptions.get(&plan.folders).copied();
        groups.push(Group {
            name: plan.name,
            title: plan.folders.last().cloned().unwrap_or_else(|| "Requests".to_owned()),
            description: described.unwrap_or_default().to_owned(),
            operations,
        });
    }
    let servers = servers.list;
    let variables = variables(&name, &collection, &groups, notes);
    Api {
        title: if collection.title.trim().is_empty() { name.pascal() } else { collection.title },
        name,
        description: collection.description,
        source: source.to_owned(),
        variables,
        servers,
        oauth2: collection.oauth2,
        limits: Limits::default(),
        settings: Settings::default(),
        groups,
        types,
    }
}

/// Names that every target already uses for something else.
pub(super) fn reserved_type_names() -> Scope {
    let mut scope = Scope::of_types();
    for name in [
        "page",
        "date",
        "date time",
        "decimal",
        "int or text",
        "list",
        "number",
        "file",
        "client",
        "error",
        "call",
        "response",
        "option",
        "vec",
        "string",
        "box",
        "result",
        "value",
        "self",
        "some",
        "none",
        "ok",
        "err",
        "map",
        "json",
        "text",
        "binary",
        "empty",
        "request",
        "default",
        "debug",
        "clone",
        "serialize",
        "deserialize",
        "bool",
        "deprecated",
        "b tree map",
    ] {
        scope.claim(&[Name::new(name)]);
    }
    scope
}

/// The bodies of one operation whose types are not settled yet.
struct PlannedBodies {
    sent: Option<Planned>,
    answered: Option<Planned>,
    text: bool,
    empty: bool,
}

/// What the requests of a folder find one record by: the last argument of each path.
fn keys(plan: &Plan, requests: &[Request]) -> Vec<String> {
    let last = |(index, _): &(usize, Verb)| {
        let path = &requests.get(*index)?.wire.url.path;
        path.iter().rev().find_map(|part| match part {
            PathPart::Argument { key, .. } => Some(key.clone()),
            PathPart::Fixed(_) => None,
        })
    };
    let mut keys: Vec<String> = plan.requests.iter().filter_map(last).collect();
    keys.sort();
    keys.dedup();
    keys
}

fn plan_bodies(
    models: &mut Models,
    plan: &Plan,
    keys: &[String],
    verb: &Verb,
    request: &Request,
    notes: &mut Diagnostics,
) -> PlannedBodies {
    let own = (!verb.plain).then(|| own_name(&plan.noun, &verb.name));
    let role = Role { noun: &plan.noun, other: plan.noun.then(&verb.name), own, input: false, keys };
    let sent = match &request.body {
        BodyKind::Json { sample: Some(sample) } => {
            Shape::of(sample).ok().map(|shape| models.plan(shape, &Role { input: true, ..role.clone() }))
        }
        _ => None,
    };
    let successes = || request.samples.iter().filter(|it| (200..300).contains(&it.status));
    let mut joined: Option<Shape> = None;
    let mut text = false;
    for sample in successes().filter(|it| !it.body.trim().is_empty()) {
        match Shape::of(&sample.body) {
            Ok(shape) if sample.json || !shape.kind.is_number() => {
                joined = Some(joined.unwrap_or_default().join(shape));
            }
            Err(error) if sample.json => {
                notes.add(
                    Code::InvalidJson,
                    request.at(&format!("/response/{}/body", sample.index)),
                    format!("the saved response {:?} says it is JSON and is not: {error}", sample.name),
                    "save the response again; until then it gives no type",
                );
            }
            _ => text = true,
        }
    }
    PlannedBodies {
        sent,
        answered: joined.map(|shape| models.plan(shape, &role)),
        text,
        empty: successes().next().is_some() && successes().all(|it| it.body.trim().is_empty()),
    }
}

/// The name of a record that an operation has for itself: the noun, then what the operation
/// does, without the verb it does it with. `onpatient_access_read` → `patient onpatient access`.
fn own_name(noun: &Name, verb: &Name) -> Name {
    const VERBS: [&str; 8] = ["read", "create", "get", "update", "delete", "list", "start", "post"];
    let mut words = verb.words().to_vec();
    if words.len() > 2 && words.last().is_some_and(|word| VERBS.contains(&word.as_str()) && word != "list") {
        words.pop();
    }
    words.retain(|word| !noun.words().contains(word));
    noun.then(&Name::from_words(words))
}

fn note_names(request: &Request, group: &Name, verb: &Verb, notes: &mut Diagnostics) {
    if verb.numbered || verb.moved {
        notes.add(
            Code::Renamed,
            request.at("/name"),
            format!(
                "another request of its folder has this name; it is called {}.{}",
                group.snake(),
                verb.name.snake()
            ),
            "give it a name of its own in Postman",
        );
    } else if Name::new(&request.name).is_empty() {
        notes.add(
            Code::Renamed,
            request.at("/name"),
            format!("its name has no letter or digit; it is called {}.{}", group.snake(), verb.name.snake()),
            "give it a name in Postman",
        );
    }
}

fn operation(
    mut request: Request,
    id: String,
    name: Name,
    server: usize,
    bodies: PlannedBodies,
    types: &[Type],
    notes: &mut Diagnostics,
) -> Operation {
    let arguments = arguments(&request, notes);
    let statuses: BTreeSet<u16> = request.samples.iter().map(|it| it.status).collect();
    let (successes, failures) = statuses.into_iter().partition(|status| (200..300).contains(status));
    let response = match bodies.answered {
        Some(planned) => Response::Json(planned.of(types)),
        None if bodies.text => Response::Text,
        None if bodies.empty => Response::Empty,
        None => Response::Unknown,
    };
    let body = match (&request.body, bodies.sent) {
        (_, Some(planned)) => Body::Json(planned.of(types)),
        (BodyKind::GraphQl { .. }, _) => Body::Json(Type::Any),
        (BodyKind::Form(rows), _) => Body::Form(parameters(rows)),
        (BodyKind::Multipart(rows), _) => Body::Multipart(parts(rows)),
        (BodyKind::File, _) => Body::Binary,
        (BodyKind::Text | BodyKind::Json { .. }, _) => Body::Text,
        (BodyKind::None, _) => Body::None,
    };
    let texts = request.wire.texts().chain(request.wire.auth.texts());
    let variables: IndexSet<&str> = texts.flat_map(Text::variables).collect();
    let variables = variables.into_iter().map(str::to_owned).collect();
    let examples = example::of(&mut request);
    let mut path = request.folders;
    path.push(request.name);
    let query = without_key(request.query, &request.wire.auth);
    Operation {
        id,
        index: request.index,
        pointer: request.pointer,
        name,
        full_name: Name::default(),
        place: path,
        description: request.description,
        server,
        arguments,
        query: parameters(&query),
        body,
        response,
        paging: None,
        bulk: None,
        successes,
        failures,
        examples,
        variables,
        wire: request.wire,
    }
}

fn arguments(request: &Request, notes: &mut Diagnostics) -> Vec<Parameter> {
    let mut scope = Scope::default();
    let mut arguments = Vec::new();
    // The first row of a name counts.
    let rows = request.path_rows.iter().rev().filter_map(|row| Some((row.key.as_literal()?, row)));
    let rows: HashMap<&str, &Row> = rows.collect();
    for part in &request.wire.url.path {
        let PathPart::Argument { key, example } = part else {
            continue;
        };
        if example.is_none() {
            notes.add(
                Code::PathVariable,
                request.at(&format!("/request/url/variable/{}", escaped(key))),
                format!("the path variable {key} has no value, so Postman sends \":{key}\"; here it has to be given"),
                "give it a value in Postman to have an example",
            );
        }
        let row = rows.get(key.as_str());
        arguments.push(Parameter {
            name: scope.claim(&[Name::new(key), Name::new("argument")]),
            wire: key.clone(),
            ty: scalar(key, row.and_then(|row| row.value.as_ref())),
            example: example.clone(),
            sent: true,
            description: row.map(|row| row.description.clone()).unwrap_or_default(),
        });
    }
    arguments
}

/// The rows that are not in the place of what auth puts into the query.
fn without_key(mut rows: Vec<Row>, auth: &Auth) -> Vec<Row> {
    match auth {
        Auth::ApiKey { key, in_query: true, .. } => rows.retain(|row| row.key != *key),
        // Wherever the token goes, the runner takes away what is in the query (`authorizer/oauth2.js`).
        Auth::Bearer { oauth2: true, .. } | Auth::Bearer { place: TokenPlace::Query, .. } => {
            rows.retain(|row| row.key.as_literal() != Some("access_token"));
        }
        _ => {}
    }
    rows
}

/// Rows as parameters, one for each key. Rows whose key is a variable have no name to set them by.
fn parameters(rows: &[Row]) -> Vec<Parameter> {
    let mut scope = Scope::default();
    let mut out: IndexMap<&str, Parameter> = IndexMap::new();
    for row in rows {
        let Some(key) = row.key.as_literal().filter(|key| !key.is_empty()) else {
            continue;
        };
        if let Some(known) = out.get_mut(key) {
            if row.enabled && !known.sent {
                known.sent = true;
                known.example = row.value.clone();
            }
            known.ty = Scalar::Text;
            continue;
        }
        let parameter = Parameter {
            name: scope.claim(&[Name::new(key), Name::new("parameter")]),
            wire: key.to_owned(),
            ty: scalar(key, row.value.as_ref()),
            example: row.value.clone(),
            sent: row.enabled,
            description: row.description.clone(),
        };
        out.insert(key, parameter);
    }
    out.into_values().collect()
}

fn parts(rows: &[MultipartRow]) -> Vec<FormPart> {
    let mut scope = Scope::default();
    let mut out: IndexMap<&str, FormPart> = IndexMap::new();
    for row in rows {
        let Some(key) = row.part.name.as_literal().filter(|key| !key.is_empty()) else {
            continue;
        };
        let content_type = row.part.content_type.as_ref().and_then(|it| it.as_literal()).map(str::to_owned);
        let (example, file) = match &row.part.content {
            PartContent::Text(text) => (text.clone(), false),
            PartContent::File { path, .. } => (path.clone(), true),
        };
        if let Some(known) = out.get_mut(key) {
            if row.enabled && !known.parameter.sent {
                known.parameter.sent = true;
                known.parameter.example = Some(example);
                (known.file, known.content_type) = (file, content_type);
            }
            known.parameter.ty = Scalar::Text;
            continue;
        }
        let ty = if file { Scalar::Text } else { scalar(key, Some(&example)) };
        let parameter = Parameter {
            name: scope.claim(&[Name::new(key), Name::new("part")]),
            wire: key.to_owned(),
            ty,
            example: Some(example),
            sent: row.enabled,
            description: row.description.clone(),
        };
        out.insert(key, FormPart { parameter, file, content_type });
    }
    out.into_values().collect()
}

/// What an example looks like.
fn scalar(key: &str, example: Option<&Text>) -> Scalar {
    let Some(example) = example.and_then(Text::as_literal) else {
        return Scalar::Text;
    };
    let digits = example.strip_prefix('-').unwrap_or(example);
    let number = !digits.is_empty() && digits.len() <= 15 && digits.bytes().all(|b| b.is_ascii_digit());
    if number && !scalars::has_code(&Name::new(key)) && (digits == "0" || !digits.starts_with('0')) {
        Scalar::Integer
    } else if example == "true" || example == "false" {
        Scalar::Bool
    } else {
        Scalar::Text
    }
}

struct Servers<'a> {
    list: Vec<Server>,
    /// Places in the list.
    places: HashMap<Text, usize>,
    /// Values of variables.
    values: HashMap<&'a str, &'a str>,
}

impl<'a> Servers<'a> {
    fn new(variables: &'a [collection::Variable]) -> Self {
        let values = variables.iter().filter_map(|it| Some((it.name.as_str(), it.value.as_deref()?)));
        Self { list: Vec::new(), places: HashMap::new(), values: values.collect() }
    }

    fn of(&mut self, origin: &Text) -> usize {
        if let Some(index) = self.places.get(origin) {
            return *index;
        }
        let mut default = Some(String::new());
        for part in origin.parts() {
            let value = match part {
                Part::Literal(text) => Some(text.as_str()),
                Part::Variable { name, .. } => self.values.get(name.as_str()).copied(),
                Part::Dynamic { .. } => None,
            };
            default = default.zip(value).map(|(default, value)| default + value);
        }
        let index = self.list.len();
        self.list.push(Server { origin: origin.clone(), default });
        self.places.insert(origin.clone(), index);
        index
    }
}

/// The variables that some operation or the OAuth 2.0 calls use, each with an environment
/// variable of its own.
fn variables(api: &Name, collection: &Collection, groups: &[Group], notes: &mut Diagnostics) -> Variables {
    let oauth2 = collection.oauth2.iter().flat_map(|it| it.texts().flat_map(Text::variables));
    let operations = groups
        .iter()
        .flat_map(|group| &group.operations)
        .flat_map(|it| it.variables.iter().map(String::as_str));
    let used: std::collections::HashSet<&str> = oauth2.chain(operations).collect();
    let prefix = api.words();
    let mut scope = Scope::default();
    let mut out = Vec::new();
    let mut first: HashMap<&str, &Operation> = HashMap::new();
    for operation in groups.iter().flat_map(|it| &it.operations) {
        for name in &operation.variables {
            let known = first.entry(name).or_insert(operation);
            if operation.index < known.index {
                *known = operation;
            }
        }
    }
    // Where it is to be filled in, else where it is used first.
    let pointer = |variable: &collection::Variable| match first.get(variable.name.as_str()) {
        Some(first) if !variable.defined => format!("{}/request", first.pointer),
        None if !variable.defined => "/auth".to_owned(),
        _ => format!("/variable/{}", escaped(&variable.name)),
    };
    for variable in collection.variables.iter().filter(|it| used.contains(it.name.as_str())) {
        let name = Name::new(&variable.name).or(Name::new("variable"));
        // `drchrono_token` of drchrono is DRCHRONO_TOKEN, without saying it twice.
        let bare = match name.words().strip_prefix(prefix) {
            Some(rest) if !rest.is_empty() => Name::from_words(rest.to_vec()),
            _ => name.clone(),
        };
        let name = scope.claim(&[bare, name]);
        if variable.value.is_none() && !variable.secret {
            notes.add(
                Code::UnresolvedVariable,
                At::new("", pointer(variable)),
                format!("the variable {} has no value", variable.name),
                "give it one in the collection or pass an environment with --environment; until then users have to set it",
            );
        }
        out.push(Variable {
            wire: variable.name.clone(),
            env: settings::env(api, &name),
            name,
            default: variable.value.clone(),
            secret: variable.secret,
            hidden: variable.hidden.clone(),
            description: variable.description.clone(),
        });
    }
    out.into_iter().collect()
}
