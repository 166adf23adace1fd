"""A course with one small homework, and downloads of submissions to it."""

import pytest
from downloads import zipped

from autograder.homework import Course, Homework


@pytest.fixture
def course(tmp_path):
    (tmp_path / "nbgrader_config.py").touch()
    (tmp_path / "solutions").mkdir()
    return Course(tmp_path)


@pytest.fixture
def homework(course):
    return Homework(
        folder=course.root / "solutions/hw2",
        name="hw2",
        title="Homework",
        notebooks=("knn", "softmax"),
        edit=("nndl/knn.py",),
        keep=("best.npz",),
        data=(),
        points={"knn": 8.0},
    )


@pytest.fixture
def download(tmp_path):
    """Function that writes a zip: {name: content}; returns its path."""

    def made(files, name="download.zip"):
        path = tmp_path / name
        path.write_bytes(zipped(files))
        return path

    return made
