"""Calls methods of a generated client, every connection going to one port of this machine.

    python3 run_client.py PORT FOLDER PACKAGE

FOLDER holds the package. Each line of standard input is JSON: an expression that calls a method of
`client`. Each is answered with a line of JSON: null, or what went wrong.
"""

import importlib
import json
import socket
import sys
from pathlib import Path
from typing import Any

import urllib3.util.connection

PORT = int(sys.argv[1])


def create_connection(address: object, *_: Any, **__: Any) -> socket.socket:
    """Connect to the server of the test, whatever the address says."""
    return socket.create_connection(("127.0.0.1", PORT), timeout=10)


urllib3.util.connection.create_connection = create_connection

sys.path.insert(0, sys.argv[2])
package = importlib.import_module(sys.argv[3])


def run(expression: str) -> str | None:
    """Make one call; answer with what went wrong."""
    names = {"File": package.File, "Path": Path, "json": json}
    try:
        with package.Client(retry=package.Retry(attempts=1)) as client:
            eval(expression, names | {"client": client})
    # Whatever a client raises is the answer.
    except Exception as error:  # noqa: BLE001
        cause = f" ({error.__cause__})" if error.__cause__ else ""
        return f"{type(error).__name__}: {error}{cause}"
    return None


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
