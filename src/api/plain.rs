//! What one value without parts looks like.

/// What plain values look like: a set, so that joining two is a union.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plain(u16);

impl Plain {
    pub(super) const BOOL: Self = Self(1);
    /// Fits a signed 64-bit integer.
    pub(super) const INTEGER: Self = Self(1 << 1);
    /// An integer that does not.
    pub(super) const BIG: Self = Self(1 << 2);
    /// A number with a fraction or exponent.
    pub(super) const FRACTION: Self = Self(1 << 3);
    /// A text that says no more than that it is one: `""`, or a variable.
    pub(super) const BLANK: Self = Self(1 << 4);
    /// `"40"`, and no `"040"`
    pub(super) const DIGITS: Self = Self(1 << 5);
    /// `"55.43"`
    pub(super) const DECIMAL: Self = Self(1 << 6);
    /// `"2026-01-31"`
    pub(super) const DATE: Self = Self(1 << 7);
    /// `"2026-01-31T23:59:59"`, with or without fraction and zone.
    pub(super) const DATE_TIME: Self = Self(1 << 8);
    /// `"2.0"`: one digit before the point and one behind it, as in versions.
    pub(super) const SHORT: Self = Self(1 << 9);
    /// Any other text.
    pub(super) const TEXT: Self = Self(1 << 10);

    pub(super) const NUMBERS: Self = Self::INTEGER.and(Self::BIG).and(Self::FRACTION);
    pub(super) const DECIMALS: Self = Self::DECIMAL.and(Self::SHORT);
    pub(super) const TEXTS: Self = Self::BLANK
        .and(Self::DIGITS)
        .and(Self::DECIMALS)
        .and(Self::DATE)
        .and(Self::DATE_TIME)
        .and(Self::TEXT);

    /// What is in one of the two.
    #[must_use]
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is nothing in it that is not in the other.
    pub(super) const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether something is in both.
    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// What a text looks like.
    pub(super) fn of_text(text: &str) -> Self {
        if text.is_empty() || (text.starts_with("{{") && text.ends_with("}}")) {
            return Self::BLANK;
        }
        if is_date(text) {
            return Self::DATE;
        }
        if is_date_time(text) {
            return Self::DATE_TIME;
        }
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        let whole = whole.strip_prefix('-').unwrap_or(whole);
        // Zeros in front are kept by nobody who counts.
        let number = digits(whole) && (whole == "0" || !whole.starts_with('0'));
        match fraction {
            None if number => Self::DIGITS,
            Some(fraction) if number && digits(fraction) && text.len() == 3 => Self::SHORT,
            Some(fraction) if number && digits(fraction) => Self::DECIMAL,
            _ => Self::TEXT,
        }
    }
}

/// `2026-01-31`: RFC 3339 `full-date`.
pub(super) fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() })
        && ("01"..="12").contains(&&text[5..7])
        && ("01"..="31").contains(&&text[8..10])
}

/// RFC 3339 `date-time`, also without zone and with a blank for the `T`, as servers write it.
fn is_date_time(text: &str) -> bool {
    let (Some(date), Some(rest)) = (text.get(..10), text.get(10..)) else {
        return false;
    };
    let Some(time) = rest.strip_prefix(['T', 't', ' ']) else {
        return false;
    };
    let (Some(clock), Some(rest)) = (time.get(..8), time.get(8..)) else {
        return false;
    };
    let clock_ok = clock
        .bytes()
        .enumerate()
        .all(|(at, b)| if at == 2 || at == 5 { b == b':' } else { b.is_ascii_digit() });
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    let zone_ok = matches!(rest, "" | "Z" | "z")
        || (rest.starts_with(['+', '-'])
            && rest[1..].bytes().all(|b| b.is_ascii_digit() || b == b':')
            && rest.len() >= 3);
    is_date(date) && clock_ok && zone_ok
}
