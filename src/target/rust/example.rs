//! Calls with the collection's own values, as a program outside of the crate writes them.

use super::{code, group, library_name, outer_type};
use crate::api::{Api, Body, Group, Operation, Parameter, Scalar};
use crate::collection::{PartContent, Text, WireBody};
use crate::target::quote;

/// The call of an operation on a `client`, with what the collection sends; `None` if it sends
/// something that only the runner of Postman can know.
#[must_use]
pub fn call(api: &Api, group: &Group, operation: &Operation) -> Option<String> {
    let mut arguments = Vec::new();
    for argument in &operation.arguments {
        // Examples of the path are percent-encoded, and stand for themselves only if nothing is.
        let example = argument.example.as_ref().and_then(Text::as_literal)?;
        if example.contains('%') {
            return None;
        }
        arguments.push(value(argument.ty, example));
    }
    let module = format!("{}::api::{}", library_name(api), group::module_name(group));
    if !operation.query.is_empty() {
        let record = format!("{module}::{}", group::query_name(operation));
        arguments.push(format!("&{record}::{}()", constructor(operation.query.iter())));
    }
    match (&operation.body, &operation.wire.body) {
        (Body::None, _) => {}
        (Body::Json(ty), WireBody::Text(text)) => {
            let json = quote::rust(text.as_literal()?);
            let ty = outer_type(api, ty);
            arguments.push(format!("&serde_json::from_str::<{ty}>({json}).unwrap()"));
        }
        (Body::Text, WireBody::Text(text)) => {
            arguments.push(format!("{}.to_owned()", quote::rust(text.as_literal()?)));
        }
        (Body::Binary, WireBody::File(path)) => arguments.push(format!("&{}", file(api, path)?)),
        (Body::Form(fields), _) if fields.is_empty() => {}
        (Body::Form(fields), _) => {
            let record = format!("{module}::{}", group::form_name(operation));
            arguments.push(format!("&{record}::{}()", constructor(fields.iter())));
        }
        (Body::Multipart(parts), _) => {
            let record = format!("{module}::{}", group::form_name(operation));
            let parameters = parts.iter().filter(|part| !part.file).map(|part| &part.parameter);
            let mut form = format!("&{record}::{}()", constructor(parameters));
            for part in parts.iter().filter(|part| part.file && part.parameter.sent) {
                let wire = operation.wire.body_parts().iter();
                let path = wire.filter(|it| it.name.as_literal() == Some(&part.parameter.wire));
                let mut path = path.filter_map(|it| match &it.content {
                    PartContent::File { path, .. } => Some(path),
                    PartContent::Text(_) => None,
                });
                let setter = code::identifier(&part.parameter.name, &super::record::METHODS);
                form.push_str(&format!(".{setter}({})", file(api, path.next_back()?)?));
            }
            arguments.push(form);
        }
        _ => return None,
    }
    let (handle, method) = (group::method_name(group), group::operation_name(operation));
    Some(format!("client.{handle}().{method}({})", arguments.join(", ")))
}

fn value(ty: Scalar, text: &str) -> String {
    match ty {
        Scalar::Text => quote::rust(text),
        Scalar::Integer | Scalar::Bool => text.to_owned(),
    }
}

fn file(api: &Api, path: &Text) -> Option<String> {
    if path.is_empty() {
        // No file was chosen: the runner sends a part without a name, a type and content.
        return Some(format!("{}::File::new(\"\", \"\").with_content_type(\"\")", library_name(api)));
    }
    let path = quote::rust(path.as_literal()?);
    Some(format!("{}::File::read({path}).unwrap()", library_name(api)))
}

/// `example`, if the record has some value to give.
fn constructor<'a>(mut parameters: impl Iterator<Item = &'a Parameter>) -> &'static str {
    let given = |it: &Parameter| it.sent && it.example.as_ref().and_then(Text::as_literal).is_some();
    if parameters.any(given) { "example" } else { "new" }
}
