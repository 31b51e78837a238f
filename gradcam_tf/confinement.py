"""What this process may do from now on: little. Called before TensorFlow and NumPy start their threads.

A stranger's model is opened by a large library in C++ and C. Should it break out there, or be trusted wrongly, it finds
a process that reads the model, the images and what Python is made of; that writes to its own temporary folder and to
where the results go; that has no TCP; and that has an end to its memory. See SECURITY.md and ADR 6.
"""

from __future__ import annotations

import atexit
import contextlib
import glob
import importlib.util
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradcam_tf import landlock

__all__ = ["Confinement", "confine", "current", "more_time", "physical_memory"]


@dataclass(frozen=True)
class Confinement:
    """What holds for this process.

    Attributes:
        landlock: the ABI that the rules are kept by; None: nothing keeps files and network from it.
        reads, writes: whether it is kept from files that it was not given.
        network: whether it is kept from TCP. Never from UDP.
        limits: those that hold, by name: ``memory`` and ``file_size`` in bytes, ``cpu`` in seconds.
        scratch: its temporary folder.
        missing: what does not hold although it was asked for, and why, a sentence each.
    """

    landlock: int | None
    reads: bool
    writes: bool
    network: bool
    limits: tuple[tuple[str, int], ...]
    scratch: str
    missing: tuple[str, ...] = ()

    def __str__(self) -> str:
        kept = {"reads": self.reads, "writes": self.writes, "TCP": self.network}
        kept |= {name.replace("_", " "): True for name, _ in self.limits}
        held = ", ".join(name for name, holds in kept.items() if holds)
        by = f" (Landlock {self.landlock})" if self.landlock else ""
        return ". ".join([f"confined{by}: {held}" if held else "not confined", *self.missing])


def confine(
    *,
    read: Iterable[str | os.PathLike] | None = None,
    write: Iterable[str | os.PathLike] | None = None,
    memory: int | None = None,
    cpu: int | None = None,
    file_size: int | None = None,
    scratch: str | os.PathLike | None = None,
    own: Iterable[str | os.PathLike] = (),
) -> Confinement:
    """Confine this process and all that it starts; there is no way back.

    Args:
        read: the only files and folders that it may read, besides Python, the system's libraries and `write`;
            None: any.
        write: the only folders that it may change, besides `scratch`; None: any. They must be there.
        memory: bytes of data. Not of address space, of which TensorFlow takes far more than it uses.
        cpu: seconds of processor time, of all threads together; then it is ended. See :func:`more_time`.
        file_size: bytes that a file may have that it writes.
        scratch: its temporary folder, which the caller removes; default: a new one, removed at the end, or the
            system's where it may write anywhere.
        own: more folders of its own, among `write`, that it may also remove when they are empty.

    Returns:
        What holds, and what does not.

    Example:
        >>> confine(read=["model.keras", "cat.png"], write=["out"], memory=8 * 2**30)    # doctest: +SKIP
    """
    global _current
    folder = _own_folder(scratch) if scratch is not None or write is not None else tempfile.gettempdir()
    limits, missing = _limit({"memory": memory, "cpu": cpu, "file_size": file_size})
    version, refusal = _restrict(read, write, [folder, *map(os.fsdecode, own)])
    missing += refusal
    if 0 < version < 4:
        missing.append(f"Landlock {version} does not know TCP: the network is open")
    _current = Confinement(
        landlock=version or None,
        reads=version > 0 and read is not None,
        writes=version > 0 and write is not None,
        network=version >= 4,
        limits=tuple(limits),
        scratch=folder,
        missing=tuple(missing),
    )
    return _current


def current() -> Confinement | None:
    """What holds for this process; None if it has not been confined."""
    return _current


_current: Confinement | None = None


def physical_memory() -> int | None:
    """Bytes that this machine has, if it tells."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


# ---- limits ----


def more_time(seconds: int) -> None:
    """Give a process whose processor time is limited so many seconds from now on, for its next piece of work."""
    if _current is None or "cpu" not in dict(_current.limits):
        return
    import resource

    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(used) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


KINDS = {"memory": "RLIMIT_DATA", "cpu": "RLIMIT_CPU", "file_size": "RLIMIT_FSIZE"}


def _limit(wanted: dict[str, int | None]) -> tuple[list[tuple[str, int]], list[str]]:
    """Set limits; those that hold, and what does not."""
    asked = {name: amount for name, amount in wanted.items() if amount is not None}
    try:
        import resource
    except ImportError:
        return [], ["this system has no limits that a process can set itself"] if asked else []
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    held, missing = [], []
    for name, amount in asked.items():
        number = getattr(resource, KINDS[name])
        hard = resource.getrlimit(number)[1]
        amount = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        try:
            # Of time, more can be given for the next piece of work.
            resource.setrlimit(number, (amount, hard if name == "cpu" else amount))
            held.append((name, amount))
        except (ValueError, OSError) as error:
            missing.append(f"the {name.replace('_', ' ')} could not be limited: {error}")
    if "memory" in asked and sys.platform == "darwin":
        # Set, and not kept to.
        held = [one for one in held if one[0] != "memory"]
        missing.append("macOS does not limit a process's memory")
    return held, missing


# ---- files ----


def _own_folder(scratch: str | os.PathLike | None) -> str:
    folder = os.path.realpath(scratch or tempfile.mkdtemp(prefix="gradcam-tf-"))
    if scratch is None:
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    tempfile.tempdir = folder
    os.environ["TMPDIR"] = folder
    return folder


def _restrict(
    read: Iterable[str | os.PathLike] | None,
    write: Iterable[str | os.PathLike] | None,
    own: Iterable[str | os.PathLike],
) -> tuple[int, list[str]]:
    """Apply Landlock; the ABI that is in force, and what stood in the way."""
    version = landlock.abi()
    if not version:
        has = "this kernel has no Landlock" if sys.platform == "linux" else "Landlock is there on Linux alone"
        return 0, [f"{has}: files and network are open"]
    if _threads() > 1:
        # A thread that runs already would stay free, and all share one memory.
        return 0, ["threads were running before: files and network are open"]
    # To move files between folders is denied wherever no rule allows it, even where writing is not denied.
    denied = landlock.EXECUTE | landlock.REFER
    denied |= 0 if read is None else landlock.READ
    denied |= 0 if write is None else landlock.WRITE | landlock.IOCTL
    try:
        rules = _rules(read or (), write or (), [os.path.realpath(one) for one in own])
        _hold(OWN_STATE, *MACHINE)
        landlock.restrict(rules if write is not None else rules | {"/": landlock.REFER}, denied=denied)
    except OSError as error:
        return 0, [f"{error.strerror}: files and network are open"]
    return version, []


def _hold(*paths: str) -> None:
    """Keep a place in /proc in use: the kernel would make it anew after a time, and the rule is about the old one."""
    for path in paths:
        with contextlib.suppress(OSError):
            os.open(path, os.O_PATH | os.O_CLOEXEC)


def _threads() -> int:
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return threading.active_count()


def _rules(read: Iterable[str | os.PathLike], write: Iterable[str | os.PathLike], own: Sequence[str]) -> dict[str, int]:
    """Path -> the rights that are kept there."""
    rules: dict[str, int] = {}

    def keep(paths: Iterable[str | os.PathLike], rights: int) -> None:
        for path in map(os.fsdecode, paths):
            rules[path] = rules.get(path, 0) | rights

    keep((*LIBRARIES, *_python()), landlock.READ | landlock.EXECUTE)
    keep((*SYSTEM, *MACHINE, *_settings(), *read), landlock.READ)
    keep(
        (found for pattern in DEVICES for found in glob.glob(pattern)),
        landlock.READ | landlock.WRITE_FILE | landlock.IOCTL,
    )
    keep([OWN_STATE], landlock.READ | landlock.WRITE_FILE)
    keep((*write, *own), landlock.READ | landlock.WRITE)
    # To remove a folder is a right in the one around it; only of empty ones, and of nothing else.
    keep(map(os.path.dirname, own), landlock.REMOVE_FOLDER)
    return rules


LIBRARIES = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/opt", "/nix/store", "/gnu/store")
SYSTEM = (
    "/sys",
    *("/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/nsswitch.conf"),
    *("/etc/fonts", "/etc/locale.alias", "/etc/localtime", "/etc/timezone", "/etc/mime.types", "/etc/ssl"),
    *("/etc/os-release", "/etc/passwd", "/etc/group"),
)
DEVICES = (
    "/dev/null",
    "/dev/zero",
    "/dev/random",
    "/dev/urandom",
    # Graphics processors: of NVIDIA, AMD, and Windows's subsystem for Linux.
    *("/dev/nvidia*", "/dev/kfd", "/dev/dri", "/dev/dxg"),
)
OWN_STATE = "/proc/self"
"""What the kernel tells a process of itself; there it names its threads, too."""
MACHINE = (
    *("/proc/cpuinfo", "/proc/devices", "/proc/driver", "/proc/filesystems", "/proc/meminfo", "/proc/modules"),
    *("/proc/stat", "/proc/sys", "/proc/version"),
)
"""What it tells of the machine. Not of other processes: their environment holds secrets."""


def _python() -> list[str]:
    """Python, its packages and this one; not the working folder, which ``python -m`` puts among them."""
    here = os.getcwd()
    packages = [one for one in sys.path if one and not _same(one, here)]
    for name in ("gradcam_tf", "gradcam_tf.resources", "gradcam_tf.gui"):
        spec = importlib.util.find_spec(name)
        packages += [] if spec is None else spec.submodule_search_locations or []
    libraries = os.environ.get("LD_LIBRARY_PATH", "").split(":")
    return [one for one in [sys.prefix, sys.base_prefix, sys.exec_prefix, *packages, *libraries] if one]


def _same(one: str, other: str) -> bool:
    with contextlib.suppress(OSError, ValueError):
        return os.path.samefile(one, other)
    return False


def _settings() -> list[Path]:
    """Of Keras and Matplotlib, which read them when they are imported."""
    try:
        home = Path.home()
    except RuntimeError:
        return []
    keras = Path(os.environ.get("KERAS_HOME") or home / ".keras")
    folders = [Path(os.environ.get(f"XDG_{kind}_HOME") or home / f".{kind.lower()}") for kind in ("CONFIG", "CACHE")]
    own = os.environ.get("MPLCONFIGDIR")
    return [keras / "keras.json", *(folder / "matplotlib" for folder in folders), *([Path(own)] if own else [])]
