"""`autograder grade hw2 --cluster tcp://…`: the judging done by the workers of a Dask cluster.

This side merges submissions, and writes results, notebooks and the gradebook, as without a cluster. A
worker gets a merged submission as bytes, judges it in its own sandbox with its own copy of the homework,
and returns the result as JSON. A submission whose worker dies is judged by another one.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import warnings
from collections.abc import Collection, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import nbformat

import autograder
import labkit
from autograder.digests import files_digest, text_digest
from autograder.homework import CONFIG, SOLUTIONS, Course, CourseError, Homework
from autograder.judge import Judge
from autograder.results import Note, SubmissionResult, decode_result
from autograder.sandbox import Sandbox
from autograder.sandbox.scratch import SCRATCH, scratch
from autograder.submission import Merged
from autograder.witness import Witness

try:
    import distributed
    from distributed.comm import CommClosedError
except ImportError as missing:
    raise CourseError('Grading on a cluster needs Dask. Run: pip install "distributed>=2024.8"') from missing

CONNECT_SECONDS = 20
PER_WORKER, MOST_AT_A_TIME = 2, 512  # submissions on their way to a worker, so that it need not wait
NEVER_SENT = ("__pycache__", ".ipynb_checkpoints")


class Parcel(msgspec.Struct):
    """A merged submission on its way: what `Merged` holds, without outputs, which the judge never looks at."""

    files: dict[str, bytes]
    notebooks: dict[str, str]
    present: tuple[str, ...]
    modules: tuple[str, ...]
    notes: tuple[Note, ...]
    digest: str


def pack(merged: Merged) -> bytes:
    """A merged submission as bytes."""
    files = {path.relative_to(merged.folder).as_posix(): path.read_bytes() for path in _files(merged.folder)}
    notebooks = {}
    for name, notebook in merged.notebooks.items():
        cells = [{key: cell[key] for key in cell if key != "outputs"} for cell in notebook.cells]
        notebooks[name] = json.dumps({**notebook, "cells": cells})
    return msgspec.msgpack.encode(
        Parcel(files, notebooks, merged.present, merged.modules, merged.notes, merged.digest)
    )


def unpack(data: bytes, folder: Path) -> Merged:
    """The merged submission in a parcel, its files written to an empty folder."""
    parcel = msgspec.msgpack.decode(data, type=Parcel)
    _write(parcel.files, folder)
    notebooks = {name: nbformat.from_dict(json.loads(text)) for name, text in parcel.notebooks.items()}
    return Merged(folder, notebooks, parcel.present, parcel.modules, parcel.notes, parcel.digest)


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not set(NEVER_SENT) & set(path.relative_to(folder).parts)
    ]


def _write(files: dict[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def program_digest() -> str:
    """A hash of the programs that decide about scores, to tell whether two machines have the same."""
    return text_digest(
        *(files_digest(Path(next(iter(package.__path__)))) for package in (labkit, autograder))
    )


class Bench(distributed.WorkerPlugin):
    """What a worker of the cluster needs to judge one homework; Dask hands it to workers that come later too.

    Args:
        files: the homework's source and release, by path in a course.
        homework: its name.
        sandbox: mode of the sandbox.
        program: `program_digest` of the side that asks.
    """

    def __init__(self, files: dict[str, bytes], homework: str, sandbox: str, program: str) -> None:
        content = repr((sorted(files.items()), homework, sandbox, program)).encode()
        self.name = f"autograder-{homework}-{hashlib.sha256(content).hexdigest()[:16]}"
        self._files, self._homework, self._sandbox, self._program = files, homework, sandbox, program

    def setup(self, worker: Any) -> None:
        """Called by Dask on each worker; the sandbox starts with the first submission."""
        self._lock = threading.Lock()
        self._open = ExitStack()
        self._judge: Judge | None = None

    def teardown(self, worker: Any) -> None:
        self._open.close()

    def judge(self) -> Judge:
        """The judge of this worker.

        Raises:
            CourseError: this machine has another version of the autograder.
            SandboxUnavailable: student code cannot be run safely here.
        """
        with self._lock:
            if self._judge is None:
                if program_digest() != self._program:
                    raise CourseError(
                        "A worker of the cluster has another version of the autograder: "
                        "install the same one on all machines."
                    )
                root = Path(self._open.enter_context(scratch(SCRATCH)))
                _write(self._files, root)
                course = Course(root)
                walls = self._open.enter_context(Sandbox(mode=self._sandbox))
                self._judge = Judge(course, course.homework(self._homework), walls)
            return self._judge


def judge_there(bench: str, parcel: bytes, student: str, earlier: bytes | None) -> bytes:
    """Judge a submission: this runs on a worker of the cluster.

    Args:
        bench: name of the `Bench`.
        parcel: from `pack`.
        earlier: the last result as JSON, where there is one.

    Returns:
        The result as JSON.
    """
    plugin = distributed.get_worker().plugins[bench]
    assert isinstance(plugin, Bench)
    with scratch(SCRATCH) as folder:
        last = None if earlier is None else decode_result(earlier)
        return msgspec.json.encode(plugin.judge().grade(unpack(parcel, folder), student, earlier=last))


class ClusterJudge(Judge):
    """A judge that has a cluster do its work.

    Args:
        course, homework: as for any judge.
        client: connected to the cluster.
        sandbox: mode of the sandboxes there; none is opened here.
    """

    def __init__(self, course: Course, homework: Homework, client: distributed.Client, sandbox: str) -> None:
        super().__init__(course, homework, Sandbox(mode=sandbox))
        self._client = client
        files = {CONFIG: b""}
        for place, folder in ((SOLUTIONS, homework.folder), (course.assignments.name, self.release)):
            for path in _files(folder):
                name = f"{place}/{homework.name}/{path.relative_to(folder).as_posix()}"
                files[name] = path.read_bytes()
        bench = Bench(files, homework.name, sandbox, program_digest())
        self._bench = bench.name
        client.register_plugin(bench)

    def close(self) -> None:
        """Have the workers forget the homework."""
        self._client.unregister_worker_plugin(self._bench)

    def grade(
        self,
        merged: Merged,
        student: str,
        only: Collection[str] | None = None,
        witness: Witness | None = None,
        earlier: SubmissionResult | None = None,
    ) -> SubmissionResult:
        """As `Judge.grade`, elsewhere; `only` and `witness` are for the machine that judges, and not sent.

        Raises:
            CourseError: the cluster is gone.
        """
        try:
            future = self._client.submit(
                judge_there,
                self._bench,
                pack(merged),
                student,
                None if earlier is None else msgspec.json.encode(earlier),
                pure=False,
            )
            return decode_result(future.result())
        except (CancelledError, CommClosedError, TimeoutError) as error:
            raise CourseError(
                f"The connection to the cluster broke off ({type(error).__name__}). "
                "What was graded is kept; run the command again to go on."
            ) from error


@contextmanager
def cluster_judge(
    course: Course, homework: Homework, sandbox: str, address: str
) -> Iterator[tuple[ClusterJudge, int]]:
    """A judge whose work a cluster does, and how many submissions are to be sent at a time.

    Args:
        address: of the Dask scheduler, such as "tcp://10.0.0.5:8786".

    Raises:
        CourseError: nobody answers there, or there are no workers.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", module="distributed")
    try:
        client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise CourseError(
            f"No Dask scheduler answers at {address} ({error}). Start one with: dask scheduler"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError:
            raise CourseError(
                f"The cluster at {address} has no workers. Start some with: dask worker {address} --nthreads 1"
            ) from None
        slots = sum(client.nthreads().values())
        with closing(ClusterJudge(course, homework, client, sandbox)) as judge:
            yield judge, min(PER_WORKER * slots, MOST_AT_A_TIME)
