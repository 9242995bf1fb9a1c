//! Postwright reads a Postman collection and writes what people otherwise write by hand from
//! it: a typed Rust client, curl scripts, Python snippets and the OAuth 2.0 calls around them.
//!
//! The whole way of a collection through this crate:
//!
//! ```text
//! text ─parse→ Document ─resolve→ Collection ─build→ Api ─view→ Pages ─render→ Tree ─write | compare→ disk
//!      postman/          collection/          api/      target/      render      output
//! ```
//!
//! Each phase is a module, knows the ones to its left only, and is called in one place: here.

pub mod api;
pub mod cli;
pub mod collection;
pub mod config;
pub mod diagnostic;
pub mod diff;
pub mod error;
pub mod extra;
pub mod init;
pub mod inspect;
pub mod lint;
pub mod locate;
pub mod name;
pub mod output;
mod parallel;
pub mod phases;
pub mod postman;
pub mod render;
pub mod scrub;
pub mod secret;
pub mod seen;
pub mod snippets;
pub mod target;

use rayon::prelude::*;

use api::{Api, Group, Operation};
use diagnostic::{At, Code, Diagnostics};
use error::Result;
use name::Name;
use output::Tree;
use parallel::on_all_cores;
pub use parallel::use_threads;
use phases::{advance, expect, phase};
use postman::Source;
use render::{Edition, File, Templates};
use secret::Secrets;
use target::{Custom, Language, Page, Target};

/// A collection, with what is said about it outside of it.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The collection.
    pub collection: Source<'a>,
    /// An environment whose values win over the collection's.
    pub environment: Option<Source<'a>>,
    /// Globals, which give values that neither of the two has.
    pub globals: Option<Source<'a>>,
    /// Short name; `None` takes it from the file name.
    pub name: Option<&'a str>,
    /// What is a secret in the collection, and what is not.
    pub secrets: &'a Secrets,
    /// What a file of settings says about lists, and the name of that file.
    pub paging: Option<(&'a str, &'a [api::Override])>,
}

/// Reads a collection into the model that every target is written from.
///
/// # Errors
/// If the collection, the environment or the globals cannot be read; see [`postman::parse`].
pub fn model(input: Input<'_>, notes: &mut Diagnostics) -> Result<Api> {
    on_all_cores(|| model_of(input, notes))
}

fn model_of(input: Input<'_>, notes: &mut Diagnostics) -> Result<Api> {
    let (document, found) = rayon::join(
        || phase("parse", || postman::parse(input.collection)),
        || phase("find secrets", || secrets(input.collection, input.secrets)),
    );
    let document = document?;
    let environment = input.environment.map(postman::parse_environment).transpose()?;
    let globals = input.globals.map(postman::parse_environment).transpose()?;
    report_secrets(&found, input.secrets, notes);
    let secrets = input.secrets.knowing(&found);
    let mut said = Diagnostics::default();
    let collection = phase("resolve", || {
        collection::resolve(document, environment.as_ref(), globals.as_ref(), &secrets, &mut said)
    });
    let mut api =
        phase("build", || api::build(collection, short_name(input), input.collection.file, &mut said));
    notes.append(said, |text| secrets.masked(text));
    if let Some((file, overrides)) = input.paging {
        api.set_paging(file, overrides)?;
    }
    Ok(api)
}

/// Says where in the file of a collection secrets stand.
fn report_secrets(found: &[secret::Finding], secrets: &Secrets, notes: &mut Diagnostics) {
    for finding in found.iter().filter(|it| !it.continued) {
        let hint = secret::hint(&finding.value);
        let message = match finding.name.as_str() {
            "" => format!("{} stands here ({hint})", finding.kind.title),
            name => format!("{} stands in {} ({hint})", finding.kind.title, secrets.masked(name)),
        };
        notes.add(
            Code::Secret,
            At::new(secrets.masked(&finding.place), &finding.pointer),
            message,
            "it is written into no output; take it out of the collection (postwright scrub does), and change it if \
             the collection was shared",
        );
    }
}

/// Every secret in the file of a collection, in its order.
#[must_use]
pub fn secrets(source: Source<'_>, secrets: &Secrets) -> Vec<secret::Finding> {
    // Whether it is JSON has been said by whoever has parsed it.
    secret::scan_text(source.text, secrets)
}

/// Writes a model out, for targets of ours and of the user: a tree whose only top folder is named after the API.
///
/// Nothing is read and nothing written: the result is a value, which the caller writes to disk
/// or compares with it. Same input, same bytes.
///
/// # Errors
/// If a template of the user names something that its view does not have.
pub fn generate(
    api: &Api,
    targets: &[Target],
    custom: &[Custom],
    templates: &Templates,
    notes: &mut Diagnostics,
) -> Result<Tree> {
    generate_edition(api, None, targets, custom, templates, notes)
}

/// The same of a model whose edition is known: where the templates keep pages, those that were made of this edition
/// are not made again.
///
/// # Errors
/// As [`generate`].
pub fn generate_edition(
    api: &Api,
    edition: Option<Edition>,
    targets: &[Target],
    custom: &[Custom],
    templates: &Templates,
    notes: &mut Diagnostics,
) -> Result<Tree> {
    let mut tree = Tree::default();
    let folder = api.name.snake();
    target::gaps(targets, api, notes);
    for file in on_all_cores(|| render_all(api, edition, &folder, targets, custom, templates)) {
        tree.add(file?)?;
    }
    Ok(tree)
}

/// Renders the pages of all targets and the manifest, in this order, on all cores: a page knows of no other.
fn render_all(
    api: &Api,
    edition: Option<Edition>,
    folder: &str,
    targets: &[Target],
    custom: &[Custom],
    templates: &Templates,
) -> Vec<Result<File>> {
    let ours = targets.par_iter().map(|it| named(it.name(), phase(it.name(), || it.pages(api))));
    let theirs = custom.par_iter().map(|it| named(CUSTOM, phase(CUSTOM, || it.pages(api))));
    let pages: Vec<Vec<(&str, Page<'_>)>> = ours.chain(theirs).collect();
    let manifest = ("manifest", target::manifest(api, targets));
    let pages: Vec<(&str, Page<'_>)> = pages.into_iter().flatten().chain([manifest]).collect();
    expect(pages.len());
    let inside = |(name, page): (&'static str, Page<'_>)| {
        let path = format!("{folder}/{}", page.path);
        let file = phase(name, || templates.render(path, page, edition));
        advance();
        file
    };
    pages.into_par_iter().map(inside).collect()
}

/// Pages with what their time is taken as.
fn named<'a>(name: &'static str, pages: Vec<Page<'a>>) -> Vec<(&'static str, Page<'a>)> {
    pages.into_iter().map(|it| (name, it)).collect()
}

/// What the targets of the user are called together where times are told.
const CUSTOM: &str = "custom targets";

/// The short snippet of an operation, to paste.
///
/// # Errors
/// If a template of the user names something that its view does not have.
pub fn snippet(
    api: &Api,
    group: &Group,
    operation: &Operation,
    language: Language,
    templates: &Templates,
) -> Result<String> {
    let page = language.page(api, group, operation);
    Ok(templates.render(page.path.clone(), page, None)?.text)
}

/// The short name of an API: what was said, else the file's name up to its first dot.
fn short_name(input: Input<'_>) -> Name {
    let file = input.collection.file.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    Name::new(input.name.unwrap_or(stem)).or(Name::new("api")).no_device("api")
}
