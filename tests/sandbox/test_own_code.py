"""A worker runs the code of the judge that started it, also where another copy is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
ROOT = Path(__file__).parents[2]
ASK = """
import sys
from pathlib import Path
from autograder.sandbox import Sandbox
with Sandbox() as box, box.worker(Path(sys.argv[1]), ()) as worker:
    print(worker.run_cell("where", "import autograder; raise SystemError(autograder.__file__)").error.message)
"""


def test_a_copy_of_the_judge_starts_workers_of_its_own(tmp_path: Path) -> None:
    copy, submission = tmp_path / "copy", tmp_path / "submission"
    for name in ("autograder", "labkit"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    (submission / "nndl").mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(submission)],
        env=os.environ | {"PYTHONPATH": str(copy)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == str(copy / "autograder" / "__init__.py"), done.stderr
