//! The type of values without parts: what they look like, and what the name of their field says.

use std::mem::discriminant;

use super::infer::{Fields, Kind, Shape};
use super::plain::Plain;
use super::types::{Type, Written};
use crate::name::Name;

/// Words of amounts that are counted and not measured: their digits count.
const AMOUNTS: [&str; 46] = [
    "adjustment",
    "allowed",
    "amount",
    "balance",
    "bill",
    "billed",
    "budget",
    "cash",
    "charge",
    "charged",
    "coinsurance",
    "commission",
    "copay",
    "cost",
    "credit",
    "debit",
    "deductible",
    "deposit",
    "discount",
    "due",
    "earnings",
    "expense",
    "fee",
    "gross",
    "income",
    "money",
    "net",
    "owed",
    "paid",
    "payment",
    "payout",
    "premium",
    "price",
    "qty",
    "quantity",
    "refund",
    "reimbursement",
    "revenue",
    "salary",
    "spent",
    "subtotal",
    "sum",
    "tax",
    "total",
    "vat",
    "wage",
];

/// Words of codes: letters, leading zeros and a second dot may come, and `1.10` is not `1.1`.
const CODES: [&str; 13] = [
    "zip", "postal", "phone", "fax", "code", "npi", "ssn", "ein", "tin", "isbn", "iban", "account", "version",
];

/// Words of what is written for people, whatever it looks like in one sample.
const TEXTS: [&str; 5] = ["label", "name", "string", "text", "title"];

/// Words of what is measured, in spite of an amount before it: `total_weight`.
const MEASURES: [&str; 20] = [
    "angle",
    "distance",
    "duration",
    "height",
    "hours",
    "latitude",
    "length",
    "longitude",
    "minutes",
    "percentage",
    "ratio",
    "score",
    "seconds",
    "size",
    "speed",
    "temperature",
    "time",
    "volume",
    "weight",
    "width",
];

/// What a name says of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Amount,
    Code,
    Id,
    Measure,
    Text,
}

/// What the last word says that says something: names end with what they name, so that
/// `tax_code` is a code and `account_balance` an amount.
fn meaning(name: &Name) -> Option<Meaning> {
    let one_of = |words: &[&str], word: &str| {
        words.contains(&word) || word.strip_suffix('s').is_some_and(|word| words.contains(&word))
    };
    name.words().iter().rev().find_map(|word| match word.as_str() {
        "id" | "ids" => Some(Meaning::Id),
        "taxes" => Some(Meaning::Amount),
        word if one_of(&MEASURES, word) => Some(Meaning::Measure),
        word if one_of(&TEXTS, word) => Some(Meaning::Text),
        word if one_of(&CODES, word) => Some(Meaning::Code),
        word if one_of(&AMOUNTS, word) => Some(Meaning::Amount),
        _ => None,
    })
}

/// Whether some word of a name says that digits are a code.
pub(super) fn has_code(name: &Name) -> bool {
    name.words().iter().any(|word| CODES.contains(&word.as_str()))
}

/// The name that says what a field means: `value` in `amount` is an amount.
pub(super) fn label(around: &Name, field: &Name) -> Name {
    if matches!(field.words(), [word] if word == "value") { around.then(field) } else { field.clone() }
}

/// The type of values of a field of this name.
pub(super) fn plain_type(plain: Plain, name: &Name) -> Type {
    let meaning = meaning(name);
    // A date that is not known is empty in many answers; the type of dates holds that as well.
    let or_blank = |kind: Plain| plain.has(kind) && plain.within(kind.and(Plain::BLANK));
    if plain.within(Plain::BOOL) {
        return Type::Bool;
    }
    if or_blank(Plain::DATE) {
        return Type::Date;
    }
    if or_blank(Plain::DATE_TIME) {
        return Type::DateTime;
    }
    if plain.within(Plain::NUMBERS) {
        let counts = matches!(meaning, Some(Meaning::Amount | Meaning::Code | Meaning::Id));
        return match plain {
            _ if plain.within(Plain::INTEGER) => Type::Integer,
            _ if plain.has(Plain::BIG) || counts => Type::Decimal(Written::Number),
            _ if plain.within(Plain::FRACTION) => Type::Float,
            _ => Type::Number,
        };
    }
    if plain.within(Plain::TEXTS) {
        let decimal = match meaning {
            Some(Meaning::Code | Meaning::Text) => false,
            Some(Meaning::Amount) => {
                plain.has(Plain::DECIMALS) && or_blank(Plain::DECIMALS.and(Plain::DIGITS))
            }
            // Digits alone are a code as often as a number, and `2.0` is a version as often.
            _ => plain.has(Plain::DECIMAL) && or_blank(Plain::DECIMALS),
        };
        return if decimal { Type::Decimal(Written::Quoted) } else { Type::Text };
    }
    let numbers = Plain::NUMBERS.and(Plain::DECIMALS).and(Plain::DIGITS).and(Plain::BLANK);
    if plain.has(Plain::FRACTION.and(Plain::DECIMALS)) && plain.within(numbers) {
        return Type::Decimal(Written::Either);
    }
    let integers = Plain::INTEGER.and(Plain::BIG);
    if plain.within(integers.and(Plain::TEXTS)) { Type::IntOrText } else { Type::Any }
}

/// Has two records agree on the types of their fields: an amount that is answered as `"55.43"` is
/// no integer because the one sample that is sent is `55`. Where neither side knows, both keep
/// what they have.
pub(super) fn agree(one: &mut Fields, other: &mut Fields, around: &Name) {
    for (wire, seen) in &mut one.fields {
        if let Some(same) = other.fields.get_mut(wire) {
            agree_on(&mut seen.shape, &mut same.shape, &label(around, &Name::new(wire)));
        }
    }
}

fn agree_on(one: &mut Shape, other: &mut Shape, name: &Name) {
    match (&mut one.kind, &mut other.kind) {
        (Kind::Plain(one), Kind::Plain(other)) => {
            let both = one.and(*other);
            let kind = |plain: Plain| discriminant(&plain_type(plain, name));
            let ty = plain_type(both, name);
            let better = matches!(ty, Type::Decimal(_) | Type::IntOrText | Type::Date | Type::DateTime);
            if !better || kind(*one) == kind(*other) {
                return;
            }
            // The side that knows keeps its samples, and with them how it is written.
            if kind(*one) == discriminant(&ty) {
                *other = both;
            } else if kind(*other) == discriminant(&ty) {
                *one = both;
            }
        }
        (Kind::List(one), Kind::List(other)) => agree_on(one, other, name),
        (Kind::Record(one), Kind::Record(other)) => agree(one, other, name),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The type of a field with these values, in this order.
    fn of(name: &str, values: &[&str]) -> Type {
        let shapes = values.iter().map(|json| Shape::of(json).unwrap());
        match shapes.reduce(Shape::join).unwrap().kind {
            Kind::Plain(plain) => plain_type(plain, &Name::new(name)),
            kind => panic!("{kind:?}"),
        }
    }

    #[test]
    fn values_and_names_make_types() {
        let (number, quoted) = (Type::Decimal(Written::Number), Type::Decimal(Written::Quoted));
        let either = Type::Decimal(Written::Either);
        let table: [(&str, &[&str], Type); 51] = [
            ("a", &["true", "false"], Type::Bool),
            ("a", &["true", "\"yes\""], Type::Any),
            ("a", &["1"], Type::Integer),
            ("price", &["1"], Type::Integer),
            ("a", &["1.5"], Type::Float),
            ("a", &["1", "1.5"], Type::Number),
            ("a", &["1", "18446744073709551615"], number.clone()),
            ("price", &["4.0"], number.clone()),
            ("priceWithTax", &["129.89"], number.clone()),
            ("RequestedAmount", &["30", "20.00"], number.clone()),
            ("taxes", &["1.5"], number.clone()),
            ("totals", &["1.5"], number.clone()),
            ("appointment_id", &["11.61"], number.clone()),
            ("api_version", &["2.0"], number),
            ("total_weight", &["1.5"], Type::Float),
            ("latitude", &["1.5"], Type::Float),
            // Words, not pieces of words.
            ("feed_rate", &["1.5"], Type::Float),
            ("syntax", &["1.5"], Type::Float),
            ("copay", &["\"55.43\"", "\"\""], quoted.clone()),
            ("anything", &["\"55.43\""], quoted.clone()),
            ("account_balance", &["\"55.43\""], quoted.clone()),
            ("price", &["\"{{price}}\"", "\"55.43\""], quoted.clone()),
            ("price", &["\"5.5\""], quoted.clone()),
            ("x", &["\"5.5\"", "\"10.25\""], quoted.clone()),
            ("price", &["\"55\"", "\"55.43\""], quoted),
            ("jsonrpc", &["\"2.0\""], Type::Text),
            ("DefaultInputString", &["\"0.00\""], Type::Text),
            ("a", &["\"{{a}}\"", "\"2026-01-31\""], Type::Date),
            ("anything", &["\"55\"", "\"55.43\""], Type::Text),
            ("price", &["\"55\""], Type::Text),
            ("price", &["\"55.43\"", "\"on request\""], Type::Text),
            ("price", &["\"\""], Type::Text),
            ("version", &["\"1.2\""], Type::Text),
            ("ProtocolVersion", &["\"3.0\""], Type::Text),
            ("icd9_code", &["\"250.00\"", "\"\""], Type::Text),
            ("tax_code", &["\"1.2\""], Type::Text),
            ("zip_code", &["\"92112\"", "\"\""], Type::Text),
            ("record_source", &["\"06\""], Type::Text),
            ("a", &["55.43", "\"55.43\""], either.clone()),
            ("a", &["55", "\"55.43\"", "\"\""], either.clone()),
            ("a", &["55.43", "\"\""], either.clone()),
            ("a", &["55.43", "\"55\""], either),
            ("a", &["55.43", "\"none\""], Type::Any),
            ("id", &["1042", "\"8044\""], Type::IntOrText),
            ("doctor", &["2718", "\"doctor\"", "\"\""], Type::IntOrText),
            ("a", &["1", "\"2026-01-31\""], Type::IntOrText),
            ("a", &["\"2026-01-31\"", "\"\""], Type::Date),
            ("a", &["\"2026-01-31T00:00:00\"", "\"\""], Type::DateTime),
            ("a", &["\"2026-01-31\"", "\"soon\""], Type::Text),
            ("a", &["\"2026-01-31\"", "\"2026-01-31T00:00:00\""], Type::Text),
            ("a", &["\"\""], Type::Text),
        ];
        for (name, values, want) in table {
            assert_eq!(of(name, values), want, "{name}: {values:?}");
        }
    }

    #[test]
    fn a_value_means_what_it_is_in() {
        let label = |around: &str, field: &str| meaning(&label(&Name::new(around), &Name::new(field)));
        assert_eq!(label("amount", "value"), Some(Meaning::Amount));
        assert_eq!(label("amount", "ratio"), Some(Meaning::Measure));
        assert_eq!(label("amount", "other"), None);
    }

    fn agreed(one: &str, other: &str) -> (Type, Type) {
        let read = |json: &str| match Shape::of(json).unwrap().kind {
            Kind::Record(fields) => fields,
            kind => panic!("{kind:?}"),
        };
        let (mut one, mut other) = (read(one), read(other));
        agree(&mut one, &mut other, &Name::default());
        let ty = |fields: &Fields| match fields.fields["price"].shape.kind {
            Kind::Plain(plain) => plain_type(plain, &Name::new("price")),
            _ => Type::Any,
        };
        (ty(&one), ty(&other))
    }

    #[test]
    fn what_is_sent_agrees_with_what_is_answered() {
        let (quoted, either) = (Type::Decimal(Written::Quoted), Type::Decimal(Written::Either));
        let (number, date) = (Type::Decimal(Written::Number), Type::Date);
        let table = [
            (r#"{"price": 55}"#, r#"{"price": "55.43"}"#, (either, quoted.clone())),
            (r#"{"price": ""}"#, r#"{"price": "55.43"}"#, (quoted.clone(), quoted.clone())),
            (r#"{"price": 1.5}"#, r#"{"price": "55.43"}"#, (number, quoted)),
            (r#"{"price": "2026-01-31"}"#, r#"{"price": ""}"#, (date.clone(), date)),
            (r#"{"price": true}"#, r#"{"price": "yes"}"#, (Type::Bool, Type::Text)),
            (r#"{"price": 1}"#, r#"{"price": "one"}"#, (Type::Integer, Type::Text)),
            (r#"{"price": 1}"#, r#"{"price": []}"#, (Type::Integer, Type::Any)),
        ];
        for (one, other, want) in table {
            assert_eq!(agreed(one, other), want, "{one} {other}");
            let (b, a) = agreed(other, one);
            assert_eq!((a, b), want, "{other} {one}");
        }
    }

    proptest! {
        #[test]
        fn the_order_of_samples_decides_nothing(
            name in prop_oneof![Just("price"), Just("version"), Just("id"), Just("other")],
            values in prop::collection::vec(
                prop_oneof![
                    Just("1"), Just("1.5"), Just("18446744073709551615"), Just("true"), Just("\"\""),
                    Just("\"5\""), Just("\"5.5\""), Just("\"05\""), Just("\"2026-01-31\""),
                    Just("\"2026-01-31T00:00:00\""), Just("\"a\""),
                ],
                1..6,
            ),
        ) {
            let once = of(name, &values);
            let mut sorted = values.clone();
            sorted.sort_unstable();
            prop_assert_eq!(&of(name, &sorted), &once);
            sorted.reverse();
            sorted.extend(values);
            prop_assert_eq!(&of(name, &sorted), &once);
        }
    }
}
