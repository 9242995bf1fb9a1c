//! Postman's dynamic variables: what `{{$guid}}`, `{{$randomCity}}` and the like stand for.
//!
//! Names and the shape of values are those of postman-collection
//! `lib/superstring/dynamic-variables.js`. Each is a short list of ingredients, so that a language
//! has a handful of things to know, and not a hundred.

mod table;

use super::encode;
use super::text::Encoding;
use Ingredient::{Characters, Guid, Integer, IsoTimestamp, Literal, Moment, OneOf, Timestamp};
use table::TABLE;

/// A value that Postman makes anew at each use (`{{$guid}}`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Dynamic {
    name: &'static str,
    recipe: &'static [Ingredient],
}

/// A piece of a [`Dynamic`] value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ingredient {
    /// Characters that stand for themselves.
    Literal(&'static str),
    /// One of the words between the bars.
    OneOf(&'static str),
    /// So many characters, each of them one of these.
    Characters(u32, &'static str),
    /// A whole number from the first to the second.
    Integer(i32, i32),
    /// A random UUID, version 4 (RFC 9562 §5.4).
    Guid,
    /// Seconds since 1970, UTC.
    Timestamp,
    /// The time now: `2026-01-31T23:59:59.000Z`.
    IsoTimestamp,
    /// A time from the first to the second number of seconds from now, as JavaScript shows it:
    /// `Sat Jan 31 2026 23:59:59 GMT+0000 (Coordinated Universal Time)`.
    Moment(i32, i32),
}

impl Dynamic {
    /// The value of this name, `$` included.
    pub(super) fn of(name: &str) -> Option<Self> {
        let (name, recipe) = TABLE.iter().find(|(known, _)| *known == name)?;
        Some(Self { name, recipe })
    }

    /// Its name in Postman: `$randomCity`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// What it is made of, in order; never empty.
    #[must_use]
    pub fn recipe(self) -> &'static [Ingredient] {
        self.recipe
    }

    /// One of the values that it can have, always the same.
    #[must_use]
    pub fn sample(self) -> String {
        self.recipe.iter().map(|it| it.sample()).collect()
    }

    /// Every text that can stand in a value.
    pub fn texts(self) -> impl Iterator<Item = &'static str> {
        self.recipe.iter().flat_map(|it| it.texts())
    }

    /// The encoding that its values need where this one is asked for: none, if it would change
    /// nothing.
    pub(super) fn encoding(self, wanted: Encoding) -> Encoding {
        let changes = |text: &str| encode::literal(wanted, text) != text;
        if self.texts().any(changes) { wanted } else { Encoding::Raw }
    }
}

impl Ingredient {
    fn sample(self) -> String {
        match self {
            Literal(text) => text.to_owned(),
            OneOf(words) => words.split('|').take(1).collect(),
            Characters(count, alphabet) => alphabet.chars().cycle().take(count as usize).collect(),
            Integer(from, _) => from.to_string(),
            Guid => "00000000-0000-4000-8000-000000000000".to_owned(),
            Timestamp => "0".to_owned(),
            IsoTimestamp => "1970-01-01T00:00:00.000Z".to_owned(),
            Moment(..) => "Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)".to_owned(),
        }
    }

    fn texts(self) -> impl Iterator<Item = &'static str> {
        let texts = match self {
            Literal(text) | OneOf(text) | Characters(_, text) => text,
            Integer(..) | Guid => "-",
            Timestamp => "",
            IsoTimestamp => "-:.",
            Moment(..) => " :+()",
        };
        texts.split('|')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every name that Postman documents, sorted.
    const NAMES: &str = "
        $guid $isoTimestamp $randomAbbreviation $randomAbstractImage $randomAdjective
        $randomAlphaNumeric $randomAnimalsImage $randomAvatarImage $randomBankAccount
        $randomBankAccountBic $randomBankAccountIban $randomBankAccountName $randomBitcoin
        $randomBoolean $randomBs $randomBsAdjective $randomBsBuzz $randomBsNoun $randomBusinessImage
        $randomCatchPhrase $randomCatchPhraseAdjective $randomCatchPhraseDescriptor
        $randomCatchPhraseNoun $randomCatsImage $randomCity $randomCityImage $randomColor
        $randomCommonFileExt $randomCommonFileName $randomCommonFileType $randomCompanyName
        $randomCompanySuffix $randomCountry $randomCountryCode $randomCreditCardMask
        $randomCurrencyCode $randomCurrencyName $randomCurrencySymbol $randomDatabaseCollation
        $randomDatabaseColumn $randomDatabaseEngine $randomDatabaseType $randomDateFuture
        $randomDatePast $randomDateRecent $randomDepartment $randomDirectoryPath $randomDomainName
        $randomDomainSuffix $randomDomainWord $randomEmail $randomExampleEmail $randomFashionImage
        $randomFileExt $randomFileName $randomFilePath $randomFileType $randomFirstName
        $randomFoodImage $randomFullName $randomHexColor $randomIP $randomIPV6 $randomImageDataUri
        $randomImageUrl $randomIngverb $randomInt $randomJobArea $randomJobDescriptor
        $randomJobTitle $randomJobType $randomLastName $randomLatitude $randomLocale
        $randomLongitude $randomLoremLines $randomLoremParagraph $randomLoremParagraphs
        $randomLoremSentence $randomLoremSentences $randomLoremSlug $randomLoremText
        $randomLoremWord $randomLoremWords $randomMACAddress $randomMimeType $randomMonth
        $randomNamePrefix $randomNameSuffix $randomNatureImage $randomNightlifeImage $randomNoun
        $randomPassword $randomPeopleImage $randomPhoneNumber $randomPhoneNumberExt $randomPhrase
        $randomPrice $randomProduct $randomProductAdjective $randomProductMaterial
        $randomProductName $randomProtocol $randomSemver $randomSportsImage $randomStreetAddress
        $randomStreetName $randomTransactionType $randomTransportImage $randomUUID $randomUrl
        $randomUserAgent $randomUserName $randomVerb $randomWeekday $randomWord $randomWords
        $timestamp
    ";

    #[test]
    fn every_name_is_known() {
        let mut known: Vec<&str> = TABLE.iter().map(|(name, _)| *name).collect();
        known.sort_unstable();
        assert_eq!(known, NAMES.split_whitespace().collect::<Vec<_>>());
    }

    #[test]
    fn words_can_stand_in_any_literal() {
        for (name, recipe) in TABLE {
            let dynamic = Dynamic { name, recipe };
            assert!(!dynamic.sample().is_empty(), "{name}");
            // Nothing that a shell, a format or a string would take for its own.
            let odd = |c: char| !matches!(c, ' '..='~' | '\n') || "\"'`\\{}|&!<>".contains(c);
            let found = dynamic.texts().find(|text| text.contains(odd));
            assert_eq!(found, None, "{name}");
        }
    }

    #[test]
    fn lists_have_no_word_twice() {
        for (name, recipe) in TABLE {
            for ingredient in recipe {
                let OneOf(words) = ingredient else { continue };
                let mut sorted: Vec<&str> = words.split('|').collect();
                assert!(sorted.len() > 1 && sorted.iter().all(|word| !word.is_empty()), "{name}");
                sorted.sort_unstable();
                sorted.dedup();
                assert_eq!(sorted.len(), words.split('|').count(), "{name}");
            }
        }
    }

    #[test]
    fn samples_have_the_shape_of_values() {
        let table = [
            ("$randomBoolean", "true"),
            ("$randomPrice", "0.01"),
            ("$randomLatitude", "-89.0123"),
            ("$randomCreditCardMask", "0123"),
            ("$randomFullName", "Ada Abbot"),
        ];
        for (name, want) in table {
            assert_eq!(Dynamic::of(name).map(Dynamic::sample).as_deref(), Some(want));
        }
        assert_eq!(Dynamic::of("randomPrice"), None);
    }

    #[test]
    fn only_what_needs_it_is_encoded() {
        let table = [
            ("$guid", Encoding::Form, false),
            ("$isoTimestamp", Encoding::Path, false),
            ("$isoTimestamp", Encoding::Form, true),
            ("$randomFirstName", Encoding::Form, false),
            ("$randomFullName", Encoding::Path, true),
            ("$randomHexColor", Encoding::Query, true),
            ("$randomHexColor", Encoding::Json, false),
            ("$randomEmail", Encoding::Query, false),
            ("$randomEmail", Encoding::Form, true),
            ("$randomDatePast", Encoding::Query, true),
            ("$randomLoremLines", Encoding::Json, true),
        ];
        for (name, encoding, changes) in table {
            let dynamic = Dynamic::of(name).unwrap();
            assert_eq!(dynamic.encoding(encoding) == encoding, changes, "{name} {encoding:?}");
        }
    }
}
