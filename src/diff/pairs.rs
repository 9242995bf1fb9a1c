//! What is the same thing in both models, under whatever name.

use std::collections::{HashMap, HashSet};

use crate::api::{Api, Group, Operation, Record, Type, TypeId};

/// An operation and its group.
pub(super) type Found<'a> = (&'a Group, &'a Operation);

/// Operations of two models.
pub(super) struct Operations<'a> {
    /// Those that are in both.
    pub(super) pairs: Vec<(Found<'a>, Found<'a>)>,
    pub(super) removed: Vec<Found<'a>>,
    pub(super) added: Vec<Found<'a>>,
}

/// Pairs operations: those of one id, then those of one request, then those of one place in Postman.
pub(super) fn operations<'a>(old: &'a Api, new: &'a Api) -> Operations<'a> {
    let mut removed: Vec<Found<'a>> = all(old).collect();
    let mut added: Vec<Found<'a>> = all(new).collect();
    let mut pairs = Vec::new();
    let keys: [fn(&Operation) -> String; 4] = [
        |it| format!("{} {} {}", it.id, it.wire.method, shape(it)),
        |it| it.id.clone(),
        |it| format!("{} {}", it.wire.method, shape(it)),
        |it| format!("{} {}", it.wire.method, it.place.join("\n")),
    ];
    for key in keys {
        let mut count: HashMap<String, (usize, usize)> = HashMap::new();
        removed.iter().for_each(|(_, it)| count.entry(key(it)).or_default().0 += 1);
        added.iter().for_each(|(_, it)| count.entry(key(it)).or_default().1 += 1);
        // A request that is there twice says nothing about which one is which.
        let is_one = |it: &Found<'a>| count.get(&key(it.1)) == Some(&(1, 1));
        let mut by_key: HashMap<String, Found<'a>> =
            added.iter().filter(|it| is_one(it)).map(|it| (key(it.1), *it)).collect();
        added.retain(|it| !is_one(it));
        removed.retain(|it| match by_key.remove(&key(it.1)) {
            Some(other) => {
                pairs.push((*it, other));
                false
            }
            None => true,
        });
    }
    pairs.sort_by_key(|(_, (_, it))| it.index);
    Operations { pairs, removed, added }
}

fn all(api: &Api) -> impl Iterator<Item = Found<'_>> {
    api.groups.iter().flat_map(|group| group.operations.iter().map(move |it| (group, it)))
}

/// The path without the names of its arguments.
pub(super) fn shape(operation: &Operation) -> String {
    let path = operation.path();
    let segments = path.split('/').map(|it| if it.starts_with('{') && it.ends_with('}') { "{}" } else { it });
    segments.collect::<Vec<_>>().join("/")
}

/// Records of two models.
pub(super) struct Records {
    by_old: HashMap<TypeId, TypeId>,
    pub(super) added: Vec<TypeId>,
}

impl Records {
    /// The record that an old one has become.
    pub(super) fn of(&self, old: TypeId) -> Option<TypeId> {
        self.by_old.get(&old).copied()
    }

    /// Whether two types are the same one.
    pub(super) fn is_same(&self, old: &Type, new: &Type) -> bool {
        match (old, new) {
            (Type::Record(old), Type::Record(new)) => self.of(*old) == Some(*new),
            (Type::Nullable(old), Type::Nullable(new))
            | (Type::List(old), Type::List(new))
            | (Type::Map(old), Type::Map(new))
            | (Type::Page(old), Type::Page(new)) => self.is_same(old, new),
            // How a decimal is written is the client's business.
            (Type::Decimal(_), Type::Decimal(_)) => true,
            _ => old == new,
        }
    }
}

/// Least part of the fields of two records that they share if they are one.
const ALIKE: f64 = 0.6;

/// Pairs records: those of one name, then those that are most alike.
pub(super) fn records(old: &Api, new: &Api) -> Records {
    let by_name: HashMap<_, _> = new.types.iter().map(|(id, record)| (&record.name, id)).collect();
    let mut by_old: HashMap<TypeId, TypeId> = HashMap::new();
    let mut left = Vec::new();
    for (id, record) in old.types.iter() {
        match by_name.get(&record.name) {
            Some(other) => {
                by_old.insert(id, *other);
            }
            None => left.push((id, record)),
        }
    }
    let taken: HashSet<TypeId> = by_old.values().copied().collect();
    let mut free: Vec<(TypeId, &Record)> = new.types.iter().filter(|(id, _)| !taken.contains(id)).collect();
    for (id, record) in left {
        let best = free
            .iter()
            .enumerate()
            .filter(|(_, (_, other))| other.input == record.input)
            .map(|(at, (_, other))| (likeness(record, other), at))
            .filter(|(likeness, _)| *likeness >= ALIKE)
            // Of those that are as alike, the first one.
            .max_by(|(one, first), (two, second)| one.total_cmp(two).then(second.cmp(first)));
        if let Some((_, at)) = best {
            by_old.insert(id, free.remove(at).0);
        }
    }
    Records { by_old, added: free.into_iter().map(|(id, _)| id).collect() }
}

/// How many of all fields two records share, from 0 to 1.
fn likeness(one: &Record, two: &Record) -> f64 {
    let keys = |it: &Record| it.fields.iter().map(|field| field.wire.clone()).collect::<HashSet<_>>();
    let (one, two) = (keys(one), keys(two));
    let all = one.union(&two).count();
    if all == 0 { 0.0 } else { one.intersection(&two).count() as f64 / all as f64 }
}
