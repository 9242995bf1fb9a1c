//! Records: what bodies and answers hold.

use super::Diff;
use super::pairs::Records;
use crate::api::{Api, Field, Record, Type};

pub(super) fn compare(diff: &mut Diff, old: &Api, new: &Api, records: &Records) {
    for (id, record) in old.types.iter() {
        let name = record.name.pascal();
        let Some(other) = records.of(id) else {
            diff.breaks("model-removed", name, "is gone", "the type is gone");
            continue;
        };
        let other = new.types.get(other);
        if record.name != other.name {
            let what = format!("is called {} now", other.name.pascal());
            diff.breaks("model-renamed", name, what, "the type has another name");
        }
        if record.input != other.input {
            let what =
                if other.input { "is sent now, and not answered" } else { "is answered now, and not sent" };
            diff.breaks("model-use", other.name.pascal(), what, "it is made and read in another way");
            continue;
        }
        fields(diff, (old, record), (new, other), records);
    }
    for id in &records.added {
        diff.brings("model-added", new.types.get(*id).name.pascal(), "is new", "there is a type more");
    }
}

fn fields(diff: &mut Diff, (old, before): (&Api, &Record), (new, after): (&Api, &Record), records: &Records) {
    let subject = |field: &Field| format!("{}.{}", after.name.pascal(), field.wire);
    for field in &before.fields {
        let Some(other) = after.fields.iter().find(|it| it.wire == field.wire) else {
            diff.breaks("field-removed", subject(field), "is gone", "the field is gone");
            continue;
        };
        if field.name != other.name {
            let what = format!("is called {} instead of {}", other.name.snake(), field.name.snake());
            diff.breaks("field-renamed", subject(other), what, "the field has another name");
        }
        if !records.is_same(&field.ty, &other.ty) {
            let what = format!("is {} instead of {}", new.type_name(&other.ty), old.type_name(&field.ty));
            diff.breaks("field-type", subject(other), what, "the field has another type");
            continue;
        }
        let (was, is) = (states(before, field), states(after, other));
        if was != is {
            let what = format!("{} instead of {}", is.words(), was.words());
            diff.breaks("field-presence", subject(other), what, "the field has another type");
        } else if field.seen != other.seen && !before.input && shows(field) != shows(other) {
            diff.documents("samples", subject(other), "is missing or null in other samples");
        }
    }
    for field in &after.fields {
        if before.fields.iter().any(|it| it.wire == field.wire) {
            continue;
        }
        if field.required {
            diff.breaks(
                "field-added",
                subject(field),
                "is new, and always there",
                "an answer without it is an error",
            );
        } else {
            diff.brings("field-added", subject(field), "is new", "nobody has to read or set it");
        }
    }
}

/// What a field can be beside its value.
#[derive(PartialEq, Clone, Copy)]
enum States {
    Value,
    Missing,
    /// Missing and null are two things.
    MissingOrNull,
}

impl States {
    fn words(self) -> &'static str {
        match self {
            States::Value => "is always there",
            States::Missing => "may be missing",
            States::MissingOrNull => "may be missing or null",
        }
    }
}

/// The states of a field in the types of the Rust client.
fn states(record: &Record, field: &Field) -> States {
    if field.required {
        States::Value
    } else if record.input && (field.nullable || record.patched) && field.ty != Type::Any {
        States::MissingOrNull
    } else {
        States::Missing
    }
}

/// In how many samples it was missing, and in how many null.
fn shows(field: &Field) -> (usize, usize) {
    (field.seen.samples - field.seen.times, field.seen.nulls)
}
