"""Which sandbox is used where, what is said about it, and refusal rather than none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox import Sandbox, SandboxUnavailable, Walls
from autograder.sandbox import sandbox as module

linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
COURSE = Path(module.__file__).parent.parent.parent


@linux
def test_the_description_names_the_walls(sandbox: Sandbox) -> None:
    text = sandbox.describe()
    assert text.startswith("sandbox landlock: ")
    for wall in ("namespaces", "private file system", "limits", "Landlock (ABI", "filter of system calls"):
        assert wall in text
    assert "missing" not in text
    assert "\n" not in text


@linux
def test_a_missing_wall_is_named(sandbox: Sandbox, submission: Path) -> None:
    with sandbox.worker(submission, walls=Walls(namespaces=False)) as worker:
        assert worker.missing == ["namespaces (turned off)"]
        assert "Landlock" in " ".join(worker.walls)


@linux
def test_without_namespaces_students_still_work_and_still_see_nothing(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "nndl").mkdir()
    (tmp_path / "nndl" / "one.py").write_text("def f(x):\n    return 1 / x\n")
    with sandbox.worker(tmp_path, ("one",), walls=Walls(namespaces=False)) as worker:
        assert worker.student().one.f(2) == 0.5
        error = worker.run_cell("n", "from nndl.one import f\nf(0)").error
        assert error is not None
        assert [frame[0] for frame in error.frames] == ["n.ipynb, cell 1", "nndl/one.py"]
        assert worker.run_cell("n", "open('new', 'w').write('x')").ok
        assert not worker.run_cell("n", f"open({str(COURSE / 'pyproject.toml')!r})").ok
        assert not worker.run_cell("n", "import os; os.chmod('new', 0o777)").ok
        assert not worker.run_cell("n", "import os, signal; os.kill(os.getppid(), signal.SIGTERM)").ok
        assert not worker.run_cell("n", "open('/proc/1/cmdline')").ok


@linux
@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")
def test_bubblewrap_is_a_sandbox_too(submission: Path) -> None:
    with Sandbox("bwrap") as sandbox:
        assert sandbox.describe().startswith("sandbox bwrap: bubblewrap")
        with sandbox.worker(submission, ("model",)) as worker:
            assert worker.student().model.echo(2) == 2
            assert worker.run_cell("n", "import os; assert os.getcwd() == '/submission'").ok
            for source in (
                f"open({str(COURSE / 'pyproject.toml')!r})",
                "open('/etc/passwd')",
                "import socket; socket.socket()",
                "import os; os.fork()",
                "open('/tmp/x', 'w')",
            ):
                assert not worker.run_cell("n", source).ok
            outcome = worker.run_cell("n", "while True: pass", 0.3)
            assert outcome.error is not None
            assert outcome.error.kind == "timeout"


def test_none_runs_without_walls_and_says_so(submission: Path) -> None:
    with Sandbox("none") as sandbox:
        assert "missing: every wall" in sandbox.describe()
        with sandbox.worker(submission, ("model",)) as worker:
            assert worker.student().model.echo(2) == 2
            outcome = worker.run_cell("n", "while True: pass", 0.3)
            assert outcome.error is not None
            assert outcome.error.kind == "timeout"


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="landlock"):
        Sandbox("docker")


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_are_told_what_to_do(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(module.sys, "platform", platform)
    with pytest.raises(SandboxUnavailable, match="Linux"), Sandbox():
        pass


@linux
def test_without_any_sandbox_grading_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Sandbox, mode: str) -> None:
        raise SandboxUnavailable(f"no {mode} here")

    monkeypatch.setattr(Sandbox, "_tried", broken)
    with (
        pytest.raises(SandboxUnavailable, match=r"no landlock here.*no bwrap here.*--sandbox none"),
        Sandbox(),
    ):
        pass


@linux
def test_a_python_that_cannot_start_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(SandboxUnavailable, match="did not start"), Sandbox("landlock"):
        pass


ORDINARY = """
import os, tempfile
from pathlib import Path
from autograder.sandbox import Sandbox
assert os.geteuid() == 4711
with tempfile.TemporaryDirectory() as folder, Sandbox() as sandbox:
    print(sandbox.describe())
    with sandbox.worker(Path(folder)) as worker:
        assert worker.run_cell("n", "import numpy as np; np.linalg.inv(np.eye(3))").ok
        assert worker.run_cell("n", "import sqlite3, difflib, lzma; open('new', 'w').write('x')").ok
        assert not worker.run_cell("n", "open('/etc/passwd')").ok
        threads = worker.run_cell("n", "import threading, time\\nfor i in range(200):\\n"
                                       "    threading.Thread(target=time.sleep, args=(99,), daemon=True).start()")
        assert not threads.ok
        assert worker.run_cell("n", "while True: pass", 0.2).error.kind == "timeout"
"""


@linux
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="takes root to become somebody else")
def test_an_ordinary_user_has_the_same_sandbox(tmp_path: Path) -> None:
    """In a mount namespace where Python's folder is readable by all, as user 4711."""
    prefixes = {Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), COURSE}
    private = [
        path for path in prefixes if not all(up.stat().st_mode & 0o5 == 0o5 for up in [path, *path.parents])
    ]
    script = ["set -e"]
    for path in private:
        top = Path(*path.parts[:2])
        script += [
            f"mkdir -p {tmp_path}/kept && mount --bind {path} {tmp_path}/kept",
            f"mount -t tmpfs -o mode=755 none {top} && mkdir -p {path} && mount --move {tmp_path}/kept {path}",
        ]
    script += [
        "export TMPDIR=/tmp HOME=/",
        f'cd / && exec setpriv --reuid 4711 --regid 4711 --clear-groups {sys.executable} -c "$1"',
    ]
    line = ["unshare", "--mount", "sh", "-c", "\n".join(script), "sh", ORDINARY]
    done = subprocess.run(
        line, capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH": str(COURSE)}
    )
    assert done.returncode == 0, done.stderr
    assert "missing" not in done.stdout


CONTAINED = """
import os, tempfile
from pathlib import Path
from autograder.sandbox import Sandbox
with tempfile.TemporaryDirectory() as folder, Sandbox() as sandbox:
    print(sandbox.describe())
    with sandbox.worker(Path(folder)) as worker:
        assert worker.run_cell("n", "import numpy as np; np.linalg.inv(np.eye(3)); open('new', 'w').write('x')").ok
        for source in ("open('/etc/passwd')", "import os; os.listdir('/proc')", "import os; os.fork()",
                       "import socket; socket.create_connection(('127.0.0.1', 1), 1)",
                       "import os, signal; os.kill(os.getppid(), signal.SIGTERM)"):
            assert not worker.run_cell("n", source).ok, source
        assert worker.run_cell("n", "while True: pass", 0.2).error.kind == "timeout"
"""


@linux
@pytest.mark.skipif(os.geteuid() != 0, reason="takes root to forbid namespaces")
def test_where_namespaces_are_forbidden_the_other_walls_hold_and_the_loss_is_named() -> None:
    """As in a container: in a user namespace in which there can be no further ones."""
    script = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" -c "$1"'
    line = ["unshare", "--user", "--map-root-user", "sh", "-c", script, sys.executable, CONTAINED]
    done = subprocess.run(line, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(COURSE)})
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("sandbox landlock: ")
    assert "missing: namespaces (" in done.stdout and "Landlock (ABI" in done.stdout
