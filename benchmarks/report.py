"""How long the class report takes for a synthetic class: `python benchmarks/report.py [students] [homework]`.

Every student hands in the notebooks, with 400 kB of pictures each, and modules in one of the styles of samples/, into
which statements of their own are woven. Scores follow a common ability. Five students have the modules of another
one with other names in them; the last line says how many of these the report finds.
"""

from __future__ import annotations

import random
import re
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np

from autograder.homework import Course, Homework
from autograder.report.gather import class_report
from autograder.report.page import write_report
from autograder.results import QuestionResult, SubmissionResult, read_results, write_result
from autograder.samples import answer
from labkit.checks import Outcome

COPIED = 5
PICTURE = "iVBORw0KGgo" + "A" * 400_000


def main(students: int, name: str) -> None:
    course = Course(Path(__file__).parents[1])
    homework = course.homework(name)
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        names = [f"student{number:04}" for number in range(students)]
        work = {student: root / "autograded" / student for student in names}
        for student in names:
            hand_in(course, homework, work[student], random.Random(student))
            write_result(root, graded(homework, student, rng))
        for number in range(COPIED):
            copy(homework, work[names[number]], work[names[-1 - number]])
        began = time.perf_counter()
        results = read_results(root, name)
        print(f"{students} results read      {time.perf_counter() - began:7.1f} s")
        release = course.assignments / name
        for copies in (False, True):
            began = time.perf_counter()
            report = class_report(
                homework, results, manual={}, lateness={}, work=work, release=release, copies=copies
            )
            page = write_report(report, root / "report")
            what = "with copies" if copies else "without copies"
            size = page.stat().st_size / 1e6
            print(f"report {what:15}{time.perf_counter() - began:7.1f} s  ({size:.1f} MB)")
        assert report.copies is not None
        wanted = {(names[number], names[-1 - number]) for number in range(COPIED)}
        found = [(*pair.left, *pair.right) for pair in report.copies.pairs]
        hits = sum(any(set(pair) <= set(sides) for sides in found) for pair in wanted)
        print(f"{hits} of {COPIED} copies found among {len(found)} pairs")


def hand_in(course: Course, homework: Homework, folder: Path, chance: random.Random) -> None:
    """A merged submission: notebooks with outputs, modules in some style."""
    (folder / "nndl").mkdir(parents=True)
    for notebook in homework.notebooks:
        found = nbformat.read(course.assignments / homework.name / f"{notebook}.ipynb", as_version=4)
        picture = nbformat.v4.new_output("display_data", data={"image/png": PICTURE})
        next(cell for cell in found.cells if cell.cell_type == "code").outputs = [picture]
        nbformat.write(found, folder / f"{notebook}.ipynb")
    for module in homework.edit:
        styles = [homework.folder / module]
        styles += sorted(
            (course.root / "samples" / homework.name / "modules/correct").glob(f"{Path(module).stem}_*.py")
        )
        text = answer(chance.choice(styles).read_text(encoding="utf-8"))
        (folder / module).write_text(woven(text, chance), encoding="utf-8")


def woven(text: str, chance: random.Random) -> str:
    """A module with statements of somebody's own before a third of the lines that assign or return."""
    lines = []
    for line in text.split("\n"):
        if re.match(r"\s+(\w+ = |return )", line) and chance.random() < 0.35:
            indent = line[: len(line) - len(line.lstrip())]
            call = "".join(
                chance.choice("+-*/%@") + chance.choice("xyz") for _ in range(chance.randint(2, 6))
            )
            lines.append(f"{indent}own = {chance.randint(0, 99)}{call}")
        lines.append(line)
    return "\n".join(lines)


def copy(homework: Homework, source: Path, target: Path) -> None:
    """Hand in another student's modules with other names and comments."""
    for module in homework.edit:
        text = (source / module).read_text(encoding="utf-8")
        text = re.sub(r"#.*", "# my own idea", text)
        shutil.rmtree(target / "nndl" / "__pycache__", ignore_errors=True)
        (target / module).write_text(
            re.sub(r"\b(own|scores|dists|probs)\b", r"my_\1", text), encoding="utf-8"
        )


def graded(homework: Homework, student: str, rng: np.random.Generator) -> SubmissionResult:
    """A result of eight checks per question; better students pass more of them."""
    ability = rng.standard_normal()
    questions = []
    for question in homework.questions:
        made = QuestionResult(
            question.name,
            question.grade_id,
            question.notebook,
            question.title,
            question.points,
            None,
            "manual",
        )
        if question.kind == "checks":
            passed = rng.standard_normal(8) < ability + 1
            outcomes = tuple(
                Outcome(f"Check {number}", "passed" if good else "failed", float(good), hidden=number > 3)
                for number, good in enumerate(passed)
            )
            made = replace(
                made, score=question.points * float(passed.mean()), status="partial", outcomes=outcomes
            )
        questions.append(made)
    seconds, memory = rng.lognormal(1, 0.3), rng.lognormal(5, 0.2)
    return SubmissionResult(
        homework.name, student, "d", (), tuple(questions), seconds, seconds, memory, "landlock"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 370, sys.argv[2] if len(sys.argv) > 2 else "hw2")
