//! From shapes to types: which records are the same thing, and what they are called.

use std::collections::HashMap;

use super::infer::{Fields, Kind, Seen, Shape};
use super::scalars::{self, plain_type};
use super::types::{self, Builder, Field, Hint, Type, TypeTable};
use crate::name::{Name, Scope};

/// Fields that only wrap what was asked for: what is in them is named like the thing itself.
const WRAPPERS: [&str; 14] = [
    "data", "results", "result", "items", "item", "records", "record", "list", "response", "payload",
    "values", "content", "entries", "rows",
];

/// How alike two records of one noun are, at least, to be one type.
const ALIKE: f64 = 0.5;

/// How alike a record must be to what its folder is about, to be that in spite of a name of its own.
const SAME: f64 = 0.8;

/// Most fields of a record that only wraps another one.
const WRAPPER_FIELDS: usize = 6;

/// A record that is a thing of the API: what a folder is about, joined over all operations.
struct Resource {
    noun: Name,
    /// The name that it has for itself, if it is not the thing that its folder is about.
    own: Option<Name>,
    /// Another name for it, if another record has taken the first one.
    other: Name,
    input: bool,
    fields: Fields,
    /// What operations of its folder find it by.
    keys: Vec<String>,
}

impl Resource {
    fn name(&self) -> &Name {
        self.own.as_ref().unwrap_or(&self.noun)
    }
}

/// A shape whose things have been put aside, to be joined with the others of their kind.
enum Plan {
    Plain(Shape),
    Resource {
        index: usize,
        nullable: bool,
    },
    List {
        item: Box<Plan>,
        nullable: bool,
    },
    /// A record that wraps a thing in one of its fields.
    Envelope {
        hint: Name,
        fields: Fields,
        wrapped: String,
        inside: Box<Plan>,
    },
}

/// A planned body, to be turned into a type when every sample was seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Planned(usize);

/// Gathers the shapes of an API.
#[derive(Default)]
pub(super) struct Models {
    resources: Vec<Resource>,
    /// Which of them have a noun, a name of their own, and one direction, in their order.
    places: HashMap<(Name, Option<Name>, bool), Vec<usize>>,
    plans: Vec<(Plan, Name, bool)>,
}

impl Models {
    /// Takes note of a body.
    pub(super) fn plan(&mut self, shape: Shape, role: &Role<'_>) -> Planned {
        let plan = self.plan_shape(shape, role);
        self.plans.push((plan, role.name().clone(), role.input));
        Planned(self.plans.len() - 1)
    }

    fn plan_shape(&mut self, shape: Shape, role: &Role<'_>) -> Plan {
        let nullable = shape.nullable;
        match shape.kind {
            Kind::List(item) => Plan::List { item: Box::new(self.plan_shape(*item, role)), nullable },
            Kind::Record(mut fields) if fields.is_named() => {
                if let Some(wrapped) = wrapped_field(&fields) {
                    let inside =
                        fields.fields.get_mut(&wrapped).map(|seen| seen.shape.clone()).unwrap_or_default();
                    let hint = role.own.clone().unwrap_or_else(|| role.noun.then(&Name::new("response")));
                    let inside = Box::new(self.plan_shape(inside, &Role { own: None, ..role.clone() }));
                    return Plan::Envelope { hint, fields, wrapped, inside };
                }
                Plan::Resource { index: self.resource(role, fields), nullable }
            }
            kind => Plan::Plain(Shape { nullable, kind }),
        }
    }

    /// Joins a record into the resource that it is, or begins a new one.
    fn resource(&mut self, role: &Role<'_>, fields: Fields) -> usize {
        let places = self.places.entry((role.noun.clone(), role.own.clone(), role.input)).or_default();
        // What is sent is optional field by field, so that the parts that different calls send make one whole.
        let same = |it: &usize| role.input || self.resources[*it].fields.likeness(&fields) >= ALIKE;
        if let Some(index) = places.iter().copied().find(same) {
            let resource = &mut self.resources[index];
            resource.fields = std::mem::take(&mut resource.fields).join(fields);
            resource.keys.extend_from_slice(role.keys);
            return index;
        }
        places.push(self.resources.len());
        let (noun, own) = (role.noun.clone(), role.own.clone());
        let keys = role.keys.to_vec();
        self.resources.push(Resource {
            noun,
            own,
            other: role.other.clone(),
            input: role.input,
            fields,
            keys,
        });
        self.resources.len() - 1
    }

    /// Records with a name of their own that are what their folder is about after all:
    /// `GET /users/current` answers with a user. The value at the index of each resource is
    /// the index of the one that it is.
    fn unite(&mut self) -> Vec<usize> {
        let mut is: Vec<usize> = (0..self.resources.len()).collect();
        for (index, thing) in is.iter_mut().enumerate() {
            let own = &self.resources[index];
            if own.own.is_none() {
                continue;
            }
            let things = self.places.get(&(own.noun.clone(), None, own.input));
            let is_same = |it: &usize| self.resources[*it].fields.likeness(&own.fields) >= SAME;
            let same = things.into_iter().flatten().copied().find(is_same);
            if let Some(same) = same {
                let fields = std::mem::take(&mut self.resources[index].fields);
                let joined = std::mem::take(&mut self.resources[same].fields).join(fields);
                let keys = std::mem::take(&mut self.resources[index].keys);
                self.resources[same].keys.extend(keys);
                self.resources[same].fields = joined;
                *thing = same;
            }
        }
        is
    }

    /// Has what is sent and what is answered agree on the types of their fields.
    fn agree(&mut self) {
        for index in 1..self.resources.len() {
            let (before, after) = self.resources.split_at_mut(index);
            let own = &mut after[0];
            let twins = self.places.get(&(own.noun.clone(), own.own.clone(), !own.input));
            for twin in twins.into_iter().flatten().copied().filter(|it| *it < index) {
                let name = own.own.as_ref().unwrap_or(&own.noun);
                scalars::agree(&mut own.fields, &mut before[twin].fields, name);
            }
        }
    }

    /// Settles every type. The second value answers which type a planned body has.
    pub(super) fn finish(mut self, taken: &mut Scope) -> (TypeTable, Vec<Type>) {
        let is = self.unite();
        self.agree();
        let mut settle = Settle { builder: Builder::default(), input: false, keys: Vec::new() };
        let mut resources: Vec<Type> = Vec::new();
        for (index, resource) in self.resources.into_iter().enumerate() {
            if is[index] != index {
                // The thing comes first or later; its place is filled in below.
                resources.push(Type::Any);
                continue;
            }
            settle.input = resource.input;
            let mut spot = Spot::of(resource.name());
            spot.long = resource.other.clone();
            spot.noun = resource.noun.clone();
            settle.keys = resource.keys;
            resources.push(settle.record(resource.fields, &spot, None));
        }
        for (index, thing) in is.iter().enumerate() {
            if *thing != index {
                resources[index] = resources[*thing].clone();
            }
        }
        let mut types = Vec::new();
        for (plan, name, input) in self.plans {
            settle.input = input;
            let ty = settle.plan(plan, &resources, &name);
            types.push(if input || !matches!(ty, Type::List(_)) { ty } else { lenient(ty) });
        }
        (settle.builder.finish(taken), types)
    }
}

/// What a body is for, as far as names care.
#[derive(Clone)]
pub(super) struct Role<'a> {
    /// What its folder is about.
    pub(super) noun: &'a Name,
    /// The name for a record that is not that thing; `None` if it is.
    pub(super) own: Option<Name>,
    /// A longer name, in case another record has the first one.
    pub(super) other: Name,
    /// Whether it is sent.
    pub(super) input: bool,
    /// What operations of its folder find one by: the last arguments of their paths.
    pub(super) keys: &'a [String],
}

impl Role<'_> {
    fn name(&self) -> &Name {
        self.own.as_ref().unwrap_or(self.noun)
    }
}

impl Planned {
    /// Its type, of those that [`Models::finish`] answered.
    pub(super) fn of(self, types: &[Type]) -> Type {
        types[self.0].clone()
    }
}

/// The field that holds what was asked for, where the record only wraps it.
fn wrapped_field(fields: &Fields) -> Option<String> {
    if is_page(fields) {
        return Some("results".to_owned());
    }
    let holds_record = |kind: &Kind| match kind {
        Kind::Record(fields) => fields.is_named(),
        Kind::List(item) => matches!(&item.kind, Kind::Record(fields) if fields.is_named()),
        _ => false,
    };
    let is_it = |(key, seen): &(&String, &Seen)| {
        holds_record(&seen.shape.kind) && WRAPPERS.contains(&key.to_ascii_lowercase().as_str())
    };
    let few = fields.fields.len() <= WRAPPER_FIELDS;
    fields.fields.iter().filter(|_| few).find(is_it).map(|(key, _)| key.clone())
}

/// Turns shapes into types.
struct Settle {
    builder: Builder,
    input: bool,
    /// What the record that comes next is found by.
    keys: Vec<String>,
}

/// Where a shape stands, as far as names care.
#[derive(Clone)]
struct Spot {
    /// What the folder is about.
    noun: Name,
    /// The thing that it is a part of.
    thing: Name,
    /// The thing and the field: the name it gets if that is free.
    short: Name,
    /// The whole way from the thing: the name it gets else.
    long: Name,
    /// What says what a plain value means.
    label: Name,
}

impl Spot {
    fn of(thing: &Name) -> Self {
        let thing = thing.clone();
        Self { noun: thing.clone(), short: thing.clone(), long: thing.clone(), label: thing.clone(), thing }
    }

    fn field(&self, name: &Name) -> Self {
        Self {
            noun: self.noun.clone(),
            thing: self.thing.clone(),
            short: join(&self.thing, name),
            long: join(&self.long, name),
            label: scalars::label(&self.label, name),
        }
    }
}

/// Two names as one, without saying twice what the first one ends with: `message` and
/// `message note` make `message note`.
fn join(thing: &Name, part: &Name) -> Name {
    let (a, b) = (thing.words(), part.words());
    let overlap = (1..=a.len().min(b.len())).rev().find(|n| a[a.len() - n..] == b[..*n]).unwrap_or(0);
    thing.then(&Name::from_words(b[overlap..].to_vec()))
}

impl Settle {
    fn plan(&mut self, plan: Plan, resources: &[Type], name: &Name) -> Type {
        match plan {
            Plan::Plain(shape) => self.shape(shape, &Spot::of(name)),
            Plan::Resource { index, nullable } => nullable_if(nullable, resources[index].clone()),
            Plan::List { item, nullable } => {
                nullable_if(nullable, Type::List(Box::new(self.plan(*item, resources, name))))
            }
            Plan::Envelope { hint, fields, wrapped, inside } => {
                let inside = self.plan(*inside, resources, name);
                if let (true, Type::List(item)) = (is_page(&fields), &inside) {
                    return Type::Page(item.clone());
                }
                self.record(fields, &Spot::of(&hint), Some((&wrapped, inside)))
            }
        }
    }

    fn shape(&mut self, shape: Shape, spot: &Spot) -> Type {
        match shape.kind {
            Kind::Nothing | Kind::Any => Type::Any,
            Kind::Plain(plain) => plain_type(plain, &spot.label),
            Kind::List(item) => {
                let nullable = item.nullable;
                Type::List(Box::new(nullable_if(nullable, self.shape(*item, spot))))
            }
            Kind::Record(fields) if !fields.is_named() => {
                let values = fields.fields.into_values().map(|seen| seen.shape);
                let joined = values.reduce(Shape::join).unwrap_or_default();
                let nullable = joined.nullable;
                Type::Map(Box::new(nullable_if(nullable, self.shape(joined, spot))))
            }
            Kind::Record(fields) => self.record(fields, spot, None),
        }
    }

    /// A record, with the type of one field already known.
    fn record(&mut self, fields: Fields, spot: &Spot, known: Option<(&str, Type)>) -> Type {
        let mut scope = Scope::default();
        let mut out = Vec::new();
        // Only of the record itself: what is in it is found by other keys.
        let keys = std::mem::take(&mut self.keys);
        let samples = fields.samples;
        for (wire, seen) in fields.fields {
            let name = scope.claim(&[Name::new(&wire), Name::new("field")]);
            let counts = types::Seen { samples, times: seen.times, nulls: seen.nulls };
            let always = seen.times == samples && samples >= 2 && !seen.shape.nullable;
            let nullable = seen.shape.nullable;
            let ty = match &known {
                Some((key, ty)) if *key == wire => ty.clone(),
                _ => {
                    let list = matches!(seen.shape.kind, Kind::List(_));
                    let part = if list { name.singular() } else { name.clone() };
                    self.shape(seen.shape, &spot.field(&part))
                }
            };
            let ty = if self.input { ty } else { lenient(ty) };
            let nullable = nullable || ty == Type::Any;
            // What a record can be found by.
            let plain = matches!(ty, Type::Integer | Type::Text | Type::IntOrText);
            let required = keys.contains(&wire) && always && plain && !self.input;
            out.push(Field { name, wire, required, nullable, seen: counts, ty });
        }
        let hint = Hint {
            noun: spot.noun.clone(),
            thing: spot.thing.clone(),
            short: spot.short.clone(),
            long: spot.long.clone(),
        };
        Type::Record(self.builder.add(hint, out, self.input))
    }
}

/// The type of a field of an answer, or of an answer that is a list. Nulls in its list or map
/// are left out when it is read, so nothing has to be said of them; further inside, each item
/// may be null.
fn lenient(ty: Type) -> Type {
    let item = |item: Type| match item {
        Type::Nullable(item) => Box::new(inside(*item)),
        item => Box::new(inside(item)),
    };
    match ty {
        Type::List(it) => Type::List(item(*it)),
        Type::Map(it) => Type::Map(item(*it)),
        ty => ty,
    }
}

fn inside(ty: Type) -> Type {
    let item = |item: Type| match item {
        Type::Nullable(item) => Box::new(Type::Nullable(Box::new(inside(*item)))),
        item => Box::new(nullable_if(true, inside(item))),
    };
    match ty {
        Type::List(it) => Type::List(item(*it)),
        Type::Map(it) => Type::Map(item(*it)),
        ty => ty,
    }
}

fn nullable_if(nullable: bool, ty: Type) -> Type {
    if nullable && ty != Type::Any { Type::Nullable(Box::new(ty)) } else { ty }
}

/// Whether the record is a page of a list as Django REST framework writes it: links to the
/// page before and after it, and nothing else beside the items.
fn is_page(fields: &Fields) -> bool {
    let link = |key: &str| {
        fields.fields.get(key).is_some_and(|seen| match seen.shape.kind {
            Kind::Nothing => true,
            Kind::Plain(plain) => plain_type(plain, &Name::new(key)) == Type::Text,
            _ => false,
        })
    };
    fields.fields.len() == 3 && link("next") && link("previous") && fields.fields.contains_key("results")
}
