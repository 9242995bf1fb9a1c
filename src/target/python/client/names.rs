//! What things are called in the package.

use crate::api::{Api, Group, Operation, Record, Variable};
use crate::name::Name;

/// Keywords (`keyword.kwlist`), in small letters: no name here has others.
const KEYWORDS: &str = "and as assert async await break class continue def del elif else except finally for \
    from global if import in is lambda nonlocal not or pass raise return try while with yield";

/// What the methods of a group need for themselves.
const LOCALS: &str = "answer base64 claims encode_path encode_query encode_value header json jwt now quote random re \
    request segment self time uuid";

/// What annotations name that could be a method of the class they stand in.
const ANNOTATIONS: &str = "builtins models requests";

/// What a client takes and has besides variables and groups.
const CLIENT: &str = "auth cached_property close retry self session timeout";

/// What a client takes besides variables, and what its settings name or have.
const SETTINGS: &str = "auth find missing property retry self session str timeout";

/// Modules that every package has, and what `models.py` names.
const OWN_MODELS: &str =
    "Any False Generic JsonValue None NotRequired Page True TypeAlias TypedDict TypeVar Item";

fn is_one_of(words: &str, name: &str) -> bool {
    words.split(' ').any(|it| it == name)
}

/// A name that is no keyword, nor one of these words.
fn escaped(name: String, taken: &str) -> String {
    if is_one_of(KEYWORDS, &name) || is_one_of(taken, &name) { format!("{name}_") } else { name }
}

/// The package as programs import it.
pub(super) fn package(api: &Api) -> String {
    let name = api.public_name().snake();
    let is_taken = is_one_of(KEYWORDS, &name) || is_one_of(super::super::MODULES, &name);
    if is_taken { format!("{name}_client") } else { name }
}

/// The attribute of the client, and the module.
pub(super) fn group(group: &Group) -> String {
    escaped(group.name.snake(), CLIENT)
}

/// The class of a group.
pub(super) fn class(group: &Group) -> String {
    format!("{}Api", group.name.pascal())
}

pub(super) fn operation(operation: &Operation) -> String {
    escaped(operation.name.snake(), ANNOTATIONS)
}

pub(super) fn parameter(name: &Name) -> String {
    escaped(name.snake(), LOCALS)
}

/// The argument of the client, and the property of its settings.
pub(super) fn setting(variable: &Variable) -> String {
    escaped(variable.name.snake(), SETTINGS)
}

/// How a method reads a variable.
pub(super) fn read(variable: &Variable) -> String {
    format!("self._settings.{}", setting(variable))
}

pub(super) fn model(record: &Record) -> String {
    let name = record.name.pascal();
    if is_one_of(OWN_MODELS, &name) { format!("{name}_") } else { name }
}

/// Whether a key can be a name in a class: none that Python would read otherwise.
pub(super) fn is_plain_key(key: &str) -> bool {
    let is_word = key.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    let starts = key.bytes().next().is_some_and(|it| !it.is_ascii_digit());
    let is_taken = is_one_of(KEYWORDS, key) || ["None", "True", "False"].contains(&key);
    // Two underscores are changed to something else in a class.
    is_word && starts && !is_taken && !key.starts_with("__")
}

/// The words of a piece of code.
pub(super) fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
}
