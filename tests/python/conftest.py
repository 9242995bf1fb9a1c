"""A server on this machine that answers what a test says, and the clients that ask it.

The variable CLIENTS names the folder that the clients were generated into.
"""

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

for name in ("drchrono", "paging"):
    sys.path.insert(
        0, str(Path(os.environ["CLIENTS"], name, "python", "client", "src"))
    )


@dataclass
class Asked:
    """A request that arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """What is answered: JSON, or the bytes themselves. Status 0 breaks the connection off."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """Write the body."""
        return (
            self.body
            if isinstance(self.body, bytes)
            else json.dumps(self.body).encode()
        )


class Loopback:
    """Answers by a function, or with one answer after the other, the last one again and again."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answer: Callable[[Asked], Answer] = lambda _: Answer()
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def respond(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                asked = Asked(
                    self.command, self.path, dict(self.headers), self.rfile.read(length)
                )
                loopback.asked.append(asked)
                answer = loopback.answer(asked)
                if answer.status == 0:
                    self.close_connection = True
                    return
                body = answer.encoded()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = respond

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        ).start()

    def answers(self, *answers: Answer) -> None:
        """Answer with these, in turn."""
        rest = list(answers)
        self.answer = lambda _: rest.pop(0) if len(rest) > 1 else rest[0]

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Loopback]:
    """Start a server."""
    loopback = Loopback()
    yield loopback
    loopback.close()


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep what this machine says out of the tests."""
    for variable in [
        it for it in os.environ if it.startswith(("DRCHRONO_", "PAGING_"))
    ]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def client(server: Loopback) -> Iterator[Any]:
    """Make a client of DrChrono that does not wait between attempts."""
    from drchrono import Client, Retry

    with Client(base_url=server.url, access_token="t", retry=Retry(base=0)) as client:
        yield client
