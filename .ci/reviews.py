"""Compares the review notes of .ci/reviews.toml with the dependencies of Cargo.lock.

`--new` prints what the notes lack, with what a machine can see of it.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

NOTES = Path(".ci/reviews.toml")

# Name and version: the lock file has some crates twice.
Crate = tuple[str, str]

# Comments, texts and characters, so that words are looked for in code only.
NO_CODE = re.compile(
    r"//[^\n]*"
    r"|/\*.*?\*/"
    r'|r(#*)".*?"\1'
    r'|"(?:\\.|[^"\\])*"'
    r"|'(?:\\[^']+|[^\\'\n])'",
    re.DOTALL,
)

# What code can do to the machine that it is built or run on, by the words that it needs.
USES = {
    "assembly": r"\b(?:global_|naked_)?asm!",
    "environment": r"\benv::|\b(?:option_)?env!",
    "files": r"\bfs::|\bstd::fs\b|\bFile::|\bOpenOptions\b",
    "foreign code": r'\bextern\s*(?:"")?\s*\{|\blink\s*\(\s*name|\blink!',
    "included files": r"\binclude(?:_bytes)?!|(?<!doc = )\binclude_str!",
    "network": r"\bnet::|\b(?:Tcp(?:Listener|Stream)|UdpSocket"
    r"|Unix(?:Datagram|Listener|Stream))\b",
    "processes": r"\bprocess::",
}
# The same by files that are not Rust.
FILES = {
    "C or assembly": {".asm", ".c", ".cc", ".cpp", ".s"},
    "binaries": {".a", ".bin", ".dll", ".dylib", ".exe", ".lib", ".o", ".obj", ".so"},
}


def cargo(*arguments: str) -> str:
    """What cargo prints."""
    run = subprocess.run(
        ["cargo", *arguments], check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    return run.stdout


def built() -> set[Crate]:
    """What Postwright itself is built with, on whatever system."""
    edges = ("--edges", "normal,build", "--target", "all")
    lines = cargo("tree", "--locked", *edges, "--prefix", "none", "--format", "{p}")
    words = [line.split() for line in lines.splitlines() if line]
    return {(name, version.removeprefix("v")) for name, version, *_ in words}


def facts(package: dict[str, Any]) -> dict[str, Any]:
    """What a machine can see of a crate. What is not there is left out."""
    kinds = {kind for target in package["targets"] for kind in target["kind"]}
    uses: set[str] = set()
    unsafe = 0
    folder = Path(package["manifest_path"]).parent
    for path in folder.rglob("*"):
        # Nothing of these is built for whoever depends on the crate.
        if path.relative_to(folder).parts[0] in {"benches", "examples", "tests"}:
            continue
        ending = path.suffix.lower()
        uses.update(use for use, endings in FILES.items() if ending in endings)
        # `.rs.data` as well, which is included.
        if ".rs" in path.suffixes and path.is_file():
            text = path.read_text(encoding="utf-8")
            code = NO_CODE.sub(lambda it: " " if it[0].startswith("/") else '""', text)
            uses.update(use for use, words in USES.items() if re.search(words, code))
            unsafe += len(re.findall(r"\bunsafe\b", code))
    seen = {
        "build-script": "custom-build" in kinds,
        "proc-macro": "proc-macro" in kinds,
        "links": package["links"],
        "unsafe": unsafe,
        "uses": sorted(uses),
    }
    return {key: value for key, value in seen.items() if value}


def toml(value: object) -> str:
    """A value of these as TOML has it, which is as JSON has it."""
    return json.dumps(value, ensure_ascii=False)


def entry(crate: Crate, seen: dict[str, Any], is_built: bool) -> str:
    """An entry to fill in; what only tests need has nothing to fill in."""
    pairs = {"name": crate[0], "version": crate[1], **seen}
    lines = [f"{key} = {toml(value)}" for key, value in pairs.items()]
    if not is_built:
        return f"    {{ {', '.join(lines)} }},"
    return "\n".join(["[[crate]]", *lines, 'for = ""', 'level = ""', 'read = ""', ""])


def differences(note: dict[str, Any], seen: dict[str, Any]) -> list[str]:
    """What a note says otherwise than a machine."""
    texts = []
    for key in ("build-script", "proc-macro", "links", "unsafe", "uses"):
        has, says = seen.get(key), note.get(key)
        if says is None and has is not None:
            texts.append(f"has {key} = {toml(has)}, which its note does not say")
        elif has is None and says is not None:
            texts.append(f"has no {key}, and its note says {toml(says)}")
        elif has != says:
            texts.append(f"has {key} = {toml(has)}, and its note says {toml(says)}")
    return texts


def gaps(note: dict[str, Any], levels: set[str]) -> list[str]:
    """What no machine can see of a crate, and its note does not say."""
    missing = [key for key in ("for", "level", "read") if not note.get(key)]
    if missing:
        return [f"has a note without {' and '.join(missing)}"]
    if note["level"] not in levels:
        return [f"has the level {note['level']}, which is not one of [levels]"]
    return []


def main() -> None:
    if sys.argv[1:] not in ([], ["--new"]):
        sys.exit("usage: python3 .ci/reviews.py [--new]")
    metadata = json.loads(cargo("metadata", "--locked", "--format-version", "1"))
    packages: dict[Crate, dict[str, Any]] = {
        (it["name"], it["version"]): it for it in metadata["packages"] if it["source"]
    }
    needed = built() & packages.keys()

    notes = tomllib.loads(NOTES.read_text(encoding="utf-8"))
    levels = set(notes["levels"])
    sections = (notes["crate"], notes["tests"]["crates"])
    reviewed, listed = (
        {(it["name"], it["version"]): it for it in section} for section in sections
    )

    if sys.argv[1:]:
        for crate in sorted(needed - reviewed.keys()):
            print(entry(crate, facts(packages[crate]), True))
        for crate in sorted(packages.keys() - needed - listed.keys()):
            print(entry(crate, facts(packages[crate]), False))
        return

    wrong: list[str] = []

    def say(crate: Crate, texts: list[str]) -> None:
        wrong.extend(f"{crate[0]} {crate[1]} {text}" for text in texts)

    for section in sections:
        names = [(it["name"], it["version"]) for it in section]
        for crate in sorted({it for it in names if names.count(it) > 1}):
            say(crate, ["has two notes"])
    for crate in sorted(needed - reviewed.keys()):
        say(crate, ["is built into Postwright, and no [[crate]] is about it"])
    for crate in sorted(reviewed.keys() - needed):
        say(crate, ["has a [[crate]], and is not built into Postwright"])
    for crate in sorted(packages.keys() - needed - listed.keys()):
        say(crate, ["is what tests need, and is not in the list of [tests]"])
    for crate in sorted(listed.keys() - (packages.keys() - needed)):
        say(crate, ["is in the list of [tests], and tests do not need it"])
    for crate in sorted(reviewed.keys() & needed):
        say(crate, gaps(reviewed[crate], levels))
    for crate, note in sorted((reviewed | listed).items()):
        if crate in packages:
            say(crate, differences(note, facts(packages[crate])))
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        sys.exit("`python3 .ci/reviews.py --new` prints what .ci/reviews.toml lacks")

    counts = [
        f"{sum(it['level'] == level for it in reviewed.values())} {level}"
        for level in notes["levels"]
    ]
    print(
        f"{len(reviewed)} dependencies are noted as they are: {', '.join(counts)};"
        f" and {len(listed)} that only tests need"
    )


if __name__ == "__main__":
    main()
