"""Every photo of the list is explained, together and in the background, while the window goes on."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from .album import Album
from .child import Request
from .engine import Engine
from .records import Failure, Glance, Question, Running
from .survey import OVERTAKEN_PATIENCE

__all__ = ["Round"]

TOGETHER = 32
"""Photos in one request: enough for the model to be busy, few enough that the list fills while one looks."""
LOOKED_AT = 2000
"""Photos that are passed over at once, lest the window stall."""


class Round(QObject):
    """The round that is under way, of one request after another.

    Attributes:
        running: how far it is; None if there is none.

    Signals:
        changed: ``running``. learnt: photo, Glance.
    """

    changed = Signal()
    learnt = Signal(int, object)

    def __init__(self, engine: Engine, album: Album, parent: QObject):
        super().__init__(parent)
        self.running: Running | None = None
        self._engine, self._album = engine, album
        self._question = Question()
        self._left: list[int] = []
        self._alone: set[int] = set()
        self._request: Request | None = None

    def start(self, keys: Iterable[int], question: Question) -> None:
        """Explain those of these photos that nothing is known of, or that failed."""
        self._left = list(keys)[::-1]
        self._alone.clear()
        self._question = question
        if self._left:
            self._set(Running(self.tr("Explaining all photos"), 0, len(self._left)))
            self._next()

    def stop(self) -> None:
        """What is known stays."""
        self._left.clear()
        if self._request is not None:
            request, self._request = self._request, None
            self._engine.cancel(request, patience=OVERTAKEN_PATIENCE)
        if self.running is not None:
            self._set(None)

    def _next(self) -> None:
        if self.running is None or self._request is not None:
            return
        keys = self._take()
        if not keys:
            if self._left:
                QTimer.singleShot(0, self, self._next)
            else:
                self._set(None)
            return

        def looked(glances: tuple[Glance, ...]) -> None:
            for key, glance in zip(keys, glances, strict=True):
                self.learnt.emit(key, glance)
            self._go_on()

        def failed(failure: Failure) -> None:
            if len(keys) > 1:
                # One of them is to blame: which, shows when each is alone.
                self._alone.update(keys)
                self._left += keys[::-1]
            else:
                self.learnt.emit(keys[0], Glance(failure=failure))
            self._go_on()

        paths = [self._album.path(key) for key in keys]
        self._request = self._engine.overview(paths, self._question, looked, failed, self._progressed)

    def _take(self) -> list[int]:
        """The next photos to explain; of a long list of known ones, what is found in its beginning."""
        taken: list[int] = []
        for _ in range(min(LOOKED_AT, len(self._left))):
            if len(taken) == TOGETHER or (taken and self._left[-1] in self._alone):
                break
            key = self._left.pop()
            if key in self._album and self._is_unknown(key):
                taken.append(key)
            if key in self._alone:
                break
        return taken

    def _is_unknown(self, key: int) -> bool:
        return self._album.row(key).state in ("waiting", "failed")

    def _go_on(self) -> None:
        if self._request is not None:
            self._request = None
            self._next()

    def _progressed(self, done: int, of: int, _: str) -> None:
        if self.running is not None:
            self._set(Running(self.running.what, self.running.of - len(self._left) - of + done, self.running.of))

    def _set(self, running: Running | None) -> None:
        self.running = running
        self.changed.emit()
