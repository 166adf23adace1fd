"""What grading yields, as data: one `SubmissionResult` per submission, kept as JSON.

The judge makes results; the gradebook, feedback, tables and notebooks are made from them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from labkit.checks import Outcome

MANUAL = "manual"
NO_RESPONSE = "no response"
ALERT = "alert"  # kind of the notes that are for staff only


class ResultError(Exception):
    """A stored result cannot be read. The message says which file and what to do."""


@dataclass(frozen=True)
class Note:
    """Something about a submission that its student and the staff should know.

    Attributes:
        kind: "unreadable", "missing", "replaced", "ignored", "renamed", "duplicate", "restored", "error" or "alert";
            alerts are for staff only.
        file: the file it is about, relative to the submission.
        cell: the notebook cell's id, where it is about one.
        reason: one sentence.
    """

    kind: str
    file: str
    reason: str
    cell: str | None = None


@dataclass(frozen=True)
class QuestionResult:
    """One question of one submission.

    Attributes:
        name: dotted name, such as "knn.compute_distances"; for a written question its grade id.
        grade_id: nbgrader's name of the graded cell.
        notebook: the notebook's name, without `.ipynb`.
        title: heading of the question, for people.
        points: the most that it can give.
        score: what the machine gives; None where a person must grade.
        status: "passed", "partial", "failed", "not written", "manual" or "no response".
        outcomes: one per check.
        digest: hash of all that the outcomes depend on: the submission, the release, the question's checks; of a
            question without checks, of the answer.
    """

    name: str
    grade_id: str
    notebook: str
    title: str
    points: float
    score: float | None
    status: str
    outcomes: tuple[Outcome, ...] = ()
    digest: str = ""


@dataclass(frozen=True)
class SubmissionResult:
    """Everything that grading found out about one submission.

    Attributes:
        homework, student: names.
        digest: hash of the submission, the checks and the release that it was graded with.
        notes: what was unreadable, replaced or ignored.
        questions: in the order of the notebooks.
        seconds: wall time; cpu_seconds: processor time of the student's code.
        peak_memory_mb: of the student's process.
        sandbox: which walls were up.
        untouched: ids of the solution cells that are as they were given out.
    """

    homework: str
    student: str
    digest: str
    notes: tuple[Note, ...]
    questions: tuple[QuestionResult, ...]
    seconds: float
    cpu_seconds: float
    peak_memory_mb: float
    sandbox: str
    untouched: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        """Points that the machine gave."""
        return sum(question.score or 0.0 for question in self.questions)

    @property
    def machine_points(self) -> float:
        """Points that the machine can give."""
        return sum(question.points for question in self.questions if question.outcomes)

    def scores(self, given: Mapping[str, float | None] | None = None) -> dict[str, float | None]:
        """Scores by grade id, None where a person must still grade.

        Args:
            given: scores that staff gave, by grade id; they count instead of the machine's.
        """
        machine = {question.grade_id: question.score for question in self.questions}
        return machine | {name: score for name, score in (given or {}).items() if score is not None}

    def question(self, grade_id: str) -> QuestionResult:
        """The result of the graded cell with this id.

        Raises:
            KeyError: there is none.
        """
        for question in self.questions:
            if question.grade_id == grade_id:
                return question
        raise KeyError(grade_id)


# Made here, once: made by several threads for the first time, it has crashed the process (msgspec 0.22).
decode_result: Callable[[bytes], SubmissionResult] = msgspec.json.Decoder(SubmissionResult).decode


def results_folder(root: Path, homework: str) -> Path:
    """Where the results of a homework are kept."""
    return root / ".autograder" / "results" / homework


def write_result(root: Path, result: SubmissionResult) -> Path:
    """Store a result, at once or not at all."""
    folder = results_folder(root, result.homework)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.student}.json"
    fresh = folder / f".{result.student}.new"
    try:
        with fresh.open("wb") as file:
            file.write(msgspec.json.encode(result))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return path


def read_result(root: Path, homework: str, student: str) -> SubmissionResult | None:
    """The stored result of a submission, or None where there is none (or a damaged one, which counts as none)."""
    path = results_folder(root, homework) / f"{student}.json"
    try:
        return decode_result(path.read_bytes())
    except (OSError, msgspec.DecodeError):
        return None


def read_results(root: Path, homework: str) -> tuple[SubmissionResult, ...]:
    """All stored results of a homework, by student.

    Raises:
        ResultError: there are none, or one cannot be read.
    """
    folder = results_folder(root, homework)
    found = {path.stem: read_result(root, homework, path.stem) for path in sorted(folder.glob("*.json"))}
    damaged = [name for name, result in found.items() if result is None]
    if damaged:
        raise ResultError(
            f"Damaged results in {folder}: {', '.join(damaged)}. Run: autograder grade {homework}"
        )
    if not found:
        raise ResultError(f"No results of {homework} yet in {folder}. Run: autograder grade {homework}")
    return tuple(result for result in found.values() if result is not None)
