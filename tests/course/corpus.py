"""The corpus of a homework: modules and notebook cells in other styles, and with known mistakes.

samples/hwN/modules/{correct,wrong}/<module>_<what>.py take the place of a module of the solution,
samples/hwN/cells/{correct,wrong}/<notebook>_<what>.py that of a cell. Comment lines say what they are for:

    # must fail: layers.relu_forward, fc_net.loss     questions that lose points (wrong ones)
    # diagnosis: transposed                           mistakes that must be named (wrong ones)
    # cell: graphs-slope-code                         grade id of the cell
    # question: graphs.slope                          question that the cell answers (right ones)
"""

import ast
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import pytest

from autograder.homework import Homework
from autograder.judge import Judge
from autograder.samples import put_cells
from autograder.sandbox import Sandbox

ROOT = Path(__file__).parent.parent.parent
MODULES, CELLS = "modules", "cells"


def samples(homework, kind, *, correct):
    """The files of a homework's corpus."""
    folder = ROOT / "samples" / homework / kind / ("correct" if correct else "wrong")
    return sorted(folder.glob("*.py"))


def parameters(homework, *, correct):
    """A homework's corpus as pytest's parameters: one in twenty in every run, the others with `make corpus`."""
    paths = [path for kind in (MODULES, CELLS) for path in samples(homework, kind, correct=correct)]
    return [
        pytest.param(
            path, id=path.stem, marks=() if crc32(path.stem.encode()) % 20 == 0 else pytest.mark.slow
        )
        for path in paths
    ]


def named(path, key):
    """The names in a file's lines `# key: one, two`."""
    text = path.read_text(encoding="utf-8")
    return [name.strip() for line in re.findall(rf"^# {key}: (.*)$", text, re.M) for name in line.split(",")]


def module_of(homework: Homework, path):
    """The module that a file stands for: the one of the longest name that its own begins with."""
    found = [module for module in homework.edit if path.stem.startswith(f"{Path(module).stem}_")]
    assert found, f"{path.name} begins with the name of no module of {homework.name}"
    return max(found, key=len)


def users(homework: Homework, module):
    """Names of a module and of the homework's other modules that import it, directly or not."""
    uses = {Path(name).stem: _imported(homework.folder / name) for name in homework.edit}
    found, size = {Path(module).stem}, 0
    while size < len(found):
        size = len(found)
        found |= {name for name, imported in uses.items() if imported & found}
    return found


def _imported(path):
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names |= {*(node.module or "").split("."), *(alias.name for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {part for alias in node.names for part in alias.name.split(".")}
    return names


@dataclass(frozen=True)
class Corpus:
    """Judges the solution of a homework with one file in the place of a module or cell."""

    work: object
    judge: Judge

    def lost(self, path, folder):
        """What a correct file loses: {question: failed checks}."""
        cell = path.parent.parent.name == CELLS
        asked = set(named(path, "question")) if cell else self._asked(path)
        assert asked, "a line '# question: name' is missing" if cell else "no question asks for this module"
        graded = self._graded(path, folder, asked)
        return {
            question.name: [
                (o.title, o.status, [f.problem for f in o.findings])
                for o in question.outcomes
                if not o.passed
            ]
            for question in graded.questions
            if question.name in asked and question.score < question.points
        }

    def assert_caught(self, path, folder):
        """A wrong file loses points where it says, with a reason, and the mistakes that it names are named."""
        must_fail = named(path, "must fail")
        assert must_fail, "a line '# must fail: question' is missing"
        graded = self._graded(path, folder, set(must_fail))
        findings = []
        for name in must_fail:
            question = graded.question(name.replace(".", "-", 1))
            assert question.score < question.points, f"{name} lost nothing"
            found = [finding for outcome in question.outcomes for finding in outcome.findings]
            assert any(finding.problem for finding in found)
            findings += found
        assert set(named(path, "diagnosis")) <= {finding.mistake for finding in findings}

    def share(self, path, folder, question):
        """The share of a question's points that a file gets."""
        result = self._graded(path, folder, {question}).question(question.replace(".", "-", 1))
        return result.score / result.points

    def hints(self, path, folder, question):
        """The hints that a file gets in a question."""
        result = self._graded(path, folder, {question}).question(question.replace(".", "-", 1))
        return {finding.hint for outcome in result.outcomes for finding in outcome.findings}

    def _asked(self, path):
        """The machine-graded questions that a module can lose points in; saved weights are not its own."""
        homework = self.work.homework
        modules = users(homework, module_of(homework, path))
        saved = {check.question for check in self.judge.checks if check.on_file}
        return {
            question.name
            for question in homework.questions
            if question.kind == "checks"
            and question.name.split(".")[0] in modules
            and question.name not in saved
        }

    def _graded(self, path, folder, asked):
        known = {question.name for question in self.work.homework.questions if question.kind == "checks"}
        assert asked <= known, f"no machine-graded questions: {sorted(asked - known)}"
        place = folder / "submission"
        shutil.copytree(self.work.solution, place)
        if path.parent.parent.name == CELLS:
            put_cells([path], place)
        else:
            shutil.copyfile(path, place / module_of(self.work.homework, path))
        with self.judge.merged(place) as merged:
            return self.judge.grade(merged, path.stem, only=asked)


@contextmanager
def corpus_of(work):
    """The corpus of a class, with a judge of its own."""
    with Sandbox() as box:
        yield Corpus(work, Judge(work.course, work.homework, box))
