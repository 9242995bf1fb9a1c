//! Phase 1, parse: the text of a file becomes a [`Document`] or an [`Environment`].
//!
//! Mirrors what is written in the file, v2.0 and v2.1 alike, and gives it no meaning.

mod de;
mod document;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

pub use de::Scalar;
pub use document::*;

use crate::error::{InputError, Result};

/// A text and the name by which the user knows it.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// How messages name it: usually the path as it was given.
    pub file: &'a str,
    /// The whole text.
    pub text: &'a str,
}

/// What a JSON file is, told by its content: file names lie.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Sniff {
    collection: Option<IgnoredAny>,
    environment: Option<IgnoredAny>,
    globals: Option<IgnoredAny>,
    info: Option<IgnoredAny>,
    item: Option<IgnoredAny>,
    requests: Option<IgnoredAny>,
    order: Option<IgnoredAny>,
    values: Option<IgnoredAny>,
    openapi: Option<IgnoredAny>,
    swagger: Option<IgnoredAny>,
}

/// The wrapper that Postman's API puts around a collection.
#[derive(Deserialize)]
struct WrappedCollection {
    collection: Document,
}

/// The wrappers that Postman's API puts around an environment or globals.
#[derive(Deserialize)]
struct WrappedEnvironment {
    #[serde(alias = "globals")]
    environment: Environment,
}

/// Reads a collection, v2.0 or v2.1, bare or as Postman's API wraps it.
///
/// # Errors
/// An [`InputError`] with line, column and JSON path if the text is not JSON, not a
/// collection, a collection of format v1, or has a value of the wrong type.
pub fn parse(source: Source<'_>) -> Result<Document> {
    let source = without_bom(source);
    // Nearly every file is what it should be, and is read once then.
    if source.text.trim_start().starts_with('{')
        && let Ok(document) = serde_json::from_str::<Document>(source.text)
        && !document.item.is_empty()
    {
        return known_version(source, document);
    }
    let sniff = sniff(source, EXPORT_HELP)?;
    if sniff.collection.is_some() && sniff.item.is_none() {
        return known_version(source, from_json::<WrappedCollection>(source)?.collection);
    }
    let is_other = sniff.openapi.is_some() || sniff.swagger.is_some();
    if sniff.item.is_some() || (sniff.info.is_some() && !is_other) {
        let document = from_json(source)?;
        return known_version(source, document);
    }
    Err(if sniff.requests.is_some() && sniff.order.is_some() {
        refuse(
            source,
            "this is a collection of format v1, which Postman itself no longer writes",
            "import it into Postman and export it as Collection v2.1, or convert it with \
             `npx postman-collection-transformer convert -i FILE -o OUT -j 1.0.0 -p 2.1.0`",
        )
    } else if sniff.values.is_some() || sniff.environment.is_some() || sniff.globals.is_some() {
        refuse(
            source,
            "this is an environment, not a collection",
            "pass it with --environment, and the collection as the argument",
        )
    } else if is_other {
        refuse(
            source,
            "this is an OpenAPI description, not a Postman collection",
            "postwright convert FILE --to postman --out OUT makes a collection of it",
        )
    } else {
        refuse(
            source,
            "this is JSON, but not a Postman collection: it has neither `info` nor `item`",
            EXPORT_HELP,
        )
    })
}

/// The JSON of a collection, with what [`parse`] does not read, and without the wrapper of Postman's API.
///
/// # Errors
/// If it is not JSON.
pub fn json(source: Source<'_>) -> Result<serde_json::Value> {
    let mut json: serde_json::Value = from_json(without_bom(source))?;
    let bare = json.get("item").is_some();
    Ok(json.get_mut("collection").filter(|_| !bare).map(serde_json::Value::take).unwrap_or(json))
}

/// The document, unless its schema says that it is of a format to come. Hand-made collections
/// often have no schema, and are read as what they look like.
fn known_version(source: Source<'_>, document: Document) -> Result<Document> {
    let schema = document.info.schema.as_deref().unwrap_or_default();
    let major = |part: &str| part.strip_prefix('v')?.split('.').next()?.parse::<u32>().ok();
    let version = schema.split('/').find(|part| major(part).is_some_and(|major| major > 2));
    match version {
        Some(version) => Err(refuse(
            source,
            &format!("this is a collection of format {version}; v2.0 and v2.1 can be read"),
            EXPORT_HELP,
        )),
        None => Ok(document),
    }
}

/// Reads an environment or globals file, bare or as Postman's API wraps it.
///
/// # Errors
/// As [`parse`].
pub fn parse_environment(source: Source<'_>) -> Result<Environment> {
    let source = without_bom(source);
    let sniff = sniff(source, ENVIRONMENT_HELP)?;
    if sniff.environment.is_some() || sniff.globals.is_some() {
        return Ok(from_json::<WrappedEnvironment>(source)?.environment);
    }
    if sniff.values.is_none() {
        return Err(refuse(
            source,
            "this is not a Postman environment: it has no `values`",
            ENVIRONMENT_HELP,
        ));
    }
    from_json(source)
}

const EXPORT_HELP: &str =
    "export the collection from Postman: the three dots beside its name, Export, Collection v2.1";

const ENVIRONMENT_HELP: &str = "export the environment from Postman: Environments, the three dots, Export";

fn sniff(source: Source<'_>, help: &str) -> Result<Sniff> {
    if source.text.trim().is_empty() {
        return Err(refuse(source, "the file is empty", help));
    }
    if source.text.trim_start().starts_with('[') {
        // A list of values would be read as the fields of a record, one by one.
        let _: Vec<IgnoredAny> = from_json(source)?;
        return Err(refuse(source, "this is a list, where an object is expected", help));
    }
    from_json(source)
}

fn without_bom(source: Source<'_>) -> Source<'_> {
    Source { text: source.text.trim_start_matches('\u{feff}'), ..source }
}

fn refuse(source: Source<'_>, message: &str, help: &str) -> crate::error::Error {
    InputError {
        file: source.file.to_owned(),
        position: None,
        path: String::new(),
        message: message.to_owned(),
        help: help.to_owned(),
    }
    .into()
}

/// Reads JSON the fast way, and a second time for the path if that fails.
fn from_json<T: DeserializeOwned>(source: Source<'_>) -> Result<T> {
    let plain = match serde_json::from_str::<T>(source.text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let mut json = serde_json::Deserializer::from_str(source.text);
    match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Err(error) => Err(json_error(source, &error.path().to_string(), error.inner())),
        // Only what follows the value can be wrong now, and that has no path.
        Ok(_) => Err(json_error(source, "", &plain)),
    }
}

/// The column in characters, as editors count: serde_json counts bytes.
fn column(text: &str, error: &serde_json::Error) -> usize {
    let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
    let before = line.bytes().take(error.column().saturating_sub(1));
    // What goes on with a character begins with the bits 10 (RFC 3629 §3).
    before.filter(|byte| byte & 0xc0 != 0x80).count() + 1
}

/// The sentence of serde_json without the text that it quotes, which may be long, and a secret.
fn without_value(message: &str) -> String {
    let quoted =
        |begin: &str| Some((begin.to_owned(), message.strip_prefix(begin)?.rsplit_once("\", expected ")?.1));
    match quoted("invalid type: string \"").or_else(|| quoted("invalid value: string \"")) {
        Some((begin, expected)) => format!("{}, expected {expected}", begin.trim_end_matches(" \"")),
        None => message.to_owned(),
    }
}

fn json_error(source: Source<'_>, path: &str, error: &serde_json::Error) -> crate::error::Error {
    use serde_json::error::Category;
    let text = error.to_string();
    // serde_json ends its sentence with the position, which has a place of its own here.
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(sentence, _)| sentence);
    let (message, help) = match error.classify() {
        Category::Eof => (
            "the file ends in the middle of a value".to_owned(),
            "it was cut off: export or download it again",
        ),
        Category::Data => (
            without_value(message),
            "mend the value there, or open the collection in Postman and export it again",
        ),
        _ if message.contains("recursion limit") => (
            "values are nested more than 127 deep, which is about 60 folders in each other".to_owned(),
            "flatten the folders; Postman itself shows no more than a few levels",
        ),
        _ => (
            format!("this is not JSON: {message}"),
            "export the collection from Postman again, or mend the file there",
        ),
    };
    InputError {
        file: source.file.to_owned(),
        position: Some((error.line(), column(source.text, error))),
        path: path.to_owned(),
        message,
        help: help.to_owned(),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn columns_are_characters() {
        let table =
            [("{\"ü\": \"\u{1}\"}", (1, 7)), ("{\"info\": {},\n \"漢字\" 1", (2, 7)), ("{\n\n", (3, 1))];
        for (text, want) in table {
            let found = match parse(Source { file: "a.json", text }) {
                Err(Error::Input(error)) => error.position,
                _ => None,
            };
            assert_eq!(found, Some(want), "{text}");
        }
    }
    #[test]
    fn errors_do_not_say_what_stands_there() {
        let table = [
            (r#"{"item": ["a \"tok\", expected b"]}"#, "invalid type: string, expected struct Item"),
            (
                r#"{"item": [{"request": {"auth": "tok"}}]}"#,
                "invalid type: string, expected an object with a `type`",
            ),
            (
                r#"{"item": [{"request": {"auth": ["tok"]}}]}"#,
                "invalid type: sequence, expected an object with a `type`",
            ),
        ];
        for (text, want) in table {
            match parse(Source { file: "a.json", text }) {
                Err(Error::Input(error)) => assert_eq!(error.message, want, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }
}
