//! How times are written: with a zone, as `date-time` has it, or without, which is `date-time-local`
//! (<https://spec.openapis.org/registry/format/>). The model has one type for both.

use std::collections::HashMap;

use serde_json::Value;

use super::value;
use crate::api::{Api, Body, Example};
use crate::collection::WireBody;

/// The formats of times by the keys that they stand under.
#[derive(Default)]
pub(super) struct Times(HashMap<String, Option<&'static str>>);

impl Times {
    pub(super) fn of(api: &Api) -> Self {
        let mut times = Self::default();
        for operation in api.groups.iter().flat_map(|it| &it.operations) {
            for json in operation.examples.iter().filter_map(Example::json) {
                if let Ok(value) = serde_json::from_str(json) {
                    times.see("", &value);
                }
            }
            if let (Body::Json(_), WireBody::Text(text)) = (&operation.body, &operation.wire.body)
                && let Some(value) = value::json(api, text)
            {
                times.see("", &value);
            }
        }
        times
    }

    fn see(&mut self, key: &str, value: &Value) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(key, value)| self.see(key, value)),
            Value::Array(items) => items.iter().for_each(|it| self.see(key, it)),
            Value::String(text) => {
                if let Some(format) = format_of(text) {
                    // Two that differ have no format in common.
                    let known = self.0.entry(key.to_owned()).or_insert(format);
                    *known = known.filter(|it| Some(*it) == format);
                }
            }
            _ => {}
        }
    }

    /// The format of the times of a field, if they have one.
    pub(super) fn format(&self, key: &str) -> Option<&'static str> {
        self.0.get(key).copied().unwrap_or(Some("date-time"))
    }
}

/// The format of a time, if it has one (RFC 3339 §5.6); `None` if the text is no time.
fn format_of(text: &str) -> Option<Option<&'static str>> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let (separator, clock) = (rest.chars().next()?, rest.get(1..)?);
    let is_time = date.as_bytes().get(4) == Some(&b'-') && clock.as_bytes().get(2) == Some(&b':');
    if !is_time || !matches!(separator, 'T' | 't' | ' ') {
        return None;
    }
    let zone = clock.trim_start_matches(|it: char| it.is_ascii_digit() || ":.".contains(it));
    let is_offset = zone.len() == 6 && zone.as_bytes().get(3) == Some(&b':');
    Some(match zone {
        _ if separator == ' ' => None,
        "" => Some("date-time-local"),
        "Z" | "z" => Some("date-time"),
        _ if is_offset => Some("date-time"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_formats() {
        let table = [
            ("2026-03-14T09:30:00", Some(Some("date-time-local"))),
            ("2026-03-14T09:30:00.123", Some(Some("date-time-local"))),
            ("2026-03-14T09:30:00Z", Some(Some("date-time"))),
            ("2026-03-14T09:30:00.5+02:00", Some(Some("date-time"))),
            ("2026-03-14T09:30:00+0200", Some(None)),
            ("2026-03-14 09:30:00", Some(None)),
            ("2026-03-14", None),
            ("größer als das, was es ist", None),
            ("", None),
        ];
        for (text, want) in table {
            assert_eq!(format_of(text), want, "{text}");
        }
    }
}
