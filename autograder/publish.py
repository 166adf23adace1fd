"""What leaves the course: feedback pages, PDFs and tables, made from stored results and the gradebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from autograder.documents.feedback import feedback_of, write_feedback
from autograder.documents.feedback_pdf import FeedbackPress, PressError
from autograder.documents.grades import Grade, grade_of, write_grades_csv
from autograder.documents.pdf import PdfReport, write_class
from autograder.gradebook import manual_scores, nbgrader_course, open_gradebook, settle_lateness
from autograder.homework import Course, CourseError, Homework
from autograder.late import lateness_of
from autograder.lateness import Lateness
from autograder.lms.exports import Export, write_canvas, write_moodle
from autograder.lms.roster import STUDENTS, absent, read_roster
from autograder.results import SubmissionResult
from autograder.submitted import chosen
from labkit.printing.plan import NoPlan

ManualScores = dict[str, dict[str, tuple[float | None, str | None]]]


def write_feedback_pages(
    course: Course, homework: Homework, results: Iterable[SubmissionResult]
) -> tuple[Path, ...]:
    """Two files per student, `feedback/<student>/<homework>/<student>.html` and `.pdf`; returns the pages.

    Raises:
        CourseError: a PDF could not be printed; everything else is written.
    """
    results = tuple(results)
    given = _given(course, homework, results)
    manual, lateness = _manual(given), lateness_of(course, homework.name)
    press = FeedbackPress()
    pages, unprinted = [], []
    for result in results:
        feedback = feedback_of(
            result,
            homework,
            comments={name: comment for name, (_, comment) in given[result.student].items() if comment},
            manual=manual[result.student],
            lateness=lateness.get(result.student),
        )
        folder = course.feedback / result.student / homework.name
        pages.append(write_feedback(feedback, folder))
        try:
            press.write(feedback, folder)
        except PressError as error:
            unprinted.append(f"{result.student} ({error})")
    if unprinted:
        raise CourseError(
            f"All pages are written, but not the PDFs of {', '.join(unprinted)}: give these students the pages."
        )
    return tuple(pages)


def write_class_report(
    course: Course,
    homework: Homework,
    results: Iterable[SubmissionResult],
    copies: bool = True,
) -> Path:
    """The class report, `report/<homework>/index.html`, with its numbers as CSV beside it: of who is in the course.

    Args:
        copies: whether submissions are compared with each other.

    Raises:
        CourseError: nobody with results is in the course.
    """
    from autograder.report.gather import class_report  # these two are slow to import
    from autograder.report.page import write_report

    results = tuple(results)
    gone = absent(course, homework, [result.student for result in results])
    results = tuple(result for result in results if result.student not in gone)
    if not results:
        raise CourseError(f"Nobody who has results of {homework.name} is in the course: look at {STUDENTS}.")
    late = lateness_of(course, homework.name)
    report = class_report(
        homework,
        results,
        manual=_manual(_given(course, homework, results)),
        lateness={student: each for student, each in late.items() if student not in gone},
        work={result.student: course.autograded / result.student / homework.name for result in results},
        release=course.assignments / homework.name,
        copies=copies,
    )
    return write_report(report, course.root / "report" / homework.name)


def write_grades(course: Course, homework: Homework, results: Iterable[SubmissionResult], path: Path) -> Path:
    """The table of all students and questions, with manual scores in the place of the machine's."""
    results = tuple(results)
    manual, late = _manual(_given(course, homework, results)), lateness_of(course, homework.name)
    return write_grades_csv(results, homework, path, manual=manual, lateness=late)


def write_for_canvas(
    course: Course, homework: Homework, results: Iterable[SubmissionResult], path: Path, column: str
) -> Export:
    """The table for Canvas's gradebook; `column` is the assignment's name there."""
    grades, _ = _grades(course, homework, tuple(results))
    return write_canvas(homework, grades, read_roster(course), path, column)


def write_for_moodle(
    course: Course,
    homework: Homework,
    results: Iterable[SubmissionResult],
    path: Path,
    worksheet: Path | None,
) -> Export:
    """The grading worksheet for Moodle; `worksheet` is the one to be filled in."""
    grades, late = _grades(course, homework, tuple(results))
    return write_moodle(homework, grades, late, read_roster(course), path, worksheet)


def write_pdfs(
    course: Course,
    homework: Homework,
    students: Iterable[str] | None,
    workers: int | None,
    started: Callable[[int], None],
    advance: Callable[[str], None],
    fixed: bool = False,
) -> tuple[PdfReport, ...]:
    """`pdf/<homework>/<student>.pdf` for every submission; with `fixed` pages, `pages.json` beside them.

    Raises:
        CourseError: nothing was handed in, or not by one of these students.
    """
    found, _ = chosen(course, homework, students)
    started(len(found))
    try:
        return write_class(
            homework,
            found,
            course.root / "pdf" / homework.name,
            jobs=workers,
            fixed=fixed,
            progress=lambda report, done, total: advance(report.student),
        )
    except NoPlan as error:
        raise CourseError(str(error)) from None


def _grades(
    course: Course, homework: Homework, results: tuple[SubmissionResult, ...]
) -> tuple[dict[str, Grade], Mapping[str, Lateness]]:
    manual, late = _manual(_given(course, homework, results)), lateness_of(course, homework.name)
    grades = {
        each.student: grade_of(each, homework, manual[each.student], late.get(each.student))
        for each in results
    }
    return grades, late


def _given(course: Course, homework: Homework, results: tuple[SubmissionResult, ...]) -> ManualScores:
    nbgrader = nbgrader_course(course)
    with open_gradebook(nbgrader.db_url, nbgrader.course_id, make=False) as gradebook:
        settle_lateness(gradebook, course)  # manual scores may have changed what there is to subtract from
        found = manual_scores(gradebook, homework.name, [result.student for result in results])
    return {result.student: found.get(result.student, {}) for result in results}


def _manual(given: ManualScores) -> dict[str, dict[str, float | None]]:
    return {student: {name: score for name, (score, _) in cells.items()} for student, cells in given.items()}
