"""Values of PowerShell: what they are, and what they become.

An array is a list, `byte[]` is bytes, and a number, a text, a switch and `$null` are
what they are in Python.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from literals import UnreadableError

# Which exception of .NET is a kind of which.
BASES = {
    "io.filenotfoundexception": "io.ioexception",
    "io.directorynotfoundexception": "io.ioexception",
    "io.ioexception": "systemexception",
    "unauthorizedaccessexception": "systemexception",
    "net.http.httprequestexception": "exception",
    "argumentexception": "systemexception",
    "management.automation.runtimeexception": "systemexception",
    "systemexception": "exception",
}


class ThrownError(Exception):
    """What ends a script: `throw`, or an error of a command."""

    def __init__(self, said: str, kind: str | None = None) -> None:
        """Take the message, and the exception of .NET if it is known which it is."""
        super().__init__(said)
        self.kind = kind

    def is_of(self, kind: str) -> bool:
        """Tell whether a `catch` of a type is meant."""
        found = self.kind
        if found is None or kind not in BASES:
            raise UnreadableError(f"whether {self} is a {kind}")
        while found and found != kind:
            found = BASES.get(found)
        return found == kind


class Nothing:
    """What a command without an output leaves: `$null` that no pipeline sees."""


NOTHING = Nothing()


class Table:
    """A hashtable. Only the keys of one of JSON know upper and lower case."""

    def __init__(self, case: bool = False) -> None:
        """Begin without keys."""
        self.rows: dict[str, tuple[str, Any]] = {}
        self.case = case
        # One of JSON keeps the order of its keys, and so does `[ordered]`.
        self.ordered = case

    def place(self, key: str) -> str:
        """Tell under what a key is kept."""
        return key if self.case else key.lower()

    def add(self, key: str, value: Any) -> None:
        """Add a row of a literal."""
        if self.place(key) in self.rows:
            raise ThrownError(
                f"duplicate keys {key!r} are not allowed in hash literals"
            )
        self.rows[self.place(key)] = (key, value)

    def set(self, key: str, value: Any) -> None:
        """Add a row, or replace one."""
        known = self.rows.get(self.place(key))
        self.rows[self.place(key)] = (known[0] if known else key, value)

    def get(self, key: str) -> Any:
        """Tell the value of a row; `$null` without one, in the strict mode as well."""
        row = self.rows.get(self.place(key))
        return row[1] if row else None

    def in_order(self) -> Iterator[tuple[str, Any]]:
        """Tell the rows where their order is seen."""
        if len(self.rows) > 1 and not self.ordered:
            raise UnreadableError("in which order a hashtable has its rows")
        return self.items()

    def items(self) -> Iterator[tuple[str, Any]]:
        """Tell the rows."""
        return iter(self.rows.values())


@dataclass
class Property:
    """A property of an object of JSON."""

    name: str
    value: Any


class Record:
    """A `[pscustomobject]`. Names of its properties do not know case either."""

    def __init__(self, rows: list[tuple[str, Any]]) -> None:
        """Take the members of an object of JSON."""
        self.properties: dict[str, Property] = {}
        for name, value in rows:
            if not name or name.lower() in self.properties:
                raise ThrownError(f"an object of JSON cannot have the name {name!r}")
            self.properties[name.lower()] = Property(name, value)


@dataclass
class Block:
    """A script block."""

    node: Any


@dataclass
class Type:
    """The name of a type of .NET, in lower case and without `System.`."""

    name: str


def is_nothing(value: Any) -> bool:
    """Tell whether a value equals `$null`."""
    return value is None or value is NOTHING


def number_text(value: float) -> str:
    """Write a number with a fraction as .NET does."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    if 1e-4 <= abs(value) < 1e15:
        return repr(value)
    raise UnreadableError(f"how .NET writes {value}")


def to_text(value: Any) -> str:
    """Make a text of a value as a cast does."""
    if is_nothing(value):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, list | bytes):
        return " ".join(to_text(it) for it in value)
    if isinstance(value, datetime):
        return value.strftime("%m/%d/%Y %H:%M:%S")
    if hasattr(value, "to_text"):
        return str(value.to_text())
    raise UnreadableError(f"a text made of {type(value).__name__}")


def to_number(value: Any) -> int:
    """Make a whole number of a value as a cast does."""
    if is_nothing(value):
        return 0
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str) and value.isascii() and value.lstrip("-").isdigit():
        return int(value)
    if isinstance(value, str) and not value.strip():
        return 0
    if isinstance(value, str) and not value.isascii():
        raise UnreadableError(f"the number {value}")
    raise ThrownError(f"cannot convert {value!r} to a number")


def to_bytes(value: Any) -> bytes:
    """Make `byte[]` of a value as a cast does."""
    if isinstance(value, bytes):
        return value
    if is_nothing(value):
        raise UnreadableError("bytes made of $null")
    rows = value if isinstance(value, list) else [value]
    numbers = [to_number(it) for it in rows]
    if any(not 0 <= it < 256 for it in numbers):
        raise ThrownError("a number is too large for a byte")
    return bytes(numbers)


def is_true(value: Any) -> bool:
    """Tell what a condition takes a value for."""
    if isinstance(value, list | bytes):
        return is_true(value[0]) if len(value) == 1 else len(value) > 1
    if isinstance(value, Nothing):
        return False
    if isinstance(value, str | int | float | None):
        return bool(value)
    return True


def alphanumeric(text: str) -> str:
    """Leave out all but letters and digits."""
    return "".join(it for it in text if it.isalnum())


def texts_equal(one: str, other: str, case: bool) -> bool:
    """Compare two texts. What a culture may pass over is not compared here."""
    if not case:
        one, other = one.lower(), other.lower()
    if one == other:
        return True
    if not one or not other:
        other = one or other
        odd = [it for it in other if unicodedata.category(it) in ("Cc", "Cf", "Cn")]
        if len(odd) == len(other):
            raise UnreadableError(f"whether {other!r} equals nothing")
        return False
    # Whatever is passed over, letters and digits are not.
    if one.isascii() and other.isascii() and alphanumeric(one) != alphanumeric(other):
        return False
    one, other = (unicodedata.normalize("NFC", it) for it in (one, other))
    for it in one + other:
        if (
            unicodedata.category(it) in ("Cc", "Cf", "Mn", "Co", "Cn")
            and it not in "\n\r\t"
        ):
            raise UnreadableError(f"a comparison of a text with {it!r}")
    return one == other


def equals(one: Any, other: Any, case: bool) -> bool:
    """Compare two values as `-eq` and `-ceq` do: the first one says how."""
    if is_nothing(one) or is_nothing(other):
        return is_nothing(one) and is_nothing(other)
    if isinstance(one, list | bytes):
        raise UnreadableError("a comparison that filters a list")
    if isinstance(one, str):
        if one == "" and isinstance(other, Record | Table):
            return False
        return texts_equal(one, to_text(other), case)
    if isinstance(one, bool) and isinstance(other, bool):
        return one is other
    numbers = (int, float)
    if isinstance(one, numbers) and isinstance(other, numbers):
        return one == other
    raise UnreadableError(f"a comparison of {type(one).__name__}")


def each(value: Any) -> list[Any]:
    """Tell what a pipeline sees of a value: an array is taken apart, once."""
    if value is NOTHING:
        return []
    if isinstance(value, list | bytes):
        return list(value)
    return [value]


def gathered(outputs: list[Any]) -> Any:
    """Tell what an assignment takes of the outputs of a command."""
    if not outputs:
        return NOTHING
    return outputs[0] if len(outputs) == 1 else outputs
