"""Reads scripts of PowerShell without running any, and says which of them is none.

python3 parse.py FILE...
"""

import sys
from pathlib import Path

import literals
from interpret import PARSER, error_line, kids, literal, text_of
from literals import UnreadableError
from tree_sitter import Node

VERBATIM = ("verbatim_string_characters", "verbatim_here_string_characters")
EXPANDABLE = ("expandable_string_literal", "expandable_here_string_literal")


def check(node: Node) -> None:
    """Read every literal: the grammar does not know all that ends one."""
    if node.type in VERBATIM:
        literal(node)
    if node.type in EXPANDABLE:
        text = text_of(node)
        begin = node.start_byte
        ends = {}
        for it in node.children:
            if it.type == "sub_expression":
                first = text.encode()[: it.start_byte - begin].decode()
                last = text.encode()[: it.end_byte - begin].decode()
                ends[len(first)] = len(last)
        block = node.type == EXPANDABLE[1]
        list(literals.pieces(text, block, ends.__getitem__))
    for it in kids(node):
        check(it)


def main() -> None:
    """Read what the arguments name."""
    wrong = []
    for path in sys.argv[1:]:
        root = PARSER.parse(literals.parsed(Path(path).read_bytes())).root_node
        if root.has_error:
            wrong.append(f"{path}:{error_line(root)}")
        try:
            check(root)
        except (UnreadableError, LookupError, ValueError) as error:
            wrong.append(f"{path}: {error}")
    sys.exit("\n".join(wrong) or None)


if __name__ == "__main__":
    main()
