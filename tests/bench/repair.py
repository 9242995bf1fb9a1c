"""Repairs an OpenAPI document just so far that progenitor takes it: repair.py DOCUMENT > REPAIRED.

What is changed, and how often, goes to standard error: it is part of the comparison.
"""

from __future__ import annotations

import json
import sys
from typing import Any

METHODS = ("delete", "get", "head", "options", "patch", "post", "put", "trace")


def drop_multipart(document: dict[str, Any]) -> int:
    """Take the body from each operation that sends a form with files; the operation stays."""
    # progenitor: gen fail: UnexpectedFormat("unexpected content type: multipart/form-data")
    count = 0
    for item in document["paths"].values():
        for operation in (item[method] for method in METHODS if method in item):
            if "multipart/form-data" in operation.get("requestBody", {}).get(
                "content", {}
            ):
                del operation["requestBody"]
                count += 1
    return count


def main() -> None:
    """Repair the document that is named."""
    if len(sys.argv) != 2:
        sys.exit("repair.py DOCUMENT > REPAIRED")
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    print(f"multipart bodies dropped: {drop_multipart(document)}", file=sys.stderr)
    json.dump(document, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
