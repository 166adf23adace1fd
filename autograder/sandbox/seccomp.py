"""A filter of system calls: no processes, no network, no tampering with the kernel or with others.

Denied calls fail with an error number, so that libraries which merely try them go on. Threads
stay possible: `clone` passes with CLONE_THREAD only, and `clone3`, whose flags a filter cannot
see, answers "not implemented", upon which the C library falls back to `clone`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import socket
import struct

_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06  # BPF: load, jumps, and, return
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 1, 22, 2
_CLONE_THREAD = 0x10000
_X32 = 0x40000000

_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_COLUMNS = ("x86_64", "aarch64")  # of the tables below; -1: the architecture has no such call

NEVER: dict[str, tuple[int, int]] = {
    "fork": (57, -1), "vfork": (58, -1), "execve": (59, 221), "execveat": (322, 281),
    "socket": (41, 198), "connect": (42, 203), "accept": (43, 202), "accept4": (288, 242),
    "bind": (49, 200), "listen": (50, 201),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "kcmp": (312, 272),
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428),
    "open_tree_attr": (467, 467), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "unshare": (272, 97), "setns": (308, 268), "sethostname": (170, 161), "setdomainname": (171, 162),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "seccomp": (317, 277),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "memfd_create": (319, 279), "memfd_secret": (447, 447),
    "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
    "fanotify_init": (300, 262), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60), "syslog": (103, 116),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266),
    "iopl": (172, -1), "ioperm": (173, -1), "modify_ldt": (154, -1), "personality": (135, 92),
}  # fmt: skip

CHANGES: dict[str, tuple[int, int]] = {  # of modes, owners, times and attributes, which Landlock permits
    "chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, -1), "fchown": (93, 55), "lchown": (94, -1), "fchownat": (260, 54),
    "utime": (132, -1), "utimes": (235, -1), "futimesat": (261, -1), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16), "removexattrat": (466, 466),
    "file_setattr": (469, 469),
}  # fmt: skip

_SOME = {
    "clone": (56, 220), "clone3": (435, 435), "socketpair": (53, 199),
    "kill": (62, 129), "tgkill": (234, 131), "prctl": (157, 167),
}  # fmt: skip


ON_A_PROCESS: dict[str, tuple[int, int]] = {  # their first argument is a process, 0 the caller's own
    "prlimit64": (302, 261), "sched_setaffinity": (203, 122), "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118), "sched_setattr": (314, 274), "migrate_pages": (256, 238), "move_pages": (279, 239),
}  # fmt: skip

_PRIORITIES = {"setpriority": ((141, 140), 0), "ioprio_set": ((251, 30), 1)}  # the last: the kind "a process"
_OWNER_OF_SIGNALS = {  # of a file or socket: whom the kernel signals
    "fcntl": ((72, 25), (8, 10, 15)),  # F_SETOWN, F_SETSIG, F_SETOWN_EX
    "ioctl": ((16, 29), (0x8901, 0x8902)),  # FIOSETOWN, SIOCSPGRP
}


class SeccompError(Exception):
    """The filter could not be installed."""


def supported() -> bool:
    """Whether this machine's system calls are known here."""
    return platform.machine() in _AUDIT and struct.calcsize("P") == 8


class _Program:
    """A filter in the making; every rule leaves the call's number in the accumulator."""

    def __init__(self) -> None:
        self._code: list[tuple[int, int, int, int]] = []

    def load(self, offset: int) -> None:
        self._code.append((_LOAD, 0, 0, offset))

    def end(self, result: int) -> None:
        self._code.append((_RETURN, 0, 0, result))

    def unless(self, code: int, value: int, result: int) -> None:
        """End with `result` unless the accumulator passes the comparison."""
        self._code += [(code, 1, 0, value), (_RETURN, 0, 0, result)]

    def deny(self, number: int, error: int = errno.EPERM) -> None:
        self._code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | error)]

    def only_if(self, number: int, argument: int, mask: int, allowed: int, error: int = errno.EPERM) -> None:
        """Deny a call unless the lower half of an argument, masked, has one value."""
        self._code += [
            (_EQUAL, 0, 5, number),
            (_LOAD, 0, 0, _ARGUMENTS + 8 * argument),
            (_AND, 0, 0, mask),
            (_EQUAL, 1, 0, allowed),
            (_RETURN, 0, 0, _ERRNO | error),
            (_LOAD, 0, 0, _NUMBER),
        ]

    def not_if(self, number: int, argument: int, forbidden: int) -> None:
        """Deny a call if the lower half of an argument has one value."""
        self._code += [
            (_EQUAL, 0, 4, number),
            (_LOAD, 0, 0, _ARGUMENTS + 8 * argument),
            (_EQUAL, 0, 1, forbidden),
            (_RETURN, 0, 0, _ERRNO | errno.EPERM),
            (_LOAD, 0, 0, _NUMBER),
        ]

    def on_itself_only(self, number: int, argument: int, own_process: int) -> None:
        """Deny a call unless the lower half of an argument is 0 or this process."""
        self._code += [
            (_EQUAL, 0, 5, number),
            (_LOAD, 0, 0, _ARGUMENTS + 8 * argument),
            (_EQUAL, 2, 0, 0),
            (_EQUAL, 1, 0, own_process),
            (_RETURN, 0, 0, _ERRNO | errno.EPERM),
            (_LOAD, 0, 0, _NUMBER),
        ]

    def packed(self) -> tuple[int, bytes]:
        return len(self._code), b"".join(struct.pack("=HBBI", *line) for line in self._code)


def _program(changes: bool, own_process: int) -> tuple[int, bytes]:
    machine = platform.machine()
    column = _COLUMNS.index(machine)
    some = {name: numbers[column] for name, numbers in _SOME.items()}
    program = _Program()
    program.load(_ARCH)
    program.unless(_EQUAL, _AUDIT[machine], _KILL)
    program.load(_NUMBER)
    if machine == "x86_64":
        program._code += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    program.only_if(some["clone"], 0, _CLONE_THREAD, _CLONE_THREAD)
    program.deny(some["clone3"], errno.ENOSYS)
    program.only_if(some["socketpair"], 1, 0xF, socket.SOCK_STREAM)
    for name in ("kill", "tgkill"):
        program.only_if(some[name], 0, 0xFFFFFFFF, own_process)
    for option in (_PR_SET_PDEATHSIG, _PR_SET_SECCOMP):
        program.not_if(some["prctl"], 0, option)
    for numbers in ON_A_PROCESS.values():
        program.on_itself_only(numbers[column], 0, own_process)
    for numbers, kind in _PRIORITIES.values():
        program.only_if(numbers[column], 0, 0xFFFFFFFF, kind)
        program.on_itself_only(numbers[column], 1, own_process)
    for numbers, commands in _OWNER_OF_SIGNALS.values():
        for command in commands:
            program.not_if(numbers[column], 1, command)
    tables = (NEVER,) if changes else (NEVER, CHANGES)
    for table in tables:
        for numbers in table.values():
            if numbers[column] >= 0:
                program.deny(numbers[column])
    program.end(_ALLOW)
    return program.packed()


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def install(changes: bool) -> None:
    """Filter this process's system calls from here on; PR_SET_NO_NEW_PRIVS must be set.

    Args:
        changes: whether modes, owners and times of files may be changed (harmless where nothing
            but the scratch folder can be reached).

    Raises:
        SeccompError: the kernel or the machine has no such filters.
    """
    if not supported():
        raise SeccompError(f"the system calls of {platform.machine()} are not known")
    length, code = _program(changes, os.getpid())
    libc = ctypes.CDLL(None, use_errno=True)
    arguments = ctypes.byref(_Filter(length, code))
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, arguments, 0, 0) != 0:
        raise SeccompError(os.strerror(ctypes.get_errno()))
