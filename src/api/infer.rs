//! Types from samples: a shape is read from each sample, and shapes are joined.
//!
//! The join is commutative, associative and idempotent up to the order of fields, so that the
//! order of samples decides nothing but the order in which fields are printed.

use std::fmt;

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::plain::{Plain, is_date};

/// What a set of samples has in common.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Shape {
    /// Whether one of them was `null`.
    pub(super) nullable: bool,
    /// What the others were.
    pub(super) kind: Kind,
}

/// The kind of a value.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Kind {
    /// There was no sample but `null`.
    #[default]
    Nothing,
    /// Values without parts. Which type they make is decided by the name of the field as well,
    /// when all of them were seen.
    Plain(Plain),
    List(Box<Shape>),
    Record(Fields),
    /// Samples that have nothing in common.
    Any,
}

/// The fields of a record.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Fields {
    /// How many records were seen.
    pub(super) samples: usize,
    /// By wire name, in the order they were first seen.
    pub(super) fields: IndexMap<String, Seen>,
}

/// A field.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Seen {
    /// In how many of the records it was.
    pub(super) times: usize,
    /// In how many of those it was `null`.
    pub(super) nulls: usize,
    /// What it held.
    pub(super) shape: Shape,
}

impl Shape {
    /// The shape of one sample.
    ///
    /// # Errors
    /// What serde_json says if the text is not JSON.
    pub(super) fn of(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The shape of the samples of both.
    #[must_use]
    pub(super) fn join(self, other: Self) -> Self {
        Self { nullable: self.nullable || other.nullable, kind: self.kind.join(other.kind) }
    }

    fn plain(plain: Plain) -> Self {
        Self::filled(Kind::Plain(plain))
    }

    fn filled(kind: Kind) -> Self {
        Self { nullable: false, kind }
    }
}

impl Kind {
    fn join(self, other: Self) -> Self {
        use Kind::{Any, List, Nothing, Plain, Record};
        match (self, other) {
            (Nothing, kind) | (kind, Nothing) => kind,
            (List(a), List(b)) => List(Box::new(a.join(*b))),
            (Record(a), Record(b)) => Record(a.join(b)),
            (Plain(a), Plain(b)) => Plain(a.and(b)),
            _ => Any,
        }
    }

    /// Whether it is numbers and nothing else.
    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Plain(plain) if plain.within(Plain::NUMBERS))
    }
}

impl Fields {
    /// The fields of the records of both.
    #[must_use]
    pub(super) fn join(mut self, other: Self) -> Self {
        self.samples += other.samples;
        for (key, seen) in other.fields {
            let own = self.fields.entry(key).or_default();
            own.times += seen.times;
            own.nulls += seen.nulls;
            own.shape = std::mem::take(&mut own.shape).join(seen.shape);
        }
        self
    }

    /// How alike two records are by the names of their fields: 0 (nothing in common) to 1.
    #[must_use]
    pub(super) fn likeness(&self, other: &Self) -> f64 {
        let common = self.fields.keys().filter(|key| other.fields.contains_key(*key)).count();
        let all = self.fields.len() + other.fields.len() - common;
        #[expect(clippy::cast_precision_loss, reason = "counts of fields are small")]
        if all == 0 { 1.0 } else { common as f64 / all as f64 }
    }

    /// Whether the keys are names: there are some, and not all of them are numbers, UUIDs or dates.
    #[must_use]
    pub(super) fn is_named(&self) -> bool {
        !self.fields.keys().all(|key| is_data(key))
    }
}

fn is_data(key: &str) -> bool {
    let hex = |c: char| c.is_ascii_hexdigit();
    let digits = !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit());
    let uuid = key.len() == 36
        && key.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && key.replace('-', "").chars().all(hex);
    digits || uuid || is_date(key)
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor)
    }
}

/// 2⁶³: no signed 64-bit integer is as large.
const BEYOND_64_BITS: f64 = 9_223_372_036_854_775_808.0;

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Shape, E> {
        Ok(Shape::plain(Plain::BOOL))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Shape, E> {
        Ok(Shape::plain(Plain::INTEGER))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Shape, E> {
        Ok(Shape::plain(if i64::try_from(value).is_ok() { Plain::INTEGER } else { Plain::BIG }))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Shape, E> {
        // This is also how serde_json hands out an integer that fits nowhere else.
        let beyond = value.abs() >= BEYOND_64_BITS;
        Ok(Shape::plain(if beyond { Plain::BIG } else { Plain::FRACTION }))
    }

    fn visit_str<E>(self, text: &str) -> Result<Shape, E> {
        Ok(Shape::plain(Plain::of_text(text)))
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape { nullable: true, kind: Kind::Nothing })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Shape, A::Error> {
        let mut item = Shape::default();
        while let Some(next) = seq.next_element::<Shape>()? {
            item = item.join(next);
        }
        Ok(Shape::filled(Kind::List(Box::new(item))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
        let mut fields = IndexMap::new();
        while let Some((key, shape)) = map.next_entry::<String, Shape>()? {
            fields.insert(key, Seen { times: 1, nulls: usize::from(shape.nullable), shape });
        }
        Ok(Shape::filled(Kind::Record(Fields { samples: 1, fields })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kind(json: &str) -> Kind {
        Shape::of(json).unwrap().kind
    }

    #[test]
    fn scalars_are_told_apart() {
        let table = [
            ("1", Plain::INTEGER),
            ("1.0", Plain::FRACTION),
            ("1e3", Plain::FRACTION),
            ("18446744073709551615", Plain::BIG),
            ("-123456789012345678901234567890", Plain::BIG),
            ("\"2026-01-31\"", Plain::DATE),
            ("\"2026-13-31\"", Plain::TEXT),
            ("\"2026-01-31T09:30:00\"", Plain::DATE_TIME),
            ("\"2026-01-31T09:30:00.123Z\"", Plain::DATE_TIME),
            ("\"2026-01-31 09:30:00+02:00\"", Plain::DATE_TIME),
            ("\"2026-01-31T09:30\"", Plain::TEXT),
            ("\"\"", Plain::BLANK),
            ("\"{{price}}\"", Plain::BLANK),
            ("\"40\"", Plain::DIGITS),
            ("\"-1\"", Plain::DIGITS),
            ("\"0\"", Plain::DIGITS),
            ("\"06\"", Plain::TEXT),
            ("\"55.43\"", Plain::DECIMAL),
            ("\"-0.50\"", Plain::DECIMAL),
            ("\"-0.5\"", Plain::DECIMAL),
            ("\"2.0\"", Plain::SHORT),
            ("\"007.10\"", Plain::TEXT),
            ("\"1.\"", Plain::TEXT),
            ("\".5\"", Plain::TEXT),
            ("\"1.2.3\"", Plain::TEXT),
            ("\"1e3\"", Plain::TEXT),
            ("\"$1.50\"", Plain::TEXT),
        ];
        for (json, want) in table {
            assert_eq!(kind(json), Kind::Plain(want), "{json}");
        }
        let list = |item| Kind::List(Box::new(Shape::filled(item)));
        assert_eq!(kind("[1, 2.5]"), list(Kind::Plain(Plain::INTEGER.and(Plain::FRACTION))));
        assert_eq!(kind("[1, \"a\"]"), list(Kind::Plain(Plain::INTEGER.and(Plain::TEXT))));
        assert_eq!(kind("[1, []]"), list(Kind::Any));
    }

    #[test]
    fn fields_know_how_often_they_were_seen() {
        let Kind::List(item) = kind(r#"[{"a": 1, "b": null}, {"a": 2}]"#) else { panic!() };
        let Kind::Record(fields) = item.kind else { panic!() };
        assert_eq!(fields.samples, 2);
        assert_eq!(fields.fields["a"].times, 2);
        assert_eq!(fields.fields["b"].times, 1);
        assert_eq!((fields.fields["a"].nulls, fields.fields["b"].nulls), (0, 1));
        assert!(fields.fields["b"].shape.nullable);
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        use serde_json::Value;
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (0.5f64..9.0).prop_map(Value::from),
            prop_oneof!["[a-z]{0,3}", "[0-9]{1,3}(\\.[0-9]{1,2})?", "2026-01-3[01](T00:00:00)?"]
                .prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-d]", inner, 0..4).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    fn shape(value: &serde_json::Value) -> Shape {
        Shape::of(&value.to_string()).unwrap()
    }

    /// The same shape without counts, which idempotence is not about.
    fn uncounted(mut shape: Shape) -> Shape {
        match &mut shape.kind {
            Kind::List(item) => **item = uncounted(std::mem::take(item)),
            Kind::Record(record) => {
                let samples = std::mem::replace(&mut record.samples, 1);
                for seen in record.fields.values_mut() {
                    seen.times = usize::from(seen.times == samples);
                    seen.nulls = seen.nulls.min(1);
                    seen.shape = uncounted(std::mem::take(&mut seen.shape));
                }
            }
            _ => {}
        }
        shape
    }

    proptest! {
        #[test]
        fn join_is_commutative_associative_idempotent(a in json(), b in json(), c in json()) {
            let (a, b, c) = (shape(&a), shape(&b), shape(&c));
            prop_assert_eq!(a.clone().join(b.clone()), b.clone().join(a.clone()));
            prop_assert_eq!(
                a.clone().join(b.clone()).join(c.clone()),
                a.clone().join(b.join(c))
            );
            prop_assert_eq!(uncounted(a.clone().join(a.clone())), uncounted(a));
        }
    }
}
