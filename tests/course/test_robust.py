"""Whatever happens to a submission, the gradebook, the disk or the process: nothing is lost, and one line says what."""

import errno
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder import grade as grading
from autograder import gradebook as books
from autograder import submitted
from autograder.grade import grade_class
from autograder.homework import CourseError
from autograder.judge import Judge
from autograder.locks import only_grader
from autograder.publish import write_feedback_pages, write_grades
from autograder.results import (
    QuestionResult,
    ResultError,
    SubmissionResult,
    read_result,
    read_results,
    results_folder,
)
from autograder.sandbox.scratch import scratch, sweep
from autograder.submitted import submissions, usable

pytestmark = pytest.mark.xdist_group("robust")
PROGRAMS = Path(sys.executable).parent


def start(course, *command):
    return subprocess.Popen(
        [str(PROGRAMS / command[0]), *command[1:]],
        cwd=course.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )


def scores(course):
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        return {
            (submission.student.id, grade.name): (grade.auto_score, grade.manual_score)
            for submission in gradebook.assignment_submissions("hw2")
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def nobody(course, *students):
    """Hand in empty folders, which are graded fast."""
    for student in students:
        (course.submitted / student / "hw2").mkdir(parents=True)


@pytest.fixture(scope="module")
def graded(hw2, tmp_path_factory):
    """A course with one empty submission, graded; tests leave it as it is."""
    made = hw2.copy(tmp_path_factory.mktemp("robust") / "course")
    nobody(made, "ada")
    grade_class(made, hw2.homework)
    return made


@pytest.fixture
def course(hw2, graded, tmp_path):
    """A course with a gradebook that knows the homework, nothing handed in."""
    made = hw2.copy(tmp_path / "course")
    shutil.copyfile(graded.root / "gradebook.db", made.root / "gradebook.db")
    return made


@pytest.fixture
def unjudged(monkeypatch):
    """No code is run: every question gets one point less than it can give."""

    def judged(judge, merged, student, **options):
        questions = [
            QuestionResult(q.name, q.grade_id, q.notebook, q.title, q.points, q.points - 1, "partial")
            for q in judge.homework.questions
        ]
        digest = judge.digest_of(merged)
        return SubmissionResult("hw2", student, digest, merged.notes, tuple(questions), 0.0, 0.0, 0.0, "")

    monkeypatch.setattr(Judge, "grade", judged)


def grade(course, hw2):
    return grade_class(course, hw2.homework, sandbox="none")


@pytest.mark.parametrize("name", ["Zoë", "李雷", "иван", "محمد", "क्षमा", "Jo O'Neil", "a,b", "ada@x.org"])
def test_names_of_every_script_are_usable(name):
    assert usable(name)


@pytest.mark.parametrize(
    "name", [".ada", "-rf", "a*", "[a]", "a\nb", "a\\b", "<b>", "é" * 101, "caf\udce9", " a"]
)
def test_names_that_break_files_or_patterns_are_not(name):
    assert not usable(name)


def test_odd_names_and_bad_timestamps_do_not_stop_the_class(unjudged, hw2, course):
    nobody(course, "李 雷", "[x]", "caf\udce9", "zoe")
    (course.submitted / "李 雷" / "hw2" / "timestamp.txt").write_bytes(b"\xff")
    done = grade(course, hw2)
    assert [result.student for result in done.results] == ["zoe", "李 雷"]
    assert sorted(name for name, _ in done.refused) == ["[x]", "caf?"]
    table = write_grades(course, hw2.homework, done.results, course.root / "grades.csv").read_text("utf-8")
    pages = write_feedback_pages(course, hw2.homework, done.results)
    assert "timestamp.txt" in table and "timestamp.txt" in pages[1].read_text(encoding="utf-8")


def test_folder_that_cannot_be_read_is_refused_not_forgotten(hw2, course, monkeypatch):
    nobody(course, "ada", "ben")
    real = Path.lstat

    def denied(path):
        if path == course.submitted / "ben" / "hw2":
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "lstat", denied)
    found, refused = submissions(course, hw2.homework)
    assert list(found) == ["ada"] and refused == [("ben", "cannot be read (Permission denied)")]


def test_folder_whose_files_cannot_be_listed_keeps_its_score(unjudged, hw2, course, monkeypatch):
    nobody(course, "ada", "ben")
    grade(course, hw2)
    before, shut = scores(course), course.submitted / "ben" / "hw2"
    monkeypatch.setattr(submitted.os, "access", lambda path, mode: path != shut)
    done = grade(course, hw2)
    assert done.refused == (("ben", "cannot be read (Permission denied)"),) and scores(course) == before


def test_a_submission_that_defeats_the_judge_is_in_the_table_and_tried_again(
    unjudged, hw2, course, monkeypatch
):
    nobody(course, "ada")

    def defeated(*arguments, **options):
        raise ZeroDivisionError("surprise")

    with monkeypatch.context() as patch:
        patch.setattr(Judge, "grade", defeated)
        grade(course, hw2)
    results = read_results(course.root, "hw2")
    table = write_grades(course, hw2.homework, results, course.root / "grades.csv").read_text("utf-8")
    assert "ada" in table and "surprise" in table
    assert grade(course, hw2).graded == ("ada",)
    assert not any(note.kind == "alert" for note in read_result(course.root, "hw2", "ada").notes)


def test_scores_reach_the_gradebook_although_grading_died_right_before(unjudged, hw2, course, monkeypatch):
    nobody(course, "ada")
    done = grade(course, hw2)
    (course.submitted / "ada/hw2/softmax_best.npz").write_bytes(b"changed")
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("UPDATE grade SET auto_score = 0")

    def killed(*arguments):
        raise SystemExit(9)

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(grading.ScoreWriter, "flush", killed)
        grade(course, hw2)
    done = grade(course, hw2)
    assert done.graded == ()
    assert scores(course) == {
        ("ada", q.grade_id): (q.score, None) for result in done.results for q in result.questions
    }


def test_full_disk_is_no_fault_of_a_submission(unjudged, hw2, course, monkeypatch):
    nobody(course, "ada")

    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(CourseError, match="No space left"):
        patch.setattr(grading, "write_result", full)
        grade(course, hw2)
    assert len(grade(course, hw2).graded) == 1


def test_full_temporary_folder_is_no_fault_of_a_submission(unjudged, hw2, course, monkeypatch):
    nobody(course, "ada")

    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(CourseError, match=r"at ada: No space left.*again"):
        patch.setattr("autograder.judge.merge", full)
        grade(course, hw2)
    assert read_result(course.root, "hw2", "ada") is None
    assert len(grade(course, hw2).graded) == 1


def test_changed_file_regrades_its_submission_and_manual_scores_stay(unjudged, hw2, course):
    nobody(course, "ada", "ben")
    grade(course, hw2)
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("UPDATE grade SET manual_score = 3")
    (course.submitted / "ada" / "hw2" / "softmax_best.npz").write_bytes(b"new")
    assert grade(course, hw2).graded == ("ada",)
    assert {manual for _, manual in scores(course).values()} == {3}
    assert grade(course, hw2).graded == ()


def test_other_staff_can_read_what_was_graded_where_they_can_read_the_course(unjudged, hw2, course):
    nobody(course, "ada")
    folder = course.autograded / "ada"
    folder.mkdir(parents=True)
    folder.chmod(0o2775)
    grade(course, hw2)
    assert (folder / "hw2").stat().st_mode & 0o7777 == 0o2775


@pytest.mark.parametrize("damage", ["no folder", "notebook", "module"])
def test_without_a_whole_release_nothing_is_written(hw2, course, damage):
    nobody(course, "ada")
    if damage == "no folder":
        course.assignments.rename(course.root / "elsewhere")
    elif damage == "notebook":
        (course.assignments / "hw2/knn.ipynb").write_text("{")
    else:
        (course.assignments / "hw2/nndl/knn.py").unlink()
    before = sorted(course.root.iterdir())
    with pytest.raises(CourseError, match="autograder release hw2"):
        grade(course, hw2)
    assert sorted(course.root.iterdir()) == before


def test_second_grader_is_refused_and_the_lock_ends_with_its_owner(course, hw2):
    nobody(course, "ada")
    hold = (
        "import sys, time\nfrom autograder.homework import Course\nfrom autograder.locks import only_grader\n"
    )
    hold += "with only_grader(Course(sys.argv[1])):\n    print(flush=True)\n    time.sleep(600)\n"
    owner = subprocess.Popen([sys.executable, "-c", hold, str(course.root)], stdout=subprocess.PIPE)
    try:
        owner.stdout.readline()
        with pytest.raises(CourseError, match="Another grading"):
            grade(course, hw2)
    finally:
        owner.kill()
        owner.wait()
    with only_grader(course):
        pass


def test_scratch_of_a_killed_grader_is_swept_and_that_of_a_living_one_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with scratch("grading-") as alive:
        dead = tmp_path / "grading-dead"
        dead.mkdir()
        sweep("grading-")
        assert alive.is_dir() and not dead.exists()
    assert not alive.exists()


@pytest.mark.parametrize(
    "content", [b"this is no database at all " * 100, b"SQLite format 3\0" + b"\7" * 5000]
)
def test_file_that_is_no_gradebook_is_left_as_it_is(hw2, course, content):
    nobody(course, "ada")
    (course.root / "gradebook.db").write_bytes(content)
    with pytest.raises(CourseError, match=r"gradebook\.db cannot be used"):
        grade(course, hw2)
    assert (course.root / "gradebook.db").read_bytes() == content


def test_locked_gradebook_is_waited_for_then_named(hw2, graded, monkeypatch):
    other = sqlite3.connect(graded.root / "gradebook.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(books, "PATIENCE", 0.1)
    with pytest.raises(CourseError, match="Close other programs"):
        grade(graded, hw2)
    monkeypatch.setattr(books, "PATIENCE", 60)
    threading.Timer(0.5, other.rollback).start()
    assert grade(graded, hw2).unchanged == ("ada",)


def test_missing_gradebook_is_not_made_by_reading_it(hw2, graded, tmp_path):
    results = read_results(graded.root, "hw2")
    other = hw2.copy(tmp_path / "course")
    for write in (
        lambda: write_grades(other, hw2.homework, results, other.root / "grades.csv"),
        lambda: write_feedback_pages(other, hw2.homework, results),
    ):
        with pytest.raises(CourseError, match="no gradebook"):
            write()
    assert sorted(path.name for path in other.root.iterdir()) == [
        "assignments",
        "nbgrader_config.py",
        "solutions",
    ]


def test_damaged_result_is_named_and_graded_again(unjudged, hw2, course):
    nobody(course, "ada")
    grade(course, hw2)
    path = results_folder(course.root, "hw2") / "ada.json"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ResultError, match="ada"):
        read_results(course.root, "hw2")
    assert grade(course, hw2).graded == ("ada",)
    assert read_results(course.root, "hw2")


def test_results_are_read_by_many_threads_at_once(graded):
    """In a fresh process: what msgspec makes at the first use must not be made by several threads."""
    program = (
        "import sys, threading\nfrom pathlib import Path\nfrom autograder import results\n"
        "assert results.decode_result.__self__.type is results.SubmissionResult\n"
        "go = lambda: results.read_result(Path(sys.argv[1]), 'hw2', 'ada')\n"
        "sys.setswitchinterval(1e-6)\n"
        "threads = [threading.Thread(target=go) for _ in range(8)]\n"
        "[thread.start() for thread in threads]; [thread.join() for thread in threads]\n"
    )
    assert subprocess.run([sys.executable, "-c", program, str(graded.root)]).returncode == 0


def test_deleted_files_of_an_autograded_folder_come_back(hw2, graded):
    (graded.autograded / "ada/hw2/knn.ipynb").unlink()
    assert grade(graded, hw2).graded == ()
    assert (graded.autograded / "ada/hw2/knn.ipynb").is_file()


def test_grades_survive_kill(hw2, course):
    nobody(course, "ada", "ben")
    hw2.hand_in(course, "ines")
    folder = results_folder(course.root, "hw2")
    running = start(course, "autograder", "grade", "hw2", "--workers", "2")
    while running.poll() is None and not list(folder.glob("*.json")):
        pass
    running.kill()
    running.wait()
    done = grade_class(course, hw2.homework)
    found = scores(course)
    assert len(done.graded) < 3 and len(found) == 3 * len(hw2.homework.questions)
    for result in done.results:
        assert all(found[result.student, q.grade_id][0] == q.score for q in result.questions)
    names = {
        path.name for path in [*folder.iterdir(), *course.autograded.glob("*/*"), *course.root.iterdir()]
    }
    assert not {name for name in names if name.endswith((".new", ".old", ".part"))}


def test_interrupt_stops_with_one_line_and_keeps_what_is_graded(hw2, course):
    nobody(course, "ada", "ben", "eve")
    folder = results_folder(course.root, "hw2")
    running = start(course, "autograder", "grade", "hw2", "--workers", "1")
    while running.poll() is None and not list(folder.glob("*.json")):
        pass
    running.send_signal(signal.SIGINT)
    _, said = running.communicate()
    assert running.returncode == 130 and len(said.splitlines()) == 1 and "again" in said
    done = grade_class(course, hw2.homework)
    assert "Stopped" in said and len(done.graded) < 3


def test_stock_command_redoes_a_half_written_folder_and_a_changed_submission(hw2, graded):
    def autograde():
        done = start(graded, "nbgrader", "autograde", "hw2")
        said = "".join(done.communicate())
        assert done.returncode == 0, said

    autograde()
    target = graded.autograded / "ada/hw2"
    (target / ".digest").unlink()
    (target / "softmax.ipynb").unlink()
    autograde()
    assert (target / "softmax.ipynb").is_file() and (target / ".digest").is_file()
    assert not (graded.root / ".autograder/merged").exists()


@pytest.mark.parametrize("homework", ["hw9", "../hw2", "hw2/"])
def test_stock_command_names_what_is_wrong_in_one_line(graded, homework):
    done = start(graded, "nbgrader", "autograde", homework)
    _, said = done.communicate()
    assert done.returncode == 1 and len(said.strip().splitlines()) == 1 and homework in said
