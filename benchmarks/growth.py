"""How grading grows with the class, all but the judging: `python benchmarks/growth.py [students] [homework]`.

Every student hands in the released homework. Submissions are merged, their notebooks marked and written, and their
scores put into a gradebook, by `grade_class` itself; only the judge's verdict is one that was found once and is
repeated. Then the same class is graded again, unchanged. A line is written to docs/figures/growth.json for every
tenth of the class.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.demo import make_course
from autograder.grade import grade_class
from autograder.homework import Course
from autograder.judge import Judge
from autograder.release.build import build_release
from autograder.results import SubmissionResult, read_result
from autograder.submission import Merged
from autograder.times import own_peak_mb

ROOT = Path(__file__).resolve().parents[1]
OUTPUT = ROOT / "docs" / "figures" / "growth.json"


def main(students: int, name: str) -> None:
    main_course = Course(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        course, homework = make_course(main_course, main_course.homework(name), Path(folder) / "course")
        release = build_release(homework).folder
        shutil.copytree(release, course.submitted / "first" / name)
        grade_class(course, homework)
        verdict = read_result(course.root, name, "first")
        assert verdict is not None

        def repeated(judge: Judge, merged: Merged, student: str, **options: Any) -> SubmissionResult:
            return replace(verdict, student=student, digest=judge.digest_of(merged))

        Judge.grade = repeated  # type: ignore[method-assign]
        for number in range(students):
            shutil.copytree(release, course.submitted / f"student{number:06}" / name)
        rows: list[dict[str, Any]] = []
        for what in ("new", "unchanged"):
            progress = Progress(what, students // 10, rows)
            grade_class(course, homework, progress=progress)
            found = {"homework": name, "rows": rows}
            OUTPUT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


class Progress:
    """Notes time and memory whenever so many more submissions are done."""

    def __init__(self, what: str, every: int, rows: list[dict[str, Any]]) -> None:
        self._what, self._every, self._rows = what, every, rows
        self._done, self._began, self._cpu = 0, time.monotonic(), time.process_time()

    def __call__(self, result: SubmissionResult, done: str) -> None:
        self._done += 1
        if self._done % self._every == 0:
            row = {
                "what": self._what,
                "students": self._done,
                "seconds": round(time.monotonic() - self._began, 1),
                "cpu_seconds": round(time.process_time() - self._cpu, 1),
                "peak_mb": round(own_peak_mb()),
            }
            self._rows.append(row)
            print(row, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000, sys.argv[2] if len(sys.argv) > 2 else "hw2")
