"""Gives objects of an OpenAPI document with the same fields one schema: share.py DOCUMENT > SHARED.

postman2openapi writes a schema of its own for each body and each answer. Who writes a document by hand
names a schema once, and generators that are given it write one type. How many there are goes to
standard error.
"""

from __future__ import annotations

import json
import sys
from typing import Any


class Shared:
    """The schemas that were named, by the names of their fields."""

    def __init__(self) -> None:
        self.names: dict[tuple[str, ...], str] = {}
        self.schemas: dict[str, Any] = {}

    def schema(self, schema: Any, name: str) -> Any:
        """Put references to named schemas in the place of a schema's objects, itself included."""
        if not isinstance(schema, dict):
            return schema
        # An example is of the one answer that it was taken from.
        schema = {key: value for key, value in schema.items() if key != "example"}
        if "items" in schema:
            schema["items"] = self.schema(schema["items"], name)
        fields = schema.get("properties")
        if not fields:
            return schema
        schema["properties"] = {
            field: self.schema(value, field) for field, value in fields.items()
        }
        key = tuple(sorted(fields))
        if key not in self.names:
            self.names[key] = f"{name}_{len(self.names)}"
            self.schemas[self.names[key]] = schema
        return {"$ref": f"#/components/schemas/{self.names[key]}"}

    def media(self, content: Any, name: str) -> None:
        """Share the schemas of a body or an answer."""
        for media in content.get("content", {}).values():
            media.pop("example", None)
            media.pop("examples", None)
            if "schema" in media:
                media["schema"] = self.schema(media["schema"], name)


def main() -> None:
    """Share the schemas of the document that is named."""
    if len(sys.argv) != 2:
        sys.exit("share.py DOCUMENT > SHARED")
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    shared = Shared()
    for path, item in document["paths"].items():
        name = path.strip("/").replace("/", "_").replace("{", "").replace("}", "")
        for operation in item.values():
            if isinstance(operation, dict):
                shared.media(operation.get("requestBody", {}), name)
                for answer in operation.get("responses", {}).values():
                    shared.media(answer, name)
    document.setdefault("components", {})["schemas"] = shared.schemas
    print(f"shared schemas: {len(shared.schemas)}", file=sys.stderr)
    json.dump(document, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
