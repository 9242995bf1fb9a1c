//! What `Get-Help` says of a script (about_Comment_Based_Help).

use super::script::Writer;
use crate::api::Group;
use crate::target::quote::{self, ps, ps_help};

/// The lines of the comment.
pub(super) fn lines(writer: &Writer<'_>, group: &Group) -> Vec<String> {
    let operation = writer.operation;
    let mut lines = vec![".SYNOPSIS".to_owned(), ps_help(&quote::one_line(operation.title()))];
    lines.push(".DESCRIPTION".to_owned());
    let description = quote::lines(&operation.description);
    lines.extend(description.iter().map(|it| ps_help(it)));
    if !description.is_empty() {
        lines.push(String::new());
    }
    lines.push(ps_help(&quote::one_line(&operation.place.join(" / "))));
    lines.extend(writer.about().iter().map(|it| ps_help(it)));
    for parameter in &writer.described {
        lines.push(format!(".PARAMETER {}", parameter.name));
        let example = match parameter.example.is_empty() {
            true => String::new(),
            false => format!("e.g. {}", parameter.example),
        };
        let texts = [parameter.about.as_str(), &example];
        let texts: Vec<&str> = texts.into_iter().filter(|it| !it.is_empty()).collect();
        lines.push(ps_help(&texts.join(" ")));
    }
    let mut own = |name: &str, about: &str| {
        lines.push(format!(".PARAMETER {name}"));
        lines.push(about.to_owned());
    };
    if writer.declares("$Body") {
        own("Body", "What is sent instead of the collection's example.");
    }
    if writer.declares("$InFile") {
        own("InFile", "The file that is sent.");
    }
    if writer.declares("$All") {
        own("All", "Reads every page, and writes each item.");
    }
    if writer.declares("$OutFile") {
        own("OutFile", "Saves the answer in this file, as it is.");
    }
    lines.push(".EXAMPLE".to_owned());
    lines.push(example(writer, group));
    let environment = environment(writer);
    if !environment.is_empty() {
        lines.push(".NOTES".to_owned());
        lines.push("Environment variables:".to_owned());
        lines.extend(environment);
    }
    lines
}

/// A call of the script.
fn example(writer: &Writer<'_>, group: &Group) -> String {
    let operation = writer.operation;
    let mut call = format!("./{}/{}.ps1", group.name.snake(), operation.name.snake());
    for argument in &operation.arguments {
        let value = argument.example.as_ref().map(|it| quote::one_line(&it.to_string()));
        call.push_str(&format!(" {}", ps(&value.unwrap_or_else(|| argument.name.screaming()))));
    }
    if operation.paging.is_some() {
        call.push_str(" -All | Select-Object -First 10");
    }
    ps_help(&call)
}

fn environment(writer: &Writer<'_>) -> Vec<String> {
    let rows: Vec<(&str, String)> = writer
        .source
        .variables()
        .map(|variable| {
            let value = match &variable.default {
                Some(default) => format!("default: {}", quote::one_line(default)),
                None if writer.source.tells(variable).is_some() => "else from token.ps1".to_owned(),
                None => "required".to_owned(),
            };
            let about = quote::one_line(variable.description.lines().next().unwrap_or_default());
            (variable.env.as_str(), if about.is_empty() { value } else { format!("{about} ({value})") })
        })
        .collect();
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    rows.iter().map(|(name, about)| ps_help(&format!("  {name:width$}  {about}"))).collect()
}
