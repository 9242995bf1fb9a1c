"""What System.Uri of .NET makes of an address."""

import ipaddress
import re
from typing import Self

from literals import UnreadableError
from values import ThrownError

UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
STAYS = UNRESERVED + "/?#[]'!$&()*+,;:@="
BLANKS = " \t\r\n\v\f"
PORTS = {"http": "80", "https": "443"}
ABSOLUTE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#\\]*)(.*)", re.DOTALL)
HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*)")
ESCAPE = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def escaped(character: str) -> str:
    """Percent-encode a character."""
    return "".join(f"%{byte:02X}" for byte in character.encode())


def of_escapes(match: re.Match[str]) -> str:
    """Change escapes that stand side by side into their canonical form."""
    text = match[0]
    found = bytes.fromhex(text.replace("%", ""))
    if max(found) >= 0x80:
        try:
            found.decode()
        except UnicodeDecodeError as error:
            if text != text.upper():
                raise UnreadableError(f"what .NET makes of {text}") from error
    out = []
    for at, byte in enumerate(found):
        if chr(byte) in UNRESERVED:
            out.append(chr(byte))
        elif byte >= 0x80:
            out.append(f"%{byte:02X}")
        else:
            out.append(text[3 * at : 3 * at + 3])
    return "".join(out)


def canonical(text: str) -> str:
    """Decode what need not be encoded, and encode what has to be."""
    if re.search("[\u200e\u200f\u202a-\u202e]", text):
        raise UnreadableError("marks of direction in an address")
    out, at = [], 0
    while at < len(text):
        if match := ESCAPE.match(text, at):
            out.append(of_escapes(match))
            at = match.end()
            continue
        out.append(text[at] if text[at] in STAYS else escaped(text[at]))
        at += 1
    return "".join(out)


def without_dots(path: str) -> str:
    """Resolve segments that are dots (RFC 3986, section 5.2.4)."""
    out: list[str] = []
    segments = path.split("/")
    for at, segment in enumerate(segments):
        last = at == len(segments) - 1
        if segment == "..":
            if len(out) > 1:
                out.pop()
            if last:
                out.append("")
        elif segment == ".":
            if last:
                out.append("")
        else:
            out.append(segment)
    return "/".join(out)


class Uri:
    """An absolute address of http."""

    def __init__(self, text: str, exact: bool = False) -> None:
        """Read an address, and leave its path and query as they are if asked to."""
        match = ABSOLUTE.fullmatch(text.strip(BLANKS))
        if not match:
            raise ThrownError(f"Invalid URI: {text!r}")
        self.scheme = match[1].lower()
        if self.scheme not in PORTS:
            # .NET reads it, and then refuses to send anything there.
            raise ThrownError(f"The '{self.scheme}' scheme is not supported.")
        self.exact = exact
        user, at, host = match[2].rpartition("@")
        self.user = canonical(user) + at
        self.authority = self.of_host(host)
        rest = match[3]
        if exact:
            self.fragment = ""
            self.target = rest if rest.startswith(("/", "\\")) else f"/{rest}"
        else:
            rest, mark, fragment = rest.partition("#")
            self.fragment = mark + canonical(fragment)
            path, mark, query = rest.partition("?")
            path = without_dots(canonical(path.replace("\\", "/"))) or "/"
            self.target = path + mark + canonical(query)

    def of_host(self, text: str) -> str:
        """Tell host and port, the port only if it is not the usual one."""
        if match := re.fullmatch(r"\[([0-9A-Fa-f:.]+)\](?::(\d*))?", text):
            try:
                address = ipaddress.IPv6Address(match[1])
            except ValueError as error:
                raise ThrownError(f"Invalid URI: {text!r}") from error
            return self.with_port(f"[{address.compressed}]", match[2] or "")
        host, _, port = text.partition(":")
        if not host.isascii():
            host = host.encode("idna").decode()
        if not HOST.fullmatch(host):
            raise ThrownError(
                f"Invalid URI: The hostname could not be parsed: {text!r}"
            )
        if re.fullmatch(r"[0-9.]+|0[xX].*", host):
            numbers = host.split(".")
            if len(numbers) != 4 or any(str(int(it)) != it for it in numbers):
                raise UnreadableError(f"the host {host}")
        return self.with_port(host.lower(), port)

    def with_port(self, host: str, port: str) -> str:
        """Add a port to a host if it is not the usual one."""
        if port and not (port.isascii() and port.isdigit() and int(port) < 65536):
            raise ThrownError(f"Invalid URI: Invalid port specified: {port!r}")
        port = str(int(port)) if port else ""
        return f"{host}:{port}" if port not in ("", PORTS[self.scheme]) else host

    def absolute(self) -> str:
        """Tell the whole address: `AbsoluteUri`."""
        return (
            f"{self.scheme}://{self.user}{self.authority}{self.target}{self.fragment}"
        )

    def left_part(self, part: str) -> str:
        """Tell a part of the address: `GetLeftPart`."""
        if part.lower() != "authority":
            raise UnreadableError(f"GetLeftPart of {part}")
        return f"{self.scheme}://{self.user}{self.authority}"

    @classmethod
    def relative(cls, base: Self, text: str) -> Self:
        """Resolve a reference (RFC 3986, section 5.2)."""
        text = text.strip(BLANKS)
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
            return cls(text)
        if text.startswith(("//", "\\\\", "/\\", "\\/")):
            return cls(f"{base.scheme}://{text[2:]}")
        path, _, _ = base.target.partition("?")
        if text.startswith(("/", "\\")):
            whole = text
        elif not text or text.startswith("#"):
            whole = base.target + text
        elif text.startswith("?"):
            whole = path + text
        else:
            whole = path[: path.rindex("/") + 1] + text
        return cls(f"{base.scheme}://{base.user}{base.authority}{whole}")
