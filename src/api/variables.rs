//! The values that the user may or must give.

use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;

use crate::collection::Hidden;
use crate::name::Name;

/// A value that the user may or must give.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Its name in the collection.
    pub wire: String,
    /// Its name.
    pub name: Name,
    /// The environment variable that holds it.
    pub env: String,
    /// The collection's value; `None` if there is none or it is a secret.
    pub default: Option<String>,
    /// Whether its value must never be shown.
    pub secret: bool,
    /// What stood in the collection in the place of a secret.
    pub hidden: Hidden,
    /// Markdown.
    pub description: String,
}

/// Variables in order, each found by its name in the collection without a look at the others: a text may name
/// thousands.
#[derive(Clone, Default)]
pub struct Variables {
    list: Vec<Variable>,
    /// Places in the list by name in the collection.
    places: HashMap<String, usize>,
}

impl Variables {
    /// The one that the collection calls so.
    #[must_use]
    pub fn named(&self, wire: &str) -> Option<&Variable> {
        self.list.get(self.place_of(wire)?)
    }

    /// Its place in the order.
    #[must_use]
    pub fn place_of(&self, wire: &str) -> Option<usize> {
        self.places.get(wire).copied()
    }

    /// All of them, to change what they are not found by.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Variable> {
        self.list.iter_mut()
    }
}

impl FromIterator<Variable> for Variables {
    fn from_iter<I: IntoIterator<Item = Variable>>(variables: I) -> Self {
        let list: Vec<Variable> = variables.into_iter().collect();
        let mut places = HashMap::new();
        for (place, variable) in list.iter().enumerate() {
            places.entry(variable.wire.clone()).or_insert(place);
        }
        Self { list, places }
    }
}

impl Deref for Variables {
    type Target = [Variable];

    fn deref(&self) -> &[Variable] {
        &self.list
    }
}

impl<'a> IntoIterator for &'a Variables {
    type Item = &'a Variable;
    type IntoIter = std::slice::Iter<'a, Variable>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

// The places say nothing that the list does not say, in an order that changes.
impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.list.fmt(f)
    }
}
