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
pub mod files;
pub mod init;
pub mod inspect;
pub mod lint;
pub mod locate;
pub mod name;
pub mod output;
mod parallel;
pub mod phases;
pub mod postman;
pub mod reader;
pub mod render;
pub mod scrub;
pub mod secret;
pub mod seen;
pub mod snippets;
pub mod target;
pub mod trace;

use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use api::{Api, Group, Operation};
use collection::Collection;
use diagnostic::{At, Code, Diagnostics, Outline, Spot};
use error::{Error, Result};
use name::Name;
use output::{Drift, Paths, Take, Tree, Written};
use parallel::on_all_cores;
pub use parallel::{both, use_threads};
use phases::{advance, expect, phase};
use postman::{Document, Environment, Source};
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

/// What a model is made with, besides the files.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The file of the collection.
    pub file: &'a str,
    /// As in [`Input`].
    pub name: Option<&'a str>,
    /// As in [`Input`].
    pub secrets: &'a Secrets,
    /// As in [`Input`].
    pub paging: Option<(&'a str, &'a [api::Override])>,
}

/// A collection that was read. Nothing of its text is needed any more: of a large one that is much memory.
#[derive(Debug)]
pub struct Parsed {
    document: Document,
    /// What a description of another format has that a collection has not.
    left_out: Diagnostics,
    environment: Option<Environment>,
    globals: Option<Environment>,
    found: Vec<secret::Finding>,
    outline: Option<Outline>,
}

/// Reads a collection, with an environment and globals. A description of another format becomes one first; see
/// [`reader::read`].
///
/// # Errors
/// If one of them cannot be read; see [`postman::parse`].
pub fn parse(
    collection: Source<'_>,
    environment: Option<Source<'_>>,
    globals: Option<Source<'_>>,
    secrets: &Secrets,
) -> Result<Parsed> {
    let parsed = |collection: Source<'_>| {
        both(
            || phase("parse", || postman::parse(collection)),
            || phase("find secrets", || secret::scan_text(collection.text, secrets)),
        )
    };
    let mut left_out = Diagnostics::default();
    let mut outline = None;
    let (document, scanned) = match parsed(collection) {
        (Err(error), _) => match reader::read(collection, &mut left_out)? {
            Some(text) => parsed(Source { text: &text, ..collection }),
            None => return Err(error),
        },
        (document, mut scanned) => {
            outline = Some(outline_of(collection.text, std::mem::take(&mut scanned.parts)));
            (document, scanned)
        }
    };
    Ok(Parsed {
        document: document?,
        left_out,
        environment: environment.map(postman::parse_environment).transpose()?,
        globals: globals.map(postman::parse_environment).transpose()?,
        found: scanned.found,
        outline,
    })
}

/// Where the parts of a text stand that are there, in lines and columns.
fn outline_of(text: &str, parts: Vec<(String, Range<usize>)>) -> Outline {
    let starts: Vec<usize> = parts.iter().map(|it| it.1.start).collect();
    let places = locate::positions(text, &starts).into_iter().zip(parts);
    Outline::of(places.map(|(position, (pointer, range))| (pointer, Spot { range, position })))
}

impl Parsed {
    /// The model that every target is written from.
    ///
    /// # Errors
    /// If what is said about lists is of none.
    pub fn model(self, about: About<'_>, notes: &mut Diagnostics) -> Result<Api> {
        on_all_cores(|| self.model_of(about, notes))
    }

    /// What is sent, as the collection says it: less than a model, which has names and types as well.
    #[must_use]
    pub fn collection(self, secrets: &Secrets, notes: &mut Diagnostics) -> Collection {
        let (collection, said, secrets) = self.resolved(secrets, notes);
        notes.append(said, |text| secrets.masked(text));
        collection
    }

    /// The collection, what there is to say about it, and all secrets that it has.
    fn resolved(self, secrets: &Secrets, notes: &mut Diagnostics) -> (Collection, Diagnostics, Secrets) {
        let Parsed { document, left_out, environment, globals, found, outline } = self;
        notes.outline = outline;
        notes.append(left_out, |text| secrets.masked(text));
        report_secrets(&found, secrets, notes);
        let secrets = secrets.knowing(&found);
        let mut said = Diagnostics::default();
        let collection = phase("resolve", || {
            collection::resolve(document, environment.as_ref(), globals.as_ref(), &secrets, &mut said)
        });
        (collection, said, secrets)
    }

    fn model_of(self, about: About<'_>, notes: &mut Diagnostics) -> Result<Api> {
        let (collection, mut said, secrets) = self.resolved(about.secrets, notes);
        let mut api = phase("build", || api::build(collection, short_name(about), about.file, &mut said));
        notes.append(said, |text| secrets.masked(text));
        if let Some((file, overrides)) = about.paging {
            api.set_paging(file, overrides)?;
        }
        Ok(api)
    }
}

/// Reads a collection into the model that every target is written from.
///
/// # Errors
/// As [`parse`] and [`Parsed::model`].
pub fn model(input: Input<'_>, notes: &mut Diagnostics) -> Result<Api> {
    let Input { collection, environment, globals, name, secrets, paging } = input;
    let about = About { file: collection.file, name, secrets, paging };
    parse(collection, environment, globals, secrets)?.model(about, notes)
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
    secret::scan_text(source.text, secrets).found
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
    target::gaps(targets, api, notes);
    let outputs = Outputs::of(api, targets, custom, templates)?;
    let mut tree = Tree::default();
    for file in on_all_cores(|| outputs.render(edition)) {
        tree.add(file?)?;
    }
    Ok(tree)
}

/// What is to be written of a model: where each file goes, and what it is made of when it is written. So the files
/// are never all in memory.
#[derive(Debug)]
pub struct Outputs<'a> {
    /// The pages of all targets and the manifest, each with what its time is taken as.
    pages: Vec<(&'static str, Page<'a>)>,
    paths: Paths,
    folder: String,
    templates: &'a Templates,
    /// Most bytes that they may have.
    most: u64,
}

/// Most bytes that are written of one collection.
const MOST_BYTES: u64 = 4 << 30;

impl<'a> Outputs<'a> {
    /// Those of targets of ours and of the user: all in one folder, which is named after the API.
    ///
    /// # Errors
    /// If two of them want the same file.
    pub fn of(
        api: &'a Api,
        targets: &'a [Target],
        custom: &'a [Custom],
        templates: &'a Templates,
    ) -> Result<Self> {
        let pages: Vec<Vec<_>> = on_all_cores(|| {
            let ours = targets.par_iter().map(|it| named(it.name(), phase(it.name(), || it.pages(api))));
            let theirs = custom.par_iter().map(|it| named(CUSTOM, phase(CUSTOM, || it.pages(api))));
            ours.chain(theirs).collect()
        });
        let manifest = ("manifest", target::manifest(api, targets));
        let pages: Vec<(&str, Page<'_>)> = pages.into_iter().flatten().chain([manifest]).collect();
        let folder = api.name.snake();
        let mut paths = Paths::default();
        for (_, page) in &pages {
            paths.add(&format!("{folder}/{}", page.path))?;
        }
        Ok(Self { pages, paths, folder, templates, most: MOST_BYTES })
    }

    /// How many files they are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.paths.len()
    }

    /// Writes them into a folder; see [`Paths::write`].
    ///
    /// # Errors
    /// As there, or if a template of the user names something that its view does not have.
    pub fn write(mut self, folder: &Path) -> Result<Written> {
        let paths = std::mem::take(&mut self.paths).settled();
        paths.write(folder, |take| self.each(take))
    }

    /// Compares them with what is in a folder; see [`Paths::compare`].
    ///
    /// # Errors
    /// As there, or if a template of the user names something that its view does not have.
    pub fn compare(mut self, folder: &Path) -> Result<Vec<Drift>> {
        let paths = std::mem::take(&mut self.paths).settled();
        paths.compare(folder, |take| self.each(take))
    }

    fn each(self, take: Take<'_>) -> Result<()> {
        let render = self.renderer(None);
        self.pages.into_par_iter().try_for_each(|it| take(&render(it)?))
    }

    /// All of them, in their order.
    fn render(self, edition: Option<Edition>) -> Vec<Result<File>> {
        let render = self.renderer(edition);
        self.pages.into_par_iter().map(render).collect()
    }

    /// What makes the file of a page, until they are too much.
    fn renderer(
        &self,
        edition: Option<Edition>,
    ) -> impl Fn((&'static str, Page<'a>)) -> Result<File> + Sync + use<'a> {
        expect(self.pages.len());
        let (folder, templates, most) = (self.folder.clone(), self.templates, self.most);
        let bytes = AtomicU64::new(0);
        move |page| {
            let file = file_of(page, &folder, templates, edition)?;
            let length = file.text.len() as u64;
            if bytes.fetch_add(length, Ordering::Relaxed) + length > most {
                return Err(Error::TooMuch { api: folder.clone(), most });
            }
            Ok(file)
        }
    }
}

/// Renders a page into the folder of its API. A page knows of no other.
fn file_of(
    (name, page): (&'static str, Page<'_>),
    folder: &str,
    templates: &Templates,
    edition: Option<Edition>,
) -> Result<File> {
    let path = format!("{folder}/{}", page.path);
    let file = phase(name, || templates.render(path, page, edition));
    advance();
    file
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
fn short_name(about: About<'_>) -> Name {
    let file = about.file.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    Name::new(about.name.unwrap_or(stem)).or(Name::new("api")).no_device("api")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_that_are_too_much() {
        let text = r#"{"item": [{"name": "Get it", "request": "https://api.example.com/x"}]}"#;
        let input = Input {
            collection: Source { file: "a.json", text },
            environment: None,
            globals: None,
            name: None,
            secrets: &Secrets::default(),
            paging: None,
        };
        let api = model(input, &mut Diagnostics::default()).expect("it can be read");
        let templates = Templates::load(None).expect("those that are built in");
        let folder = tempfile::tempdir().expect("a folder");
        let outputs = |most| {
            let outputs = Outputs::of(&api, &[Target::Curl], &[], &templates).expect("no two meet");
            Outputs { most, ..outputs }.write(folder.path())
        };
        let said = outputs(1000).expect_err("a script alone is longer").to_string();
        assert!(
            said.starts_with("the outputs of a are larger than") && said.contains("\n  help: "),
            "{said}"
        );
        assert!(outputs(1 << 20).is_ok());
    }
}
