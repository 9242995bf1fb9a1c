//! What a Postman file may write in more than one way, read by hand.
//!
//! Not `#[serde(untagged)]`: it would answer every mistake with "did not match any variant".

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};

/// A JSON value as Postman turns it into text, with the one difference that it keeps:
/// whether it was text.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Scalar {
    /// The key was not there.
    #[default]
    Absent,
    /// `null`
    Null,
    /// A text.
    Text(String),
    /// A number or boolean, as JavaScript prints it.
    Other(String),
    /// An array or object: its JSON. It is rare, and would make every row twice as large.
    Json(Box<serde_json::Value>),
}

impl Scalar {
    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text that Postman puts into a request: JavaScript's string form, the key's absence as nothing.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Scalar::Absent => String::new(),
            Scalar::Null => "null".to_owned(),
            Scalar::Text(text) | Scalar::Other(text) => text.clone(),
            Scalar::Json(value) => js_string(value),
        }
    }

    /// The text where Postman takes every empty value for none.
    #[must_use]
    pub fn non_empty(&self) -> Option<String> {
        match self {
            Scalar::Absent | Scalar::Null => None,
            other => Some(other.to_text()).filter(|text| !text.is_empty()),
        }
    }
}

fn js_string(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(_) => "[object Object]".to_owned(),
        serde_json::Value::Array(items) => {
            let items: Vec<_> = items.iter().map(js_string).collect();
            items.join(",")
        }
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Null => Scalar::Null,
            serde_json::Value::String(text) => Scalar::Text(text),
            value @ (serde_json::Value::Bool(_) | serde_json::Value::Number(_)) => {
                Scalar::Other(value.to_string())
            }
            value => Scalar::Json(Box::new(value)),
        })
    }
}

/// Any value that JavaScript takes for true. `disabled: "true"` and `disabled: 1` occur.
pub(super) fn truthy<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(match Scalar::deserialize(deserializer)? {
        Scalar::Absent | Scalar::Null => false,
        Scalar::Text(text) => !text.is_empty(),
        Scalar::Other(text) => text != "false" && text != "0",
        Scalar::Json(_) => true,
    })
}

/// A text, or any other scalar as text; `null` and absence as nothing.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    match Scalar::deserialize(deserializer)? {
        Scalar::Absent | Scalar::Null => Ok(None),
        Scalar::Json(_) => Err(D::Error::custom("invalid type: array or object, expected a string")),
        other => Ok(Some(other.to_text())),
    }
}

/// A description: a text, `{content, type}`, or nothing.
pub(super) fn description<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Scalar::deserialize(deserializer)? {
        Scalar::Text(text) => Some(text),
        Scalar::Json(value) => value.get("content").and_then(|it| it.as_str()).map(str::to_owned),
        _ => None,
    })
}

/// `null` as the default: Postman writes `"header": null` for no headers.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// A list in no more memory than it needs: most are of one or two rows, and each of those of many fields.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let mut list: Vec<T> = or_default(deserializer)?;
    list.shrink_to_fit();
    Ok(list)
}

/// A type that may also be written as one text.
pub(super) trait FromText: Sized {
    /// Makes it of the text.
    fn from_text(text: &str) -> Self;
}

/// A struct, or the text that stands for it.
pub(super) fn text_or_struct<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + FromText,
{
    struct Shim<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de> + FromText> Visitor<'de> for Shim<T> {
        type Value = Option<T>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string or an object")
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(Some(T::from_text(text)))
        }
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map)).map(Some)
        }
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
    }
    deserializer.deserialize_any(Shim(PhantomData))
}

/// A row of a table that may also be written as `"key": value` of a map or as a text.
pub(super) trait Row: Sized {
    /// Makes a row of a key and its value.
    fn from_pair(key: String, value: Scalar) -> Self;
    /// Makes rows of a text that stands for the whole table or one row.
    fn from_text(text: &str) -> Vec<Self>;
}

/// A table of rows: an array (with `null` and text entries), a map, or one text.
pub(super) fn rows<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Row,
{
    struct Shim<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de> + Row> Visitor<'de> for Shim<T> {
        type Value = Vec<T>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array, an object or a string")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut rows = Vec::new();
            while let Some(entry) = seq.next_element::<Entry<T>>()? {
                rows.extend(entry.0);
            }
            rows.shrink_to_fit();
            Ok(rows)
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut rows = Vec::new();
            while let Some((key, value)) = map.next_entry()? {
                rows.push(T::from_pair(key, value));
            }
            Ok(rows)
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(T::from_text(text))
        }
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }
    }
    deserializer.deserialize_any(Shim(PhantomData))
}

/// One entry of a table: a row, a text that makes some, or `null`, which makes none.
struct Entry<T>(Vec<T>);

impl<'de, T: Deserialize<'de> + Row> Deserialize<'de> for Entry<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shim<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de> + Row> Visitor<'de> for Shim<T> {
            type Value = Entry<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object or a string")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(|row| Entry(vec![row]))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Entry(T::from_text(text)))
            }
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Entry(Vec::new()))
            }
        }
        deserializer.deserialize_any(Shim(PhantomData))
    }
}

/// Parts of a host or path: an array of texts and `{value}` objects, or one text that
/// stands for the whole and is given back unsplit.
pub(super) fn parts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<super::Parts, D::Error> {
    struct Shim;
    impl<'de> Visitor<'de> for Shim {
        type Value = super::Parts;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array of strings or a string")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut parts = Vec::new();
            while let Some(part) = seq.next_element::<Scalar>()? {
                parts.push(match part {
                    Scalar::Json(value) => {
                        value.get("value").and_then(|it| it.as_str()).unwrap_or_default().to_owned()
                    }
                    other => other.to_text(),
                });
            }
            Ok(super::Parts::List(parts))
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(super::Parts::Text(text.to_owned()))
        }
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(super::Parts::Absent)
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Err(A::Error::custom("invalid type: map, expected an array of strings or a string"))
        }
    }
    deserializer.deserialize_any(Shim)
}

/// Lines of a script: an array of lines or one text.
pub(super) fn lines<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match Scalar::deserialize(deserializer)? {
        Scalar::Text(text) => text.split('\n').map(str::to_owned).collect(),
        Scalar::Json(value) => value.as_array().into_iter().flatten().map(js_string).collect(),
        _ => Vec::new(),
    })
}

/// What kind of value stands where another one is expected.
pub(super) fn kind(value: &serde_json::Value) -> Unexpected<'static> {
    match value {
        serde_json::Value::Null => Unexpected::Unit,
        serde_json::Value::Bool(value) => Unexpected::Bool(*value),
        serde_json::Value::Number(_) => Unexpected::Other("number"),
        serde_json::Value::String(_) => Unexpected::Other("string"),
        serde_json::Value::Array(_) => Unexpected::Seq,
        serde_json::Value::Object(_) => Unexpected::Map,
    }
}
