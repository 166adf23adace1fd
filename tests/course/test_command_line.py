"""The command line: a TA understands it, errors are one line, nothing is half done."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli import main
from labkit.printing.files import write_text

ROOT = Path(__file__).parent.parent.parent
COMMANDS = (
    "demo",
    "release",
    "validate",
    "grade",
    "feedback",
    "report",
    "pdf",
    "export",
    "import",
    "gradescope",
    "mutants",
)


def autograder(*arguments, cwd):
    command = [str(Path(sys.executable).with_name("autograder")), *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, env=os.environ | {"COLUMNS": "120"}
    )


def test_help_names_every_command_with_a_sentence():
    shown = autograder("--help", cwd=ROOT).stdout
    for name in COMMANDS:
        assert name in shown
        help_page = autograder(name, "--help", cwd=ROOT)
        assert help_page.returncode == 0 and "HOMEWORK" in help_page.stdout


@pytest.fixture
def course(tmp_path):
    (tmp_path / "solutions").mkdir()
    (tmp_path / "nbgrader_config.py").write_bytes((ROOT / "nbgrader_config.py").read_bytes())
    (tmp_path / "solutions" / "hw2").symlink_to(ROOT / "solutions" / "hw2")
    return tmp_path


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["grade", "hw9"], "hw9"),
        (["grade", "hw2"], "handed in"),
        (["grade", "hw2", "--student", "nobody"], "nobody"),
        (["feedback", "hw2"], "autograder grade hw2"),
        (["export", "hw2"], "autograder grade hw2"),
        (["report", "hw2"], "autograder grade hw2"),
        (["export", "hw2", "--format", "canvas"], "autograder grade hw2"),
        (["import", "hw2", "nothing.zip"], "nothing.zip"),
        (["gradescope", "hw2"], "autograder release hw2"),
        (["grade", "hw2", "--explain"], "--student"),
        (["grade", "hw2", "--explain", "--student", "nobody"], "nobody"),
        (["pdf", "hw2"], "handed in"),
        (["release", "hw9"], "hw9"),
        (["validate", "hw9"], "hw9"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_gives_one_line_and_writes_nothing(course, arguments, words):
    before = sorted(path.name for path in course.iterdir())
    done = autograder(*arguments, cwd=course)
    assert done.returncode == 1
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1 and words in lines[0], done.stderr
    assert sorted(path.name for path in course.iterdir()) == before


def test_outside_of_a_course_one_line_says_so(tmp_path):
    done = autograder("grade", "hw2", cwd=tmp_path)
    assert done.returncode == 1 and len(done.stderr.strip().splitlines()) == 1
    assert "nbgrader_config.py" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["grade", "hw2", "--fast"],
        ["export", "hw2", "--format", "excel"],
        ["gradescope", "hw2", "--hidden", "no"],
    ],
    ids=" ".join,
)
def test_unknown_option_is_refused_with_status_2(tmp_path, arguments):
    assert autograder(*arguments, cwd=tmp_path).returncode == 2


def test_table_that_cannot_be_written_is_named(course, monkeypatch, capsys):
    def written(*arguments, **options):
        write_text(course / "solutions", "student,total")

    monkeypatch.setattr("autograder.publish.write_grades", written)
    monkeypatch.setattr("autograder.commands.lms.read_results", lambda *arguments: ())
    monkeypatch.setattr(sys, "argv", ["autograder", "export", "hw2", "--course", str(course)])
    with pytest.raises(SystemExit, match=f"^autograder: {course / 'solutions'}: Is a directory$"):
        main()

    def denied(**options):
        raise PermissionError(errno.EACCES, "Permission denied", f"{options['dir']}/.x.part")

    monkeypatch.setattr("tempfile.mkstemp", denied)
    with pytest.raises(SystemExit, match=f"^autograder: {course / 'solutions'}: Permission denied$"):
        main()


def test_demo_never_replaces_a_folder_that_is_not_its_own(tmp_path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.tex").write_text("years of work")
    done = autograder("demo", "hw2", "--folder", precious, cwd=ROOT)
    assert done.returncode == 1 and len(done.stderr.strip().splitlines()) == 1
    assert (precious / "thesis.tex").read_text() == "years of work"
