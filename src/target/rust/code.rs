//! Names, types and texts as Rust has them.

use std::cmp::Ordering;

use crate::api::{Api, Operation, Scalar, Type, Variable};
use crate::collection::{Dynamic, Encoding, Part, Text};
use crate::name::Name;
use crate::target::quote;

/// Words that no identifier may be, in edition 2024, those of the future included.
const KEYWORDS: [&str; 53] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "union", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield", "std",
];

/// An identifier; with an underscore behind it if the name is a keyword or among those taken.
pub(super) fn identifier(name: &Name, taken: &[&str]) -> String {
    let name = name.snake();
    if KEYWORDS.contains(&name.as_str()) || taken.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

/// Name of the constant of a variable.
pub(super) fn constant(variable: &Variable) -> String {
    let name = variable.name.screaming();
    if name == "ALL" { "ALL_".to_owned() } else { name }
}

/// Name of the constant of a dynamic variable.
pub(super) fn dynamic_constant(dynamic: Dynamic) -> String {
    Name::new(dynamic.name()).screaming()
}

/// `use path::{A, B};`, names in order.
pub(super) fn import(path: &str, names: &[String]) -> Vec<String> {
    let list = names.join(", ");
    let line = match names {
        [name] => format!("use {path}::{name};"),
        _ => format!("use {path}::{{{list}}};"),
    };
    // rustfmt breaks a list that is wider than a line, which has two columns less for it.
    if line.len() <= 98 || names.len() < 2 {
        return vec![line];
    }
    let mut lines = vec![format!("use {path}::{{")];
    let mut line = String::from("   ");
    for (index, name) in names.iter().enumerate() {
        // The last one may end where the line does.
        let room = if index + 1 == names.len() { 100 } else { 99 };
        if line.len() + name.len() + 2 > room {
            lines.push(std::mem::replace(&mut line, String::from("   ")));
        }
        line.push_str(&format!(" {name},"));
    }
    lines.extend([line, "};".to_owned()]);
    lines
}

/// Order in which rustfmt sorts names (style guide 2024, "sorting"): numbers in them count as
/// numbers, and an underscore comes before every other character.
pub(super) fn by_version(a: &str, b: &str) -> Ordering {
    chunks(a).cmp(&chunks(b)).then_with(|| a.cmp(b))
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Chunk<'a> {
    Underscore,
    Number(u64),
    Word(&'a str),
}

fn chunks(text: &str) -> Vec<Chunk<'_>> {
    let mut chunks = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let same = |c: char| match first {
            '_' => c == '_',
            digit if digit.is_ascii_digit() => c.is_ascii_digit(),
            _ => c != '_' && !c.is_ascii_digit(),
        };
        // An underscore is a chunk of its own, so that `a_b` comes before `a__b`.
        let end = if first == '_' { 1 } else { rest.find(|c| !same(c)).unwrap_or(rest.len()) };
        let (chunk, after) = rest.split_at(end);
        chunks.push(match chunk.parse() {
            Ok(number) => Chunk::Number(number),
            Err(_) if chunk == "_" => Chunk::Underscore,
            Err(_) => Chunk::Word(chunk),
        });
        rest = after;
    }
    chunks
}

/// A type of the API, with this in front of the names of models.
pub(super) fn type_name(api: &Api, ty: &Type, models: &str) -> String {
    let inner = |ty: &Type| type_name(api, ty, models);
    match ty {
        Type::Any => "serde_json::Value".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Integer => "i64".to_owned(),
        Type::Float => "f64".to_owned(),
        Type::Number => "serde_json::Number".to_owned(),
        Type::Decimal(_) => "Decimal".to_owned(),
        Type::Text => "String".to_owned(),
        Type::IntOrText => "IntOrText".to_owned(),
        Type::Date => "Date".to_owned(),
        Type::DateTime => "DateTime".to_owned(),
        Type::Nullable(ty) => format!("Option<{}>", inner(ty)),
        Type::List(item) => format!("Vec<{}>", inner(item)),
        Type::Map(value) => format!("BTreeMap<String, {}>", inner(value)),
        Type::Page(item) => format!("Page<{}>", inner(item)),
        Type::Record(id) => format!("{models}{}", api.types.get(*id).name.pascal()),
    }
}

/// The type of a parameter.
pub(super) fn scalar(ty: Scalar) -> &'static str {
    match ty {
        Scalar::Text => "String",
        Scalar::Integer => "i64",
        Scalar::Bool => "bool",
    }
}

/// Types that are written without the path that they are found under: those whose names stand
/// in a text of types.
pub(super) fn names_in(types: &[String], name: &str) -> bool {
    types.iter().any(|ty| {
        ty.match_indices(name).any(|(at, _)| {
            let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            !ty[..at].ends_with(is_word) && !ty[at + name.len()..].starts_with(is_word)
        })
    })
}

/// The pieces of a text, each an expression.
pub(super) fn pieces(api: &Api, text: &Text) -> Vec<String> {
    let piece = |part: &Part| match part {
        Part::Literal(literal) => format!("Piece::Literal({})", quote::rust(literal)),
        Part::Variable { name, encoding } => {
            let Some(variable) = variable(api, name) else {
                return "Piece::Literal(\"\")".to_owned();
            };
            format!(
                "Piece::Variable(Variable::{}, Encoding::{})",
                constant(variable),
                encoding_name(*encoding)
            )
        }
        Part::Dynamic { dynamic, encoding } => {
            format!(
                "Piece::Dynamic(dynamic::{}, Encoding::{})",
                dynamic_constant(*dynamic),
                encoding_name(*encoding)
            )
        }
    };
    text.parts().iter().map(piece).collect()
}

fn encoding_name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Raw => "Raw",
        Encoding::Path => "Path",
        Encoding::Query => "Query",
        Encoding::QueryValue => "QueryValue",
        Encoding::Form => "Form",
        Encoding::Json => "Json",
    }
}

/// The variable of this name.
pub(super) fn variable<'a>(api: &'a Api, name: &str) -> Option<&'a Variable> {
    api.variables.named(name)
}

/// The variable that a text is, if it is nothing else.
pub(super) fn only_variable<'a>(api: &'a Api, text: &Text) -> Option<&'a Variable> {
    match text.parts() {
        [Part::Variable { name, encoding: Encoding::Raw }] => variable(api, name),
        _ => None,
    }
}

/// Lines of a doc comment; those that are empty have nothing behind the slashes.
pub(super) fn doc(lines: impl IntoIterator<Item = String>) -> Vec<String> {
    comment("///", lines)
}

/// Lines of a doc comment of the module around them.
pub(super) fn inner_doc(lines: impl IntoIterator<Item = String>) -> Vec<String> {
    comment("//!", lines)
}

fn comment(leader: &str, lines: impl IntoIterator<Item = String>) -> Vec<String> {
    let line = |text: String| match text.trim_end() {
        "" => leader.to_owned(),
        text => format!("{leader} {text}"),
    };
    lines.into_iter().map(line).collect()
}

/// A description as lines of a doc comment.
pub(super) fn description(text: &str) -> Vec<String> {
    quote::lines(text).iter().map(|line| quote::rust_doc(line)).collect()
}

/// A text as code in a doc comment. No text can end it.
pub(super) fn code_span(text: &str) -> String {
    format!("`{}`", quote::one_line(text).replace('`', "'"))
}

/// `GET /api/patients/{id}`
pub(super) fn route(operation: &Operation) -> String {
    code_span(&format!("{} {}", operation.wire.method, operation.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_as_rustfmt_does() {
        let mut names = vec!["a10", "a2", "ab", "a_b", "a", "fee_v2", "fee", "fees"];
        names.sort_by(|a, b| by_version(a, b));
        assert_eq!(names, ["a", "a_b", "a2", "a10", "ab", "fee", "fee_v2", "fees"]);
    }

    #[test]
    fn keywords_are_escaped() {
        assert_eq!(identifier(&Name::new("type"), &[]), "type_");
        assert_eq!(identifier(&Name::new("body"), &["body"]), "body_");
        assert_eq!(identifier(&Name::new("id"), &["body"]), "id");
    }

    #[test]
    fn code_in_docs_cannot_be_left() {
        assert_eq!(code_span("GET /`x`\n/"), "`GET /'x' /`");
    }

    #[test]
    fn names_of_types_are_whole_words() {
        let types = ["Vec<Date>".to_owned(), "models::File".to_owned()];
        assert!(names_in(&types, "Date"));
        assert!(!names_in(&types, "DateTime"));
        assert!(!names_in(&types, "File"));
    }
}
