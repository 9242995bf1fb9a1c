"""Counts what the compiler has to do for the generated crate, and compares it with what it was.

    crate.py             says how much it is, fails if it is more than before
    crate.py --update    keeps the counts in benches/crate.json

Counted are the lines of the crate's sources, which is what `cargo check` goes through, the functions that the library
becomes after generics are taken apart, and the lines of their LLVM IR. More than 5 % more fails. It needs Rust and no
network once the tests are built.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CRATE = ROOT / "generated" / "drchrono" / "rust"
KEPT = ROOT / "benches" / "crate.json"

# What may be more than before.
MORE = 0.05


def lines() -> int:
    """Count the lines of the sources."""
    files = sorted((CRATE / "src").rglob("*.rs"))
    return sum(len(it.read_text(encoding="utf-8").splitlines()) for it in files)


def compiled() -> tuple[int, int]:
    """Count the functions of the library, and the lines of their code."""
    with tempfile.TemporaryDirectory() as folder:
        crate = Path(folder) / "crate"
        shutil.copytree(CRATE, crate, ignore=shutil.ignore_patterns("target"))
        # The versions that were tested; the file is not part of the outputs.
        shutil.copy(ROOT / "Cargo.lock", crate / "Cargo.lock")
        code = Path(folder) / "code.ll"
        target = os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target"))
        command = ["cargo", "rustc", "--quiet", "--lib", "--target-dir", target]
        command += [
            "--",
            "-Ccodegen-units=1",
            "-Cdebuginfo=0",
            f"--emit=llvm-ir={code}",
        ]
        subprocess.run(command, cwd=crate, check=True)
        text = code.read_text(encoding="utf-8")
    every = text.splitlines()
    return sum(it.startswith("define ") for it in every), len(every)


def compiler() -> str:
    """Say which compiler it is."""
    run = subprocess.run(
        ["rustc", "--version"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return run.stdout.split(" (")[0].strip()


def main() -> int:
    """Compare, or keep."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--update", action="store_true", help="keep the counts")
    update = parser.parse_args().update
    functions, code = compiled()
    new = {"lines": lines(), "functions": functions, "lines of LLVM IR": code}
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    rustc = compiler()
    # Lines are lines; what becomes of them is the compiler's.
    compared = set(new) if rustc == kept.get("compiler") else {"lines"}
    worse = []
    for name, now in new.items():
        was = kept.get(name)
        change = f"{now / was - 1:+.1%}" if was and name in compared else "not compared"
        print(f"{name:18} {now:10,} {change:>14}")
        if name in compared and (was is None or now > was * (1 + MORE)):
            worse.append(name)
    if update:
        kept = {"compiler": rustc, **new}
        KEPT.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
        return 0
    if worse:
        print(
            f"more than {MORE:.0%} more: {', '.join(worse)}. If it has to be, run "
            "tests/bench/crate.py --update and say why"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
