//! Keys that Postman's schema does not have (`schemas/draft-07/collection/` of postmanlabs/schemas, v2.0.0 and
//! v2.1.0), and that no export has either.

use serde_json::{Map, Value};

use crate::diagnostic::{At, Code, Diagnostics};
use crate::locate::escaped;

/// What an object of the file is.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Collection,
    Info,
    Item,
    Request,
    Url,
    Body,
    Row,
    Response,
    Event,
    Script,
    /// What has keys of its own making: bodies of JSON, maps of v2.0, settings.
    Free,
}

impl Kind {
    /// Its keys, and what is in them.
    fn keys(self) -> &'static [(&'static str, Kind)] {
        use Kind::{Body, Event, Free, Info, Item, Request, Response, Row, Script, Url};
        match self {
            Kind::Collection => &[
                ("info", Info),
                ("item", Item),
                ("event", Event),
                ("variable", Row),
                ("auth", Free),
                ("protocolProfileBehavior", Free),
                ("_", Free),
            ],
            Info => &[
                ("name", Free),
                ("_postman_id", Free),
                ("_exporter_id", Free),
                ("_collection_link", Free),
                ("description", Free),
                ("version", Free),
                ("schema", Free),
                ("postman_id", Free),
                ("updatedAt", Free),
                ("createdAt", Free),
                ("lastUpdatedBy", Free),
                ("uid", Free),
                ("fork", Free),
            ],
            Item => &[
                ("id", Free),
                ("uid", Free),
                ("_postman_id", Free),
                ("_postman_isSubFolder", Free),
                ("_postman_previewlanguage", Free),
                ("name", Free),
                ("description", Free),
                ("variable", Row),
                ("event", Event),
                ("request", Request),
                ("response", Response),
                ("item", Item),
                ("auth", Free),
                ("protocolProfileBehavior", Free),
            ],
            Request => &[
                ("name", Free),
                ("url", Url),
                ("auth", Free),
                ("proxy", Free),
                ("certificate", Free),
                ("method", Free),
                ("description", Free),
                ("header", Row),
                ("body", Body),
            ],
            Url => &[
                ("raw", Free),
                ("protocol", Free),
                ("host", Free),
                ("path", Free),
                ("port", Free),
                ("query", Row),
                ("hash", Free),
                ("variable", Row),
            ],
            Body => &[
                ("mode", Free),
                ("raw", Free),
                ("graphql", Free),
                ("urlencoded", Row),
                ("formdata", Row),
                ("file", Free),
                ("options", Free),
                ("disabled", Free),
            ],
            Row => &[
                ("key", Free),
                ("value", Free),
                ("type", Free),
                ("name", Free),
                ("id", Free),
                ("src", Free),
                ("description", Free),
                ("disabled", Free),
                ("enabled", Free),
                ("system", Free),
                ("contentType", Free),
                ("fileName", Free),
                ("uuid", Free),
                ("equals", Free),
                ("warning", Free),
            ],
            Response => &[
                ("id", Free),
                ("uid", Free),
                ("_postman_id", Free),
                ("_postman_previewlanguage", Free),
                ("_postman_previewtype", Free),
                ("name", Free),
                ("originalRequest", Request),
                ("responseTime", Free),
                ("timings", Free),
                ("header", Free),
                ("cookie", Free),
                ("body", Free),
                ("status", Free),
                ("code", Free),
                ("description", Free),
                ("_", Free),
            ],
            Event => &[("id", Free), ("listen", Free), ("script", Script), ("disabled", Free)],
            Script => &[
                ("id", Free),
                ("type", Free),
                ("exec", Free),
                ("src", Free),
                ("name", Free),
                ("packages", Free),
                ("requests", Free),
            ],
            Free => &[],
        }
    }

    fn title(self) -> &'static str {
        match self {
            Kind::Collection => "a collection",
            Kind::Info => "the info of a collection",
            Kind::Item => "a folder or request",
            Kind::Request => "a request",
            Kind::Url => "a URL",
            Kind::Body => "a body",
            Kind::Row => "a row of a table",
            Kind::Response => "a saved response",
            Kind::Event => "an event",
            Kind::Script => "a script",
            Kind::Free => "",
        }
    }
}

/// Says which keys of a collection nobody reads.
pub(super) fn check(document: &Value, notes: &mut Diagnostics) {
    Walk { notes, names: Vec::new(), pointer: String::new() }.value(document, Kind::Collection);
}

struct Walk<'a> {
    notes: &'a mut Diagnostics,
    names: Vec<String>,
    pointer: String,
}

impl Walk<'_> {
    fn within(&mut self, step: &str, then: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&escaped(step));
        then(self);
        self.pointer.truncate(length);
    }

    fn value(&mut self, value: &Value, kind: Kind) {
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.within(&index.to_string(), |it| it.named(item, kind));
                }
            }
            // In v2.0, tables may be maps.
            Value::Object(object)
                if kind != Kind::Row || self.pointer.ends_with(|it: char| it.is_ascii_digit()) =>
            {
                self.object(object, kind);
            }
            _ => {}
        }
    }

    fn named(&mut self, value: &Value, kind: Kind) {
        let named = kind == Kind::Item;
        if named {
            self.names.push(value.get("name").and_then(Value::as_str).unwrap_or_default().to_owned());
        }
        self.value(value, kind);
        if named {
            self.names.pop();
        }
    }

    fn object(&mut self, object: &Map<String, Value>, kind: Kind) {
        if kind == Kind::Free {
            return;
        }
        let keys = kind.keys();
        for (key, value) in object {
            match keys.iter().find(|(name, _)| name == key) {
                Some((_, inner)) => self.within(key, |it| it.value(value, *inner)),
                None => {
                    let place = self.names.join(" / ");
                    let near = keys.iter().map(|(name, _)| (strsim::jaro_winkler(name, key), name));
                    let near =
                        near.filter(|(likeness, _)| *likeness > 0.85).max_by(|a, b| a.0.total_cmp(&b.0));
                    let help = match near {
                        Some((_, name)) => format!("is {name} meant? Postman drops this one when it saves"),
                        None => "Postman drops it when it saves; delete it, or put it into the description"
                            .to_owned(),
                    };
                    self.within(key, |it| {
                        let message = format!("{} has no key {key:?}; it is not read", kind.title());
                        it.notes.add(Code::UnknownKey, At::new(place, &it.pointer), message, help);
                    });
                }
            }
        }
    }
}
