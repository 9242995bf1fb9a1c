"""Invoke-RestMethod, as its source has it (WebRequestPSCmdlet.Common.cs of PowerShell).

What HttpClient adds and refuses on the way is here as well. Every connection goes to
one port of this machine.
"""

import base64
import json
import os
import re
import socket
import urllib.parse
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

from literals import UnreadableError
from uri import Uri
from values import Record, Table, ThrownError, is_nothing, is_true, to_text

# Headers that belong to a content, and are lost without one.
CONTENT_HEADERS = [
    "allow",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-md5",
    "content-range",
    "content-type",
    "expires",
    "last-modified",
]
METHODS = [
    "default",
    "delete",
    "get",
    "head",
    "merge",
    "options",
    "patch",
    "post",
    "put",
    "trace",
]
PARAMETERS = [
    "uri",
    "method",
    "custommethod",
    "headers",
    "contenttype",
    "body",
    "infile",
    "form",
    "outfile",
    "credential",
    "skipheadervalidation",
    "maximumredirection",
    "timeoutsec",
    "skiphttperrorcheck",
]
# Statuses that say to ask elsewhere.
REDIRECTIONS = [300, 301, 302, 303, 307, 308]
TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# Dates that the reader of JSON takes for such, and not for texts.
DATE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?P<zone>Z|[+-]\d\d:\d\d)?"
)


class File:
    """What Get-Item finds."""

    def __init__(self, path: str) -> None:
        """Take a path that leads to a file."""
        self.path = path


class Credential:
    """A name and a password, for a challenge of the server."""


class Part:
    """A ByteArrayContent: a content with headers of its own."""

    def __init__(self, content: bytes) -> None:
        """Begin without headers."""
        self.content = content
        self.headers: list[tuple[str, str]] = []

    def add_header(self, name: str, value: str) -> bool:
        """Do what TryAddWithoutValidation does."""
        if name.lower() not in CONTENT_HEADERS:
            raise UnreadableError(f"the header {name} of a part")
        if re.search("[\r\n\0]", value):
            return False
        self.headers.append((name, value))
        return True


class FormContent:
    """A MultipartFormDataContent."""

    def __init__(self) -> None:
        """Begin without parts."""
        self.boundary = str(uuid.uuid4())
        self.parts: list[Part] = []

    def add(self, part: Part, name: str, file: str | None) -> None:
        """Add a part with a Content-Disposition."""
        if not name.strip():
            raise ThrownError("The value cannot be null or empty. (Parameter 'name')")
        value = f"form-data; name={quoted(name)}"
        if file is not None:
            # .NET says it twice, once in the encoding of RFC 5987.
            value += f"; filename={quoted(file)}; filename*={extended(file)}"
        part.headers.append(("Content-Disposition", value))
        self.parts.append(part)

    def content(self) -> bytes:
        """Write the form down."""
        out = [f"--{self.boundary}\r\n".encode()]
        for at, part in enumerate(self.parts):
            if at:
                out.append(f"\r\n--{self.boundary}\r\n".encode())
            for name, value in part.headers:
                # HttpContent writes headers of parts in Latin-1, and refuses more.
                if any(ord(it) > 0xFF for it in value):
                    raise ThrownError("a header of a part is not Latin-1")
                out.append(f"{name}: {value}\r\n".encode("latin-1"))
            out += [b"\r\n", part.content]
        return b"".join([*out, f"\r\n--{self.boundary}--\r\n".encode()])


def quoted(text: str) -> str:
    """Write a parameter of Content-Disposition: in quotes, and in ASCII."""
    bare = text
    quotes = len(text) > 1 and text[0] == '"' == text[-1]
    if quotes:
        bare = text[1:-1]
    if '"' in bare:
        raise ThrownError(f"The format of value {text!r} is invalid.")
    if not bare.isascii():
        encoded = base64.b64encode(bare.encode()).decode()
        return f'"=?utf-8?B?{encoded}?="'
    if not re.fullmatch(r"[\t -~]*", bare) or "\\" in bare:
        raise UnreadableError(f"what .NET makes of the name {text!r}")
    return f'"{bare}"' if quotes or not TOKEN.fullmatch(bare) else bare


def extended(text: str) -> str:
    """Write a parameter in the encoding of RFC 5987."""
    kept = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~"
    out = [chr(it) if chr(it) in kept else f"%{it:02X}" for it in text.encode()]
    return "utf-8''" + "".join(out)


def form_of(table: Table) -> FormContent:
    """Put the form together that -Form asks for."""
    form = FormContent()
    for key, value in table.items():
        for it in value if isinstance(value, list) else [value]:
            if isinstance(it, File):
                part = Part(Path(it.path).read_bytes())
                name = os.path.basename(it.path)
                disposition = f"form-data; name={quoted(f'{chr(34)}{key}{chr(34)}')}"
                disposition += f"; filename={quoted(f'{chr(34)}{name}{chr(34)}')}"
                part.headers.append(("Content-Disposition", disposition))
                part.headers.append(("Content-Type", "application/octet-stream"))
            else:
                part = Part(to_text(it).encode())
                part.headers.append(("Content-Type", "text/plain; charset=utf-8"))
                disposition = f"form-data; name={quoted(f'{chr(34)}{key}{chr(34)}')}"
                part.headers.append(("Content-Disposition", disposition))
            form.parts.append(part)
    return form


def encoded(table: Table) -> bytes:
    """Write a dictionary down as -Body does, by WebUtility.UrlEncode."""
    rows = []
    for pair in table.in_order():
        if not all(it is None or isinstance(it, str) for it in pair):
            raise UnreadableError("a value of -Body that is no text")
        key, value = (urllib.parse.quote_plus(it or "", safe="!*()") for it in pair)
        # A tilde is safe to Python, and not to .NET.
        rows.append(f"{key}={value}".replace("~", "%7E"))
    return "&".join(rows).encode()


def encodings(value: str | None) -> str:
    """Add the encodings that the handler decodes to an Accept-Encoding."""
    own = []
    for piece in (value or "").split(","):
        coding, semicolon, weight = (it.strip() for it in piece.partition(";"))
        if not coding:
            continue
        if not TOKEN.fullmatch(coding) or (
            semicolon and not re.fullmatch(r"q=[01](\.\d{1,3})?", weight)
        ):
            raise UnreadableError(f"the Accept-Encoding {value}")
        own.append(f"{coding}; {weight}" if semicolon else coding)
    return ", ".join(own + [it for it in ("gzip", "deflate", "br") if it not in own])


class Request:
    """What goes over the wire."""

    def __init__(self, given: dict[str, Any]) -> None:
        """Put the request together that these parameters ask for."""
        for name in given:
            if name not in PARAMETERS:
                raise UnreadableError(f"the parameter {name} of Invoke-RestMethod")
        if is_nothing(given.get("uri")):
            raise ThrownError("Missing an argument for parameter 'Uri'")
        uri = given["uri"]
        self.uri = uri if isinstance(uri, Uri) else Uri(to_text(uri))
        if self.uri.user:
            raise UnreadableError("a user in an address")
        self.method = self.of_method(given)
        self.headers: list[tuple[str, str]] = []
        self.content: bytes | None = None
        self.content_headers: dict[str, tuple[str, str]] = {}
        self.own_content_headers: list[tuple[str, str]] = []
        self.take_headers(given)
        self.take_content(given)
        if "credential" in given:
            if not isinstance(given["credential"], Credential):
                raise UnreadableError("what is given as -Credential")
            if self.uri.scheme != "https":
                raise ThrownError(
                    "The cmdlet cannot protect plain text secrets sent over "
                    "unencrypted connections."
                )
            raise UnreadableError("a challenge over https")

    def of_method(self, given: dict[str, Any]) -> str:
        """Tell the method."""
        if "custommethod" in given:
            method = to_text(given["custommethod"])
            if "method" in given or not TOKEN.fullmatch(method):
                raise ThrownError(f"the method {method!r} cannot be given")
            return method.upper()
        method = to_text(given.get("method", "Default")).lower()
        if method not in METHODS:
            raise ThrownError(f"Cannot convert value {method!r} to a method")
        return "GET" if method == "default" else method.upper()

    def take_headers(self, given: dict[str, Any]) -> None:
        """Take -Headers, and what is added to them."""
        table = given.get("headers")
        if not (table is None or isinstance(table, Table)):
            raise UnreadableError("what is given as -Headers")
        for name, value in table.items() if table else ():
            if is_nothing(value):
                continue
            if isinstance(value, list | bytes | Table):
                raise UnreadableError(f"the value of the header {name}")
            text = to_text(value)
            if name.lower() in CONTENT_HEADERS:
                self.content_headers[name.lower()] = (name, text)
            # Without a word of it, if the name is none.
            elif TOKEN.fullmatch(name):
                self.headers.append((name, text))
        names = [name.lower() for name, _ in self.headers]
        if "accept-encoding" in names:
            at = names.index("accept-encoding")
            name, value = self.headers[at]
            self.headers[at] = (name, encodings(value))
        else:
            self.headers.append(("Accept-Encoding", encodings(None)))
        if "user-agent" not in names:
            self.headers.append(("User-Agent", "Mozilla/5.0 (Linux) PowerShell/7.4"))
        if "host" not in names:
            self.headers.insert(0, ("Host", self.uri.authority))

    def take_content(self, given: dict[str, Any]) -> None:
        """Take the body, and say what it is."""
        content_type = given.get("contenttype")
        if content_type is not None:
            text = to_text(content_type)
            self.content_headers["content-type"] = ("Content-Type", text)
        elif self.method == "POST":
            known = self.content_headers.get("content-type")
            if not known or not known[1]:
                kind = ("Content-Type", "application/x-www-form-urlencoded")
                self.content_headers["content-type"] = kind
        bodies = [
            it for it in ("form", "body", "infile") if not is_nothing(given.get(it))
        ]
        if len(bodies) > 1:
            raise ThrownError("only one of -Body, -InFile and -Form can be given")
        if "form" in bodies:
            if not isinstance(given["form"], Table):
                raise UnreadableError("what is given as -Form")
            self.take_form(form_of(given["form"]))
        elif "body" in bodies:
            body = given["body"]
            if isinstance(body, FormContent):
                self.take_form(body)
            elif isinstance(body, bytes):
                self.content = body
            elif isinstance(body, Table) and self.method != "GET":
                self.content = encoded(body)
            else:
                raise UnreadableError(f"-Body of {type(body).__name__}")
        elif "infile" in bodies and to_text(given["infile"]):
            path = Path(to_text(given["infile"]))
            if not path.is_file():
                raise ThrownError(f"Could not find file '{path}'")
            self.content = path.read_bytes()
        if self.content is None:
            if self.method == "GET" and content_type is None:
                return
            self.content = b""
        for name, value in self.content_headers.values():
            if name.lower() == "content-length" and value != str(len(self.content)):
                raise ThrownError("the content is not as long as Content-Length says")
            if value.strip() and name.lower() != "content-length":
                self.own_content_headers.append((name, value))

    def take_form(self, form: FormContent) -> None:
        """Take a form, which says itself what it is."""
        self.content_headers.clear()
        kind = f'multipart/form-data; boundary="{form.boundary}"'
        self.own_content_headers.append(("Content-Type", kind))
        self.content = form.content()

    def written(self) -> bytes:
        """Write the request as HttpClient does."""
        if re.search(r"[\0-\x20\x7f]", self.uri.target):
            raise UnreadableError(f"what .NET makes of the target {self.uri.target!r}")
        if not self.uri.target.isascii():
            raise ThrownError(f"the target {self.uri.target!r} is not ASCII")
        lines = [f"{self.method} {self.uri.target} HTTP/1.1"]
        headers = [*self.headers, *self.own_content_headers]
        for name, value in headers:
            if re.search("[\r\n\0]", value):
                raise ThrownError(
                    f"New-line or NUL is not allowed in the header {name}"
                )
            if not value.isascii():
                raise ThrownError("Request headers must contain only ASCII characters.")
            lines.append(f"{name}: {value}")
        chunked = any(it.lower() == "transfer-encoding" for it, _ in headers)
        if chunked and self.content is None:
            raise ThrownError("'Transfer-Encoding: chunked' without a content object")
        body = self.content or b""
        if chunked:
            body = (
                b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
            )
        elif self.content is not None:
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode("ascii") + body


class Response:
    """What the server answered."""

    def __init__(self, raw: bytes) -> None:
        """Take an answer apart."""
        head, blank, self.body = raw.partition(b"\r\n\r\n")
        if not blank:
            raise ThrownError("The response ended prematurely.")
        line, *headers = head.decode("latin-1").split("\r\n")
        self.status = int(line.split(" ")[1])
        self.headers = [tuple(it.split(": ", 1)) for it in headers]

    def content(self) -> str | bytes:
        """Tell the text of Invoke-WebRequest; without a type of a text it is bytes."""
        kinds = [it[1] for it in self.headers if it[0].lower() == "content-type"]
        kind, _, parameters = (kinds[0] if kinds else "").lower().partition(";")
        kind = kind.strip()
        # Other kinds of JSON are no texts to it, not even those that end in +json.
        if kind in ("", "application/octet-stream") or kind.endswith("+json"):
            return self.body
        if kind not in ("application/json", "text/plain"):
            raise UnreadableError(f"whether {kind} is a text")
        if parameters.strip() not in ("", "charset=utf-8"):
            raise UnreadableError(f"a content in {parameters}")
        return self.body.decode(errors="replace")


def send(request: Request, port: int, any_status: bool = False) -> Response:
    """Send a request to the server of the test."""
    raw = request.written()
    if request.uri.scheme != "http":
        raise UnreadableError("a connection of https")
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(raw)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
    except OSError as error:
        raise ThrownError(str(error), "net.http.httprequestexception") from error
    response = Response(answer)
    if any_status:
        # Whether or not errors are checked: nothing is followed.
        if response.status in REDIRECTIONS:
            raise ThrownError("The maximum redirection count has been exceeded.")
        return response
    if not 200 <= response.status < 300:
        said = f"Response status code does not indicate success: {response.status}"
        raise ThrownError(said)
    return response


def read_json(text: str) -> Any:
    """Make objects of JSON."""

    def dated(value: Any) -> Any:
        if isinstance(value, list):
            return [dated(it) for it in value]
        if isinstance(value, Record):
            for it in value.properties.values():
                it.value = dated(it.value)
        if isinstance(value, str) and (match := DATE.fullmatch(value)):
            if match["zone"] not in (None, "Z"):
                raise UnreadableError("a time of another zone, which becomes local")
            return datetime.fromisoformat(value)
        return value

    return dated(json.loads(text, object_pairs_hook=Record))


def read_tables(text: str) -> Any:
    """Make hashtables of JSON, as ConvertFrom-Json -AsHashtable does."""

    def table(rows: list[tuple[str, Any]]) -> Table:
        made = Table(case=True)
        for name, value in rows:
            if name in made.rows:
                raise UnreadableError(f"JSON that says {name} twice")
            made.set(name, dated(value))
        return made

    def dated(value: Any) -> Any:
        if isinstance(value, list):
            return [dated(it) for it in value]
        if isinstance(value, str) and (DATE.fullmatch(value) or "/Date(" in value):
            raise UnreadableError("a time in a hashtable of JSON")
        return value

    if not text.strip():
        return None
    try:
        return dated(json.loads(text, object_pairs_hook=table))
    except json.JSONDecodeError as error:
        # The reader of .NET takes more for JSON than there is: comments, say.
        if (
            text[0] not in "<"
            and "Unterminated" not in error.msg
            and error.pos < len(text)
        ):
            raise UnreadableError("what .NET makes of JSON that is none") from error
        said = "Conversion from JSON failed with error"
        raise ThrownError(said, "argumentexception") from error


def rest_method(given: dict[str, Any], port: int) -> list[Any]:
    """Run Invoke-RestMethod."""
    if "skiphttperrorcheck" in given:
        raise UnreadableError("Invoke-RestMethod of errors")
    response = send(Request(given), port)
    path = given.get("outfile")
    if not is_nothing(path):
        Path(to_text(path)).write_bytes(response.body)
        return []
    text = response.body.decode()
    if not text.strip():
        return [text]
    try:
        # Not taken apart: an array is one output.
        return [read_json(text)]
    except ValueError:
        return [text]


def web_request(given: dict[str, Any], port: int) -> Response:
    """Run Invoke-WebRequest."""
    if is_true(given.get("outfile")):
        raise UnreadableError("-OutFile of Invoke-WebRequest")
    any_status = is_true(given.get("skiphttperrorcheck"))
    if any_status and given.get("maximumredirection") != 0:
        raise UnreadableError("redirections that are followed")
    return send(Request(given), port, any_status)
