//! Calls with the collection's own values, as a program outside of the crate writes them.

use super::{code, group, library_name, outer_type, record};
use crate::api::{Api, Body, Group, Operation, Parameter, Scalar, Type};
use crate::collection::{
    Auth, Encoding, PartContent, Text, TokenPlace, WireBody, WirePart, encode_literal, encode_query,
    encode_query_key, encode_query_value,
};
use crate::target::given::{Upload, base_name, decoded};
use crate::target::order::{self, Slot};
use crate::target::quote;

/// What is given to a method for one of its parameters.
pub(super) enum Argument<'a> {
    /// An expression that stands for itself.
    Plain(String),
    /// The record of a query or a form, and the constructor that sets what Postman sends; then
    /// files, each with the method that sets it.
    Record { name: &'static str, record: String, constructor: &'static str, files: Vec<(String, Upload)> },
    /// A value of this type, as JSON.
    Json(&'a Type, String),
    /// A text.
    Text(String),
    /// A file.
    File(Upload),
}

/// The call of an operation on a `client`, with what the collection sends; `None` if that is
/// different each time or for everybody, or nothing that the method can send.
#[must_use]
pub fn call(api: &Api, group: &Group, operation: &Operation) -> Option<String> {
    let (library, module) = (library_name(api), group::module_name(group));
    let file = |file: Upload| match file.path.as_str() {
        "" => format!("{library}::File::new(\"\", \"\").with_content_type(\"\")"),
        path if base_name(path) == file.name => {
            format!("{library}::File::path({})", quote::rust(path))
        }
        path => {
            let (name, path) = (quote::rust(&file.name), quote::rust(path));
            format!("{library}::File::new({name}, std::fs::read({path}).unwrap())")
        }
    };
    let text = |text: &Text| text.as_literal().map(str::to_owned);
    let arguments = arguments(api, operation, &text).ok()?.into_iter().map(|it| match it {
        Argument::Plain(value) => value,
        Argument::Record { record, constructor, files, .. } => {
            let files = files.into_iter().map(|(setter, it)| format!(".{setter}({})", file(it)));
            format!("&{library}::api::{module}::{record}::{constructor}(){}", files.collect::<String>())
        }
        Argument::Json(ty, json) => {
            format!("&serde_json::from_str::<{}>({}).unwrap()", outer_type(api, ty), quote::rust(&json))
        }
        Argument::Text(text) => format!("{}.to_owned()", quote::rust(&text)),
        Argument::File(it) => format!("&{}", file(it)),
    });
    let arguments: Vec<String> = arguments.collect();
    let (handle, method) = (group::method_name(group), group::operation_name(operation));
    Some(format!("client.{handle}().{method}({})", arguments.join(", ")))
}

/// What to give to the method of an operation so that it sends what Postman sends, with these
/// values for texts. `Err` says why there is nothing to give.
pub(super) fn arguments<'a>(
    api: &Api,
    operation: &'a Operation,
    text: &impl Fn(&Text) -> Option<String>,
) -> Result<Vec<Argument<'a>>, String> {
    let unknown = || "one of its values is known to Postman only".to_owned();
    let known = |it: &Text| text(it).ok_or_else(unknown);
    let mut arguments = Vec::new();
    for argument in &operation.arguments {
        arguments.push(Argument::Plain(path_value(argument, &known)?));
    }
    if let Some(difference) = query_difference(api, operation) {
        return Err(format!("in its query, {difference}"));
    }
    if !operation.query.is_empty() && !group::sets_query_on_call(operation) {
        let record = group::query_name(operation);
        let constructor = constructor(operation.query.iter());
        arguments.push(Argument::Record { name: "query", record, constructor, files: Vec::new() });
    }
    let record = |constructor, files| Argument::Record {
        name: "form",
        record: group::form_name(operation),
        constructor,
        files,
    };
    match (&operation.body, &operation.wire.body) {
        (Body::Json(ty), WireBody::Text(json)) => arguments.push(Argument::Json(ty, known(json)?)),
        (Body::Text, WireBody::Text(text)) => arguments.push(Argument::Text(known(text)?)),
        (Body::Binary, WireBody::File(path)) => {
            let path = known(path)?;
            arguments.push(Argument::File(Upload { name: path.clone(), content_type: String::new(), path }));
        }
        (Body::Form(fields), _) => {
            if let Some(difference) = form_difference(operation, fields) {
                return Err(format!("in its form, {difference}"));
            }
            if !fields.is_empty() {
                arguments.push(record(constructor(fields.iter()), Vec::new()));
            }
        }
        (Body::Multipart(parts), _) => {
            if let Some(difference) = parts_difference(operation) {
                return Err(format!("in its form, {difference}"));
            }
            let mut files = Vec::new();
            for part in parts.iter().filter(|it| it.file && it.parameter.sent) {
                let mut sent = operation.wire.body_parts().iter();
                let sent = sent.find(|it| it.name.as_literal() == Some(&part.parameter.wire));
                let file = sent.and_then(|it| Upload::of(it, text)).ok_or_else(unknown)?;
                files.push((code::identifier(&part.parameter.name, &record::METHODS), file));
            }
            if !parts.is_empty() {
                let texts = parts.iter().filter(|part| !part.file).map(|part| &part.parameter);
                arguments.push(record(constructor(texts), files));
            }
        }
        _ => {}
    }
    Ok(arguments)
}

/// An expression for a value of the path, if the method sends it as Postman does.
fn path_value(
    argument: &Parameter,
    known: &impl Fn(&Text) -> Result<String, String>,
) -> Result<String, String> {
    // Without a value, Postman sends the placeholder.
    let encoded = match &argument.example {
        Some(example) => known(example)?,
        None => format!(":{}", argument.wire),
    };
    let value = decoded(&encoded);
    let sent = percent(&value, |byte| b"-_.~!$&'()*+,=:@".contains(&byte));
    if sent != encoded {
        return Err(format!(
            "in its path, Postman sends {}, and this crate {}",
            shown(&encoded),
            shown(&sent)
        ));
    }
    if ["", ".", ".."].contains(&value.as_str()) {
        return Err(format!("in its path, {} is {value:?}, which this crate refuses", argument.wire));
    }
    Ok(match argument.ty {
        Scalar::Text => quote::rust(&value),
        Scalar::Integer | Scalar::Bool => value,
    })
}

/// Where what a method adds to the query is not what Postman sends.
fn query_difference(api: &Api, operation: &Operation) -> Option<String> {
    let signed = match operation.auth() {
        Auth::Bearer { token, place: TokenPlace::Query, .. } => code::only_variable(api, token).is_some(),
        _ => false,
    };
    let own = order::query(operation, signed).into_iter().filter_map(|slot| match slot {
        Slot::Fixed(piece) => Some(piece.clone()),
        Slot::Parameter(parameter) if order::is_bare(parameter) => {
            Some(Text::literal(encode_query_key(&parameter.wire)))
        }
        Slot::Parameter(parameter) => {
            let example = parameter.example.as_ref().filter(|_| parameter.sent)?;
            let value = match example.as_literal() {
                Some(literal) => Text::literal(percent_query(&decoded(literal))),
                None => example.encoded(Encoding::Query, encode_query_value),
            };
            Some(pair(encode_query_key(&parameter.wire), value))
        }
    });
    let mut sent: Vec<&Text> = operation.wire.url.query.iter().flatten().collect();
    if signed {
        sent.pop();
    }
    difference(&own.collect::<Vec<_>>(), &sent)
}

/// Where what a method adds to a form is not what Postman sends.
fn form_difference(operation: &Operation, fields: &[Parameter]) -> Option<String> {
    let encode = |text: &str| encode_literal(Encoding::Form, text);
    let own = order::form(operation, fields).into_iter().filter_map(|slot| match slot {
        Slot::Fixed(piece) => Some(piece),
        Slot::Parameter(field) => {
            let example = field.example.as_ref().filter(|_| field.sent)?;
            Some(pair(encode(&field.wire), example.encoded(Encoding::Form, encode)))
        }
    });
    let sent = match &operation.wire.body {
        WireBody::Text(text) => text.split('&'),
        _ => Vec::new(),
    };
    difference(&own.collect::<Vec<_>>(), &sent.iter().collect::<Vec<_>>())
}

/// Where the parts that a method sends are not those of Postman.
fn parts_difference(operation: &Operation) -> Option<String> {
    let shown = |part: &WirePart| match &part.content {
        PartContent::Text(text) => pair(part.name.to_string(), text.clone()),
        PartContent::File { path, .. } => pair(format!("{} (a file)", part.name), path.clone()),
    };
    let mut own = Vec::new();
    for slot in order::parts(operation) {
        match slot {
            Slot::Fixed(part) if matches!(part.content, PartContent::Text(_)) => own.push(shown(part)),
            Slot::Fixed(_) => {}
            Slot::Parameter(part) => {
                let mark = if part.file { " (a file)" } else { "" };
                let example = part.parameter.example.as_ref().filter(|_| part.parameter.sent);
                own.extend(example.map(|it| pair(format!("{}{mark}", part.parameter.wire), it.clone())));
            }
        }
    }
    let sent: Vec<Text> = operation.wire.body_parts().iter().map(shown).collect();
    difference(&own, &sent.iter().collect::<Vec<_>>())
}

fn pair(mut key: String, value: Text) -> Text {
    key.push('=');
    let mut pair = Text::literal(key);
    pair.push(value);
    pair
}

/// The first pieces that are not the same, in words.
fn difference(own: &[Text], sent: &[&Text]) -> Option<String> {
    let longest = own.len().max(sent.len());
    let at = (0..longest).find(|at| own.get(*at) != sent.get(*at).copied())?;
    let shown = |it: Option<&Text>| it.map_or("nothing more".to_owned(), |it| shown(&it.to_string()));
    Some(format!("Postman sends {}, and this crate {}", shown(sent.get(at).copied()), shown(own.get(at))))
}

/// A text in quotes, its end left out if it is long.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{:?} …", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// A value of the query as the crate encodes it (`encode_query` of its `text.rs`).
fn percent_query(text: &str) -> String {
    encode_query(&text.replace('%', "%25").replace('&', "%26").replace('+', "%2B"))
}

/// Percent-encodes all but letters, digits and these, as the crate does (`text.rs`).
fn percent(text: &str, plain: impl Fn(u8) -> bool) -> String {
    let encode = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() || plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// `example`, if the record has some value to give.
fn constructor<'a>(mut parameters: impl Iterator<Item = &'a Parameter>) -> &'static str {
    let given = |it: &Parameter| it.sent && it.example.as_ref().is_none_or(|it| it.as_literal().is_some());
    if parameters.any(given) { "example" } else { "new" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_told() {
        let (a, b) = (Text::literal("a=1"), Text::variable("b"));
        assert_eq!(difference(std::slice::from_ref(&a), &[&a]), None);
        let told = difference(&[], &[&b]);
        assert_eq!(told.as_deref(), Some("Postman sends \"{{b}}\", and this crate nothing more"));
        let told = difference(&[a.clone(), b], &[&a]);
        assert_eq!(told.as_deref(), Some("Postman sends nothing more, and this crate \"{{b}}\""));
    }
}
