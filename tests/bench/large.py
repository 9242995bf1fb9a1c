"""Measures what large and hostile collections take: large.py BINARY [--scale PART] [--limit SECONDS] [NAME...].

Each input is written, `postwright generate` is run on it in an empty folder, and a row of Markdown says how it ended,
in which time, and with how much memory at most. Without names, all inputs are run. A scale of 0.1 makes them a tenth
as large.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HOST = "https://api.example.com"

Texts = Iterator[str]


def collection(items: Texts, more: str = "") -> Texts:
    """Write a collection around its items, of which no two are in memory at once."""
    yield f'{{"info":{{"name":"Large"}}{more},"item":['
    for number, item in enumerate(items):
        yield ("," if number else "") + item
    yield "]}"


def request(**fields: Any) -> Texts:
    """Write a collection of one request, a POST with these fields."""
    whole = {"method": "POST", "url": f"{HOST}/x", **fields}
    yield from collection(iter([json.dumps({"name": "Send it", "request": whole})]))


def rows(count: int) -> list[dict[str, str]]:
    """Make rows of a table, each with a key of its own."""
    return [{"key": f"k{it}", "value": "1"} for it in range(count)]


def many_requests(count: int) -> Texts:
    """Write requests as an API has them: ten in a folder, each with a query, a body and an answer."""

    def folder(number: int) -> str:
        def one(index: int) -> dict[str, Any]:
            sample = json.dumps({"id": index, "name": "a", "tags": ["b"]})
            return {
                "name": f"Update thing {number} {index}",
                "request": {
                    "method": "PUT",
                    "url": {
                        "host": [HOST],
                        "path": ["things", str(number), ":id"],
                        "query": [{"key": "page", "value": "1"}],
                        "variable": [{"key": "id", "value": "7"}],
                    },
                    "body": {"mode": "raw", "raw": sample},
                },
                "response": [{"name": "OK", "code": 200, "body": sample}],
            }

        return json.dumps(
            {"name": f"Things {number}", "item": [one(it) for it in range(10)]}
        )

    yield from collection(folder(it) for it in range(count // 10))


def large_file(size: int) -> Texts:
    """Write a file of so many bytes: a thousand requests, most of each the body of its saved answer."""
    answer = json.dumps([{"id": 1, "name": "n" * 80}] * 10)
    count = 1000
    copies = max(1, size // count // (len(answer) + 90))

    def one(number: int) -> str:
        answers = [{"name": "OK", "code": 200, "body": answer}] * copies
        item = {
            "name": f"Get thing {number}",
            "request": f"{HOST}/{number}",
            "response": answers,
        }
        return json.dumps(item)

    yield from collection(one(it) for it in range(count))


def nested_folders(depth: int) -> Texts:
    """Write folders in each other."""
    yield '{"info":{"name":"Large"},"item":['
    yield '{"name":"a","item":[' * depth
    yield json.dumps({"name": "Send it", "request": HOST})
    yield "]}" * depth
    yield "]}"


def nested_type(depth: int) -> Texts:
    """Write an answer whose objects are nested so deep."""
    inner = "".join(f'{{"a{it % 7}":' for it in range(depth)) + "1" + "}" * depth
    answer = {"name": "OK", "code": 200, "body": inner}
    item = {"name": "Get it", "request": f"{HOST}/x", "response": [answer]}
    yield from collection(iter([json.dumps(item)]))


def samples(count: int) -> Texts:
    """Write answers of one shape to one request."""
    body = json.dumps({"id": 1, "tags": ["a"], "next": None, "at": {"x": 1.5}})
    answers = [
        {"name": f"Answer {it}", "code": 200, "body": body} for it in range(count)
    ]
    item = {"name": "Get it", "request": f"{HOST}/x", "response": answers}
    yield from collection(iter([json.dumps(item)]))


def meeting_names(count: int) -> Texts:
    """Write requests whose names, and whose numbers behind them, are taken by each other."""
    names = [
        "Get thing",
        "get_thing",
        "Get Thing!",
        "Get thing 2",
        "get thing 2 2",
        "ｇｅｔ　ｔｈｉｎｇ",
        "!",
        "",
    ]
    yield from collection(
        json.dumps({"name": names[it % len(names)], "request": f"{HOST}/{it % 3}"})
        for it in range(count)
    )


def variables(count: int) -> Texts:
    """Write variables that all stand in one URL."""
    path = "/".join(f"{{{{k{it}}}}}" for it in range(count))
    item = {"name": "Send it", "request": f"{HOST}/{path}"}
    yield from collection(
        iter([json.dumps(item)]), f',"variable":{json.dumps(rows(count))}'
    )


def growing(depth: int) -> Texts:
    """Write variables of which each has the next one ten times in its value."""
    values = [
        {"key": f"v{it}", "value": f"{{{{v{it + 1}}}}}" * 10} for it in range(depth)
    ]
    values.append({"key": f"v{depth}", "value": "x"})
    item = {"name": "Send it", "request": f"{HOST}/{{{{v0}}}}"}
    yield from collection(iter([json.dumps(item)]), f',"variable":{json.dumps(values)}')


def value(size: int) -> Texts:
    """Write the value of a variable that a thousand requests have."""
    variable = [{"key": "v", "value": "x" * size}]
    items = (
        json.dumps({"name": f"Get thing {it}", "request": f"{HOST}/{it}/{{{{v}}}}"})
        for it in range(1000)
    )
    yield from collection(items, f',"variable":{json.dumps(variable)}')


def query(count: int) -> Texts:
    """Write rows of a query."""
    yield from request(url={"host": [HOST], "path": ["x"], "query": rows(count)})


def query_text(count: int) -> Texts:
    """Write a query as one text."""
    yield from request(url=f"{HOST}/x?" + "&".join(f"k{it}=1" for it in range(count)))


def path_variables(count: int) -> Texts:
    """Write variables of a path."""
    path = [f":k{it}" for it in range(count)]
    yield from request(url={"host": [HOST], "path": path, "variable": rows(count)})


def headers(count: int) -> Texts:
    """Write headers."""
    yield from request(header=rows(count))


def form(count: int) -> Texts:
    """Write fields of a form."""
    yield from request(body={"mode": "urlencoded", "urlencoded": rows(count)})


def form_data(count: int) -> Texts:
    """Write parts of form data."""
    parts = [{**row, "type": "text"} for row in rows(count)]
    yield from request(body={"mode": "formdata", "formdata": parts})


def fields(count: int) -> Texts:
    """Write a body with many fields."""
    body = json.dumps({f"k{it}": it for it in range(count)})
    yield from request(body={"mode": "raw", "raw": body})


def scopes(count: int) -> Texts:
    """Write scopes of one request."""
    value = " ".join(f"s{it}" for it in range(count))
    yield from request(
        auth={"type": "oauth2", "oauth2": [{"key": "scope", "value": value}]}
    )


def long_text(size: int) -> Texts:
    """Write a body that is one text."""
    yield from request(body={"mode": "raw", "raw": "x" * size})


def long_description(size: int) -> Texts:
    """Write a description."""
    yield from request(description="word **bold** " * (size // 14))


def long_name(size: int) -> Texts:
    """Write a name of many words."""
    item = {"name": "Get thing " * (size // 10), "request": f"{HOST}/x"}
    yield from collection(iter([json.dumps(item)]))


def long_key(size: int) -> Texts:
    """Write the key of a row of a query."""
    row = {"key": "k" * size, "value": "1"}
    yield from request(url={"host": [HOST], "path": ["x"], "query": [row]})


INPUTS: dict[str, tuple[str, int, Callable[[int], Texts]]] = {
    "file": ("a file of {} bytes", 200_000_000, large_file),
    "requests": ("{} requests", 100_000, many_requests),
    "folders": ("folders {} deep", 10_000, nested_folders),
    "text": ("a text of {} bytes", 50_000_000, long_text),
    "description": ("a description of {} bytes", 1_000_000, long_description),
    "query": ("{} rows of a query", 1_000_000, query),
    "query-text": ("a query of {} rows in a text", 1_000_000, query_text),
    "type": ("a type {} deep", 1000, nested_type),
    "type-100": ("a type {} deep", 100, nested_type),
    "samples": ("{} answers of one shape", 10_000, samples),
    "names": ("{} names that meet", 10_000, meeting_names),
    "name": ("a name of {} bytes", 1_000_000, long_name),
    "key": ("a key of {} bytes", 1_000_000, long_key),
    "variables": ("{} variables", 49_000, variables),
    "growing": ("variables in each other, {} deep, each ten times", 15, growing),
    "value": ("a value of {} bytes that 1000 requests have", 1_000_000, value),
    "path": ("{} variables of a path", 49_000, path_variables),
    "headers": ("{} headers", 49_000, headers),
    "form": ("{} fields of a form", 49_000, form),
    "form-data": ("{} parts of form data", 49_000, form_data),
    "fields": ("{} fields of a body", 100_000, fields),
    "scopes": ("{} scopes", 100_000, scopes),
}
"""What is run: how it is called, its full size, and what writes it."""


def write_apart(path: Path, texts: Texts) -> None:
    """Write a file in a process of its own: a child counts what its parent has as its own memory."""
    writer = os.fork()
    if writer == 0:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(texts)
        os._exit(0)
    os.waitpid(writer, 0)


def measure(
    binary: Path, texts: Texts, limit: float
) -> tuple[str, float, float, int, int]:
    """Run it on one input: how it ended, seconds, those of all cores, bytes of memory, bytes written."""
    folder = Path(tempfile.mkdtemp(prefix="postwright-large-"))
    try:
        write_apart(Path(folder, "large.json"), texts)
        with Path(folder, "log").open("w", encoding="utf-8") as log:
            begin = time.perf_counter()
            run = subprocess.Popen(
                [binary, "generate", "large.json"], cwd=folder, stdout=log, stderr=log
            )
            late = threading.Timer(limit, lambda: os.kill(run.pid, signal.SIGKILL))
            late.start()
            # Of this one process: what getrusage says of children is the most that any of them took.
            _, status, used = os.wait4(run.pid, 0)
            late.cancel()
        run.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begin
        said = Path(folder, "log").read_text(encoding="utf-8").splitlines()
        last = [it for it in said if "error" in it] or said[-1:] or [""]
        noted = [it for it in said if "PW0024" in it]
        ended = (
            "finishes"
            if run.returncode == 0
            else f"exit code {run.returncode}: {last[0]}"
        )
        if noted and run.returncode == 0:
            ended = f"finishes; {noted[0]}"
        size = sum(
            it.stat().st_size for it in folder.glob("generated/**/*") if it.is_file()
        )
        return (
            ended,
            seconds,
            used.ru_utime + used.ru_stime,
            used.ru_maxrss * 1024,
            size,
        )
    finally:
        shutil.rmtree(folder)


def main() -> None:
    """Measure all inputs, or those that are named."""
    parser = argparse.ArgumentParser(
        description="Measures what large collections take."
    )
    parser.add_argument("binary", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(INPUTS))
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument(
        "--limit", type=float, default=600.0, help="seconds until a run is killed"
    )
    parser.add_argument(
        "--memory", type=float, default=12.0, help="GB of addresses that a run gets"
    )
    arguments = parser.parse_intermixed_args()
    unknown = [it for it in arguments.names if it not in INPUTS]
    if unknown:
        sys.exit(f"there is no input {unknown[0]!r}; there are {', '.join(INPUTS)}")
    # A run that takes more fails, and leaves the machine to others.
    most = int(arguments.memory * 1e9)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    print("| input | result | s | s, all cores | MB | MB written |")
    print("|---|---|---|---|---|---|")
    for name in arguments.names or INPUTS:
        title, size, write = INPUTS[name]
        size = max(1, int(size * arguments.scale))
        ended, seconds, cpu, memory, written = measure(
            arguments.binary.resolve(), write(size), arguments.limit
        )
        print(
            f"| {title.format(f'{size:,}')} | {ended[:200]} | {seconds:.1f} | {cpu:.1f} "
            f"| {memory / 1e6:,.0f} | {written / 1e6:,.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
