"""The photos that are open, and the one that is shown."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from .album import Album
from .finding import Finder
from .pictures import Pictures
from .records import Failure, PhotoRow

__all__ = ["OpenPhotos"]


class OpenPhotos(QObject):
    """Photos with what is known of them; the pixels of one, and thumbnails of others when they are asked for.

    Args:
        pictures: reads them.

    Signals (``key`` is a photo's; each is told after it has happened):
        added: place of the first, how many. removed: keys. changed: key; its row is another.
        current_changed: :attr:`current`. pixels_changed: :attr:`pixels`, of ``current`` or None.
        shown: another photo, or none, is shown; the two above have told everybody.
        searched: whether nothing was found.
        thumbnail_ready: key, uint8 (h, w, 3).
        failed: key, Failure; it cannot be read.
    """

    added = Signal(int, int)
    removed = Signal(object)
    changed = Signal(int)
    current_changed = Signal()
    pixels_changed = Signal()
    shown = Signal()
    searched = Signal(bool)
    thumbnail_ready = Signal(int, object)
    failed = Signal(int, object)

    def __init__(self, pictures: Pictures, parent: QObject):
        super().__init__(parent)
        self.album = Album()
        self.current: int | None = None
        self.pixels: np.ndarray | None = None
        self._pictures = pictures
        self._finder = Finder(self)
        self._finder.found.connect(self._take_in)

    def stop(self) -> None:
        self._finder.stop()

    # ---- which there are ----

    def find(self, paths: Iterable[str | os.PathLike]) -> None:
        """Add photos, and those in folders; the first of them is shown. Folders are searched in the background."""
        self._finder.find(paths)

    def _take_in(self, paths: list[str], first: bool) -> None:
        self.add(paths)
        if first and paths:
            self.show(self.album.key_of(paths[0]))
        self.searched.emit(first and not paths)

    def add(self, paths: Iterable[str]) -> None:
        """Add photos; none is shown that was not."""
        added = self.album.add(paths)
        if added:
            self.added.emit(added.start, len(added))

    def remove(self, keys: Iterable[int]) -> None:
        """Take photos out of the list; their files stay."""
        wanted = set(keys)
        follower = self._follower(wanted) if self.current in wanted else None
        gone = self.album.remove(wanted)
        self.removed.emit(gone)
        if self.current in gone:
            # Nobody who saw them go has chosen another.
            self.show(follower)

    def _follower(self, removed: set[int]) -> int | None:
        """The photo that is shown when these are gone: the next that stays, else the one before."""
        assert self.current is not None
        place, keys = self.album.place_of(self.current), list(self.album)
        return next((key for key in [*keys[place:], *reversed(keys[:place])] if key not in removed), None)

    def know(self, key: int, **changes: Any) -> None:
        """Change what is known of a photo."""
        if self.album.know(key, **changes):
            self.changed.emit(key)

    # ---- the one that is shown ----

    @property
    def current_row(self) -> PhotoRow | None:
        return None if self.current is None else self.album.row(self.current)

    def show(self, key: int | None) -> None:
        """Show a photo, or none."""
        if key == self.current or (key is not None and key not in self.album):
            return
        self.current, self.pixels = key, None
        self.current_changed.emit()
        self.pixels_changed.emit()
        if key is not None:
            self._read(key)
        self.shown.emit()

    def step(self, places: int) -> None:
        """Show the photo so many places on."""
        key = None if self.current is None else self.album.near(self.current, places)
        if key is not None:
            self.show(key)

    def reload(self, key: int) -> None:
        """A photo's file has changed, or it failed and should be tried again."""
        self._pictures.forget(self.album.path(key))
        self.know(key, state="waiting", error="")
        if key == self.current:
            self._read(key)

    def _read(self, key: int) -> None:
        def received(pixels: np.ndarray) -> None:
            if key == self.current:
                self.pixels = pixels
                self.pixels_changed.emit()

        def refused(failure: Failure) -> None:
            self.failed.emit(key, failure)

        self._pictures.pixels(self.album.path(key), received, refused)

    def want_thumbnail(self, key: int, side: int) -> None:
        """Have a thumbnail made; ``thumbnail_ready`` tells of it."""
        if key in self.album:
            self._pictures.thumbnail(
                self.album.path(key),
                side,
                lambda pixels: self.thumbnail_ready.emit(key, pixels),
                lambda failure: self.know(key, state="failed", error=failure.what),
            )
