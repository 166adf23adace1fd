"""Full and read-only disks, real ones: one sentence says what is wrong, and when there is room again nothing is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.results import read_results

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="takes root to mount a disk"),
]
COMMAND = str(Path(sys.executable).with_name("autograder"))


@pytest.mark.parametrize(
    ("place", "options", "said"),
    [
        (".autograder", "size=32k", "No space left"),
        ("autograded", "size=32k", "No space left"),
        ("autograded", "ro", "Read-only file system"),
        ("tmp", "size=32k", "No space left"),
    ],
)
def test_disk_that_takes_nothing_stops_the_grading_and_loses_nothing(hw2, tmp_path, place, options, said):
    course = hw2.copy(tmp_path / "course")
    for student in ("ada", "ben"):
        (course.submitted / student / "hw2").mkdir(parents=True)
    (course.root / place).mkdir(exist_ok=True)
    script = f'mount -t tmpfs -o {options} none {place} && exec "$0" grade hw2'
    line = ["unshare", "--mount", "sh", "-c", script, COMMAND]
    environment = os.environ | ({"TMPDIR": str(course.root / "tmp")} if place == "tmp" else {})
    done = subprocess.run(line, cwd=course.root, env=environment, capture_output=True, text=True)
    assert done.returncode == 1 and said in done.stderr, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1 and "Traceback" not in done.stderr
    again = subprocess.run([COMMAND, "grade", "hw2"], cwd=course.root, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert [result.student for result in read_results(course.root, "hw2")] == ["ada", "ben"]
    assert all((course.autograded / name / "hw2" / "knn.ipynb").is_file() for name in ("ada", "ben"))
