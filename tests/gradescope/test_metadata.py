"""submission_metadata.json: lateness by Gradescope's own times, whatever state the file is in."""

import json

import pytest

from autograder.gradescope.metadata import Metadata, lateness_there, read_metadata
from autograder.gradescope.settings import Late

LATE = Late(per_day=10, cap=25, zone="America/Los_Angeles")


@pytest.fixture
def read(tmp_path):
    def made(created="2026-01-31T14:00:00.000000-08:00", due="2026-01-30T23:00:00.000000-08:00", own=()):
        users = [{"name": f"student {n}", "assignment": {"due_date": each}} for n, each in enumerate(own)]
        metadata = {
            "created_at": created,
            "assignment": {"due_date": due},
            "users": users or [{"name": "Ada"}],
        }
        path = tmp_path / "submission_metadata.json"
        path.write_text(json.dumps(metadata))
        return read_metadata(path)

    return made


def test_due_date_of_the_assignment_counts(read):
    late = lateness_there(read(), LATE)
    assert (late.days_late, late.penalty) == (1, 10)


def test_own_due_date_of_a_student_with_an_extension_counts(read):
    assert lateness_there(read(own=["2026-02-01T23:00:00.000000-08:00"]), LATE).days_late == 0


def test_in_a_group_the_latest_due_date_counts(read):
    own = ["2026-01-30T23:00:00.000000-08:00", "2026-02-03T23:00:00.000000-08:00"]
    assert lateness_there(read(own=own), LATE).days_late == 0


def test_days_are_counted_by_the_wall_clock_of_the_courses_zone(read):
    due = "2026-03-07T23:00:00.000000-08:00"
    assert lateness_there(read("2026-03-08T22:59:59.000000-07:00", due), LATE).days_late == 1
    assert lateness_there(read("2026-03-08T23:00:01.000000-07:00", due), LATE).days_late == 2


def test_free_days_are_left_to_the_staff_who_see_the_whole_course(read):
    late = lateness_there(read(), Late(free_days=3, per_day=10))
    assert (late.days_late, late.penalty) == (1, 0) and "free days" in late.reason


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"created_at": 3}', '{"created_at": "2026-01-31", "assignment": []}',
     '{"created_at": "2026-01-31T14:00:00-08:00", "assignment": {"due_date": null}, "users": [null, 3]}'],
)  # fmt: skip
def test_metadata_that_says_nothing_costs_nothing(tmp_path, text):
    path = tmp_path / "submission_metadata.json"
    path.write_text(text)
    assert lateness_there(read_metadata(path), LATE) is None


def test_missing_metadata_costs_nothing(tmp_path):
    assert read_metadata(tmp_path / "none.json") == Metadata()
