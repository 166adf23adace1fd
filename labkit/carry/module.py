"""A student's module as text and syntax tree: where its regions are, and which names it defines.

A region begins at its name comment. It reaches to the end of the block that it stands in, or to the next name comment.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field

NAME = re.compile(r"#\s*-{3,}\s*(?P<name>[A-Za-z_][\w.]*)\s*-{3,}\s*\Z")
YOUR_CODE = "# YOUR CODE HERE"
STUB = re.compile(r"\s*raise NotImplementedError\(.*\)\s*\Z")
Function = ast.FunctionDef | ast.AsyncFunctionDef


class UnreadableModule(ValueError):
    """A module that Python cannot read; says why in words that follow its name."""


@dataclass(frozen=True)
class Region:
    """A named piece of a function. Line numbers count from 1, both ends included.

    Attributes:
        name: of the comment, "layers.affine_forward".
        function: dotted name of the function around it.
        first, last: its lines, without the name comment; last is first - 1 where there are none.
        block: its statements.
        commented: whether its name comment is there; without it, it is the whole body of the function.
    """

    name: str
    function: str
    first: int
    last: int
    block: tuple[ast.stmt, ...]
    commented: bool = True

    @property
    def written(self) -> bool:
        """Whether there is more than the scaffold's `raise NotImplementedError`."""
        return bool(self.block) and not is_stub(self.block[0])


@dataclass
class Module:
    """A module's text, split into lines with their ends.

    Raises:
        UnreadableModule: it is not valid Python.
    """

    text: str
    lines: list[str] = field(init=False)
    tree: ast.Module = field(init=False)
    functions: dict[str, Function] = field(init=False)
    classes: dict[str, ast.ClassDef] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = list(io.StringIO(self.text, newline=""))
        self._plain = self.text.replace("\r\n", "\n").replace("\r", "\n")
        try:
            self.tree = ast.parse(self._plain)
            self.functions, self.classes = {}, {}
            self._collect(self.tree, "")
        except SyntaxError as error:
            raise UnreadableModule(f"has a syntax error in line {error.lineno}: {error.msg}") from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise UnreadableModule(f"cannot be read as Python ({error})") from None

    def _collect(self, node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function | ast.ClassDef):
                name = f"{prefix}{child.name}"
                if isinstance(child, ast.ClassDef):
                    self.classes[name] = child
                else:
                    self.functions[name] = child
                self._collect(child, f"{name}.")
            else:
                self._collect(child, prefix)

    @property
    def newline(self) -> str:
        """How most of its lines end."""
        windows = sum(line.endswith("\r\n") for line in self.lines)
        return "\r\n" if 2 * windows > len(self.lines) else "\n"

    def comments(self) -> list[tuple[int, str]]:
        """Lines and names of the name comments, in order; text inside strings is none."""
        found = []
        try:
            for token in tokenize.generate_tokens(io.StringIO(self._plain).readline):
                if token.type == tokenize.COMMENT and token.line.strip() == token.string.strip():
                    match = NAME.match(token.string)
                    found += [(token.start[0], match["name"])] if match else []
        except (tokenize.TokenError, SyntaxError) as error:
            raise UnreadableModule(f"cannot be read as Python ({error})") from None
        return found

    def regions(self) -> dict[str, Region]:
        """The regions that have their name comment. Of several with one name the last counts, as in Python."""
        comments = self.comments()
        found = {}
        for index, (line, name) in enumerate(comments):
            limit = comments[index + 1][0] if index + 1 < len(comments) else len(self.lines) + 1
            around = [
                (function.lineno, dotted)
                for dotted, function in self.functions.items()
                if function.lineno < line <= end_of(function)
            ]
            if not around:
                continue
            dotted = max(around)[1]
            block = _block_below(self.functions[dotted], line, limit)
            found[name] = Region(
                name, dotted, line + 1, self._end(block, line, min(limit, len(self.lines) + 1)), block
            )
        return found

    def body(self, name: str, dotted: str) -> Region | None:
        """The whole body of a function, without its docstring, as a region; None if it has no lines of its own."""
        function = self.functions.get(dotted)
        if function is None:
            return None
        skipped = ast.get_docstring(function, clean=False) is not None
        block = tuple(function.body[1:] if skipped else function.body)
        above = end_of(function.body[0]) if skipped else function.lineno
        if not block or first_line(block[0]) <= above:
            return None
        first = above + 1 if skipped else first_line(block[0])
        return Region(name, dotted, first, self._end(block, first, len(self.lines) + 1), block, False)

    def stubbed(self, name: str, dotted: str) -> Region | None:
        """The stub that names a region, in a function from which the name comment was deleted."""
        function = self.functions.get(dotted)
        for block in blocks(function) if function is not None else ():
            for index, node in enumerate(block):
                if is_stub(node) and f"({name!r})" in ast.unparse(node):
                    below = tuple(block[index:])
                    last = self._end(below, node.lineno, len(self.lines) + 1)
                    return Region(name, dotted, node.lineno, last, below, False)
        return None

    def _end(self, block: tuple[ast.stmt, ...], before: int, limit: int) -> int:
        """Last line of a block, with the comments that follow it at its depth."""
        if not block:
            return before
        last = end_of(block[-1])
        depth = len(self.indent(first_line(block[0])).expandtabs())
        for number in range(last + 1, limit):
            line = self.lines[number - 1]
            if not line.strip():
                continue
            if NAME.match(line.strip()):
                break
            if not line.lstrip().startswith("#") or len(self.indent(number).expandtabs()) < max(depth, 1):
                break
            last = number
        return last

    def indent(self, number: int) -> str:
        """The white space that a line begins with."""
        line = self.lines[number - 1]
        return line[: len(line) - len(line.lstrip())]

    def replaced(self, first: int, last: int, new: list[str]) -> Module:
        """The module with other lines in the place of first ... last."""
        above, below = self.lines[: first - 1], self.lines[last:]
        if above and new and not above[-1].endswith(("\n", "\r")):
            above[-1] += self.newline
        return Module("".join([*above, *new, *below]))

    def stub(self, region: Region) -> tuple[int, int] | None:
        """Lines of the scaffold's stub in a region that is not written yet; None where they were edited."""
        statement = region.block[0] if region.block else None
        if statement is None or not is_stub(statement) or not STUB.match(self.lines[statement.lineno - 1]):
            return None
        first = statement.lineno
        if first > region.first and self.lines[first - 2].strip() == YOUR_CODE:
            first -= 1
        return first, end_of(statement)


def is_stub(statement: ast.stmt) -> bool:
    """Whether a statement is the scaffold's `raise NotImplementedError(...)`."""
    if not isinstance(statement, ast.Raise):
        return False
    raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def first_line(node: ast.stmt) -> int:
    """The line that a statement begins on, decorators included."""
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def end_of(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def same(some: tuple[ast.stmt, ...], others: tuple[ast.stmt, ...]) -> bool:
    """Whether two blocks are the same code, wherever they stand."""
    return [ast.dump(node) for node in some] == [ast.dump(node) for node in others]


def blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """All lists of statements below a node, outer ones first."""
    for _, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield value
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from blocks(child)


def _block_below(function: Function, line: int, limit: int) -> tuple[ast.stmt, ...]:
    """The statements between a line and a limit that stand in the block which begins there."""
    best: tuple[int, tuple[ast.stmt, ...]] | None = None
    for block in blocks(function):
        below = tuple(node for node in block if line < first_line(node) < limit)
        if below and (best is None or first_line(below[0]) < best[0]):
            best = first_line(below[0]), below
    return best[1] if best else ()


def indented(lines: list[str], before: str, after: str, region: Region, newline: str) -> list[str]:
    """Lines at another depth and with other ends, text inside strings as it is. Equal depth: every byte as it was."""
    inside = {
        number
        for statement in region.block
        for node in ast.walk(statement)
        if isinstance(node, ast.JoinedStr | ast.Constant) and (node.end_lineno or 0) > node.lineno
        for number in range(node.lineno + 1, (node.end_lineno or 0) + 1)
    }
    made = []
    for number, line in enumerate(lines, start=region.first):
        text = line.rstrip("\r\n")
        if before != after and number not in inside and text.strip() and text.startswith(before):
            text = after + text[len(before) :]
        made.append(text + newline)
    return made
