import io
import json
import os
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from autograder.homework import HomeworkError
from autograder.release import build
from autograder.release.build import build_release, pack, student_papers
from autograder.release.leak import LeakError, files_in, find_leaks
from autograder.release.strip import released_files, strip_module
from autograder.sandbox.scratch import scratch

FILES = ("checks/points.py", "homework.toml", "nndl/__init__.py", "nndl/points.py", "points.ipynb")
OLD = b"the former release"


def former_release(homework) -> Path:
    folder = homework.course_root / "assignments" / "hw1"
    folder.mkdir(parents=True)
    (folder / "old.txt").write_bytes(OLD)
    dist = homework.course_root / "dist"
    dist.mkdir()
    (dist / "hw1.zip").write_bytes(OLD)
    return folder


def assert_former_release_untouched(homework) -> None:
    root = homework.course_root
    assert files_in(root / "assignments") == {"hw1/old.txt": OLD}
    assert files_in(root / "dist") == {"hw1.zip": OLD}


def test_stubs_carry_the_name_of_their_region():
    text = "def f():\n    # --- m.f ---\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n"
    named = 'def f():\n    # --- m.f ---\n    # YOUR CODE HERE\n    raise NotImplementedError("m.f")\n'
    assert strip_module(text) == named
    assert strip_module(text.replace("    # --- m.f ---\n", "")).endswith('NotImplementedError("f")\n')


def test_a_module_without_regions_is_released_as_it_is():
    assert strip_module("x = 1  # given\n") == "x = 1  # given\n"


def test_release_holds_the_listed_files_only(homework):
    for stray in (
        "best.npz",
        "notes.txt",
        ".hidden",
        "nndl/__pycache__/points.pyc",
        "nndl/tests/test_points.py",
    ):
        path = homework.folder / stray
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("stray")
    release = build_release(homework)
    assert tuple(sorted(files_in(release.folder))) == FILES == release.files


def test_data_named_in_homework_toml_is_released(course, homework):
    path = homework.folder / "homework.toml"
    path.write_text(path.read_text() + '\ndata = ["pictures/*.txt"]\n')
    with pytest.raises(HomeworkError, match=r"no file matches"):
        released_files(course.homework("hw1"))
    (homework.folder / "pictures").mkdir()
    (homework.folder / "pictures" / "a.txt").write_text("picture")
    assert "pictures/a.txt" in released_files(course.homework("hw1"))


def test_what_a_killed_release_left_goes_with_the_next_one(homework):
    assignments = homework.course_root / "assignments"
    left = assignments / ".hw1-killed" / "hw1"
    left.mkdir(parents=True)
    (left / "points.ipynb").write_text("half")
    with scratch(".hw1-", assignments) as running:
        build_release(homework)
        assert {path.name for path in assignments.iterdir()} == {"hw1", running.name}


def test_zip_has_labkit_and_a_guide_and_is_reproducible(homework):
    release = build_release(homework)
    first = release.archive.read_bytes()
    os.utime(release.folder / "homework.toml", (1, 1))
    assert build_release(homework).archive.read_bytes() == first
    with zipfile.ZipFile(release.archive) as archive:
        names = archive.namelist()
        guide = archive.read("hw1/README.md").decode()
        packages = archive.read("hw1/requirements.txt").decode()
    assert {"hw1/labkit/__init__.py", *(f"hw1/{name}" for name in FILES)} <= set(names)
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name or "hidden" in name]
    assert (
        "`points.ipynb`" in guide and "`nndl/points.py`" in guide and "best.npz" in guide and "$" not in guide
    )
    wanted = ["numpy", "matplotlib", "tqdm", "jupyterlab", "ipykernel"]
    assert [line.split(">")[0] for line in packages.split()] == wanted


def test_guide_of_a_homework_without_modules_speaks_of_notebooks_only(homework):
    (guide,) = (
        text for name, text in student_papers(replace(homework, edit=(), keep=())).items() if "README" in name
    )
    assert "Hand in the notebooks." in guide
    assert "module" not in guide and "on disk" not in guide and "$" not in guide


def test_zip_passes_the_leak_check(homework):
    assert find_leaks(homework, build_release(homework).archive) == ()


def test_cell_ids_and_checksums_survive(homework):
    released = nbformat.read(build_release(homework).folder / "points.ipynb", as_version=4)
    source = nbformat.read(homework.notebook_path("points"), as_version=4)
    assert [cell.id for cell in released.cells] == [cell.id for cell in source.cells]
    cells = {cell.id: cell for cell in released.cells}
    assert cells["pairwise"].metadata.nbgrader.checksum
    assert cells["pairwise"].metadata.editable is False
    assert cells["why"].source.endswith("*Write your answer here.*")


def test_outputs_of_the_source_are_not_released(homework):
    path = homework.notebook_path("points")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="seen")]
    notebook.cells[1].execution_count = 4
    nbformat.write(notebook, path)
    released = nbformat.read(build_release(homework).folder / "points.ipynb", as_version=4)
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in released.cells)


def test_a_leak_keeps_the_former_release(homework):
    former_release(homework)
    (homework.folder / "checks" / "points.py").write_text(
        (homework.folder / "hidden" / "points.py").read_text()
    )
    with pytest.raises(LeakError, match=r"checks/points\.py, line \d+: hidden check"):
        build_release(homework)
    assert_former_release_untouched(homework)


def test_broken_markers_keep_the_former_release(homework):
    former_release(homework)
    module = homework.folder / "nndl/points.py"
    module.write_text(module.read_text().replace("### END SOLUTION", "", 1))
    with pytest.raises(HomeworkError, match=r"nndl/points\.py: line \d+: 'BEGIN SOLUTION'"):
        build_release(homework)
    assert_former_release_untouched(homework)


@pytest.mark.parametrize("step", ["generate", "pack", "_refuse_leaks"])
def test_an_interruption_keeps_the_former_release(homework, monkeypatch, step):
    former_release(homework)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(build, step, interrupted)
    with pytest.raises(KeyboardInterrupt):
        build_release(homework)
    assert_former_release_untouched(homework)


def test_a_kill_between_taking_away_and_replacing_is_repaired(homework):
    folder = former_release(homework)
    folder.rename(folder.with_name(".hw1.former"))
    build.recover(folder)
    assert_former_release_untouched(homework)


def test_a_new_release_replaces_the_former_one_completely(homework):
    former_release(homework)
    release = build_release(homework)
    assert tuple(files_in(homework.course_root / "assignments")) == tuple(f"hw1/{name}" for name in FILES)
    assert zipfile.is_zipfile(release.archive)


def test_released_module_imports_and_says_what_is_missing(homework):
    packed = zipfile.ZipFile(io.BytesIO(pack(homework, build_release(homework).folder)))
    packed.extractall(homework.course_root / "student")
    code = "import nndl.points as p, numpy as np; p.Points(np.eye(2)).pairwise(np.eye(2))"
    done = subprocess.run(
        [os.sys.executable, "-c", code],
        cwd=homework.course_root / "student" / "hw1",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.splitlines()[-1] == "NotImplementedError: points.pairwise"


def test_a_notebook_that_nbgrader_refuses_is_named(homework):
    path = homework.notebook_path("points")
    notebook = json.loads(path.read_text())
    notebook["cells"][1]["metadata"]["nbgrader"]["schema_version"] = 1
    path.write_text(json.dumps(notebook))
    with pytest.raises(HomeworkError, match=r"points\.ipynb: nbgrader refuses it"):
        build_release(homework)
