//! What a script answers to `--help`.

use super::script::Writer;
use crate::api::{Group, Parameter};
use crate::target::{quote, token_file};

impl Writer<'_> {
    pub(super) fn usage(&self, group: &Group, has_body: bool) -> Vec<String> {
        let operation = self.operation;
        let mut synopsis = format!("usage: {}/{}.sh", group.name.snake(), operation.name.snake());
        for argument in &operation.arguments {
            let name = argument.name.screaming();
            synopsis.push_str(&if argument.example.is_some() {
                format!(" [{name}]")
            } else {
                format!(" {name}")
            });
        }
        if has_body {
            synopsis.push_str(" [--body FILE]");
        }
        if operation.paging.is_some() {
            synopsis.push_str(" [--all]");
        }
        synopsis.push_str(" [--dry-run]");
        let named = self.named();
        if !named.is_empty() {
            synopsis.push_str(" [name=value ...]");
        }
        let mut usage = vec![synopsis, String::new()];
        usage.extend(quote::lines(&operation.description).into_iter().map(|line| format!("  {line}")));
        usage.push(format!("  {}", quote::one_line(&operation.place.join(" / "))));
        usage.extend(self.about().into_iter().map(|line| format!("  {line}")));
        let described = |parameter: &Parameter, name: String| {
            let example = parameter
                .example
                .as_ref()
                .filter(|it| !it.is_empty())
                .map(|it| format!("e.g. {}", quote::one_line(&it.to_string())));
            let texts = [
                quote::one_line(parameter.description.lines().next().unwrap_or_default()),
                example.unwrap_or_default(),
            ];
            let texts: Vec<String> = texts.into_iter().filter(|it| !it.is_empty()).collect();
            (name, texts.join(" "))
        };
        let arguments = operation.arguments.iter().map(|it| described(it, it.name.screaming())).collect();
        section(&mut usage, "arguments:", arguments);
        section(
            &mut usage,
            "name=value:",
            named.into_iter().map(|(it, typed)| described(it, quote::one_line(&typed))).collect(),
        );
        let mut options = Vec::new();
        let mut option = |name: &str, about: &str| options.push((name.to_owned(), about.to_owned()));
        if has_body {
            option("--body FILE", "send this instead of the collection's example; - is standard input");
        }
        if operation.paging.is_some() {
            option("--all", "read every page, and print each item as a line of JSON; needs jq");
        }
        option("--dry-run", "show the command of curl, secrets as ***, and send nothing");
        section(&mut usage, "options:", options);
        let environment = self.shell.variables().map(|variable| {
            let value = match &variable.default {
                Some(default) => format!("default: {}", quote::one_line(default)),
                None if self.shell.tells(variable) => {
                    format!("else from {}/token.sh", token_file::programs(self.api))
                }
                None => "required".to_owned(),
            };
            let about = quote::one_line(variable.description.lines().next().unwrap_or_default());
            (variable.env.clone(), if about.is_empty() { value } else { format!("{about} ({value})") })
        });
        section(&mut usage, "environment:", environment.collect());
        for line in usage.iter_mut().filter(|line| line.trim() == "USAGE") {
            // Indented, it does not end the text, but looks as if somebody had meant it to.
            line.push('.');
        }
        usage
    }
}

/// A headed table of names and what they are.
fn section(usage: &mut Vec<String>, head: &str, rows: Vec<(String, String)>) {
    if rows.is_empty() {
        return;
    }
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default().min(40);
    usage.push(String::new());
    usage.push(head.to_owned());
    usage.extend(
        rows.into_iter().map(|(name, text)| format!("  {name:width$}  {text}").trim_end().to_owned()),
    );
}
