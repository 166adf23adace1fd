"""What `run_autograder` starts in Gradescope's container: grade one submission, write results.json as it goes.

    python -P -m autograder.gradescope.run [FOLDER]       # FOLDER: /autograder, as Gradescope lays it out
    python -P -m autograder.gradescope.run --check        # can this container grade at all?

Whatever happens, results.json says so. What is printed is for the staff only.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.gradescope.metadata import lateness_there, read_metadata
from autograder.gradescope.report import NOT_FINISHED, NOT_GRADED, Situation, results
from autograder.gradescope.settings import COURSE, SETTINGS, Settings, decode
from autograder.homework import Course
from autograder.judge import Judge
from autograder.results import QuestionResult
from autograder.sandbox import Limits, Sandbox, SandboxUnavailable
from autograder.witness import SoFar, Witness
from labkit.checks import Check, Outcome
from labkit.printing.files import write_text

ROOT = Path("/autograder")
SUBMISSION, METADATA, RESULTS = "submission", "submission_metadata.json", "results/results.json"
CGROUPS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
MEMORY_MB = 768  # of Gradescope's smallest container
OWN_MB = 320  # of the judge and the template that workers are forked from
LEAST_MB = 256  # of student code, however small the container is
START_SECONDS = 150.0  # half a processor imports NumPy and Matplotlib slowly
STUDENT = "student"


@dataclass
class _Writer(Witness):
    """Writes results.json again whenever a check has ended."""

    path: Path
    situation: Situation
    started: float = field(default_factory=time.monotonic)
    questions: tuple[QuestionResult, ...] = ()

    def write(self) -> None:
        self.situation = replace(self.situation, seconds=time.monotonic() - self.started)
        write_text(self.path, json.dumps(results(self.questions, self.situation), indent=1))

    def ended(self, check: Check, outcome: Outcome, so_far: SoFar) -> None:
        self.questions = so_far()
        self.write()


def container_mb() -> int:
    """Memory of this container."""
    for path in CGROUPS:
        with suppress(OSError, ValueError):  # no such group, or "max"
            return int(path.read_text()) >> 20
    return MEMORY_MB


def grade(root: Path, settings: Settings, writer: _Writer, memory_mb: int) -> None:
    """Grade what was handed in.

    Args:
        memory_mb: of the container.

    Raises:
        SandboxUnavailable: student code cannot be run safely here.
        CourseError: the autograder's own files are damaged.
    """
    own = min(Limits.memory_mb, max(memory_mb - OWN_MB, LEAST_MB))
    limits = Limits(memory_mb=own, start_seconds=START_SECONDS)
    course = Course(root / "source" / COURSE)
    with Sandbox(settings.sandbox, limits=limits) as sandbox:
        left = settings.seconds - (time.monotonic() - writer.started)
        judge = Judge(course, settings.homework, sandbox, wall_seconds=left)
        said = sandbox.describe()
        print(said)
        missing = tuple(sandbox.missing)
        with judge.merged(root / SUBMISSION) as merged:
            writer.situation = replace(writer.situation, sandbox=said, missing=missing, notes=merged.notes)
            writer.write()
            result = judge.grade(merged, STUDENT, witness=writer)
    writer.questions = result.questions
    writer.situation = replace(writer.situation, notes=result.notes, remark="")
    for note in result.notes:
        print(f"{note.kind}: {note.file} {note.reason}")
    print(
        f"{result.score:g} points; {result.cpu_seconds:g} s of processor time, {result.peak_memory_mb:g} MB"
    )


def run(root: Path, memory_mb: int) -> int:
    """Grade, and write results.json whatever happens. Returns the exit status."""
    started = time.monotonic()
    settings = decode((root / "source" / SETTINGS).read_bytes(), root / "source" / COURSE)
    metadata = read_metadata(root / METADATA)
    late = lateness_there(metadata, settings.late)
    situation = Situation(settings, metadata, late, remark=NOT_FINISHED)
    writer = _Writer(root / RESULTS, situation, started)
    writer.write()
    status = 0
    try:
        grade(root, settings, writer, memory_mb)
    except Exception as error:
        status = 1
        if isinstance(error, SandboxUnavailable):
            print(f"Refused: {error}")
        else:
            traceback.print_exc(file=sys.stdout)
        writer.situation = replace(writer.situation, remark=NOT_GRADED)
    writer.write()
    return status


def check(root: Path) -> int:
    """Say whether this container can grade."""
    settings = decode((root / "source" / SETTINGS).read_bytes(), root / "source" / COURSE)
    try:
        with Sandbox(settings.sandbox) as sandbox:
            judge = Judge(Course(root / "source" / COURSE), settings.homework, sandbox)
            print(f"{settings.homework.name}: {len(judge.checks)} checks; {sandbox.describe()}")
    except SandboxUnavailable as error:
        print(f"Here, while the image is built, there is no sandbox: {error}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="run_autograder", description="Grade one submission on Gradescope.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT, help="the autograder's folder")
    parser.add_argument("--check", action="store_true", help="only say whether this container can grade")
    parser.add_argument("--memory-mb", type=int, help="memory of the container (default: what it says)")
    arguments = parser.parse_args()
    root = arguments.folder.resolve()
    return check(root) if arguments.check else run(root, arguments.memory_mb or container_mb())


if __name__ == "__main__":
    raise SystemExit(main())
