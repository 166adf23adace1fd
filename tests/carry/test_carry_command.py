"""`labkit carry hw3 hw4`: says what became of every region, loses nothing, explains itself in one sentence."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from labkit.__main__ import main
from labkit.carry import carry

STUB = '    # YOUR CODE HERE\n    raise NotImplementedError("layers.{0}")\n'


def layers(**bodies):
    text = '"""Layers."""\n\nimport numpy as np\n'
    for name, body in bodies.items():
        text += f"\n\ndef {name}(x):\n    # --- layers.{name} ---\n{body or STUB.format(name)}"
    return text


OLD = layers(relu="    return np.maximum(0, x)\n", affine=None, gone="    return 1\n")
NEW = layers(relu=None, affine=None, dropout=None)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with hw3 and hw4; the shell is in it."""
    for name, text in (("hw3", OLD), ("hw4", NEW)):
        (tmp_path / name / "nndl").mkdir(parents=True)
        (tmp_path / name / "nndl" / "__init__.py").write_text("")
        (tmp_path / name / "nndl" / "layers.py").write_text(text)
    (tmp_path / "hw3/nndl/gates.py").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_region_gets_a_line_and_the_old_file_stays_beside_the_new(desk, capsys):
    assert main(["carry", "hw3", "hw4"]) == 0
    said = capsys.readouterr().out
    for words in (
        "nndl/gates.py: not in hw4",
        "layers.relu    carried",
        "layers.affine  not written yet",
        "layers.gone    not in hw4",
        "layers.py.bak",
        "1 carried, 1 not written yet, 1 not in hw4",
    ):
        assert words in said
    assert (desk / "hw4/nndl/layers.py").read_text() == layers(
        relu="    return np.maximum(0, x)\n", affine=None, dropout=None
    )
    assert (desk / "hw4/nndl/layers.py.bak").read_text() == NEW


def test_second_time_changes_nothing(desk, capsys):
    main(["carry", "hw3", "hw4"])
    before = content(desk)
    assert main(["carry", "hw3", "hw4"]) == 0
    assert content(desk) == before and "already there" in capsys.readouterr().out


def test_dry_run_says_the_same_and_writes_nothing(desk, capsys):
    before = content(desk)
    assert main(["carry", "hw3", "hw4", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "layers.relu    carried" in said and "nothing has been written" in said
    assert content(desk) == before


def test_backups_are_numbered_and_never_overwritten(desk):
    main(["carry", "hw3", "hw4"])
    module = desk / "hw4/nndl/layers.py"
    for number in (2, 3):
        mine = layers(relu=f"    return {number} * x\n", affine=None, dropout=None)
        module.write_text(mine)
        assert main(["carry", "hw3", "hw4", "--force"]) == 0
        assert (desk / f"hw4/nndl/layers.py.bak{number}").read_text() == mine
    assert (desk / "hw4/nndl/layers.py.bak").read_text() == NEW


def test_inside_of_the_next_homework_names_and_paths_work(desk, monkeypatch):
    monkeypatch.chdir(desk / "hw4")
    assert main(["carry", "hw3", "hw4", "--dry-run"]) == 0
    assert main(["carry", "../hw3", "."]) == 0
    assert "np.maximum" in (desk / "hw4/nndl/layers.py").read_text()


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["hw1", "hw4"], "no folder hw1"),
        (["../no/hw1", "hw4"], "no folder ../no/hw1"),
        (["hw4", "../{0}/hw4"], "the same folder"),
        (["hw3.zip", "hw4"], "unzip it first"),
        (["empty", "hw4"], "has no folder nndl"),
        (["bare", "hw4"], "holds no modules"),
    ],
)
def test_wrong_folders_are_explained_in_one_sentence(desk, capsys, arguments, words):
    (desk / "hw3.zip").write_bytes(b"PK")
    (desk / "empty").mkdir()
    (desk / "bare/nndl").mkdir(parents=True)
    before = content(desk)
    assert main(["carry", *(argument.format(desk.name) for argument in arguments)]) == 1
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 1 and words in said.err
    assert content(desk) == before


@pytest.mark.parametrize("place", ["hw3", "hw4"])
@pytest.mark.parametrize(
    "damage, words",
    [
        (b"def f(:\n    pass\n", "syntax error in line 1"),
        ("x = 'ü'\n".encode("latin-1"), "save it as UTF-8"),
        ("x = 1\n".encode("utf-16"), "save it as UTF-8"),
        (b"# coding: nonsense\n", "save it as UTF-8"),
        (b"if 1:\n\tx = 1\n        y = 2\n", "syntax error in line 3"),
    ],
)
def test_module_that_cannot_be_read_is_named_and_the_others_are_carried(desk, capsys, place, damage, words):
    for name, text in (("hw3", OLD), ("hw4", NEW)):
        (desk / name / "nndl/other.py").write_text(text.replace("layers.", "other."))
    (desk / place / "nndl/layers.py").write_bytes(damage)
    assert main(["carry", "hw3", "hw4"]) == 1
    said = capsys.readouterr().out
    assert f"{place}/nndl/layers.py" in said and words in said and "other.relu" in said
    assert not (desk / "hw4/nndl/layers.py.bak").exists()
    assert "np.maximum" in (desk / "hw4/nndl/other.py").read_text()


def test_byte_order_mark_and_windows_lines_stay(desk):
    module = desk / "hw4/nndl/layers.py"
    module.write_bytes(b"\xef\xbb\xbf" + NEW.replace("\n", "\r\n").encode())
    assert main(["carry", "hw3", "hw4"]) == 0
    text = module.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf") and text.count(b"\n") == text.count(b"\r\n")
    assert b"    return np.maximum(0, x)\r\n" in text


def test_declared_encoding_that_cannot_hold_the_code_is_explained(desk, capsys):
    (desk / "hw3/nndl/layers.py").write_text(OLD.replace("(0, x)", "(0, x)  # 数"), encoding="utf-8")
    (desk / "hw4/nndl/layers.py").write_text("# coding: latin-1\n" + NEW)
    assert main(["carry", "hw3", "hw4"]) == 1
    assert "UTF-8" in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind here")
def test_folder_that_cannot_be_written_is_explained(desk, capsys):
    (desk / "hw4/nndl").chmod(0o555)
    try:
        assert main(["carry", "hw3", "hw4"]) == 1
    finally:
        (desk / "hw4/nndl").chmod(0o755)
    assert "cannot be used" in capsys.readouterr().out


def test_full_disk_leaves_the_module_as_it_was(desk, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    (report,) = [report for report in carry(desk / "hw3", desk / "hw4") if report.problem]
    assert "No space left" in report.problem
    assert (desk / "hw4/nndl/layers.py").read_text() == NEW
    assert not list((desk / "hw4/nndl").glob(".layers*"))


def test_modules_of_ones_own_that_are_missing_are_named(desk, capsys):
    text = OLD.replace(
        "import numpy as np\n", "import numpy as np\nfrom nndl.mine import clip\nfrom .gates import Add\n"
    )
    (desk / "hw3/nndl/layers.py").write_text(text.replace("np.maximum(0, x)", "clip(x) + Add"))
    (desk / "hw4/nndl/gates.py").write_text("")
    assert main(["carry", "hw3", "hw4"]) == 0
    said = capsys.readouterr().out
    assert "imports nndl/mine.py, which hw4 does not have" in said
    assert "imports `Add` from nndl/gates.py" in said


def test_it_needs_nothing_but_python():
    root = Path(__file__).parent.parent.parent / "labkit"
    for path in [*(root / "carry").glob("*.py"), root / "__main__.py"]:
        tree = ast.parse(path.read_text("utf-8"))
        # The other command of `python -m labkit` imports what it needs when it is called.
        for node in tree.body if path.name == "__main__.py" else ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.split(".")[0] in sys.stdlib_module_names or name.startswith("labkit.carry"), name


def test_it_runs_as_a_module(desk):
    command = [sys.executable, "-m", "labkit", "carry", "hw3", "hw4"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0 and "carried" in done.stdout and done.stderr == ""
