"""Files as .NET reads, writes and locks them on Unix."""

import errno
import fcntl
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from literals import UnreadableError
from values import ThrownError

# UnixFileMode.
BITS = {"userread": 0o400, "userwrite": 0o200, "userexecute": 0o100}
# Exceptions of errors of the system; all others are an IOException.
EXCEPTIONS = {
    errno.ENOENT: "io.filenotfoundexception",
    errno.EACCES: "unauthorizedaccessexception",
    errno.EPERM: "unauthorizedaccessexception",
    errno.EISDIR: "unauthorizedaccessexception",
}
MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")


@contextmanager
def failing() -> Iterator[None]:
    """Throw what .NET throws where the system says no."""
    try:
        yield
    except OSError as error:
        kind = EXCEPTIONS.get(error.errno or 0, "io.ioexception")
        raise ThrownError(str(error), kind) from error


@dataclass
class Mode:
    """A UnixFileMode."""

    bits: int

    @classmethod
    def of_file(cls, path: str) -> "Mode":
        """Read who may do what with a file, or with what a link leads to."""
        with failing():
            return cls(stat.S_IMODE(os.stat(path).st_mode))

    @classmethod
    def of_text(cls, text: str) -> "Mode":
        """Read names of bits."""
        names = [it.strip().lower() for it in text.split(",")]
        if not set(names) <= set(BITS):
            raise UnreadableError(f"the mode {text}")
        return cls(sum(BITS[it] for it in set(names)))


class FileOptions:
    """FileStreamOptions."""

    def __init__(self) -> None:
        """Begin as .NET does."""
        self.mode = "open"
        self.access = "read"
        self.created: Mode | None = None

    def set(self, name: str, text: str) -> None:
        """Set a property; a text becomes what the property is of."""
        if name == "mode" and text.lower() == "createnew":
            self.mode = text.lower()
        elif name == "access" and text.lower() == "write":
            self.access = text.lower()
        elif name == "unixcreatemode":
            self.created = Mode.of_text(text)
        else:
            raise UnreadableError(f"FileStreamOptions with {name} {text}")


class FileStream:
    """A FileStream. What is written waits until it is flushed."""

    def __init__(self, handle: int) -> None:
        """Take an open file."""
        self.handle = handle
        self.waiting = bytearray()

    @classmethod
    def opened(cls, path: str, flags: int, mode: int, lock: int) -> "FileStream":
        """Open a file and lock it. Whoever has a lock is not waited for."""
        with failing():
            handle = os.open(path, flags | os.O_CLOEXEC, mode)
            try:
                fcntl.flock(handle, lock | fcntl.LOCK_NB)
            except OSError as error:
                # A file system without locks is used without them.
                if error.errno == errno.EWOULDBLOCK:
                    os.close(handle)
                    raise
        return cls(handle)

    @classmethod
    def locked(cls, path: str, mode: str, access: str, share: str) -> "FileStream":
        """Open a file that nobody else may have open."""
        given = (mode.lower(), access.lower(), share.lower())
        if given != ("openorcreate", "readwrite", "none"):
            raise UnreadableError(f"a FileStream of {given}")
        return cls.opened(path, os.O_RDWR | os.O_CREAT, 0o666, fcntl.LOCK_EX)

    @classmethod
    def staged(cls, path: str, options: FileOptions) -> "FileStream":
        """Make a file that is not there yet."""
        if (options.mode, options.access) != ("createnew", "write"):
            raise UnreadableError(f"a FileStream to {options.access}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        mode = options.created.bits if options.created else 0o666
        # Others may read it, which is what FileStreamOptions say by themselves.
        return cls.opened(path, flags, mode, fcntl.LOCK_SH)

    def write(self, content: bytes) -> None:
        """Keep bytes that are to be written."""
        if self.handle < 0:
            raise ThrownError("Cannot access a closed file.")
        self.waiting += content

    def flush(self) -> None:
        """Write what waits."""
        while self.waiting:
            del self.waiting[: os.write(self.handle, self.waiting)]

    def dispose(self) -> None:
        """Write what waits, and close the file. Once closed, it stays so."""
        if self.handle < 0:
            return
        with failing():
            try:
                self.flush()
            finally:
                os.close(self.handle)
                self.handle = -1


def read_text(path: str) -> str:
    """Do what ReadAllText does."""
    with failing():
        content = Path(path).read_bytes()
    if content.startswith(MARKS):
        raise UnreadableError("a file that is not in UTF-8")
    return content.removeprefix(b"\xef\xbb\xbf").decode(errors="replace")


def delete_file(path: str) -> None:
    """Delete a file, if there is one."""
    if not os.path.isdir(os.path.dirname(path)):
        raise ThrownError("the folder is not there", "io.directorynotfoundexception")
    with failing(), suppress(FileNotFoundError):
        os.unlink(path)


def move_file(path: str, target: str) -> None:
    """Give a file the place of another one, at once."""
    with failing():
        os.rename(path, target)


def make_folder(path: str) -> None:
    """Make a folder, with those that it is in."""
    with failing():
        os.makedirs(path, exist_ok=True)


def application_data() -> str:
    """Tell where settings are kept."""
    if sys.platform != "linux":
        raise UnreadableError("where settings are kept here")
    folder = os.environ.get("XDG_CONFIG_HOME", "")
    if folder.startswith("/"):
        return folder
    if not os.environ.get("HOME"):
        raise UnreadableError("where the home of the user is")
    return os.path.join(os.environ["HOME"], ".config")
