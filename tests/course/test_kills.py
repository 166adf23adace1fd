"""Kill anything at any moment and run again: the same grades, a sound gradebook, nothing left lying about."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from functools import partial
from pathlib import Path

import psutil
import pytest
from nbgrader.api import Gradebook

from autograder.grade import grade_class, judge_for
from autograder.judge import Judge
from autograder.results import read_results, results_folder
from autograder.sandbox import Sandbox
from autograder.witness import Witness

COMMAND = str(Path(sys.executable).with_name("autograder"))
SEED, KILLS, CLASS = 5, 50, 60
FAST = ("omar", "quinn", "rosa", "dmitri", "ines")  # samples that are graded in a second or two
WITH_POINTS = ("ada", "emma", "maya")


class Kills(Witness):
    """Kills something when a check begins, the first time."""

    def __init__(self, kill):
        self.kill, self.current = kill, None

    def worker(self, worker):
        self.current = worker

    def begins(self, check, seconds):
        kill, self.kill = self.kill, None
        if kill is not None:
            os.kill(kill(self.current), signal.SIGKILL)


@pytest.mark.parametrize("what", ["worker", "template"])
def test_killed_process_of_the_sandbox_costs_no_point(hw2, tmp_path, what):
    course = hw2.copy(tmp_path / "course")
    hw2.hand_in(course, "ada")
    with Sandbox() as sandbox:
        judge = judge_for(course, hw2.homework, sandbox)
        witness = Kills(lambda worker: worker.pid if what == "worker" else sandbox._template.pid)
        with judge.merged(course.submitted / "ada" / "hw2") as merged:
            result = judge.grade(merged, "ada", only=["knn.predict_labels"], witness=witness)
    assert witness.kill is None
    assert [q.score for q in result.questions if q.name == "knn.predict_labels"] == [5.0]
    assert not [note for note in result.notes if note.kind == "error"]


def grading(course, scratch):
    """The command, in the background, with temporary files in a folder of its own."""
    return subprocess.Popen(
        [COMMAND, "grade", "hw2", "--workers", "2"],
        cwd=course.root,
        env=os.environ | {"TMPDIR": str(scratch)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )


def descendants(running):
    try:
        return psutil.Process(running.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def victim(running, what):
    """The process to be killed: the command, the template that it started, or a worker of that; or None."""
    if what == "command":
        return running.pid
    found = descendants(running)
    own = [each.pid for each in found if each.ppid() == running.pid]
    chosen = own if what == "template" else [each.pid for each in found if each.ppid() in own]
    return chosen[0] if chosen else None


def kill_at(running, what, moment):
    """Kill after some seconds, unless it has ended; all that it started must end with it."""
    try:
        running.wait(moment)
    except subprocess.TimeoutExpired:
        started = descendants(running)
        try:
            if (number := victim(running, what)) is not None:
                os.kill(number, signal.SIGKILL)
        except (ProcessLookupError, psutil.NoSuchProcess):
            pass  # it ended by itself in the meantime
        _, said = running.communicate()
        assert what == "command" or running.returncode == 0, said
        assert not psutil.wait_procs(started, timeout=60)[1]


def grades(course):
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        return {
            (submission.student.id, grade.name): grade.auto_score
            for submission in gradebook.assignment_submissions("hw2")
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def stored(course):
    return {(r.student, q.grade_id): q.score for r in read_results(course.root, "hw2") for q in r.questions}


def sound(course, scratch, expected):
    """After an undisturbed run: grades as expected, everywhere; nothing temporary, in the course or elsewhere."""
    assert stored(course) == expected
    assert grades(course) == expected
    with sqlite3.connect(course.root / "gradebook.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    places = (
        course.root,
        results_folder(course.root, "hw2"),
        course.autograded,
        *course.autograded.iterdir(),
    )
    hidden = {path.name for place in places for path in place.iterdir() if path.name.startswith(".")}
    assert hidden <= {".autograder"}
    assert [path.name for path in scratch.iterdir()] == []


def survives(hw2, folder, submissions, kills):
    """Grade a class while things are killed; when the whole class has been graded, begin again."""
    course, calm = hw2.copy(folder / "course"), hw2.copy(folder / "calm")
    scratch = folder / "tmp"
    scratch.mkdir()
    for place in (course, calm):
        submissions(place)
    grade_class(calm, hw2.homework)
    expected = stored(calm)
    for what, moment in kills:
        kill_at(grading(course, scratch), what, moment)
        if len(list(results_folder(course.root, "hw2").glob("*.json"))) == len(
            {student for student, _ in expected}
        ):
            finished(hw2, course, scratch, expected)
            shutil.rmtree(results_folder(course.root, "hw2"))
    finished(hw2, course, scratch, expected)


def finished(hw2, course, scratch, expected):
    """Grade what is left, undisturbed, and look."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(scratch))
        grade_class(course, hw2.homework)
    sound(course, scratch, expected)


@pytest.mark.slow
def test_a_class_survives_kills_at_fifty_moments(hw2, tmp_path):
    def submissions(course):
        for number in range(CLASS):
            hw2.hand_in(course, (WITH_POINTS if number % 6 == 0 else FAST)[number % 3])
            names = [path for path in course.submitted.iterdir() if "-" not in path.name]
            names[0].rename(course.submitted / f"{number:02}-{names[0].name}")

    chance = random.Random(SEED)
    kinds = ("command", "command", "worker", "template")
    survives(
        hw2, tmp_path, submissions, [(chance.choice(kinds), chance.uniform(0, 60)) for _ in range(KILLS)]
    )


def test_a_small_class_survives_kills(hw2, tmp_path):
    def submissions(course):
        for name in ("ada", "ben", "eve"):
            (course.submitted / name / "hw2").mkdir(parents=True)

    survives(hw2, tmp_path, submissions, [("command", 3), ("command", 6)])


def test_judge_is_asked_once_where_nothing_was_killed(hw2, tmp_path, monkeypatch):
    course = hw2.copy(tmp_path / "course")
    hw2.hand_in(course, "quinn")
    asked = []
    monkeypatch.setattr(Judge, "_found", lambda judge, session, *rest: asked.append(session) or {})
    with Sandbox("none") as sandbox:
        judge = judge_for(course, hw2.homework, sandbox)
        with judge.merged(course.submitted / "quinn" / "hw2") as merged:
            judge.grade(merged, "quinn")
    assert len(asked) == 1
