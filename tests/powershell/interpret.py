"""Reads the subset of PowerShell that the scripts and snippets are written in.

    python3 interpret.py PORT [FILE ARGUMENT...]

There is no PowerShell where the tests run. Each line of standard input is JSON: a file
and its arguments. Each is answered with a line of JSON: null, or what went wrong. With
a FILE only that is run, and each output is written as a line of JSON. Every connection
goes to one port of this machine.

What is not known here is an error, and never a guess.
"""

import json
import os
import re
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import dotnet
import literals
import web
from dotnet import checked
from literals import UnreadableError
from tree_sitter import Language, Node, Parser
from tree_sitter_powershell import language
from values import (
    NOTHING,
    Block,
    Record,
    Table,
    ThrownError,
    Type,
    each,
    equals,
    gathered,
    is_nothing,
    is_true,
    to_text,
)

PARSER = Parser(Language(language()))

# Nodes that say only how tightly an operator binds. With one child they are that child.
LEVELS = [
    "pipeline",
    "pipeline_chain",
    "logical_expression",
    "bitwise_expression",
    "comparison_expression",
    "additive_expression",
    "multiplicative_expression",
    "format_expression",
    "range_expression",
    "array_literal_expression",
    "unary_expression",
    "argument_expression",
    "logical_argument_expression",
    "bitwise_argument_expression",
    "comparison_argument_expression",
    "additive_argument_expression",
    "multiplicative_argument_expression",
    "format_argument_expression",
    "range_argument_expression",
    "argument_expression_list",
    "expression_with_unary_operator",
    "string_literal",
    "integer_literal",
    "key_expression",
    "left_assignment_expression",
    "switch_clause_condition",
    "script_block_body",
    "statement_list",
]
OPERATORS = [
    "logical_expression",
    "bitwise_expression",
    "comparison_expression",
    "additive_expression",
    "logical_argument_expression",
    "comparison_argument_expression",
    "additive_argument_expression",
    "range_expression",
    "range_argument_expression",
]
SCOPES = ("script", "env")
# Names without a type of .NET behind them, and shorter names of types.
ALIASES = {"int32": "int", "int64": "long", "system.uri": "uri"}


class ReturnError(Exception):
    """A `return` on its way to the function that it ends."""


class Variable:
    """A value, and the type that it is converted to when it is set."""

    def __init__(self, value: Any, kind: str | None = None) -> None:
        """Take the value as it is."""
        self.value = value
        self.kind = kind


class Scope:
    """Variables of a script or of a function."""

    def __init__(self, parent: "Scope | None" = None) -> None:
        """Begin without variables; who called is the parent."""
        self.parent = parent
        self.variables: dict[str, Variable] = {}

    def find(self, name: str) -> Variable | None:
        """Look here, then at who called."""
        scope: Scope | None = self
        while scope:
            if found := scope.variables.get(name):
                return found
            scope = scope.parent
        return None


class Parameter:
    """A parameter of a script or a function."""

    def __init__(self, node: Node) -> None:
        """Read a declaration."""
        self.kind: str | None = None
        self.mandatory = False
        self.position: int | None = None
        self.patterns: list[str] = []
        self.default: Node | None = None
        for child in kids(node):
            if child.type == "attribute_list":
                for attribute in kids(child):
                    self.take(attribute)
            elif child.type == "variable":
                self.name = text_of(child)[1:]
            elif child.type == "script_parameter_default":
                self.default = kids(child)[-1]
            else:
                raise UnreadableError(f"{child.type} of a parameter")

    def take(self, node: Node) -> None:
        """Read a type, or an attribute."""
        parts = kids(node)
        if parts[0].type == "type_literal":
            self.kind = type_name(parts[0])
            return
        name = text_of(parts[1]).lower()
        arguments = [it for it in parts if it.type == "attribute_arguments"]
        for argument in kids(arguments[0]) if arguments else ():
            if argument.type != "attribute_argument":
                continue
            pieces = kids(argument)
            word = text_of(pieces[0]).lower() if pieces[0].type == "simple_name" else ""
            value = literal(pieces[-1]) if len(pieces) != 1 or not word else True
            if name == "parameter" and word == "mandatory":
                self.mandatory = value
            elif name == "parameter" and word == "position":
                self.position = value
            elif name == "validatepattern" and not word:
                self.patterns.append(str(value))
            elif (name, word) != ("validatepattern", "errormessage"):
                raise UnreadableError(f"the attribute {name} with {word}")
        if name not in ("parameter", "validatepattern"):
            raise UnreadableError(f"the attribute {name}")

    def check(self, value: Any) -> None:
        """Refuse a value that the attributes do not allow."""
        if self.mandatory and value == "":
            raise ThrownError(f"Cannot bind argument to parameter '{self.name}': empty")
        for it in self.patterns:
            if not dotnet.pattern(it, False).search(to_text(value)):
                raise ThrownError(
                    f"Cannot validate argument on parameter '{self.name}'"
                )


def kids(node: Node) -> list[Node]:
    """Tell the children of a node that are no comments."""
    return [it for it in node.children if it.type != "comment"]


def text_of(node: Node) -> str:
    """Tell the text of a node."""
    return node.text.decode().translate(literals.SHOWN) if node.text else ""


def bare(node: Node) -> Node:
    """Leave out the levels around a node."""
    while node.type in LEVELS:
        children = kids(node)
        if len(children) != 1:
            break
        node = children[0]
    return node


def literal(node: Node) -> Any:
    """Read a value that nothing has to be evaluated for."""
    node = bare(node)
    text = text_of(node)
    if node.type == "verbatim_string_characters":
        return literals.single(text)
    if node.type == "verbatim_here_string_characters":
        return literals.here(text, literals.SINGLE)
    if node.type == "decimal_integer_literal" and text.isdigit():
        number = int(text)
        if number >= 2**63:
            raise UnreadableError(f"the number {text}")
        return number
    # From here on it would be negative.
    if node.type == "hexadecimal_integer_literal" and int(text, 16) < 2**31:
        return int(text, 16)
    if node.type == "variable" and text.lower() in ("$true", "$false", "$null"):
        return {"$true": True, "$false": False, "$null": None}[text.lower()]
    raise UnreadableError(f"{node.type} {text} as a literal")


def type_name(node: Node) -> str:
    """Read the name of a type."""
    name = re.sub(r"\s", "", text_of(node))[1:-1].lower()
    name = name.removeprefix("system.")
    return ALIASES.get(name, name)


class Interpreter:
    """One run of a script."""

    def __init__(self, file: str, port: int, caller: "Interpreter | None") -> None:
        """Read a script, and refuse one that is none. Who calls it is seen by it."""
        self.source = Path(file).read_bytes()
        self.port = port
        self.root = PARSER.parse(literals.parsed(self.source)).root_node
        if self.root.has_error:
            raise UnreadableError(f"the script: line {error_line(self.root)}")
        self.scope: Scope = Scope(caller.scope if caller else None)
        self.script = self.scope
        self.functions: dict[str, Node] = {}
        self.strict: bool = caller.strict if caller else False
        # What the blocks of `catch` around a statement have caught.
        self.caught: list[ThrownError] = []
        folder = os.path.dirname(os.path.abspath(file))
        self.scope.variables["psscriptroot"] = Variable(folder)
        context = dotnet.Named("execution context")
        self.scope.variables["executioncontext"] = Variable(context)

    # Scripts and functions

    def run(self, arguments: list[str], out: list[Any]) -> None:
        """Run the script; what it writes goes to `out`, also if it fails."""
        children = kids(self.root)
        block = next((it for it in children if it.type == "param_block"), None)
        bound = dotnet.Bound()
        self.scope.variables["psboundparameters"] = Variable(bound)
        self.scope.variables["pscmdlet"] = Variable(dotnet.Cmdlet())
        positional = True
        if block:
            positional = self.read_attributes(block)
            parameters = self.parameters_of(block)
            named, rest = self.given_words(parameters, arguments)
            self.bind(parameters, named, rest, positional, bound)
        elif arguments:
            raise UnreadableError("arguments of a script without parameters")
        try:
            for child in children:
                if child.type != "param_block":
                    self.statement(child, out)
        except ReturnError:
            pass

    def read_attributes(self, block: Node) -> bool:
        """Read `[CmdletBinding(…)]`; tell whether all parameters have a position."""
        for it in kids(block):
            if it.type not in ("attribute_list", "attribute"):
                continue
            text = re.sub(r"\s", "", text_of(it)).lower()
            if text == "[cmdletbinding()]":
                return True
            known = "[cmdletbinding(positionalbinding=$false,supportsshouldprocess)]"
            if text != known:
                raise UnreadableError(f"the attribute {text}")
            return False
        return True

    def given_words(
        self, parameters: list[Parameter], words: list[str]
    ) -> tuple[dict[str, Any], list[Any]]:
        """Tell words that begin with a name of a parameter from the others."""
        named: dict[str, Any] = {}
        rest: list[Any] = []
        words = list(words)
        while words:
            word = words.pop(0)
            if not re.match(r"-[A-Za-z_]", word):
                rest.append(word)
                continue
            parameter = self.parameter(parameters, word[1:])
            is_switch = parameter.kind == "switch"
            named[parameter.name] = True if is_switch else words.pop(0)
        return named, rest

    def parameter(self, parameters: list[Parameter], name: str) -> Parameter:
        """Find a parameter by its whole name."""
        for it in parameters:
            if it.name.lower() == name.lower():
                return it
        raise UnreadableError(f"the parameter -{name}")

    def parameters_of(self, node: Node) -> list[Parameter]:
        """Read the declarations of a block."""
        lists = [it for it in kids(node) if it.type == "parameter_list"]
        rows = kids(lists[0]) if lists else []
        return [Parameter(it) for it in rows if it.type == "script_parameter"]

    def bind(
        self,
        parameters: list[Parameter],
        named: dict[str, Any],
        rest: list[Any],
        positional: bool,
        bound: dotnet.Bound,
    ) -> None:
        """Make variables of parameters, in the scope of the function."""
        order = [it for it in parameters if it.position is not None]
        order.sort(key=lambda it: it.position or 0)
        if positional and not order:
            order = [it for it in parameters if it.kind != "switch"]
        order = [it for it in order if it.name not in named]
        if len(rest) > len(order):
            raise ThrownError("A positional parameter cannot be found")
        given = dict(named)
        given |= {it.name: value for it, value in zip(order, rest, strict=False)}
        for it in parameters:
            if it.name in given:
                value = self.typed(given[it.name], it.kind)
                it.check(value)
                bound.names.append(it.name)
            elif it.mandatory:
                raise ThrownError(f"missing mandatory parameters: {it.name}")
            elif it.default:
                value = self.typed(self.value(it.default), it.kind)
            elif it.kind == "switch":
                value = False
            elif it.kind in ("string", "int", "long"):
                value = self.typed(None, it.kind)
            else:
                value = None
            self.scope.variables[it.name.lower()] = Variable(value, it.kind)

    @staticmethod
    def typed(value: Any, kind: str | None) -> Any:
        """Convert a value to the type of a variable."""
        return value if kind is None else dotnet.converted(value, kind)

    def call(self, node: Node, named: dict[str, Any], rest: list[Any]) -> list[Any]:
        """Call a function."""
        out: list[Any] = []
        parameters: list[Parameter] = []
        body: list[Node] = []
        for child in kids(node):
            if child.type == "function_parameter_declaration":
                parameters = self.parameters_of(child)
            elif child.type == "script_block":
                for it in kids(child):
                    if it.type == "param_block":
                        self.read_attributes(it)
                        parameters = self.parameters_of(it)
                    else:
                        body.append(it)
        names = {self.parameter(parameters, name).name: named[name] for name in named}
        caller, caught = self.scope, self.caught
        self.scope, self.caught = Scope(caller), []
        bound = dotnet.Bound()
        self.scope.variables["psboundparameters"] = Variable(bound)
        try:
            self.bind(parameters, names, rest, True, bound)
            for it in body:
                self.statement(it, out)
        except ReturnError:
            pass
        finally:
            self.scope, self.caught = caller, caught
        return out

    def call_script(self, file: Any) -> list[Any]:
        """Run another script, as `&` does."""
        if not isinstance(file, str) or "/" not in file or not file.endswith(".ps1"):
            raise UnreadableError(f"what & makes of {file}")
        if not os.path.isfile(file):
            raise ThrownError(f"The term '{file}' is not recognized as a name")
        out: list[Any] = []
        Interpreter(file, self.port, self).run([], out)
        return out

    # Statements

    def statement(self, node: Node, out: list[Any]) -> None:
        """Run a statement; what it writes goes to `out`."""
        node = bare(node)
        method = getattr(self, f"run_{node.type}", None)
        if method:
            method(node, out)
        elif node.type in ("command", "pipeline_chain"):
            out += self.pipeline(node)
        elif node.type in ("statement_list", "script_block_body", "script_block"):
            for it in kids(node):
                self.statement(it, out)
        elif node.type not in (";", "{", "}"):
            out += each(self.value(node))

    def run_statement_block(self, node: Node, out: list[Any]) -> None:
        """Run what is in braces."""
        for it in kids(node):
            self.statement(it, out)

    def run_function_statement(self, node: Node, _: list[Any]) -> None:
        """Know a function from now on."""
        name = next(text_of(it) for it in kids(node) if it.type == "function_name")
        self.functions[name.lower()] = node

    def run_if_statement(self, node: Node, out: list[Any]) -> None:
        """Run the first block whose condition holds."""
        children = kids(node)
        clauses = [children]
        for it in children:
            if it.type == "elseif_clauses":
                clauses += [kids(clause) for clause in kids(it)]
            elif it.type in ("elseif_clause", "else_clause"):
                clauses.append(kids(it))
        for parts in clauses:
            block = next(it for it in parts if it.type == "statement_block")
            opens = [at for at, it in enumerate(parts) if it.type == "("]
            if not opens or is_true(self.value(parts[opens[0] + 1])):
                self.statement(block, out)
                return

    def run_while_statement(self, node: Node, out: list[Any]) -> None:
        """Run a loop."""
        children = kids(node)
        condition = next(it for it in children if it.type == "while_condition")
        while is_true(self.value(kids(condition)[0])):
            self.statement(children[-1], out)

    def run_foreach_statement(self, node: Node, out: list[Any]) -> None:
        """Run a loop over values."""
        children = kids(node)
        at = next(at for at, it in enumerate(children) if it.type == "in")
        if [it.type for it in children[at + 2 :]] != [")", "statement_block"]:
            raise UnreadableError("a foreach")
        value = self.value(children[at + 1])
        for it in [] if is_nothing(value) else each(value):
            self.assign(children[at - 1], it)
            self.statement(children[-1], out)

    def run_switch_statement(self, node: Node, out: list[Any]) -> None:
        """Run the blocks of every text that is equal, of every value."""
        parts = {it.type: it for it in kids(node)}
        if set(parts) != {"switch", "switch_condition", "switch_body"}:
            raise UnreadableError("the parameters of a switch")
        value = self.value(kids(parts["switch_condition"])[1])
        clauses = [
            clause
            for it in kids(parts["switch_body"])
            if it.type == "switch_clauses"
            for clause in kids(it)
        ]
        for it in each(value):
            for clause in clauses:
                condition, block = kids(clause)
                # Not `default`, which is no literal.
                if equals(it, literal(condition), False):
                    self.statement(block, out)

    def run_flow_control_statement(self, node: Node, out: list[Any]) -> None:
        """Run `return` and `throw`."""
        word, *rest = kids(node)
        if word.type == "throw" and len(rest) == 1:
            kind = "management.automation.runtimeexception"
            raise ThrownError(to_text(self.value(rest[0])), kind)
        if word.type == "throw" and not rest and self.caught:
            raise self.caught[-1]
        if word.type != "return" or len(rest) > 1:
            raise UnreadableError(f"{word.type} with {len(rest)} values")
        for it in rest:
            self.statement(it, out)
        raise ReturnError

    def run_try_statement(self, node: Node, out: list[Any]) -> None:
        """Run a block, the one that catches its error, and the one at the end."""
        parts = {it.type: it for it in kids(node)}
        clauses = parts.get("catch_clauses")
        last = parts.get("finally_clause")
        try:
            self.statement(parts["statement_block"], out)
        except ThrownError as error:
            block = self.catching(kids(clauses) if clauses else [], error)
            if not block:
                raise
            self.run_catch(block, error, out)
        finally:
            if last:
                self.statement(kids(last)[-1], out)

    @staticmethod
    def catching(clauses: list[Node], error: ThrownError) -> Node | None:
        """Find the first block that catches an error."""
        for clause in clauses:
            *rows, block = kids(clause)[1:]
            kinds = [type_name(it) for row in rows for it in kids(row)]
            if not kinds or any(error.is_of(it) for it in kinds):
                return block
        return None

    def run_catch(self, block: Node, error: ThrownError, out: list[Any]) -> None:
        """Run a block that catches an error: it may throw it again."""
        before = self.scope.variables.get("_")
        self.scope.variables["_"] = Variable(dotnet.Named("the error"))
        self.caught.append(error)
        try:
            self.statement(block, out)
        finally:
            self.caught.pop()
            del self.scope.variables["_"]
            if before:
                self.scope.variables["_"] = before

    def run_return(self, _: Node, __: list[Any]) -> None:
        """Run a `return` without a value."""
        raise ReturnError

    def run_assignment_expression(self, node: Node, _: list[Any]) -> None:
        """Set a variable, several, or a property."""
        left, operator, right = kids(node)
        value = self.value(right)
        if text_of(operator) == "+=":
            value = self.add(self.value(left), value)
        elif text_of(operator) != "=":
            raise UnreadableError(text_of(operator))
        self.assign(left, value)

    def assign(self, left: Node, value: Any) -> None:
        """Set what is on the left."""
        left = bare(left)
        if left.type == "array_literal_expression":
            targets = [it for it in kids(left) if it.type != ","]
            values = each(value)
            for at, target in enumerate(targets[:-1]):
                self.assign(target, values[at] if at < len(values) else None)
            rest = values[len(targets) - 1 :]
            self.assign(targets[-1], gathered(rest) if rest else None)
        elif left.type == "variable":
            self.set_variable(text_of(left)[1:], value)
        elif left.type == "member_access":
            target, dot, name = kids(left)
            if dot.type != ".":
                raise UnreadableError(f"setting {text_of(left)}")
            dotnet.set_member(self.value(target), text_of(name), value)
        elif left.type == "element_access":
            target, _, key, _ = kids(left)
            dotnet.set_element(self.value(target), self.value(key), value)
        else:
            raise UnreadableError(f"setting {left.type} {text_of(left)}")

    # Variables

    def set_variable(self, name: str, value: Any) -> None:
        """Set a variable here, or in the scope that is named."""
        scope = self.scope
        if ":" in name:
            where, _, name = name.partition(":")
            if where.lower() != "script":
                raise UnreadableError(f"setting ${where}:{name}")
            scope = self.script
        known = scope.variables.get(name.lower())
        if known:
            known.value = self.typed(value, known.kind)
        else:
            scope.variables[name.lower()] = Variable(value)

    def variable(self, name: str) -> Any:
        """Read a variable."""
        lower = name.lower()
        if lower in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[lower]
        if lower == "iswindows":
            return sys.platform == "win32"
        if lower.startswith("env:"):
            # A variable of the environment that is empty is none.
            return os.environ.get(name[4:]) or None
        scope = self.scope
        if lower.startswith("script:"):
            scope, lower = self.script, lower[7:]
        if ":" in lower:
            raise UnreadableError(f"the variable ${name}")
        found = scope.find(lower)
        if found:
            return found.value
        if self.strict:
            raise ThrownError(f"The variable '${name}' has not been set.")
        return None

    # Expressions

    def value(self, node: Node) -> Any:
        """Tell the value of an expression, or what a statement writes."""
        node = bare(node)
        if node.type in OPERATORS:
            return self.operation(node)
        method = getattr(self, f"of_{node.type}", None)
        if method:
            return method(node)
        statements = ("command", "pipeline_chain", "if_statement", "foreach_statement")
        if node.type in (*statements, "switch_statement", "statement_list"):
            out: list[Any] = []
            self.statement(node, out)
            return gathered(out)
        return literal(node)

    def of_variable(self, node: Node) -> Any:
        """Read a variable."""
        children = kids(node)
        if children and children[0].type == "braced_variable":
            return self.variable(text_of(node)[2:-1])
        name, end = literals.variable(text_of(node), 0)
        if end != len(text_of(node)) or not text_of(node).startswith("$"):
            raise UnreadableError(f"the variable {text_of(node)}")
        return self.variable(name)

    def of_braced_variable(self, node: Node) -> Any:
        """Read a variable whose name is in braces."""
        return self.variable(text_of(node)[2:-1])

    def of_expandable_string_literal(self, node: Node) -> str:
        """Read a string in double quotes."""
        return self.expanded(node, block=False)

    def of_expandable_here_string_literal(self, node: Node) -> str:
        """Read a here-string in double quotes."""
        return self.expanded(node, block=True)

    def expanded(self, node: Node, block: bool) -> str:
        """Put values into a string."""
        text, begin = text_of(node), node.start_byte
        # Places are counted in bytes there, and in characters here.
        spans = {}
        for it in node.children:
            if it.type == "sub_expression":
                first = len(self.source[begin : it.start_byte].decode())
                last = len(self.source[begin : it.end_byte].decode())
                spans[first] = (it, last)
            elif it.type not in ("variable", "braced_variable") and it.is_named:
                raise UnreadableError(f"{it.type} in the string {text}")

        def end_of(at: int) -> int:
            if at not in spans:
                raise UnreadableError(f"an expression in the string {text}")
            return spans[at][1]

        out, seen = [], 0
        for kind, it in literals.pieces(text, block, end_of):
            if kind == "text":
                out.append(it)
            elif kind == "variable":
                out.append(to_text(self.variable(it)))
            else:
                seen += 1
                out.append(to_text(self.value(spans[it][0])))
        if seen != len(spans):
            raise UnreadableError(f"the string {text}")
        return "".join(out)

    def of_sub_expression(self, node: Node) -> Any:
        """Tell what `$(…)` writes."""
        out: list[Any] = []
        for it in kids(node)[1:-1]:
            self.statement(it, out)
        return gathered(out)

    def of_array_expression(self, node: Node) -> list[Any]:
        """Tell what `@(…)` writes, as an array."""
        out: list[Any] = []
        for it in kids(node)[1:-1]:
            self.statement(it, out)
        return out

    def of_parenthesized_expression(self, node: Node) -> Any:
        """Tell the value of what is in parentheses."""
        inner = kids(node)[1:-1]
        if len(inner) != 1 or bare(inner[0]).type == "assignment_expression":
            raise UnreadableError(text_of(node))
        return self.value(inner[0])

    def of_array_literal_expression(self, node: Node) -> list[Any]:
        """Put values between commas into an array."""
        return [self.value(it) for it in kids(node) if it.type != ","]

    def of_hash_literal_expression(self, node: Node) -> Table:
        """Make a table."""
        table = Table()
        rows = [it for it in kids(node) if it.type == "hash_literal_body"]
        for entry in kids(rows[0]) if rows else []:
            if entry.type == ";":
                continue
            parts = [it for it in kids(entry) if it.type != ";"]
            if entry.type != "hash_entry" or len(parts) != 3:
                raise UnreadableError(f"{entry.type} of a table")
            key = parts[0]
            inner = bare(key)
            name = text_of(inner)
            if inner.type != "simple_name":
                name = to_text(self.value(key))
            elif not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name):
                raise UnreadableError(f"the key {name}")
            value = self.value(parts[2])
            table.add(name, None if value is NOTHING else value)
        return table

    def of_cast_expression(self, node: Node) -> Any:
        """Convert a value."""
        kind, operand = kids(node)
        name = type_name(kind)
        if name == "ordered":
            if bare(operand).type != "hash_literal_expression":
                raise UnreadableError("[ordered] before anything but a table")
            table: Table = self.value(operand)
            table.ordered = True
            return table
        return dotnet.converted(self.value(operand), name)

    def of_type_literal(self, node: Node) -> Type:
        """Read a type."""
        return Type(type_name(node))

    def of_script_block_expression(self, node: Node) -> Block:
        """Keep a block for later."""
        return Block(node)

    def of_member_access(self, node: Node) -> Any:
        """Read a property."""
        target, mark, name = kids(node)
        if bare(name).type == "member_name":
            name = kids(name)[0]
        value = self.value(target)
        word = text_of(name).lower()
        if mark.type == "::" and isinstance(value, Type):
            return dotnet.static_property(value.name, word)
        if mark.type != ".":
            raise UnreadableError(text_of(node))
        return dotnet.member(value, word)

    def of_invokation_expression(self, node: Node) -> Any:
        """Call a method."""
        target, mark, name, arguments = kids(node)
        value = self.value(target)
        given = [
            self.value(part)
            for it in kids(arguments)
            if it.type not in ("(", ")")
            for part in (kids(it) if it.type == "argument_expression_list" else [it])
            if part.type != ","
        ]
        given = [None if it is NOTHING else it for it in given]
        word = text_of(name).lower()
        if mark.type == "::" and isinstance(value, Type):
            return dotnet.static(value.name, word, given)
        if mark.type != ".":
            raise UnreadableError(text_of(node))
        return dotnet.call(value, word, given)

    def of_element_access(self, node: Node) -> Any:
        """Read an element."""
        target, opening, key, closing = kids(node)
        if (opening.type, closing.type) != ("[", "]"):
            raise UnreadableError(text_of(node))
        return dotnet.index(self.value(target), self.value(key), self.strict)

    def of_expression_with_unary_operator(self, node: Node) -> Any:
        """Apply an operator to one value."""
        operator, operand = kids(node)
        value = self.value(operand)
        match text_of(operator).lower():
            case "-not" | "!":
                return not is_true(value)
            case "-join":
                return "".join(to_text(it) for it in each(value))
            case ",":
                return [None if value is NOTHING else value]
            case "-" if isinstance(value, int):
                return -value
        raise UnreadableError(f"the operator {text_of(operator)}")

    # Operators between two values

    def operation(self, node: Node) -> Any:
        """Apply operators of one level, from the left."""
        first, *rest = kids(node)
        value = self.value(first)
        while rest:
            operator, operand, *rest = rest
            value = self.operate(value, text_of(operator).lower(), operand)
        return value

    def operate(self, left: Any, operator: str, node: Node) -> Any:
        """Apply an operator."""
        if operator == "-and":
            return is_true(left) and is_true(self.value(node))
        if operator == "-or":
            return is_true(left) or is_true(self.value(node))
        right = self.value(node)
        case = operator.startswith("-c")
        match operator:
            case "+":
                return self.add(left, right)
            case "-" if isinstance(left, int | float) and isinstance(right, int):
                return left - right
            case "-band" if isinstance(left, int) and isinstance(right, int):
                return left & right
            case "..":
                if not isinstance(left, int) or not isinstance(right, int):
                    raise UnreadableError("a range of what are no numbers")
                step = 1 if left <= right else -1
                return list(range(left, right + step, step))
            case "-eq" | "-ceq":
                return equals(left, right, case)
            case "-ne" | "-cne":
                return not equals(left, right, case)
            case "-ge" | "-lt" | "-gt" | "-le":
                return self.compare(left, operator, right)
            case "-is" | "-isnot" if isinstance(right, Type):
                return dotnet.is_of(left, right) == (operator == "-is")
            case "-match" | "-cmatch" | "-notmatch" | "-cnotmatch":
                if isinstance(left, list):
                    raise UnreadableError("a match that filters a list")
                if "\\W" in to_text(right):
                    raise UnreadableError("what .NET takes for a part of a word")
                found = dotnet.pattern(to_text(right), case).search(to_text(left))
                if found:
                    self.scope.variables["matches"] = Variable(dotnet.Matches(found))
                return bool(found) == ("not" not in operator)
            case "-replace" | "-creplace":
                return self.replace(left, right, case)
            case "-join":
                return to_text(right).join(to_text(it) for it in each(left))
            case "-contains" | "-ccontains":
                return any(equals(it, right, case) for it in each(left))
        raise UnreadableError(f"the operator {operator}")

    @staticmethod
    def add(left: Any, right: Any) -> Any:
        """Apply `+`: the value on the left says what it means."""
        right = None if right is NOTHING else right
        if is_nothing(left):
            return right
        if isinstance(left, str):
            return left + to_text(right)
        if isinstance(left, list):
            return left + (each(right) if isinstance(right, list | bytes) else [right])
        if isinstance(left, int) and isinstance(right, int):
            if abs(left + right) >= 2**63:
                raise UnreadableError("a sum that is no whole number any more")
            return left + right
        raise UnreadableError(f"{type(left).__name__} + {type(right).__name__}")

    @staticmethod
    def compare(left: Any, operator: str, right: Any) -> bool:
        """Tell which number is larger."""
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            raise UnreadableError(f"{operator} between what are no numbers")
        found: bool = {
            "-ge": left >= right,
            "-lt": left < right,
            "-gt": left > right,
            "-le": left <= right,
        }[operator]
        return found

    def replace(self, left: Any, right: Any, case: bool) -> str:
        """Replace what a pattern finds by what a block writes, or by nothing."""
        if isinstance(left, str) and isinstance(right, str):
            # What belongs to a word is the same everywhere for ASCII only.
            if "\\W" in right and not left.isascii():
                raise UnreadableError("what .NET takes for a part of a word")
            return dotnet.pattern(right, case).sub("", left)
        if isinstance(left, list) or not isinstance(right, list) or len(right) != 2:
            raise UnreadableError("a replacement")
        found, block = right
        if not isinstance(block, Block):
            raise UnreadableError("a replacement by a text")

        def written(match: re.Match[str]) -> str:
            return to_text(gathered(self.in_block(block, match)))

        return dotnet.pattern(to_text(found), case).sub(written, to_text(left))

    def in_block(self, block: Block, item: Any) -> list[Any]:
        """Run a block with `$_`. It has no scope of its own."""
        before = self.scope.variables.get("_")
        self.scope.variables["_"] = Variable(item)
        out: list[Any] = []
        try:
            for it in kids(block.node)[1:-1]:
                self.statement(it, out)
        except ReturnError as error:
            raise UnreadableError("a return in a block") from error
        finally:
            del self.scope.variables["_"]
            if before:
                self.scope.variables["_"] = before
        return out

    # Commands

    def pipeline(self, node: Node) -> list[Any]:
        """Run commands, each with what the one before it wrote."""
        parts = kids(node) if node.type == "pipeline_chain" else [node]
        outputs: list[Any] | None = None
        for part in parts:
            if part.type == "|":
                continue
            part = bare(part)
            if part.type == "command":
                outputs = self.command(part, outputs)
            elif outputs is None:
                outputs = each(self.value(part))
            else:
                raise UnreadableError(f"{part.type} in a pipeline")
        return outputs or []

    def command(self, node: Node, given: list[Any] | None) -> list[Any]:
        """Run a command."""
        children = kids(node)
        name = text_of(children[0]).lower()
        # The grammar takes a range at the beginning of a pipeline for a command.
        if match := re.fullmatch(r"(\d+)\.\.\$([a-z]+)", name):
            most = self.variable(match[2])
            if given is not None or not isinstance(most, int) or most < int(match[1]):
                raise UnreadableError(f"the range {name}")
            return list(range(int(match[1]), most + 1))
        if [it.type for it in children] == [
            "command_invokation_operator",
            "command_name_expr",
        ]:
            if text_of(children[0]) != "&" or given is not None:
                raise UnreadableError(f"the command {text_of(node)}")
            return self.call_script(self.value(kids(children[1])[0]))
        if children[0].type != "command_name":
            raise UnreadableError(f"the command {text_of(node)}")
        switches = {"leaf", "parent", "compress", "ashashtable", "skipheadervalidation"}
        named, rest = self.arguments(children[1:], switches)
        if name in self.functions:
            if given is not None:
                raise UnreadableError(f"{name} in a pipeline")
            return self.call(self.functions[name], named, rest)
        if given is not None:
            return self.filter(name, named, rest, given)
        return self.cmdlet(name, named, rest)

    def arguments(
        self, nodes: list[Node], switches: set[str]
    ) -> tuple[dict[str, Any], list[Any]]:
        """Read the arguments of a command."""
        named: dict[str, Any] = {}
        rest: list[Any] = []
        pending = ""
        for it in (it for node in nodes for it in self.elements(node)):
            node = bare(it)
            if node.type == "command_parameter":
                if pending:
                    raise UnreadableError(f"-{pending} without a value")
                pending = text_of(node)[1:].lower()
                if pending in switches:
                    named[pending], pending = True, ""
                continue
            if node.type == "variable" and text_of(node).startswith("@"):
                table = self.variable(text_of(node)[1:])
                if pending or not isinstance(table, Table):
                    raise UnreadableError(f"{text_of(node)}")
                rows = {key.lower(): value for key, value in table.items()}
                if set(rows) & set(named):
                    raise ThrownError("a parameter is specified more than once")
                named |= rows
                continue
            value = self.argument(node)
            value = None if value is NOTHING else value
            if pending:
                if pending in named:
                    raise ThrownError("a parameter is specified more than once")
                named[pending], pending = value, ""
            else:
                rest.append(value)
        if pending:
            raise UnreadableError(f"-{pending} without a value")
        return named, rest

    def elements(self, node: Node) -> list[Node]:
        """Tell the arguments of a command, without the blanks between them."""
        if node.type == "command_elements":
            return [it for child in kids(node) for it in self.elements(child)]
        return [] if node.type == "command_argument_sep" else [node]

    def argument(self, node: Node) -> Any:
        """Tell the value of an argument."""
        if node.type in ("generic_token", "real_literal"):
            if not re.fullmatch(r"[A-Za-z0-9.]+", text_of(node)):
                raise UnreadableError(f"the word {text_of(node)}")
            return text_of(node)
        return self.value(node)

    def filter(
        self, name: str, named: dict[str, Any], rest: list[Any], given: list[Any]
    ) -> list[Any]:
        """Run a command that reads a pipeline."""
        if name == "select-object" and not rest and len(named) == 1:
            key, count = next(iter(named.items()))
            if key == "skip" and isinstance(count, int):
                return given[count:]
            if key == "first" and isinstance(count, int):
                return given[:count]
        if (name, named, rest) == ("convertfrom-json", {"ashashtable": True}, []):
            if len(given) != 1 or not isinstance(given[0], str):
                raise UnreadableError("what ConvertFrom-Json is given")
            return each(web.read_tables(given[0]))
        if not named and len(rest) == 1 and isinstance(rest[0], Block):
            block = rest[0]
            if name == "where-object":
                kept = [is_true(gathered(self.in_block(block, it))) for it in given]
                return [it for it, keep in zip(given, kept, strict=True) if keep]
            if name == "foreach-object":
                return [out for it in given for out in self.in_block(block, it)]
        raise UnreadableError(f"{name} in a pipeline")

    def cmdlet(self, name: str, named: dict[str, Any], rest: list[Any]) -> list[Any]:
        """Run a command that begins a pipeline."""
        match name, sorted(named), rest:
            case "set-strictmode", ["version"], []:
                if named["version"] != "3.0":
                    raise UnreadableError(f"the strict mode {named['version']}")
                self.strict = True
                return []
            case "invoke-restmethod", _, []:
                return web.rest_method(named, self.port)
            case "invoke-webrequest", _, []:
                return [web.web_request(named, self.port)]
            case "get-random", _, []:
                return [dotnet.random_number(named)]
            case "split-path", ["leaf"], [path]:
                return [leaf(to_text(path))]
            case "split-path", ["parent"], [path]:
                return [parent(to_text(path))]
            case "join-path", [], [path, _, *_]:
                return [joined(to_text(path), rest[1:])]
            case "start-sleep", ["milliseconds"], []:
                time.sleep(named["milliseconds"] / 1000)
                return []
            case "convert-path", ["literalpath"], []:
                return [existing(to_text(named["literalpath"]))]
            case "get-item", ["literalpath"], []:
                return [web.File(existing(to_text(named["literalpath"])))]
            case "convertto-json", ["compress", "inputobject"], []:
                # How deep it goes without being told is not asked here.
                table = named["inputobject"]
                if not isinstance(table, Table):
                    raise UnreadableError("JSON of what is no table")
                if any(
                    isinstance(it, list | Record | Table) for _, it in table.items()
                ):
                    raise UnreadableError("JSON with more than one level")
                text = json.dumps(
                    plain(table), separators=(",", ":"), ensure_ascii=False
                )
                if re.search("[\x85\u2028\u2029]", text):
                    raise UnreadableError("ends of lines in JSON")
                return [text]
            case "convertto-json", ["compress", "depth", "inputobject"], []:
                return [json.dumps(plain(named["inputobject"]), separators=(",", ":"))]
        raise UnreadableError(f"the command {name} with {sorted(named)}")


def joined(path: str, more: list[Any]) -> str:
    """Run Join-Path."""
    path = checked(path)
    for it in more:
        if not isinstance(it, str) or not it or path.endswith("//"):
            raise UnreadableError(f"what Join-Path makes of {path} and {it}")
        path = path.rstrip("/") + "/" + it.replace("\\", "/").lstrip("/")
    return path


def parent(path: str) -> str:
    """Run Split-Path -Parent."""
    path = checked(path)
    if path != os.path.normpath(path) or not path.startswith("/"):
        raise UnreadableError(f"the parent of {path}")
    return path.rpartition("/")[0] or "/"


def leaf(path: str) -> str:
    """Run Split-Path -Leaf."""
    return checked(path).rstrip("/").rpartition("/")[2]


def existing(path: str) -> str:
    """Run Convert-Path: the path has to lead to something."""
    found = os.path.abspath(checked(path))
    if not os.path.exists(found):
        raise ThrownError(f"Cannot find path '{found}' because it does not exist.")
    return found


def plain(value: Any) -> Any:
    """Tell what JSON is made of."""
    if isinstance(value, list):
        return [plain(it) for it in value]
    if isinstance(value, Record):
        return {it.name: plain(it.value) for it in value.properties.values()}
    if isinstance(value, Table):
        return {key: plain(it) for key, it in value.in_order()}
    if isinstance(value, datetime):
        return value.isoformat()
    if is_nothing(value) or isinstance(value, str | int | float):
        return None if is_nothing(value) else value
    raise UnreadableError(f"JSON of {type(value).__name__}")


def error_line(node: Node) -> int:
    """Find the line of the first mistake."""
    for it in node.children:
        if it.has_error or it.is_error or it.is_missing:
            return error_line(it)
    return node.start_point[0] + 1


def attempt(action: Callable[[], object]) -> str | None:
    """Do something; tell what went wrong."""
    try:
        action()
    except (UnreadableError, ThrownError, OSError) as error:
        return f"{type(error).__name__}: {error}"
    # The tree has another shape than was thought: that is said, and the next one runs.
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__} of the interpreter: {error}"
    return None


def run(file: str, arguments: list[str], port: int, out: list[Any]) -> None:
    """Run a script."""
    Interpreter(file, port, None).run(arguments, out)


def main() -> None:
    """Run what the arguments or standard input name."""
    port = int(sys.argv[1])
    if len(sys.argv) > 2:
        outputs: list[Any] = []
        file, *arguments = sys.argv[2:]
        wrong = attempt(lambda: run(file, arguments, port, outputs))
        for it in outputs:
            print(json.dumps(plain(it)))
        sys.exit(wrong)
    for line in sys.stdin:
        file, arguments = json.loads(line)

        def one(file: str = file, arguments: list[str] = arguments) -> None:
            run(file, arguments, port, [])

        print(json.dumps(attempt(one)), flush=True)


if __name__ == "__main__":
    main()
