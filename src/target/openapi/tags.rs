//! Tags (§4.8.22): one for each group.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::path::unique;
use super::{describe, object};
use crate::api::{Api, Group};
use crate::name::Name;

pub(super) struct Tags<'a> {
    api: &'a Api,
    /// By the name of the group.
    names: IndexMap<&'a Name, String>,
}

impl<'a> Tags<'a> {
    pub(super) fn of(api: &'a Api) -> Self {
        let mut taken: HashSet<String> = HashSet::new();
        let mut names = IndexMap::new();
        for group in &api.groups {
            // Tools make names of files and classes from tags: case tells none apart.
            let is_free = |it: &str| !taken.contains(&it.to_lowercase());
            let title = group.title.trim();
            let name = if !title.is_empty() && is_free(title) {
                title.to_owned()
            } else {
                unique(&group.name.snake(), is_free)
            };
            taken.insert(name.to_lowercase());
            names.insert(&group.name, name);
        }
        Self { api, names }
    }

    pub(super) fn of_group(&self, group: &Group) -> &str {
        self.names.get(&group.name).map_or("", String::as_str)
    }

    pub(super) fn all(&self) -> Vec<Value> {
        let tag = |group: &Group| {
            let mut tag = object([("name", self.of_group(group).into())]);
            describe(&mut tag, &group.description);
            Value::from(tag)
        };
        self.api.groups.iter().map(tag).collect()
    }

    /// Tags by the folders that those of the groups are in, as Redoc reads them: OpenAPI has none in each other.
    pub(super) fn groups(&self) -> Vec<Value> {
        let mut groups: IndexMap<String, Vec<&str>> = IndexMap::new();
        let mut nested = false;
        for group in &self.api.groups {
            let folders = group.operations.first().map_or(&[][..], |it| &it.place);
            let above = folders.get(..folders.len().saturating_sub(2)).unwrap_or_default();
            nested |= !above.is_empty();
            let name = if above.is_empty() { "Operations".to_owned() } else { above.join(" / ") };
            groups.entry(name).or_default().push(self.of_group(group));
        }
        if !nested {
            return Vec::new();
        }
        groups.iter().map(|(name, tags)| json!({"name": name, "tags": tags})).collect()
    }
}
