"""Hostile submissions: each gets a result, none more than its honest part is worth, none harms anybody."""

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hostile_class import BYSTANDER, LONG, MODULES, QUICK, WASTE, WRONG_ANSWERS, contents, hand_in
from nbconvert.exporters import HTMLExporter
from traitlets.config import PyFileConfigLoader

from autograder.gradebook import nbgrader_course, open_gradebook
from autograder.publish import write_feedback_pages, write_grades
from autograder.results import read_results


def gains(graded, name, only=frozenset()):
    mine, honest = graded.results[name], graded.honest(name)
    pairs = zip(mine.questions, honest.questions, strict=True)
    return {
        question.name: (question.score, fair.score, [o.title for o in question.outcomes if o.credit])
        for question, fair in pairs
        if (question.score or 0.0) > (fair.score or 0.0) + 1e-9 and (not only or question.name in only)
    }


def told(result):
    """Everything of a result that its student is shown of hidden checks, and every remark."""
    hidden = [o.for_student() for q in result.questions for o in q.outcomes if o.hidden]
    return str(hidden) + str(result.notes)


STOPPED = ("timeout", "memory", "crash")
# Its loops take about the time that they may: once in time, once not.
AT_THE_LIMIT = {"settrace_does_nothing"}


def noted(result):
    """Whether staff is told that something is odd about a submission."""
    stopped = [o.status for q in result.questions for o in q.outcomes if o.status in STOPPED]
    return bool(result.notes or stopped)


def holds(graded, name):
    result = graded.results[name]
    assert noted(result) or name in WRONG_ANSWERS
    assert result.digest, f"was left to people: {result.notes}"
    assert gains(graded, name, MODULES[name].only if name in MODULES else frozenset()) == {}
    assert "FOUND" not in told(result) and "INPUTS" not in told(result) and "CANARY" not in told(result)


@pytest.mark.parametrize("name", QUICK)
def test_attack_gains_nothing(quick, name):
    holds(quick, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", LONG)
def test_long_attack_gains_nothing(long, name):
    holds(long, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", WASTE)
def test_waste_of_time_gains_nothing_and_ends(waste, name):
    holds(waste, name)
    assert waste.results[name].seconds < 200


def harmless(graded):
    result = graded.results[BYSTANDER]
    assert all(question.score == question.points for question in result.questions if question.outcomes)
    assert not [note for note in result.notes if note.kind == "alert"]
    assert contents(graded.course) == graded.before
    assert (graded.course.root / "CANARY").read_text(encoding="utf-8") == "alive"
    assert not graded.left
    stored = {result.student: result.score for result in read_results(graded.course.root, "hw2")}
    assert stored == {name: result.score for name, result in graded.results.items()}
    nbgrader = nbgrader_course(graded.course)
    with open_gradebook(nbgrader.db_url, nbgrader.course_id) as gradebook:
        for name, result in graded.results.items():
            for notebook in gradebook.find_submission("hw2", name).notebooks:
                for grade in notebook.grades:
                    assert grade.manual_score is None, name
                    assert grade.auto_score == result.question(grade.name).score, name


def test_nobody_else_is_harmed(quick):
    harmless(quick)


@pytest.mark.slow
def test_nobody_else_is_harmed_by_long_attacks(long, waste):
    harmless(long)
    harmless(waste)


def test_inputs_of_hidden_checks_are_not_told_by_public_ones(quick):
    result = quick.results["hidden_inputs_kept_for_later"]
    hidden = quick.results["hidden_inputs_in_messages"].question("knn-compute_distances")
    values = [f.problem.split("INPUTS")[1][10:30] for o in hidden.outcomes if o.hidden for f in o.findings]
    shown = str([o.for_student() for q in result.questions for o in q.outcomes])
    assert values and not any(value in shown for value in values)


def test_pages_and_table_hold_no_markup_of_a_student(hw2, quick, tmp_path):
    results = tuple(quick.results.values())
    for page in write_feedback_pages(quick.course, hw2.homework, results):
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text and "onerror=alert(2)>" not in text and "\x1b" not in text
    table = write_grades(quick.course, hw2.homework, results, tmp_path / "grades.csv").read_text(
        encoding="utf-8"
    )
    assert "\x1b" not in table and "\n=" not in table and ",=" not in table and ',"=' not in table


class _Dangers(HTMLParser):
    """Finds what of a page would run."""

    def __init__(self):
        super().__init__()
        self.found, self._script = [], False

    def handle_starttag(self, tag, attributes):
        self._script = tag == "script"
        dangers = [
            name for name, value in attributes if name.startswith("on") or "javascript:" in (value or "")
        ]
        if dangers or tag in ("iframe", "object", "embed"):
            self.found.append((tag, attributes))

    def handle_endtag(self, tag):
        self._script = False

    def handle_data(self, data):
        if self._script and "alert(" in data:
            self.found.append(data)


def test_formgrader_runs_no_script_of_a_student(quick):
    config = PyFileConfigLoader("nbgrader_config.py", path=str(quick.course.root)).load_config()
    for name in ("scripts_in_answers", "cells_with_wild_ids", "markup_in_messages", "scores_in_outputs"):
        for notebook in ("knn", "softmax"):
            path = quick.course.autograded / name / "hw2" / f"{notebook}.ipynb"
            page, _ = HTMLExporter(config=config).from_filename(str(path))
            dangers = _Dangers()
            dangers.feed(page)
            assert dangers.found == [], name


def test_terminal_shows_no_escape_sequence_of_a_student(quick):
    line = [
        sys.executable,
        "-c",
        "from autograder.cli import main; main()",
        "grade",
        "hw2",
        "--student",
        BYSTANDER,
        "--course",
        str(quick.course.root),
    ]
    (quick.course.submitted / "[red]\x1b[2J" / "hw2").mkdir(parents=True)
    done = subprocess.run(line, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "\x1b[2J" not in done.stdout + done.stderr


def same_by_stock(hw2, graded, names, folder):
    """Hand in the same attacks to `nbgrader autograde` and compare the gradebooks."""
    course = hw2.copy(folder / "course")
    hand_in(hw2, course, names)
    before = contents(course)
    command = [str(Path(sys.executable).with_name("nbgrader")), "autograde", "hw2"]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert contents(course) == before
    nbgrader = nbgrader_course(course)
    with open_gradebook(nbgrader.db_url, nbgrader.course_id) as gradebook:
        for name in (*names, BYSTANDER):
            for notebook in gradebook.find_submission("hw2", name).notebooks:
                for grade in notebook.grades:
                    score = graded.results[name].question(grade.name).score
                    if name not in AT_THE_LIMIT:
                        assert grade.auto_score == score, (name, grade.name)
                    assert grade.manual_score is None, (name, grade.name)


@pytest.mark.slow
def test_stock_command_gives_the_same_scores(hw2, quick, tmp_path):
    same_by_stock(hw2, quick, QUICK, tmp_path)


@pytest.mark.slow
def test_stock_command_gives_the_same_scores_to_long_attacks(hw2, long, tmp_path):
    same_by_stock(hw2, long, LONG, tmp_path)
