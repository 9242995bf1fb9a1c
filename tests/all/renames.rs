//! Names and types that `postwright.toml` sets, in the place of the collection's.

use postwright::api::Api;
use postwright::config::Config;
use postwright::error::Result;

use crate::support::{DRCHRONO, fixture, read, tree};

/// A collection with what a file of settings says about its names and types.
fn with_settings(path: &str, settings: &str) -> Result<Api> {
    let text = format!("[[collection]]\npath = \"x.json\"\n{settings}");
    let config = Config::parse("postwright.toml", &text)?;
    let (mut api, _) = read(path);
    api.set_types("postwright.toml", &config.collections[0].types)?;
    api.rename("postwright.toml", &config.collections[0].rename)?;
    Ok(api)
}

const SETTINGS: &str = r#"
[[collection.rename]]
folder = "Clinical / Patients"
name = "people"

[[collection.rename]]
request = "Clinical/Patients/List patients"
name = "all of them"

[[collection.rename]]
model = "Patient"
name = "Person"

[[collection.rename]]
model = "Patient"
field = "social_security_number"
name = "ssn"

[[collection.type]]
model = "Patient"
field = "date_of_birth"
type = "text"

[[collection.type]]
model = "Patient"
field = "city"
type = "any"
"#;

/// In every target, and nowhere the old ones.
#[test]
fn names_and_types_are_those_of_the_settings() {
    let api = with_settings(DRCHRONO, SETTINGS).unwrap();
    let tree = tree(&api);
    let text = |path: &str| {
        let found = tree.files().find(|it| it.path == format!("drchrono/{path}"));
        found.unwrap_or_else(|| panic!("there is no {path}")).text.clone()
    };
    let group = text("rust/src/api/people.rs");
    assert!(group.contains("pub fn all_of_them("), "{group}");
    assert!(text("rust/src/api/mod.rs").contains("pub mod people;"));
    assert!(group.contains("pub fn get("), "the others keep their names");
    let models = text("rust/src/models/people.rs");
    assert!(models.contains("pub struct Person {"), "{models}");
    assert!(models.contains("    pub ssn: Option<String>,"), "{models}");
    assert!(models.contains("ssn = \"social_security_number\""), "the key is what it was");
    assert!(models.contains("    pub date_of_birth: Option<String>,"), "{models}");
    assert!(models.contains("    pub city: Option<serde_json::Value>,"), "{models}");
    assert!(text("curl/people/all_of_them.sh").contains("usage: people/all_of_them.sh "));
    assert!(text("python/people/all_of_them.py").contains("def all_of_them"));
    assert!(text("manifest.json").contains("\"people.all_of_them\""));
    let paths: Vec<&str> = tree.files().map(|it| it.path.as_str()).collect();
    assert!(!paths.contains(&"drchrono/curl/patients/list.sh"));
    let crate_of =
        |name: &str| tree.files().filter(|it| it.path.ends_with(".rs") && it.text.contains(name)).count();
    assert_eq!(crate_of("models::Patient>"), 0);
}

#[test]
fn names_and_types_that_cannot_be() {
    let rename = |text: &str| format!("[[collection.rename]]\n{text}\n");
    let kind = |text: &str| format!("[[collection.type]]\n{text}\n");
    let table = [
        (rename("folder = \"Nowhere\"\nname = \"x\""), "no folder is called \"Nowhere\""),
        (rename("request = \"Clinical / Patients / Nothing\"\nname = \"x\""), "no request is called"),
        (rename("model = \"Nobody\"\nname = \"x\""), "no model is called Nobody"),
        (rename("model = \"Patient\"\nfield = \"no\"\nname = \"x\""), "Patient has no field \"no\""),
        (rename("model = \"Patient\"\nname = \"?!\""), "it has no letter"),
        (rename("name = \"x\""), "it is not said for what"),
        (rename("folder = \"a\"\nmodel = \"b\"\nname = \"x\""), "or for several things"),
        (
            rename("folder = \"Clinical / Patients\"\nname = \"doctors\""),
            "two groups would be called doctors",
        ),
        (
            rename("request = \"Clinical / Patients / List patients\"\nname = \"get\""),
            "two operations of patients would be called get",
        ),
        (rename("model = \"Patient\"\nname = \"Doctor\""), "two models would be called Doctor"),
        (rename("model = \"Patient\"\nname = \"Option\""), "a word of the outputs"),
        (
            rename("model = \"Patient\"\nfield = \"city\"\nname = \"state\""),
            "two fields of Patient would be called state",
        ),
        (kind("model = \"Patient\"\nfield = \"id\"\ntype = \"money\""), "unknown variant `money`"),
        (
            kind("model = \"Patient\"\nfield = \"primary_insurance\"\ntype = \"text\""),
            "Patient.primary_insurance holds an object",
        ),
        (kind("model = \"Nobody\"\nfield = \"id\"\ntype = \"text\""), "no model is called Nobody"),
    ];
    for (settings, want) in table {
        let error = with_settings(DRCHRONO, &settings).unwrap_err().to_string();
        assert!(error.contains(want) && error.contains("help: "), "{settings}: {error}");
    }
}

/// Without settings everything is called what it is called.
#[test]
fn nothing_is_said_about_others() {
    let api = with_settings(&fixture("wire"), "").unwrap();
    let (plain, _) = read(&fixture("wire"));
    assert!(tree(&api).files().eq(tree(&plain).files()));
}
