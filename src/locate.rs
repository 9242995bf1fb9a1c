//! Where in a JSON text a value stands.

use std::borrow::Cow;
use std::ops::Range;

use indexmap::IndexMap;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// The bytes of each value that a JSON pointer (RFC 6901) names, in the order of the pointers. What is not there
/// stands for the nearest that it would be in. In a list, a step that is no number is the `key` (or `id`) of an
/// object in it, and stands for its `value`.
///
/// Each part of the text is read once for all pointers that lead into it.
#[must_use]
pub fn locate(text: &str, pointers: &[&str]) -> Vec<Range<usize>> {
    let mut found = vec![0..0; pointers.len()];
    let mut value = text.trim_start_matches('\u{feff}').trim();
    let root = fields(value);
    // As Postman's API wraps a file.
    let inner = root.as_ref().and_then(wrapped);
    let root = if inner.is_some() { None } else { root };
    value = inner.unwrap_or(value);
    descend(text, (value, root), 0, &ways(pointers), &mut found);
    found
}

/// As [`locate`], in a part of a file, which has no wrapper.
#[must_use]
pub fn locate_in_part(text: &str, pointers: &[&str]) -> Vec<Range<usize>> {
    let mut found = vec![0..0; pointers.len()];
    descend(text, (text, None), 0, &ways(pointers), &mut found);
    found
}

fn ways(pointers: &[&str]) -> Vec<Way> {
    let ways = pointers.iter().enumerate().map(|(index, pointer)| {
        let steps = pointer.split('/').skip(1);
        (index, steps.map(|it| it.replace("~1", "/").replace("~0", "~")).collect())
    });
    ways.collect()
}

/// Line and column of each of these, both from 1; the column counts characters.
#[must_use]
pub fn positions(text: &str, starts: &[usize]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..starts.len()).collect();
    order.sort_by_key(|it| starts[*it]);
    let mut positions = vec![(1, 1); starts.len()];
    // From one to the next, so that the text is read once, and a line as well.
    let (mut line, mut column, mut read) = (1, 0, 0);
    for index in order {
        let start = starts[index].min(text.len());
        let between = &text[read..start];
        match between.rsplit_once('\n') {
            Some((lines, rest)) => {
                line += lines.bytes().filter(|it| *it == b'\n').count() + 1;
                column = rest.chars().count();
            }
            None => column += between.chars().count(),
        }
        read = start;
        positions[index] = (line, column + 1);
    }
    positions
}

/// What Postman's API has put a wrapper around: told as `postman` tells it.
fn wrapped<'a>(fields: &Fields<'a>) -> Option<&'a str> {
    let inner = |keys: &[&str]| keys.iter().find_map(|it| fields.get(*it)).map(|it| it.get());
    if fields.contains_key("item") {
        return None;
    }
    inner(&["collection"])
        .or_else(|| inner(&["environment", "globals"]).filter(|_| !fields.contains_key("values")))
}

/// A key as a step of a JSON pointer (RFC 6901 §3).
#[must_use]
pub fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

type Way = (usize, Vec<String>);

/// The fields of an object, each as it stands in the text.
pub(crate) type Fields<'a> = IndexMap<Cow<'a, str>, &'a RawValue>;

/// Those of the text of a value; `None` if it is no object.
pub(crate) fn fields(value: &str) -> Option<Fields<'_>> {
    value.starts_with('{').then(|| serde_json::from_str(value).ok())?
}

/// The fields of an item or a collection, with the items in it.
pub(crate) struct ItemFields<'a> {
    /// All fields; the place of the items is that of a null.
    pub(crate) fields: Fields<'a>,
    /// The items, if there is a list of them.
    pub(crate) items: Option<Vec<&'a RawValue>>,
}

/// Those of the text of a value; `None` if it is no object. The items are most of it, and are read past once only.
pub(crate) fn item_fields(value: &str) -> Option<ItemFields<'_>> {
    if !value.starts_with('{') {
        return None;
    }
    serde_json::from_str(value).ok().or_else(|| {
        let fields = fields(value)?;
        let items = fields.get("item").and_then(|it| serde_json::from_str(it.get()).ok());
        Some(ItemFields { fields, items })
    })
}

impl<'de> Deserialize<'de> for ItemFields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items;
        impl<'de> Visitor<'de> for Items {
            type Value = ItemFields<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object with a list of items")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Fields::new();
                let mut items = None;
                while let Some(key) = map.next_key::<Key<'_>>()? {
                    if key.0 == "item" {
                        items = Some(map.next_value()?);
                        fields.insert(key.0, RawValue::NULL);
                    } else {
                        fields.insert(key.0, map.next_value()?);
                    }
                }
                Ok(ItemFields { fields, items })
            }
        }
        deserializer.deserialize_map(Items)
    }
}

/// A key that is borrowed if it has no escapes.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// `known` are the fields of the value, where they have been read.
fn descend(
    text: &str,
    (value, known): (&str, Option<Fields<'_>>),
    depth: usize,
    ways: &[Way],
    found: &mut [Range<usize>],
) {
    let range = range_of(text, value);
    for (index, _) in ways {
        found[*index] = range.clone();
    }
    let deeper: Vec<&Way> = ways.iter().filter(|(_, steps)| steps.len() > depth).collect();
    if deeper.is_empty() {
        return;
    }
    let mut next: IndexMap<&str, Vec<Way>> = IndexMap::new();
    for way in deeper {
        next.entry(&way.1[depth]).or_default().push(way.clone());
    }
    if let Some(fields) = known.or_else(|| fields(value)) {
        for (step, ways) in next {
            if let Some(inner) = fields.get(step) {
                descend(text, (inner.get(), None), depth + 1, &ways, found);
            }
        }
    } else if value.starts_with('[') {
        let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(value) else { return };
        for (step, ways) in next {
            let by_number = step.parse::<usize>().ok().and_then(|it| items.get(it)).map(|it| it.get());
            if let Some(inner) = by_number.or_else(|| row(&items, step)) {
                descend(text, (inner, None), depth + 1, &ways, found);
            }
        }
    }
}

/// The value of the last row of this key, as Postman takes the last one.
fn row<'a>(items: &[&'a RawValue], key: &str) -> Option<&'a str> {
    items.iter().rev().find_map(|item| {
        let fields = fields(item.get())?;
        let named = |name: &str| {
            let text = fields.get(name).and_then(|it| serde_json::from_str::<Cow<'_, str>>(it.get()).ok());
            text.is_some_and(|it| it == key)
        };
        let is_it = named("key") || !fields.contains_key("key") && named("id");
        is_it.then(|| fields.get("value").map_or(item.get(), |it| it.get()))
    })
}

/// Where a part of a text stands in it.
pub(crate) fn range_of(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    start..start + part.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{
  "info": {"name": "é"}, "x": 1,
  "item": [
    {"name": "a", "url": "u"},
    {"n/a~": [1, 2]}
  ],
  "variable": [
    {"key": "a", "value": "1"},
    {"value": "2", "key": "a"},
    {"id": "b"}
  ]
}"#;

    fn at(pointer: &str) -> (String, (usize, usize)) {
        let range = locate(TEXT, &[pointer])[0].clone();
        (TEXT[range.clone()].to_owned(), positions(TEXT, &[range.start])[0])
    }

    #[test]
    fn values_have_a_place() {
        let table = [
            ("/x", "1", (2, 31)),
            ("/item/0/url", "\"u\"", (4, 26)),
            ("/item/1/n~1a~0/1", "2", (5, 18)),
            ("/item/0/nothing/here", r#"{"name": "a", "url": "u"}"#, (4, 5)),
            ("/item/7", &TEXT[48..98], (3, 11)),
            ("/variable/a", "\"2\"", (9, 15)),
            ("/variable/b", r#"{"id": "b"}"#, (10, 5)),
            ("", TEXT, (1, 1)),
        ];
        for (pointer, value, position) in table {
            let (found, place) = at(pointer);
            if !pointer.ends_with('7') {
                assert_eq!(found, value, "{pointer}");
            }
            assert_eq!(place, position, "{pointer}");
        }
    }

    #[test]
    fn many_are_found_at_once() {
        let pointers = ["/x", "/item/1", "/item/0/name", "/x"];
        let ranges = locate(TEXT, &pointers);
        let starts: Vec<usize> = ranges.iter().map(|it| it.start).collect();
        assert_eq!(positions(TEXT, &starts), [(2, 31), (5, 5), (4, 14), (2, 31)]);
    }

    #[test]
    fn a_wrapped_collection_is_looked_into() {
        let text = r#"{"collection": {"item": [{"name": "a"}]}}"#;
        assert_eq!(&text[locate(text, &["/item/0/name"])[0].clone()], "\"a\"");
        let text = r#"{"values": [], "collection": {"item": [{"name": "a"}]}}"#;
        assert_eq!(&text[locate(text, &["/item/0/name"])[0].clone()], "\"a\"");
    }
}
