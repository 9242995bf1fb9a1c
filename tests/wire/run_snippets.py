"""Runs snippets one after the other, every connection going to one port of this machine.

    python3 run_snippets.py PORT

Each line of standard input is JSON: a file and its arguments. Each is answered with a line of JSON:
null, or what went wrong. One process for all of them, since importing the library costs more than
a request.
"""

import contextlib
import functools
import io
import json
import os
import re
import runpy
import socket
import ssl
import sys
from typing import Any

import urllib3.util.connection

PORT = int(sys.argv[1])

# What a snippet only prints if a text of the collection was taken for code.
BETRAYS = re.compile(
    re.escape(os.environ.get("CANARY_SECRET", "root:x:0:")) + "|root:x:0:"
)

connect = socket.create_connection


def create_connection(address: object, *_: Any, **__: Any) -> socket.socket:
    """Connect to the server of the test, whatever the address says."""
    return connect(("127.0.0.1", PORT), timeout=10)


# That of requests, and that of httpx.
urllib3.util.connection.create_connection = create_connection
socket.create_connection = create_connection

# httpx reads the certificates of the system anew for each client, and nothing here is encrypted.
ssl.create_default_context = functools.cache(ssl.create_default_context)


def run(file: str, arguments: list[str]) -> str | None:
    """Run one snippet as `python3 FILE ARGUMENTS`; answer with what went wrong."""
    sys.argv = [file, *arguments]
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            runpy.run_path(file, run_name="__main__")
    except SystemExit as error:
        failure = None if error.code in (None, 0) else str(error.code)
    # Whatever a snippet raises is the answer.
    except Exception as error:  # noqa: BLE001
        failure = f"{type(error).__name__}: {error}"
    else:
        failure = None
    return (
        f"{failure or ''} it prints:\n{out.getvalue()}"
        if BETRAYS.search(out.getvalue())
        else failure
    )


for line in sys.stdin:
    file, arguments = json.loads(line)
    print(json.dumps(run(file, arguments)), flush=True)
