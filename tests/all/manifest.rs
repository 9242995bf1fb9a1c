//! `manifest.json`: its schema, and what it promises.

use std::collections::HashSet;
use std::sync::OnceLock;

use serde_json::Value;

use crate::support::{DRCHRONO, fixture, fixtures, ours, root};

fn manifest(path: &str) -> (Value, Vec<String>) {
    let (_, api, tree) = ours().iter().find(|(own, ..)| own == path).unwrap();
    let name = format!("{}/manifest.json", api.name.snake());
    let file = tree.files().find(|file| file.path == name).unwrap();
    let paths = tree.files().map(|file| file.path.split_once('/').unwrap().1.to_owned()).collect();
    (serde_json::from_str(&file.text).unwrap(), paths)
}

/// Where a manifest does not fit the schema.
pub(crate) fn problems(manifest: &Value) -> Vec<String> {
    static VALIDATOR: OnceLock<jsonschema::Validator> = OnceLock::new();
    let validator = VALIDATOR.get_or_init(|| {
        let schema = std::fs::read_to_string(root().join("schemas/manifest.schema.json")).unwrap();
        let schema: Value = serde_json::from_str(&schema).unwrap();
        assert!(jsonschema::meta::is_valid(&schema), "the schema is no schema");
        jsonschema::validator_for(&schema).unwrap()
    });
    validator.iter_errors(manifest).map(|it| format!("{}: {it}", it.instance_path())).collect()
}

#[test]
fn fits_its_schema() {
    for path in fixtures().into_iter().map(|name| fixture(&name)).chain([DRCHRONO.to_owned()]) {
        assert_eq!(problems(&manifest(&path).0), [""; 0], "{path}");
    }
}

/// A schema that accepts anything shows nothing: each of these is one mistake.
#[test]
fn the_schema_is_strict() {
    let wrong: [(&str, Value); 8] = [
        ("/requests/0/method", Value::Null),
        ("/requests/0/id", "Patients.List".into()),
        ("/requests/0/path", Value::Array(Vec::new())),
        ("/requests/0/outputs/curl", "".into()),
        ("/requests/0/variables/0/secret", "no".into()),
        ("/requests/0/variables/0/environment", "base-url".into()),
        ("/requests/0/variables/0", serde_json::json!({"name": "x"})),
        ("/generator", "another".into()),
    ];
    let (good, _) = manifest(DRCHRONO);
    for (place, value) in wrong {
        let mut manifest = good.clone();
        *manifest.pointer_mut(place).unwrap() = value;
        assert_ne!(problems(&manifest), [""; 0], "{place}");
    }
    let mut manifest = good;
    manifest["requests"][0]["more"] = true.into();
    assert_ne!(problems(&manifest), [""; 0], "a key that the schema does not know");
}

#[test]
fn drchrono_is_complete() {
    let (manifest, paths) = manifest(DRCHRONO);
    let requests = manifest["requests"].as_array().unwrap();
    assert_eq!(requests.len(), 331);

    let text = std::fs::read_to_string(root().join(DRCHRONO)).unwrap();
    let collection: Value = serde_json::from_str(&text).unwrap();
    let mut places = Vec::new();
    walk(&collection, &mut Vec::new(), &mut places);
    let listed: Vec<Vec<String>> =
        requests.iter().map(|it| serde_json::from_value(it["path"].clone()).unwrap()).collect();
    assert_eq!(listed, places, "the order of the document");

    let mut ids = HashSet::new();
    for request in requests {
        let id = request["id"].as_str().unwrap();
        assert!(ids.insert(id), "{id} is there twice");
        let last = id.rsplit('_').next().unwrap();
        assert!(last.parse::<u32>().is_err(), "{id} is numbered");
        for target in ["rust", "curl", "python"] {
            let output = request["outputs"][target].as_str().unwrap();
            assert!(paths.iter().any(|path| path == output), "{id}: {output} is not there");
        }
    }
}

fn walk(folder: &Value, place: &mut Vec<String>, places: &mut Vec<Vec<String>>) {
    for item in folder["item"].as_array().into_iter().flatten() {
        place.push(item["name"].as_str().unwrap_or_default().to_owned());
        if item.get("item").is_some() {
            walk(item, place, places);
        } else {
            places.push(place.clone());
        }
        place.pop();
    }
}
