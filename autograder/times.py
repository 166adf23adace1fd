"""Where the time of a grading goes: `autograder grade hw2 --times`."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from autograder.sandbox import Worker
from autograder.witness import Witness

STAGES = {
    "merge": "merging submissions with the release",
    "start": "starting sandboxed processes",
    "student": "students' code",
    "judge": "the judge: checks, reference, messages",
    "notebooks": "writing results and notebooks",
    "gradebook": "writing the gradebook",
}


class Times:
    """Wall and processor time by stage. May be shared by threads.

    Attributes:
        wall, cpu: seconds by stage, added up over all threads. Starting a process counts by the clock alone
            (its work is done in the template), students' code by its processor time alone.
        peak_mb: the largest memory that any submission took.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.wall: defaultdict[str, float] = defaultdict(float)
        self.cpu: defaultdict[str, float] = defaultdict(float)
        self.peak_mb = 0.0
        self.submissions = 0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what is done inside, in this thread."""
        wall, cpu = time.monotonic(), time.thread_time()
        try:
            yield
        finally:
            self.add(name, time.monotonic() - wall, time.thread_time() - cpu)

    def add(self, name: str, wall: float, cpu: float) -> None:
        with self._lock:
            self.wall[name] += wall
            self.cpu[name] += cpu

    def ran(self, cpu_seconds: float, peak_mb: float) -> None:
        """Count what the code of one submission took."""
        self.add("student", cpu_seconds, cpu_seconds)
        with self._lock:
            self.submissions += 1
            self.peak_mb = max(self.peak_mb, peak_mb)


class StartWitness(Witness):
    """Counts how long sandboxed processes take to start."""

    def __init__(self, times: Times) -> None:
        self._times = times

    def worker(self, worker: Worker) -> None:
        self._times.add("start", worker.start_seconds, 0.0)


def own_peak_mb() -> float:
    """The largest memory that this process has had."""
    import resource  # Windows has none

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
