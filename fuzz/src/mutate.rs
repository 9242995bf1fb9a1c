//! Edits of collections: each makes one thing odd and leaves a collection that can mostly still be read.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use super::seeds;

/// Random numbers: the same for the same seed on every machine (SplitMix64).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Begins with a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one, which is more than 0.
    pub fn below(&mut self, end: usize) -> usize {
        let end = end.max(1) as u64;
        usize::try_from(self.number() % end).unwrap_or_default()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() { None } else { Some(&from[self.below(from.len())]) }
    }

    fn text(&mut self, from: &[&str]) -> String {
        (*self.pick(from).unwrap_or(&"")).to_owned()
    }
}

/// What no output may have outside of a text. No name that is made of a text is written like this: words of names
/// are in one case.
pub const CANARY: &str = "pWnEd";

/// Texts that something takes for more than a text, and texts at an edge.
const HOSTILE: [&str; 108] = [
    "",
    " ",
    "\t\r\n",
    "\0",
    "a\0b",
    "\u{1b}[31m",
    "\u{7f}\u{80}\u{9f}",
    "\u{ad}",
    "\u{202e}evil\u{202c}",
    "\u{2066}x\u{2069}",
    "\u{200b}",
    "\u{feff}",
    "\u{2028}\u{2029}",
    "\u{d7ff}",
    "\u{e000}",
    "\u{fffd}\u{ffff}",
    "\u{10ffff}",
    "e\u{301}\u{301}\u{301}",
    "ß",
    "İ",
    "ŉ",
    "列表",
    "🔐",
    "👩‍👩‍👧",
    "ﬁ ligature",
    "K",
    "{{var}}",
    "{{",
    "}}",
    "{{}}",
    "{{ }}",
    "{{a{{b}}c}}",
    "{{{x}}}",
    "{{baseUrl}}",
    "{{$guid}}",
    "{{$timestamp}}",
    "{{$randomInt}}",
    "{{$nothing}}",
    "{{$}}",
    "{{__proto__}}",
    ":path",
    ":",
    "/:a/:a",
    "/:id/:ID/:id?x",
    "__proto__",
    "constructor",
    "self",
    "Self",
    "crate",
    "r#type",
    "async",
    "_",
    "__",
    "None",
    "True",
    "lambda",
    "con",
    "nul.txt",
    "..",
    ".",
    "../../etc/passwd",
    "a/../b",
    "C:\\x",
    "mod",
    "client",
    "page",
    "models",
    "0",
    "-0",
    "007",
    "1e999",
    "NaN",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551616",
    "0.1000000000000000055511151231257827",
    "2024-02-30",
    "2024-02-29T23:59:60Z",
    "true",
    "null",
    "[]",
    "{}",
    "<a>pWnEd</a>",
    "<script>pWnEd()</script>",
    "<!-- pWnEd -->",
    "'; pWnEd; '",
    "\"; pWnEd; \"",
    "$(pWnEd)",
    "`pWnEd`",
    "${pWnEd}",
    "$pWnEd",
    "\nEOF\npWnEd\n",
    "\n'@\npWnEd\n",
    "\n\"@\npWnEd\n",
    "#> pWnEd <#",
    "*/ pWnEd() /*",
    "\"\"\"; pWnEd()",
    "'''; pWnEd()",
    "\"#; pWnEd();",
    "\\\"; pWnEd(); //",
    "\\",
    "\\\\\"",
    "\\(pWnEd)",
    "{pWnEd}",
    "![x](javascript:pWnEd)",
    "[x]: pWnEd",
    "```\npWnEd\n```",
    "\n\n    pWnEd",
];

/// URLs, whole and broken.
const URLS: [&str; 34] = [
    "https://api.example.com/a",
    "http://",
    "://",
    "//",
    "https:",
    "https:///x",
    "https://a:b@c:99999/d?e=f#g",
    "https://user:pass:word@host",
    "https://[::1]:8080/x",
    "https://[::1",
    "https://xn--nxasmq6b/x",
    "https://münchen.example/ä ö?ü=ß",
    "https://a..b/",
    "https://a b/c d?e f=g h",
    "https://x/%",
    "https://x/%zz%2",
    "https://x/%00%ff",
    "https://x/?",
    "https://x/??a=b&&c&=d&=",
    "https://x/?a=b?c=d",
    "https://x/#a?b=c",
    "https://x//y///z",
    "https://x/../../y",
    "https://x/:id/:id/:/::/a:b",
    "https://x/:id.json?:q=:r",
    "https://x/{{id}}/:{{id}}/a{{b}}c",
    "{{scheme}}://{{host}}:{{port}}/{{path}}?{{query}}",
    "{{baseUrl}}",
    "{{baseUrl}}{{path}}",
    "{{baseUrl}}/:id?page={{page}}&page=2",
    "x",
    "/x",
    "ftp://x/y",
    "https://x/?limit=10&offset=20&cursor={{c}}",
];

/// What saved answers and bodies say: JSON of odd shapes, and what only looks like JSON.
const BODIES: [&str; 52] = [
    "",
    "null",
    "true",
    "0",
    "-0.0",
    "1e308",
    "1e999",
    "\"text\"",
    "[]",
    "{}",
    "[[]]",
    "[{}]",
    "[null]",
    "[1, \"a\", null, {}, []]",
    "[[1], [[2]], [[[3]]]]",
    "{\"\": 1}",
    "{\" \": {\"\": {\"\": []}}}",
    "{\"a\": 1, \"A\": 2, \"a \": 3, \"á\": 4}",
    "{\"a\": 1, \"a\": \"b\"}",
    "{\"type\": 1, \"self\": 2, \"Self\": 3, \"crate\": 4, \"_\": 5, \"r#fn\": 6}",
    "{\"__proto__\": {\"x\": 1}, \"constructor\": null}",
    "{\"1\": {\"id\": 1}, \"2\": {\"id\": 2}, \"3\": {\"id\": 3}}",
    "{\"2024-01-01\": 1, \"2024-01-02\": 2}",
    "{\"count\": 2, \"next\": null, \"previous\": null, \"results\": [{\"id\": 1}]}",
    "{\"next\": \"https://api.example.com/a?cursor=x\", \"results\": []}",
    "{\"next\": 3, \"results\": {}}",
    "{\"results\": [{\"id\": 1, \"next\": {\"results\": []}}], \"next\": \"\"}",
    "{\"page\": 1, \"total_pages\": 9, \"data\": [1, 2]}",
    "{\"meta\": {\"next_cursor\": \"abc\"}, \"data\": [{\"a\": null}]}",
    "{\"links\": {\"next\": \"/a?page=2\"}, \"items\": [{}]}",
    "{\"uuid\": \"x\", \"status\": \"In progress\"}",
    "[{\"a\": 1}, {\"a\": \"1\"}, {\"a\": 1.5}, {\"a\": null}, {\"a\": [1]}, {\"a\": {\"b\": 1}}, {}]",
    "[{\"d\": \"2024-01-01\"}, {\"d\": \"2024-01-01T00:00:00Z\"}, {\"d\": \"\"}]",
    "[{\"n\": \"1.50\"}, {\"n\": 1.5}, {\"n\": \"x\"}]",
    "{\"a\": {\"a\": {\"a\": {\"a\": {\"a\": {\"a\": 1}}}}}}",
    "{\"a\": [{\"a\": [{\"a\": [{\"a\": []}]}]}]}",
    "{\"big\": 9223372036854775808, \"small\": -9223372036854775809, \"f\": 1e-400}",
    "{\"$(pWnEd)\": \"`pWnEd`\", \"'; pWnEd\": \"\\\"; pWnEd\"}",
    "{\"*/ pWnEd\": 1, \"\\n pWnEd\": 2, \"\\u202e\": 3, \"\\u0000\": 4}",
    "{\"\\ud800\": 1}",
    "\"\\ud83d\\ude00\"",
    "{\"a\": 1,}",
    "{\"a\": 1} x",
    "{\"a\": {{var}}, \"b\": \"{{var}}\"}",
    "{\"a\": {{$guid}}, {{key}}: 1}",
    "{{body}}",
    "// comment\n{\"a\": 1 /* x */}",
    "{\"a\": \"// no comment\", /* pWnEd */ \"b\": 1}",
    "{",
    "[1, 2",
    "<xml><a>1</a></xml>",
    "a=b&c=d",
];

/// Keys of Postman's format, and some that it does not have.
const KEYS: [&str; 64] = [
    "info",
    "name",
    "schema",
    "item",
    "request",
    "response",
    "auth",
    "variable",
    "event",
    "url",
    "raw",
    "host",
    "path",
    "query",
    "protocol",
    "port",
    "hash",
    "method",
    "header",
    "body",
    "mode",
    "urlencoded",
    "formdata",
    "graphql",
    "file",
    "src",
    "content",
    "options",
    "language",
    "key",
    "value",
    "type",
    "disabled",
    "description",
    "id",
    "code",
    "status",
    "originalRequest",
    "_postman_previewlanguage",
    "cookie",
    "exec",
    "script",
    "listen",
    "bearer",
    "basic",
    "oauth2",
    "apikey",
    "digest",
    "hawk",
    "awsv4",
    "oauth1",
    "jwt",
    "noauth",
    "contentType",
    "fileName",
    "variables",
    "protocolProfileBehavior",
    "_postman_id",
    "token",
    "password",
    "accessTokenUrl",
    "scope",
    "",
    "__proto__",
];

/// What a mode, a method, a type or a language may be.
const WORDS: [&str; 48] = [
    "GET",
    "get",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "LINK",
    "P OST",
    "É",
    "raw",
    "urlencoded",
    "formdata",
    "graphql",
    "file",
    "text",
    "secret",
    "string",
    "boolean",
    "any",
    "default",
    "json",
    "xml",
    "html",
    "javascript",
    "noauth",
    "basic",
    "bearer",
    "oauth2",
    "oauth1",
    "apikey",
    "digest",
    "hawk",
    "awsv4",
    "jwt",
    "asap",
    "edgegrid",
    "ntlm",
    "application/json",
    "text/csv",
    "multipart/form-data",
    "authorization_code",
    "client_credentials",
    "HS256",
    "RS256",
    "header",
    "query",
];

/// Secrets that are told by their shape or their name: none of them was ever one.
const SECRETS: [&str; 6] = [
    "Bearer Zq9Xk2Lm7Pw4Rt8Vb3Nc6Yd1",
    "Kd7-Wn3Qy9Jf5Hg2Tx8",
    "https://joe:Zq9Xk2Lm7Pw4Rt8@api.example.com/a",
    "{\"password\": \"Zq9Xk2Lm7Pw4Rt8Vb3\"}",
    "see Authorization: Bearer Zq9Xk2Lm7Pw4Rt8Vb3Nc6Yd1",
    "api_key=Zq9Xk2Lm7Pw4Rt8Vb3Nc6Yd1&x=y",
];

fn odd_value(random: &mut Random) -> Value {
    match random.below(16) {
        0 => Value::Null,
        1 => true.into(),
        2 => false.into(),
        3 => 0.into(),
        4 => (-1).into(),
        5 => i64::MIN.into(),
        6 => u64::MAX.into(),
        7 => 1e308.into(),
        8 => (-0.0).into(),
        9 => 0.1.into(),
        10 => json!([]),
        11 => json!({}),
        12 => json!([null, 1, "x", {}, []]),
        13 => json!({ "key": "k", "value": null }),
        14 => json!({ "content": random.text(&HOSTILE), "type": "text/markdown" }),
        _ => hostile(random).into(),
    }
}

fn hostile(random: &mut Random) -> String {
    match random.below(12) {
        0..=5 => random.text(&HOSTILE),
        6 => random.text(&URLS),
        7 => random.text(&BODIES),
        8 => random.text(&WORDS),
        9 => random.text(&SECRETS),
        10 => random.text(&HOSTILE) + &random.text(&HOSTILE),
        _ => {
            let unit = random.text(&["a", "a ", "é", "a-", "_", "{{x}}", "/a", "\u{202e}", "&a=b", ",1"]);
            unit.repeat(1 + random.below(400))
        }
    }
}

/// Values of the fixtures by the key that they stand under.
fn pool() -> &'static BTreeMap<String, Vec<Value>> {
    fn collect(value: &Value, pool: &mut BTreeMap<String, Vec<Value>>) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    let known = pool.entry(key.clone()).or_default();
                    if !known.contains(value) {
                        known.push(value.clone());
                    }
                    collect(value, pool);
                }
            }
            Value::Array(items) => items.iter().for_each(|it| collect(it, pool)),
            _ => {}
        }
    }
    static POOL: OnceLock<BTreeMap<String, Vec<Value>>> = OnceLock::new();
    POOL.get_or_init(|| {
        let mut pool = BTreeMap::new();
        seeds::good().iter().for_each(|it| collect(it, &mut pool));
        pool
    })
}

/// Pointers of the values that are chosen by their key and themselves.
fn places(value: &Value, chosen: impl Fn(&str, &Value) -> bool) -> Vec<String> {
    fn walk(
        value: &Value,
        key: &str,
        at: &mut String,
        chosen: &dyn Fn(&str, &Value) -> bool,
        out: &mut Vec<String>,
    ) {
        if chosen(key, value) {
            out.push(at.clone());
        }
        let length = at.len();
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    at.push('/');
                    at.push_str(&postwright::locate::escaped(key));
                    walk(value, key, at, chosen, out);
                    at.truncate(length);
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    at.push('/');
                    at.push_str(&index.to_string());
                    walk(value, key, at, chosen, out);
                    at.truncate(length);
                }
            }
            _ => {}
        }
    }
    let mut out = Vec::new();
    walk(value, "", &mut String::new(), &chosen, &mut out);
    out
}

/// One of the values that are chosen.
fn one<'a>(
    document: &'a mut Value,
    random: &mut Random,
    chosen: impl Fn(&str, &Value) -> bool,
) -> Option<&'a mut Value> {
    let places = places(document, chosen);
    document.pointer_mut(random.pick(&places)?)
}

/// Keys that hold JSON as a text.
fn holds_json(key: &str, value: &Value) -> bool {
    value.is_string() && matches!(key, "body" | "raw" | "variables")
}

/// Makes one edit. It may turn out to change nothing.
pub fn edit(document: &mut Value, random: &mut Random) {
    // An edit that fits nothing here did nothing.
    let _ = match random.below(20) {
        0..=2 => replace_text(document, random),
        3..=4 => insert_text(document, random),
        5 => change_type(document, random),
        6..=7 => repeat(document, random),
        8 => remove(document, random),
        9 => swap(document, random),
        10 => rename(document, random),
        11..=12 => splice(document, random),
        13 => graft(document, random),
        14 => nest(document, random),
        15..=16 => rewrite_json(document, random),
        17 => copy_text(document, random),
        18 => choose_word(document, random),
        _ => answer(document, random),
    };
}

/// Makes some edits, most often few: many at once make collections that are refused at their first oddity.
pub fn edits(document: &mut Value, random: &mut Random) {
    let count = 1 + random.below(4) * random.below(3);
    (0..count).for_each(|_| edit(document, random));
}

fn replace_text(document: &mut Value, random: &mut Random) -> Option<()> {
    let text = one(document, random, |_, it| it.is_string())?;
    *text = hostile(random).into();
    Some(())
}

fn insert_text(document: &mut Value, random: &mut Random) -> Option<()> {
    let Value::String(text) = one(document, random, |_, it| it.is_string())? else { return None };
    let cuts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let at = *random.pick(&cuts)?;
    if random.below(4) == 0 {
        text.truncate(at);
    } else {
        text.insert_str(at, &hostile(random));
    }
    Some(())
}

fn change_type(document: &mut Value, random: &mut Random) -> Option<()> {
    *one(document, random, |_, _| true)? = odd_value(random);
    Some(())
}

fn repeat(document: &mut Value, random: &mut Random) -> Option<()> {
    let times = if random.below(8) == 0 { 1 + random.below(12) } else { 1 };
    match one(document, random, |_, it| it.is_array() || it.is_object())? {
        Value::Array(items) => {
            let item = random.pick(items)?.clone();
            let at = random.below(items.len() + 1);
            (0..times).for_each(|_| items.insert(at, item.clone()));
        }
        Value::Object(fields) => {
            let value = fields.values().nth(random.below(fields.len()))?.clone();
            fields.insert(key(random), value);
        }
        _ => {}
    }
    Some(())
}

fn key(random: &mut Random) -> String {
    if random.below(4) == 0 { hostile(random) } else { random.text(&KEYS) }
}

fn remove(document: &mut Value, random: &mut Random) -> Option<()> {
    match one(document, random, |_, it| it.is_array() || it.is_object())? {
        Value::Array(items) if !items.is_empty() => {
            items.remove(random.below(items.len()));
        }
        Value::Object(fields) => {
            let key = fields.keys().nth(random.below(fields.len()))?.clone();
            fields.shift_remove(&key);
        }
        _ => {}
    }
    Some(())
}

/// Two values, each in the place of the other.
fn swap(document: &mut Value, random: &mut Random) -> Option<()> {
    let places = places(document, |_, _| true);
    let (one, two) = (random.pick(&places)?, random.pick(&places)?);
    if one.starts_with(two.as_str()) || two.starts_with(one.as_str()) {
        return None;
    }
    let first = document.pointer_mut(one)?.take();
    let second = std::mem::replace(document.pointer_mut(two)?, first);
    *document.pointer_mut(one)? = second;
    Some(())
}

fn rename(document: &mut Value, random: &mut Random) -> Option<()> {
    let Value::Object(fields) = one(document, random, |_, it| it.is_object())? else { return None };
    let at = random.below(fields.len());
    let new = key(random);
    *fields = std::mem::take(fields)
        .into_iter()
        .enumerate()
        .map(|(index, (key, value))| if index == at { (new.clone(), value) } else { (key, value) })
        .collect();
    Some(())
}

/// What another collection has under the same key.
fn splice(document: &mut Value, random: &mut Random) -> Option<()> {
    let places = places(document, |key, _| pool().contains_key(key));
    let place = random.pick(&places)?;
    let key = place.rsplit('/').find(|it| it.parse::<usize>().is_err())?;
    let other = random.pick(pool().get(key)?)?.clone();
    let value = document.pointer_mut(place)?;
    *value = match other {
        // An element of a table for an element.
        Value::Array(items) if !value.is_array() => random.pick(&items)?.clone(),
        other => other,
    };
    Some(())
}

/// Something of another collection in addition.
fn graft(document: &mut Value, random: &mut Random) -> Option<()> {
    let Value::Object(fields) = one(document, random, |_, it| it.is_object())? else { return None };
    let name = random.text(&KEYS);
    let value = random.pick(pool().get(&name)?)?.clone();
    fields.insert(name, value);
    Some(())
}

fn nest(document: &mut Value, random: &mut Random) -> Option<()> {
    let value = one(document, random, |_, _| true)?;
    for _ in 0..=random.below(3) {
        let inner = value.take();
        *value = match random.below(4) {
            0 => json!([inner]),
            1 => json!({ "name": hostile(random), "item": [inner] }),
            2 => Value::Object(Map::from_iter([(key(random), inner)])),
            _ => Value::from(inner.to_string()),
        };
    }
    Some(())
}

/// The JSON inside of a text.
fn rewrite_json(document: &mut Value, random: &mut Random) -> Option<()> {
    let Value::String(text) = one(document, random, holds_json)? else { return None };
    match serde_json::from_str::<Value>(text) {
        Ok(mut inner) if random.below(3) > 0 => {
            edit(&mut inner, random);
            *text = if random.below(2) == 0 { inner.to_string() } else { format!("{inner:#}") };
        }
        _ => *text = random.text(&BODIES),
    }
    Some(())
}

/// A text of the collection in another place, so that names meet.
fn copy_text(document: &mut Value, random: &mut Random) -> Option<()> {
    let text = one(document, random, |_, it| it.is_string())?.clone();
    *one(document, random, |_, it| it.is_string())? = text;
    Some(())
}

fn choose_word(document: &mut Value, random: &mut Random) -> Option<()> {
    let is_word = |key: &str, value: &Value| {
        value.is_string()
            && matches!(key, "mode" | "method" | "type" | "language" | "_postman_previewlanguage" | "value")
    };
    *one(document, random, is_word)? = random.text(&WORDS).into();
    Some(())
}

/// One more saved answer.
fn answer(document: &mut Value, random: &mut Random) -> Option<()> {
    let Value::Object(item) =
        one(document, random, |_, it| it.get("request").is_some() || it.get("response").is_some())?
    else {
        return None;
    };
    let status = [200, 201, 204, 400, 404, 500, 0, 99, 70000, -1];
    let answer = json!({
        "name": hostile(random),
        "code": random.pick(&status),
        "_postman_previewlanguage": random.text(&["json", "text", "html", ""]),
        "header": [{ "key": "Content-Type", "value": random.text(&["application/json", "text/csv", "image/png"]) }],
        "body": random.text(&BODIES),
    });
    match item.entry("response").or_insert_with(|| json!([])) {
        Value::Array(answers) => answers.push(answer),
        other => *other = json!([answer]),
    }
    Some(())
}

/// The text of a collection, edited: what is no JSON begins again with a fixture. `None` if it would be longer
/// than this.
pub fn text(bytes: &[u8], largest: usize, random: &mut Random) -> Option<String> {
    let mut document = parsed(bytes, random);
    for _ in 0..4 {
        let mut edited = document.clone();
        edits(&mut edited, random);
        let text = written(&edited, random);
        if text.len() <= largest && readable(&text) {
            return Some(text);
        }
        // Smaller, so that something fits.
        let _ = remove(&mut document, random);
    }
    None
}

/// Two collections as one list, edited: most often the second one is the first with some edits.
pub fn pair(bytes: &[u8], largest: usize, random: &mut Random) -> Option<String> {
    let (mut old, mut new) = match serde_json::from_slice(bytes) {
        Ok(Value::Array(mut items)) if items.len() == 2 => (items.remove(0), items.remove(0)),
        _ => {
            let old = parsed(&[], random);
            (old.clone(), old)
        }
    };
    match random.below(6) {
        0 => old = parsed(&[], random),
        1 => old = new.clone(),
        2 => new = old.clone(),
        3 => edits(&mut old, random),
        4 => std::mem::swap(&mut old, &mut new),
        _ => {}
    }
    edits(&mut new, random);
    let text = json!([old, new]).to_string();
    (text.len() <= largest && readable(&text)).then_some(text)
}

fn parsed(bytes: &[u8], random: &mut Random) -> Value {
    let again = random.below(64) == 0;
    match serde_json::from_slice(bytes) {
        Ok(document) if !again => document,
        _ => random.pick(seeds::good()).cloned().unwrap_or_default(),
    }
}

/// Edits may nest deeper than JSON is read.
fn readable(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok()
}

fn written(document: &Value, random: &mut Random) -> String {
    match random.below(8) {
        0 => format!("{document:#}"),
        1 => json!({ "collection": document }).to_string(),
        _ => document.to_string(),
    }
}

/// Edits the input of a fuzzer where it stands; answers with its new length.
pub fn in_place(
    data: &mut [u8],
    size: usize,
    largest: usize,
    seed: u64,
    edited: fn(&[u8], usize, &mut Random) -> Option<String>,
) -> Option<usize> {
    let text = edited(&data[..size], largest.min(data.len()), &mut Random::new(seed))?;
    data[..text.len()].copy_from_slice(text.as_bytes());
    Some(text.len())
}
