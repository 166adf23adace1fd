"""The stock command `nbgrader generate_assignment` in a course of ours releases no solution, whatever goes wrong."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from autograder.homework import CourseError
from autograder.nbgrader_release import ReleaseModules, course_config
from autograder.release.build import build_release
from autograder.release.leak import files_in, find_leaks

SOLUTION = b"np.maximum(squares"


def command(root: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run the stock command in the course's root."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", "hw1", *arguments],
        cwd=root,
        env={**os.environ, "JUPYTER_CONFIG_DIR": str(root / "none"), "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def generate(course, notebook: str = "*", force: bool = True) -> None:
    """The same command, in this process and without the database."""
    config = course_config(course.root)
    config.SaveCells.enabled = False
    directory = CourseDirectory(
        root=str(course.root), assignment_id="hw1", notebook_id=notebook, config=config
    )
    GenerateAssignment(coursedir=directory, no_database=True, force=force, config=config).start()


def everything_below(folder: Path) -> bytes:
    return b"".join(files_in(folder).values()) if folder.exists() else b""


def test_stock_command_releases_what_build_release_builds(course, homework):
    done = command(course.root)
    assert done.returncode == 0, done.stderr
    stock = files_in(course.assignments / "hw1")
    assert find_leaks(homework, course.assignments / "hw1") == ()
    shutil.rmtree(course.assignments)
    build_release(homework)
    assert files_in(course.assignments / "hw1") == stock
    assert (course.root / "gradebook.db").exists()


def test_stock_command_refuses_a_leak(course, homework):
    checks = homework.folder / "checks" / "points.py"
    checks.write_text(checks.read_text() + "\nd = np.sqrt(np.maximum(sq - 2 * B @ me.X.T, 0))\n")
    done = command(course.root, "--no-db")
    assert done.returncode != 0
    assert "checks/points.py, line" in done.stderr and "nndl/points.py: points.pairwise" in done.stderr
    assert not (course.assignments / "hw1").exists()


def test_a_leak_in_a_notebook_is_refused(course, homework):
    path = homework.notebook_path("points")
    path.write_text(path.read_text().replace("Distances between the rows of two arrays.", "8675309"))
    with pytest.raises(NbGraderException):
        generate(course)
    assert not (course.assignments / "hw1").exists()


@pytest.mark.parametrize("notebook", ["*", "points"])
def test_a_notebook_that_does_not_convert_leaves_nothing(course, homework, notebook):
    homework.notebook_path("points").write_text("{ not a notebook")
    with pytest.raises(NbGraderException):
        generate(course, notebook)
    assert SOLUTION not in everything_below(course.assignments)
    assert not list(course.assignments.rglob("*.py"))


@pytest.mark.parametrize("notebook", ["*", "points"])
def test_broken_markers_in_a_module_leave_nothing(course, homework, notebook):
    module = homework.folder / "nndl/points.py"
    module.write_text(module.read_text().replace("### END SOLUTION", "", 1))
    with pytest.raises(NbGraderException):
        generate(course, notebook)
    assert not (course.assignments / "hw1").exists()


def test_no_solution_is_on_disk_even_before_the_preprocessors_run(course, monkeypatch):
    def killed(self, nb, assignment, notebook, destination):
        assert SOLUTION not in everything_below(course.assignments)
        raise KeyboardInterrupt

    monkeypatch.setattr(ReleaseModules, "_release", killed)
    with pytest.raises(KeyboardInterrupt):
        generate(course)
    assert not (course.assignments / "hw1").exists()


def test_a_switched_off_preprocessor_releases_no_module(course):
    config = course_config(course.root)
    config.SaveCells.enabled = False
    config.ReleaseModules.enabled = False
    directory = CourseDirectory(root=str(course.root), assignment_id="hw1", config=config)
    GenerateAssignment(coursedir=directory, no_database=True, config=config).start()
    assert list(files_in(course.assignments / "hw1")) == ["points.ipynb"]


def test_a_notebook_that_the_homework_does_not_list_is_refused(course, homework):
    shutil.copy(homework.notebook_path("points"), homework.folder / "draft.ipynb")
    with pytest.raises(NbGraderException):
        generate(course)
    assert not (course.assignments / "hw1").exists()


def test_later_commands_in_the_same_process_copy_files_as_before(course):
    config = course_config(course.root)
    config.SaveCells.enabled = False
    directory = CourseDirectory(root=str(course.root), assignment_id="hw1", config=config)
    before = list(directory.ignore)
    GenerateAssignment(coursedir=directory, no_database=True, config=config).start()
    assert directory.ignore == before and "hidden" in before


def test_the_preprocessor_refuses_to_work_elsewhere():
    with pytest.raises(CourseError, match="only in GenerateAssignment"):
        ReleaseModules()


def test_configuration_holds_names_and_numbers_only(course):
    assert "ReleaseModules" in json.dumps(course_config(course.root))
