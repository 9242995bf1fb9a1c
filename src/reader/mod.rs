//! Formats besides Postman's. Each is read into the JSON of a Postman collection, format v2.1, so that what is sent, and
//! how, is decided in one place for all of them.

pub mod bruno;
mod build;
mod insomnia;
mod openapi;
mod yaml;

use serde_json::Value;

use crate::diagnostic::Diagnostics;
use crate::error::{InputError, Result};
use crate::postman::Source;

/// The collection that a text of another format describes; `None` if it is of none that is known here. What a
/// collection cannot say is noted.
///
/// # Errors
/// If it is of such a format, and cannot be read.
pub fn read(source: Source<'_>, notes: &mut Diagnostics) -> Result<Option<String>> {
    let text = source.text.trim_start_matches('\u{feff}');
    let value =
        if text.trim_start().starts_with('{') { serde_json::from_str(text).ok() } else { yaml::parse(text) };
    let Some(value @ Value::Object(_)) = value else { return Ok(None) };
    let collection = if value.get("openapi").is_some() {
        openapi::read(source.file, &value, notes)?
    } else if let Some(version) = value.get("swagger") {
        return Err(refuse(
            source.file,
            &format!("this is a description of Swagger {}, which is not read", build::plain(version)),
            "convert it to OpenAPI 3 first: npx swagger2openapi FILE --outfile OUT",
        ));
    } else if insomnia::is_one(&value) {
        insomnia::read(&value, notes)
    } else if bruno::is_opencollection(&value) {
        bruno::read_opencollection(&value, notes)
    } else {
        return Ok(None);
    };
    Ok(Some(collection.to_string()))
}

fn refuse(file: &str, message: &str, help: &str) -> crate::error::Error {
    InputError {
        file: file.to_owned(),
        position: None,
        path: String::new(),
        message: message.to_owned(),
        help: help.to_owned(),
    }
    .into()
}
