//! Versions written into `postwright.toml`, which is the user's: everything else of it stays, comments and
//! blanks too.

use std::path::{Path, PathBuf};

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

use crate::api::PackageVersion;
use crate::error::{InputError, Result, position};

/// A text of settings with these versions of collections. A collection that it does not have is added at
/// the end, with its path, and with its version if there is one.
///
/// # Errors
/// If the text is not TOML.
pub fn with_versions(
    file: &str,
    text: &str,
    versions: &[(PathBuf, Option<PackageVersion>)],
) -> Result<String> {
    // The editor ends lines as Unix does.
    let is_windows = text.contains("\r\n");
    let (mark, plain) = match text.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", text),
    };
    let mut document: DocumentMut =
        plain.replace("\r\n", "\n").parse().map_err(|error: toml_edit::TomlError| InputError {
            file: file.to_owned(),
            position: error.span().map(|span| position(text, span.start)),
            path: String::new(),
            message: error.message().to_owned(),
            help: "mend the file: it is to be TOML".to_owned(),
        })?;
    let collections = document.entry("collection").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    for (path, version) in versions {
        let version = version.map(|it| it.to_string());
        match collections {
            Item::ArrayOfTables(tables) => in_tables(tables, path, version.as_deref()),
            Item::Value(Value::Array(list)) => in_list(list, path, version.as_deref()),
            // Nothing else is read as a list of collections.
            _ => {}
        }
    }
    let text = document.to_string();
    // What parts a table from the one above is nothing to begin a file with.
    let text = if plain.is_empty() { text.trim_start().to_owned() } else { text };
    let text = if is_windows { text.replace('\n', "\r\n") } else { text };
    Ok(format!("{mark}{text}"))
}

/// `[[collection]]`
fn in_tables(tables: &mut ArrayOfTables, path: &Path, version: Option<&str>) {
    let is_it = |it: &Table| it.get("path").and_then(Item::as_str).is_some_and(|own| Path::new(own) == path);
    if !tables.iter().any(is_it) {
        let mut table = Table::new();
        table.decor_mut().set_prefix("\n");
        table.insert("path", toml_edit::value(written(path)));
        tables.push(table);
    }
    if let (Some(table), Some(version)) = (tables.iter_mut().find(|it| is_it(it)), version) {
        match table.get_mut("version").and_then(Item::as_value_mut) {
            Some(own) => replace(own, version),
            None => drop(table.insert("version", toml_edit::value(version))),
        }
    }
}

/// `collection = [{ … }]`
fn in_list(list: &mut Array, path: &Path, version: Option<&str>) {
    let is_it =
        |it: &InlineTable| it.get("path").and_then(Value::as_str).is_some_and(|own| Path::new(own) == path);
    if !list.iter().filter_map(Value::as_inline_table).any(is_it) {
        let mut table = InlineTable::new();
        table.insert("path", written(path).into());
        list.push(table);
    }
    let mut tables = list.iter_mut().filter_map(Value::as_inline_table_mut);
    if let (Some(table), Some(version)) = (tables.find(|it| is_it(it)), version) {
        match table.get_mut("version") {
            Some(own) => replace(own, version),
            None => {
                // The blank before the brace is that of the last value, and a comma follows it now.
                if let Some((_, last)) = table.iter_mut().last() {
                    last.decor_mut().set_suffix("");
                }
                table.insert("version", Value::from(version).decorated(" ", " "));
            }
        }
    }
}

/// Another value in the place of one: the comment behind it stays.
fn replace(own: &mut Value, version: &str) {
    let decor = own.decor().clone();
    *own = version.into();
    *own.decor_mut() = decor;
}

fn written(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, versions: &[(&str, Option<&str>)]) -> String {
        let versions: Vec<_> = versions
            .iter()
            .map(|(path, version)| {
                let version = version.map(|it| PackageVersion::try_from(it.to_owned()).unwrap());
                (PathBuf::from(path), version)
            })
            .collect();
        let text = with_versions("postwright.toml", text, &versions).unwrap();
        crate::config::Config::parse("postwright.toml", &text).unwrap();
        text
    }

    #[test]
    fn a_version_takes_the_place_of_another() {
        let text = "# Ours.\nout   = 'x' # here\n\n[[collection]] # the first\npath=\"a.json\"\nversion =  '0.1.0'   # of the crate\n\n[[collection.rename]]\nfolder = \"A\"\nname = \"b\"\n\n[target.curl]\nfloor = \"8.3\"\n# The end.\n";
        let wanted = text.replace("'0.1.0'", "\"0.2.0\"");
        assert_eq!(edited(text, &[("a.json", Some("0.2.0"))]), wanted);
        let windows = text.replace('\n', "\r\n");
        assert_eq!(edited(&windows, &[("a.json", Some("0.2.0"))]), wanted.replace('\n', "\r\n"));
    }

    #[test]
    fn a_version_is_added_to_its_table() {
        let text = "[[collection]]\npath = \"a.json\"\n# Why.\nlimits = { per_second = 9 }\n\n[[collection.rename]]\nfolder = \"A\"\nname = \"b\"\n\n[[collection]]\npath = \"b.json\"";
        let wanted = text.replace("9 }\n", "9 }\nversion = \"1.0.0\"\n") + "\nversion = \"2.0.0\"\n";
        assert_eq!(edited(text, &[("a.json", Some("1.0.0")), ("b.json", Some("2.0.0"))]), wanted);
    }

    #[test]
    fn a_collection_is_added_behind_the_others() {
        let table = "[[collection]]\npath = \"collections/a.json\"\nversion = \"0.1.1\"\n";
        let added = [("collections/a.json", Some("0.1.1"))];
        assert_eq!(edited("", &added), format!("\n{table}").trim_start());
        assert_eq!(edited("out = \"x\"", &added), format!("out = \"x\"\n\n{table}"));
        let text = "[[collection]]\npath = \"b.json\"\n\n[[collection.rename]]\nfolder = \"A\"\nname = \"b\"\n\n[target.curl]\nfloor = \"8.3\"\n";
        let wanted = text.replace("\"b\"\n", &format!("\"b\"\n\n{table}"));
        assert_eq!(edited(text, &added), wanted);
        assert_eq!(edited(text, &[("b.json", None)]), text);
    }

    #[test]
    fn tables_in_a_line_are_tables() {
        let text = "collection = [{ path = \"a.json\" }, { path = \"b.json\", version = \"1.0.0\" }] # two\n";
        let given = [("a.json", Some("0.1.1")), ("b.json", Some("1.1.0")), ("c.json", None)];
        assert_eq!(
            edited(text, &given),
            "collection = [{ path = \"a.json\", version = \"0.1.1\" }, { path = \"b.json\", version = \"1.1.0\" }, { path = \"c.json\" }] # two\n"
        );
    }
}
