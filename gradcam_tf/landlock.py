"""Landlock, the Linux kernel's way for a process to give up rights: three system calls, by ctypes.

Why not a binding from PyPI, and what Landlock does not do: docs/adr/0006-confinement.md. The numbers are those of the
kernel's ``linux/landlock.h``.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import sys
from collections.abc import Mapping

__all__ = ["EXECUTE", "IOCTL", "READ", "REFER", "REMOVE_FOLDER", "WRITE", "WRITE_FILE", "abi", "restrict"]

EXECUTE = 1 << 0
READ = 1 << 2 | 1 << 3
"""Files and the lists of folders."""
REMOVE_FOLDER = 1 << 4
MAKE_SPECIAL = 1 << 6 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12
"""Devices, sockets, pipes and symbolic links: no rule ever allows to make one."""
REFER, TRUNCATE, IOCTL = 1 << 13, 1 << 14, 1 << 15
"""Move between folders; cut short; control a device."""
WRITE_FILE = 1 << 1 | TRUNCATE
WRITE = WRITE_FILE | REMOVE_FOLDER | 1 << 5 | 1 << 7 | 1 << 8 | REFER
"""Change, make, rename and remove regular files and folders."""
SINCE = {REFER: 2, TRUNCATE: 3, IOCTL: 5}
"""The ABI that knows a right, where it is not the first."""
OF_FILES = EXECUTE | WRITE_FILE | 1 << 2 | IOCTL
"""What a rule for a single file may allow."""
TCP = 1 << 0 | 1 << 1
"""Bind and connect, since ABI 4."""
SCOPES = 1 << 0 | 1 << 1
"""Abstract sockets and signals of processes outside, since ABI 6."""

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION, PATH_BENEATH, NO_NEW_PRIVILEGES = 1, 1, 38


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def abi() -> int:
    """The version of Landlock that this kernel has; 0 if none, or if it is not let near it (an older container)."""
    if sys.platform != "linux":
        return 0
    try:
        return _call(CREATE_RULESET, None, 0, VERSION)
    except OSError:
        return 0


def restrict(rules: Mapping[str, int], *, denied: int) -> None:
    """Give up rights, for this thread and all threads and processes that it starts from now on. There is no way back.

    TCP, and the signals and abstract sockets of other processes, are given up too where the kernel knows how.

    Args:
        rules: path -> the rights that are kept there and, in a folder, below. What is missing is left out.
        denied: the rights that are given up everywhere else.

    Raises:
        OSError: if the kernel refuses.
    """
    version = abi()
    known = ~sum(right for right, since in SINCE.items() if version < since)
    handled = (denied | MAKE_SPECIAL) & known
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = _call(CREATE_RULESET, ctypes.byref(_Ruleset(handled, TCP, SCOPES)), size, 0)
    try:
        for path, rights in rules.items():
            _allow(ruleset, path, rights & handled)
        _check(ctypes.CDLL(None, use_errno=True).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        _call(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    """Add a rule. Where that cannot be, less is allowed: whoever opens the path later finds out, and says so better."""
    with contextlib.suppress(OSError, ValueError):
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not stat.S_ISDIR(os.fstat(parent).st_mode):
                rights &= OF_FILES
            if rights:
                # Refused for what lies on no disk, such as the pipe behind /dev/fd/3.
                _call(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(_PathBeneath(rights, parent)), 0)
        finally:
            os.close(parent)


def _call(number: int, *arguments: object) -> int:
    # Each as wide as a register: the C function takes any number of them.
    wide = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return _check(ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(number), *wide))


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"Landlock: {os.strerror(number)}")
    return result
