"""A course with one small homework, and downloads as Gradescope and Canvas make them."""

import io
import zipfile
from pathlib import Path

import pytest

from autograder.homework import Course, Homework

GRADESCOPE = """\
submission_1:
  :submitters:
  - :name: Ada Lovelace
    :sid: '17'
    :email: ada@example.edu
  :created_at: 2026-01-30 20:15:00.861687000 Z
  :score: 2.0
  :status: processed
  :results:
    score: 2.0
    output: |-
      =====
      :submitters: nobody
submission_2:
  :submitters:
  - :name: Bob B
    :sid:
    :email: bob@example.edu
  - :name: Eve E
    :sid: '19'
    :email: Eve@Example.edu
  :created_at: 2026-01-31 08:00:00.000000000 Z
"""


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


def zipped(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def tree(folder: Path):
    return {p.relative_to(folder).as_posix(): p.read_text() for p in sorted(folder.rglob("*")) if p.is_file()}
