"""The check API.

    from labkit.checks import check, expect

    @check("knn.compute_distances", hint="Which axis holds the test points?")
    def triangle(student, rng):
        \"\"\"A 3-4-5 triangle\"\"\"
        model = student.knn.KNN()
        ...
        expect.close("distances", got, expected)

A check is a function of the student's work and a random generator. In the notebook the work is
in the same process; in the judge it is in a sandbox. `labkit.check("knn.compute_distances")` runs
a question's checks in a notebook.
"""

from labkit.checks import expect
from labkit.checks.outcome import CheckFailed, Finding, Outcome, Report
from labkit.checks.registry import Check, ChecksError, check, load_checks
from labkit.checks.student import LocalStudent, StudentError

__all__ = [
    "Check",
    "CheckFailed",
    "ChecksError",
    "Finding",
    "LocalStudent",
    "Outcome",
    "Report",
    "StudentError",
    "check",
    "expect",
    "load_checks",
]
