"""Measures Postwright, the rivals and the floor: bench.py POSTWRIGHT FLOOR SCRATCH [SIZE...].

`scripts/bench.sh` has installed what this needs into SCRATCH.
"""

from __future__ import annotations

import json
import math
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

FLAGSHIP = Path("collections/drchrono.postman_collection.json")
PAGE = Path("docs/benchmarks.md")
PLOT = Path("docs/benchmarks.svg")

SIZES = [1, 10, 50]
RUNS = {1: 20, 10: 7}
"""How often each command is measured, by size; larger ones three times."""

TARGETS = "curl,python,rust"
"""What the rivals make as well."""


@dataclass
class Measured:
    """What one command took, in seconds and bytes."""

    seconds: float
    peak: int


def replicated(collection: dict[str, Any], times: int) -> dict[str, Any]:
    """Put a collection into one so many times, each time with other names of folders."""

    def renamed(item: dict[str, Any], number: int) -> dict[str, Any]:
        return {**item, "name": f"{item['name']} {number}"} if number > 1 else item

    numbers = range(1, times + 1)
    items = [renamed(it, number) for number in numbers for it in collection["item"]]
    return {**collection, "item": items}


def count(item: dict[str, Any]) -> int:
    """Count the requests of a folder."""
    return sum(count(it) if "item" in it else 1 for it in item["item"])


class Bench:
    """Commands on one input."""

    def __init__(self, arguments: list[str], size: int) -> None:
        """Make the input of this size, and what the floor writes of it."""
        self.postwright, self.floor = (Path(it).resolve() for it in arguments[:2])
        self.scratch = Path(arguments[2]).resolve()
        self.folder = self.scratch / f"x{size}"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.size = size
        collection = replicated(json.loads(FLAGSHIP.read_text("utf-8")), size)
        self.requests = count(collection)
        self.input = self.folder / "drchrono.postman_collection.json"
        self.input.write_text(json.dumps(collection, indent=2), "utf-8")
        self.generate("kept")
        packed = [self.floor, "pack", self.folder / "kept", self.folder / "packed"]
        subprocess.run(packed, check=True)
        self.files = sum(len(files) for _, _, files in os.walk(self.folder / "kept"))

    def command(self, out: str, *options: str) -> list[str]:
        """Tell the command that writes the same kinds of files as the rivals."""
        what = [str(self.postwright), "generate", str(self.input), "--target", TARGETS]
        return [*what, "--out", str(self.folder / out), *options]

    def generate(self, out: str) -> None:
        """Write the outputs."""
        subprocess.run(self.command(out), check=True, stderr=subprocess.DEVNULL)

    def measure(self, name: str, command: list[str], fresh: bool) -> Measured:
        """Measure a command; a fresh one writes into a folder that is not there."""
        result = self.folder / f"{name}.json"
        runs = RUNS.get(self.size, 3)
        # What is removed right before makes files slower to create: it is put aside.
        aside = "mkdir -p aside && if [ -e out ]; then mv out aside/$(date +%s%N); fi"
        prepare = ["--prepare", shlex.join(["bash", "-c", aside])] if fresh else []
        subprocess.run(
            [
                str(self.scratch / "bin/hyperfine"),
                *("--shell", "none", "--style", "none", "--output", "null"),
                *("--warmup", "1", "--runs", str(runs), *prepare),
                *("--export-json", str(result), shlex.join(command)),
            ],
            cwd=self.folder,
            check=True,
        )
        shutil.rmtree(self.folder / "aside", ignore_errors=True)
        found = json.loads(result.read_text("utf-8"))["results"][0]
        return Measured(found["median"], max(found["memory_usage_byte"]))

    def all(self) -> dict[str, Measured]:
        """Measure everything, side by side."""
        node = ["node", "--max-old-space-size=8192", str(self.scratch / "rivals.js")]
        found = {
            "floor": self.measure(
                "floor",
                [str(self.floor), "run", str(self.input), "packed", "out"],
                fresh=True,
            ),
            "Postwright": self.measure("postwright", self.command("out"), fresh=True),
            "nothing to change": self.measure(
                "again", self.command("kept"), fresh=False
            ),
            "--check": self.measure(
                "check", self.command("kept", "--check"), fresh=False
            ),
        }
        for rival in ("postman-code-generators", "httpsnippet"):
            command = [*node, rival, str(self.input), "out"]
            found[rival] = self.measure(rival, command, fresh=True)
        return found


def table(benches: list[Bench], found: list[dict[str, Measured]]) -> str:
    """Write a table of the times and one of the memory."""
    lines = [
        "| | "
        + " | ".join(f"×{it.size}: {it.requests} requests" for it in benches)
        + " |"
    ]
    lines.append("|---" * (len(benches) + 1) + "|")
    for name in found[0]:
        cells = []
        for each in found:
            it, floor, own = each[name], each["floor"], each["Postwright"]
            times = f"{it.seconds / floor.seconds:.1f} × the floor"
            if name not in ("floor", "Postwright"):
                times += f", {it.seconds / own.seconds:.1f} × Postwright"
            cells.append(
                f"{it.seconds * 1000:.0f} ms ({times}), {it.peak / 2**20:.0f} MiB"
            )
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(benches: list[Bench], found: list[dict[str, Measured]]) -> str:
    """Draw time and memory against the number of requests, on logarithmic axes."""
    colours = ["#767676", "#0b6e4f", "#6aa84f", "#3d85c6", "#b45f06", "#a64d79"]
    width, height, left, top = 330, 260, 60, 40
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 360" font-family="sans-serif" font-size="12">',
        '<rect width="1000" height="360" fill="white"/>',
    ]
    panels = [
        ("seconds", lambda it: it.seconds),
        ("MiB of memory", lambda it: it.peak / 2**20),
    ]
    for index, (title, value) in enumerate(panels):
        x0 = left + index * (width + 80)
        values = [value(it) for each in found for it in each.values()]
        low, high = (
            math.floor(math.log10(min(values))),
            math.ceil(math.log10(max(values))),
        )
        first, last = math.log10(benches[0].requests), math.log10(benches[-1].requests)

        def across(
            requests: int, x0: int = x0, first: float = first, last: float = last
        ) -> float:
            span = max(last - first, 0.1)
            return x0 + (math.log10(requests) - first) / span * width

        def up(it: float, low: int = low, high: int = high) -> float:
            return top + height - (math.log10(it) - low) / max(high - low, 1) * height

        parts.append(f'<text x="{x0}" y="{top - 14}" font-weight="bold">{title}</text>')
        for power in range(low, high + 1):
            y = up(10.0**power)
            parts.append(f'<path d="M{x0} {y:.1f}h{width}" stroke="#dddddd"/>')
            parts.append(
                f'<text x="{x0 - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>'
            )
        for bench in benches:
            x, y = across(bench.requests), top + height + 18
            parts.append(
                f'<text x="{x:.1f}" y="{y}" text-anchor="middle">{bench.requests}</text>'
            )
        for colour, name in zip(colours, found[0], strict=True):
            points = [
                (across(b.requests), up(value(each[name])))
                for b, each in zip(benches, found, strict=True)
            ]
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            parts.append(
                f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
            )
            parts += [
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
                for x, y in points
            ]
        parts.append(
            f'<text x="{x0 + width / 2}" y="{top + height + 38}" text-anchor="middle">requests</text>'
        )
    for index, (colour, name) in enumerate(zip(colours, found[0], strict=True)):
        y = top + 20 + index * 20
        parts.append(
            f'<rect x="860" y="{y - 9}" width="10" height="10" fill="{colour}"/>'
        )
        parts.append(f'<text x="876" y="{y}">{name[:19]}</text>')
    return "\n".join([*parts, "</svg>\n"])


def main() -> None:
    """Measure all sizes and write the page."""
    if len(sys.argv) < 4:
        sys.exit("bench.py POSTWRIGHT FLOOR SCRATCH [SIZE...]")
    sizes = [int(it) for it in sys.argv[4:]] or SIZES
    benches = [Bench(sys.argv[1:4], size) for size in sizes]
    found = [bench.all() for bench in benches]
    cores = os.cpu_count() or 1
    written = ", ".join(f"{it.files} files at ×{it.size}" for it in benches)
    PLOT.write_text(plot(benches, found), "utf-8")
    PAGE.write_text(
        f"""# Benchmarks

Written by `scripts/bench.sh` on {date.today()}, with {cores} cores. Times of another machine are others; the ratios are what
to compare. Each is the median of whole processes, measured one after the other by hyperfine, with the peak of its memory.

The input is DrChrono's collection, once and as often as the column says with other names. *Postwright* writes curl
scripts, Python snippets with their package, and the Rust client with its tests ({written}) into a fresh folder. The *floor*
reads the same collection with its types and writes the same files, and does nothing else, on one thread. The rivals write a
snippet of curl, Python and Rust for each request.

{table(benches, found)}

![Time and memory against the number of requests]({PLOT.name})
""",
        "utf-8",
    )
    print(PAGE.read_text("utf-8"))


if __name__ == "__main__":
    main()
