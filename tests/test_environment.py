"""The three lists of packages say the same, and labkit stays light."""

import ast
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
STUDENT_PACKAGES = {"numpy", "matplotlib", "tqdm", "IPython", "labkit"}


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_conda_environment_lists_what_pyproject_lists():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    conda = {entry for entry in listed if isinstance(entry, str)} - {"pip"}
    (pip,) = [entry["pip"] for entry in listed if isinstance(entry, dict)]
    metadata = project()
    extras = metadata["optional-dependencies"]
    assert conda == {f"python{metadata['requires-python']}", *metadata["dependencies"]}
    assert pip == [*extras["staff"], *extras["dev"]]


def test_students_list_is_the_projects_own_dependencies():
    template = (ROOT / "autograder/release/templates/requirements.txt").read_text(encoding="utf-8")
    assert template.split() == project()["dependencies"]


def test_lock_file_pins_every_package_with_hashes():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    metadata = project()
    wanted = [*metadata["dependencies"], *chain(*metadata["optional-dependencies"].values())]
    names = {line.partition("==")[0].lower() for line in lock.splitlines() if "==" in line and line[0] != " "}
    for requirement in wanted:
        name = requirement.split(">=")[0].lower().replace("_", "-")
        assert name in names, f"{name} is not in requirements.lock"
    entries = [entry for entry in lock.replace("\\\n", " ").splitlines() if entry.strip()]
    assert all("--hash=sha256:" in entry for entry in entries)


@pytest.mark.parametrize("path", sorted((ROOT / "labkit").rglob("*.py")), ids=lambda path: path.name)
def test_labkit_imports_only_what_students_have(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [node.module or ""]
        for name in names:
            top = name.split(".")[0]
            assert top in sys.stdlib_module_names or top in STUDENT_PACKAGES, f"{path} imports {name}"
