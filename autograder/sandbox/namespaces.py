"""New kernel namespaces, and in them a file system that holds only what is shown to it.

System calls go through ctypes; all of this is Linux. A process that is first in its process
namespace takes everything it started with it when it is killed.
"""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

FOLDER = Path("/submission")  # where the private file system has the submission

_NEW_MOUNTS, _NEW_CGROUP, _NEW_UTS, _NEW_IPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
_NEW_USER, _NEW_PID, _NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
_KINDS = _NEW_MOUNTS | _NEW_CGROUP | _NEW_UTS | _NEW_IPC | _NEW_PID | _NEW_NETWORK
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = (
    1,
    2,
    4,
    32,
    4096,
    16384,
    1 << 18,
)
_MNT_DETACH = 2
_AT_FDCWD, _AT_RECURSIVE, _MOUNT_SETATTR = -100, 0x8000, 442
_ATTRIBUTE_RDONLY, _ATTRIBUTE_NOSUID = 1, 2
_INSIDE_ID = 1000
_SKELETON_MB = 4
_INODES = 20_000

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, doing: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{doing}: {os.strerror(number)}")


def unshare() -> None:
    """Move this process to new namespaces (its children, to a new process namespace).

    Raises:
        OSError: the kernel or its settings do not permit them.
    """
    uid, gid = os.geteuid(), os.getegid()
    _checked(_libc.unshare(_NEW_USER | _KINDS), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{_INSIDE_ID} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{_INSIDE_ID} {gid} 1")


def _mount(source: str | None, target: Path, kind: str | None, flags: int, options: str = "") -> None:
    encoded = [text.encode() if text else None for text in (source, os.fspath(target), kind)]
    _checked(_libc.mount(*encoded, ctypes.c_ulong(flags), options.encode() or None), f"mount {target}")


class _Attributes(ctypes.Structure):
    _fields_ = (
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("user_namespace", ctypes.c_uint64),
    )


def _read_only(target: Path) -> None:
    attributes = _Attributes(_ATTRIBUTE_RDONLY | _ATTRIBUTE_NOSUID, 0, 0, 0)
    result = _libc.syscall(
        ctypes.c_long(_MOUNT_SETATTR),
        ctypes.c_int(_AT_FDCWD),
        os.fsencode(target),
        ctypes.c_uint(_AT_RECURSIVE),
        ctypes.byref(attributes),
        ctypes.c_size_t(ctypes.sizeof(attributes)),
    )
    _checked(result, f"mount_setattr {target}")


def detach_mounts() -> None:
    """Keep what is mounted from here on to this process's own namespace.

    Raises:
        OSError: mounting is not permitted.
    """
    _mount(None, Path("/"), None, _MS_REC | _MS_PRIVATE)


def private_root(place: Path, shown: Iterable[Path], scratch: Path, megabytes: int) -> None:
    """Replace the file system by one that holds `shown`, read-only, and a copy of `scratch`.

    `detach_mounts` comes first. The copy, at `FOLDER`, is in memory, may grow to `megabytes`, and goes when the process does.

    Args:
        place: an empty folder to build it on.

    Raises:
        OSError: a step failed, or the submission does not fit; the process must not go on.
    """
    _mount("tmpfs", place, "tmpfs", _MS_NOSUID | _MS_NODEV, f"mode=755,size={_SKELETON_MB}m")
    bound: list[Path] = []
    for path in sorted(shown, key=lambda path: len(path.parts)):
        _show(path, place, bound)
    inside = place / FOLDER.relative_to("/")
    inside.mkdir()
    _mount(
        "tmpfs",
        inside,
        "tmpfs",
        _MS_NOSUID | _MS_NODEV,
        f"mode=700,size={megabytes}m,nr_inodes={_INODES}",
    )
    copy_files(scratch, inside)
    os.chdir(place)
    _checked(_libc.pivot_root(b".", b"."), "pivot_root")
    _checked(_libc.umount2(b".", _MNT_DETACH), "umount")
    os.chdir("/")
    _mount(None, Path("/"), None, _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID | _MS_NODEV)


def _show(path: Path, place: Path, bound: list[Path]) -> None:
    """Bind a file or folder to where it is in the old file system, with the links that lead to it."""
    real = Path(os.path.realpath(path))
    for prefix in reversed([path, *path.parents]):
        if prefix.is_symlink() and not any(prefix.is_relative_to(parent) for parent in bound):
            link = place / prefix.relative_to("/")
            if not os.path.lexists(link):
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(os.path.realpath(prefix))
            break
    if any(real.is_relative_to(parent) for parent in bound):
        return
    target = place / real.relative_to("/")
    if real.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    _mount(os.fspath(real), target, None, _MS_BIND | _MS_REC)
    _read_only(target)
    bound.append(real)


def copy_files(source: Path, target: Path) -> None:
    """Copy the regular files and folders of `source` into `target`; links and devices are left out."""
    with os.scandir(source) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                (target / entry.name).mkdir()
                copy_files(Path(entry.path), target / entry.name)
            elif entry.is_file(follow_symlinks=False):
                shutil.copyfile(entry.path, target / entry.name, follow_symlinks=False)
