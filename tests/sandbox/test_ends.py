"""Nothing outlives what it belongs to: worker, sandbox, judge."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox import Sandbox, SandboxUnavailable, Walls, Worker

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")

SECONDS = 20


def ends(pid: int) -> bool:
    """Whether a process that may be running ends within a generous time."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    found = bool(poll.poll(SECONDS * 1000))
    os.close(descriptor)
    return found


def worker_pid(worker: Worker) -> int:
    return worker._process.pid


def test_a_closed_worker_is_gone_with_all_that_it_started(sandbox: Sandbox, submission: Path) -> None:
    with sandbox.worker(submission, walls=Walls(seccomp=False, limits=False)) as worker:
        spawn = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(1000)\n"
        assert worker.run_cell("n", spawn).ok
        children = Path(f"/proc/{worker_pid(worker)}/task/{worker_pid(worker)}/children").read_text().split()
        assert len(children) == 1
    assert ends(int(children[0]))
    assert not Path(f"/proc/{worker_pid(worker)}").exists()


JUDGE = """
import sys, time
from pathlib import Path
from autograder.sandbox import Sandbox, Walls
sandbox = Sandbox().__enter__()
workers = [sandbox.worker(Path(sys.argv[1])), sandbox.worker(Path(sys.argv[1]), walls=Walls(namespaces=False))]
print(sandbox._home, sandbox._template.pid, *(worker._process.pid for worker in workers), flush=True)
workers[0].run_cell("n", "import threading; threading.Thread(target=lambda: [0 for _ in iter(int, 1)]).start()")
print("busy", flush=True)
workers[1].run_cell("n", "while True: pass", 1000)
"""


def test_nothing_survives_a_killed_judge(submission: Path) -> None:
    judge = subprocess.Popen(
        [sys.executable, "-c", JUDGE, str(submission)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert judge.stdout is not None
    home, *words = judge.stdout.readline().split()
    pids = [int(word) for word in words]
    assert len(pids) == 3
    assert judge.stdout.readline() == "busy\n"
    judge.send_signal(signal.SIGKILL)
    judge.wait()
    judge.stdout.close()
    assert all(ends(pid) for pid in pids)
    with Sandbox():
        assert not Path(home).exists()


def test_folder_of_a_judge_that_was_killed_before_its_sandbox_stood_goes_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "import os, subprocess\n"
        "from autograder.sandbox import Sandbox\n"
        "subprocess.Popen = lambda *words, **options: os.kill(os.getpid(), 9)\n"
        "Sandbox().__enter__()"
    )
    killed = subprocess.run([sys.executable, "-c", code], env=os.environ | {"TMPDIR": str(tmp_path)})
    assert killed.returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 1
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Sandbox():
        pass
    assert list(tmp_path.iterdir()) == []


def test_template_and_folder_go_with_the_sandbox_and_a_lost_template_comes_back(submission: Path) -> None:
    with Sandbox() as sandbox:
        home, template = sandbox._home, sandbox._template
        assert home is not None
        assert template is not None
        first = template.pid
        assert first is not None
        lost = sandbox.worker(submission)
        os.kill(first, signal.SIGKILL)
        assert ends(first)
        assert ends(worker_pid(lost))
        with pytest.raises(SandboxUnavailable, match="ended"):
            lost.ping()
        worker = sandbox.worker(submission, ("model",))
        assert worker.student().model.echo(1) == 1
        second = template.pid
        assert second is not None
        assert second != first
    assert ends(second)
    assert ends(worker_pid(worker))
    assert not home.exists()
    for _ in range(2):
        with pytest.raises(SandboxUnavailable, match="closed"):
            worker.run_cell("n", "1")
    worker.close()
    with pytest.raises(SandboxUnavailable, match="closed"):
        sandbox.worker(submission)
