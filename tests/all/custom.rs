//! Templates of the user: those that take the place of ours, and those of targets of their own.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use postwright::api::Api;
use postwright::diagnostic::Diagnostics;
use postwright::extra::{Extra, parse};
use postwright::output::Tree;
use postwright::render::Templates;
use postwright::target::Target;

use crate::support::{DRCHRONO, fixture, fixtures, postwright, read, root, said, tree_of_all};

fn example() -> Extra {
    Extra::load(&root().join("templates/custom/requests")).unwrap()
}

fn written(api: &Api, extra: &Extra) -> postwright::error::Result<Tree> {
    let mut templates = Templates::load(None)?;
    templates.add(&extra.target.name, &extra.templates)?;
    postwright::generate(
        api,
        &[],
        std::slice::from_ref(&extra.target),
        &templates,
        &mut Diagnostics::default(),
    )
}

/// A target with one template.
fn target(each: &str, template: &str) -> Extra {
    let path = match each {
        "api" => "all.txt",
        "group" => "{group}.txt",
        _ => "{group}/{operation}.txt",
    };
    let text = format!("name = \"mine\"\n[[file]]\ntemplate = \"t\"\neach = \"{each}\"\npath = \"{path}\"\n");
    let target = parse("target.toml", &text).unwrap();
    Extra { target, templates: vec![("t".to_owned(), template.to_owned())] }
}

/// Each text of a request is where an editor takes it for what it is.
#[test]
fn the_example_is_safe_for_editors() {
    let paths = fixtures().iter().map(|it| fixture(it)).chain([DRCHRONO.to_owned()]).collect::<Vec<_>>();
    let (mut sent, mut refused) = (0, 0);
    for path in paths {
        let (api, _) = read(&path);
        let mut known: BTreeSet<String> = api.variables.iter().map(|it| it.name.snake()).collect();
        known.extend(api.variables.iter().map(|it| format!("$processEnv {}", it.env)));
        let tree = written(&api, &example()).unwrap();
        for group in &api.groups {
            let file = format!("{}/requests/{}.http", api.name.snake(), group.name.snake());
            let text = &tree.files().find(|it| it.path == file).unwrap().text;
            let parts: Vec<&str> = text.split("\n### ").collect();
            assert_eq!(parts.len(), group.operations.len() + 1, "{file}");
            assert_eq!(text.matches("\n###").count(), group.operations.len(), "{file}");
            for rest in text.split("{{").skip(1) {
                let (name, _) = rest.split_once("}}").unwrap_or((rest, ""));
                // Those that Postman makes up have names of its documentation: letters only.
                let is_dynamic =
                    name.strip_prefix('$').is_some_and(|it| it.bytes().all(|it| it.is_ascii_alphanumeric()));
                assert!(known.contains(name) || is_dynamic, "{file}: {{{{{name}}}}}");
            }
            for (part, operation) in parts.iter().skip(1).zip(&group.operations) {
                let lines: Vec<&str> = part.lines().collect();
                assert_eq!(lines[0], operation.id);
                if lines[2].starts_with("# ") {
                    assert!(lines.len() == 3 || lines[3..].iter().all(|it| it.is_empty()), "{file}: {part}");
                    refused += 1;
                    continue;
                }
                assert!(lines[2].starts_with(&operation.wire.method), "{file}: {part}");
                let scripts = lines.iter().filter(|it| it.starts_with('>')).count();
                assert_eq!(scripts, 0, "{file}: {part}");
                sent += 1;
            }
        }
    }
    assert!(sent > 450 && refused > 3, "{sent} sent, {refused} refused");
}

/// `{{api.title}}` and the like, for each kind of file.
#[test]
fn templates_get_the_model() {
    let (api, _) = read(&fixture("oauth2"));
    let head = "# {{generated}}\n";
    let whole = target(
        "api",
        &format!(
            "{head}{{{{title}}}} {{{{oauth2.token_url}}}} {{{{#each groups}}}}{{{{#each operations}}}}{{{{id}}}} {{{{/each}}}}{{{{/each}}}}"
        ),
    );
    let tree = written(&api, &whole).unwrap();
    let file = tree.files().find(|it| it.path == "oauth2/mine/all.txt").unwrap();
    assert!(
        file.text.contains("\nOAuth2 {{base_url}}/o/token requests.read requests.write"),
        "{}",
        file.text
    );
    let each = target(
        "operation",
        &format!(
            "{head}{{{{api.name.kebab}}}} {{{{group.name.pascal}}}} {{{{name.camel}}}} {{{{method}}}} {{{{sh body.text}}}}"
        ),
    );
    let tree = written(&api, &each).unwrap();
    let file = tree.files().find(|it| it.path == "oauth2/mine/requests/write.txt").unwrap();
    assert!(file.text.ends_with("oauth2 Requests write POST '{}'"), "{}", file.text);
    let texts = target(
        "api",
        "# {{generated}}\n{{sh \"it's\"}} {{json \"a\\\"b\"}} {{python 'x'}} {{rust 'x'}} {{toml 'x'}} {{concat 'a' 'b'}}",
    );
    let tree = written(&api, &texts).unwrap();
    let file = tree.files().find(|it| it.path == "oauth2/mine/all.txt").unwrap();
    assert!(file.text.contains(r"'it'\''s'"), "{}", file.text);
    assert!(file.text.ends_with(r#""x" "x" "x" ab"#), "{}", file.text);
}

#[test]
fn a_description_that_cannot_be() {
    let file = "\n[[file]]\ntemplate = \"t\"\n";
    let table = [
        (format!("name = \"rust\"{file}path = \"x\""), "rust is a target already"),
        (format!("name = \"http\"{file}path = \"x\""), "http is a target already"),
        (format!("name = \"../x\"{file}path = \"x\""), "cannot be the name of a target"),
        (format!("name = \"x\"{file}path = \"../x\""), "cannot be used"),
        (format!("name = \"x\"{file}path = \"/x\""), "cannot be used"),
        (format!("name = \"x\"{file}path = \"{{name}}\""), "cannot be used"),
        (format!("name = \"x\"{file}each = \"group\"\npath = \"x\""), "has no {group}"),
        (format!("name = \"x\"{file}each = \"operation\"\npath = \"{{group}}\""), "has no {operation}"),
        (
            format!("name = \"x\"{file}path = \"x\"\neach = \"model\""),
            "target.toml:5:8: unknown variant `model`",
        ),
        ("name = \"x\"\nfiles = []".to_owned(), "target.toml:2:1: unknown field `files`"),
    ];
    for (text, want) in table {
        let error = parse("target.toml", &text).unwrap_err().to_string();
        assert!(error.contains(want) && error.contains("help: "), "{text}: {error}");
    }
    let folder = tempfile::tempdir().unwrap();
    let missing = Extra::load(folder.path()).unwrap_err().to_string();
    assert!(missing.contains("target.toml"), "{missing}");
    fs::write(folder.path().join("target.toml"), "name = \"x\"\n[[file]]\ntemplate = \"t\"\npath = \"x\"")
        .unwrap();
    let missing = Extra::load(folder.path()).unwrap_err().to_string();
    assert!(missing.contains("there is no template t.hbs beside it"), "{missing}");
}

#[test]
fn a_template_that_cannot_be() {
    let (api, _) = read(&fixture("oauth2"));
    let table = [
        ("no mark", "put {{generated}} into a comment"),
        ("# {{generated}}\n{{nothing}}", "docs/templates.md"),
        ("# {{generated}}\n{{#if}", "the syntax is that of Handlebars"),
        ("# {{generated}}\n{{sh}}", "docs/templates.md"),
    ];
    for (template, want) in table {
        let error = written(&api, &target("api", template)).unwrap_err().to_string();
        assert!(error.starts_with("template mine/t: ") && error.contains(want), "{template}: {error}");
    }
}

/// A project with a target of its own.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(root().join(fixture("oauth2")), folder.path().join("oauth2.json")).unwrap();
    fs::create_dir(folder.path().join("mine")).unwrap();
    fs::write(
        folder.path().join("mine/target.toml"),
        "name = \"mine\"\n[[file]]\ntemplate = \"t\"\npath = \"all.txt\"",
    )
    .unwrap();
    fs::write(folder.path().join("mine/t.hbs"), "# {{generated}}\n{{> mine/_part}}\n").unwrap();
    fs::write(folder.path().join("mine/_part.hbs"), "{{title}}").unwrap();
    fs::write(
        folder.path().join("postwright.toml"),
        "custom_targets = [\"mine\"]\n[[collection]]\npath = \"oauth2.json\"\n",
    )
    .unwrap();
    folder
}

#[test]
fn a_target_of_the_user_is_one_like_ours() {
    let folder = project();
    let exists = |path: &str| folder.path().join("generated/oauth2").join(path).exists();
    let run = postwright(folder.path(), &["generate", "--target", "mine"]);
    assert!(run.status.success(), "{}", said(&run));
    assert!(exists("mine/all.txt") && !exists("curl"));
    let text = fs::read_to_string(folder.path().join("generated/oauth2/mine/all.txt")).unwrap();
    assert!(text.ends_with("edits are lost.\nOAuth2"), "{text}");
    let run = postwright(folder.path(), &["generate"]);
    assert!(run.status.success() && exists("curl"), "{}", said(&run));
    assert!(postwright(folder.path(), &["generate", "--check"]).status.success());
    let run = postwright(folder.path(), &["generate", "--target", "theirs"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(said(&run).contains("the targets are rust, curl, python"), "{}", said(&run));
    assert!(said(&run).contains(", mine"), "{}", said(&run));
}

#[test]
fn built_in_templates_can_be_had() {
    let folder = project();
    let list = postwright(folder.path(), &["templates", "list"]);
    assert!(String::from_utf8_lossy(&list.stdout).lines().any(|it| it == "curl/script.sh.hbs"));
    let run =
        postwright(folder.path(), &["templates", "eject", "curl/script.sh", "python/", "--out", "mine2"]);
    assert!(run.status.success(), "{}", said(&run));
    let ours = |name: &str| fs::read(root().join("templates").join(name)).unwrap();
    let theirs = |name: &str| fs::read(folder.path().join("mine2").join(name)).unwrap();
    for name in ["curl/script.sh.hbs", "python/snippet.py.hbs"] {
        assert_eq!(ours(name), theirs(name));
    }
    assert!(!folder.path().join("mine2/rust").exists() && !folder.path().join("mine2/curl/auth").exists());
    // What was changed is not lost.
    fs::write(folder.path().join("mine2/curl/script.sh.hbs"), "mine").unwrap();
    let run = postwright(folder.path(), &["templates", "eject", "--out", "mine2"]);
    assert!(!run.status.success() && said(&run).contains("something else has this name"), "{}", said(&run));
    assert_eq!(theirs("curl/script.sh.hbs"), b"mine");
    assert!(!Path::new(&folder.path().join("mine2/rust")).exists(), "all or nothing");
    let run = postwright(folder.path(), &["templates", "eject", "curl/nothing"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(said(&run).contains("postwright templates list"), "{}", said(&run));
}

/// All of them, unchanged, change nothing.
#[test]
fn ejected_templates_write_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let run = postwright(folder.path(), &["templates", "eject"]);
    assert!(run.status.success(), "{}", said(&run));
    let (api, _) = read(&fixture("wire"));
    // A target of the user's own may lie among them.
    let mine = folder.path().join("templates/custom/mine");
    fs::create_dir_all(&mine).unwrap();
    fs::write(mine.join("target.toml"), "").unwrap();
    fs::write(mine.join("t.hbs"), "").unwrap();
    let templates = Templates::load(Some(&folder.path().join("templates"))).unwrap();
    let theirs =
        postwright::generate(&api, &Target::ALL, &[], &templates, &mut Diagnostics::default()).unwrap();
    assert!(theirs.files().eq(tree_of_all(&api, &Target::ALL).files()));
}
