//! The dynamic variables of a collection, as constants that say how their values are made.

use serde::Serialize;

use super::{code, layout};
use crate::api::Api;
use crate::collection::{Dynamic, Ingredient, Part, Text};
use crate::target::{generated_line, quote};

/// What `rust/src/dynamic.rs` may say.
#[derive(Serialize)]
pub(super) struct Dynamics {
    generated: String,
    constants: Vec<Vec<String>>,
}

/// The constants; `None` if the collection has no dynamic variable.
pub(super) fn view(api: &Api) -> Option<Dynamics> {
    let mut used: Vec<Dynamic> = Vec::new();
    for part in texts(api).flat_map(Text::parts) {
        if let Part::Dynamic { dynamic, .. } = part
            && !used.contains(dynamic)
        {
            used.push(*dynamic);
        }
    }
    used.sort_by_key(|it| it.name());
    let constants = used.iter().map(|it| constant(*it));
    (!used.is_empty()).then(|| Dynamics { generated: generated_line(api), constants: constants.collect() })
}

/// Every text that a client may send.
fn texts(api: &Api) -> impl Iterator<Item = &Text> {
    let operations = api.groups.iter().flat_map(|group| &group.operations);
    let wire = operations.flat_map(|it| it.wire.texts().chain(it.wire.auth.texts()));
    let oauth2 = api.oauth2.iter().flat_map(|it| it.texts());
    wire.chain(api.servers.iter().map(|it| &it.origin)).chain(oauth2)
}

fn constant(dynamic: Dynamic) -> Vec<String> {
    let elements: Vec<String> = dynamic.recipe().iter().map(|it| ingredient(*it)).collect();
    let head = format!("pub const {}: &[Ingredient] = &", code::dynamic_constant(dynamic));
    let mut lines = vec![format!("/// `{{{{{}}}}}`", dynamic.name())];
    lines.extend(layout::array(0, &head, &elements, ";"));
    lines
}

fn ingredient(ingredient: Ingredient) -> String {
    match ingredient {
        Ingredient::Literal(text) => format!("Ingredient::Literal({})", quote::rust(text)),
        Ingredient::OneOf(words) => format!("Ingredient::OneOf({})", quote::rust(words)),
        Ingredient::Characters(count, alphabet) => {
            format!("Ingredient::Characters({count}, {})", quote::rust(alphabet))
        }
        Ingredient::Integer(from, to) => format!("Ingredient::Integer({from}, {to})"),
        Ingredient::Guid => "Ingredient::Guid".to_owned(),
        Ingredient::Timestamp => "Ingredient::Timestamp".to_owned(),
        Ingredient::IsoTimestamp => "Ingredient::IsoTimestamp".to_owned(),
        Ingredient::Moment(from, to) => format!("Ingredient::Moment({from}, {to})"),
    }
}
