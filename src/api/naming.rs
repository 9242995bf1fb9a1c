//! Names of groups and operations: the folder is the noun, and the verb is what is left of a
//! request's name when the noun is taken away.

use std::collections::HashMap;

use crate::collection::{PathPart, Request};
use crate::name::{Name, Scope};

/// Requests that make a group, and what they are called in it.
#[derive(Debug)]
pub(super) struct Plan {
    /// Its name.
    pub(super) name: Name,
    /// What it is about: the noun of its models.
    pub(super) noun: Name,
    /// Folder names from the top; of the first folder where several make one group.
    pub(super) folders: Vec<String>,
    /// Indices of its requests, with their names.
    pub(super) requests: Vec<(usize, Verb)>,
}

/// The name of an operation.
#[derive(Debug, Clone)]
pub(super) struct Verb {
    /// The name.
    pub(super) name: Name,
    /// Whether it is one of create, read, update, delete, so that its bodies are the noun itself.
    pub(super) plain: bool,
    /// Whether it had to be numbered.
    pub(super) numbered: bool,
    /// Whether another request of its group has its title, and it is called something else for it.
    pub(super) moved: bool,
}

/// Groups of all requests, in document order.
pub(super) fn plan(requests: &[Request]) -> Vec<Plan> {
    let mut folders: Vec<(Vec<String>, Vec<usize>)> = Vec::new();
    let mut by_folder: HashMap<&[String], usize> = HashMap::new();
    for (index, request) in requests.iter().enumerate() {
        let slot = *by_folder.entry(&request.folders).or_insert_with(|| {
            folders.push((request.folders.clone(), Vec::new()));
            folders.len() - 1
        });
        folders[slot].1.push(index);
    }

    // Folders of one name are one group, as long as their operations keep names of their own;
    // else each of them takes the name of the folder around it as well.
    let mut order: Vec<Name> = Vec::new();
    let mut by_leaf: HashMap<Name, Vec<usize>> = HashMap::new();
    for (slot, (path, _)) in folders.iter().enumerate() {
        let leaf = tail(path, 1);
        let slots = by_leaf.entry(leaf.clone()).or_default();
        if slots.is_empty() {
            order.push(leaf);
        }
        slots.push(slot);
    }
    let mut drafts: Vec<(Vec<Name>, Vec<String>, Vec<usize>)> = Vec::new();
    for leaf in order {
        let slots = &by_leaf[&leaf];
        let all: Vec<usize> = slots.iter().flat_map(|slot| folders[*slot].1.iter().copied()).collect();
        if slots.len() == 1 || verbs(requests, &all, &leaf).iter().all(|verb| !verb.numbered) {
            let path = folders[slots[0]].0.clone();
            let bare =
                path.last().map(|it| Name::new(without_ordinal(it)).no_device("folder")).unwrap_or_default();
            drafts.push((vec![bare, leaf], path, all));
            continue;
        }
        for slot in slots {
            let (path, indices) = &folders[*slot];
            let names = (2..=path.len()).map(|depth| tail(path, depth)).chain([leaf.clone()]).collect();
            drafts.push((names, path.clone(), indices.clone()));
        }
    }

    let mut scope = Scope::default();
    let mut plans: Vec<Plan> = drafts
        .into_iter()
        .map(|(names, folders, indices)| {
            let verbs = verbs(requests, &indices, &tail(&folders, 1));
            Plan {
                name: scope.claim(&names),
                noun: noun(&tail(&folders, 1)),
                folders,
                requests: indices.into_iter().zip(verbs).collect(),
            }
        })
        .collect();
    plans.sort_by_key(|plan| plan.requests[0].0);
    plans
}

/// The last folder names, joined. Requests outside of every folder are "requests".
fn tail(folders: &[String], depth: usize) -> Name {
    let from = folders.len().saturating_sub(depth);
    let name = folders[from..].iter().map(|it| Name::new(it)).reduce(|a, b| a.then(&b)).unwrap_or_default();
    name.or(Name::new(if folders.is_empty() { "requests" } else { "folder" })).no_device("folder")
}

/// A title without the number that only puts it in order: `1. Sign in` → `Sign in`.
fn without_ordinal(title: &str) -> &str {
    let rest = title.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = title.trim_start().len() - rest.len();
    let rest = rest.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest).trim_start();
    let bare = rest.trim_start_matches(['.', ')', ':', '-', '\u{2013}']);
    let is_ordinal = (1..=3).contains(&digits) && bare.len() < rest.len() && bare.starts_with(' ');
    if is_ordinal && bare.contains(char::is_alphabetic) { bare.trim_start() } else { title }
}

/// What a folder is about, in the singular. "Patients List" is about patients.
fn noun(folder: &Name) -> Name {
    let words = folder.words();
    match words {
        [rest @ .., last] if last == "list" && !rest.is_empty() => Name::from_words(rest.to_vec()).singular(),
        _ => folder.singular(),
    }
}

/// Names of the operations of one group, unique in it.
fn verbs(requests: &[Request], indices: &[usize], folder: &Name) -> Vec<Verb> {
    let title = |index: &usize| from_title(&requests[*index], folder).no_device("request");
    let titles: Vec<Name> = indices.iter().map(title).collect();
    let mut count: HashMap<&Name, usize> = HashMap::new();
    for title in &titles {
        *count.entry(title).or_default() += 1;
    }
    let mut scope = Scope::default();
    // Whoever has a name to himself keeps it, wherever he stands.
    for title in titles.iter().filter(|title| !title.is_empty() && count[title] == 1) {
        scope.claim(std::slice::from_ref(title));
    }
    let mut verbs = Vec::new();
    for (index, title) in indices.iter().zip(&titles) {
        let request = &requests[*index];
        let (name, numbered, moved) = if !title.is_empty() && count[title] == 1 {
            (title.clone(), false, false)
        } else {
            let candidates = alternatives(request, folder, title);
            let candidates: Vec<Name> = candidates.into_iter().map(|it| it.no_device("request")).collect();
            let name = scope.claim(&candidates);
            let numbered = !candidates.contains(&name);
            let moved = !title.is_empty() && name != *title;
            (name, numbered, moved)
        };
        verbs.push(Verb { plain: is_plain(&name), name, numbered, moved });
    }
    verbs
}

/// Names for a request whose title names nothing, or names several.
fn alternatives(request: &Request, folder: &Name, title: &Name) -> Vec<Name> {
    let by_path = from_path(request, folder);
    let method = Name::new(&request.wire.method);
    if title.is_empty() {
        let with_method = more(&method, &by_path);
        return vec![by_path, with_method, more(&method, &path_words(request))];
    }
    let (with_path, with_words) = (more(title, &by_path), more(title, &path_words(request)));
    vec![by_path, title.clone(), with_path, with_words]
}

/// Both names as one, without saying the first twice.
fn more(first: &Name, second: &Name) -> Name {
    if second.words().starts_with(first.words()) { second.clone() } else { first.then(second) }
}

/// Words that say nothing in a name.
const ARTICLES: [&str; 3] = ["a", "an", "the"];
/// Words between a verb and its noun.
const CONNECTORS: [&str; 10] = ["of", "for", "from", "in", "on", "to", "by", "with", "and", "at"];

/// The title without its noun: `Get CCDA of patient` → `ccda`. Empty if nothing is left, or
/// if the title is an address.
fn from_title(request: &Request, folder: &Name) -> Name {
    if request.name.contains("://") || request.name.trim_start().starts_with(['/', '{']) {
        return Name::default();
    }
    let title = Name::new(without_ordinal(&request.name));
    let nouns = noun_forms(folder);
    let nouns: Vec<Vec<&str>> = nouns.iter().map(|noun| noun.iter().map(String::as_str).collect()).collect();
    let mut words: Vec<&str> = title.words().iter().map(String::as_str).collect();
    words.retain(|word| !ARTICLES.contains(word));
    for noun in &nouns {
        // "… of patient", wherever it stands.
        let at = words
            .windows(noun.len() + 1)
            .position(|window| CONNECTORS.contains(&window[0]) && window[1..] == noun[..]);
        if let Some(at) = at.filter(|at| *at > 0) {
            words.drain(at..=at + noun.len());
            break;
        }
        if words.len() > noun.len() && words.ends_with(noun) {
            words.truncate(words.len() - noun.len());
            while words.last().is_some_and(|word| CONNECTORS.contains(word)) {
                words.pop();
            }
            break;
        }
        if words.len() > noun.len() && words.starts_with(noun) && !CONNECTORS.contains(&words[noun.len()]) {
            words.drain(..noun.len());
            break;
        }
    }
    if nouns.contains(&words) {
        return Name::default();
    }
    if words.len() > 1 && words[0] == "get" && !CONNECTORS.contains(&words[1]) && words[1] != "all" {
        words.remove(0);
    }
    Name::from_words(words.into_iter().map(str::to_owned))
}

/// The ways in which a title may write the noun of its folder, longest first.
fn noun_forms(folder: &Name) -> Vec<Vec<String>> {
    let thing = noun(folder);
    let mut forms = vec![folder.words().to_vec(), folder.singular().words().to_vec(), thing.words().to_vec()];
    if let [rest @ .., last] = folder.words()
        && last == "list"
    {
        forms.push(rest.to_vec());
    }
    forms.retain(|form| !form.is_empty());
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms.dedup();
    forms
}

/// A name by what the request does: `list get create replace update delete`, or the last word
/// of the path if that is something else than the folder's noun.
fn from_path(request: &Request, folder: &Name) -> Name {
    let method = request.wire.method.as_str();
    let segments = segments(request);
    let on_one = segments.last().is_some_and(Option::is_none);
    let last = segments.iter().rev().find_map(Clone::clone).unwrap_or_default();
    let verb = Name::new(match method {
        "GET" if on_one => "get",
        "GET" => "list",
        "POST" => "create",
        "PUT" => "replace",
        "PATCH" => "update",
        other => other,
    });
    let about_folder =
        last.is_empty() || last.singular() == folder.singular() || last.singular() == noun(folder);
    if about_folder {
        verb
    } else if method == "GET" && !on_one {
        last
    } else {
        verb.then(&last)
    }
}

/// Every word of the path.
fn path_words(request: &Request) -> Name {
    let words = segments(request).into_iter().flatten().reduce(|a, b| a.then(&b));
    words.unwrap_or_default()
}

/// Segments of the path as names; `None` for one that is an argument.
fn segments(request: &Request) -> Vec<Option<Name>> {
    let mut segments = Vec::new();
    for part in &request.wire.url.path {
        match part {
            PathPart::Argument { .. } => segments.push(None),
            PathPart::Fixed(text) => {
                for segment in text.split('/') {
                    if segment.is_empty() {
                        continue;
                    }
                    // Digits alone are a value, in whatever way they are written.
                    let word = segment.as_literal().filter(|it| !it.bytes().all(|b| b.is_ascii_digit()));
                    segments.push(word.map(Name::new).filter(|name| !name.is_empty()));
                }
            }
        }
    }
    segments
}

/// Verbs whose bodies are the noun itself.
const PLAIN: [&str; 26] = [
    "get", "list", "create", "replace", "update", "patch", "delete", "read", "show", "retrieve", "find",
    "fetch", "add", "new", "put", "post", "remove", "all", "one", "details", "view", "search", "query",
    "edit", "modify", "by",
];

fn is_plain(name: &Name) -> bool {
    let mut words = name.words().iter().map(String::as_str);
    words.next().is_some_and(|word| PLAIN.contains(&word))
        && words.all(|word| PLAIN.contains(&word) || word == "id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_only_order_are_left_out() {
        let table = [
            ("1. Sign in", "Sign in"),
            ("02 - Get token", "Get token"),
            ("1a) Create user", "Create user"),
            ("3DS", "3DS"),
            ("2nd try", "2nd try"),
            ("2-factor auth", "2-factor auth"),
            ("2026 - report", "2026 - report"),
            ("1.", "1."),
            ("1. 2", "1. 2"),
        ];
        for (title, want) in table {
            assert_eq!(without_ordinal(title), want);
        }
    }
}
