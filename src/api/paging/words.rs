//! What APIs call the parts of their lists. Names are compared without case and signs, so that
//! `nextPageToken`, `next_page_token` and `page[next-token]` need no row each.

/// A name as it is compared.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether a name is one of these.
pub(super) fn is_one_of(name: &str, words: &[&str]) -> bool {
    words.contains(&plain(name).as_str())
}

/// Fields that hold the items.
pub(super) const ITEMS: [&str; 13] = [
    "results",
    "result",
    "data",
    "items",
    "records",
    "entries",
    "list",
    "values",
    "elements",
    "content",
    "resources",
    "rows",
    "objects",
];

/// Records that the list may be in.
pub(super) const WRAPPERS: [&str; 6] = ["data", "result", "response", "embedded", "payload", "body"];

/// Lists that are no items.
pub(super) const ASIDE: [&str; 7] =
    ["errors", "warnings", "links", "messages", "expand", "includes", "included"];

/// Where values about pages may be, as JSON pointers.
pub(super) const CONTAINERS: [&str; 23] = [
    "",
    "/meta",
    "/pagination",
    "/paging",
    "/page",
    "/page_info",
    "/pageInfo",
    "/_page",
    "/response_metadata",
    "/metadata",
    "/_meta",
    "/result_info",
    "/links",
    "/_links",
    "/cursor",
    "/cursors",
    "/paging/cursors",
    "/paging/next",
    "/meta/page",
    "/meta/pagination",
    "/meta/cursor",
    "/data",
    "/result",
];

/// Addresses of the next page.
pub(super) const LINKS: [&str; 8] = [
    "next",
    "nexturl",
    "nextlink",
    "nextpage",
    "nextpageurl",
    "nextpagelink",
    "odatanextlink",
    "nextrecordsurl",
];

/// Values that the next page is asked for with.
pub(super) const CURSORS: [&str; 17] = [
    "nextcursor",
    "nextpagetoken",
    "nexttoken",
    "nextpagecursor",
    "nextmarker",
    "nextcontinuationtoken",
    "nextpage",
    "next",
    "cursor",
    "cursornext",
    "endcursor",
    "after",
    "continuationtoken",
    "continuation",
    "paginationtoken",
    "pagetoken",
    "scrollid",
];

/// Those that cannot be anything else, so that an empty one says enough.
pub(super) const NEXT_CURSORS: [&str; 6] =
    ["nextcursor", "nextpagetoken", "nexttoken", "nextpagecursor", "nextmarker", "nextcontinuationtoken"];

/// Parameters that take one.
pub(super) const CURSOR_PARAMETERS: [&str; 16] = [
    "cursor",
    "pagetoken",
    "nexttoken",
    "nextcursor",
    "nextpagetoken",
    "after",
    "pageafter",
    "pagecursor",
    "startingafter",
    "startcursor",
    "continuationtoken",
    "continuation",
    "paginationtoken",
    "marker",
    "scrollid",
    "next",
];

/// Fields that say whether there is more.
pub(super) const MORE: [&str; 5] = ["hasmore", "hasnext", "hasnextpage", "more", "moreavailable"];

/// Numbers of the next page.
pub(super) const NEXT_PAGES: [&str; 3] = ["nextpage", "next", "nextpagenumber"];

/// Parameters with the number of a page.
pub(super) const PAGES: [&str; 7] =
    ["page", "pagenumber", "pagenum", "pageno", "pageindex", "currentpage", "pageid"];

/// Fields with the number of pages.
pub(super) const PAGE_COUNTS: [&str; 8] = [
    "totalpages",
    "pages",
    "pagecount",
    "pagestotal",
    "lastpage",
    "numpages",
    "totalpagecount",
    "numberofpages",
];

/// Parameters with the number of items to leave out.
pub(super) const OFFSETS: [&str; 6] =
    ["offset", "skip", "startindex", "startat", "pageoffset", "startoffset"];

/// Those that may be something else, unless a size stands beside them.
pub(super) const STARTS: [&str; 2] = ["start", "from"];

/// Fields with the number of all items.
pub(super) const TOTALS: [&str; 6] =
    ["total", "totalcount", "totalresults", "totalitems", "totalrecords", "totalelements"];

/// Parameters with the number of items on a page.
pub(super) const SIZES: [&str; 15] = [
    "limit",
    "count",
    "size",
    "pagesize",
    "perpage",
    "pagelimit",
    "maxresults",
    "resultsperpage",
    "itemsperpage",
    "rows",
    "take",
    "top",
    "maxitems",
    "pagecount",
    "max",
];

/// Parameters that a batch is asked for by.
pub(super) const BATCH_IDS: [&str; 8] =
    ["uuid", "id", "batchid", "jobid", "taskid", "requestid", "batch", "job"];

/// Whether a field beside a list is about the list, so that the record is nothing but its wrapper.
pub(super) fn is_about_pages(name: &str) -> bool {
    const WORDS: [&str; 31] = [
        "ok",
        "status",
        "success",
        "message",
        "code",
        "error",
        "errors",
        "warnings",
        "links",
        "meta",
        "metadata",
        "pagination",
        "paging",
        "pageinfo",
        "resultinfo",
        "responsemetadata",
        "self",
        "first",
        "last",
        "kind",
        "etag",
        "url",
        "start",
        "from",
        "islast",
        "isend",
        "more",
        "resultcount",
        "requestid",
        "cachets",
        "timestamp",
    ];
    const PARTS: [&str; 10] =
        ["page", "total", "count", "hasmore", "next", "prev", "limit", "offset", "size", "cursor"];
    let name = plain(name);
    WORDS.contains(&name.as_str()) || PARTS.iter().any(|part| name.contains(part))
}
