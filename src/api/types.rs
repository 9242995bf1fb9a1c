//! The types of an API: records in a table, everything else in place.

use std::collections::HashMap;

use crate::name::{Name, Scope};

/// A record of the [`TypeTable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(usize);

/// A type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// Anything: samples that have nothing in common, or none at all.
    Any,
    /// `true` or `false`.
    Bool,
    /// A signed 64-bit integer.
    Integer,
    /// A number that always came with a fraction.
    Float,
    /// A number of any kind.
    Number,
    /// A number whose digits count.
    Decimal(Written),
    /// A text.
    Text,
    /// An integer or a text: an id of which some samples are `8044` and some are `"8044"`.
    IntOrText,
    /// A day, RFC 3339 `full-date`.
    Date,
    /// A time, RFC 3339 `date-time` with or without zone.
    DateTime,
    /// This, or null: as an item of a list or a value of a map.
    Nullable(Box<Type>),
    /// A list.
    List(Box<Type>),
    /// Values by keys that are data.
    Map(Box<Type>),
    /// A page of a list: `previous`, `results` and `next`.
    Page(Box<Type>),
    /// A record.
    Record(TypeId),
}

impl Type {
    /// The record that it is, or has as item or value.
    #[must_use]
    pub fn record(&self) -> Option<TypeId> {
        match self {
            Type::Record(id) => Some(*id),
            Type::Nullable(inner) | Type::List(inner) | Type::Map(inner) | Type::Page(inner) => {
                inner.record()
            }
            _ => None,
        }
    }
}

/// How the samples have a decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Written {
    /// `55.43`
    Number,
    /// `"55.43"`
    Quoted,
    /// Some this way, some that way.
    Either,
}

/// A record.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its name.
    pub name: Name,
    /// Its fields, in the order of the samples.
    pub fields: Vec<Field>,
    /// Whether it is sent, and its fields are optional for that reason.
    pub input: bool,
    /// Whether a PATCH sends it, itself or in another record: what is left out stays as it is
    /// then, and `null` takes it away (RFC 7396 §1), so each field has three states.
    pub patched: bool,
}

/// In how many samples of a record a field was: what its type was inferred from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Seen {
    /// How many samples of the record there were.
    pub samples: usize,
    /// In how many of them the field was.
    pub times: usize,
    /// In how many of those it was `null`.
    pub nulls: usize,
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// The key in JSON.
    pub wire: String,
    /// What it holds.
    pub ty: Type,
    /// Whether an answer without it cannot be read. Samples do not say what a server always
    /// sends, so this holds for one kind of field only: what operations find the record by
    /// (`/patients/{id}`), if every sample has it. A made-up id would be worse than an error.
    pub required: bool,
    /// Whether it was null in some sample.
    pub nullable: bool,
    /// What the samples show.
    pub seen: Seen,
}

/// Every record of an API, each shape once.
#[derive(Debug, Clone, Default)]
pub struct TypeTable {
    records: Vec<Record>,
}

impl TypeTable {
    /// The record.
    #[must_use]
    pub fn get(&self, id: TypeId) -> &Record {
        &self.records[id.0]
    }

    /// All records, in the order of their first use.
    pub fn iter(&self) -> impl Iterator<Item = (TypeId, &Record)> {
        self.records.iter().enumerate().map(|(index, record)| (TypeId(index), record))
    }

    /// The record of this name, as people read it: `PatientInsurance`.
    pub(super) fn named_mut(&mut self, name: &str) -> Option<&mut Record> {
        self.records.iter_mut().find(|it| it.name.pascal() == name)
    }

    /// Takes note that a PATCH sends a type.
    pub(super) fn patch(&mut self, ty: &Type) {
        match ty {
            Type::Nullable(inner) | Type::List(inner) | Type::Map(inner) | Type::Page(inner) => {
                self.patch(inner);
            }
            Type::Record(id) if !self.records[id.0].patched => {
                self.records[id.0].patched = true;
                let fields: Vec<Type> = self.records[id.0].fields.iter().map(|it| it.ty.clone()).collect();
                fields.iter().for_each(|ty| self.patch(ty));
            }
            _ => {}
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}

/// A record that still has to find its name.
#[derive(Debug)]
struct Draft {
    /// Names that fit it, best first; those of every place where the shape was seen.
    hints: Vec<Hint>,
    fields: Vec<Field>,
    input: bool,
}

/// Names that fit one place: a short one, and one that is longer and more likely to be free.
#[derive(Debug, Clone)]
pub(super) struct Hint {
    /// What the folder is about.
    pub(super) noun: Name,
    /// What it is a part of, or is itself.
    pub(super) thing: Name,
    pub(super) short: Name,
    pub(super) long: Name,
}

impl Hint {
    /// Whether two places of one shape hold one type. The noun counts because a shape alone
    /// says too little: `{id, name}` of a doctor and of a task category are not one thing.
    fn fits(&self, other: &Self) -> bool {
        let answers_of_one_folder = self.is_whole() && other.is_whole() && self.noun == other.noun;
        answers_of_one_folder || self.short.words().last() == other.short.words().last()
    }

    fn is_whole(&self) -> bool {
        self.thing == self.short
    }
}

/// Builds a [`TypeTable`]. Fields are added before the records that hold them, so that an id
/// is always smaller than the ids of the records around it.
#[derive(Debug, Default)]
pub(super) struct Builder {
    drafts: Vec<Draft>,
    by_shape: HashMap<(Vec<Field>, bool), Vec<usize>>,
}

impl Builder {
    /// Adds a record, or finds the one of the same shape that it is.
    pub(super) fn add(&mut self, hint: Hint, fields: Vec<Field>, input: bool) -> TypeId {
        // Counts are of the samples, not of the shape.
        let uncounted = |it: &Field| Field { seen: Seen::default(), ..it.clone() };
        let shape = fields.iter().map(uncounted).collect();
        let same = self.by_shape.entry((shape, input)).or_default();
        let found = same.iter().find(|index| self.drafts[**index].hints[0].fits(&hint));
        if let Some(index) = found {
            let draft = &mut self.drafts[*index];
            draft.hints.push(hint);
            for (own, other) in draft.fields.iter_mut().zip(fields) {
                own.seen.samples += other.seen.samples;
                own.seen.times += other.seen.times;
                own.seen.nulls += other.seen.nulls;
            }
            return TypeId(*index);
        }
        let index = self.drafts.len();
        same.push(index);
        self.drafts.push(Draft { hints: vec![hint], fields, input });
        TypeId(index)
    }

    /// Settles the names. What answers with gets the short names before what is sent.
    pub(super) fn finish(self, taken: &mut Scope) -> TypeTable {
        let input_word = Name::new("input");
        let mut names: Vec<Option<Name>> = vec![None; self.drafts.len()];
        for input in [false, true] {
            for (index, draft) in self.drafts.iter().enumerate().filter(|(_, draft)| draft.input == input) {
                let first = &draft.hints[0];
                let of_one_thing: Vec<Hint> =
                    draft.hints.iter().filter(|it| it.thing == first.thing).cloned().collect();
                let mut candidates = vec![
                    common(&draft.hints),
                    common(&of_one_thing),
                    first.short.clone(),
                    first.long.clone(),
                ];
                if input {
                    candidates.iter_mut().for_each(|name| *name = name.then(&input_word));
                }
                names[index] = Some(taken.claim(&candidates));
            }
        }
        let records = self.drafts.into_iter().zip(names);
        let record = |(draft, name): (Draft, Option<Name>)| Record {
            name: name.unwrap_or_default(),
            fields: draft.fields,
            input: draft.input,
            patched: false,
        };
        TypeTable { records: records.map(record).collect() }
    }
}

/// What the names have in common at their beginning and end: `patient primary insurance` and
/// `patient secondary insurance` make `patient insurance`.
fn common(hints: &[Hint]) -> Name {
    let first = hints[0].short.words();
    let mut head = first.len();
    let mut tail = first.len();
    for hint in &hints[1..] {
        let words = hint.short.words();
        head = head.min(first.iter().zip(words).take_while(|(a, b)| a == b).count());
        tail = tail.min(first.iter().rev().zip(words.iter().rev()).take_while(|(a, b)| a == b).count());
    }
    let tail = tail.min(first.len() - head);
    let words = first[..head].iter().chain(&first[first.len() - tail..]);
    Name::from_words(words.cloned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(text: &str) -> Hint {
        let short = Name::new(text);
        Hint { noun: short.clone(), thing: short.clone(), short, long: Name::new(&format!("long {text}")) }
    }

    fn field(wire: &str) -> Field {
        Field {
            name: Name::new(wire),
            wire: wire.to_owned(),
            ty: Type::Text,
            required: true,
            nullable: false,
            seen: Seen::default(),
        }
    }

    #[test]
    fn one_shape_and_noun_is_one_type() {
        let mut builder = Builder::default();
        let first = builder.add(hint("patient primary insurance"), vec![field("id")], false);
        let second = builder.add(hint("patient secondary insurance"), vec![field("id")], false);
        let other = builder.add(hint("doctor"), vec![field("id")], false);
        assert_eq!(first, second);
        assert_ne!(first, other);
        let table = builder.finish(&mut Scope::default());
        assert_eq!(table.get(first).name.pascal(), "PatientInsurance");
        assert_eq!(table.get(other).name.pascal(), "Doctor");
    }

    #[test]
    fn what_is_sent_is_an_input() {
        let mut builder = Builder::default();
        let sent = builder.add(hint("patient"), vec![field("id")], true);
        let answered = builder.add(hint("patient"), vec![field("id")], false);
        let table = builder.finish(&mut Scope::default());
        assert_eq!(table.get(sent).name.pascal(), "PatientInput");
        assert_eq!(table.get(answered).name.pascal(), "Patient");
    }
}
