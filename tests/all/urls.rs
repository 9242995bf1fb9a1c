//! URLs, one case at a time: what `tests/wire/urls.js` makes, and what Postman's runner makes of it.

use crate::runner::{Verdict, case, compare_wire};
use crate::support::root;

#[test]
fn urls_are_what_the_runner_makes_of_them() {
    let file = root().join("tests/fixtures/urls/urls.postman_collection.json");
    let case = case(&file, &root().join("tests/wire/golden")).unwrap();
    let sent = case.golden.iter().filter(|it| it.sent.is_ok()).count();
    assert!(sent >= 2000, "the runner sent {sent} cases");
    let different = compare_wire(&case).into_iter().filter(|it| it.verdict != Verdict::Equal);
    let (refused, different): (Vec<_>, Vec<_>) =
        different.map(|it| it.line).partition(|it| it.ends_with("sent: is refused"));
    assert!(different.is_empty(), "{} of {sent}:\n{}", different.len(), different.join("\n"));
    // With the encoding switched off, a character of Latin-1 would go out as one byte. It is refused,
    // with PW0001.
    assert!(refused.iter().all(|it| it.contains("\"unencoded / ")), "{}", refused.join("\n"));
    assert_eq!(refused.len(), 14);
}
