"""Says where descriptions in OpenAPI are not valid: validate.py FOLDER

Reads each FOLDER/**/*.json that is one. A line for each mistake; exits with 1 if there is one.
"""

import json
import sys
from pathlib import Path

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from referencing.exceptions import Unresolvable

VALIDATORS = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}


def mistakes(document: dict) -> list[str]:
    validator = VALIDATORS[document["openapi"][:3]](document)
    try:
        return [" ".join(str(it).split())[:300] for it in validator.iter_errors()]
    except Unresolvable as error:  # It is raised, not found.
        return [repr(error)]


def main() -> int:
    paths = sorted(Path(sys.argv[1]).rglob("*.json"))
    documents = [(path, json.loads(path.read_text(encoding="utf-8"))) for path in paths]
    documents = [
        (path, document) for path, document in documents if "openapi" in document
    ]
    if not documents:
        sys.exit(f"there is no description in {sys.argv[1]}")
    found = False
    for path, document in documents:
        for mistake in mistakes(document):
            print(f"{path}: {mistake}")
            found = True
    return int(found)


if __name__ == "__main__":
    sys.exit(main())
