//! The call of an operation with the collection's own values.

use super::arguments::Arguments;
use super::names;
use crate::api::{Body, Group, Operation, Parameter, Scalar};
use crate::collection::{Text, WireBody};
use crate::target::given::{Upload, decoded};
use crate::target::order::is_bare;
use crate::target::quote::py;

/// The call of an operation on a `client`, with what the collection sends and these values for
/// texts; `None` if a value is known to Postman only. It names `File`, `Path` and `json`.
#[must_use]
pub fn call(group: &Group, operation: &Operation, text: &dyn Fn(&Text) -> Option<String>) -> Option<String> {
    let names = Arguments::of(operation);
    let mut arguments = Vec::new();
    for argument in &operation.arguments {
        // Without a value, Postman sends the placeholder.
        let value = match &argument.example {
            Some(example) => decoded(&text(example)?),
            None => format!(":{}", argument.wire),
        };
        arguments.push(literal(argument.ty, &value));
    }
    match (&operation.body, &operation.wire.body) {
        (Body::Json(_), WireBody::Text(json)) => arguments.push(format!("json.loads({})", py(&text(json)?))),
        (Body::Text, WireBody::Text(body)) => arguments.push(py(&text(body)?)),
        (Body::Binary, WireBody::File(path)) => {
            let path = py(&text(path)?);
            arguments.push(format!("File({path}, Path({path}))"));
        }
        _ => {}
    }
    for (parameter, name) in operation.query.iter().zip(&names.query) {
        let bare = is_bare(parameter).then_some("");
        if let Some(value) = own_value(parameter).or(bare) {
            arguments.push(format!("{name}={}", literal(parameter.ty, &decoded(value))));
        }
    }
    match &operation.body {
        Body::Form(fields) => {
            for (field, name) in fields.iter().zip(&names.form) {
                arguments.extend(own_value(field).map(|it| format!("{name}={}", literal(field.ty, it))));
            }
        }
        Body::Multipart(parts) => {
            for (part, name) in parts.iter().zip(&names.form).filter(|(part, _)| part.parameter.sent) {
                if !part.file {
                    let value = own_value(&part.parameter).map(|it| literal(part.parameter.ty, it));
                    arguments.extend(value.map(|it| format!("{name}={it}")));
                    continue;
                }
                let mut sent = operation.wire.body_parts().iter();
                let sent = sent.find(|it| it.name.as_literal() == Some(&part.parameter.wire))?;
                let Upload { path, name: send_as, content_type } = Upload::of(sent, &|it: &Text| text(it))?;
                let content =
                    if path.is_empty() { "b\"\"".to_owned() } else { format!("Path({})", py(&path)) };
                let file = format!("File({}, {content}, {})", py(&send_as), py(&content_type));
                arguments.push(format!("{name}={file}"));
            }
        }
        _ => {}
    }
    let page = if operation.paging.is_some() { ".page()" } else { "" };
    let method = format!("client.{}.{}", names::group(group), names::operation(operation));
    Some(format!("{method}({}){page}", arguments.join(", ")))
}

/// What the collection sends, if it is the same for everybody.
fn own_value(parameter: &Parameter) -> Option<&str> {
    parameter.example.as_ref().filter(|_| parameter.sent)?.as_literal()
}

fn literal(ty: Scalar, value: &str) -> String {
    match (ty, value) {
        (Scalar::Bool, "true") => "True".to_owned(),
        (Scalar::Bool, "false") => "False".to_owned(),
        (Scalar::Integer, value) if value.parse::<i64>().is_ok_and(|it| it.to_string() == value) => {
            value.to_owned()
        }
        (_, value) => py(value),
    }
}
