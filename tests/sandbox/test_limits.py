"""Time, memory, output, crashes: each ends with its name, and the sandbox goes on."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from runs import Attack

from autograder.sandbox import Limits, Sandbox, Worker, client
from labkit.checks.student import StudentError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")


def kind(worker: Worker, source: str, seconds: float = 5) -> str:
    error = worker.run_cell("n", source, seconds).error
    assert error is not None
    return error.kind


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "import signal\nfor s in range(1, 65):\n    try: signal.signal(s, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n"
        "while True: pass",
        "10 ** 10 ** 9",
        "import threading\nfor i in range(4): threading.Thread(target=lambda: list(iter(int, 1))).start()\nwhile True: pass",
        "while True: print('flood' * 1000)",
    ],
    ids=["loop", "catching", "ignoring signals", "in C", "threads", "flood"],
)
def test_an_endless_computation_is_ended(worker: Worker, source: str) -> None:
    assert kind(worker, source, 0.3) == "timeout"
    assert not worker.alive
    assert worker.run_cell("n", "1").error is not None
    with pytest.raises(StudentError):
        worker.ping()


def test_an_endless_wait_is_ended(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_WALL_EXTRA", 0.1)
    assert kind(worker, "import time\ntime.sleep(1000)", 0.05) == "timeout"


def test_a_busy_machine_takes_no_time_from_student_code(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_WALL_FACTOR", 1)
    monkeypatch.setattr(client, "_WALL_EXTRA", 0.5)
    cpu = {min(os.sched_getaffinity(0))}
    burn = f"import os; os.sched_setaffinity(0, {cpu}); print(flush=True)\nwhile True: pass"
    others = [subprocess.Popen([sys.executable, "-c", burn], stdout=subprocess.PIPE) for _ in range(6)]
    try:
        for other in others:
            assert other.stdout is not None and other.stdout.readline()
        os.sched_setaffinity(worker._process.pid, cpu)
        before = worker.waited()
        started = time.monotonic()
        outcome = worker.run_cell(
            "n", "import time\nend = time.process_time() + 0.7\nwhile time.process_time() < end: pass", 1
        )
        took = time.monotonic() - started
    finally:
        for other in others:
            other.kill()
            other.communicate()
    assert outcome.ok, outcome.error
    assert took > 1.3 * (worker.waited() - before)


def test_a_judge_that_stands_still_takes_no_time_from_student_code(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Poll:
        """Comes back late, as where another thread kept the interpreter to itself."""

        def __init__(self) -> None:
            self._poll = real()
            self.register = self._poll.register

        def poll(self, milliseconds: float) -> object:
            found = self._poll.poll(milliseconds)
            time.sleep(1)
            return found

    real = select.poll
    monkeypatch.setattr(client.select, "poll", Poll)
    monkeypatch.setattr(client, "_WALL_EXTRA", 0.5)
    outcome = worker.run_cell("n", "import time\nfor _ in range(20): time.sleep(0.1)", 0.5)
    assert outcome.ok, outcome.error
    assert worker.waited() < 2


def test_a_budget_is_for_all_calls_together(worker: Worker) -> None:
    student = worker.student()
    spin = student.function("lambda: sum(range(3_000_000))")
    worker.begin(cpu_seconds=0.3)
    with pytest.raises(StudentError) as caught:
        for _ in range(1000):
            spin()
    assert caught.value.kind == "timeout"


def test_a_background_thread_counts(worker: Worker) -> None:
    worker.begin(cpu_seconds=0.3)
    spin = "__import__('threading').Thread(target=lambda: [None for _ in iter(int, 1)], daemon=True).start()"
    worker.student().function(spin)
    with pytest.raises(StudentError) as caught:
        while True:
            worker.ping()
    assert caught.value.kind in ("timeout", "memory")


def test_usage_is_measured(worker: Worker) -> None:
    worker.run_cell("n", "import numpy as np\na = np.ones((50, 1 << 20))\nsum(range(1_000_000))")
    usage = worker.usage()
    assert usage.cpu_seconds > 0
    assert usage.peak_memory_mb > 400
    worker.kill()
    assert worker.usage().peak_memory_mb >= usage.peak_memory_mb


def test_memory_is_limited(worker: Worker) -> None:
    assert kind(worker, "import numpy as np\na = np.ones((1 << 31,))") == "memory"
    assert kind(worker, "a = []\nwhile True: a.append(bytearray(1 << 24))") == "memory"
    assert worker.run_cell("n", "a = None").ok


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import os; os._exit(0)", "exit"),
        ("import os; os._exit(3)", "exit"),
        ("import ctypes; ctypes.string_at(0)", "crash"),
        ("import os; os.abort()", "crash"),
        ("import os; os.close(3)", "exit"),
        ("import os; os.closerange(0, 1000)", "exit"),
        ("import os; os.write(3, b'\\x00\\x00\\x00\\x05hello')", "wire"),
        ("import os; os.write(3, b'\\xff' * 100)", "wire"),
    ],
)  # fmt: skip
def test_the_end_of_a_worker_has_a_name(worker: Worker, source: str, expected: str) -> None:
    assert kind(worker, source) == expected
    assert not worker.alive
    assert worker.death is not None


def test_a_fork_bomb_and_a_thread_bomb_do_no_harm(worker: Worker) -> None:
    assert kind(worker, "import os\nwhile True: os.fork()") == "exception"
    bomb = "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()"
    assert kind(worker, bomb) in ("exception", "memory")


def test_files_are_limited(worker: Worker) -> None:
    assert kind(worker, "open('big', 'wb').truncate(1 << 40)") == "exception"
    fill = "for i in range(1000): open(str(i), 'wb').write(bytes(1 << 20))"
    assert kind(worker, fill) == "exception"
    assert kind(worker, "files = [open('big', 'wb') for i in range(10000)]") == "exception"


def test_a_submission_too_large_is_said_to_be(sandbox: Sandbox, tmp_path: Path) -> None:
    from autograder.sandbox import SandboxUnavailable

    (tmp_path / "big").write_bytes(bytes(3 << 20))
    with pytest.raises(SandboxUnavailable, match="more than 2 MB"):
        sandbox.worker(tmp_path, limits=Limits(file_mb=2))


FORGE = """
import sys, threading, gc
import msgspec
from autograder.sandbox import messages as m, worker as w
one = next(o for o in gc.get_objects() if isinstance(o, w.Worker))
"""


def test_an_answer_in_advance_ends_the_worker(worker: Worker) -> None:
    ahead = FORGE + "one._channel.send(m.encode(m.Reply(2, b'n' * 16, 1.0)))"
    first = worker.run_cell("n", ahead)
    assert first.error is not None
    assert first.error.kind == "wire"
    assert not worker.alive


def test_an_unasked_answer_ends_the_worker(worker: Worker) -> None:
    later = FORGE + (
        "import os, time\nr, w_ = os.pipe()\n"
        "def late():\n    os.read(r, 1)\n    one._channel.send(m.encode(m.Reply(2, b'n' * 16, 1.0)))\n    done.append(1)\n"
        "done = []\nthreading.Thread(target=late, daemon=True).start()"
    )
    assert worker.run_cell("n", later).ok
    with pytest.raises(StudentError) as caught:
        worker.student("n").function("__import__('os')")
        notebook = worker.student("n").notebook
        notebook.os.write(notebook.w_, b"x")
        while True:
            worker.ping()
    assert caught.value.kind == "wire"


def test_a_wrong_kind_of_answer_is_refused(worker: Worker) -> None:
    lie = FORGE + "w.Worker._value = lambda self, value: 5\n"
    assert worker.run_cell("n", lie).ok
    with pytest.raises(StudentError) as caught:
        _ = worker.student("n").notebook
    assert caught.value.kind == "wire"


def test_workers_start_from_several_threads_at_once(sandbox: Sandbox, submission: Path) -> None:
    found: list[float] = []

    def one() -> None:
        with sandbox.worker(submission, ("model",)) as worker:
            found.append(worker.student().model.echo(1.5))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1.5] * 8


def test_many_workers_leave_nothing_open(sandbox: Sandbox, submission: Path) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    with sandbox.worker(submission):
        pass
    before = descriptors()
    for _ in range(5):
        with sandbox.worker(submission) as worker:
            worker.run_cell("n", "import os; os._exit(0)")
    assert descriptors() == before


def test_the_attack_fixture_raises_all_walls_by_default(attack: Attack) -> None:
    assert attack("x = 1").ok
