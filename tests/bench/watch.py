"""Times `postwright watch`, from a save to its outputs on the disk: watch.py BINARY COLLECTION [SAVES].

A save of the collection gives its first request another name, one of the settings the client another version, and
one of a template every curl script another line.
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
    """Save each kind of source again and again while it is watched."""
    if len(sys.argv) not in (3, 4):
        sys.exit("watch.py BINARY COLLECTION [SAVES]")
    binary = Path(sys.argv[1]).resolve()
    collection = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    saves = int(sys.argv[3]) if len(sys.argv) == 4 else 20
    request = first_request(collection)
    name = request["name"]
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder, "own/curl/script.sh.hbs")
        subprocess.run(
            [binary, "templates", "eject", "--out", "built-in"],
            cwd=folder,
            check=True,
            stderr=subprocess.DEVNULL,
        )
        built_in = Path(folder, "built-in/curl/script.sh.hbs").read_text("utf-8")

        def save(kind: str, number: int) -> None:
            if kind == "collection":
                request["name"] = f"{name} {number}"
                text = json.dumps(collection, indent=2)
                Path(folder, "collection.json").write_text(text, "utf-8")
            elif kind == "settings":
                text = 'templates = "own"\n[[collection]]\npath = "collection.json"\n'
                text += f'version = "0.1.{number}"\n'
                Path(folder, "postwright.toml").write_text(text, "utf-8")
            else:
                template.parent.mkdir(parents=True, exist_ok=True)
                template.write_text(f"{built_in}# {number}\n", "utf-8")

        kinds = ("collection", "settings", "template")
        for kind in kinds:
            save(kind, 0)
        watch = subprocess.Popen(
            [binary, "watch"], cwd=folder, stderr=subprocess.PIPE, text=True
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
            for kind in kinds:
                times = []
                line = ""
                for number in range(1, saves + 1):
                    time.sleep(0.3)
                    save(kind, number)
                    saved = time.perf_counter()
                    moment, line = done()
                    times.append((moment - saved) * 1000)
                print(
                    f"{kind}: {line}\n  {saves} saves: median {statistics.median(times):.0f} ms, "
                    f"from {min(times):.0f} to {max(times):.0f} ms"
                )
        finally:
            watch.kill()
            watch.wait()


if __name__ == "__main__":
    main()
