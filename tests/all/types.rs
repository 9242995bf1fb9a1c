//! `docs/types.md` says what is so: its table of hard fields holds for the collection and the client.

use std::collections::{HashMap, HashSet};
use std::fs;

use serde_json::Value;

use crate::clients::saved_answers;
use crate::support::{DRCHRONO, read, root, tree};

/// The texts in backticks of a cell.
fn codes(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Everything that stands under a key somewhere, as JSON.
fn values(json: &Value, all: &mut HashMap<String, HashSet<String>>) {
    match json {
        Value::Array(items) => items.iter().for_each(|item| values(item, all)),
        Value::Object(fields) => {
            for (key, field) in fields {
                all.entry(key.clone()).or_default().insert(field.to_string());
                values(field, all);
            }
        }
        _ => {}
    }
}

/// The type of a field of a struct, without what says that it may be missing.
fn type_of<'a>(models: &'a str, record: &str, field: &str) -> Option<&'a str> {
    let (_, fields) = models.split_once(&format!("pub struct {record} {{\n"))?;
    let (fields, _) = fields.split_once("\n}\n")?;
    let (_, rest) = fields.split_once(&format!("pub {field}: "))?;
    let ty = rest.lines().next()?.trim_end_matches(',');
    Some(ty.strip_prefix("Option<").and_then(|it| it.strip_suffix('>')).unwrap_or(ty))
}

#[test]
fn the_ten_hardest_fields_are_what_the_page_says() {
    let page = fs::read_to_string(root().join("docs/types.md")).unwrap();
    let (_, table) = page.split_once("## The ten hardest fields").unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let files = tree(&read(DRCHRONO).0);
    let models = files.files().filter(|it| it.path.starts_with("drchrono/rust/src/models/"));
    let models: String = models.map(|it| it.text.as_str()).collect();
    let mut samples = HashMap::new();
    for (_, body) in saved_answers().iter().filter(|(id, _)| id.starts_with("drchrono.")) {
        values(&serde_json::from_str(body).unwrap(), &mut samples);
    }
    let mut count = 0;
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, field, shown, ty, why, _] = cells[..] else { panic!("{row}") };
        let (record, field) = codes(field)[0].split_once('.').unwrap();
        assert_eq!(type_of(&models, record, field), Some(codes(ty)[0]), "{record}.{field}");
        for sample in codes(shown) {
            assert!(samples[field].contains(sample), "{record}.{field} is never {sample}");
        }
        assert!(!why.is_empty(), "{row}");
        count += 1;
    }
    assert_eq!(count, 10);
}
