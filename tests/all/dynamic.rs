//! Dynamic variables, as script, snippet and client make them up at run time.
//!
//! In the fixture every row, field and key is called after the variable that it holds: whatever
//! is sent says itself which shape it must have.

use std::collections::BTreeSet;
use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use postwright::api::{Group, Operation};
use postwright::diagnostic::Diagnostics;
use postwright::postman::Source;
use postwright::secret::Secrets;
use postwright::{Input, model};
use serde_json::{Value, json};

use crate::clients;
use crate::server::Recorded;
use crate::support::{curl, fixture, operations, root, tree};
use crate::wire::Stage;

/// Shapes of values, with bars between them, and the variables that have one of them. `9` is a
/// digit, `~` one of sixteen, `^` a capital, `=` a letter or digit, `*` some characters of a line.
const SHAPES: &[(&str, &str)] = &[
    ("~~~~~~~~-~~~~-4~~~-~~~~-~~~~~~~~~~~~", "guid randomUUID"),
    ("9999999999", "timestamp"),
    ("9999-99-99T99:99:99.000Z", "isoTimestamp"),
    ("9|99|999|1000", "randomInt"),
    ("=", "randomAlphaNumeric"),
    ("true|false", "randomBoolean"),
    ("#~~~~~~", "randomHexColor"),
    ("^^=|^^==", "randomAbbreviation"),
    ("192.0.2.*|198.51.100.*|203.0.113.*", "randomIP"),
    ("2001:0db8:~~~~:~~~~:~~~~:~~~~:~~~~:~~~~", "randomIPV6"),
    ("02:~~:~~:~~:~~:~~", "randomMACAddress"),
    ("===============", "randomPassword"),
    ("==", "randomLocale"),
    ("Mozilla/5.0 (*) Gecko/* Firefox/*", "randomUserAgent"),
    ("http|https", "randomProtocol"),
    ("9.9.9", "randomSemver"),
    ("^=.|^==.|Miss", "randomNamePrefix"),
    ("II|III|^=.|^^|^^^|PhD", "randomNameSuffix"),
    ("999-555-0199", "randomPhoneNumber"),
    ("9-999-555-0199|99-999-555-0199", "randomPhoneNumberExt"),
    ("^* ^*", "randomFullName randomStreetName randomBankAccountName"),
    ("^* *", "randomCompanyName"),
    ("^* ^* ^*", "randomJobTitle randomProductName"),
    ("9 ^* ^*|99 ^* ^*|999 ^* ^*|9999 ^* ^*", "randomStreetAddress"),
    ("^^", "randomCountryCode"),
    ("9.9999|99.9999|-9.9999|-99.9999", "randomLatitude"),
    ("9.9999|99.9999|999.9999|-9.9999|-99.9999|-999.9999", "randomLongitude"),
    ("https://example.com/avatars/*_128.jpg", "randomAvatarImage"),
    ("http://example.com/640/480", "randomImageUrl"),
    ("http://example.com/640/480/abstract", "randomAbstractImage"),
    (
        "http://example.com/640/480/*",
        "randomAnimalsImage randomBusinessImage randomCatsImage randomCityImage randomFashionImage \
         randomFoodImage randomNatureImage randomNightlifeImage randomPeopleImage randomSportsImage \
         randomTransportImage",
    ),
    // A query is not encoded again where it is already, so that the server decodes this.
    ("data:image/svg+xml;*,%3Csvg%20*%2F%3E|data:image/svg+xml;*,<svg */>", "randomImageDataUri"),
    ("99999999", "randomBankAccount"),
    ("9999", "randomCreditCardMask"),
    ("^^^^^^^^", "randomBankAccountBic"),
    ("^^99*", "randomBankAccountIban"),
    ("^^^", "randomCurrencyCode"),
    ("$|R$|kr|Fr.|KSh", "randomCurrencySymbol"),
    ("9=================================", "randomBitcoin"),
    ("9.99|99.99|999.99", "randomPrice"),
    ("^== ^== 99 9999 99:99:99 GMT+0000 (Coordinated Universal Time)", MOMENTS),
    ("*.example.com|*.example.net|*.example.org", "randomDomainName"),
    ("^*@example.com|^*@example.net|^*@example.org", "randomEmail randomExampleEmail"),
    ("^*.^*|^*_^*", "randomUserName"),
    ("http://*.example.*|https://*.example.*", "randomUrl"),
    ("*_*.*", "randomFileName randomCommonFileName"),
    ("/*/*_*.*", "randomFilePath"),
    ("/*", "randomDirectoryPath"),
    ("*/*", "randomMimeType"),
    ("* * *", "randomWords randomBs randomLoremWords"),
    ("^* * *", "randomCatchPhrase"),
    ("We need to * the * * *.", "randomPhrase"),
    ("*-*-*", "randomLoremSlug"),
    ("^* *.", "randomLoremSentence"),
    ("^* *. ^* *.", "randomLoremSentences randomLoremText"),
    ("^* *. ^* *. ^* *.", "randomLoremParagraph"),
    ("^* *.\n^* *.", "randomLoremLines"),
    ("^* *.\n^* *.\n^* *.", "randomLoremParagraphs"),
    (
        "^*",
        "randomFirstName randomLastName randomCity randomCountry randomCurrencyName randomMonth \
         randomWeekday randomJobArea randomJobDescriptor randomJobType randomDepartment randomProduct \
         randomProductAdjective randomProductMaterial randomCatchPhraseAdjective randomDatabaseEngine",
    ),
    ("*ing", "randomIngverb"),
    (
        "*",
        "randomAdjective randomNoun randomVerb randomWord randomColor randomCompanySuffix randomBsBuzz \
         randomBsAdjective randomBsNoun randomCatchPhraseDescriptor randomCatchPhraseNoun \
         randomCommonFileExt randomCommonFileType randomFileExt randomFileType randomDatabaseCollation \
         randomDatabaseColumn randomDatabaseType randomDomainSuffix randomDomainWord randomLoremWord \
         randomTransactionType",
    ),
];

const MOMENTS: &str = "randomDatePast randomDateRecent randomDateFuture";

/// Whether a value has one of the shapes.
fn fits(shapes: &str, value: &str) -> bool {
    shapes.split('|').any(|shape| fits_one(shape.as_bytes(), value.as_bytes()))
}

fn fits_one(shape: &[u8], value: &[u8]) -> bool {
    let (Some((wanted, shape)), Some((byte, rest))) = (shape.split_first(), value.split_first()) else {
        return shape.is_empty() && value.is_empty();
    };
    let is_one = match wanted {
        b'9' => byte.is_ascii_digit(),
        b'~' => b"0123456789abcdef".contains(byte),
        b'^' => byte.is_ascii_uppercase(),
        b'=' => byte.is_ascii_alphanumeric(),
        b'*' => {
            let line = value.iter().take_while(|it| (b' '..=b'~').contains(it)).count();
            return (1..=line).any(|length| fits_one(shape, &value[length..]));
        }
        _ => byte == wanted,
    };
    is_one && fits_one(shape, rest)
}

/// Fails unless a value is one that its variable can have.
fn check(name: &str, value: &str) {
    let (shapes, _) = SHAPES
        .iter()
        .find(|(_, names)| names.split_whitespace().any(|it| it == name))
        .unwrap_or_else(|| panic!("{name} has no shape"));
    assert!(fits(shapes, value), "{name} is {value:?}");
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let is_near = |then: i64, from: i64, to: i64| {
        // Some minutes may have gone by where much else is done.
        assert!((from - 900..=to + 60).contains(&(then - now)), "{name} is {value:?}, at {now}");
    };
    let is_below = |limit: f64| assert!(value.parse::<f64>().unwrap().abs() <= limit, "{name} is {value}");
    match name {
        "timestamp" => is_near(value.parse().unwrap(), 0, 0),
        "isoTimestamp" => {
            let number = |at: usize, length: usize| value[at..at + length].parse::<i64>().unwrap();
            let days = days(number(0, 4), number(5, 2), number(8, 2));
            is_near(days * 86_400 + number(11, 2) * 3_600 + number(14, 2) * 60 + number(17, 2), 0, 0);
        }
        "randomDatePast" => is_near(seconds(value), -365 * 86_400, 0),
        "randomDateRecent" => is_near(seconds(value), -86_400, 0),
        "randomDateFuture" => is_near(seconds(value), 0, 365 * 86_400),
        "randomLatitude" => is_below(90.0),
        "randomLongitude" => is_below(180.0),
        "randomIP" => assert!(value.parse::<std::net::Ipv4Addr>().is_ok(), "{value}"),
        "randomIPV6" => assert!(value.parse::<std::net::Ipv6Addr>().is_ok(), "{value}"),
        "randomBankAccountIban" => assert_eq!(remainder(value), 1, "{value}"),
        _ => {}
    }
}

/// Days from 1970 to a date.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // A year begins in March here, so that a leap day is the last one.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 719_469
}

/// Seconds from 1970 to a time as JavaScript shows it. Its weekday must be the right one.
fn seconds(moment: &str) -> i64 {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const WEEKDAYS: &str = "ThuFriSatSunMonTueWed";
    let number = |at: usize, length: usize| moment[at..at + length].parse::<i64>().unwrap();
    let month = MONTHS.find(&moment[4..7]).unwrap_or_else(|| panic!("{moment}")) / 3 + 1;
    let days = days(number(11, 4), i64::try_from(month).unwrap(), number(8, 2));
    let weekday = usize::try_from(days % 7 * 3).unwrap();
    assert_eq!(moment[..3], WEEKDAYS[weekday..weekday + 3], "{moment}");
    days * 86_400 + number(16, 2) * 3_600 + number(19, 2) * 60 + number(22, 2)
}

/// What is left of an IBAN (ISO 13616): 1 if its check digits are right.
fn remainder(iban: &str) -> u32 {
    let digits = iban[4..].chars().chain(iban[..4].chars()).filter_map(|it| it.to_digit(36));
    digits.fold(0, |rest, digit| (rest * if digit > 9 { 100 } else { 10 } + digit) % 97)
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'%', [_, _, ..]) => {
                let code = std::str::from_utf8(&after[..2]).unwrap();
                bytes.push(u8::from_str_radix(code, 16).unwrap());
                rest = &after[2..];
            }
            _ => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// `name=value&…`, decoded.
fn pairs(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

/// The values of a request that have a name there.
fn named(request: &Recorded) -> Vec<(String, String)> {
    let query = request.target.split_once('?').map_or("", |(_, query)| query);
    let body = request.text();
    let content_type = request.header("content-type").unwrap_or_default();
    let of_body = match content_type.split(';').next().unwrap_or_default() {
        "application/x-www-form-urlencoded" => pairs(&body),
        "application/json" => {
            let json: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&body).unwrap();
            // A number as it was sent: 0.10 is 0.1 in JSON.
            let raw = |key: &str| {
                let start = body.find(&format!("\"{key}\": ")).unwrap() + key.len() + 4;
                body[start..].split([',', '\n']).next().unwrap_or_default().to_owned()
            };
            let text = |(key, value): (&String, &serde_json::Value)| {
                (key.clone(), value.as_str().map_or_else(|| raw(key), str::to_owned))
            };
            json.iter().map(text).collect()
        }
        "multipart/form-data" => {
            let parts = body.split("name=\"").skip(1).map(|part| {
                let (name, rest) = part.split_once('"').unwrap();
                let value = rest.split_once("\r\n\r\n").unwrap().1.split("\r\n").next();
                (name.to_owned(), value.unwrap_or_default().to_owned())
            });
            parts.collect()
        }
        _ => {
            let records = body.split_terminator("<\n").filter_map(|it| it.split_once('>'));
            records.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        }
    };
    pairs(query).into_iter().chain(of_body).collect()
}

/// Has script, snippet and, if it can, client send a request.
fn send(stage: &Stage, group: &Group, operation: &Operation) -> Vec<Recorded> {
    let mut sent = vec![stage.send_script(group, operation), stage.send_snippet(group, operation)];
    if clients::can_call(&stage.api, group, operation) {
        sent.push(stage.send_call(operation));
    }
    sent
}

fn operation<'a>(stage: &'a Stage, name: &str) -> (&'a Group, &'a Operation) {
    let found = operations(&stage.api).find(|(_, it)| it.title() == name);
    found.unwrap_or_else(|| panic!("there is no {name}"))
}

#[test]
fn values_with_a_name_have_their_shape() {
    curl();
    let stage = Stage::new(&fixture("dynamic"));
    for (name, least, by) in [
        ("Get person", 9, 3),
        ("Create person", 30, 2),
        ("Update person", 17, 3),
        ("Upload person", 2, 3),
        ("Send everything", 118, 2),
    ] {
        let (group, operation) = operation(&stage, name);
        let sent = send(&stage, group, operation);
        assert_eq!(sent.len(), by, "{name}");
        for request in sent {
            let values = named(&request);
            assert!(values.len() >= least, "{name}: {values:?}");
            values.iter().for_each(|(name, value)| check(name, value));
        }
    }
}

#[test]
fn values_are_encoded_for_their_place_and_made_anew() {
    curl();
    let stage = Stage::new(&fixture("dynamic"));
    let (group, get) = operation(&stage, "Get person");
    for request in send(&stage, group, get) {
        let path: Vec<&str> = request.target.split(['/', '?']).collect();
        assert_eq!(path[1], "people");
        check("guid", path[2]);
        assert!(path[3].contains("%20"), "{}", request.target);
        check("randomFullName", &decoded(path[3]));
        check("randomFirstName", path[4]);
        check("isoTimestamp", request.header("x-sent").unwrap().strip_prefix("at ").unwrap());
        check("randomUserAgent", request.header("x-agent").unwrap());
        let values = named(&request);
        let (_, in_query) = values.iter().find(|(name, _)| name == "guid").unwrap();
        let in_header = request.header("x-request-id").unwrap();
        check("guid", in_header);
        let guids: BTreeSet<&str> = [path[2], in_query, in_header].into();
        assert_eq!(guids.len(), 3, "{guids:?}");
    }
    let (group, find) = operation(&stage, "Find person");
    for request in send(&stage, group, find) {
        assert!(request.target.contains("%20"), "{}", request.target);
        check("randomFullName", &decoded(request.target.strip_prefix("/people/").unwrap()));
    }
    let (group, query) = operation(&stage, "Query people");
    for request in send(&stage, group, query) {
        let body: serde_json::Value = serde_json::from_str(&request.text()).unwrap();
        let text = body["query"].as_str().unwrap();
        let lines = text.strip_prefix("# ").and_then(|it| it.strip_suffix("\n{ people }"));
        check("randomLoremLines", lines.unwrap_or_else(|| panic!("{text}")));
    }
}

/// A check that nothing fails shows nothing.
#[test]
fn another_shape_is_found() {
    for (name, shapes) in [
        ("a.b1@example.com", "^*@example.com"),
        ("12-34", "99-9|9-99"),
        ("", "*"),
        ("a\nb", "*"),
        ("ab", "="),
    ] {
        assert!(!fits(shapes, name), "{name:?} has the shape {shapes:?}");
    }
    assert!(std::panic::catch_unwind(|| check("randomIPV6", "2001:0db8::1")).is_err());
    assert!(std::panic::catch_unwind(|| check("timestamp", "1000000000")).is_err());
    assert!(std::panic::catch_unwind(|| seconds("Thu Jan 31 2026 23:59:59 GMT+0000")).is_err());
    assert_eq!(seconds("Sat Feb 28 2026 23:59:59 GMT+0000"), 1_772_323_199);
}

/// What is written for a client of this id, and the text of one of its files.
fn of_client(id: &str) -> impl Fn(&str) -> String {
    let text = fs::read_to_string(root().join(fixture("oauth2"))).unwrap();
    let mut collection: Value = serde_json::from_str(&text).unwrap();
    let rows = collection["auth"]["oauth2"].as_array_mut().unwrap();
    rows.retain(|it| it["key"] != "clientId");
    rows.push(json!({ "key": "clientId", "value": id }));
    let text = collection.to_string();
    let input = Input {
        collection: Source { file: "made.json", text: &text },
        environment: None,
        globals: None,
        name: None,
        secrets: &Secrets::default(),
        paging: None,
    };
    let api = model(input, &mut Diagnostics::default()).unwrap();
    let (tree, folder) = (tree(&api), api.name.snake());
    move |path| tree.get(&format!("{folder}/{path}")).unwrap().text.clone()
}

/// Where tokens are got with one, the programs around tokens bring along what makes it.
#[test]
fn tokens_are_got_with_values_that_are_made() {
    let text = of_client("{{$guid}}");
    let session = text("curl/auth/_session.sh");
    assert!(session.contains("\nguid() {") && session.contains("oauth_client_id=\"$(guid)\""), "{session}");
    let module = text("rust/src/oauth2/mod.rs");
    assert!(module.contains("use crate::dynamic;") && module.contains("dynamic::GUID"), "{module}");
    assert!(text("rust/src/dynamic.rs").contains("pub const GUID"));
}

/// A default stays inside of the comment that tells it.
#[test]
fn no_default_ends_the_comment_of_a_program() {
    let script = of_client("x #> New-Item canary <#")("powershell/auth/token.ps1");
    let (comment, code) = script.split_once("#>").unwrap();
    assert!(comment.contains("x # > New-Item canary") && code.starts_with("\n[CmdletBinding()]"), "{script}");
}
