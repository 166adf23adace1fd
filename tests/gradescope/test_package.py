"""The zip for Gradescope: what is in it, and what must not be."""

import json
import re
import subprocess
import zipfile

import pytest

from autograder.gradescope.package import build_package, requirements
from autograder.homework import CourseError


def content(package):
    with zipfile.ZipFile(package) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_scripts_are_at_the_root_executable_and_valid(package):
    with zipfile.ZipFile(package) as archive:
        for name in ("setup.sh", "run_autograder"):
            assert archive.getinfo(name).external_attr >> 16 == 0o100755
            assert archive.read(name).startswith(b"#!/usr/bin/env bash\n") and b"\r" not in archive.read(name)
            subprocess.run(["bash", "-n"], input=archive.read(name), check=True)


def test_no_solution_model_answer_or_rubric_is_in_it(hw2, package):
    found = content(package)
    course = {name: data for name, data in found.items() if name.startswith("course/")}
    assert any(name.startswith("course/solutions/hw2/hidden/") for name in course)
    for name, data in course.items():
        assert b"BEGIN SOLUTION" not in data and b"Rubric" not in data, name
    assert not any(name.startswith("course/solutions/hw2/nndl") or "hw2/knn.ipynb" in name
                   for name in course if "assignments" not in name)  # fmt: skip
    for name in ("knn.ipynb", "nndl/knn.py"):
        assert course[f"course/assignments/hw2/{name}"] == (hw2.release / name).read_bytes()


def test_packages_are_pinned_with_hashes_and_nothing_needed_only_by_developers_is_among_them(package):
    entries = content(package)["requirements.txt"].decode().replace("\\\n", " ").splitlines()
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    names = {entry.partition("==")[0] for entry in entries}
    assert {"numpy", "nbgrader", "msgspec", "sandlock", "matplotlib"} <= names
    assert not {"pytest", "mypy", "ruff", "typst", "uv"} & names


def test_settings_name_no_path_of_the_machine_that_made_it(hw2, package):
    settings = content(package)["settings.json"].decode()
    assert str(hw2.course.root.parent) not in settings and json.loads(settings)["late"]["per_day"] == 10
    assert not re.search(r'"/', settings)


def test_same_course_gives_the_same_bytes(hw2, package, tmp_path):
    course = hw2.copy(tmp_path / "course")
    for name in ("requirements.lock", "course.toml"):
        (course.root / name).write_bytes((package.parents[1] / name).read_bytes())
    assert build_package(course, course.homework("hw2")).read_bytes() == package.read_bytes()


def test_course_without_a_lock_file_is_told(tmp_path):
    with pytest.raises(CourseError, match=r"requirements\.lock"):
        requirements(tmp_path / "requirements.lock")
