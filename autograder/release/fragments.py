"""Pieces of code compared by what they do to names, not by their wording.

The form of a piece of code is its syntax tree with variables numbered in the order of their appearance, so that other
names, spacing, comments and line breaks make no difference. Its weight counts operations: `return loss, dW` weighs 0,
`X @ self.W.T + self.b` 5. Light pieces are common to all programs and prove nothing.
"""

from __future__ import annotations

import ast
import builtins
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

SPECIFIC = 6  # from this weight on, a piece of code is taken to be of one origin
LONGEST_RUN = 4  # statements in a row that are compared as one piece, apart from whole regions

_FIXED = {*dir(builtins), "np", "numpy", "math", "plt", "scipy"}
_WEIGHTS: dict[type[ast.AST], int] = {
    ast.Call: 1,
    ast.BinOp: 1,
    ast.AugAssign: 1,
    ast.Compare: 1,
    ast.BoolOp: 1,
    ast.Subscript: 1,
    ast.Attribute: 1,
    ast.keyword: 1,
    ast.comprehension: 2,
    ast.For: 2,
    ast.While: 2,
    ast.If: 1,
    ast.IfExp: 1,
    ast.Lambda: 1,
    ast.With: 1,
}
_MARKS = re.compile(r"^[\s>#*`.\d-]*(?=[A-Za-z_(\[])")
_MAGIC = re.compile(r"^\s*[%!?]")
_FENCE = re.compile(r"^\s*(```|~~~)")


@dataclass(frozen=True)
class Fragment:
    """One piece of code: its form, its weight, and the line on which it begins (from 1)."""

    form: str
    weight: int
    line: int


def parse(code: str) -> list[ast.stmt]:
    """The statements of `code`, at any indentation, notebook magics aside. Empty if it is not Python."""
    plain = "\n".join("" if _MAGIC.match(line) else line for line in code.split("\n"))
    for text in (plain, textwrap.dedent(plain)):
        try:
            return _without_docstrings(ast.parse(text).body)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return []


def weigh(nodes: list[ast.stmt] | list[ast.AST]) -> int:
    """The weight of a piece of code."""
    return sum(_own_weight(node) for root in nodes for node in ast.walk(root))


@lru_cache(maxsize=1024)
def fragments(code: str, runs: tuple[int, ...] = (), least: int = SPECIFIC) -> tuple[Fragment, ...]:
    """Every statement, expression and run of statements in `code` that weighs at least `least`.

    Runs of 2 to LONGEST_RUN statements of one block, and of the lengths in `runs`. Text that is not Python is read
    line by line, so that code in comments, in prose or after a syntax error is found too.
    """
    body = parse(code)
    found: list[Fragment] = []
    if body:
        found += _of_block(body, runs, least)
        found += _of_prose(_texts(code, body), runs, least)
    else:
        found += _of_prose([(1, code)], runs, least)
    return tuple(found)


def whole(code: str) -> Fragment | None:
    """`code` as one piece, None if it is not Python or empty."""
    body = parse(code)
    return Fragment(_form(body), weigh(body), 1) if body else None


def blocks(body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Every list of statements in a tree: the body itself and those of loops, branches and functions."""
    for node in [ast.Module(body=body, type_ignores=[]), *(n for root in body for n in ast.walk(root))]:
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield _without_docstrings(block)


def _of_block(body: list[ast.stmt], runs: tuple[int, ...], least: int) -> Iterator[Fragment]:
    weights: dict[int, int] = {}
    for root in body:
        _weigh_all(root, weights)
        for node in ast.walk(root):
            if isinstance(node, ast.stmt | ast.expr) and weights[id(node)] >= least:
                yield Fragment(_form([node]), weights[id(node)], node.lineno)
    lengths = sorted({*range(2, LONGEST_RUN + 1), *runs})
    for block in blocks(body):
        for length in lengths:
            for start in range(len(block) - length + 1):
                run = block[start : start + length]
                weight = sum(weights[id(node)] for node in run)
                if weight >= least:
                    yield Fragment(_form(run), weight, run[0].lineno)


def _of_prose(texts: list[tuple[int, str]], runs: tuple[int, ...], least: int) -> Iterator[Fragment]:
    """Fragments of the lines, blocks and inline code in texts that begin on the given lines."""
    for first, text in texts:
        body: list[ast.stmt] = []
        for number, code in _snippets(text):
            for statement in parse(code):
                ast.increment_lineno(statement, first + number - 2)
                body.append(statement)
            if not code.strip() and body:
                yield from _of_block(body, runs, least)
                body = []
        yield from _of_block(body, runs, least)


def _snippets(text: str) -> Iterator[tuple[int, str]]:
    """What could be code in a text: (line, code). A paragraph that is code as a whole, each line, each `inline`."""
    paragraph: list[str] = []
    start = 1
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        bare = re.sub(r"^\s*#+ ?", "", line)
        if line.strip() and not _FENCE.match(line) and bare.strip():
            start = start if paragraph else number
            paragraph.append(bare if line.lstrip().startswith("#") else line)
            continue
        code = "\n".join(paragraph)
        if len(paragraph) > 1 and parse(code):
            yield start, code
        else:
            yield from _lines(paragraph, start)
        yield number, ""
        paragraph = []


def _lines(paragraph: list[str], start: int) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(paragraph, start=start):
        for inline in re.findall(r"`([^`]{8,})`", line):
            yield number, inline
        code = _MARKS.sub("", line).strip()
        if len(code) >= 8:
            yield number, f"{code} pass" if code.endswith(":") else code


def _texts(code: str, body: list[ast.stmt]) -> list[tuple[int, str]]:
    """What stands in code without being run: comment blocks and strings of several lines, with their lines."""
    texts: list[tuple[int, str]] = []
    comment: list[str] = []
    for number, line in enumerate([*code.split("\n"), ""], start=1):
        _, sharp, after = line.partition("#")
        if sharp and (not line.split("#")[0].strip() or len(after) > 12):
            comment.append(after)
        elif comment:
            texts.append((number - len(comment), textwrap.dedent("\n".join(comment))))
            comment = []
    for root in ast.walk(ast.parse(_plain(code))):
        if isinstance(root, ast.Constant) and isinstance(root.value, str) and len(root.value) > 20:
            texts.append((root.lineno, textwrap.dedent(root.value)))
    return texts


def _plain(code: str) -> str:
    plain = "\n".join("" if _MAGIC.match(line) else line for line in code.split("\n"))
    try:
        ast.parse(plain)
        return plain
    except (SyntaxError, ValueError):
        return textwrap.dedent(plain)


def _without_docstrings(body: list[ast.stmt]) -> list[ast.stmt]:
    return [n for n in body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))]


def _own_weight(node: ast.AST) -> int:
    if isinstance(node, ast.Constant):
        return int(isinstance(node.value, float | complex) or len(str(node.value)) > 5)
    return _WEIGHTS.get(type(node), 0)


def _weigh_all(node: ast.AST, weights: dict[int, int]) -> int:
    weight = _own_weight(node) + sum(_weigh_all(child, weights) for child in ast.iter_child_nodes(node))
    weights[id(node)] = weight
    return weight


def _form(nodes: list[ast.stmt] | list[ast.AST] | list[ast.stmt | ast.expr]) -> str:
    names: dict[str, str] = {}
    parts: list[str] = []
    for node in nodes:
        _write(node, names, parts)
        parts.append(";")
    return " ".join(parts)


def _write(node: ast.AST, names: dict[str, str], parts: list[str]) -> None:
    """Append the form of `node` to `parts`; `names` numbers the variables met so far."""

    def variable(name: str) -> str:
        return name if name in _FIXED else names.setdefault(name, f"v{len(names)}")

    if isinstance(node, ast.Name):
        parts.append(variable(node.id))
    elif isinstance(node, ast.arg):
        parts.append(variable(node.arg))
    elif isinstance(node, ast.Constant):
        parts.append(repr(node.value))
    elif isinstance(node, ast.AugAssign):
        assign = ast.Assign(
            targets=[node.target], value=ast.BinOp(left=node.target, op=node.op, right=node.value)
        )
        _write(assign, names, parts)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        parts.append("(def")
        for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]:
            _write(argument, names, parts)
        for child in _without_docstrings(node.body):
            _write(child, names, parts)
        parts.append(")")
    else:
        parts.append(f"({type(node).__name__}")
        for name, value in ast.iter_fields(node):
            if isinstance(value, str):
                parts.append(variable(value) if name == "name" else value)
            elif name not in ("ctx", "annotation", "returns", "type_comment", "decorator_list"):
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST) and not _is_docstring(child):
                        _write(child, names, parts)
        parts.append(")")


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
