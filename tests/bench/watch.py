"""Times `postwright watch`, from a save to its outputs on the disk: watch.py BINARY COLLECTION [SAVES].

Each save gives the first request another name, so that its files, and those that name it, are written anew.
"""

from __future__ import annotations

import json
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

PATIENCE = 60
"""Seconds after which a run that has said nothing counts as failed."""


def first_request(item: dict[str, Any]) -> dict[str, Any]:
    """Find the first request in a folder."""
    while "item" in item:
        item = next(it for it in item["item"] if "request" in it or it.get("item"))
    return item


def main() -> None:
    """Save the collection again and again while it is watched."""
    if len(sys.argv) not in (3, 4):
        sys.exit("watch.py BINARY COLLECTION [SAVES]")
    binary = Path(sys.argv[1]).resolve()
    collection = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    saves = int(sys.argv[3]) if len(sys.argv) == 4 else 20
    request = first_request(collection)
    name = request["name"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "collection.json")
        file.write_text(json.dumps(collection, indent=2), encoding="utf-8")
        watch = subprocess.Popen(
            [binary, "watch", file.name], cwd=folder, stderr=subprocess.PIPE, text=True
        )
        said: queue.Queue[tuple[float, str]] = queue.Queue()

        def read() -> None:
            for line in watch.stderr or ():
                said.put((time.perf_counter(), line.strip()))

        threading.Thread(target=read, daemon=True).start()

        def done() -> tuple[float, str]:
            while True:
                moment, line = said.get(timeout=PATIENCE)
                if "files written" in line:
                    return moment, line

        try:
            done()
            times = []
            line = ""
            for save in range(saves):
                time.sleep(0.3)
                request["name"] = f"{name} {save}"
                text = json.dumps(collection, indent=2)
                file.write_text(text, encoding="utf-8")
                saved = time.perf_counter()
                moment, line = done()
                times.append((moment - saved) * 1000)
        finally:
            watch.kill()
            watch.wait()
    print(line)
    print(
        f"{saves} saves: median {statistics.median(times):.0f} ms, "
        f"from {min(times):.0f} to {max(times):.0f} ms"
    )


if __name__ == "__main__":
    main()
