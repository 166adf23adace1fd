"""The late policy: who is late by how many days, and what it costs."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from autograder.homework import Course, CourseError
from autograder.late import days_late, lateness_of, read_policy, split

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
COURSE = """timezone = "America/Los_Angeles"
[due]
hw1 = 2026-01-16T23:59:00
hw3 = 2026-02-13
hw2 = 2026-01-30T23:59:00-08:00
[late]
free_days = 2
per_day = 10
cap = 25
"""


@pytest.fixture
def course(tmp_path):
    (tmp_path / "nbgrader_config.py").touch()
    (tmp_path / "course.toml").write_text(COURSE)
    for name in ("hw1", "hw2", "hw3"):
        folder = tmp_path / "solutions" / name
        folder.mkdir(parents=True)
        (folder / "homework.toml").write_text(f'name = "{name}"\nnotebooks = ["a", "b"]\n')
    return Course(tmp_path)


def hand_in(course, student, homework, when):
    folder = course.submitted / student / homework
    folder.mkdir(parents=True)
    if when:
        (folder / "timestamp.txt").write_text(when)


def test_in_time_costs_nothing(course):
    hand_in(course, "ada", "hw1", "2026-01-16 23:59:00 America/Los_Angeles")
    late = lateness_of(course, "hw1")["ada"]
    assert (late.days_late, late.free_days_used, late.penalty) == (0, 0, 0.0)
    assert late.reason == "Handed in on time."


def test_one_second_late_is_a_day(course):
    hand_in(course, "ada", "hw1", "2026-01-16 23:59:01 America/Los_Angeles")
    late = lateness_of(course, "hw1")["ada"]
    assert (late.days_late, late.free_days_used, late.penalty) == (1, 1, 0.0)
    assert late.reason == (
        "1 day late (due 2026-01-16 23:59 PST), 1 free day used: no points are subtracted."
    )


def test_free_days_are_used_up_in_order_of_due_dates_and_then_it_costs(course):
    hand_in(course, "ada", "hw3", "2026-02-14 12:00:00 America/Los_Angeles")
    hand_in(course, "ada", "hw1", "2026-01-17 12:00:00 America/Los_Angeles")
    hand_in(course, "ada", "hw2", "2026-02-01 12:00:00 America/Los_Angeles")
    found = {name: lateness_of(course, name)["ada"] for name in ("hw1", "hw2", "hw3")}
    assert [(late.days_late, late.free_days_used, late.penalty) for late in found.values()] == [
        (1, 1, 0.0),
        (2, 1, 10.0),
        (1, 0, 10.0),
    ]


def test_penalty_is_capped(course):
    hand_in(course, "ada", "hw1", "2026-03-17 12:00:00 America/Los_Angeles")
    late = lateness_of(course, "hw1")["ada"]
    assert late.days_late == 60 and late.penalty == 25.0


def test_homework_may_have_its_own_costs(course):
    own = "[late.hw2]\nper_day = 5\ncap = 5\ngrace_minutes = 30\n"
    (course.root / "course.toml").write_text(COURSE + own)
    hand_in(course, "ada", "hw2", "2026-01-31 00:29:00 America/Los_Angeles")
    hand_in(course, "bob", "hw2", "2026-02-10 00:30:00 America/Los_Angeles")
    found = lateness_of(course, "hw2")
    assert found["ada"].days_late == 0 and found["bob"].penalty == 5.0


def test_time_of_handing_in_is_compared_across_time_zones(course):
    hand_in(course, "ada", "hw1", "2026-01-17 07:59:00 UTC")
    hand_in(course, "bob", "hw1", "2026-01-17 09:00:00 Europe/Berlin")
    hand_in(course, "eve", "hw1", "2026-01-17 16:58:59 +0900")
    found = lateness_of(course, "hw1")
    assert {student: late.days_late for student, late in found.items()} == {"ada": 0, "bob": 1, "eve": 0}


@pytest.mark.parametrize("due", [datetime(2026, 3, 7, 23, 59), datetime(2026, 10, 31, 23, 59)])
def test_days_are_counted_by_the_wall_clock_across_daylight_saving(due):
    due = due.replace(tzinfo=LOS_ANGELES)
    for days in (1, 2, 3):
        deadline = (due.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=LOS_ANGELES)
        utc = deadline.astimezone(ZoneInfo("UTC"))
        assert days_late(utc, due) == days
        assert days_late(utc + timedelta(seconds=1), due) == days + 1


@pytest.mark.parametrize("separator", [",", ";"])
def test_extension_moves_the_due_time_and_never_earlier(course, separator):
    rows = (
        "student,homework,until,days,why\n"
        "ada,hw1,2026-01-20 12:00,,ill\nbob,*,,3,\neve,hw1,2026-01-01,,mistyped\n\n"
    )
    (course.root / "extensions.csv").write_text(rows.replace(",", separator))
    for student in ("ada", "bob", "eve"):
        hand_in(course, student, "hw1", "2026-01-19 20:00:00 America/Los_Angeles")
    found = lateness_of(course, "hw1")
    assert {student: late.days_late for student, late in found.items()} == {"ada": 0, "bob": 0, "eve": 3}


def test_unknown_time_counts_as_on_time_and_says_so(course):
    hand_in(course, "ada", "hw1", None)
    hand_in(course, "bob", "hw1", "yesterday evening")
    found = lateness_of(course, "hw1")
    assert found["ada"] == found["bob"] and found["ada"].penalty == 0
    assert "not known" in found["ada"].reason


def test_times_at_the_end_of_time_do_no_harm(course):
    hand_in(course, "ada", "hw1", "9999-12-31 23:59:59 UTC")
    hand_in(course, "bob", "hw1", "0001-01-01 00:00:00 UTC")
    found = lateness_of(course, "hw1")
    assert found["ada"].penalty == 25.0 and found["bob"].days_late == 0


def test_course_without_due_times_knows_no_lateness(tmp_path):
    (tmp_path / "nbgrader_config.py").touch()
    (tmp_path / "solutions").mkdir()
    assert lateness_of(Course(tmp_path), "hw1") == {}


@pytest.mark.parametrize(
    "file, text, words",
    [
        ("course.toml", "[due]\nhw1 = 2026-01-16T23:59:00", "has no time zone"),
        ("course.toml", 'timezone = "Mars/Crater"', "Mars/Crater"),
        ("course.toml", "late = 3", "must be a table"),
        ("course.toml", "[late\n", "cannot be read"),
        ("course.toml", f"{COURSE}per_day_late = 3", "per_day_late"),
        ("course.toml", COURSE.replace("cap = 25", "cap = -1"), "cap"),
        ("course.toml", COURSE.replace("free_days = 2", "free_days = 1.5"), "free_days"),
        ("course.toml", COURSE.replace("hw3", "hw9"), "hw9"),
        ("course.toml", '[due]\nhw1 = "Friday"', "Friday"),
        ("course.toml", f"{COURSE}[late.hw1]\nfree_days = 3", "free_days"),
        ("extensions.csv", "student,homework,until\nada,hw9,2026-01-20", "line 2"),
        ("extensions.csv", "student,homework,until\nada,hw1,Friday", "line 2: until is 'Friday'"),
        ("extensions.csv", "student,homework,until,days\nada,hw1,2026-01-20,2", "line 2: write either"),
        ("extensions.csv", "student,homework,until\nada,hw1,", "line 2: write either"),
        (
            "extensions.csv",
            "student,homework,days\nada,hw1,3\nada,hw1,1",
            "line 3: ada and hw1 are there twice",
        ),
    ],
)
def test_what_is_wrong_in_a_policy_is_said_in_one_line(course, file, text, words):
    (course.root / file).write_text(text)
    with pytest.raises(CourseError) as error:
        read_policy(course)
    assert words in str(error.value) and "\n" not in str(error.value)


def test_penalty_is_spread_over_notebooks_without_falling_below_zero():
    assert split(30.0, [20.0, 40.0]) == [20.0, 10.0]
    assert split(90.0, [20.0, 40.0]) == [20.0, 40.0]
    assert split(5.0, [0.0, 40.0]) == [0.0, 5.0]
