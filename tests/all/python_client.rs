//! The Python package, called by the tests in `tests/python`.

use std::process::Command;

use postwright::target::Target;

use crate::support::{DRCHRONO, fixture, python_with_requests, read, root, tree_of};

#[test]
fn its_tests_pass() {
    let folder = tempfile::tempdir().unwrap();
    for path in [DRCHRONO.to_owned(), fixture("paging")] {
        tree_of(&read(&path).0, Target::Python).write(folder.path()).unwrap();
    }
    let run = Command::new(python_with_requests())
        .current_dir(root())
        .args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/python"])
        .env("CLIENTS", folder.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}{}", String::from_utf8_lossy(&run.stderr));
    let passed =
        said.split(" passed").next().and_then(|it| it.rsplit([' ', '\n']).next()?.parse::<u32>().ok());
    assert!(passed.is_some_and(|it| it >= 56), "{said}");
}
