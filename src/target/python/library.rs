//! How a snippet sends its request, by the library that it is on.

use serde::Serialize;

use super::request::{Header, Writer, is_form};
use super::{auth, httpx};
use crate::api::Http;
use crate::collection::Auth;

/// What a snippet says of the library.
#[derive(Serialize, Default)]
pub(super) struct Sends {
    is_httpx: bool,
    /// The arguments of the call that sends the request, but for method and address.
    arguments: Vec<String>,
    has_headers: bool,
    headers_begin: String,
    headers: Vec<String>,
    headers_end: String,
    /// Statements between the pieces of the request and the call.
    form: Vec<String>,
    /// What the client of httpx is called.
    client: String,
    /// Whether a request of requests is changed before it is sent.
    prepares: bool,
    /// Whether its URL is.
    verbatim: bool,
    has_repeated: bool,
    repeated: Vec<Header>,
    /// What tells that a response is a failure, and what it says of it.
    failed: String,
    failure: String,
    /// The address that a response is from.
    address: String,
    /// The address that a link in it leads to.
    linked: String,
}

impl Sends {
    /// The module of the library.
    pub(super) fn module(&self) -> &'static str {
        if self.is_httpx { "httpx" } else { "requests" }
    }
}

/// How the request of a snippet is sent; `data` is its body unless it is form data.
pub(super) fn sends(writer: &mut Writer<'_>, data: &str) -> Sends {
    match writer.source.http {
        Http::Requests => with_requests(writer, data),
        Http::Httpx => with_httpx(writer, data),
    }
}

fn with_requests(writer: &mut Writer<'_>, data: &str) -> Sends {
    let operation = writer.operation;
    let (repeated, headers): (Vec<_>, Vec<_>) =
        writer.headers().into_iter().partition(|(_, is_repeated)| *is_repeated);
    let repeated: Vec<Header> = repeated.into_iter().map(|(header, _)| header).collect();
    writer.source.imports.insert("import requests");
    if !repeated.is_empty() {
        writer.source.imports.insert("from urllib3 import HTTPHeaderDict");
    }
    let mut arguments = Vec::new();
    if !headers.is_empty() {
        arguments.push("headers=headers,".to_owned());
    }
    if !data.is_empty() {
        arguments.push(format!("data={data},"));
    }
    if !operation.wire.body_parts().is_empty() {
        arguments.push("files=files,".to_owned());
    }
    arguments.extend(auth::argument(&mut writer.source, operation.auth(), is_form(operation)));
    // What auth adds to the URL would be lost.
    let auth_in_url = matches!(operation.auth(), Auth::OAuth1(oauth) if !oauth.in_header);
    let verbatim = writer.is_odd_url() && !auth_in_url;
    Sends {
        arguments,
        has_headers: !headers.is_empty(),
        headers_begin: "{".to_owned(),
        headers: headers.iter().map(|(it, _)| format!("{}: {},", it.name, it.value)).collect(),
        headers_end: "}".to_owned(),
        prepares: verbatim || !repeated.is_empty(),
        verbatim,
        has_repeated: !repeated.is_empty(),
        repeated,
        failed: "not response.ok".to_owned(),
        failure: status("reason"),
        address: "response.url".to_owned(),
        linked: "urljoin(response.url, found)".to_owned(),
        ..Sends::default()
    }
}

fn with_httpx(writer: &mut Writer<'_>, data: &str) -> Sends {
    let operation = writer.operation;
    writer.source.imports.insert("import httpx");
    let headers = httpx::Headers::new(writer);
    let form = httpx::form(writer);
    let content_type = form.as_ref().map(|it| it.content_type.as_str());
    let mut arguments: Vec<String> = headers.argument(content_type).into_iter().collect();
    match &form {
        Some(form) => arguments.push(format!("content={},", form.body)),
        None if !operation.wire.body_parts().is_empty() => arguments.push("files=files,".to_owned()),
        None if !data.is_empty() => arguments.push(format!("content={data},")),
        None => {}
    }
    arguments.extend(httpx::auth(&mut writer.source, operation, 12));
    if httpx::is_odd_url(operation) {
        arguments.push(httpx::TARGET_COMMENT.to_owned());
        arguments.push(httpx::target(&mut writer.source, "url"));
    }
    let (begin, end) = headers.brackets();
    let headers = headers.lines(8);
    Sends {
        is_httpx: true,
        arguments,
        has_headers: !headers.is_empty(),
        headers_begin: begin.to_owned(),
        headers,
        headers_end: end.to_owned(),
        form: form.into_iter().flat_map(|it| it.statements).collect(),
        client: writer.local("client"),
        // Not `is_success`: a redirect is none, and is not followed.
        failed: "response.is_error".to_owned(),
        failure: status("reason_phrase"),
        address: "str(response.url)".to_owned(),
        // In the spelling of the library, as the address that it is compared with.
        linked: "str(response.url.join(found))".to_owned(),
        ..Sends::default()
    }
}

/// The status line of a response as a text.
fn status(reason: &str) -> String {
    format!("f\"{{response.status_code}} {{response.{reason}}}\"")
}
