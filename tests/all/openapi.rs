//! The description in OpenAPI: everything of the model is in it, or a diagnostic says that it is not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;
use std::sync::OnceLock;

use postwright::api::{Api, Body, Example, ExampleBody, OpenApi, Operation, Settings, Type};
use postwright::collection::Auth;
use postwright::diagnostic::{Code, Diagnostics};
use postwright::postman::Source;
use postwright::secret::Secrets;
use postwright::target::Target;
use postwright::{Input, generate, model};
use serde_json::{Value, json};

use crate::corpus;
use crate::support::{
    DRCHRONO, fixture, fixtures, operations, postwright, python, read, root, said, templates,
};

/// The methods that a path item has.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A description, with what it was made of.
struct Described {
    path: String,
    api: Api,
    notes: Diagnostics,
    document: Value,
}

/// Reads a collection, and describes it.
fn described(path: &str, version: OpenApi) -> Described {
    let mut api = read(path).0;
    api.set(Settings { openapi: version, ..Settings::default() });
    let mut notes = Diagnostics::default();
    let document = document(&api, &mut notes);
    Described { path: path.to_owned(), api, notes, document }
}

fn document(api: &Api, notes: &mut Diagnostics) -> Value {
    let tree = generate(api, &[Target::OpenApi], &[], templates(), notes).unwrap();
    let file = tree.get(&format!("{}/openapi/openapi.json", api.name.snake())).unwrap();
    serde_json::from_str(&file.text).unwrap()
}

/// Our own collections in both versions: described once for all tests.
fn all() -> &'static [Described] {
    static MADE: OnceLock<Vec<Described>> = OnceLock::new();
    MADE.get_or_init(|| {
        let paths = fixtures().into_iter().map(|name| fixture(&name)).chain([DRCHRONO.to_owned()]);
        let versions = [OpenApi::V3_1, OpenApi::V3_0];
        paths.flat_map(|path| versions.map(|version| described(&path, version))).collect()
    })
}

impl Described {
    /// Each operation with its path and method, those of other methods included.
    fn operations(&self) -> Vec<(&str, &str, &Value)> {
        let mut found = Vec::new();
        for (path, item) in self.document["paths"].as_object().unwrap() {
            let own = item.as_object().unwrap().iter().filter(|(key, _)| !key.starts_with("x-"));
            let others = item["x-additionalOperations"].as_object().into_iter().flatten();
            for (method, operation) in own.chain(others) {
                found.push((path.as_str(), method.as_str(), operation));
            }
        }
        found
    }

    /// The operation in which each of the collection's is, by its id.
    fn by_id(&self) -> BTreeMap<&str, &Value> {
        let mut found = BTreeMap::new();
        for (_, _, operation) in self.operations() {
            let own = operation["operationId"].as_str().unwrap();
            let requests = operation["x-postwright-requests"].as_array().into_iter().flatten();
            let ids: BTreeSet<&str> =
                requests.map(|it| it["operationId"].as_str().unwrap()).chain([own]).collect();
            for id in ids {
                assert!(found.insert(id, operation).is_none(), "{}: {id} is there twice", self.path);
            }
        }
        found
    }

    fn gaps_at(&self, operation: &Operation) -> Vec<String> {
        let place = operation.at().place;
        let all = self.notes.sorted().into_iter();
        all.filter(|it| it.code == Code::Unrepresentable && it.place == place)
            .map(|it| it.message.clone())
            .collect()
    }
}

fn parameters<'a>(operation: &'a Value, kind: &str) -> Vec<&'a Value> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    all.filter(|it| it["in"] == kind).collect()
}

fn names<'a>(operation: &'a Value, kind: &str) -> BTreeSet<&'a str> {
    parameters(operation, kind).iter().map(|it| it["name"].as_str().unwrap()).collect()
}

/// Calls this with every value of a document.
fn visit(value: &Value, see: &mut dyn FnMut(&Value)) {
    see(value);
    match value {
        Value::Object(fields) => fields.values().for_each(|it| visit(it, see)),
        Value::Array(items) => items.iter().for_each(|it| visit(it, see)),
        _ => {}
    }
}

#[test]
fn every_operation_is_there_or_a_part_of_another() {
    for it in all() {
        let by_id = it.by_id();
        assert_eq!(by_id.len(), operations(&it.api).count(), "{}", it.path);
        for (_, operation) in operations(&it.api) {
            let described = by_id[operation.id.as_str()];
            let gaps = it.gaps_at(operation);
            if described["operationId"] != operation.id.as_str() {
                assert!(gaps.iter().any(|it| it.contains("is a part of")), "{}: {gaps:?}", operation.id);
            }
            let method = operation.wire.method.to_lowercase();
            if !METHODS.contains(&method.as_str()) {
                assert!(gaps.iter().any(|it| it.contains("has no method")), "{}: {gaps:?}", operation.id);
            }
            let tag = described["tags"][0].as_str().unwrap();
            let tags = it.document["tags"].as_array().unwrap();
            assert!(tags.iter().any(|it| it["name"] == tag), "{}: {tag}", operation.id);
            assert!(!described["responses"].as_object().unwrap().is_empty(), "{}", operation.id);
        }
    }
}

#[test]
fn every_parameter_is_there() {
    for it in all() {
        let by_id = it.by_id();
        for (_, operation) in operations(&it.api) {
            let described = by_id[operation.id.as_str()];
            let query = names(described, "query");
            for parameter in &operation.query {
                assert!(query.contains(parameter.wire.as_str()), "{}: {}", operation.id, parameter.wire);
            }
            let headers: BTreeSet<String> =
                names(described, "header").iter().map(|it| it.to_lowercase()).collect();
            for header in operation.wire.headers.iter().filter(|it| !it.signs) {
                let Some(name) = header.name.as_literal().map(str::to_lowercase) else { continue };
                let elsewhere = ["accept", "authorization", "content-type"].contains(&name.as_str());
                assert_ne!(elsewhere, headers.contains(&name), "{}: {name}", operation.id);
            }
        }
    }
}

/// What stands in braces is a parameter, and the other way round; no name and place is there twice.
#[test]
fn parameters_are_those_of_their_paths() {
    for it in all() {
        for (path, method, operation) in it.operations() {
            let place = format!("{}: {method} {path}", it.path);
            let in_braces = path.split('{').skip(1).map(|it| it.split('}').next().unwrap());
            let in_braces: Vec<&str> = in_braces.collect();
            let names: Vec<&str> =
                parameters(operation, "path").iter().map(|it| it["name"].as_str().unwrap()).collect();
            assert_eq!(in_braces, names, "{place}");
            let mut seen = BTreeSet::new();
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let key = (parameter["in"].to_string(), parameter["name"].to_string());
                assert!(seen.insert(key), "{place}: {parameter}");
                assert!(parameter["schema"].is_object(), "{place}: {parameter}");
            }
        }
    }
}

/// No two paths differ in the names of their parameters only.
#[test]
fn no_two_paths_are_identical() {
    for it in all() {
        let mut seen = BTreeSet::new();
        for path in it.document["paths"].as_object().unwrap().keys() {
            let shape: Vec<&str> = path.split('{').map(|it| it.rsplit('}').next().unwrap()).collect();
            assert!(seen.insert(shape), "{}: {path}", it.path);
            assert!(path.starts_with('/') && !path.contains(['?', '#']), "{}: {path}", it.path);
        }
    }
}

#[test]
fn references_lead_to_schemas_whose_names_are_words() {
    for it in all() {
        let schemas = it.document["components"]["schemas"].as_object().cloned().unwrap_or_default();
        let is_word = |name: &str| name.chars().all(|it| it.is_ascii_alphanumeric() || "._-".contains(it));
        assert!(schemas.keys().all(|it| is_word(it)), "{}", it.path);
        let mut references = 0;
        visit(&it.document["paths"], &mut |value| {
            references += count_reference(value, &schemas);
        });
        visit(&it.document["components"], &mut |value| {
            count_reference(value, &schemas);
        });
        let has_records = operations(&it.api).any(|(_, it)| matches!(it.body, Body::Json(Type::Record(_))));
        assert!(!has_records || references > 0, "{}", it.path);
    }
}

fn count_reference(value: &Value, schemas: &serde_json::Map<String, Value>) -> usize {
    let Some(Value::String(reference)) = value.get("$ref") else { return 0 };
    let name = reference.strip_prefix("#/components/schemas/").unwrap();
    assert!(schemas.contains_key(name), "{reference}");
    1
}

/// Lists of types and `null` are of 3.1, `nullable` is of 3.0.
#[test]
fn schemas_are_those_of_their_version() {
    for it in all() {
        let is_older = it.api.settings.openapi == OpenApi::V3_0;
        assert_eq!(it.document["openapi"], if is_older { "3.0.3" } else { "3.1.0" });
        let (mut lists, mut nullable) = (0, 0);
        let mut schema = |value: &Value| {
            lists += usize::from(value.get("type").is_some_and(|it| it.is_array() || it == "null"));
            nullable += usize::from(value.get("nullable").is_some_and(Value::is_boolean));
        };
        visit(&it.document["components"]["schemas"], &mut schema);
        assert_eq!(if is_older { lists } else { nullable }, 0, "{}", it.path);
        if it.path == DRCHRONO {
            assert!(if is_older { nullable } else { lists } > 500, "{lists} {nullable}");
        }
    }
}

/// Each field of each record, in its order, and null where it may be.
#[test]
fn schemas_have_every_field() {
    for it in all().iter().filter(|it| it.api.settings.openapi == OpenApi::V3_1) {
        let schemas = &it.document["components"]["schemas"];
        for (_, record) in it.api.types.iter() {
            let schema = &schemas[record.name.pascal()];
            let keys = schema["properties"].as_object().into_iter().flat_map(|it| it.keys());
            let wires: Vec<&String> = record.fields.iter().map(|it| &it.wire).collect();
            assert_eq!(keys.collect::<Vec<_>>(), wires, "{}", record.name);
            for field in &record.fields {
                let own = &schema["properties"][&field.wire];
                let says_null = own["type"] == "null"
                    || own["type"].as_array().is_some_and(|it| it.contains(&json!("null")))
                    || own["anyOf"].as_array().is_some_and(|it| it.contains(&json!({"type": "null"})))
                    || own == &json!({});
                let wanted = field.nullable || record.input && record.patched;
                assert!(!wanted || says_null, "{}.{}: {own}", record.name, field.wire);
                let required =
                    schema["required"].as_array().into_iter().flatten().any(|it| it == &field.wire);
                assert_eq!(required, field.required, "{}.{}", record.name, field.wire);
            }
        }
    }
}

/// What is signed has a scheme that is there; what is not has none.
#[test]
fn security_is_that_of_the_collection() {
    for it in all() {
        let schemes = &it.document["components"]["securitySchemes"];
        let by_id = it.by_id();
        for (_, operation) in operations(&it.api) {
            let described = by_id[operation.id.as_str()];
            let security = described["security"].as_array().unwrap();
            let by_hand = operation.wire.header("authorization").is_some();
            let is_signed = !matches!(operation.auth(), Auth::None) || by_hand;
            let none = security.is_empty() || security.contains(&json!({}));
            assert!(is_signed != none || security.len() > 1, "{}: {security:?}", operation.id);
            for (name, scopes) in security.iter().flat_map(|it| it.as_object().unwrap()) {
                let scheme = &schemes[name];
                assert!(scheme.is_object(), "{}: {name}", operation.id);
                let known = scheme["flows"].as_object().into_iter().flat_map(|it| it.values());
                let known: Vec<&Value> = known.collect();
                for scope in scopes.as_array().unwrap() {
                    let scope = scope.as_str().unwrap();
                    assert!(known.iter().all(|it| it["scopes"][scope].is_string()), "{name}: {scope}");
                    assert!(!known.is_empty(), "{name}: {scope}");
                }
            }
            let scopes = described["x-postwright-scopes"].as_array().into_iter().flatten();
            let said = security.iter().flat_map(|it| it.as_object().unwrap().values());
            let said = said.flat_map(|it| it.as_array().unwrap()).chain(scopes);
            let said: BTreeSet<&str> = said.map(|it| it.as_str().unwrap()).collect();
            for scope in operation.scopes() {
                assert!(said.contains(scope.as_str()), "{}: {scope}", operation.id);
            }
        }
    }
}

#[test]
fn statuses_and_examples_are_those_that_were_saved() {
    for it in all() {
        let by_id = it.by_id();
        for (_, operation) in operations(&it.api) {
            let described = by_id[operation.id.as_str()];
            let responses = described["responses"].as_object().unwrap();
            for status in operation.successes.iter().chain(&operation.failures) {
                let is_there = responses.contains_key(&status.to_string());
                let said = it.gaps_at(operation).iter().any(|it| it.contains("has no place for"));
                assert!(is_there || said, "{}: {status}", operation.id);
            }
            assert!(!operation.successes.is_empty() || responses.contains_key("default"), "{}", operation.id);
            for example in &operation.examples {
                if let Some(response) = responses.get(&example.status.to_string()) {
                    saved_answer_is_there(it, operation, example, response);
                }
            }
        }
    }
}

/// What was saved is in the description, or said not to be.
fn saved_answer_is_there(it: &Described, operation: &Operation, example: &Example, response: &Value) {
    let content = response["content"].as_object().into_iter().flatten();
    let mut examples =
        content.filter_map(|(_, media)| media["examples"].as_object()).flatten().filter(|(name, _)| {
            let rest = name.strip_prefix(operation.id.as_str());
            rest.is_some_and(|it| it.is_empty() || it.starts_with('.'))
        });
    match example.json() {
        None if example.body == ExampleBody::Empty => {}
        Some(json) if !matches!(example.status, 204 | 205) && operation.wire.method != "HEAD" => {
            let value: Value = serde_json::from_str(json).unwrap();
            assert!(examples.any(|it| it.1["value"] == value), "{}: {}", operation.id, example.name);
        }
        _ => {
            let name = format!("the saved response {:?}", example.name);
            assert!(it.gaps_at(operation).iter().any(|it| it.contains(&name)), "{}: {name}", operation.id);
        }
    }
    let headers: Vec<String> =
        response["headers"].as_object().map_or_else(Vec::new, |it| it.keys().cloned().collect());
    for name in &example.headers {
        let is_there = headers.iter().any(|it| it.eq_ignore_ascii_case(name));
        assert!(is_there || name == "Date", "{}: {name}", operation.id);
    }
}

#[test]
fn media_types_can_be_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("postwright.toml");
    fs::write(
        &settings,
        "[target.openapi]\nversion = \"3.0\"\nwithout = [\"multipart/form-data\", \"Text/HTML\"]\n",
    )
    .unwrap();
    let run = |collection: &str| {
        let collection = root().join(collection);
        let arguments =
            ["generate", "--verbose", "--target", "openapi", "--config", "postwright.toml", "--out", "out"];
        let run = postwright(folder.path(), &[&arguments[..], &[collection.to_str().unwrap()]].concat());
        assert!(run.status.success(), "{}", said(&run));
        let name = collection.file_name().unwrap().to_str().unwrap().split('.').next().unwrap();
        let text =
            fs::read_to_string(folder.path().join("out").join(name).join("openapi/openapi.json")).unwrap();
        (serde_json::from_str::<Value>(&text).unwrap(), said(&run))
    };
    let count = |it: &Value| {
        it["paths"].as_object().unwrap().values().map(|it| it.as_object().unwrap().len()).sum::<usize>()
    };
    let (document, said) = run(DRCHRONO);
    // Six requests upload a file; their operations stay.
    assert_eq!(said.matches("its body is multipart/form-data, which the settings").count(), 6, "{said}");
    assert!(!document.to_string().contains("multipart/form-data"));
    assert_eq!(count(&document), 330);
    let (document, said) = run(&fixture("samples"));
    assert!(said.contains("an answer is text/html, which the settings"), "{said}");
    assert!(!said.contains("\"No such page\" is no JSON"), "{said}");
    let failure = &document["paths"]["/patients/{id}"]["get"]["responses"]["404"]["content"];
    let kept: Vec<&String> = failure.as_object().unwrap().keys().collect();
    assert_eq!(kept, ["application/json", "application/problem+json"]);
}

#[test]
fn drchrono_is_whole() {
    let it = described(DRCHRONO, OpenApi::V3_1);
    let all = it.operations();
    let inner: usize = all.iter().map(|it| parameters(it.2, "query").len()).sum();
    let outer: usize = operations(&it.api).map(|(_, it)| it.query.len()).sum();
    let paths: usize = all.iter().map(|it| parameters(it.2, "path").len()).sum();
    let arguments: usize = operations(&it.api).map(|(_, it)| it.arguments.len()).sum();
    // Both go to /o/token/: the one that trades a code for tokens, and the one that refreshes them.
    assert_eq!((all.len(), inner, paths), (330, outer, arguments));
    let gaps: Vec<_> = it.notes.sorted().into_iter().map(ToString::to_string).collect();
    assert!(gaps[0].contains("authorization.refresh_access_token is a part of"), "{}", gaps[0]);
    // XML of clinical documents.
    assert_eq!(gaps[1..].iter().filter(|it| it.contains("the saved response \"OK\" is no JSON")).count(), 3);
    assert_eq!(gaps.len(), 4, "{gaps:?}");
    assert_eq!(
        it.document["servers"],
        json!([{"url": "{baseUrl}", "variables": {"baseUrl": {"default": "https://app.drchrono.com"}}}])
    );
    let flow = &it.document["components"]["securitySchemes"]["oauth2"]["flows"]["authorizationCode"];
    assert_eq!(flow["authorizationUrl"], "https://drchrono.com/o/authorize/");
    assert_eq!(flow["scopes"].as_object().unwrap().len(), it.api.scopes().len());
    let upload = it.by_id()["documents.create"];
    let form = &upload["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"];
    assert_eq!(form["document"]["format"], "binary");
}

/// An example that does not fit is worse than none: mock servers answer with it, and tests send it.
#[test]
fn examples_fit_their_schemas() {
    let mut count = 0;
    for it in all().iter().filter(|it| it.api.settings.openapi == OpenApi::V3_1) {
        let mut check = |place: &str, holder: &Value| {
            let named = holder["examples"].as_object().into_iter().flat_map(|it| it.values());
            let examples: Vec<&Value> = named.map(|it| &it["value"]).chain(holder.get("example")).collect();
            if examples.is_empty() {
                return;
            }
            let schema = json!({"components": it.document["components"], "allOf": [holder["schema"]]});
            let validator = jsonschema::validator_for(&schema).unwrap();
            for example in examples {
                count += 1;
                let wrong = validator.iter_errors(example).next().map(|it| it.to_string());
                assert_eq!(wrong, None, "{}: {place}: {example}", it.path);
            }
        };
        for (path, method, operation) in it.operations() {
            let place = format!("{method} {path}");
            operation["parameters"].as_array().into_iter().flatten().for_each(|it| check(&place, it));
            let responses = operation["responses"].as_object().unwrap().values();
            for message in responses.chain(operation.get("requestBody")) {
                message["content"]
                    .as_object()
                    .into_iter()
                    .flat_map(|it| it.values())
                    .for_each(|it| check(&place, it));
            }
        }
    }
    assert!(count > 1500, "{count} examples: the test sees too few");
}

/// Requests of one method and path, with what each of them says.
const SHARED: &str = r#"{
  "info": {"name": "Shared", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
  "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}"}]},
  "variable": [{"key": "version", "value": "v2"}],
  "item": [
    {"name": "By page", "request": {"method": "GET", "url": "https://a.example.com/{{version}}/pets/:id?page=2"},
     "response": [{"name": "ok", "code": 200, "body": "{\"id\": 1}", "_postman_previewlanguage": "json"}]},
    {"name": "By name", "request": {"method": "GET", "auth": {"type": "noauth"},
      "url": "https://b.example.com/{{version}}/pets/:pet?page=last&name=Rex&name=Ada"},
     "response": [{"name": "no", "code": 404, "body": "{\"detail\": \"none\"}", "_postman_previewlanguage": "json"}]},
    {"name": "Nothing", "request": {"method": "GET", "auth": {"type": "noauth"}, "url": "https://a.example.com/{{version}}/pets/:id"}},
    {"name": "JSON", "request": {"method": "POST", "url": "https://a.example.com/pets", "header": [{"key": "X-Trace", "value": "1"}],
      "body": {"mode": "raw", "raw": "{\"name\": \"Rex\"}", "options": {"raw": {"language": "json"}}}}},
    {"name": "Form", "request": {"method": "POST", "url": "https://a.example.com/pets", "header": [{"key": "x-trace", "value": "2"}],
      "body": {"mode": "urlencoded", "urlencoded": [{"key": "name", "value": "Ada"}]}}},
    {"name": "Purge", "request": {"method": "PURGE", "url": "https://a.example.com/pets"}}
  ]
}"#;

#[test]
fn requests_of_one_path_are_joined() {
    let source = Source { file: "shared.json", text: SHARED };
    let secrets = Secrets::default();
    let input = Input {
        collection: source,
        environment: None,
        globals: None,
        name: None,
        secrets: &secrets,
        paging: None,
    };
    let api = model(input, &mut Diagnostics::default()).unwrap();
    let mut notes = Diagnostics::default();
    let document = document(&api, &mut notes);
    assert_eq!(findings([("shared".to_owned(), &document)].into_iter()), "");
    let get = &document["paths"]["/{version}/pets/{id}"]["get"];
    let servers = json!([{"url": "https://a.example.com"}, {"url": "https://b.example.com"}]);
    assert_eq!((&get["servers"], &document["servers"]), (&servers, &json!([servers[0]])));
    let named = |name: &str| {
        let all = get["parameters"].as_array().unwrap().iter();
        all.filter(|it| it["name"] == name).cloned().collect::<Vec<_>>()
    };
    let page = json!([{
        "name": "page", "in": "query", "schema": {"type": "string"}, "x-postwright-sent": true,
        "examples": {"requests.by_page": {"value": "2"}, "requests.by_name": {"value": "last"}},
    }]);
    assert_eq!(json!(named("page")), page);
    let list = json!({"type": "array", "items": {"type": "string"}});
    assert_eq!(named("name")[0]["schema"], list);
    assert_eq!(named("name")[0]["examples"]["requests.by_name"]["value"], json!(["Rex", "Ada"]));
    assert_eq!(named("version")[0]["examples"]["requests.nothing"]["value"], "v2");
    assert_eq!(get["security"], json!([{"bearer": []}, {}]));
    let statuses: Vec<&String> = get["responses"].as_object().unwrap().keys().collect();
    assert_eq!(statuses, ["200", "404", "default"]);
    assert_eq!(get["x-postwright-requests"].as_array().unwrap().len(), 3);

    let post = &document["paths"]["/pets"]["post"];
    let content: Vec<&String> = post["requestBody"]["content"].as_object().unwrap().keys().collect();
    assert_eq!(content, ["application/json", "application/x-www-form-urlencoded"]);
    assert_eq!(
        (post["requestBody"]["required"].as_bool(), parameters(post, "header").len()),
        (Some(true), 1)
    );
    let purge = &document["paths"]["/pets"]["x-additionalOperations"]["PURGE"];
    assert_eq!(purge["operationId"], "requests.purge");
    let gaps = notes.sorted().iter().filter(|it| it.code == Code::Unrepresentable).count();
    assert_eq!(gaps, 4, "two and one that are parts of others, and a method");
}

/// Python with the validator.
fn validator() -> Command {
    let python = python();
    let found = Command::new(python).args(["-c", "import openapi_spec_validator"]).output();
    assert!(
        found.is_ok_and(|it| it.status.success()),
        "this test needs Python libraries: `python3 -m pip install --requirement tests/requirements.txt`"
    );
    let mut command = Command::new(python);
    command.current_dir(root()).arg("tests/openapi/validate.py");
    command
}

/// What the validator finds in documents, a line for each.
fn findings<'a>(documents: impl Iterator<Item = (String, &'a Value)>) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, document) in documents {
        fs::write(folder.path().join(format!("{name}.json")), document.to_string()).unwrap();
    }
    let run = validator().arg(folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert_eq!(run.status.success(), said.is_empty(), "{said}{}", String::from_utf8_lossy(&run.stderr));
    said
}

#[test]
fn descriptions_are_valid() {
    let documents = all().iter().enumerate();
    assert_eq!(findings(documents.map(|(at, it)| (format!("{at}"), &it.document))), "");
}

/// A validator that finds nothing may look at nothing: each of these is one mistake.
#[test]
fn the_validator_finds_mistakes() {
    let mistakes: [(&str, Value); 5] = [
        ("/info/version", Value::Null),
        ("/paths/~1api~1patients~1{id}/get/parameters", json!([])),
        (
            "/paths/~1api~1patients/get/responses/200/content/application~1json/schema/$ref",
            "#/nowhere".into(),
        ),
        ("/paths/~1api~1patients/get/operationId", "patients.create".into()),
        ("/components/securitySchemes/oauth2/flows/authorizationCode/tokenUrl", Value::Null),
    ];
    let good = &all().last().unwrap().document;
    for (place, value) in mistakes {
        let mut broken = good.clone();
        *broken.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = value;
        assert_ne!(findings([("broken".to_owned(), &broken)].into_iter()), "", "{place}");
    }
}

/// Those of collections that nobody of us wrote.
#[test]
#[ignore = "takes a minute"]
fn descriptions_of_the_corpus_are_valid() {
    let mut documents = Vec::new();
    for (at, mut api) in corpus::collections().iter().filter_map(|path| corpus::api(path)).enumerate() {
        for version in [OpenApi::V3_1, OpenApi::V3_0] {
            api.set(Settings { openapi: version, ..Settings::default() });
            documents.push((
                format!("{}.{at}.{version:?}", api.name.snake()),
                document(&api, &mut Diagnostics::default()),
            ));
        }
    }
    assert_eq!(findings(documents.iter().map(|(name, it)| (name.clone(), it))), "");
}

/// Formats of other tools are written for those who name them.
#[test]
fn it_is_written_only_if_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(root().join(fixture("samples")), folder.path().join("a.json")).unwrap();
    fs::write(folder.path().join("postwright.toml"), "[target.openapi]\nversion = \"3.0\"\n").unwrap();
    let written = folder.path().join("generated/a/openapi/openapi.json");
    let run = |arguments: &[&str]| {
        let run = postwright(folder.path(), &[&["generate", "a.json"], arguments].concat());
        assert!(run.status.success(), "{}", said(&run));
    };
    run(&[]);
    assert!(!written.exists());
    run(&["--target", "openapi"]);
    let document: Value = serde_json::from_str(&fs::read_to_string(&written).unwrap()).unwrap();
    assert_eq!((&document["openapi"], &document["info"]["version"]), (&json!("3.0.3"), &json!("0.1.0")));
}

/// The same twice: no map has an order of its own.
#[test]
fn descriptions_are_written_alike() {
    for name in ["samples", "auth_kinds", "servers"] {
        let text = |it: &Described| serde_json::to_string(&it.document).unwrap();
        let (one, two) = (described(&fixture(name), OpenApi::V3_1), described(&fixture(name), OpenApi::V3_1));
        assert_eq!(text(&one), text(&two));
    }
}

#[test]
fn descriptions() {
    for (name, version) in
        [("bodies", OpenApi::V3_1), ("samples", OpenApi::V3_0), ("auth_kinds", OpenApi::V3_1)]
    {
        let it = described(&fixture(name), version);
        let notes: Vec<String> = it.notes.sorted().into_iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(
            format!("{name}.openapi"),
            format!("{}\n\n{:#}", notes.join("\n"), it.document)
        );
    }
}
