"""Every command that the documentation shows is run: page by page, or by the test that is named for it here."""

import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from shown import ROOT, blocks, commands

PAGES = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]
LANGUAGES = {
    "sh",
    "python",
    "powershell",
    "toml",
    "",
    "{toctree}",
}  # only those in "sh" are commands for this system
STAFF = ("docs/instructor.md", "docs/lms.md", "docs/ta.md")
STUDENT = "docs/student.md"
ELSEWHERE = {  # command: the file that runs it
    "make demo": ".ci/run",
    "make test": ".ci/run",
    "jupyter lab": "tests/browser/server.py",
    "python -m labkit carry hw3 hw4": "tests/carry/test_carry_command.py",
    "python -m labkit.checks knn.predict_labels": "tests/course/test_student_day.py",
}
STUDENTS = ("ada", "ben", "grace")
ROSTER = "student,name,email,canvas_id,sis_id,sis_login,section,moodle_id\n" + "".join(
    f'{name},"{name.title()}, S",{name}@example.edu,{1001 + n},S{n},{name},A,\n'
    for n, name in enumerate(STUDENTS)
)
WORKSHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission),"
    "Last modified (grade),Feedback comments\nParticipant 9001,Ada,ada@example.edu,Submitted,,100.00,Yes,-,-,\n"
)


def test_every_page_with_commands_is_run():
    assert {page for page in PAGES if commands(page)} == {*STAFF, STUDENT, "README.md"}


def test_readme_shows_what_the_other_pages_show():
    shown = {command for page in (*STAFF, STUDENT) for command in commands(page)} | set(ELSEWHERE)
    assert set(commands("README.md")) <= shown


@pytest.mark.parametrize("page", PAGES)
def test_every_block_says_what_it_is(page):
    assert {block.language for block in blocks(page)} <= LANGUAGES


@pytest.mark.parametrize("command, file", ELSEWHERE.items())
def test_commands_that_are_run_elsewhere_are(command, file):
    words = [word for word in command.split() if word not in ("python", "-m")]
    text = (ROOT / file).read_text(encoding="utf-8")
    assert all(word in text for word in words)


def run_page(page, folder, path):
    """Run a page's commands as one script; each must succeed."""
    lines = [":" if command in ELSEWHERE else command for command in commands(page)]
    kept = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    done = subprocess.run(
        ["bash", "-exo", "pipefail", "-c", "\n".join(lines)],
        cwd=folder,
        env=kept | {"PATH": f"{path}{os.pathsep}{os.environ['PATH']}", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{page}:\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}"


def put_downloads(course):
    """The roster, and what Gradescope, Canvas and Moodle would give, in the course's folder."""
    (course.root / "students.csv").write_text(ROSTER, encoding="utf-8")
    (course.root / "Grades-hw2.csv").write_text(WORKSHEET, encoding="utf-8")
    handed_in = io.BytesIO()
    folder = course.submitted / "ada" / "hw2"
    with zipfile.ZipFile(handed_in, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(path, f"hw2/{path.relative_to(folder)}")
    with zipfile.ZipFile(course.root / "submissions.zip", "w") as archive:
        archive.writestr("adas_1001_55501_hw2.zip", handed_in.getvalue())
    with zipfile.ZipFile(course.root / "assignment_25828_export.zip", "w") as archive:
        root = "assignment_25828_export"
        archive.writestr(
            f"{root}/submission_metadata.yml",
            "submission_1:\n  :submitters:\n  - :name: Ben S\n    :sid: S1\n    :email: ben@example.edu\n"
            "  :created_at: 2026-01-30 20:15:00.861687000 Z\n",
        )
        for path in sorted(path for path in (course.submitted / "ben/hw2").rglob("*") if path.is_file()):
            archive.write(path, f"{root}/submission_1/{path.relative_to(course.submitted / 'ben/hw2')}")


@pytest.mark.slow
@pytest.mark.parametrize("page", STAFF)
def test_commands_for_staff_run(page, hw2, tmp_path):
    course = hw2.copy(tmp_path / "course")
    hw2.hand_in(course, *STUDENTS)
    put_downloads(course)
    environment = Path(sys.executable).parent.parent
    (course.root / ".venv").symlink_to(environment)
    (course.root / "requirements.lock").symlink_to(ROOT / "requirements.lock")
    if page == "docs/lms.md":  # which begins where grading ends
        subprocess.run([environment / "bin/autograder", "grade", "hw2"], cwd=course.root, check=True)
    run_page(page, course.root, environment / "bin")
    assert (course.root / "grades.csv").is_file()


@pytest.mark.slow
def test_commands_for_students_run(hw2, tmp_path):
    shutil.copy(hw2.course.dist / "hw2.zip", tmp_path)
    run_page(STUDENT, tmp_path, tmp_path)
    assert list((tmp_path / "hw2").glob("**/*.pdf"))
