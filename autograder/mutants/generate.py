"""The mutants of a homework: each solution region with one small mistake in it."""

from __future__ import annotations

import ast
import difflib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import nbformat

from autograder.homework import CHECKS, Homework, Region
from autograder.mutants.operators import CONDITIONS, EXPRESSIONS, STATEMENTS, WITHOUT_EFFECT
from labkit.handin.regions import marked_regions

_COMPOUND = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.IfExp, ast.Lambda)


@dataclass(frozen=True)
class Mutant:
    """A module or notebook cell of the solution with one mistake.

    Attributes:
        file: "nndl/softmax.py", or "softmax.ipynb".
        cell: grade id of the cell, for a notebook.
        region: name of the solution region.
        questions: names of the machine-graded questions that the region answers. Those of a backward pass are among
            those of its forward pass: they alone can tell what was left in the cache.
        kind: what was done, such as "operator" or "dropped axis".
        line: line of the file or cell.
        original, source: the text before and after.
    """

    file: str
    cell: str | None
    region: str
    questions: tuple[str, ...]
    kind: str
    line: int
    original: str
    source: str

    @cached_property
    def change(self) -> tuple[str, str]:
        """The changed lines, without indentation, before and after."""
        old, new = self.original.split("\n"), self.source.split("\n")
        matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
        spans = [(a, b, c, d) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
        first, last = spans[0], spans[-1]
        before, after = old[first[0] : last[1]], new[first[2] : last[3]]
        return " ⏎ ".join(line.strip() for line in before), " ⏎ ".join(line.strip() for line in after)

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is called in the list of equivalent mutants."""
        return self.region, *self.change

    @property
    def place(self) -> tuple[str, int, str, str]:
        """What tells it from the other mutants of its homework."""
        return self.region, self.line, *self.change

    def __str__(self) -> str:
        before, after = self.change
        return f"{self.region} ({self.file}, line {self.line}, {self.kind}): {before}  →  {after}"


def mutants_of(homework: Homework) -> tuple[Mutant, ...]:
    """All mutants of the solution regions that bring points, in the order of their files. No two have the same text."""
    found: dict[tuple[str, str], Mutant] = {}
    for mutant in _all(homework):
        found.setdefault((mutant.file + (mutant.cell or ""), mutant.source), mutant)
    return tuple(found.values())


def sampled(mutants: tuple[Mutant, ...], count: int, seed: int) -> tuple[Mutant, ...]:
    """`count` of the mutants, drawn with a seed, in their order."""
    chosen = random.Random(seed).sample(range(len(mutants)), min(count, len(mutants)))
    return tuple(mutants[index] for index in sorted(chosen))


def _all(homework: Homework) -> Iterator[Mutant]:
    asked = [question.name for question in homework.questions if question.kind == CHECKS and question.points]
    answers: dict[str, list[str]] = {}
    for name in asked:
        for _, region in homework.regions_of(name):
            answers.setdefault(str(region.name), []).append(name)
    for questions in answers.values():
        backward = [name.replace("forward", "backward") for name in questions if "forward" in name]
        questions += [name for name in asked if name.startswith(tuple(backward)) and name not in questions]
    for module, regions in homework.regions.items():
        text = (homework.folder / module).read_text(encoding="utf-8")
        for region in regions:
            if region.name in answers:
                yield from _of_region(module, None, region, tuple(answers[region.name]), text)
    for notebook in homework.notebooks:
        for cell in nbformat.read(homework.notebook_path(notebook), as_version=4).cells:
            if cell.cell_type != "code":
                continue
            for region in marked_regions(cell.source):
                if region.name in asked:
                    cell_id = cell.metadata["nbgrader"]["grade_id"]
                    yield from _of_region(f"{notebook}.ipynb", cell_id, region, (region.name,), cell.source)


def _of_region(
    file: str, cell: str | None, region: Region, questions: tuple[str, ...], text: str
) -> Iterator[Mutant]:
    tree = ast.parse(text)
    for node, kind, code in _rewrites(tree, region):
        source = _replaced(text, node, code)
        try:
            compile(source, file, "exec")
        except (SyntaxError, ValueError):
            continue
        if source != text:
            yield Mutant(file, cell, str(region.name), questions, kind, node.lineno, text, source)


def _rewrites(tree: ast.AST, region: Region) -> Iterator[tuple[ast.expr | ast.stmt, str, str]]:
    """(node, kind, code in its place) for everything between the lines of a region."""
    for node in _visited(tree):
        line = getattr(node, "lineno", 0)
        if not (region.first <= line and (getattr(node, "end_lineno", 0) or 0) <= region.last):
            continue
        for rewrite in EXPRESSIONS.get(type(node), ()):
            for kind, new in rewrite(node):
                text = ast.unparse(ast.fix_missing_locations(new))
                yield node, kind, f"({text})" if isinstance(new, _COMPOUND) else text  # type: ignore[misc]
        for rewrite in STATEMENTS.get(type(node), ()):
            for kind, new in rewrite(node):
                text = "; ".join(ast.unparse(ast.fix_missing_locations(new)).split("\n"))
                yield node, kind, text  # type: ignore[misc]
        if isinstance(node, ast.If | ast.While):
            for rewrite in CONDITIONS:
                for kind, new in rewrite(node):
                    yield node.test, kind, ast.unparse(new)
    for name, other in _exchanged_names(tree, region):
        yield name, "another variable", other


def _exchanged_names(tree: ast.AST, region: Region) -> Iterator[tuple[ast.Name, str]]:
    """(name, another variable of the function) for each variable that the region reads."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or not function.lineno < region.first <= (
            function.end_lineno or 0
        ):
            continue
        names = [node for node in _visited(function) if isinstance(node, ast.Name)]
        names.sort(key=lambda name: (name.lineno, name.col_offset))
        arguments = [argument.arg for argument in function.args.args if argument.arg != "self"]
        variables = list(
            dict.fromkeys(arguments + [name.id for name in names if isinstance(name.ctx, ast.Store)])
        )
        for name in names:
            inside = region.first <= name.lineno <= region.last and isinstance(name.ctx, ast.Load)
            if inside and name.id in variables and len(variables) > 1:
                yield name, variables[variables.index(name.id) - 1]


def _visited(node: ast.AST) -> Iterator[ast.AST]:
    """Every node but those of error messages, of texts that are put together for people, and of what says nothing of
    the result."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Raise | ast.JoinedStr):
            continue
        if not (isinstance(child, ast.keyword) and child.arg in WITHOUT_EFFECT):
            yield child
            yield from _visited(child)


def _replaced(text: str, node: ast.expr | ast.stmt, code: str) -> str:
    lines = text.split("\n")
    first, last = lines[node.lineno - 1].encode(), lines[(node.end_lineno or node.lineno) - 1].encode()
    before, after = first[: node.col_offset].decode(), last[node.end_col_offset :].decode()
    return "\n".join(
        [*lines[: node.lineno - 1], before + code + after, *lines[node.end_lineno or node.lineno :]]
    )
