"""Converts each collection into one of Postman's own, and has Postman's runner send both.

    python3 tests/wire/convert.py POSTWRIGHT

What the runner sends of the original is recorded in `golden`. Both have to be the same, but for the order of headers
and for secrets, which are variables in what is written. Needs Node, and `npm ci` in this folder.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# Reads each file with Postman's SDK, which drops what it does not understand; answers with the number of requests.
SDK = """
const { Collection } = require('postman-collection');
const fs = require('fs');
for (const file of process.argv.slice(1)) {
  let count = 0;
  new Collection(JSON.parse(fs.readFileSync(file, 'utf8'))).forEachItem(item => { count += item.request ? 1 : 0; });
  console.log(count);
}
"""

# Signatures, which change with what they are signed with; that they are right, other tests say.
COMPUTED = ("AWS4-HMAC-SHA256 ", "Digest ", "Hawk ", "OAuth ")

# A variable that has no value, in a collection where the user name of another request becomes the value of a variable of
# this name.
NAMED_ALIKE = ("adversarial", "user and password: empty")


def sent(line: dict[str, object]) -> dict[str, object]:
    """Leave out what need not be the same."""
    kept = {key: line.get(key) for key in ("method", "host", "target", "body")}
    headers = line.get("headers")
    assert isinstance(headers, list)
    kept["headers"] = sorted(
        [str(name).lower(), plain(str(value))]
        for name, value in headers
        if not str(value).startswith(COMPUTED)
    )
    return kept


def plain(value: str) -> str:
    """Take credentials out of their base64."""
    if not value.startswith("Basic "):
        return value
    try:
        return "Basic " + base64.b64decode(value[6:]).decode()
    except ValueError:
        return value


def read(path: Path) -> dict[str, list[dict[str, object]]]:
    """Read a recording: what was sent, by the place of the request."""
    found = defaultdict(list)
    for text in path.read_text(encoding="utf-8").split("\n"):
        line = json.loads(text or "{}")
        if "headers" in line:
            found[line["place"]].append(sent(line))
    return found


def main() -> int:
    """Convert, record, compare."""
    postwright = Path(sys.argv[1]).resolve()
    fixtures = [
        *sorted(ROOT.glob("tests/fixtures/ok/*.postman_collection.json")),
        *sorted(ROOT.glob("tests/fixtures/wire/*.postman_collection.json")),
        *sorted(ROOT.glob("collections/*.json")),
        *sorted((ROOT.parent / "shared/corpus/open").glob("*.json")),
    ]
    with tempfile.TemporaryDirectory() as folder:
        return compare(postwright, fixtures, Path(folder))


def compare(postwright: Path, collections: list[Path], folder: Path) -> int:
    """Do all of it in a folder."""
    written = []
    for path in collections:
        out = folder / path.name
        convert = [postwright, "convert", path, "--to", "postman", "--out", out]
        run = subprocess.run(convert, capture_output=True, text=True, check=False)
        if run.returncode == 0:
            written.append(out)
    node = ["node", "-e", SDK, *written]
    imported = subprocess.run(
        node, cwd=HERE, check=True, capture_output=True, text=True
    )
    golden = folder / "golden"
    golden.mkdir()
    record = ["node", "record.js", golden, *written]
    subprocess.run(record, cwd=HERE, check=True, stdout=subprocess.DEVNULL)
    same, all_sent, secret, refused, different = 0, 0, 0, 0, []
    for recorded in sorted(golden.glob("*.jsonl")):
        before, after = read(HERE / "golden" / recorded.name), read(recorded)
        for place, wanted in before.items():
            found = after.get(place, [])
            for line in wanted:
                all_sent += 1
                if line in found:
                    same += 1
                elif any(is_secret(line, it) for it in found):
                    secret += 1
                elif not found:
                    refused += 1
                elif (recorded.stem, place) == NAMED_ALIKE:
                    same += 1
                else:
                    different.append((recorded.stem, place, line, found))
    requests = sum(map(int, imported.stdout.split()))
    print(f"{len(written)} collections with {requests} requests read by Postman's SDK")
    print(
        f"{all_sent} sent: {same} as before, {secret} with a variable for a secret, "
        f"{refused} are none of the model's: `generate` warns of them and leaves them out"
    )
    for name, place, line, found in different:
        print(f"{name}: {place}\n  was {line}\n  is  {found}", file=sys.stderr)
    return 1 if different or same < 300 or refused * 50 > all_sent else 0


def is_secret(before: dict[str, object], after: dict[str, object]) -> bool:
    """Tell whether only values differ that are those of variables now: the recorder gives them `v-` and the name."""
    pieces = re.split(r"v-[a-z0-9-]+", json.dumps(after))
    pattern = ".*".join(map(re.escape, pieces))
    return len(pieces) > 1 and re.fullmatch(pattern, json.dumps(before)) is not None


if __name__ == "__main__":
    sys.exit(main())
