//! What a server may change without a word must not make its answers unreadable: each field of
//! each saved answer is left out, each value is null, and each record has a field too many.

use std::collections::HashMap;
use std::fs;
use std::process::Command;

use postwright::api::{Api, Response, Type};

use crate::clients::{probe, probed, saved_answers};
use crate::support::operations;

/// What is expected of an answer that was changed at one place.
#[derive(Debug, PartialEq)]
enum Expected {
    /// It is read.
    Read,
    /// It is not: the record could not be found by it.
    Key,
    /// Whatever a page makes of its list, and a map of a key with a value of another type.
    Free,
}

/// Follows the place of a change through the type of the answer.
fn expected(api: &Api, ty: &Type, what: &str, place: &[&str], key: &str) -> Expected {
    let at_end = place.is_empty();
    match ty {
        // What is no list at all must not pass for an empty one.
        Type::Page(_) if at_end => match (key, what) {
            ("results", "drop" | "null") => Expected::Key,
            _ => Expected::Read,
        },
        Type::Page(item) if place[0] == "results" => match place {
            [_] => Expected::Read,
            _ => expected(api, item, what, &place[2..], key),
        },
        Type::Map(_) if at_end && what == "add" => Expected::Free,
        Type::Record(_) if at_end && what == "add" => Expected::Read,
        Type::Nullable(inner) => expected(api, inner, what, place, key),
        Type::List(_) | Type::Map(_) if at_end => Expected::Read,
        Type::List(inner) | Type::Map(inner) => expected(api, inner, what, &place[1..], key),
        Type::Record(id) => {
            let wire = place.first().copied().unwrap_or(key);
            let field = api.types.get(*id).fields.iter().find(|it| it.wire == wire);
            let field = field.unwrap_or_else(|| panic!("there is no field {wire}"));
            match (at_end, field.required) {
                (true, true) => Expected::Key,
                (true, false) => Expected::Read,
                (false, _) => expected(api, &field.ty, what, &place[1..], key),
            }
        }
        _ => Expected::Read,
    }
}

#[test]
fn answers_may_change() {
    let samples = saved_answers();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("samples.json");
    fs::write(&file, serde_json::to_string(&samples).unwrap()).unwrap();
    let run = Command::new(&probe().program).arg("mutants").arg(&file).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let said = String::from_utf8_lossy(&run.stdout);
    let apis = probed();
    let mut types: HashMap<String, (&Api, &Type)> = HashMap::new();
    for (_, api) in &apis {
        for (_, operation) in operations(api) {
            if let Response::Json(ty) = &operation.response {
                types.insert(format!("{}.{}", api.name.snake(), operation.id), (api, ty));
            }
        }
    }
    let lists = samples.iter().filter(|(id, _)| matches!(types[id].1, Type::List(_))).count();
    assert!(lists > 0, "no answer is a list, with an item that could be null");
    let mut wrong = Vec::new();
    let mut keys = 0;
    for line in said.lines().filter(|line| line.contains('\t')) {
        let [id, what, place, key, path] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let (api, ty) = types[id];
        let places: Vec<&str> = place.split('/').skip(1).collect();
        // Where it stands, as the error names it: `/results/0` and `id` are `results[0].id`.
        let mut named = String::new();
        for part in &places {
            let index = part.bytes().all(|it| it.is_ascii_digit());
            named.push_str(&if index { format!("[{part}]") } else { format!(".{part}") });
        }
        let named = named.trim_start_matches('.');
        let at_record = path == named || (named.is_empty() && path == ".");
        let full = if named.is_empty() { key.to_owned() } else { format!("{named}.{key}") };
        match expected(api, ty, what, &places, key) {
            Expected::Key if at_record || path == full => keys += 1,
            Expected::Free => {}
            _ => wrong.push(line),
        }
    }
    let count: usize = said.lines().last().unwrap().parse().unwrap();
    println!("{count} changed answers, {keys} without the key of a record");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert!(count > 5_000 && keys > 100, "{count} changes, {keys} keys");
}

/// Not sent, null and a value are three things to a PATCH, also where no sample has a null.
#[test]
fn a_patch_knows_three_states() {
    use drchrono::models::TaskNoteInput;

    let table = [
        (TaskNoteInput::new(), "{}"),
        (TaskNoteInput::new().clear_text(), r#"{"text":null}"#),
        (TaskNoteInput::new().text("Called back."), r#"{"text":"Called back."}"#),
        (TaskNoteInput::new().clear_text().text("b"), r#"{"text":"b"}"#),
    ];
    for (note, want) in table {
        let json = serde_json::to_string(&note).unwrap();
        assert_eq!(json, want);
        assert_eq!(serde_json::from_str::<TaskNoteInput>(&json).unwrap(), note, "{want}");
    }
}
