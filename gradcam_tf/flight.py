"""What a supervised process is at, noted where its supervisor reads it should the process die.

A photo or a model can kill the process that works on it, in native code that raises nothing. The one who started it
then wants to know of what it died, and starts it again with what was learnt: what to do alone, and what not to begin.
Without a supervisor nothing is noted, and it costs nothing. See :mod:`gradcam_tf.supervisor`.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import BinaryIO, NamedTuple

from gradcam_tf.errors import GradcamError, ImageError

__all__ = [
    "PLACE",
    "SCRATCH",
    "Deed",
    "Notes",
    "again",
    "alone",
    "at",
    "begin",
    "die",
    "finished",
    "notes",
    "read",
    "scratch",
    "start",
    "watched",
    "write",
]

PLACE, SCRATCH = "GRADCAM_TF_FLIGHT", "GRADCAM_TF_SCRATCH"
"""Variables that name the file of the notes, and the folder for temporary files that the supervisor removes."""
MOST = 2**24
"""Bytes of notes that are read; a process that has been broken into may write what it likes."""


class Deed(NamedTuple):
    """Something that is done to a file: ``doing`` is for people, the rest says what it is done to."""

    doing: str
    about: str
    path: str

    @property
    def key(self) -> tuple[str, str]:
        return self.about, self.path


@dataclass
class Notes:
    """What is under way, and what came before.

    Attributes:
        at: what is being done now.
        done, failed: photos that were finished, by all processes that did this work.
        tried: what one of them died of, together with others perhaps; it is done alone now.
        fatal: what one died of alone: about, path, and how, for people.
        kept: photos that a batch found done when it began; None: it has not looked yet.
    """

    at: list[Deed] = field(default_factory=list)
    done: int = 0
    failed: int = 0
    tried: list[tuple[str, str]] = field(default_factory=list)
    fatal: list[tuple[str, str, str]] = field(default_factory=list)
    kept: int | None = None


def write(file: BinaryIO, what: Notes) -> None:
    """Write notes over those before, in one piece: the system finishes it even if the process dies meanwhile."""
    content = json.dumps(asdict(what) | {"at": what.at}).encode()
    whole = b"%16d" % len(content) + content
    if hasattr(os, "pwrite"):
        os.pwrite(file.fileno(), whole, 0)
    else:
        file.seek(0)
        file.write(whole)


def read(file: BinaryIO) -> Notes:
    """The notes of a file; empty ones if they make no sense."""
    try:
        file.seek(0)
        content = file.read(MOST)
        told = json.loads(content[16 : 16 + int(content[:16])])
        return Notes(
            [Deed(*map(str, one)) for one in told["at"] if len(one) == 3],
            int(told["done"]),
            int(told["failed"]),
            [(str(about), str(path)) for about, path in told["tried"]],
            [(str(about), str(path), str(how)) for about, path, how in told["fatal"]],
            None if told["kept"] is None else int(told["kept"]),
        )
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return Notes()


# ---- of this process ----

notes = Notes()
"""What holds now; empty where nobody supervises."""
_file: BinaryIO | None = None
_fatal: dict[tuple[str, str], str] = {}
_tried: set[str] = set()
_lock = threading.Lock()


scratch: str | None = None
"""A folder for temporary files, which the supervisor removes."""


def start(environment: MutableMapping[str, str]) -> None:
    """Take notes from now on, if there is a supervisor: in a file that holds those of the process before.

    Args:
        environment: names what the supervisor has made; processes that are started from here do not see it.
    """
    global _file, notes, scratch
    place, scratch = environment.pop(PLACE, None), environment.pop(SCRATCH, None)
    if place is None:
        return
    _end_with_supervisor()
    _file = open(place, "r+b", buffering=0)  # noqa: SIM115 -- kept open: confined, it could not be opened again
    notes = read(_file)
    notes.at.clear()
    _fatal.update({(about, path): how for about, path, how in notes.fatal})
    _tried.update(path for _, path in notes.tried)
    _note()


def watched() -> bool:
    """Whether somebody starts this work again if this process dies."""
    return _file is not None


def die() -> None:
    """End as a crash would: a process that this one started has crashed, and what it was at is noted."""
    os.abort()


def _end_with_supervisor() -> None:
    """Nobody is left to tell if the supervisor is killed; and the next one must find the field clear."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    elif os.name == "posix":
        threading.Thread(target=_watch, args=(os.getppid(),), daemon=True, name="watch-supervisor").start()


PARENT_DEATH_SIGNAL = 1


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def again() -> bool:
    """Whether this process goes on with the work of one that died."""
    return bool(notes.tried or notes.fatal or notes.done or notes.failed)


def begin(kept: int) -> None:
    """Note, once, that what earlier runs left is looked through, and how much of it is kept."""
    if _file is not None and notes.kept is None:
        with _lock:
            notes.kept = kept
            _note()


def alone(path: str | os.PathLike) -> bool:
    """Whether a process died when it was at this: what is done alone shows whether it was that."""
    return os.fsdecode(path) in _tried


@contextmanager
def at(
    doing: str, *paths: str | os.PathLike | None, about: str = "", error: type[GradcamError] = ImageError
) -> Iterator[None]:
    """Note what is being done.

    Args:
        doing: for people: ``explaining``.
        paths: to what; None is left out.
        about: by what: a photo that kills one model is tried with the next.
        error: raised if this process's predecessors died of it.
    """
    if _file is None:
        yield
        return
    deeds = [Deed(doing, about, os.fsdecode(path)) for path in paths if path is not None]
    for deed in deeds:
        if deed.key in _fatal:
            raise error(_fatal[deed.key], where=deed.path, remedy=REMEDY)
    with _lock:
        notes.at += deeds
        _note()
    try:
        yield
    finally:
        with _lock:
            for deed in deeds:
                notes.at.remove(deed)
            _note()


REMEDY = "Leave it out, or try a smaller one"


def finished(*, failed: bool) -> None:
    """Note that a photo is finished: its results are where they belong, and it has been told of."""
    if _file is not None:
        with _lock:
            notes.done += not failed
            notes.failed += failed
            _note()


def _note() -> None:
    if _file is not None:
        write(_file, notes)
