"""Named solution regions of a module: where they are in the solution, and where a student's answer is.

A region in a source module is

    # --- softmax.loss ---
    ### BEGIN SOLUTION
    ...
    ### END SOLUTION

The release keeps the name comment and replaces the rest by a stub. Students delete comments, move functions
and break the syntax, so in their files a region is looked for by its markers, then by its name comment, then by the
function it belongs to.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass

BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"
NAME = re.compile(r"^\s*#\s*-{3,}\s*(?P<name>[A-Za-z_][\w.]*)\s*-{3,}\s*$")


class RegionError(ValueError):
    """The solution markers of a text are nested, unfinished or stray; says on which line."""


@dataclass(frozen=True)
class Region:
    """Where one named piece of code lies in a text. Line numbers count from 1, both ends included.

    name      the name of its comment, `softmax.loss`; None where the comment is missing
    function  dotted name of the function or method around it, `Softmax.loss`; None at module level or where the
              text is not valid Python
    first     first line of the code itself (after the marker, or after the name comment)
    last      last line of the code itself; first - 1 when there is none
    found_by  "markers", "name" or "function"
    """

    name: str | None
    function: str | None
    first: int
    last: int
    found_by: str = "markers"

    def code(self, text: str) -> str:
        """The region's lines in `text`, as written (with their indentation)."""
        return "\n".join(text.split("\n")[self.first - 1 : self.last])


@dataclass(frozen=True)
class _Function:
    name: str
    first: int
    body: int
    last: int


def marked_regions(text: str) -> tuple[Region, ...]:
    """The regions between solution markers, in order. Raises RegionError for broken markers.

    The markers are recognised as nbgrader does: anywhere in a line.
    """
    functions = _functions(text)
    regions: list[Region] = []
    begin: int | None = None
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if BEGIN in line:
            if begin is not None:
                raise RegionError(f"line {number}: '{BEGIN}' inside the solution that begins on line {begin}")
            begin = number
        elif END in line:
            if begin is None:
                raise RegionError(f"line {number}: '{END}' without a '{BEGIN}' above it")
            above = NAME.match(lines[begin - 2]) if begin >= 2 else None
            name = above["name"] if above else None
            regions.append(Region(name, _around(functions, begin), begin + 1, number - 1))
            begin = None
    if begin is not None:
        raise RegionError(f"line {begin}: '{BEGIN}' without an '{END}' below it")
    return tuple(regions)


def find_regions(text: str) -> tuple[Region, ...]:
    """The named regions of any version of a module: the solution, the scaffold or a student's file.

    Where the markers are gone a region reaches from its name comment to the end of the function around it (or to the
    next name comment in that function). Never raises: a text that is not valid Python is read by its indentation.
    """
    try:
        marked = {region.first - 2: region for region in marked_regions(text) if region.name}
    except RegionError:
        marked = {}
    functions = _functions(text)
    lines = text.split("\n")
    comments = [
        (number, match["name"]) for number, line in enumerate(lines, 1) if (match := NAME.match(line))
    ]
    regions: list[Region] = []
    for index, (number, name) in enumerate(comments):
        if number in marked:
            regions.append(marked[number])
            continue
        around = _innermost(functions, number)
        limit = comments[index + 1][0] - 1 if index + 1 < len(comments) else len(lines)
        last = min(limit, around.last if around else _end_of_block(lines, number))
        regions.append(
            Region(name, around.name if around else None, number + 1, _trimmed(lines, number, last), "name")
        )
    return tuple(regions)


def locate_regions(text: str, expected: Iterable[Region]) -> dict[str, Region | None]:
    """Where the solution's regions `expected` are in a student's `text`: {name: Region, or None if not found}.

    A region whose name comment was deleted is the body of the function of the same dotted name, without its
    docstring; if a function is defined twice, the last one, which is the one that Python runs.
    """
    named = {region.name: region for region in find_regions(text)}
    functions = {function.name: function for function in _functions(text)}
    lines = text.split("\n")
    located: dict[str, Region | None] = {}
    for region in expected:
        if region.name is None:
            continue
        found = named.get(region.name)
        if found is None and region.function in functions:
            function = functions[region.function]
            last = _trimmed(lines, function.body - 1, function.last)
            found = Region(region.name, function.name, function.body, last, "function")
        located[region.name] = found
    return located


def _functions(text: str) -> list[_Function]:
    """Every function and method in `text` with dotted names, outer before inner; none if it does not parse."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found: list[_Function] = []

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{prefix}{child.name}"
                if not isinstance(child, ast.ClassDef):
                    found.append(
                        _Function(name, child.lineno, _first_line(child), child.end_lineno or child.lineno)
                    )
                visit(child, f"{name}.")
            else:
                visit(child, prefix)

    try:
        visit(tree, "")
    except RecursionError:
        return []
    return found


def _first_line(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body
    if ast.get_docstring(function, clean=False) is None:
        return body[0].lineno
    return (body[0].end_lineno or body[0].lineno) + 1


def _innermost(functions: list[_Function], line: int) -> _Function | None:
    around = [f for f in functions if f.first <= line <= f.last]
    return max(around, key=lambda f: f.first, default=None)


def _around(functions: list[_Function], line: int) -> str | None:
    function = _innermost(functions, line)
    return function.name if function else None


def _end_of_block(lines: list[str], number: int) -> int:
    """Last line of the block that line `number` stands in, by indentation alone."""
    indent = _indent(lines[number - 1])
    for index in range(number, len(lines)):
        if lines[index].strip() and _indent(lines[index]) < indent:
            return index
    return len(lines)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _trimmed(lines: list[str], before: int, last: int) -> int:
    """`last` without the blank lines at the end, never below `before`."""
    while last > before and not lines[last - 1].strip():
        last -= 1
    return max(last, before)
