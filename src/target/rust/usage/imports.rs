//! What a program has to import for the names that it uses.

use std::collections::BTreeMap;

use super::super::{code, library_name};
use crate::api::Api;

/// Names of types that every program has.
const PRELUDE: [&str; 9] = ["Box", "Err", "None", "Ok", "Option", "Result", "Some", "String", "Vec"];

/// Names that a program uses, each with the path that it is found under.
pub(in super::super) struct Imports {
    library: String,
    /// Names that stand for something else.
    taken: Vec<&'static str>,
    names: BTreeMap<String, String>,
}

impl Imports {
    pub(in super::super) fn new(api: &Api) -> Self {
        Self { library: library_name(api), taken: PRELUDE.to_vec(), names: BTreeMap::new() }
    }

    /// Without these names, which the program has from elsewhere.
    pub(in super::super) fn without(mut self, names: &[&'static str]) -> Self {
        self.taken.extend(names);
        self
    }

    /// With these names of the library, by module.
    pub(in super::super) fn with(mut self, module: &str, names: &[&str]) -> Self {
        for name in names {
            self.name(module, name);
        }
        self
    }

    /// The name, or its path if the name stands for something else.
    pub(in super::super) fn name(&mut self, module: &str, name: &str) -> String {
        let path = format!("{}{module}", self.library);
        let is_taken = self.taken.contains(&name) || self.names.get(name).is_some_and(|it| *it != path);
        if is_taken {
            return format!("{path}::{name}");
        }
        self.names.insert(name.to_owned(), path);
        name.to_owned()
    }

    /// As rustfmt sorts them.
    pub(in super::super) fn lines(&self) -> Vec<String> {
        let mut paths: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (name, path) in &self.names {
            paths.entry(path).or_default().push(name.clone());
        }
        let root = paths.remove(self.library.as_str()).unwrap_or_default();
        let own = || code::import(&self.library, &root);
        let mut lines = if root.len() == 1 { own() } else { Vec::new() };
        for (path, mut names) in paths {
            names.sort_by(|a, b| code::by_version(a, b));
            lines.extend(code::import(path, &names));
        }
        if root.len() > 1 {
            lines.extend(own());
        }
        lines
    }
}
