"""Grading on a Dask cluster gives what grading here gives, also when a worker of it dies."""

import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import distributed
import nbformat
import pytest

from autograder import cluster
from autograder.cluster import pack, unpack
from autograder.grade import grade_class, judge_for
from autograder.homework import CourseError
from autograder.results import read_result
from autograder.sandbox import Sandbox

DASK = Path(sys.executable).with_name("dask")
STUDENTS = ("ada", "chloe", "dmitri", "farid", "grace", "maya", "noor", "omar", "quinn", "rosa")


def scores(done):
    return {(r.student, q.name): q.score for r in done.results for q in r.questions}


@contextmanager
def started(*arguments):
    process = subprocess.Popen(
        [DASK, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def small_cluster():
    """A scheduler and a worker in this process."""
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp://"
    ) as made:
        yield made.scheduler_address


def test_a_parcel_holds_all_that_the_judge_looks_at(hw2, tmp_path):
    course = hw2.copy(tmp_path / "course")
    hw2.hand_in(course, "ada", "maya")
    judge = judge_for(course, hw2.homework, Sandbox())
    for student in ("ada", "maya"):
        (tmp_path / student).mkdir()
        with judge.merged(course.submitted / student / "hw2") as merged:
            got = unpack(pack(merged), tmp_path / student)
            assert (got.present, got.modules, got.notes, got.digest) == (
                merged.present,
                merged.modules,
                merged.notes,
                merged.digest,
            )
            for name, notebook in merged.notebooks.items():
                assert got.run_cells(name) == merged.run_cells(name)
                assert [cell.metadata for cell in got.notebooks[name].cells] == [
                    cell.metadata for cell in notebook.cells
                ]
            for path in merged.folder.rglob("*"):
                if path.is_file():
                    copy = got.folder / path.relative_to(merged.folder)
                    assert copy.read_bytes() == path.read_bytes()


def test_cluster_grades_as_this_machine_does(hw2, tmp_path, small_cluster):
    here, there = hw2.copy(tmp_path / "here"), hw2.copy(tmp_path / "there")
    for course in (here, there):
        hw2.hand_in(course, "omar")
    done = grade_class(there, hw2.homework, cluster=small_cluster)
    assert scores(done) == scores(grade_class(here, hw2.homework))
    assert "Landlock" in done.results[0].sandbox
    for name in hw2.homework.notebooks:
        pages = [nbformat.read(c.autograded / "omar/hw2" / f"{name}.ipynb", 4) for c in (here, there)]
        assert pages[0] == pages[1]
    assert grade_class(there, hw2.homework, cluster=small_cluster).graded == ()


def test_another_version_on_a_worker_is_refused(hw2, tmp_path, small_cluster, monkeypatch):
    course = hw2.copy(tmp_path / "course")
    hw2.hand_in(course, "rosa")
    answers = iter(["mine", "theirs"])
    monkeypatch.setattr(cluster, "program_digest", lambda: next(answers))
    with pytest.raises(CourseError, match="another version"):
        grade_class(course, hw2.homework, cluster=small_cluster)
    assert read_result(course.root, "hw2", "rosa") is None


def test_where_nobody_answers_one_sentence_says_so(hw2, tmp_path, monkeypatch):
    course = hw2.copy(tmp_path / "course")
    hw2.hand_in(course, "rosa")
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.2)
    with pytest.raises(CourseError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        grade_class(course, hw2.homework, cluster="tcp://127.0.0.1:9")
    with pytest.raises(CourseError, match="No Dask scheduler answers at nonsense"):
        grade_class(course, hw2.homework, cluster="nonsense://x")
    with (
        distributed.LocalCluster(
            n_workers=0, processes=False, dashboard_address=None, protocol="tcp://"
        ) as empty,
        pytest.raises(CourseError, match="has no workers"),
    ):
        grade_class(course, hw2.homework, cluster=empty.scheduler_address)


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_costs_nobody_anything(hw2, tmp_path):
    here, there = hw2.copy(tmp_path / "here"), hw2.copy(tmp_path / "there")
    for course in (here, there):
        hw2.hand_in(course, *STUDENTS)
    file = tmp_path / "scheduler.json"
    loopback = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", file)
    worker = ("worker", "--scheduler-file", file, "--nthreads", 1, "--no-nanny", "--no-dashboard")
    with started("scheduler", "--port", 0, *loopback) as scheduler, started(*worker) as first:
        with started(*worker), started(*worker):
            with distributed.Client(scheduler_file=file, timeout=60, set_as_default=False) as client:
                client.wait_for_workers(3, timeout=60)
                address = client.scheduler.address

            def kill(result, what):
                if first.poll() is None:
                    first.send_signal(signal.SIGKILL)

            done = grade_class(there, hw2.homework, cluster=address, progress=kill)
        assert first.poll() == -signal.SIGKILL and scheduler.poll() is None
    assert done.graded == tuple(sorted(STUDENTS))
    assert scores(done) == scores(grade_class(here, hw2.homework))
