"""The warm process: everything that student code imports, imported once, then forked for each worker.

It is started by the judge's side as a Python of its own with a clean environment, so that nothing
of the judge is in its memory. It never runs student code: each worker is a child that raises the
walls around itself first. When the judge ends, however it ends, this process reads the end of its
control socket and ends too, and the kernel ends the workers with it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import importlib
import os
import pkgutil
import signal
import socket
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import msgspec

from autograder.sandbox import confine, namespaces
from autograder.sandbox import messages as m
from autograder.sandbox.plan import NO_WALLS, Enclosure
from autograder.sandbox.wire import Channel

BUBBLEWRAP_INCOMING = "/incoming"  # where bubblewrap shows the submission
WIRE = 3  # the only file descriptor, beside the standard three, that student code finds open

_WARM = (  # noqa: SIM905
    "numpy numpy.linalg numpy.random numpy.testing numpy.lib.format numpy.ma matplotlib.pyplot matplotlib.image "
    "matplotlib.backends.backend_agg mpl_toolkits.axes_grid1 tqdm tqdm.auto math cmath random itertools "
    "functools collections collections.abc heapq bisect time timeit datetime copy json re string typing dataclasses "
    "enum abc operator statistics fractions decimal contextlib warnings pathlib zipfile glob shutil pickle csv io "
    "inspect traceback linecache tempfile types asyncio IPython.display pprint textwrap"
).split()

_SYSTEM = (  # noqa: SIM905
    "/lib /lib64 /usr/lib /usr/lib64 /usr/local/lib /etc/ld.so.cache /etc/localtime /etc/fonts /usr/share/zoneinfo "
    "/usr/share/fonts /usr/local/share/fonts /dev/null /dev/zero /dev/random /dev/urandom"
).split()


class Start(msgspec.Struct, tag="start"):
    """Fork a worker; the socket to the judge comes with it."""

    enclosure: Enclosure


class Reap(msgspec.Struct, tag="reap"):
    """Collect a worker that has ended."""

    pid: int


class Started(msgspec.Struct, tag="started"):
    """A worker's process number; its process descriptor comes with it."""

    pid: int


class Reaped(msgspec.Struct, tag="reaped"):
    """How a worker ended: a wait status (-1: it was not there) and its peak memory in KB."""

    status: int
    peak_kb: int


class Failed(msgspec.Struct, tag="failed"):
    """A worker could not be forked."""

    reason: str


Order: TypeAlias = Start | Reap
Answer: TypeAlias = Started | Reaped | Failed
MAX_ORDER = 1 << 16
_LOOK_SECONDS = 2


def _from_text(kind: type, value: str) -> Path:
    return Path(value)


encode = msgspec.json.Encoder(enc_hook=os.fspath).encode
decode_order: Callable[[bytes], Order] = msgspec.json.Decoder(Order, dec_hook=_from_text).decode
decode_answer: Callable[[bytes], Answer] = msgspec.json.Decoder(Answer).decode
decode_enclosure: Callable[[str], Enclosure] = msgspec.json.Decoder(Enclosure, dec_hook=_from_text).decode


def readable() -> tuple[Path, ...]:
    """What student code may read: Python and its packages, shared libraries, fonts, time zones, labkit.

    The folder that holds labkit and the course is not among them, unless it is a folder of packages.
    """
    prefixes = {Path(prefix) for prefix in (sys.prefix, sys.base_prefix, sys.exec_prefix)}
    found = {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}
    found |= {Path(sys.base_prefix) / "lib"} | {Path(name) for name in _SYSTEM}
    labkit = [Path(place) for place in importlib.import_module("labkit").__path__]
    for entry in map(Path, sys.path):
        ours = any(entry.is_relative_to(prefix) for prefix in prefixes)
        course = any(place.parent == entry for place in labkit)
        if (entry / "numpy").is_dir() or (ours and not course):
            found.add(entry)
    found |= set(labkit)
    return tuple(sorted(path for path in found if path.exists()))


def warm() -> Any:
    """Import what student code uses and make the shell, which is returned."""
    import labkit

    for name in _WARM:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for module in pkgutil.walk_packages(labkit.__path__, "labkit."):
        if not module.name.endswith("__main__"):
            with contextlib.suppress(Exception):
                importlib.import_module(module.name)
    from matplotlib import pyplot

    from autograder.sandbox import cells, worker  # noqa: F401

    figure = pyplot.figure()
    figure.text(0, 0, "a")
    figure.canvas.draw()
    pyplot.close(figure)
    shell = cells.new_shell()
    _forget_course(Path(labkit.__file__).parent.parent)
    gc.collect()
    gc.freeze()
    return shell


def _forget_course(home: Path) -> None:
    """Take the folder that holds labkit out of the import path, unless it is a folder of packages."""
    if not (home / "numpy").is_dir():
        sys.path[:] = [entry for entry in sys.path if entry not in ("", str(home))]
        sys.path_importer_cache.pop(str(home), None)


def main(control: int) -> NoReturn:
    """Fork workers as ordered on a socket, until its other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    confine.adopt_orphans()
    orders = socket.socket(fileno=control)
    seen = readable()
    shell = warm()
    orders.send(encode(Reaped(0, 0)))
    judge = os.getppid()
    orders.settimeout(_LOOK_SECONDS)
    while True:
        try:
            data, descriptors, _, _ = socket.recv_fds(orders, MAX_ORDER, 1)
        except TimeoutError:  # another process may hold the socket open after the judge has ended
            if os.getppid() == judge:
                continue
            data = b""
        if not data:
            os._exit(0)
        order = decode_order(data)
        if isinstance(order, Reap):
            orders.send(encode(_reap(order.pid)))
        else:
            plan = dataclasses.replace(order.enclosure, readable=(*seen, *order.enclosure.readable))
            _start(plan, descriptors[0], shell, orders)
            os.close(descriptors[0])


def _reap(pid: int) -> Reaped:
    try:
        found, status, usage = os.wait4(pid, os.WNOHANG)
    except ChildProcessError:
        return Reaped(-1, 0)
    return Reaped(status, usage.ru_maxrss) if found else Reaped(-1, 0)


def _start(plan: Enclosure, wire: int, shell: Any, orders: socket.socket) -> None:
    """Fork a worker through a helper, which takes the new namespaces and leaves.

    The worker waits until the helper is gone: only then is this process its parent, whose death
    it is to share.
    """
    told, tell = os.pipe()
    wait, go = os.pipe()
    helper = os.fork()
    if helper == 0:
        os.close(go)
        _help(plan, wire, shell, tell, wait)
    os.close(tell)
    os.close(wait)
    os.waitpid(helper, 0)
    text = os.read(told, 4096).decode()
    os.close(told)
    try:
        if not text.isdigit():
            raise OSError(text or "the helper process ended early")
        pid = int(text)
        descriptor = os.pidfd_open(pid)
        socket.send_fds(orders, [encode(Started(pid))], [descriptor])
        os.close(descriptor)
        os.write(go, b"g")
    except OSError as error:
        orders.send(encode(Failed(str(error))))
    finally:
        os.close(go)


def _help(plan: Enclosure, wire: int, shell: Any, tell: int, wait: int) -> NoReturn:
    try:
        error: str | None = "turned off"
        if plan.walls.namespaces:
            try:
                namespaces.unshare()
                error = None
            except OSError as refusal:
                error = str(refusal)
        pid = os.fork()
        if pid == 0:
            if os.read(wait, 1) == b"g":
                _work(plan, wire, shell, error)
            os._exit(0)
        os.write(tell, str(pid).encode())
    except BaseException as failure:
        os.write(tell, f"fork: {failure}".encode()[:4096])
    finally:
        os._exit(0)


def _work(plan: Enclosure, wire: int, shell: Any, namespaces_error: str | None) -> NoReturn:
    """Be a worker: close all but the wire, raise the walls, say so, and serve."""
    try:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for number, source in ((0, null), (1, null), (2, null), (WIRE, wire)):
            os.dup2(source, number)
        os.closerange(WIRE + 1, os.sysconf("SC_OPEN_MAX"))
        stream = socket.socket(fileno=WIRE)
        try:
            folder, walls, missing = confine.enclose(plan, namespaces_error)
        except BaseException as error:
            Channel(stream).send(m.encode(m.Refused(str(error)[: m.MAX_NAME] or type(error).__name__)))
            os._exit(1)
        _serve(stream, folder, shell, plan, m.Ready(walls, missing))
    finally:
        os._exit(70)


def _serve(stream: socket.socket, folder: Path, shell: Any, plan: Enclosure, ready: m.Ready) -> None:
    from autograder.sandbox.worker import Worker

    own = folder / ".tmp"
    own.mkdir(exist_ok=True)
    os.environ.update(HOME=str(own), TMPDIR=str(own), PWD=str(folder))
    tempfile.tempdir = None
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    sys.argv = [""]
    Channel(stream).send(m.encode(ready))
    with contextlib.suppress(EOFError):
        Worker(stream, folder, shell, plan.limits.output_kb << 10).serve()
    os._exit(0)


def cold(wire: int, plan_json: str, bubblewrap: bool) -> NoReturn:
    """Be a worker without having been forked: inside of bubblewrap, or without walls."""
    plan = decode_enclosure(plan_json)
    stream = socket.socket(fileno=wire)
    seen = readable()
    shell = warm()
    if bubblewrap:
        plan = dataclasses.replace(plan, readable=(*seen, *plan.readable), required=False)
        namespaces.copy_files(Path(BUBBLEWRAP_INCOMING), plan.scratch)
        _, walls, missing = confine.enclose(plan, "")
        ready = m.Ready(
            ["bubblewrap", *walls], [name for name in missing if not name.startswith("namespaces")]
        )
    else:
        confine.limit(plan.limits, confine.address_space(), threads=False)
        ready = m.Ready(*NO_WALLS)
    confine.die_with_parent()
    _serve(stream, plan.scratch, shell, plan, ready)
    os._exit(0)
