"""run_autograder, run for real in the folder layout of Gradescope's container."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from autograder.gradescope.run import run

WITHOUT = str(Path(__file__).with_name("without.py"))
METADATA = {
    "id": 87184652,
    "created_at": "2026-01-31T14:22:32.365935-08:00",
    "assignment_id": None,
    "assignment": {
        "due_date": "2026-01-30T23:00:00.000000-08:00",
        "group_size": None,
        "group_submission": False,
        "id": 25828,
        "course_id": 1234,
        "late_due_date": None,
        "release_date": "2026-01-15T00:00:00.000000-08:00",
        "title": "Homework 2",
        "total_points": "100.0",
        "outline": [],
    },
    "submission_method": "upload",
    "users": [{"email": "ada@example.edu", "id": 1234, "name": "Ada", "sid": None}],
    "previous_submissions": [
        {"submission_time": "2026-01-20T14:24:48.087023-08:00", "score": 0.0, "results": {}}
    ],
}
FIELDS = {
    "score": float,
    "max_score": float,
    "status": str,
    "name": str,
    "number": str,
    "output": str,
    "output_format": str,
    "tags": list,
    "visibility": str,
    "extra_data": dict,
}

pytestmark = pytest.mark.slow  # builds the container's environment


def machine_points(hw2):
    return sum(question.points for question in hw2.homework.questions if question.kind == "checks")


def named(report, question):
    return [test for test in report["tests"] if test["extra_data"]["question"] == question]


def test_solution_gets_all_points_in_gradescopes_format(hw2, container):
    container.submit(hw2.solution)
    report, printed = container.run()
    assert report["score"] == machine_points(hw2) and "points" in printed
    assert report["execution_time"] > 0 and report["stdout_visibility"] == "hidden"
    assert "not finished" not in report["output"] and "softmax.derivation" in report["output"]
    for test in report["tests"]:
        assert {key: type(value) for key, value in test.items()} == FIELDS
        assert test["score"] == test["max_score"] and test["status"] == "passed"
    assert sum(test["score"] for test in report["tests"]) == pytest.approx(report["score"])
    assert {test["visibility"] for test in report["tests"]} == {"visible", "after_published"}
    numbers = [test["number"] for test in report["tests"]]
    assert len(set(numbers)) == len(numbers)


def test_wrong_submission_loses_the_same_points_as_in_the_course(hw2, container, tmp_path):
    hw2.hand_in(hw2.copy(tmp_path / "course"), "ines")
    sample = next(sample for sample in hw2.samples if sample.name == "ines")
    container.submit(tmp_path / "course/submitted/ines/hw2")
    report, _ = container.run()
    lost = {t["extra_data"]["question"] for t in report["tests"] if t["score"] < t["max_score"]}
    assert lost == set(sample.loses)
    hidden = [test for test in report["tests"] if "hidden" in test["tags"] and test["status"] == "failed"]
    assert hidden
    for test in hidden:
        assert test["visibility"] == "after_published"
        assert "expected:" not in test["output"] and "got:" not in test["output"]


def test_late_submission_loses_points_by_gradescopes_times(hw2, container):
    container.submit(hw2.solution, METADATA)
    report, _ = container.run()
    assert report["score"] == machine_points(hw2) - 10
    assert "1 day late (due 2026-01-30 23:00 PST): 10 points are subtracted." in report["output"]
    assert report["extra_data"]["days_late"] == 1 and report["extra_data"]["attempt"] == 2


def test_nothing_handed_in_is_graded_and_says_what_is_missing(container, tmp_path):
    (tmp_path / "empty").mkdir()
    container.submit(tmp_path / "empty", "no JSON at all")
    report, _ = container.run()
    assert report["score"] == 0 and "knn.ipynb" in report["output"]
    assert all(test["status"] == "failed" for test in report["tests"])


def test_report_is_whole_and_says_so_whenever_the_run_is_killed(hw2, container, monkeypatch):
    container.submit(hw2.solution)
    seen = []

    def killed(writer, check, outcome, so_far):
        writer.questions = so_far()
        writer.write()
        seen.append(json.loads((container.root / "results/results.json").read_text()))
        if len(seen) == 12:
            raise KeyboardInterrupt

    monkeypatch.setattr("autograder.gradescope.run._Writer.ended", killed)
    with pytest.raises(KeyboardInterrupt):
        run(container.root, 2000)
    scores = [report["score"] for report in seen]
    assert scores == sorted(scores) and scores[-1] > scores[0]
    final = json.loads((container.root / "results/results.json").read_text())
    assert final == seen[-1] and "Grading has not finished" in final["output"]
    assert [path.name for path in (container.root / "results").iterdir()] == ["results.json"]


def test_container_without_namespaces_grades_and_says_what_is_missing(hw2, container, tmp_path):
    """As under Docker's usual filter of system calls. Student code has Landlock and its own filter around it."""
    folder = tmp_path / "hostile"
    shutil.copytree(hw2.solution, folder)
    code = (folder / "nndl/knn.py").read_text()
    (folder / "nndl/knn.py").write_text(HOSTILE.replace("ROOT", repr(str(container.root))) + code)
    container.submit(folder)
    report, printed = container.run(through=(sys.executable, WITHOUT, "namespaces"))
    assert "missing: namespaces" in printed and "namespaces" in report["output"]
    assert report["score"] == machine_points(hw2) and "LEAK" not in json.dumps(report)
    assert sorted(path.name for path in container.root.iterdir()) == [
        "results", "run_autograder", "source", "submission", "submission_metadata.json",
    ]  # fmt: skip
    assert not list(container.root.rglob("planted*"))


HOSTILE = """
import glob, os, signal
for place in ("results/results.json", "source/settings.json", "planted.py", "source/lib/planted.py"):
    try:
        with open(os.path.join(ROOT, place), "w") as file:
            file.write('{"score": 1000}')
    except OSError:
        pass
for place in ("source/course/solutions/hw2/hidden/knn.py", "source/settings.json", "submission_metadata.json"):
    try:
        leaked = open(os.path.join(ROOT, place)).read()
    except OSError:
        leaked = ""
    if leaked:
        raise RuntimeError("LEAK " + leaked)
for number in range(2, 32768):
    try:
        if number != os.getpid():
            os.kill(number, signal.SIGKILL)
    except OSError:
        pass
"""


def test_container_without_any_sandbox_is_refused(hw2, container):
    container.submit(hw2.solution)
    report, printed = container.run(through=(sys.executable, WITHOUT, "namespaces,landlock"))
    assert report["score"] == 0 and report["tests"] == []
    assert "was not graded" in report["output"] and "no sandbox works here" in printed


def test_no_sandbox_is_used_only_where_staff_asked_for_it_and_is_said(hw2, container):
    container.submit(hw2.solution)
    container.set(sandbox="none")
    report, _ = container.run(through=(sys.executable, WITHOUT, "namespaces,landlock"))
    assert report["score"] == machine_points(hw2)
    assert "every wall" in report["output"]


def test_memory_bomb_in_a_small_container_costs_its_own_question_only(hw2, container, tmp_path):
    folder = tmp_path / "bomb"
    shutil.copytree(hw2.solution, folder)
    path = folder / "nndl/knn.py"
    bomb = "def predict_labels(*_):\n        return np.ones(1 << 28)  # 2 GB\n\n    def unused("
    path.write_text(path.read_text().replace("def predict_labels(", bomb))
    container.submit(folder)
    report, _ = container.run("--memory-mb", "768")
    lost = {test["extra_data"]["question"] for test in report["tests"] if test["score"] < test["max_score"]}
    assert "knn.predict_labels" in lost
    assert all(test["status"] == "passed" for test in named(report, "knn.compute_distances"))
    assert all(test["status"] == "passed" for test in named(report, "softmax.loss"))


def test_damaged_autograder_is_reported_not_silent(hw2, container):
    container.submit(hw2.solution)
    shutil.rmtree(container.root / "source/course/assignments/hw2")
    report, printed = container.run()
    assert "was not graded" in report["output"] and "hw2" in printed
