//! What each phase of a run takes, on one thread.
//!
//! ```text
//! cargo bench --bench phases                    times, by divan
//! cargo bench --bench phases -- until PHASE     goes that far once, for who counts instructions
//! ```
//!
//! The collection is DrChrono's, or the one that `POSTWRIGHT_COLLECTION` names.

#![allow(clippy::unwrap_used, reason = "a program to measure with, which stops at whatever goes wrong")]

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::LazyLock;

use divan::Bencher;
use postwright::api::{self, Api};
use postwright::collection::{self, Collection};
use postwright::diagnostic::Diagnostics;
use postwright::name::Name;
use postwright::output::Tree;
use postwright::postman::{self, Document, Source};
use postwright::render::Templates;
use postwright::secret::Secrets;
use postwright::target::Target;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The phases in their order. Each target is a phase that follows after the templates.
const PHASES: [&str; 6] = ["start", "parse", "find secrets", "resolve", "build", "templates"];

static FILE: LazyLock<String> = LazyLock::new(|| {
    std::env::var("POSTWRIGHT_COLLECTION").unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/collections/drchrono.postman_collection.json").to_owned()
    })
});
static TEXT: LazyLock<String> = LazyLock::new(|| std::fs::read_to_string(&*FILE).unwrap());

fn main() -> ExitCode {
    // Threads that wait for each other would count too.
    postwright::use_threads(NonZeroUsize::MIN);
    // Cargo tells a bench that it is one.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["phases"] => phases().for_each(|it| println!("{it}")),
        ["until", phase] if phases().any(|it| it == phase) => until(phase),
        ["until", ..] => {
            eprintln!("until {}", phases().collect::<Vec<_>>().join(" | "));
            return ExitCode::from(2);
        }
        _ => divan::main(),
    }
    ExitCode::SUCCESS
}

fn phases() -> impl Iterator<Item = &'static str> {
    PHASES.into_iter().chain(Target::DEFAULT.iter().map(|it| it.name()))
}

/// Does all phases up to this one, once.
fn until(last: &str) {
    let is_past = |phase: &str| phases().position(|it| it == phase) > phases().position(|it| it == last);
    if is_past("parse") {
        return;
    }
    let document = parse();
    if is_past("find secrets") {
        return drop(black_box(document));
    }
    let found = postwright::secrets(source(), &Secrets::default());
    if is_past("resolve") {
        return drop(black_box((document, found)));
    }
    let collection = resolve(document);
    if is_past("build") {
        return drop(black_box((collection, found)));
    }
    let api = build(collection);
    if is_past("templates") {
        return drop(black_box((api, found)));
    }
    let templates = Templates::load(None).unwrap();
    if let Some(target) = Target::DEFAULT.into_iter().find(|it| it.name() == last) {
        black_box(render(&api, target, &templates));
    }
    black_box((api, found, templates));
}

fn source() -> Source<'static> {
    Source { file: &FILE, text: &TEXT }
}

fn parse() -> Document {
    postman::parse(source()).unwrap()
}

fn resolve(document: Document) -> Collection {
    collection::resolve(document, None, None, &Secrets::default(), &mut Diagnostics::default())
}

fn build(collection: Collection) -> Api {
    api::build(collection, Name::new("measured"), &FILE, &mut Diagnostics::default())
}

fn render(api: &Api, target: Target, templates: &Templates) -> Tree {
    postwright::generate(api, &[target], &[], templates, &mut Diagnostics::default()).unwrap()
}

fn everything() -> Tree {
    let (api, templates) = (build(resolve(parse())), Templates::load(None).unwrap());
    postwright::generate(&api, &Target::DEFAULT, &[], &templates, &mut Diagnostics::default()).unwrap()
}

#[divan::bench(name = "1 parse")]
fn parsing() -> Document {
    parse()
}

#[divan::bench(name = "2 find secrets")]
fn finding_secrets() -> usize {
    postwright::secrets(source(), &Secrets::default()).len()
}

#[divan::bench(name = "3 resolve")]
fn resolving(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(parse).bench_local_values(resolve);
}

#[divan::bench(name = "4 build")]
fn building(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(|| resolve(parse())).bench_local_values(build);
}

#[divan::bench(name = "5 templates")]
fn loading() -> Templates {
    Templates::load(None).unwrap()
}

#[divan::bench(name = "6 target", args = Target::DEFAULT.iter().map(|it| it.name()))]
fn rendering(bencher: Bencher<'_, '_>, name: &str) {
    let target = Target::DEFAULT.into_iter().find(|it| it.name() == name).unwrap();
    let (api, templates) = (build(resolve(parse())), Templates::load(None).unwrap());
    bencher.bench_local(|| render(&api, target, &templates));
}

#[divan::bench(name = "7 write into an empty folder", sample_count = 20)]
fn writing(bencher: Bencher<'_, '_>) {
    let tree = everything();
    bencher
        .with_inputs(|| tempfile::tempdir().unwrap())
        .bench_local_refs(|folder| tree.write(folder.path()).unwrap());
}

#[divan::bench(name = "8 compare with what is written", sample_count = 20)]
fn comparing(bencher: Bencher<'_, '_>) {
    let (tree, folder) = (everything(), tempfile::tempdir().unwrap());
    tree.write(folder.path()).unwrap();
    bencher.bench_local(|| tree.compare(folder.path()).unwrap().len());
}
