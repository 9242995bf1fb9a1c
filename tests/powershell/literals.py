"""How PowerShell reads its literals: quotes, escapes, names of variables.

See about_Quoting_Rules and about_Special_Characters. The tree tells where a literal
is; what it says is read here, and where it ends is checked.
"""

from collections.abc import Callable, Iterator
from typing import Any

SINGLE = "'\u2018\u2019\u201a\u201b"
DOUBLE = '"\u201c\u201d\u201e'
BREAKS = "\r\n"
ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}

# A character, the name of a variable, or where an expression in `$(…)` begins.
Piece = tuple[str, Any]


class UnreadableError(Exception):
    """What this interpreter does not know."""

    def __init__(self, what: str) -> None:
        """Say what cannot be read."""
        super().__init__(f"cannot read {what}")


def single(text: str) -> str:
    """Read a literal in single quotes."""
    out: list[str] = []
    at = 1
    while at < len(text):
        if text[at] in SINGLE:
            if at + 1 == len(text):
                return "".join(out)
            if text[at + 1] not in SINGLE:
                break
            # Of two quotes the first one stays.
            out.append(text[at])
            at += 2
            continue
        out.append(text[at])
        at += 1
    raise UnreadableError(f"the literal {text}: it ends before its end")


def here(text: str, quotes: str) -> str:
    """Take what is between the lines of the quotes of a here-string."""
    lines = text.split("\n")
    first, last = lines[0], lines[-1]
    if len(lines) < 2 or len(first) != 2 or first[0] != "@" or first[1] not in quotes:
        raise UnreadableError(f"the here-string {text}")
    if len(last) != 2 or last[0] not in quotes or last[1] != "@":
        raise UnreadableError(f"the end of the here-string {text}")
    # A line that begins with a quote and @ is the end of it.
    for line in lines[1:-1]:
        if len(line) > 1 and line[0] in quotes and line[1] == "@":
            raise UnreadableError(f"the here-string {text}: it ends before its end")
    return "\n".join(lines[1:-1])


def is_name(character: str) -> bool:
    """Tell whether a name of a variable without braces may have this character."""
    return character.isalnum() or character in "_?"


def variable(text: str, at: int) -> tuple[str, int]:
    """Read the name behind the `$` at this place, and where it ends."""
    at += 1
    if text[at] == "{":
        end = text.index("}", at)
        name = text[at + 1 : end]
        if "`" in name or not name:
            raise UnreadableError(f"the name {name}")
        return name, end + 1
    begin = at
    while at < len(text):
        if text[at] == ":" and at + 1 < len(text):
            following = text[at + 1]
            if following == ":":
                break
            if not is_name(following) or ":" in text[begin:at]:
                raise UnreadableError(f"the colon behind ${text[begin:at]}")
        elif not is_name(text[at]):
            break
        at += 1
    return text[begin:at], at


def escape(text: str, at: int) -> tuple[str, int]:
    """Read the escape that begins with the backtick at this place."""
    if at + 1 >= len(text) or text[at + 1] in BREAKS:
        raise UnreadableError("a backtick at the end of a line")
    character = text[at + 1]
    if character == "u" and text[at + 2 : at + 3] == "{":
        end = text.index("}", at)
        digits = text[at + 3 : end]
        if not 1 <= len(digits) <= 6 or set(digits) - set("0123456789abcdefABCDEF"):
            raise UnreadableError(f"the escape of {digits}")
        return chr(int(digits, 16)), end + 1
    if character == "u":
        raise UnreadableError("an escape without a number")
    return ESCAPES.get(character, character), at + 2


def pieces(text: str, block: bool, end_of: Callable[[int], int]) -> Iterator[Piece]:
    """Read a string in double quotes; `end_of` says where a `$(…)` ends."""
    if block:
        here(text, DOUBLE)
        at, end = text.index("\n") + 1, text.rindex("\n")
    else:
        at, end = 1, len(text) - 1
        if end < 1 or text[0] not in DOUBLE or text[end] not in DOUBLE:
            raise UnreadableError(f"the string {text}")
    while at < end:
        character = text[at]
        following = text[at + 1] if at + 1 < end else ""
        if character == "`":
            escaped, at = escape(text, at)
            yield "text", escaped
        elif character == "$" and following == "(":
            yield "expression", at
            at = end_of(at)
        elif character == "$" and following and following in "$^?":
            raise UnreadableError(f"the variable ${following}")
        elif (
            character == "$" and following and (following in "{:" or is_name(following))
        ):
            name, at = variable(text, at)
            yield "variable", name
        elif character in DOUBLE and not block:
            if not following or following not in DOUBLE:
                raise UnreadableError(f"the string {text}: it ends before its end")
            yield "text", character
            at += 2
        else:
            yield "text", character
            at += 1
    if at != end:
        raise UnreadableError(f"the end of the string {text}")
