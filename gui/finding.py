"""The photos in folders."""

from __future__ import annotations

import heapq
import itertools
import os
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from PySide6.QtCore import QObject, QTimer, Signal

from .kinds import PHOTO_ENDINGS

__all__ = ["Finder", "photos_in"]

SORTED_AT_ONCE = 2000
AT_ONCE = 2000
"""Photos that are told of in one go."""
PATIENCE = 1.0
"""Seconds that a go waits for the one before to be taken in, where no event loop runs."""


def photos_in(folder: str) -> Iterator[str]:
    """The photos in a folder and all folders in it, as a person would order them; hidden ones left out.

    A folder that may not be read is passed over, and no link to a folder is followed: it might lead in circles.
    """
    photos, folders = [], []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if _is_folder(entry):
                    folders.append(entry)
                elif entry.name.lower().endswith(PHOTO_ENDINGS) and _is_file(entry):
                    photos.append(entry)
    except OSError:
        return
    for entry in _in_order(photos):
        yield entry.path
    for entry in _in_order(folders):
        yield from photos_in(entry.path)


def _in_order(entries: Sequence[os.DirEntry]) -> Iterator[os.DirEntry]:
    """By name; sorted in parts, for while Python sorts a list the thread of the window stands still as well."""
    named = [(_natural(entry.name), entry) for entry in entries]
    parts = (named[first : first + SORTED_AT_ONCE] for first in range(0, len(named), SORTED_AT_ONCE))
    by_name = itemgetter(0)
    return (entry for _, entry in heapq.merge(*(sorted(part, key=by_name) for part in parts), key=by_name))


def _natural(name: str) -> str:
    """So that 2 comes before 10, and both before letters."""
    return re.sub(r"\d+", lambda digits: f"\0{int(digits[0][:18]):018}", name.casefold())


def _is_file(entry: os.DirEntry) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_folder(entry: os.DirEntry) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


class Finder(QObject):
    """Looks for photos in a thread of its own: a disk may be slow, and a folder may hold a hundred thousand.

    Signals:
        found: some paths, and whether they are the first of what was given (then there may be none).
    """

    found = Signal(object, bool)

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._stopped = threading.Event()
        # What is told faster than it is taken in would be taken in all at once, and the window would stand still.
        self._room = threading.Semaphore(0)
        self.found.connect(self._taken)

    def find(self, paths: Iterable[str | os.PathLike]) -> None:
        """Tell the files among the paths, and the photos in the folders among them; returns at once."""
        given = [os.fsdecode(path) for path in paths]
        threading.Thread(target=self._run, args=(given,), daemon=True, name="find-photos").start()

    def stop(self) -> None:
        self._stopped.set()

    def _taken(self) -> None:
        QTimer.singleShot(0, self, self._room.release)

    def _run(self, paths: list[str]) -> None:
        every = (one for path in paths for one in (photos_in(path) if os.path.isdir(path) else (path,)))
        # The first alone, so that something is to be seen soon.
        batch = list(itertools.islice(every, 1))
        first = True
        while (batch or first) and not self._stopped.is_set():
            self.found.emit(batch, first)
            batch, first = list(itertools.islice(every, AT_ONCE)), False
            self._room.acquire(timeout=PATIENCE)
