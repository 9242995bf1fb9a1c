"""Checks the licences of all dependencies against the list in deny.toml.

Stands in for `cargo deny check licenses` where that is not installed.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

deny = Path("deny.toml").read_text(encoding="utf-8")
listed = re.search(r"^allow = \[(.*?)\]", deny, re.MULTILINE | re.DOTALL)
if listed is None:
    sys.exit("deny.toml has no list of licences")
ALLOWED = set(re.findall(r'"([^"]+)"', listed.group(1)))


def allowed(expression: str) -> bool:
    """Whether an SPDX expression can be met with allowed licences alone."""
    text = expression.replace("/", " OR ")
    words = re.findall(r"\(|\)|[^\s()]+", text)
    position = 0

    def any_of() -> bool:
        nonlocal position
        result = all_of()
        while position < len(words) and words[position] == "OR":
            position += 1
            result = all_of() or result
        return result

    def all_of() -> bool:
        nonlocal position
        result = one()
        while position < len(words) and words[position] == "AND":
            position += 1
            result = one() and result
        return result

    def one() -> bool:
        nonlocal position
        word = words[position]
        position += 1
        if word == "(":
            result = any_of()
            position += 1
            return result
        if position < len(words) and words[position] == "WITH":
            word = f"{word} WITH {words[position + 1]}"
            position += 2
        return word in ALLOWED

    return any_of()


assert allowed("MIT/Apache-2.0") and allowed("(Apache-2.0 OR GPL-3.0-only) AND ISC")
assert not allowed("GPL-3.0-only") and not allowed("MIT AND GPL-3.0-only")

metadata = json.loads(
    subprocess.run(
        ["cargo", "metadata", "--locked", "--format-version", "1"],
        check=True,
        capture_output=True,
    ).stdout
)
packages = [package for package in metadata["packages"] if package["source"]]
bad = [package for package in packages if not allowed(package["license"] or "none")]
for package in bad:
    print(
        f"{package['name']} {package['version']}: {package['license']}", file=sys.stderr
    )
if bad:
    sys.exit(
        f"{len(bad)} of {len(packages)} dependencies have a licence that deny.toml does not allow"
    )
print(f"licences of {len(packages)} dependencies are allowed")
