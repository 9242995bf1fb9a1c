//! What an operation does and to what, as people read it where no group stands before it:
//! `list` of Patients is `list patients`, `ccda` is `get patient ccda`.

use super::{Operation, Response, Type};
use crate::name::{Name, Scope};

/// Verbs that names of operations begin with.
const VERBS: [&str; 52] = [
    "add", "append", "apply", "archive", "assign", "begin", "cancel", "change", "check", "clear", "close",
    "copy", "create", "delete", "download", "edit", "evaluate", "exchange", "export", "fetch", "find",
    "generate", "get", "import", "list", "load", "log", "look", "modify", "move", "obtain", "open", "patch",
    "place", "post", "put", "query", "read", "refresh", "remove", "replace", "resolve", "retrieve", "revoke",
    "search", "send", "set", "show", "start", "update", "upload", "view",
];

/// Verbs that stand at the end of a name as well; others are nouns there (`audit log`).
const LAST: [&str; 8] = ["create", "delete", "get", "post", "read", "replace", "retrieve", "update"];

/// Words that are a part of the verb before them.
const PARTICLES: [&str; 5] = ["up", "on", "off", "out", "in"];

/// Words that say which one, and stand before the noun.
const ADJECTIVES: [&str; 7] = ["all", "bulk", "current", "existing", "new", "recent", "single"];

/// Words that need a noun before them.
const TAILS: [&str; 14] = [
    "list", "details", "detail", "info", "count", "status", "by", "id", "ids", "uuid", "name", "of", "with",
    "for",
];

/// Most words of a noun that stands before another one.
const MAX_NOUN: usize = 2;

/// Gives every operation of a group its full name, unique among them.
pub(super) fn give(operations: &mut [Operation], group: &Name) {
    // Every target has these for something else.
    let mut scope = Scope::of_types();
    for taken in ["api", "call", "client", "file", "page", "query", "request", "text", "variable", "string"] {
        scope.claim(&[Name::new(taken)]);
    }
    for operation in operations {
        let name = full_name(operation, group);
        let longer = name.then(&Name::new("request"));
        operation.full_name = scope.claim(&[name, longer]);
    }
}

fn full_name(operation: &Operation, group: &Name) -> Name {
    let is_list = match &operation.response {
        Response::Json(ty) => operation.paging.is_some() || matches!(ty, Type::List(_) | Type::Page(_)),
        _ => operation.name.words().first().is_some_and(|word| word == "list"),
    };
    words(&operation.name, group, operation.wire.method == "GET", is_list)
}

/// The full name of an operation of a group.
fn words(name: &Name, group: &Name, reads: bool, is_list: bool) -> Name {
    // "Patients List" is about patients.
    let plural = match group.words() {
        [rest @ .., last] if last == "list" && !rest.is_empty() => Name::from_words(rest.to_vec()),
        _ => group.clone(),
    };
    let one = plural.singular();
    let own = name.words();
    let is_verb = |word: &String| VERBS.contains(&word.as_str());
    let has = |noun: &Name| own.windows(noun.words().len()).any(|window| window == noun.words());
    if has(&plural) || has(&one) {
        let told = !reads || own.first().is_some_and(is_verb);
        return if told { name.clone() } else { Name::new("get").then(name) };
    }
    let (verb, rest, known) = match own {
        [] => (vec!["call".to_owned()], own, false),
        [first, particle, rest @ ..] if is_verb(first) && PARTICLES.contains(&particle.as_str()) => {
            (vec![first.clone(), particle.clone()], rest, true)
        }
        [first, rest @ ..] if is_verb(first) => (vec![first.clone()], rest, true),
        [rest @ .., last] if LAST.contains(&last.as_str()) && !rest.is_empty() => {
            (vec![last.clone()], rest, false)
        }
        _ if reads => (vec!["get".to_owned()], own, false),
        [first, rest @ ..] => (vec![first.clone()], rest, true),
    };
    let which = rest.iter().take_while(|word| ADJECTIVES.contains(&word.as_str())).count();
    let (which, rest) = rest.split_at(which);
    let noun = if rest.is_empty() && is_list { &plural } else { &one };
    let needs_noun = rest.first().is_none_or(|word| TAILS.contains(&word.as_str()));
    let noun: &[String] = match noun.words() {
        words if needs_noun || (!known && words.len() <= MAX_NOUN) => words,
        _ => &[],
    };
    Name::from_words([verb.as_slice(), which, noun, rest].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_read_well() {
        let table = [
            ("list", "patients", true, true, "ListPatients"),
            ("get", "patients", true, false, "GetPatient"),
            ("ccda", "patients", true, false, "GetPatientCcda"),
            ("current", "users", true, false, "GetCurrentUser"),
            ("onpatient access read", "patients", true, false, "ReadPatientOnpatientAccess"),
            ("bulk list", "patients list", true, false, "GetBulkPatientList"),
            ("start bulk list", "patients list", false, false, "StartBulkPatientList"),
            ("add exam room", "offices", false, false, "AddExamRoom"),
            ("merge", "patients", false, false, "MergePatient"),
            ("user by id", "users", true, false, "GetUserById"),
            ("list all", "lab orders", true, true, "ListAllLabOrders"),
            ("look up", "batches", true, false, "LookUpBatch"),
            ("timestamp validity", "utilities date and time", true, false, "GetTimestampValidity"),
        ];
        for (name, group, reads, is_list, want) in table {
            let got = words(&Name::new(name), &Name::new(group), reads, is_list);
            assert_eq!(got.pascal(), want);
        }
    }
}
