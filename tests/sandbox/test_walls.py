"""Every wall holds by itself, and all together."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest
from runs import Attack

import autograder
from autograder.sandbox import Sandbox, Worker

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")

COURSE = Path(autograder.__file__).parent.parent
SECRET = COURSE / "pyproject.toml"

DENIED = {
    "reading the course": f"open({str(SECRET)!r}).read()",
    "listing the course": f"import os; assert os.listdir({str(COURSE)!r}) and os.path.exists({str(SECRET)!r})\n"
    f"assert {SECRET.name!r} in os.listdir({str(COURSE)!r})",
    "reading accounts": "open('/etc/passwd').read()",
    "reading processes": "import os; assert [p for p in os.listdir('/proc') if p.isdigit()]",
    "reading home": "import os; os.listdir(os.path.expanduser('~root'))",
    "writing to /tmp": "open('/tmp/autograder-was-here', 'w')",
    "writing to packages": "import numpy; open(numpy.__file__, 'a')",
    "writing to labkit": "import labkit; open(labkit.__file__, 'a')",
    "following a link out": f"import os; os.symlink({str(SECRET)!r}, 'link'); open('link').read()",
    "linking a file in": f"import os; os.link({str(SECRET)!r}, 'stolen')",
    "shared memory": "open('/dev/shm/x', 'w')",
}
NETWORK = {
    "tcp": "import socket; socket.create_connection(('127.0.0.1', PORT), 2).send(b'x')",
    "udp": "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('127.0.0.1', PORT))",
    "unix": "import socket; socket.socket(socket.AF_UNIX).connect(PATH)",
    "abstract unix": "import socket; socket.socket(socket.AF_UNIX).connect('\\0' + NAME)",
    "netlink": "import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
}
PROCESSES = {
    "fork": "import os; os.fork()",
    "vfork": "import ctypes; r = ctypes.CDLL(None).vfork(); assert r >= 0",
    "subprocess": "import subprocess; subprocess.run(['/bin/true'], check=True)",
    "posix_spawn": "import os; os.posix_spawn('/bin/true', ['true'], {})",
    "system": "import os; assert os.system('true') == 0",
    "exec": "import os, sys; os.execv(sys.executable, ['python', '-c', ''])",
    "multiprocessing": "import multiprocessing as mp; p = mp.get_context('fork').Process(target=print); p.start()",
    "forkserver": "import multiprocessing as mp; mp.get_context('forkserver').Process(target=print).start()",
}
KERNEL = {
    "ptrace": "CALL(101, 117, 0, 0, 0, 0)",
    "unshare": "import os, ctypes; assert ctypes.CDLL(None, use_errno=True).unshare(0x10000000) == 0",
    "mount": "import ctypes; assert ctypes.CDLL(None).mount(b'none', b'/submission', b'tmpfs', 0, None) == 0",
    "keyctl": "CALL(250, 219, 0, -3, 0, 0)",
    "bpf": "CALL(321, 280, 0, 0, 0, 0)",
    "io_uring": "CALL(425, 425, 1, 0, 0, 0)",
    "perf": "CALL(298, 241, 0, 0, -1, -1)",
    "memfd": "import os; os.memfd_create('x')",
    "chroot": "import os; os.chroot('.')",
    "outliving the judge": "import ctypes; assert ctypes.CDLL(None).prctl(1, 0, 0, 0, 0) == 0",
    "sending to a datagram socket": "import socket; socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
    "setuid": "import os; os.setuid(0)",
    "more memory": "import resource as r; r.setrlimit(r.RLIMIT_AS, (r.RLIM_INFINITY, r.RLIM_INFINITY))",
    "signalling the parent": "import os, signal; os.kill(os.getppid() or 2, signal.SIGTERM)",
    "signalling all": "import os, signal; os.kill(-1, signal.SIGKILL)",
}
CALL = """
import ctypes, platform
def CALL(x86, arm, *arguments):
    number = x86 if platform.machine() == "x86_64" else arm
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.syscall(number, *map(ctypes.c_long, arguments))
    assert result >= 0 or ctypes.get_errno() not in (1, 38), ctypes.get_errno()
"""


def stands(source: str, attack: Attack, **walls: bool) -> bool:
    outcome = attack(CALL + source, **walls)
    assert outcome.error is None or outcome.error.kind in ("exception", "exit"), outcome.error
    return not outcome.ok


@pytest.mark.parametrize("name", DENIED)
def test_files_outside_are_out_of_reach(attack: Attack, name: str) -> None:
    assert stands(DENIED[name], attack)
    assert not Path("/tmp/autograder-was-here").exists()


@pytest.mark.parametrize("name", [name for name in DENIED if name != "shared memory"])
def test_the_private_file_system_alone_hides_files(attack: Attack, name: str) -> None:
    assert stands(DENIED[name], attack, namespaces=True, root=True)


@pytest.mark.parametrize("name", DENIED)
def test_landlock_alone_hides_files(attack: Attack, name: str) -> None:
    assert stands(DENIED[name], attack, landlock=True)


def test_modes_and_times_of_files_outside_cannot_be_changed(attack: Attack, tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("x")
    os.utime(target, (1, 1))
    for source in (f"import os; os.chmod({str(target)!r}, 0o777)", f"import os; os.utime({str(target)!r})"):
        for walls in ({}, {"namespaces": True, "root": True}, {"seccomp": True}):
            assert stands(source, attack, **walls)
    assert target.stat().st_mtime == 1


@pytest.mark.parametrize(
    "walls", [{}, {"seccomp": True}, {"namespaces": True}], ids=["all", "filter", "namespaces"]
)
@pytest.mark.parametrize("name", NETWORK)
def test_no_network(attack: Attack, name: str, walls: dict[str, bool], tmp_path: Path) -> None:
    if name in ("unix", "netlink") and walls == {"namespaces": True}:
        pytest.skip("a network namespace has both")
    abstract, path = f"autograder-{os.getpid()}", str(tmp_path / "socket")
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_UNIX) as unix,
        socket.socket(socket.AF_UNIX) as other,
    ):
        unix.bind(path)
        unix.listen()
        other.bind("\0" + abstract)
        other.listen()
        places = f"PORT = {tcp.getsockname()[1]}\nPATH = {path!r}\nNAME = {abstract!r}\n"
        assert stands(places + NETWORK[name], attack, **walls)


@pytest.mark.parametrize("name", PROCESSES)
def test_no_processes(attack: Attack, name: str) -> None:
    assert stands(PROCESSES[name], attack)
    assert stands(PROCESSES[name], attack, seccomp=True)


ON_THE_PARENT = {
    "limits": "import resource as r; r.prlimit(os.getppid(), r.RLIMIT_CPU, (1, 1))",
    "priority": "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
    "priority of all": "os.setpriority(os.PRIO_USER, os.getuid(), 19)",
    "processors": "os.sched_setaffinity(os.getppid(), {0})",
    "scheduling": "os.sched_setscheduler(os.getppid(), os.SCHED_BATCH, os.sched_param(0))",
    "input and output": "CALL(251, 30, 1, os.getppid(), 0)",
    "memory": "CALL(256, 238, os.getppid(), 0, 0, 0)",
    "signals of a file": "import fcntl; fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid())",
    "signals of a socket": "import fcntl, struct; fcntl.ioctl(0, 0x8901, struct.pack('i', os.getppid()))",
    "kinds of signals": "import fcntl; fcntl.fcntl(0, fcntl.F_SETSIG, 9)",
}
ON_ITSELF = """
import resource
limit = resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, limit)
resource.prlimit(os.getpid(), resource.RLIMIT_CORE, limit)
os.setpriority(os.PRIO_PROCESS, 0, 10)
os.sched_setaffinity(0, os.sched_getaffinity(0))
"""


@pytest.mark.parametrize("name", ON_THE_PARENT)
def test_the_filter_alone_keeps_other_processes_as_they_are(attack: Attack, name: str) -> None:
    assert stands("import os\n" + ON_THE_PARENT[name], attack, seccomp=True)


def test_a_process_may_set_its_own_limits(attack: Attack) -> None:
    assert attack("import os" + ON_ITSELF, seccomp=True).ok


@pytest.mark.parametrize("name", KERNEL)
def test_no_tampering_with_the_kernel(attack: Attack, name: str) -> None:
    assert stands(KERNEL[name], attack)


def test_the_environment_holds_nothing_of_the_judges(worker: Worker) -> None:
    assert "AUTOGRADER_TEST_TOKEN" in os.environ
    environment = worker.student().function("dict(__import__('os').environ)")
    assert "AUTOGRADER_TEST_TOKEN" not in environment
    assert environment["LABKIT_JUDGE"] == "1"


def test_nothing_of_the_judge_is_open_or_importable(worker: Worker) -> None:
    student = worker.student()
    descriptors = student.function(
        "[fd for fd in range(4, 1000) if __import__('os').get_inheritable is None]"
    )
    assert descriptors == []
    probe = (
        "import os\nfor fd in range(4, 1000):\n    try:\n        os.fstat(fd)\n    except OSError:\n        continue\n"
        "    raise SystemError(fd)\n"
    )
    assert worker.run_cell("probe", probe).ok
    for name in ("autograder.judge", "autograder.cli", "solutions", "tests"):
        assert not worker.run_cell("probe", f"import {name}").ok
    assert worker.run_cell("probe", f"import sys\nassert {str(COURSE)!r} not in sys.path").ok


def test_other_submissions_are_out_of_reach(sandbox: Sandbox, submission: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with sandbox.worker(tmp_path) as other, sandbox.worker(submission) as worker:
        assert other.run_cell("n", "assert open('mine.txt').read() == 'mine'").ok
        assert other.run_cell("n", "open('new.txt', 'w').write('new')").ok
        assert not worker.run_cell("n", f"open({str(tmp_path / 'mine.txt')!r})").ok
        assert not worker.run_cell("n", "open('mine.txt')").ok
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt"]


def test_links_in_a_submission_are_not_followed(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(SECRET)
    (tmp_path / "folder").symlink_to(COURSE)
    with sandbox.worker(tmp_path) as worker:
        assert not worker.run_cell("n", "open('link').read()").ok
        assert not worker.run_cell("n", "import os; os.listdir('folder')").ok


@pytest.mark.parametrize(
    "source",
    [
        "import threading\nt = threading.Thread(target=lambda: results.append(1))\nresults = []\nt.start(); t.join()\n"
        "assert results == [1]",
        "from concurrent.futures import ThreadPoolExecutor\nassert sum(ThreadPoolExecutor(4).map(abs, range(9))) == 36",
        "import numpy as np\nA = np.random.default_rng(0).standard_normal((300, 300))\nnp.linalg.svd(A @ A.T)",
        "import numpy as np\nnp.savez('a.npz', a=np.ones(3))\nassert np.load('a.npz')['a'].sum() == 3",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title(r'$\\alpha$')\nplt.savefig('a.png')",
        "import tempfile\nwith tempfile.TemporaryFile() as f: f.write(b'x')",
        "import shutil, os\nopen('a', 'w').write('a')\nshutil.copy('a', 'b')\nos.rename('b', 'c')\nos.remove('c')",
        "import secrets, random, time, zoneinfo\nsecrets.token_bytes(3); time.sleep(0)\nzoneinfo.ZoneInfo('Europe/Paris')",
        "import sqlite3, ctypes, lzma, hashlib, xml.etree.ElementTree, unittest, pdb, difflib",
    ],
    ids=["thread", "pool", "svd", "savez", "figure", "temporary", "copy", "system", "imports"],
)
def test_what_students_do_works_behind_all_walls(attack: Attack, source: str) -> None:
    assert attack(source).error is None
