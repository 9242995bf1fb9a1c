//! Phase 5, render: a page becomes a file. Knows templates and nothing of APIs.

mod compile;
mod helpers;
mod lines;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use handlebars::{Context, Handlebars, Template, no_escape};
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::files::{self, Entry};
use crate::parallel::on_all_cores;
use crate::target::{Content, GENERATED_MARK, Later, Page, View};

/// What says that a folder is a target of the user's own.
pub const TARGET_FILE: &str = "target.toml";

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../templates/", $name, ".hbs")))),*]
    };
}

/// Every template, by the path of its file below `templates/` without `.hbs`. Names that begin
/// with `_` are partials.
const BUILT_IN: &[(&str, &str)] = built_in![
    "bruno/collection.bru",
    "bruno/environment.bru",
    "bruno/folder.bru",
    "bruno/request.bru",
    "curl/dry_run.sh",
    "curl/_functions.sh",
    "curl/_floor.sh",
    "curl/pages.sh",
    "curl/auth/session.sh",
    "curl/auth/login.sh",
    "curl/auth/refresh.sh",
    "curl/auth/revoke.sh",
    "curl/auth/token.sh",
    "curl/env.example",
    "curl/script.sh",
    "curl/shellcheckrc",
    "docs/book.toml",
    "docs/gitignore",
    "docs/llms-full.txt",
    "docs/llms.txt",
    "docs/src/SUMMARY.md",
    "docs/src/authentication.md",
    "docs/src/group.md",
    "docs/src/index.md",
    "docs/theme/diagram.js",
    "docs/theme/postwright.css",
    "docs/theme/postwright.js",
    "http/group.http",
    "hurl/entry.hurl",
    "hurl/vars.env",
    "powershell/_form.ps1",
    "powershell/_functions.ps1",
    "powershell/_pages.ps1",
    "powershell/auth/token.ps1",
    "powershell/script.ps1",
    "python/_dynamics",
    "python/_encoders",
    "python/_httpx",
    "python/_requests",
    "python/client/README.md",
    "python/client/py_typed",
    "python/client/pyproject.toml",
    "python/client/src/__init__.py",
    "python/client/src/__main__.py",
    "python/client/src/_client.py",
    "python/client/src/_files.py",
    "python/client/src/_request.py",
    "python/client/src/_retry.py",
    "python/client/src/_settings.py",
    "python/client/src/_text.py",
    "python/client/src/_transport.py",
    "python/client/src/api/__init__.py",
    "python/client/src/api/group.py",
    "python/client/src/errors.py",
    "python/client/src/listing.py",
    "python/client/src/models.py",
    "python/oauth2_refresh.py",
    "python/ruff.toml",
    "python/requirements.txt",
    "python/snippet.py",
    "python/token_store.py",
    "rust/Cargo.toml",
    "rust/README.md",
    "rust/examples/create.rs",
    "rust/examples/list.rs",
    "rust/examples/sign_in.rs",
    "rust/examples/sync.rs",
    "rust/examples/upload.rs",
    "rust/gitignore",
    "rust/rustfmt.toml",
    "rust/src/_record.rs",
    "rust/src/api/group.rs",
    "rust/src/api/mod.rs",
    "rust/src/auth/asap.rs",
    "rust/src/auth/aws.rs",
    "rust/src/auth/digest.rs",
    "rust/src/auth/edge_grid.rs",
    "rust/src/auth/hawk.rs",
    "rust/src/auth/jwt.rs",
    "rust/src/auth/key.rs",
    "rust/src/auth/mod.rs",
    "rust/src/auth/oauth1.rs",
    "rust/src/bulk.rs",
    "rust/src/call.rs",
    "rust/src/client.rs",
    "rust/src/dynamic.rs",
    "rust/src/error.rs",
    "rust/src/lib.rs",
    "rust/src/list.rs",
    "rust/src/models/group.rs",
    "rust/src/models/mod.rs",
    "rust/src/oauth2/file.rs",
    "rust/src/oauth2/mod.rs",
    "rust/src/oauth2/protocol.rs",
    "rust/src/oauth2/session.rs",
    "rust/src/oauth2/sign_in.rs",
    "rust/src/oauth2/store.rs",
    "rust/src/oauth2/token.rs",
    "rust/src/map.rs",
    "rust/src/operation.rs",
    "rust/src/paging/mod.rs",
    "rust/src/paging/place.rs",
    "rust/src/paging/walk.rs",
    "rust/src/request.rs",
    "rust/src/text.rs",
    "rust/src/blocking.rs",
    "rust/src/body.rs",
    "rust/src/decimal.rs",
    "rust/src/download.rs",
    "rust/src/file.rs",
    "rust/src/json.rs",
    "rust/src/limits.rs",
    "rust/src/request/send.rs",
    "rust/src/retry.rs",
    "rust/src/scope.rs",
    "rust/src/token.rs",
    "rust/src/types.rs",
    "rust/src/variable.rs",
    "rust/tests/contract.rs",
    "rust/tests/contract/loopback.rs",
    "snippets/_curl.sh",
    "snippets/_httpx",
    "snippets/_powershell.ps1",
    "snippets/_python.py",
    "snippets/_requests",
    "snippets/_rust.rs",
    "snippets/curl.sh",
    "snippets/powershell.ps1",
    "snippets/python.py",
    "snippets/rust.rs",
];

/// The templates, ready to render.
#[derive(Debug)]
pub struct Templates {
    registry: Handlebars<'static>,
    /// Those of the user's own targets. They have helpers, which in a built-in template would hide
    /// fields of the same name.
    custom: Handlebars<'static>,
    /// The text of each template that is registered, by its name.
    sources: HashMap<String, String>,
    /// Pages of earlier runs by their path, if they are kept.
    kept: Option<Mutex<HashMap<String, Kept>>>,
}

/// Tells one model from every other, as long as the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edition(u64);

impl Edition {
    /// The edition of a model that no page was made of yet.
    #[allow(clippy::new_without_default, reason = "no two are the same")]
    #[must_use]
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Edition(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A page of an earlier run.
#[derive(Debug)]
struct Kept {
    /// The model it was made of, if that is known.
    edition: Option<Edition>,
    template: String,
    view: Vec<u8>,
    text: String,
}

/// A rendered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path, `/` between its parts.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Whether it is a program.
    pub executable: bool,
}

impl Templates {
    /// The built-in templates, with those of a folder in their place.
    ///
    /// # Errors
    /// If the folder cannot be read, holds a file that replaces no template, or a template
    /// that does not parse.
    pub fn load(overrides: Option<&Path>) -> Result<Self> {
        let mut custom = registry();
        helpers::register(&mut custom);
        let mut templates = Self { registry: registry(), custom, sources: HashMap::new(), kept: None };
        templates.register(overrides)?;
        Ok(templates)
    }

    /// Registers the built-in templates, or those of a folder in their place, as far as they have changed.
    fn register(&mut self, overrides: Option<&Path>) -> Result<()> {
        let mut sources: BTreeMap<&str, String> =
            BUILT_IN.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
        if let Some(folder) = overrides {
            for (name, text) in read_templates(folder)? {
                match BUILT_IN.iter().find(|(known, _)| *known == name) {
                    Some((known, _)) => {
                        sources.insert(known, text);
                    }
                    None => return Err(unknown_template(&name)),
                }
            }
        }
        sources.retain(|name, text| self.sources.get(*name) != Some(&*text));
        let compile = |(name, text): (&&str, &String)| match BUILT_IN.iter().find(|(known, _)| known == name)
        {
            Some((_, own)) if own == text => compile::own(name, text),
            _ => compile::any(name, text),
        };
        let compiled: Vec<Result<Template>> = on_all_cores(|| sources.par_iter().map(compile).collect());
        for ((name, text), template) in sources.into_iter().zip(compiled) {
            self.registry.register_template(name, compile::with_lines(template?));
            self.sources.insert(name.to_owned(), text);
        }
        Ok(())
    }

    /// Adds the templates of a target of the user. Partials are named as their files are.
    ///
    /// # Errors
    /// If one of them does not parse.
    pub fn add(&mut self, target: &str, templates: &[(String, String)]) -> Result<()> {
        for (name, text) in templates {
            let name = format!("{target}/{name}");
            if self.sources.get(&name) != Some(text) {
                self.custom.register_template(&name, compile::with_lines(compile::any(&name, text)?));
                self.sources.insert(name, text.clone());
            }
        }
        Ok(())
    }

    /// The templates as they are now, built-in and of the user's targets, with the pages that are kept and whose
    /// templates have not changed.
    ///
    /// # Errors
    /// As [`load`](Self::load) and [`add`](Self::add).
    pub fn renewed<'a>(
        mut self,
        overrides: Option<&Path>,
        targets: impl IntoIterator<Item = (&'a str, &'a [(String, String)])>,
    ) -> Result<Self> {
        let before = self.sources.clone();
        self.register(overrides)?;
        let mut custom = BTreeSet::new();
        for (target, templates) in targets {
            self.add(target, templates)?;
            custom.extend(templates.iter().map(|(name, _)| format!("{target}/{name}")));
        }
        // One that is gone must be missed, as a new run would.
        let gone = |name: &String| !custom.contains(name) && !BUILT_IN.iter().any(|(known, _)| known == name);
        let gone: Vec<String> = self.sources.keys().filter(|it| gone(it)).cloned().collect();
        for name in &gone {
            self.custom.unregister_template(name);
            self.sources.remove(name);
        }
        let is_new = |(name, text): &(&String, &String)| before.get(*name) != Some(*text);
        let mut changed: BTreeSet<&str> =
            self.sources.iter().filter(is_new).map(|(name, _)| name.as_str()).collect();
        changed.extend(gone.iter().map(String::as_str));
        // A template has changed if a partial of it has, which it names unless that is told by an expression.
        loop {
            let chosen = |text: &str| text.split('>').skip(1).any(|it| it.trim_start().starts_with('('));
            let says = |text: &str| changed.iter().any(|it| text.contains(it)) || chosen(text);
            let users = self.sources.iter().filter(|(_, text)| !changed.is_empty() && says(text));
            let users: Vec<&str> = users.map(|(name, _)| name.as_str()).collect();
            let known = changed.len();
            changed.extend(users);
            if changed.len() == known {
                break;
            }
        }
        if let Some(kept) = &self.kept {
            lock(kept).retain(|_, page| !changed.contains(page.template.as_str()));
        }
        Ok(self)
    }

    /// Renders a page, to a file with this path. With the edition of the model that the page is of, one of our own
    /// targets that is kept is not made again.
    ///
    /// # Errors
    /// If the template says something that the view does not have.
    pub fn render(&self, path: String, page: Page<'_>, edition: Option<Edition>) -> Result<File> {
        let executable = page.executable;
        let text = match page.content {
            Content::Text(text) => text.make(),
            // The rules of a target of the user change while a model stays.
            Content::Custom { template, view } => {
                self.once(&path, &template, view, None, |view| self.render_custom(&template, view))?
            }
            Content::View { template, view } => {
                self.once(&path, template, view, edition, |view| self.render_built_in(template, view))?
            }
        };
        Ok(File { path, text, executable })
    }

    /// Whether our own targets have the built-in ones and nothing is kept of what they make.
    #[must_use]
    pub fn are_only_ours(&self) -> bool {
        let is_ours =
            |(name, text): &(&str, &str)| self.sources.get(*name).is_some_and(|it| it.as_str() == *text);
        self.kept.is_none() && BUILT_IN.iter().all(is_ours)
    }

    /// Keeps what each page was made of, and its text: who renders again and again renders only what has changed.
    #[must_use]
    pub fn keeping(self) -> Self {
        Self { kept: Some(Mutex::default()), ..self }
    }

    /// Renders a view, unless the page is kept and its model or its view is as it was.
    fn once(
        &self,
        path: &str,
        template: &str,
        view: Later<'_, Box<dyn View>>,
        edition: Option<Edition>,
        render: impl FnOnce(&Context) -> Result<String>,
    ) -> Result<String> {
        let render = |view: &dyn View| render(&Context::from(view.fields()));
        let Some(kept) = &self.kept else { return render(&*view.make()) };
        let known = lock(kept).remove(path).filter(|page| page.template == template);
        let page = match known {
            Some(page) if edition.is_some() && page.edition == edition => page,
            known => {
                let view = view.make();
                let said = view.text();
                let text = match known {
                    Some(page) if page.view == said => page.text,
                    _ => render(&*view)?,
                };
                Kept { edition, template: template.to_owned(), view: said, text }
            }
        };
        let text = page.text.clone();
        lock(kept).insert(path.to_owned(), page);
        Ok(text)
    }
}

/// What a thread that has panicked has left is whole: nothing is half changed.
fn lock(kept: &Mutex<HashMap<String, Kept>>) -> MutexGuard<'_, HashMap<String, Kept>> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Templates {
    fn render_built_in(&self, template: &str, view: &Context) -> Result<String> {
        self.registry.render_with_context(template, view).map_err(|error| Error::Template {
            name: template.to_owned(),
            reason: error.to_string(),
            help: "a template may only name the fields of its view, which its first line tells".to_owned(),
        })
    }

    fn render_custom(&self, template: &str, view: &Context) -> Result<String> {
        let text = self.custom.render_with_context(template, view).map_err(|error| Error::Template {
            name: template.to_owned(),
            reason: error.to_string(),
            help: "docs/templates.md has the fields of each view, and the helpers".to_owned(),
        })?;
        // A later run replaces and removes only what says that it may.
        if !text.lines().take(12).any(|line| line.contains(GENERATED_MARK)) {
            return Err(Error::Template {
                name: template.to_owned(),
                reason: "what it makes does not say that it is generated".to_owned(),
                help: "put {{generated}} into a comment in one of its first twelve lines".to_owned(),
            });
        }
        Ok(text)
    }
}

fn registry() -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.register_escape_fn(no_escape);
    registry.set_strict_mode(true);
    registry.set_prevent_indent(true);
    lines::register(&mut registry);
    registry
}

/// The built-in templates: name and text.
pub fn built_in() -> impl Iterator<Item = (&'static str, &'static str)> {
    BUILT_IN.iter().copied()
}

fn unknown_template(name: &str) -> Error {
    let nearest = BUILT_IN
        .iter()
        .map(|(known, _)| *known)
        .max_by_key(|known| known.chars().zip(name.chars()).take_while(|(a, b)| a == b).count());
    Error::Template {
        name: name.to_owned(),
        reason: "this file replaces no template".to_owned(),
        help: format!("did you mean {}.hbs?", nearest.unwrap_or_default()),
    }
}

/// The templates below a folder: paths without `.hbs`, and texts.
pub(crate) fn read_templates(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let read = |source| Error::Read { path: next.clone(), source };
        for Entry { path, is_folder } in files::list(&next).map_err(read)? {
            if is_folder {
                // A target of its own has templates that take the place of none.
                if !files::is_file(&path.join(TARGET_FILE)) {
                    folders.push(path);
                }
                continue;
            }
            let Some(relative) = path.strip_prefix(folder).ok().and_then(Path::to_str) else {
                continue;
            };
            let relative = relative.replace('\\', "/");
            let Some(name) = relative.strip_suffix(".hbs") else {
                continue;
            };
            let text =
                files::read_to_string(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
            found.push((name.to_owned(), text));
        }
    }
    found.sort();
    Ok(found)
}
