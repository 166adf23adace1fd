"""Chromium, a graded course and a student's folder, each with a Jupyter server.

REQUIRE_BROWSER=1   a missing browser is a failure instead of a skip; CI sets it
PICTURES=folder     write the documentation's pictures there
"""

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright
from server import TOKEN, jupyter

from autograder.demo import make_course
from autograder.homework import Course
from autograder.release.build import build_release
from autograder.samples import handed_in, make_submission, read_samples
from autograder.validate import copy_solution

ROOT = Path(__file__).parent.parent.parent
STUDENTS = ("emma", "quinn")
PATIENCE = 120_000  # milliseconds that a page may take on a machine with much else to do
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # nothing may come from elsewhere
]
expect.set_options(timeout=PATIENCE)


def run(course, *arguments):
    """Run a command of ours in a course, as staff do."""
    command = [str(Path(sys.executable).with_name("autograder")), *arguments]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def chromium():
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        missing = "Chromium is not installed (Debian: apt-get install chromium)"
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip)(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """An empty page of a new profile."""
    with chromium.new_context(viewport={"width": 1200, "height": 860}) as context:
        context.set_default_timeout(PATIENCE)
        yield context.new_page()


@pytest.fixture
def picture():
    """Function that writes a picture of a page or a part of it for the documentation, when asked for."""

    def take(name, page, **options):
        if folder := os.environ.get("PICTURES"):
            page.screenshot(path=ROOT / folder / f"{name}.png", animations="disabled", **options)

    return take


@pytest.fixture(scope="session")
def course(chromium, tmp_path_factory):
    """A course with hw2 released, handed in by two of the sample students, and graded."""
    main = Course(ROOT)
    place, homework = make_course(main, main.homework("hw2"), tmp_path_factory.mktemp("course") / "hw")
    release = build_release(homework).folder
    solution = tmp_path_factory.mktemp("solved") / homework.name
    copy_solution(homework, release, solution)
    handed_in(homework, release, solution)
    for sample in read_samples(main, homework):
        if sample.name in STUDENTS:
            make_submission(sample, release, solution, place.submitted / sample.name / homework.name)
    run(place, "grade", "hw2")
    return place


@pytest.fixture
def autograder(course):
    """Function that runs a command of ours in the graded course."""
    return partial(run, course)


@pytest.fixture(scope="session")
def formgrader(course, tmp_path_factory):
    """Address of formgrader's first page in the graded course, with the token."""
    with jupyter(course.root, tmp_path_factory.mktemp("staff")) as address:
        yield f"{address}/formgrader/manage_assignments?token={TOKEN}"


@pytest.fixture(scope="session")
def room(chromium, tmp_path_factory):
    """A folder with a Jupyter server: (folder, address)."""
    folder = tmp_path_factory.mktemp("room")
    with jupyter(folder, tmp_path_factory.mktemp("student")) as address:
        yield folder, address


@pytest.fixture
def desk(room, tmp_path):
    """A student's copy of the released hw2."""
    folder = room[0] / tmp_path.name / "hw2"
    shutil.copytree(ROOT / "assignments/hw2", folder)
    return folder


@pytest.fixture
def notebook(room, desk, page):
    """The student's knn.ipynb, open in JupyterLab with its kernel running."""
    folder, address = room
    page.goto(f"{address}/lab/tree/{desk.relative_to(folder)}/knn.ipynb?token={TOKEN}&reset")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    return page
