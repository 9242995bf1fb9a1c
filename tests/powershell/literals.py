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

# What stands for characters of literals that the grammar takes for more than that: it
# begins a comment in a string, and ends one block as another one.
HIDDEN = str.maketrans("#\"'@$`", "\x1a\x1c\x1d\x1e\x1f\x19")
# What stands for the end of a line in a block.
LINE = "\x18"
SHOWN = {new: old for old, new in HIDDEN.items()} | {ord(LINE): ord("\n")}

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


class Masking:
    """Hides such characters of a script; all places stay as they are."""

    def __init__(self, text: str) -> None:
        """Begin at the beginning of a script."""
        if any(ord(it) in SHOWN for it in text):
            raise UnreadableError("a script with a control character")
        self.text = text
        self.out: list[str] = []
        self.at = 0

    def take(self, end: int, hide: bool = False) -> None:
        """Go on to a place."""
        piece = self.text[self.at : end]
        self.out.append(piece.translate(HIDDEN) if hide else piece)
        self.at = end

    def behind(self, mark: str) -> int:
        """Tell where the next one of these ends."""
        found = self.text.find(mark, self.at)
        return len(self.text) if found < 0 else found + len(mark)

    def code(self, nested: bool = False) -> str:
        """Read statements, up to the parenthesis that ends them if they are nested."""
        depth = 0
        while self.at < len(self.text):
            character = self.text[self.at]
            following = self.text[self.at + 1 : self.at + 2]
            if character + following == "<#":
                self.comment("<#", "#>")
            elif character == "#" and self.begins_word():
                self.comment("#", "\n")
            elif character == "@" and following and following in SINGLE + DOUBLE:
                self.block(following in DOUBLE)
            elif character == "`":
                self.take(self.at + 2)
            elif character in SINGLE + DOUBLE:
                self.line(character in DOUBLE)
            else:
                depth += {"(": 1, ")": -1}.get(character, 0)
                self.take(self.at + 1)
                if nested and depth == 0:
                    break
        return "".join(self.out)

    def comment(self, begin: str, end: str) -> None:
        """Read a comment, in which the grammar may find the end of an earlier block."""
        self.take(self.at + len(begin))
        close = self.text.find(end, self.at)
        self.take(len(self.text) if close < 0 else close, hide=True)
        self.take(min(self.at + len(end), len(self.text)))

    def begins_word(self) -> bool:
        """Tell whether a `#` here begins a comment: inside of a word it does not."""
        return self.at == 0 or self.text[self.at - 1] in " \t\r\n;(){}|&,="

    def line(self, expands: bool) -> None:
        """Read a literal in quotes."""
        quotes = DOUBLE if expands else SINGLE
        self.take(self.at + 1)
        while self.at < len(self.text):
            if self.text[self.at] in quotes:
                doubled = self.text[self.at + 1 : self.at + 2] or " "
                if doubled not in quotes:
                    self.take(self.at + 1)
                    return
                self.take(self.at + 2, hide=True)
            else:
                self.inside(expands)

    def block(self, expands: bool) -> None:
        """Read a here-string."""
        quotes = DOUBLE if expands else SINGLE
        self.take(self.behind("\n"))
        while self.at < len(self.text):
            line = self.text[self.at : self.at + 2]
            begins = self.text[self.at - 1] == "\n"
            if begins and len(line) == 2 and line[0] in quotes and line[1] == "@":
                self.take(self.at + 2)
                return
            ahead = self.text[self.at + 1 : self.at + 3]
            is_last = len(ahead) == 2 and ahead[0] in quotes and ahead[1] == "@"
            if self.text[self.at] == "\n" and not is_last:
                # The grammar takes lines without text for blanks behind the beginning.
                self.out.append(LINE)
                self.at += 1
            else:
                self.inside(expands)

    def inside(self, expands: bool) -> None:
        """Read a character of a literal, an escape or an expression."""
        piece = self.text[self.at : self.at + 2]
        if expands and piece == "$(":
            self.take(self.at + 1)
            self.code(nested=True)
        elif expands and piece.startswith("`"):
            self.take(self.at + 2, hide=True)
        else:
            self.take(self.at + 1, hide=not expands or piece[0] != "$")


def parsed(source: bytes) -> bytes:
    """Tell what the grammar is to read of a script."""
    return Masking(source.decode()).code().encode()
