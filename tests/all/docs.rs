//! The pages of the docs target, read as mdBook reads them: links and anchors, what stays text, and that
//! snippets are the short ones.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use postwright::api::Api;
use postwright::output::Tree;
use postwright::snippet;
use postwright::target::{GENERATED_MARK, Language, Target};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::support::{operations, ours, templates};

fn all() -> impl Iterator<Item = (&'static Api, &'static Tree)> {
    ours().iter().map(|(_, api, tree)| (api, tree))
}

/// What a page has.
#[derive(Default)]
struct Read {
    headings: Vec<(HeadingLevel, String)>,
    links: Vec<String>,
    html: Vec<String>,
    /// What may not come out of a text: images, footnotes, formulas, tasks.
    odd: Vec<String>,
    /// Language and text.
    code: Vec<(String, String)>,
}

/// Reads a page with everything switched on.
fn page(text: &str) -> Read {
    let mut read = Read::default();
    let (mut heading, mut code) = (None, None);
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Event::Start(Tag::Heading { level, id, classes, attrs }) => {
                heading = Some((level, String::new()));
                assert!(id.is_none() && classes.is_empty() && attrs.is_empty(), "{id:?}");
            }
            Event::End(TagEnd::Heading(_)) => read.headings.extend(heading.take()),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                code = Some((info.to_string(), String::new()));
            }
            Event::End(TagEnd::CodeBlock) => read.code.extend(code.take()),
            Event::Start(Tag::Link { dest_url, .. }) => read.links.push(dest_url.to_string()),
            Event::Start(
                tag @ (Tag::Image { .. }
                | Tag::FootnoteDefinition(_)
                | Tag::DefinitionList
                | Tag::MetadataBlock(_)
                | Tag::BlockQuote(_)
                | Tag::CodeBlock(CodeBlockKind::Indented)
                | Tag::Emphasis
                | Tag::Strikethrough
                | Tag::Superscript
                | Tag::Subscript),
            ) => read.odd.push(format!("{tag:?}")),
            Event::Html(html) | Event::InlineHtml(html) => read.html.push(html.trim().to_owned()),
            Event::FootnoteReference(it) | Event::InlineMath(it) | Event::DisplayMath(it) => {
                read.odd.push(it.to_string());
            }
            Event::TaskListMarker(_) | Event::Rule => read.odd.push(format!("{event:?}")),
            Event::Text(it) | Event::Code(it) => {
                for (_, text) in heading.iter_mut() {
                    text.push_str(&it);
                }
                for (_, text) in code.iter_mut() {
                    text.push_str(&it);
                }
            }
            _ => {}
        }
    }
    read
}

/// The anchors that GitHub and mdBook give headings.
fn anchors(read: &Read) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let anchor = |(_, text): &(HeadingLevel, String)| {
        let kept = text.to_lowercase().replace(' ', "-");
        let kept: String = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect();
        let count = counts.entry(kept.clone()).or_insert(0);
        *count += 1;
        if *count == 1 { kept } else { format!("{kept}-{}", *count - 1) }
    };
    read.headings.iter().map(anchor).collect()
}

/// Markdown of the docs, by path below the API's folder.
fn pages(tree: &Tree) -> BTreeMap<String, Read> {
    let files = tree.files().filter_map(|it| Some((it.path.split_once('/')?.1, &it.text)));
    let pages = files.filter(|(path, _)| {
        path.starts_with("docs/")
            && (path.ends_with(".md") || path.ends_with("llms.txt") || path.ends_with("-full.txt"))
    });
    pages.map(|(path, text)| (path.to_owned(), page(text))).collect()
}

#[test]
fn every_link_resolves() {
    let mut seen = 0;
    for (api, tree) in all() {
        let pages = pages(tree);
        for (path, read) in &pages {
            let folder = path.rsplit_once('/').unwrap().0;
            for link in &read.links {
                let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
                let target = if file.is_empty() { path.clone() } else { format!("{folder}/{file}") };
                let page = pages.get(&target);
                let page = page.unwrap_or_else(|| panic!("{} {path}: there is no {target}", api.source));
                let found = anchor.is_empty() || anchors(page).iter().any(|it| it == anchor);
                assert!(found, "{} {path}: {target} has no #{anchor}", api.source);
                seen += 1;
            }
        }
    }
    assert!(seen > 1500, "{seen} links: the test reads the wrong files");
}

/// `#list` is where `list` is, on every page, on GitHub and in the site.
#[test]
fn anchors_are_the_names_of_operations() {
    let mut seen = 0;
    for (api, tree) in all() {
        let pages = pages(tree);
        for group in &api.groups {
            let path = Target::Docs.file_of(group, &group.operations[0]);
            let read = &pages[&path];
            let anchors = anchors(read);
            let unique: BTreeSet<&String> = anchors.iter().collect();
            assert_eq!(unique.len(), anchors.len(), "{} {path}: {anchors:?}", api.source);
            for operation in &group.operations {
                let at = anchors.iter().position(|it| *it == operation.name.snake());
                let at = at.unwrap_or_else(|| panic!("{} {path}: no {}", api.source, operation.id));
                assert_eq!(read.headings[at].0, HeadingLevel::H2);
                seen += 1;
            }
            assert_eq!(read.headings.iter().filter(|(level, _)| *level == HeadingLevel::H1).count(), 1);
        }
    }
    assert!(seen > 400, "{seen}");
}

/// Whatever stands in a collection: no page has HTML, a link to elsewhere, an image or a heading of it.
#[test]
fn texts_of_a_collection_stay_texts() {
    let seen: usize = all().map(|(api, tree)| texts_stay_texts(api, tree)).sum();
    assert!(seen > 150, "{seen}");
}

/// The same of the outputs of one collection; how many pages there are.
pub(crate) fn texts_stay_texts(api: &Api, tree: &Tree) -> usize {
    let pages = pages(tree);
    for (path, read) in &pages {
        let place = format!("{} {path}", api.source);
        assert_eq!(read.html.len(), 1, "{place}: {:?}", read.html);
        assert!(read.html[0].starts_with(&format!("<!-- {GENERATED_MARK}")), "{place}: {:?}", read.html);
        // Its convention wants the summary in a quote.
        let ours = if path.ends_with("llms.txt") { vec!["BlockQuote(None)"] } else { Vec::new() };
        assert_eq!(read.odd, ours, "{place}");
        let foreign = read.links.iter().find(|it| it.contains(':') || it.starts_with('/'));
        assert_eq!(foreign, None, "{place}");
        let known =
            |text: &str| text.starts_with("Model ") || text == "Models of this page" || text.ends_with(')');
        let group = api.groups.iter().find(|it| Target::Docs.file_of(it, &it.operations[0]) == *path);
        let is_name =
            |text: &str| group.is_none_or(|group| group.operations.iter().any(|it| it.name.snake() == text));
        let odd = read.headings.iter().find(|(_, text)| !known(text) && !is_name(text));
        assert_eq!(odd, None, "{place}");
    }
    pages.len()
}

/// A test that cannot fail shows nothing.
#[test]
fn what_is_no_text_is_found() {
    let read = page("[a](http://b) ![c](d) <b> [^1] $x$\n\n# h {#i\\}\n\n- [ ] t\n\n[^1]: n\n");
    assert_eq!((read.links.len(), read.html.len()), (1, 1));
    assert!(read.odd.len() >= 4, "{:?}", read.odd);
    assert_eq!(anchors(&page("# A b\n# a-b\n")), ["a-b", "a-b-1"]);
}

/// The tabs of a page are what `snippets inject` writes.
#[test]
fn tabs_are_the_short_snippets() {
    for (api, tree) in all() {
        let pages = pages(tree);
        for (group, operation) in operations(api) {
            let read = &pages[&Target::Docs.file_of(group, operation)];
            for language in Language::ALL {
                let text = snippet(api, group, operation, language, templates()).unwrap();
                // A parser reads other ends of lines as its own.
                let text = text.replace("\r\n", "\n");
                let found = read.code.iter().any(|(info, code)| info == language.info() && *code == text);
                assert!(found, "{} {} in {}:\n{text}", api.source, operation.id, language.name());
            }
        }
    }
}
