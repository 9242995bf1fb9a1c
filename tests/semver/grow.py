"""Adds to a collection what APIs add over time: grow.py COLLECTION > GROWN.

A query parameter, a field of an answer, a request, a folder, a variable and a scope, all of
which those who call the API today need not know.
"""

import copy
import json
import sys
from collections.abc import Iterator
from typing import Any

# The request that grows, and that the new ones are copies of.
GROWING = "List patients"
SCOPE = "grown:read"


def requests(items: list[Any]) -> Iterator[tuple[list[Any], Any]]:
    """Each request, with the list that it stands in."""
    for item in items:
        if "item" in item:
            yield from requests(item["item"])
        else:
            yield items, item


def add_field(response: Any) -> None:
    """Gives each record of a page one more field."""
    page = json.loads(response["body"])
    if isinstance(page, dict) and "results" in page:
        for record in page["results"]:
            record["grown"] = "text"
        response["body"] = json.dumps(page)


def add_scope(auth: Any) -> None:
    """Gives a block of OAuth 2.0 one more scope."""
    for row in auth.get("oauth2", []):
        if row["key"] == "scope":
            row["value"] += f" {SCOPE}"


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        collection = json.load(file)
    siblings, growing = next(
        (place, item)
        for place, item in requests(collection["item"])
        if item["name"] == GROWING
    )
    added = copy.deepcopy(growing)
    added["name"] = "List grown patients"
    added["request"]["url"]["path"][-1] = "grown_patients"
    siblings.append(added)
    collection["item"].append({"name": "Grown", "item": [copy.deepcopy(added)]})
    row = {"key": "grown", "value": "text", "disabled": True}
    growing["request"]["url"].setdefault("query", []).append(row)
    for response in growing["response"]:
        add_field(response)
    collection.setdefault("variable", []).append({"key": "grown", "value": "text"})
    add_scope(collection["auth"])
    json.dump(collection, sys.stdout, ensure_ascii=False, indent=2)


main()
