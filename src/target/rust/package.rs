//! What makes a package of the crate: its manifest.

use serde::Serialize;

use super::auth::Schemes;
use super::program::Program;
use super::{feature, library_name, package_name};
use crate::api::Api;
use crate::target::{Page, generated_line, quote};

/// What `rust/Cargo.toml` may say.
#[derive(Serialize)]
struct Manifest {
    generated: String,
    name: String,
    version: String,
    library: String,
    description: String,
    features: Vec<String>,
    all: Vec<String>,
    has_digest: bool,
    has_oauth2: bool,
    has_ring: bool,
    has_tests: bool,
    name_key: String,
    has_sync: bool,
    programs: Vec<Example>,
}

/// A program.
#[derive(Serialize)]
struct Example {
    name: String,
    features: String,
}

pub(super) fn page(api: &Api, has_oauth2: bool, schemes: &Schemes, programs: &[Program]) -> Page<'static> {
    Page::new("rust/Cargo.toml", "rust/Cargo.toml", &manifest(api, has_oauth2, schemes, programs))
}

fn manifest(api: &Api, has_oauth2: bool, schemes: &Schemes, programs: &[Program]) -> Manifest {
    Manifest {
        generated: generated_line(api),
        name: quote::toml(&package_name(api)),
        version: quote::toml(&api.settings.version.to_string()),
        library: quote::toml(&library_name(api)),
        description: quote::toml(&format!("A client for {}", quote::one_line(&api.title))),
        features: feature::all(api).into_iter().map(key).collect(),
        all: all(api),
        has_digest: schemes.has_digest,
        has_oauth2,
        has_ring: schemes.has_ring(),
        has_tests: !api.groups.is_empty(),
        name_key: key(package_name(api)),
        has_sync: programs.iter().any(|it| it.name == "sync"),
        programs: programs.iter().map(example).collect(),
    }
}

fn example(program: &Program) -> Example {
    let features: Vec<String> = program.features.iter().map(|it| quote::toml(it)).collect();
    Example { name: quote::toml(program.name), features: format!("[{}]", features.join(", ")) }
}

/// A key of TOML.
fn key(name: String) -> String {
    if name.is_ascii() { name } else { quote::toml(&name) }
}

/// The feature that is all groups.
fn all(api: &Api) -> Vec<String> {
    let names = feature::all(api).into_iter().map(|it| quote::toml(&it));
    let mut lines = vec!["all = [".to_owned()];
    lines.extend(names.map(|it| format!("    {it},")));
    lines.push("]".to_owned());
    lines
}
