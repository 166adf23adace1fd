"""One grader at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from autograder.homework import Course, CourseError

try:
    import fcntl
except ImportError:  # Windows, where nothing is graded
    fcntl = None  # type: ignore[assignment]


@contextmanager
def only_grader(course: Course) -> Iterator[None]:
    """Be the only one that grades in this course; the system ends it with the process, however that ends.

    Raises:
        CourseError: another process grades here.
    """
    path = course.state / "lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CourseError(
                f"Another grading of {course.root} is running. Run the command again when it has ended."
            ) from None
        yield
