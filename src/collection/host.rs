//! Hosts as they stand in a request (WHATWG URL, host parser).

use std::borrow::Cow;
use std::net::Ipv4Addr;

use idna::AsciiDenyList;

use super::encode;
use super::text::{Encoding, Text};

/// Scheme and host in lower case, and the host in ASCII (RFC 5891). The port is no part of it.
pub(super) fn normal(origin: &Text) -> Text {
    // With a variable in it nobody knows yet whether the host is an address.
    let whole = origin.as_literal().is_some();
    origin.encoded(Encoding::Raw, |text| {
        let (scheme, authority) = text.split_once("://").unwrap_or(("", text));
        // The colons of an IPv6 address stand in brackets.
        let colon = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
        let (host, port) = authority.split_at(colon.unwrap_or(authority.len()));
        let host = ascii(host);
        let host = ipv4(&host).filter(|_| whole).map_or(host, |it| it.to_string());
        let slashes = if text.contains("://") { "://" } else { "" };
        format!("{}{slashes}{host}{port}", scheme.to_ascii_lowercase())
    })
}

/// A host without escapes and characters of other scripts; as it is, if it cannot be one.
fn ascii(host: &str) -> String {
    match idna::domain_to_ascii_cow(encode::decode(host).as_bytes(), AsciiDenyList::URL) {
        Ok(ascii) => Cow::into_owned(ascii),
        Err(_) => host.to_ascii_lowercase(),
    }
}

/// An IPv4 address, which may have fewer than four numbers, hexadecimal and octal ones (`127.1`).
fn ipv4(host: &str) -> Option<Ipv4Addr> {
    let numbers: Option<Vec<u64>> = host.strip_suffix('.').unwrap_or(host).split('.').map(number).collect();
    let numbers = numbers?;
    let (last, first) = numbers.split_last()?;
    let bits = 8 * (4_u32.checked_sub(u32::try_from(first.len()).ok()?).filter(|it| *it > 0)?);
    if first.iter().any(|it| *it > 255) || last >> bits != 0 {
        return None;
    }
    let high = first.iter().zip([24, 16, 8]).map(|(byte, shift)| byte << shift).sum::<u64>();
    u32::try_from(high + last).ok().map(Ipv4Addr::from)
}

fn number(text: &str) -> Option<u64> {
    let digits = |digits: &str, radix| match digits {
        "" => Some(0),
        _ if digits.starts_with('+') => None,
        _ => u64::from_str_radix(digits, radix).ok(),
    };
    match (text.strip_prefix("0x").or(text.strip_prefix("0X")), text.strip_prefix('0')) {
        _ if text.is_empty() => None,
        (Some(hex), _) => digits(hex, 16),
        (None, Some(octal)) => digits(octal, 8),
        (None, None) => digits(text, 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_requests() {
        let table = [
            ("HTTP://Example.COM:80", "http://example.com:80"),
            ("http://münchen.test:8080", "http://xn--mnchen-3ya.test:8080"),
            ("http://straße.test", "http://xn--strae-oqa.test"),
            ("http://a%2Eb.test", "http://a.b.test"),
            ("http://[FE80::A]:1", "http://[fe80::a]:1"),
            ("http://a_b.test", "http://a_b.test"),
            ("http://a b.test", "http://a b.test"),
            ("http://127.1:80", "http://127.0.0.1:80"),
            ("http://0x7f.0.0.010", "http://127.0.0.8"),
            ("http://256.1.1.1", "http://256.1.1.1"),
            ("http://1.2.3.4.5", "http://1.2.3.4.5"),
            ("http://1.256.1.1", "http://1.256.1.1"),
        ];
        for (text, want) in table {
            assert_eq!(normal(&Text::literal(text)).to_string(), want);
        }
    }

    #[test]
    fn no_address_with_a_variable_in_it() {
        let mut origin = Text::literal("http://10.0.");
        origin.push(Text::variable("rest"));
        assert_eq!(normal(&origin).to_string(), "http://10.0.{{rest}}");
    }
}
