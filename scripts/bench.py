"""Measures whole runs side by side, and writes docs/generation.md with its plot; scripts/bench.sh starts it.

Inputs are the flagship collection, and 10 and 50 copies of it in one file, each copy in a folder with a name of its
own. Every command writes into a folder that is not there yet. hyperfine takes the times; memory is what the system
says of one more run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLAGSHIP = ROOT / "collections" / "drchrono.postman_collection.json"
TARGETS = "curl,python,rust"
RIVAL = "postman-code-generators"
SIZES = [1, 10, 50]


@dataclass
class Case:
    """A command that is measured, and how it is named in the tables."""

    name: str
    arguments: Sequence[str]
    # Whether it begins without its outputs.
    fresh: bool = True
    # Medians in seconds, and most memory in bytes, for each size.
    time: dict[int, float] = field(default_factory=dict)
    memory: dict[int, int] = field(default_factory=dict)
    # Files and bytes that it writes, for each size.
    written: dict[int, tuple[int, int]] = field(default_factory=dict)


def copies(count: int, path: Path) -> int:
    """Write so many copies of the collection as one; answer with the number of its requests."""
    collection = json.loads(FLAGSHIP.read_text(encoding="utf-8"))
    once = collection["item"]
    collection["item"] = (
        once
        if count == 1
        else [{"name": f"Copy {it}", "item": once} for it in range(1, count + 1)]
    )
    text = json.dumps(collection, ensure_ascii=False, indent="\t")
    path.write_text(text, encoding="utf-8")

    def requests(items: list[dict[str, object]]) -> int:
        count = 0
        for item in items:
            inner = item.get("item")
            count += requests(inner) if isinstance(inner, list) else 1
        return count

    return requests(collection["item"])


# What the system says of a process includes what it was before it became this program, so that the one which starts
# it has to be small.
STARTS = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(usage.ru_maxrss)
sys.exit(status != 0)
"""


def peak(arguments: Sequence[str]) -> int:
    """Run it once more; answer with the most memory that it had, in bytes."""
    command = [sys.executable, "-c", STARTS, *arguments]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return int(run.stdout) * 1024


def extent(folder: Path) -> tuple[int, int]:
    """Count the files below a folder, and their bytes."""
    files = [it for it in folder.rglob("*") if it.is_file()]
    return len(files), sum(it.stat().st_size for it in files)


def quoted(arguments: Sequence[str]) -> str:
    """Write a command as hyperfine takes it without a shell."""
    return " ".join(f"'{it}'" for it in arguments)


class Bench:
    """Everything that is measured, in a folder that nothing else is in."""

    def __init__(
        self,
        scratch: Path,
        outputs: Path,
        postwright: Path,
        floor: Path,
        rounds: int,
    ) -> None:
        """Remember where things are."""
        self.scratch = scratch
        self.postwright = str(postwright)
        self.floor = str(floor)
        self.rounds = rounds
        self.out = outputs / "out"
        os.environ["POSTWRIGHT_CACHE"] = str(outputs / "cache")

    def cases(self, collection: Path, packed: Path) -> list[Case]:
        """Make the commands for an input."""
        run = [self.postwright, "generate", "--out", str(self.out), str(collection)]
        generate = [*run, "--target", TARGETS]
        snippets = [*run, "--target", "snippets"]
        rival = ["node", str(self.scratch / "rivals" / "rivals.js")]
        rest = [str(collection), str(self.out)]
        return [
            Case("floor", [self.floor, "run", str(collection), str(packed), rest[1]]),
            Case("postwright", generate),
            Case("postwright, nothing to change", generate, fresh=False),
            Case("postwright --check", [*generate, "--check"], fresh=False),
            Case(
                "postwright --check --no-cache",
                [*generate, "--check", "--no-cache"],
                fresh=False,
            ),
            Case("postwright, snippets alone", snippets),
            Case(RIVAL, [*rival, "code-generators", *rest]),
            Case("httpsnippet", [*rival, "httpsnippet", *rest]),
        ]

    def clear(self) -> None:
        """Remove what commands have written, and let the disk come to rest."""
        shutil.rmtree(self.out, ignore_errors=True)
        os.sync()

    def measure(self, case: Case, size: int) -> None:
        """Take the time and the memory of a command."""
        self.clear()
        rounds = self.rounds if size < 50 else max(3, self.rounds // 2)
        result = self.scratch / "result.json"
        command = ["hyperfine", "--shell=none", "--style=none", "--warmup=1"]
        command += [f"--runs={rounds}", f"--export-json={result}"]
        if case.fresh:
            command.append(f"--prepare=rm -rf '{self.out}'")
        else:
            subprocess.run(self.writes, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([*command, quoted(case.arguments)], check=True)
        read = json.loads(result.read_text(encoding="utf-8"))
        case.time[size] = read["results"][0]["median"]
        if case.fresh:
            self.clear()
        case.memory[size] = peak(case.arguments)
        case.written[size] = extent(self.out)
        print(
            f"{case.name} ×{size}: {case.time[size]:.3f} s, "
            f"{case.memory[size] / 2**20:.0f} MiB",
            flush=True,
        )

    def run(self, sizes: Sequence[int]) -> tuple[list[Case], dict[int, Input]]:
        """Measure everything."""
        measured: dict[str, Case] = {}
        inputs: dict[int, Input] = {}
        for size in sizes:
            collection = self.scratch / f"drchrono-{size}.postman_collection.json"
            packed = self.scratch / "packed"
            requests = copies(size, collection)
            cases = self.cases(collection, packed)
            self.writes = cases[1].arguments
            self.clear()
            subprocess.run(self.writes, check=True, stdout=subprocess.DEVNULL)
            pack = [self.floor, "pack", str(self.out), str(packed)]
            subprocess.run(pack, check=True, stdout=subprocess.DEVNULL)
            files = sum(len(it) for _, _, it in os.walk(self.out))
            inputs[size] = Input(
                requests, collection.stat().st_size, files, packed.stat().st_size
            )
            for case in cases:
                kept = measured.setdefault(case.name, case)
                kept.arguments = case.arguments
                self.measure(kept, size)
        self.clear()
        return list(measured.values()), inputs


@dataclass
class Input:
    """How large an input is, and what is written of it."""

    requests: int
    bytes: int
    files: int
    written: int


def seconds(value: float) -> str:
    """Write a time for people."""
    return f"{value * 1000:.0f} ms" if value < 10 else f"{value:.1f} s"


def report(cases: list[Case], inputs: dict[int, Input], rounds: int, where: str) -> str:
    """Write the page."""
    sizes = list(inputs)
    by_name = {it.name: it for it in cases}
    floor, ours = by_name["floor"], by_name["postwright"]
    snippets = by_name["postwright, snippets alone"]
    rival = by_name[RIVAL]
    last, first = sizes[-1], sizes[0]

    def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
        lines = ["| " + " | ".join(head) + " |"]
        lines.append("|---|" + "---:|" * (len(head) - 1))
        return lines + ["| " + " | ".join(it) + " |" for it in rows] + [""]

    out = [
        "# How long it takes to generate",
        "",
        "Written by `scripts/bench.sh`; a later run writes it anew.",
        "",
        (
            "Whole processes that write curl, Python and Rust for each request of DrChrono's collection, of 10 and of "
            "50 copies of it, into a folder that is not there yet. *floor* is the least that any program has to do "
            "for the same files: it reads the collection with its types and writes the bytes, on one thread "
            "([benches/floor.rs](../benches/floor.rs)). The others write a snippet for each request and language; "
            "ours are scripts with options, a package, a crate with its models, and the OAuth 2.0 calls. *Snippets "
            "alone* are files like theirs, with a fourth for PowerShell. Where nothing has changed, ours compares what "
            "it reads and what is there with what the last run has noted; `--no-cache` makes everything anew."
        ),
        "",
        (
            f"Medians of {rounds} runs ({max(3, rounds // 2)} of ×50) by hyperfine, on {os.cpu_count()} cores, "
            f"{platform.system()}, the outputs {where}. Seconds drift from one machine and hour to another; ratios of one run hold."
        ),
        "",
    ]
    out += table(
        ["input", "requests", "read", "files written", "bytes written"],
        [
            [
                f"×{size}",
                f"{it.requests:,}",
                f"{it.bytes / 1e6:.1f} MB",
                f"{it.files:,}",
                f"{it.written / 1e6:.1f} MB",
            ]
            for size, it in inputs.items()
        ],
    )
    out += ["## Time", ""]
    head = [
        "",
        *[f"×{it}" for it in sizes],
        *[f"of the floor, ×{it}" for it in sizes],
    ]
    out += table(
        head,
        [
            [
                case.name,
                *[seconds(case.time[it]) for it in sizes],
                *[f"{case.time[it] / floor.time[it]:.2f}" for it in sizes],
            ]
            for case in cases
        ],
    )
    out += ["## What is written", "", f"Of ×{last}:", ""]
    out += table(
        ["", "files", "bytes", "time for each MB"],
        [
            [
                case.name,
                f"{case.written[last][0]:,}",
                f"{case.written[last][1] / 1e6:.1f} MB",
                seconds(case.time[last] / case.written[last][1] * 1e6),
            ]
            for case in cases
            if case.fresh and case.name != "floor"
        ],
    )
    out += ["## Memory", ""]
    out += table(
        ["", *[f"×{it}" for it in sizes], f"of the input, ×{last}"],
        [
            [
                case.name,
                *[f"{case.memory[it] / 2**20:.0f} MiB" for it in sizes],
                f"{case.memory[last] / inputs[last].bytes:.1f}",
            ]
            for case in cases
        ],
    )

    def per_request(values: dict[int, float]) -> float:
        each = [values[it] / inputs[it].requests for it in (first, last)]
        return each[1] / each[0]

    memory = {it: float(value) for it, value in ours.memory.items()}
    checked = [
        by_name[it] for it in ("postwright, nothing to change", "postwright --check")
    ]
    goals: list[tuple[str, float, float, bool]] = [
        (
            f"faster than {RIVAL}, ×1",
            rival.time[first] / ours.time[first],
            10,
            True,
        ),
        (f"the same, ×{last}", rival.time[last] / ours.time[last], 8, True),
        (
            f"faster than {RIVAL}, snippets alone, ×1",
            rival.time[first] / snippets.time[first],
            10,
            True,
        ),
        (f"the same, ×{last}", rival.time[last] / snippets.time[last], 8, True),
        ("of the floor, ×1", ours.time[first] / floor.time[first], 2, False),
        (f"time for each request, ×{last} of ×1", per_request(ours.time), 1.3, False),
        (f"memory for each request, ×{last} of ×1", per_request(memory), 1.3, False),
        (
            f"memory of the input, ×{last}",
            ours.memory[last] / inputs[last].bytes,
            3,
            False,
        ),
    ]
    goals += [
        (f"{it.name}, of the floor, ×1", it.time[first] / floor.time[first], 1.5, False)
        for it in checked
    ]
    out += ["## The goals", ""]
    out += table(
        ["", "measured", "goal", "met"],
        [
            [
                name,
                f"{value:.2f}",
                f"{'at least' if more else 'at most'} {goal:g}",
                "yes" if (value >= goal) == more or value == goal else "no",
            ]
            for name, value, goal, more in goals
        ],
    )
    times = rival.time[last] / floor.time[last]
    out += [
        (
            f"At ×{last} {RIVAL} takes {times:.1f} times the floor: 8 times faster than that is {times / 8:.1f} times "
            "the floor, for which twice the floor is too slow already."
        ),
        "",
    ]
    out += ["![Time and memory against the number of requests](generation.svg)", ""]
    return "\n".join(wrapped(it) for it in out)


def wrapped(line: str) -> str:
    """Break a paragraph as the other pages do; a row of a table has to stay whole."""
    return line if line.startswith(("|", "!")) else textwrap.fill(line, 120)


COLOURS = ["#888888", "#c2410c", "#d97706", "#1d4ed8", "#15803d"]


def plot(cases: list[Case], inputs: dict[int, Input]) -> str:
    """Draw time and memory against the number of requests, both axes by powers of ten."""
    shown = [it for it in cases if it.fresh]
    width, height, left, top = 360, 260, 60, 40
    out = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 940 380" font-family="sans-serif" font-size="12">',
        '<rect width="940" height="380" fill="white"/>',
    ]

    def log(value: float) -> float:
        from math import log10

        return log10(value)

    def panel(at: int, title: str, unit: str, values: list[dict[int, float]]) -> None:
        points = [value for it in values for value in it.values()]
        low, high = int(log(min(points)) - 1), int(log(max(points))) + 1
        if min(points) >= 1:
            low = int(log(min(points)))
        counts = [it.requests for it in inputs.values()]
        begin, end = log(counts[0]), log(counts[-1])

        def x(requests: int) -> float:
            return at + (log(requests) - begin) / (end - begin) * width

        def y(value: float) -> float:
            return top + height - (log(value) - low) / (high - low) * height

        out.append(f'<text x="{at}" y="{top - 15}" font-weight="bold">{title}</text>')
        for power in range(low, high + 1):
            line = y(10.0**power)
            out.append(
                f'<line x1="{at}" x2="{at + width}" y1="{line:.1f}" y2="{line:.1f}" stroke="#dddddd"/>'
            )
            out.append(
                f'<text x="{at - 6}" y="{line + 4:.1f}" text-anchor="end">{10.0**power:g} {unit}</text>'
            )
        for count in counts:
            out.append(
                f'<text x="{x(count):.1f}" y="{top + height + 18}" text-anchor="middle">{count:,}</text>'
            )
        out.append(
            f'<text x="{at + width / 2}" y="{top + height + 36}" text-anchor="middle">requests</text>'
        )
        for colour, line_of in zip(COLOURS, values, strict=True):
            path = " ".join(
                f"{x(inputs[size].requests):.1f},{y(value):.1f}"
                for size, value in line_of.items()
            )
            out.append(
                f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
            )
            for size, value in line_of.items():
                out.append(
                    f'<circle cx="{x(inputs[size].requests):.1f}" cy="{y(value):.1f}" r="3" fill="{colour}"/>'
                )

    panel(left, "Time", "s", [it.time for it in shown])
    memory = [
        {size: value / 2**20 for size, value in it.memory.items()} for it in shown
    ]
    panel(left + width + 110, "Most memory", "MiB", memory)
    for index, (colour, case) in enumerate(zip(COLOURS, shown, strict=True)):
        at = left + index * 178
        out.append(f'<rect x="{at}" y="352" width="12" height="12" fill="{colour}"/>')
        out.append(f'<text x="{at + 18}" y="362">{case.name}</text>')
    return "\n".join([*out, "</svg>", ""])


def main() -> None:
    """Measure, and write the page and the plot."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--postwright", type=Path, required=True)
    parser.add_argument("--floor", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    given = parser.parse_args()
    # On a disk what is measured is when the system writes back what the run before has left.
    memory = Path("/dev/shm")
    fits = memory.is_dir() and shutil.disk_usage(memory).free > 4 << 30
    with tempfile.TemporaryDirectory(dir=memory if fits else given.scratch) as outputs:
        write(given, Path(outputs), "in memory (tmpfs)" if fits else "on the disk")


def write(given: argparse.Namespace, outputs: Path, where: str) -> None:
    """Measure, with outputs in this folder, and write the page and the plot."""
    bench = Bench(
        given.scratch.resolve(),
        outputs,
        given.postwright.resolve(),
        given.floor.resolve(),
        given.rounds,
    )
    cases, inputs = bench.run(given.sizes)
    docs = ROOT / "docs"
    page = report(cases, inputs, given.rounds, where)
    (docs / "generation.md").write_text(page, encoding="utf-8")
    (docs / "generation.svg").write_text(plot(cases, inputs), encoding="utf-8")


if __name__ == "__main__":
    main()
