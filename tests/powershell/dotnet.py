"""The types of .NET that the scripts use."""

import base64
import os
import random
import re
import unicodedata
import urllib.parse
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from files import (
    FileOptions,
    FileStream,
    Mode,
    application_data,
    delete_file,
    failing,
    make_folder,
    move_file,
    read_text,
)
from literals import UnreadableError
from uri import Uri
from values import (
    NOTHING,
    Property,
    Record,
    Table,
    ThrownError,
    Type,
    is_nothing,
    to_bytes,
    to_number,
    to_text,
)
from web import Credential, FormContent, Part, Response


@dataclass
class Guid:
    """A `[guid]`."""

    text: str

    def to_text(self) -> str:
        """Write it with hyphens."""
        return self.text


@dataclass
class Encoded:
    """A JsonEncodedText."""

    text: str

    def to_text(self) -> str:
        """Write it as it is."""
        return self.text


@dataclass
class Moment:
    """A time in UTC: `[datetime]` or `[DateTimeOffset]`."""

    time: datetime


class Stream:
    """A MemoryStream."""

    def __init__(self, content: bytes = b"") -> None:
        """Begin with these bytes."""
        self.bytes = bytearray(content)


class Options:
    """UriCreationOptions."""

    exact = False


class Secret:
    """A NetworkCredential, and the SecureString that it makes."""


@dataclass
class PartHeaders:
    """The headers of a part of a form."""

    part: Part


class Named:
    """Something that is told by its name alone."""

    def __init__(self, name: str) -> None:
        """Take the name."""
        self.name = name


class Matches:
    """`$Matches`: what a pattern has found."""

    def __init__(self, match: re.Match[str]) -> None:
        """Take what was found."""
        self.match = match


class Bound:
    """`$PSBoundParameters`: what the caller gave."""

    def __init__(self) -> None:
        """Begin without parameters."""
        self.names: list[str] = []


class Cmdlet:
    """`$PSCmdlet`."""


class Members:
    """The hidden member `PSObject` of an object, and its `Properties`."""

    def __init__(self, record: Record) -> None:
        """Take the object."""
        self.record = record


FORMATS = {
    "yyyy": "%Y",
    "MMM": "%b",
    "MM": "%m",
    "ddd": "%a",
    "dd": "%d",
    "HH": "%H",
    "mm": "%M",
    "ss": "%S",
}


def format_time(time: datetime, shape: str) -> str:
    """Write a time in a custom format of .NET, in the invariant culture."""
    out = []
    for match in re.finditer(r"'([^']*)'|\.F+|([A-Za-z])\2*|[^A-Za-z]", shape):
        if match[1] is not None:
            out.append(match[1])
        elif match[0] == ".FFFFFFF":
            # Zeros at the end are left out, and the point if nothing else is there.
            out.append(f".{time.microsecond:06}".rstrip("0").rstrip("."))
        elif match[0] == "K" and time.utcoffset() in (None, timedelta()):
            out.append("" if time.tzinfo is None else "Z")
        elif match[0] in FORMATS:
            out.append(time.strftime(FORMATS[match[0]]))
        elif match[0] in ("T", "Z") or match[0] in " :-.0":
            out.append(match[0])
        else:
            raise UnreadableError(f"the format {shape}")
    return "".join(out)


SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t"}
SHORT |= {"\n": "\\n", "\f": "\\f", "\r": "\\r"}


def json_inside(text: str) -> str:
    """Write the inside of a string of JSON, as UnsafeRelaxedJsonEscaping does."""
    out = []
    for it in text:
        kind = unicodedata.category(it)
        if it in SHORT:
            out.append(SHORT[it])
        elif ord(it) > 0xFFFF:
            units = it.encode("utf-16-be").hex().upper()
            out.append(f"\\u{units[:4]}\\u{units[4:]}")
        elif kind in ("Cc", "Cn", "Co", "Cs", "Zl", "Zp") or (
            kind == "Zs" and it != " "
        ):
            out.append(f"\\u{ord(it):04X}")
        else:
            out.append(it)
    return "".join(out)


def pattern(text: str, case: bool) -> re.Pattern[str]:
    """Read a pattern of .NET, of what means the same to Python."""
    out, at, inside = [], 0, False
    while at < len(text):
        character = text[at]
        following = text[at + 1 : at + 2]
        if character == "\\":
            if not following or following not in "\\.]W":
                raise UnreadableError(f"the pattern {text}")
            out.append(character + following)
            at += 2
            continue
        if inside:
            if character == "-" and following == "[":
                raise UnreadableError(f"the pattern {text}")
            inside = character != "]"
            out.append("\\" + character if character in "[&~|" else character)
        elif character == "[":
            inside = True
            out.append(character)
            if following == "^":
                out.append(following)
                at += 1
        elif character == "(":
            if text[at : at + 3] != "(?!":
                raise UnreadableError(f"the pattern {text}")
            out.append("(?!")
            at += 2
        elif character.isalnum() or character in "%:/_ )^$|+*{},=-":
            out.append(character)
        else:
            raise UnreadableError(f"the pattern {text}")
        at += 1
    return re.compile("".join(out), 0 if case else re.IGNORECASE)


def new(name: str, arguments: list[Any]) -> Any:
    """Make an object."""
    match name, arguments:
        case "io.memorystream", []:
            return Stream()
        case "io.filestreamoptions", []:
            return FileOptions()
        case "io.filestream", [str(path), FileOptions() as options]:
            return FileStream.staged(path, options)
        case "io.filestream", [str(path), str(mode), str(access), str(share)]:
            return FileStream.locked(path, mode, access, share)
        case "uricreationoptions", []:
            return Options()
        case "uri", [str(text), Options() as options]:
            return Uri(text, options.exact)
        case "uri", [Uri() as base, str(text)]:
            return Uri.relative(base, text)
        case "pscredential", [str(user), Secret()]:
            if not user:
                raise ThrownError("the name of a credential is empty")
            return Credential()
        case "net.networkcredential", [str(), str()]:
            return Secret()
        case "net.http.bytearraycontent", [bytes(content)]:
            return Part(content)
        case "net.http.multipartformdatacontent", []:
            return FormContent()
    raise UnreadableError(f"[{name}]::new with {len(arguments)} arguments")


def static(name: str, method: str, arguments: list[Any]) -> Any:
    """Call a static method."""
    match name, method, arguments:
        case _, "new", _:
            return new(name, arguments)
        case "guid", "newguid", []:
            return Guid(str(uuid.uuid4()))
        case "uri", "escapedatastring", [text]:
            return urllib.parse.quote(to_text(text), safe="")
        case "convert", "tobase64string", [bytes(content)]:
            return base64.b64encode(content).decode()
        case "io.file", "readallbytes", [str(path)]:
            return Path(path).read_bytes()
        case "io.file", "readalltext", [str(path)]:
            return read_text(path)
        case "io.file", "exists", [str(path)]:
            return os.path.isfile(path)
        case "io.file", "getunixfilemode", [str(path)]:
            return Mode.of_file(path)
        case "io.file", "delete", [str(path)]:
            delete_file(path)
            return NOTHING
        case "io.file", "move", [str(path), str(target), True]:
            move_file(path, target)
            return NOTHING
        case "io.directory", "createdirectory", [str(path)]:
            make_folder(path)
            return Named("a folder")
        case "environment", "getfolderpath", ["ApplicationData", "DoNotVerify"]:
            return application_data()
        case "text.json.jsonencodedtext", "encode", [text, Named()]:
            return Encoded(json_inside(to_text(text)))
    raise UnreadableError(f"[{name}]::{method} with {len(arguments)} arguments")


def static_property(name: str, member: str) -> Any:
    """Read a static property."""
    match name, member:
        case "text.encoding", "utf8":
            return Named("utf8")
        case "text.encodings.web.javascriptencoder", "unsaferelaxedjsonescaping":
            return Named("relaxed")
        case "cultureinfo", "invariantculture":
            return Named("invariant")
        case (("datetime" | "datetimeoffset"), "utcnow"):
            return Moment(datetime.now(UTC))
    raise UnreadableError(f"[{name}]::{member}")


def call(target: Any, method: str, arguments: list[Any]) -> Any:
    """Call a method."""
    match target, method, arguments:
        case str(text), "split", [str(mark)] if len(mark) == 1:
            return text.split(mark)
        case str(text), "split", [str(mark), int(count)] if (
            len(mark) == 1 and count > 0
        ):
            return text.split(mark, count - 1)
        case str(text), "replace", [str(old), str(new_text)]:
            if not old:
                raise ThrownError("String cannot be of zero length.")
            return text.replace(old, new_text)
        case Guid(text), "tostring", []:
            return text
        case Named(name="utf8"), "getbytes", [text] if isinstance(text, str | None):
            if text is None:
                raise UnreadableError("GetBytes of $null")
            return text.encode()
        case Named(name="utf8"), "getstring", [bytes(content)]:
            # What is none is replaced, as often as the standard of Unicode advises.
            return content.decode(errors="replace")
        case Named(name="paths"), "getunresolvedproviderpathfrompspath", [str(path)]:
            return unresolved(path)
        case FileStream(), "write", [bytes(content), int(offset), int(count)]:
            target.write(content[offset : offset + count])
            return NOTHING
        case FileStream(), "flush", [True]:
            with failing():
                target.flush()
                os.fsync(target.handle)
            return NOTHING
        case FileStream(), "dispose", []:
            target.dispose()
            return NOTHING
        case Stream(), "write", [bytes(content), int(offset), int(count)]:
            target.bytes += content[offset : offset + count]
            return NOTHING
        case Stream(), "toarray", []:
            return bytes(target.bytes)
        case Moment(time), "addseconds", [int(count)]:
            return Moment(time + timedelta(seconds=count))
        case Moment(time), "tounixtimeseconds", []:
            return int(time.timestamp())
        case Moment(time), "tostring", [str(shape), Named(name="invariant")]:
            return format_time(time, shape)
        case datetime(), "tostring", [str(shape), Named(name="invariant")]:
            return format_time(target, shape)
        case Uri(), "getleftpart", [str(part)]:
            return target.left_part(part)
        case Bound(), "containskey", [str(name)]:
            return name.lower() in (it.lower() for it in target.names)
        case Cmdlet(), "shouldprocess", [str(), str()]:
            return True
        case PartHeaders(part), "tryaddwithoutvalidation", [str(), str()]:
            return part.add_header(*arguments)
        case FormContent(), "add", [Part() as part, str(name)]:
            target.add(part, name, None)
            return NOTHING
        case FormContent(), "add", [Part() as part, str(name), str(file)]:
            target.add(part, name, file)
            return NOTHING
    raise UnreadableError(f"the method {method} of {type(target).__name__}")


def unresolved(path: str) -> str:
    """Tell the whole path of what may not be there, from the current folder."""
    return os.path.normpath(os.path.join(os.getcwd(), checked(path)))


def checked(path: str) -> str:
    """Refuse a path that a provider of PowerShell takes for something else."""
    if not path:
        raise ThrownError("Cannot bind argument to parameter 'Path': it is empty")
    if ":" in path:
        raise ThrownError(f"Cannot find drive. The path is {path}")
    if path.startswith("~"):
        raise UnreadableError(f"the path {path}")
    # A backslash separates folders here as well.
    return path.replace("\\", "/")


def units(text: str) -> int:
    """Count as .NET does, in UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def member(target: Any, name: str) -> Any:
    """Read a property."""
    match target, name:
        case ((list() | bytes()), ("count" | "length")):
            return len(target)
        case str(), "length":
            return units(target)
        case re.Match(), "value":
            return target[0]
        case Uri(), "absoluteuri":
            return target.absolute()
        case Record(), "psobject":
            return Members(target)
        case Members(), "properties":
            return target
        case Property(), "value":
            return target.value
        case Property(), "name":
            return target.name
        case Bound(), "keys":
            return list(target.names)
        case Part(), "headers":
            return PartHeaders(target)
        case Secret(), "securepassword":
            return target
        case Named(name="execution context"), "sessionstate":
            return Named("session")
        case Named(name="session"), "path":
            return Named("paths")
        case Response(), "statuscode":
            return target.status
        case Response(), "content":
            return target.content()
        case Response(), "rawcontentstream":
            return Stream(target.body)
        case Response(), "headers":
            return Named("headers of the answer")
        case Table(case=False), _:
            row = target.rows.get(name)
            if row is None:
                raise UnreadableError(f"the property {name} of a table")
            return row[1]
    raise UnreadableError(f"the property {name} of {type(target).__name__}")


def set_member(target: Any, name: str, value: Any) -> None:
    """Set a property."""
    match target, name.lower(), value:
        case Options(), "dangerousdisablepathandquerycanonicalization", bool(exact):
            target.exact = exact
        case FileOptions(), _, str(text):
            target.set(name.lower(), text)
        case Table(), _, _:
            target.set(name, value)
        case _:
            raise UnreadableError(f"setting {name} of {type(target).__name__}")


def set_element(target: Any, key: Any, value: Any) -> None:
    """Set an element."""
    if not isinstance(target, Table) or not isinstance(key, str):
        raise UnreadableError(f"setting an element of {type(target).__name__}")
    target.set(key, None if value is NOTHING else value)


def index(target: Any, key: Any, strict: bool) -> Any:
    """Read an element."""
    if isinstance(target, Members) and isinstance(key, str):
        return target.record.properties.get(key.lower())
    if isinstance(target, Table) and isinstance(key, str):
        return target.get(key)
    if isinstance(target, Matches) and key == 0:
        return target.match[0]
    if is_nothing(target):
        raise ThrownError("Cannot index into a null array.")
    if isinstance(target, str) and not target.isascii():
        raise UnreadableError("a character of a text that is not ASCII")
    if isinstance(target, str | list | bytes) and isinstance(key, int):
        if -len(target) <= key < len(target):
            return target[key]
        if strict:
            raise ThrownError("Index was outside the bounds of the array.")
        return None
    raise UnreadableError(f"an element of {type(target).__name__}")


def converted(value: Any, kind: str) -> Any:
    """Cast a value, or give it to a variable of a type."""
    if kind.endswith("[]") and kind != "byte[]":
        rows = value if isinstance(value, list) else [value]
        return [converted(it, kind[:-2]) for it in rows]
    casts: dict[str, Callable[[Any], Any]] = {
        "string": to_text,
        "int": to_number,
        "long": to_number,
        "byte[]": to_bytes,
        "void": lambda _: NOTHING,
        # A reference: what is called only reads it.
        "ref": lambda it: it,
        "object": lambda it: it,
    }
    if kind == "uri":
        return value if isinstance(value, Uri) else Uri(to_text(value))
    if kind == "switch":
        if not isinstance(value, bool):
            raise UnreadableError("a value of a switch")
        return value
    if isinstance(value, Mode) and kind == "int":
        return value.bits
    if kind not in casts:
        raise UnreadableError(f"the type {kind}")
    found = casts[kind](value)
    most = {"int": 2**31, "long": 2**63}.get(kind)
    if most and not -most <= found < most:
        raise ThrownError(f"{found} is too large for {kind}")
    return found


def is_of(value: Any, kind: Type) -> bool:
    """Do what `-is` does."""
    if is_nothing(value):
        return False
    kinds: dict[str, tuple[type, ...]] = {
        "string": (str,),
        "array": (list, bytes),
        "datetime": (datetime,),
        "collections.idictionary": (Table,),
        "management.automation.pscustomobject": (Record,),
    }
    if kind.name not in kinds:
        raise UnreadableError(f"the type {kind.name}")
    return isinstance(value, kinds[kind.name])


def random_number(given: dict[str, Any]) -> Any:
    """Run Get-Random."""
    if list(given) == ["inputobject"]:
        rows = given["inputobject"]
        return random.choice(rows if isinstance(rows, list) else [rows])
    if not set(given) <= {"minimum", "maximum"} or "maximum" not in given:
        raise UnreadableError("the parameters of Get-Random")
    least, most = to_number(given.get("minimum", 0)), to_number(given["maximum"])
    if least >= most:
        raise ThrownError("The Minimum value is not less than the Maximum value.")
    return random.randrange(least, most)
