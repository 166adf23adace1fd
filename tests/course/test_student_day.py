"""A student's day: the zip file, an environment with the student's packages only, and the homework done."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograder.release.build import build_release

UV = Path(sys.executable).with_name("uv")
NOT_FOR_STUDENTS = ("nbgrader", "msgspec", "typer", "sandlock", "pytest", "autograder")


@pytest.fixture(scope="module")
def desk(hw2, tmp_path_factory):
    """The unzipped homework in an empty folder, and a Python that has only what its list names."""
    folder = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(build_release(hw2.homework).archive) as archive:
        archive.extractall(folder)
    place = folder / "hw2"
    python = folder / "env/bin/python"
    subprocess.run([UV, "venv", "-q", "--python", sys.executable, folder / "env"], check=True)
    subprocess.run(
        [UV, "pip", "install", "-q", "--python", python, "-r", place / "requirements.txt"], check=True
    )
    return place, python


def run(desk, *arguments):
    place, python = desk
    return subprocess.run([python, *arguments], cwd=place, capture_output=True, text=True)


def check(desk, *questions):
    done = run(desk, "-m", "labkit.checks", "--json", *questions)
    assert done.stdout, done.stderr
    return {report["question"]: report for report in json.loads(done.stdout)}


def machine(hw2):
    return [question.name for question in hw2.homework.questions if question.kind == "checks"]


def test_environment_holds_no_staff_package(desk):
    for name in NOT_FOR_STUDENTS:
        assert run(desk, "-c", f"import {name}").returncode != 0, name


@pytest.mark.parametrize("notebook", ["knn", "softmax"])
def test_scaffold_runs_from_top_to_bottom_with_help_instead_of_errors(hw2, desk, notebook):
    done = run(desk, "-m", "jupyter", "execute", f"{notebook}.ipynb", "--output", f"{notebook}_run.ipynb")
    assert done.returncode == 0, done.stderr[-3000:]
    executed = nbformat.read(desk[0] / f"{notebook}_run.ipynb", as_version=4)
    asked = {q.grade_id for q in hw2.homework.questions_of(notebook) if q.kind == "checks"}
    seen = set()
    for cell in executed.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in asked:
            seen.add(name)
            assert "not written yet" in str(cell.outputs) or "no file" in str(cell.outputs), name
    assert seen == asked


def test_scaffold_passes_no_check(hw2, desk):
    reports = check(desk, *machine(hw2))
    assert all(report["share"] == 0 for report in reports.values())


def test_one_function_written_passes_its_check_and_no_other(hw2, desk):
    module = desk[0] / "nndl/knn.py"
    scaffold = module.read_text()
    try:
        stub = '        # YOUR CODE HERE\n        raise NotImplementedError("knn.predict_labels")\n'
        assert stub in scaffold
        mine = (
            "        labels = []\n"
            "        for row in dists:\n"
            "            votes = list(self.y_train[np.argsort(row)[:k]])\n"
            "            labels.append(min(votes, key=lambda label: (-votes.count(label), label)))\n"
            "        return np.array(labels)\n"
        )
        module.write_text(scaffold.replace(stub, mine))
        reports = check(desk, *machine(hw2))
        assert [name for name, report in reports.items() if report["passed"]] == ["knn.predict_labels"]
    finally:
        module.write_text(scaffold)


def test_solution_passes_every_check(hw2, desk):
    place, _ = desk
    for name in ("knn.ipynb", "softmax.ipynb", "nndl/knn.py", "nndl/softmax.py", "softmax_best.npz"):
        (place / name).write_bytes((hw2.solution / name).read_bytes())
    reports = check(desk, *machine(hw2))
    assert [name for name, report in reports.items() if not report["passed"]] == []
