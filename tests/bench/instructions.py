"""Counts the instructions of each phase of a run, and compares them with what they were.

    instructions.py             says what each phase takes, fails if one takes more than before
    instructions.py --update    keeps the counts in benches/instructions.json

A phase fails that takes more than 5 % more. Seconds differ from run to run and from machine to machine; instructions
do not, as long as the compiler is the same one. It needs valgrind.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "benches" / "instructions.json"

# What a phase may take more than before, and what is too little to be told from chance.
MORE = 0.05
LITTLE = 2_000_000


def build() -> Path:
    """Build the program that goes as far as a phase; answer with where it is."""
    command = ["cargo", "bench", "--locked", "--profile", "instructions"]
    command += ["--bench", "phases", "--no-run", "--message-format", "json"]
    run = subprocess.run(
        command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    for line in run.stdout.splitlines():
        message = json.loads(line)
        if message.get("executable") and message["target"]["name"] == "phases":
            return Path(message["executable"])
    sys.exit("cargo has built no program")


def count(program: Path, phase: str) -> int:
    """Count the instructions of all phases up to this one."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [
                "valgrind",
                "--tool=callgrind",
                f"--callgrind-out-file={folder}/out",
                str(program),
                "until",
                phase,
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    found = re.search(r"Collected *: *([0-9]+)", run.stderr)
    if run.returncode or not found:
        sys.exit(f"valgrind has counted nothing for {phase}:\n{run.stderr}")
    return int(found[1])


def counts(program: Path) -> dict[str, int]:
    """Count the instructions of each phase alone, and of all of them."""
    run = subprocess.run(
        [str(program), "phases"], check=True, capture_output=True, text=True
    )
    phases = run.stdout.splitlines()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        until = dict(
            zip(phases, pool.map(lambda it: count(program, it), phases), strict=True)
        )
    alone = {}
    before, templates = 0, until["templates"]
    for phase in phases:
        # Each target follows on the templates, and not on the target before.
        base = before if until[phase] <= templates else templates
        alone[phase] = until[phase] - base
        before = until[phase]
    # Where a program begins is of the compiler and the system.
    del alone["start"]
    alone["all"] = sum(alone.values())
    return alone


def machine() -> str:
    """Say what made the program and what it runs on: counts of others are others."""
    run = subprocess.run(
        ["rustc", "--version"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    rustc = run.stdout.split(" (")[0].strip()
    return ", ".join([rustc, platform.machine(), " ".join(platform.libc_ver())])


def main() -> int:
    """Compare, or keep."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--update", action="store_true", help="keep the counts")
    update = parser.parse_args().update
    if not shutil.which("valgrind"):
        sys.exit("this needs valgrind: install the package of that name")
    new = counts(build())
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    old = kept.get("instructions", {})
    worse = []
    print(f"{'phase':14} {'million':>9} {'before':>9} {'change':>8}")
    for phase, now in new.items():
        was = old.get(phase)
        change = f"{now / was - 1:+.1%}" if was else "new"
        before = f"{was / 1e6:.1f}" if was else ""
        print(f"{phase:14} {now / 1e6:9.1f} {before:>9} {change:>8}")
        if was is None or now > was * (1 + MORE) and now - was > LITTLE:
            worse.append(phase)
    here = machine()
    if update:
        kept = {"machine": here, "instructions": new}
        KEPT.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
        return 0
    if here != kept.get("machine"):
        print(f"not compared: these are of {here}, those of {kept.get('machine')}")
        return 0
    if worse:
        print(
            f"more than {MORE:.0%} more instructions: {', '.join(worse)}. If it has "
            "to be, run tests/bench/instructions.py --update and say why"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
