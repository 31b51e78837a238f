"""Pixels and thumbnails of photos, decoded in a process of its own."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from . import wire
from .child import Arrays, Child, Request, python_module
from .records import Failure, FileFacts, PhotoReading

__all__ = ["Pictures"]

LIMIT = 30.0
"""Seconds a picture may take; one that takes longer is made to."""
THUMBNAIL_BYTES = 64 * 2**20
PIXEL_BYTES = 512 * 2**20
MOST_WAITING = 64
"""Thumbnails that are asked for at a time: who scrolls past more does not want the first ones any more."""

Received = Callable[[np.ndarray], None]
Failed = Callable[[Failure], None]


class Pictures(QObject):
    """Reads photos for the screen; what was read lately is kept.

    Args:
        command: of the process; default: this package's decoder.

    Signals:
        died: the process ended by itself, most likely of a picture; it is being started again.
    """

    died = Signal(Failure)

    def __init__(self, command: Sequence[str] | None = None, *, parent: QObject | None = None):
        super().__init__(parent)
        own = python_module("gradcam_tf.gui.confined", "decoder")
        self._child = Child(command or own, "the picture reader", parent=self, confined=command is None)
        self._child.died.connect(self.died)
        self.readings: Mapping[str, PhotoReading] = {}
        """How files are read that are not read as usual, by path."""
        self._thumbnails = _Kept(THUMBNAIL_BYTES)
        self._pixels = _Kept(PIXEL_BYTES)
        self._reading: Request | None = None
        self._waiting: OrderedDict[tuple[str, int, PhotoReading | None], Request] = OrderedDict()

    @property
    def state(self) -> str:
        return self._child.state

    @property
    def pid(self) -> int:
        return self._child.pid

    def start(self) -> None:
        self._child.start()

    def stop(self) -> None:
        self._child.stop()

    def pixels(self, path: str, done: Received, failed: Failed, *, beside: bool = False) -> None:
        """The photo as it is, uint8 (height, width, 3); at once if it is kept. The latest request wins.

        Args:
            path: the file. done, failed: one of them is called, unless another photo is asked for.
            beside: it stands beside others: it takes no other's place, and none takes its.
        """
        if self._reading is not None and not beside:
            self._child.cancel(self._reading, LIMIT)
        key = path, self.readings.get(path)
        kept = self._pixels.get(key)
        if kept is not None:
            done(kept)
            return

        def received(_: Mapping[str, Any], arrays: Arrays) -> None:
            done(self._pixels.keep(key, _only(arrays)))

        request = self._ask(
            "pixels", {"path": path, "reading": self._reading_of(path)}, received, failed, urgent=not beside
        )
        if not beside:
            self._reading = request

    def thumbnail(self, path: str, side: int, done: Received, failed: Failed) -> None:
        """The photo in little, no side longer than ``side``; at once if it is kept.

        Of a hundred that are asked for at once, the first are dropped without a word: ask again for those in view.
        """
        key = path, side, self.readings.get(path)
        kept = self._thumbnails.get(key)
        if kept is not None:
            done(kept)
            return

        def received(_: Mapping[str, Any], arrays: Arrays) -> None:
            self._waiting.pop(key, None)
            done(self._thumbnails.keep(key, _only(arrays)))

        def refused(failure: Failure) -> None:
            self._waiting.pop(key, None)
            failed(failure)

        if key in self._waiting:
            return
        arguments = {"path": path, "side": side, "reading": self._reading_of(path)}
        self._waiting[key] = self._ask("thumbnail", arguments, received, refused, urgent=False)
        if len(self._waiting) > MOST_WAITING:
            self._child.cancel(self._waiting.popitem(last=False)[1], LIMIT)

    def facts(self, path: str, page: int, done: Callable[[FileFacts], None], failed: Failed) -> None:
        """What there is to choose in how a file is read; the values are those of this page."""
        self._ask(
            "facts",
            {"path": path, "page": page},
            lambda told, _: done(wire.record(FileFacts, told)),
            failed,
            urgent=True,
        )

    def _reading_of(self, path: str) -> dict[str, Any]:
        return asdict(self.readings.get(path, PhotoReading()))

    def forget(self, path: str) -> None:
        """A file has changed: read it anew when it is asked for."""
        self._pixels.forget(lambda key: key[0] == path)
        self._thumbnails.forget(lambda key: key[0] == path)

    def _ask(
        self,
        do: str,
        arguments: Mapping[str, Any],
        done: Callable[[Mapping[str, Any], Arrays], None],
        failed: Failed,
        urgent: bool,
    ) -> Request:
        subject = f"the photo {os.path.basename(arguments['path'])}"
        path = arguments["path"]
        return self._child.ask(Request(do, arguments, subject, done, failed, urgent=urgent, limit=LIMIT, reads=[path]))


def _only(arrays: Arrays) -> np.ndarray:
    if set(arrays) != {"pixels"}:
        raise wire.Garbled(f"arrays {sorted(arrays)[:5]}")
    return wire.picture(arrays["pixels"])


class _Kept:
    """Arrays by key, the ones unused longest let go."""

    def __init__(self, most_bytes: int):
        self._most = most_bytes
        self._bytes = 0
        self._arrays: OrderedDict[Any, np.ndarray] = OrderedDict()

    def get(self, key: Any) -> np.ndarray | None:
        if key in self._arrays:
            self._arrays.move_to_end(key)
        return self._arrays.get(key)

    def keep(self, key: Any, array: np.ndarray) -> np.ndarray:
        old = self._arrays.pop(key, None)
        self._bytes -= 0 if old is None else old.nbytes
        self._arrays[key] = array
        self._bytes += array.nbytes
        while self._bytes > self._most and len(self._arrays) > 1:
            self._bytes -= self._arrays.popitem(last=False)[1].nbytes
        return array

    def forget(self, which: Callable[[Any], bool]) -> None:
        for key in [key for key in self._arrays if which(key)]:
            self._bytes -= self._arrays.pop(key).nbytes
