//! The table of dynamic variables, and the words that they are made of.
//!
//! The words are our own. People are made up, addresses are those that are kept for examples
//! (RFC 2606, RFC 3849, RFC 5737), telephone numbers those that are kept for fiction. No word has
//! a quote, a brace, a bar or an ampersand, so that it can stand in a literal of any language.

use super::Ingredient::{self, Characters, Guid, Integer, IsoTimestamp, Literal, Moment, OneOf, Timestamp};

const DIGITS: &str = "0123456789";
const HEX: &str = "0123456789abcdef";
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
const ALPHANUMERIC: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Without the characters that look like others.
const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

const FIRST_NAMES: &str = "Ada|Bela|Cleo|Dario|Elif|Farah|Goran|Hana|Ines|Jonas";
const LAST_NAMES: &str = "Abbot|Brook|Carver|Dale|Elm|Fenwick|Grove|Hill|Irons|Marsh";
const PREFIXES: &str = "Dr.|Miss|Mr.|Mrs.|Ms.";
const JOB_DESCRIPTORS: &str = "Chief|Deputy|Junior|Lead|Regional|Senior";
const JOB_AREAS: &str = "Accounts|Design|Logistics|Quality|Research|Support";
const JOB_TYPES: &str = "Analyst|Coordinator|Engineer|Manager|Officer|Planner";

const CITIES: &str = "Ashford|Elmstead|Hartwell|Millbrook|Norwick|Oakdale|Port Lindon|Westhaven";
const STREETS: &str = "Birch|Chapel|Garden|Harbour|Mill|Orchard|Quarry|Station";
const STREET_TYPES: &str = "Avenue|Close|Lane|Road|Street|Way";
const COUNTRIES: &str = "Brazil|Canada|Ghana|Iceland|Japan|Kenya|Norway|Portugal|Vietnam";
const COUNTRY_CODES: &str = "BR|CA|GH|IS|JP|KE|NO|PT|VN";

const COLORS: &str = "black|blue|brown|green|grey|orange|purple|red|white|yellow";
const MATERIALS: &str = "Bamboo|Cotton|Glass|Leather|Steel|Wooden";
const PRODUCT_ADJECTIVES: &str = "Compact|Elegant|Handy|Light|Modern|Plain|Sturdy";
const PRODUCTS: &str = "Bag|Bowl|Chair|Clock|Lamp|Shelf|Shoes|Table";

const COMPANY_SUFFIXES: &str = "Group|Inc|LLC|Ltd|and Daughters|and Sons";
const CATCH_ADJECTIVES: &str = "Adaptive|Balanced|Flexible|Open|Reliable|Streamlined";
const CATCH_DESCRIPTORS: &str = "asynchronous|distributed|local|modular|multilingual|stable";
const CATCH_NOUNS: &str = "archive|framework|help desk|interface|network|workflow";
const BS_VERBS: &str = "combine|deliver|extend|improve|measure|simplify";
const BS_ADJECTIVES: &str = "connected|customer-led|dynamic|global|mobile|real-time";
const BS_NOUNS: &str = "channels|communities|markets|networks|platforms|services";

const ABBREVIATIONS: &str = "API|CSS|DNS|HTTP|JSON|RAM|SQL|TCP|USB|XML";
const ADJECTIVES: &str = "cached|digital|mobile|optical|redundant|remote|virtual|wireless";
const NOUNS: &str = "array|bus|card|driver|firewall|monitor|port|sensor";
const VERBS: &str = "compile|copy|index|parse|program|reboot|route|scan";

const LOREM: &str = "amet|dolor|elit|ipsum|labore|magna|nulla|quis|sed|tempor|ut|velit";
const SENTENCES: &str = "Amet dolor ipsum sed.|Elit magna quis ut velit.|Labore nulla tempor ipsum.|\
                         Quis velit sed amet dolor.|Tempor ut labore elit.|Ut nulla magna ipsum.";

const DOMAIN_WORDS: &str = "acorn|birch|cedar|fern|hazel|ivy|maple|rowan";
const DOMAINS: &str = "example.com|example.net|example.org";
const DIRECTORIES: &str =
    "/etc|/home|/home/user|/opt|/opt/bin|/srv|/tmp|/usr|/usr/local/bin|/usr/share|/var|/var/log";
const FILE_WORDS: &str = "budget|draft|index|invoice|notes|photo|plan|report";
const EXTENSIONS: &str = "csv|doc|gif|html|json|mp3|odt|png|svg|tar|wav|xml";
const COMMON_EXTENSIONS: &str = "gif|html|jpg|mp3|mp4|pdf|png|wav";

/// Seconds of a day.
const DAY: i32 = 86_400;

/// What each name makes. Postman has images of a service that has closed since: they are
/// addresses of examples here.
pub(super) const TABLE: [(&str, &[Ingredient]); 118] = [
    // Common
    ("$guid", &[Guid]),
    ("$timestamp", &[Timestamp]),
    ("$isoTimestamp", &[IsoTimestamp]),
    ("$randomUUID", &[Guid]),
    // Texts, numbers and colours
    ("$randomAlphaNumeric", &[Characters(1, LOWER)]),
    ("$randomBoolean", &[OneOf("true|false")]),
    ("$randomInt", &[Integer(0, 1000)]),
    ("$randomColor", &[OneOf(COLORS)]),
    ("$randomHexColor", &[Literal("#"), Characters(6, HEX)]),
    ("$randomAbbreviation", &[OneOf(ABBREVIATIONS)]),
    ("$randomWord", &[OneOf(NOUNS)]),
    ("$randomWords", &[OneOf(ADJECTIVES), Literal(" "), OneOf(NOUNS), Literal(" "), OneOf(VERBS)]),
    // Internet
    ("$randomIP", &[OneOf("192.0.2|198.51.100|203.0.113"), Literal("."), Integer(1, 254)]),
    (
        "$randomIPV6",
        &[
            Literal("2001:0db8:"),
            Characters(4, HEX),
            Literal(":"),
            Characters(4, HEX),
            Literal(":"),
            Characters(4, HEX),
            Literal(":"),
            Characters(4, HEX),
            Literal(":"),
            Characters(4, HEX),
            Literal(":"),
            Characters(4, HEX),
        ],
    ),
    (
        "$randomMACAddress",
        // The first byte says that the address is nobody's.
        &[
            Literal("02:"),
            Characters(2, HEX),
            Literal(":"),
            Characters(2, HEX),
            Literal(":"),
            Characters(2, HEX),
            Literal(":"),
            Characters(2, HEX),
            Literal(":"),
            Characters(2, HEX),
        ],
    ),
    ("$randomPassword", &[Characters(15, ALPHANUMERIC)]),
    ("$randomLocale", &[OneOf("de|en|es|fr|hi|it|ja|nl|pl|pt|tr|zh")]),
    (
        "$randomUserAgent",
        &[OneOf(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:128.0) Gecko/20100101 Firefox/128.0|\
             Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0|\
             Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        )],
    ),
    ("$randomProtocol", &[OneOf("http|https")]),
    ("$randomSemver", &[Integer(0, 9), Literal("."), Integer(0, 9), Literal("."), Integer(0, 9)]),
    // Names, telephones and addresses
    ("$randomFirstName", &[OneOf(FIRST_NAMES)]),
    ("$randomLastName", &[OneOf(LAST_NAMES)]),
    ("$randomFullName", &[OneOf(FIRST_NAMES), Literal(" "), OneOf(LAST_NAMES)]),
    ("$randomNamePrefix", &[OneOf(PREFIXES)]),
    ("$randomNameSuffix", &[OneOf("DDS|II|III|Jr.|MD|PhD|Sr.")]),
    ("$randomJobArea", &[OneOf(JOB_AREAS)]),
    ("$randomJobDescriptor", &[OneOf(JOB_DESCRIPTORS)]),
    (
        "$randomJobTitle",
        &[OneOf(JOB_DESCRIPTORS), Literal(" "), OneOf(JOB_AREAS), Literal(" "), OneOf(JOB_TYPES)],
    ),
    ("$randomJobType", &[OneOf(JOB_TYPES)]),
    ("$randomPhoneNumber", &[Integer(200, 999), Literal("-555-01"), Characters(2, DIGITS)]),
    (
        "$randomPhoneNumberExt",
        &[Integer(1, 99), Literal("-"), Integer(200, 999), Literal("-555-01"), Characters(2, DIGITS)],
    ),
    ("$randomCity", &[OneOf(CITIES)]),
    ("$randomStreetName", &[OneOf(STREETS), Literal(" "), OneOf(STREET_TYPES)]),
    (
        "$randomStreetAddress",
        &[Integer(1, 9999), Literal(" "), OneOf(STREETS), Literal(" "), OneOf(STREET_TYPES)],
    ),
    ("$randomCountry", &[OneOf(COUNTRIES)]),
    ("$randomCountryCode", &[OneOf(COUNTRY_CODES)]),
    ("$randomLatitude", &[Integer(-89, 89), Literal("."), Characters(4, DIGITS)]),
    ("$randomLongitude", &[Integer(-179, 179), Literal("."), Characters(4, DIGITS)]),
    // Images
    ("$randomAvatarImage", &[Literal("https://example.com/avatars/"), Integer(1, 99), Literal("_128.jpg")]),
    ("$randomImageUrl", &[Literal("http://example.com/640/480")]),
    ("$randomAbstractImage", &[Literal("http://example.com/640/480/abstract")]),
    ("$randomAnimalsImage", &[Literal("http://example.com/640/480/animals")]),
    ("$randomBusinessImage", &[Literal("http://example.com/640/480/business")]),
    ("$randomCatsImage", &[Literal("http://example.com/640/480/cats")]),
    ("$randomCityImage", &[Literal("http://example.com/640/480/city")]),
    ("$randomFashionImage", &[Literal("http://example.com/640/480/fashion")]),
    ("$randomFoodImage", &[Literal("http://example.com/640/480/food")]),
    ("$randomNatureImage", &[Literal("http://example.com/640/480/nature")]),
    ("$randomNightlifeImage", &[Literal("http://example.com/640/480/nightlife")]),
    ("$randomPeopleImage", &[Literal("http://example.com/640/480/people")]),
    ("$randomSportsImage", &[Literal("http://example.com/640/480/sports")]),
    ("$randomTransportImage", &[Literal("http://example.com/640/480/transport")]),
    (
        "$randomImageDataUri",
        &[
            Literal(
                "data:image/svg+xml;charset=UTF-8,%3Csvg%20xmlns%3D%22http%3A%2F%2Fwww.w3.org%2F2000%2Fsvg%22\
                 %20width%3D%22640%22%20height%3D%22480%22%20style%3D%22background%3A",
            ),
            OneOf(COLORS),
            Literal("%22%2F%3E"),
        ],
    ),
    // Finance
    ("$randomBankAccount", &[Characters(8, DIGITS)]),
    ("$randomBankAccountName", &[OneOf("Checking Account|Credit Card Account|Loan Account|Savings Account")]),
    ("$randomCreditCardMask", &[Characters(4, DIGITS)]),
    ("$randomBankAccountBic", &[Characters(4, LETTERS), OneOf(COUNTRY_CODES), Characters(2, LETTERS)]),
    (
        "$randomBankAccountIban",
        // Made up, with check digits that are right (ISO 13616).
        &[OneOf(
            "AT340000000012345678|CH80000000000012345AB|DE52000000000012345678|FI2200000012345678|\
             GB21TEST00000012345678|LI9200000000000ABC123|PL20000000000000000012345678",
        )],
    ),
    ("$randomTransactionType", &[OneOf("deposit|invoice|payment|withdrawal")]),
    ("$randomCurrencyCode", &[OneOf("AUD|BRL|CHF|EUR|GBP|JPY|KES|NOK|USD")]),
    ("$randomCurrencyName", &[OneOf("Brazilian Real|Euro|Kenyan Shilling|Norwegian Krone|Swiss Franc|Yen")]),
    ("$randomCurrencySymbol", &[OneOf("$|Fr.|KSh|R$|kr")]),
    ("$randomBitcoin", &[OneOf("1|3"), Characters(33, BASE58)]),
    ("$randomPrice", &[Integer(0, 999), Literal("."), Characters(2, DIGITS)]),
    // Business
    ("$randomCompanyName", &[OneOf(LAST_NAMES), Literal(" "), OneOf(COMPANY_SUFFIXES)]),
    ("$randomCompanySuffix", &[OneOf(COMPANY_SUFFIXES)]),
    ("$randomBs", &[OneOf(BS_VERBS), Literal(" "), OneOf(BS_ADJECTIVES), Literal(" "), OneOf(BS_NOUNS)]),
    ("$randomBsAdjective", &[OneOf(BS_ADJECTIVES)]),
    ("$randomBsBuzz", &[OneOf(BS_VERBS)]),
    ("$randomBsNoun", &[OneOf(BS_NOUNS)]),
    (
        "$randomCatchPhrase",
        &[OneOf(CATCH_ADJECTIVES), Literal(" "), OneOf(CATCH_DESCRIPTORS), Literal(" "), OneOf(CATCH_NOUNS)],
    ),
    ("$randomCatchPhraseAdjective", &[OneOf(CATCH_ADJECTIVES)]),
    ("$randomCatchPhraseDescriptor", &[OneOf(CATCH_DESCRIPTORS)]),
    ("$randomCatchPhraseNoun", &[OneOf(CATCH_NOUNS)]),
    // Databases
    ("$randomDatabaseColumn", &[OneOf("comment|createdAt|email|id|name|phone|status|title")]),
    ("$randomDatabaseType", &[OneOf("binary|date|double|enum|float|int|text|time|varchar")]),
    (
        "$randomDatabaseCollation",
        &[OneOf("ascii_bin|ascii_general_ci|utf8_bin|utf8_general_ci|utf8_unicode_ci")],
    ),
    ("$randomDatabaseEngine", &[OneOf("ARCHIVE|CSV|InnoDB|MEMORY|MyISAM")]),
    // Dates
    ("$randomDateFuture", &[Moment(1, 365 * DAY)]),
    ("$randomDatePast", &[Moment(-365 * DAY, -1)]),
    ("$randomDateRecent", &[Moment(-DAY, -1)]),
    (
        "$randomMonth",
        &[OneOf("January|February|March|April|May|June|July|August|September|October|November|December")],
    ),
    ("$randomWeekday", &[OneOf("Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday")]),
    // Domains, emails and user names
    ("$randomDomainName", &[OneOf(DOMAIN_WORDS), Literal("."), OneOf(DOMAINS)]),
    ("$randomDomainSuffix", &[OneOf("biz|com|info|name|net|org")]),
    ("$randomDomainWord", &[OneOf(DOMAIN_WORDS)]),
    (
        "$randomEmail",
        &[OneOf(FIRST_NAMES), OneOf(".|_"), OneOf(LAST_NAMES), Integer(1, 99), Literal("@"), OneOf(DOMAINS)],
    ),
    (
        "$randomExampleEmail",
        &[OneOf(FIRST_NAMES), OneOf(".|_"), OneOf(LAST_NAMES), Integer(1, 99), Literal("@"), OneOf(DOMAINS)],
    ),
    ("$randomUserName", &[OneOf(FIRST_NAMES), OneOf(".|_"), OneOf(LAST_NAMES), Integer(1, 99)]),
    ("$randomUrl", &[OneOf("http|https"), Literal("://"), OneOf(DOMAIN_WORDS), Literal("."), OneOf(DOMAINS)]),
    // Files
    (
        "$randomFileName",
        &[OneOf(FILE_WORDS), Literal("_"), OneOf(FILE_WORDS), Literal("."), OneOf(EXTENSIONS)],
    ),
    ("$randomFileType", &[OneOf("application|audio|font|image|model|text|video")]),
    ("$randomFileExt", &[OneOf(EXTENSIONS)]),
    (
        "$randomCommonFileName",
        &[OneOf(FILE_WORDS), Literal("_"), OneOf(FILE_WORDS), Literal("."), OneOf(COMMON_EXTENSIONS)],
    ),
    ("$randomCommonFileType", &[OneOf("application|audio|image|text|video")]),
    ("$randomCommonFileExt", &[OneOf(COMMON_EXTENSIONS)]),
    (
        "$randomFilePath",
        &[
            OneOf(DIRECTORIES),
            Literal("/"),
            OneOf(FILE_WORDS),
            Literal("_"),
            OneOf(FILE_WORDS),
            Literal("."),
            OneOf(EXTENSIONS),
        ],
    ),
    ("$randomDirectoryPath", &[OneOf(DIRECTORIES)]),
    (
        "$randomMimeType",
        &[OneOf("application/json|application/pdf|audio/mpeg|image/png|image/svg+xml|text/csv|video/mp4")],
    ),
    // Stores
    ("$randomDepartment", &[OneOf("Books|Clothing|Games|Garden|Music|Outdoors|Sports|Tools")]),
    ("$randomProduct", &[OneOf(PRODUCTS)]),
    ("$randomProductAdjective", &[OneOf(PRODUCT_ADJECTIVES)]),
    ("$randomProductMaterial", &[OneOf(MATERIALS)]),
    (
        "$randomProductName",
        &[OneOf(PRODUCT_ADJECTIVES), Literal(" "), OneOf(MATERIALS), Literal(" "), OneOf(PRODUCTS)],
    ),
    // Grammar
    ("$randomNoun", &[OneOf(NOUNS)]),
    ("$randomVerb", &[OneOf(VERBS)]),
    ("$randomIngverb", &[OneOf("compiling|copying|indexing|parsing|programming|rebooting|routing|scanning")]),
    ("$randomAdjective", &[OneOf(ADJECTIVES)]),
    (
        "$randomPhrase",
        &[
            Literal("We need to "),
            OneOf(VERBS),
            Literal(" the "),
            OneOf(ADJECTIVES),
            Literal(" "),
            OneOf(ABBREVIATIONS),
            Literal(" "),
            OneOf(NOUNS),
            Literal("."),
        ],
    ),
    // Lorem ipsum
    ("$randomLoremWord", &[OneOf(LOREM)]),
    ("$randomLoremWords", &[OneOf(LOREM), Literal(" "), OneOf(LOREM), Literal(" "), OneOf(LOREM)]),
    ("$randomLoremSentence", &[OneOf(SENTENCES)]),
    ("$randomLoremSentences", &[OneOf(SENTENCES), Literal(" "), OneOf(SENTENCES)]),
    (
        "$randomLoremParagraph",
        &[OneOf(SENTENCES), Literal(" "), OneOf(SENTENCES), Literal(" "), OneOf(SENTENCES)],
    ),
    (
        "$randomLoremParagraphs",
        &[OneOf(SENTENCES), Literal("\n"), OneOf(SENTENCES), Literal("\n"), OneOf(SENTENCES)],
    ),
    ("$randomLoremText", &[OneOf(SENTENCES), Literal(" "), OneOf(SENTENCES)]),
    ("$randomLoremSlug", &[OneOf(LOREM), Literal("-"), OneOf(LOREM), Literal("-"), OneOf(LOREM)]),
    ("$randomLoremLines", &[OneOf(SENTENCES), Literal("\n"), OneOf(SENTENCES)]),
];
