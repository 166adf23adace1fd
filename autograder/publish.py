"""What leaves the course: feedback pages, PDFs and tables, made from stored results and the gradebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from autograder.documents.feedback import write_feedback
from autograder.documents.grades import write_grades_csv
from autograder.documents.pdf import PdfReport, write_class
from autograder.grade import submissions
from autograder.gradebook import manual_scores, nbgrader_course, open_gradebook
from autograder.homework import Course, CourseError, Homework
from autograder.results import SubmissionResult

ManualScores = dict[str, dict[str, tuple[float | None, str | None]]]


def write_feedback_pages(
    course: Course, homework: Homework, results: Iterable[SubmissionResult]
) -> tuple[Path, ...]:
    """One page per student, `feedback/<student>/<homework>/<student>.html`."""
    results = tuple(results)
    given = _given(course, homework, results)
    pages = []
    for result in results:
        scores = {name: score for name, (score, _) in given[result.student].items() if score is not None}
        comments = {name: comment for name, (_, comment) in given[result.student].items() if comment}
        folder = course.feedback / result.student / homework.name
        pages.append(write_feedback(result, homework, folder, comments=comments, manual=scores))
    return tuple(pages)


def write_grades(course: Course, homework: Homework, results: Iterable[SubmissionResult], path: Path) -> Path:
    """The table of all students and questions, with manual scores in the place of the machine's."""
    results = tuple(results)
    given = _given(course, homework, results)
    manual = {
        student: {name: score for name, (score, _) in cells.items() if score is not None}
        for student, cells in given.items()
    }
    return write_grades_csv(results, homework, path, manual=manual)


def write_pdfs(
    course: Course,
    homework: Homework,
    students: Iterable[str] | None,
    workers: int | None,
    started: Callable[[int], None],
    advance: Callable[[str], None],
) -> tuple[PdfReport, ...]:
    """`pdf/<homework>/<student>.pdf` for every submission.

    Raises:
        CourseError: nothing was handed in, or not by one of these students.
    """
    found, _ = submissions(course, homework)
    missing = sorted(set(students or ()) - set(found))
    if missing or not found:
        who = f" by {', '.join(missing)}" if missing else ""
        raise CourseError(f"Nothing was handed in for {homework.name}{who}; see {course.submitted}.")
    chosen = {name: folder for name, folder in found.items() if students is None or name in students}
    started(len(chosen))
    return write_class(
        homework,
        chosen,
        course.root / "pdf" / homework.name,
        jobs=workers,
        progress=lambda report, done, total: advance(report.student),
    )


def _given(course: Course, homework: Homework, results: tuple[SubmissionResult, ...]) -> ManualScores:
    nbgrader = nbgrader_course(course)
    with open_gradebook(nbgrader.db_url, nbgrader.course_id, make=False) as gradebook:
        found = manual_scores(gradebook, homework.name, [result.student for result in results])
    return {result.student: found.get(result.student, {}) for result in results}
