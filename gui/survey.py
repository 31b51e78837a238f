"""What is explained while nobody waits: the photos of the list, and what a comparison shows beside the canvas."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from .album import Album
from .child import Request
from .engine import Engine
from .records import Answer, Failure, Question

__all__ = ["OVERTAKEN_PATIENCE", "Survey"]

MOST_UNSEEN = 1000
"""Photos that are explained without having been in view: nobody wants a folder of 100,000 to run for an hour."""
PAUSE = 0.4
"""Seconds without a question after which it begins."""
OVERTAKEN_PATIENCE = 10.0
"""Seconds for what nobody waits for any more: it disturbs nobody, and a restart would."""


class Survey(QObject):
    """Asks the engine for one photo after another, the wanted ones first, and stands back when a person asks.

    Args:
        engine: is asked. album: whose waiting photos are explained.
        free: whether nothing is under way that a person waits for.

    Signals:
        learnt: Answer. failed: photo, Question, Failure.
    """

    learnt = Signal(object)
    failed = Signal(int, object, object)

    def __init__(self, engine: Engine, album: Album, free: Callable[[], bool], parent: QObject):
        super().__init__(parent)
        self.question = Question()
        """By which layer and method the photos of the list are explained; a quick one."""
        self.current: int | None = None
        self._engine = engine
        self._album = album
        self._free = free
        self._in_view: list[int] = []
        self._wanted: OrderedDict[tuple[int, Hashable], Question] = OrderedDict()
        self._request: Request | None = None
        self._cell: tuple[int, Question] | None = None
        self._cold: int | None = None
        self._unseen = 0
        self._pause = QTimer(self, singleShot=True, interval=round(PAUSE * 1000))
        self._pause.timeout.connect(self._next)

    def rest(self) -> None:
        """A person has just done something: begin when nothing more comes."""
        if self._request is None:
            self._pause.start()

    def hold(self) -> None:
        """A person waits for something: begin nothing new, and stop what may take long; it will be asked again."""
        self._pause.stop()
        if self._request is not None:
            request, self._request = self._request, None
            self._engine.cancel(request, patience=OVERTAKEN_PATIENCE)
            if self._cell is not None:
                key, question = self._cell
                self.want(key, question)

    def stop(self) -> None:
        """Forget what is wanted and let go what is under way: the answers would be another model's."""
        self._cell = None
        self.hold()
        self._wanted.clear()
        self._unseen = 0

    def set_in_view(self, keys: Iterable[int]) -> None:
        self._in_view = list(keys)
        self.rest()

    def want(self, key: int, question: Question) -> None:
        """Explain this too, before the photos of the list, and without waiting for a rest."""
        self._wanted[key, question.key] = question
        QTimer.singleShot(0, self, self._next)

    def warm(self, key: int) -> None:
        """The photo that is shown was answered from what the session keeps: have the engine run it, and keep that."""
        self._cold = key
        self.rest()

    def want_nothing(self) -> None:
        """The comparison is closed."""
        self._wanted.clear()
        self._cell = None

    def _next(self) -> None:
        if self._request is not None or self._engine.state != "ready" or not self._free():
            return
        asked = self._choose()
        if asked is None:
            return
        key, question = asked

        def learnt(answer: Answer) -> None:
            self._ended()
            self.learnt.emit(answer)

        def failed(failure: Failure) -> None:
            self._ended()
            self.failed.emit(key, question, failure)

        keep = key == self.current
        self._request = self._engine.survey(key, self._album.path(key), question, learnt, failed, keep=keep)

    def _ended(self) -> None:
        self._request = None
        # When what came has been put where it belongs.
        QTimer.singleShot(0, self, self._next)

    def _choose(self) -> tuple[int, Question] | None:
        while self._wanted:
            (wanted, _), question = self._wanted.popitem(last=False)
            if wanted in self._album:
                self._cell = wanted, question
                return self._cell
        self._cell = None
        if self.current is not None and self.current == self._cold:
            self._cold = None
            return self.current, self.question
        key = self._unknown()
        return None if key is None else (key, replace(self.question, target="auto", index=None, other=None))

    def _unknown(self) -> int | None:
        """A photo that nothing is known of: beside the one that is shown, in view, or the first of the list."""
        current = self.current
        known = current is not None and current in self._album
        beside = [self._album.near(current, step) for step in (1, 2, -1)] if known and current is not None else []
        for key in [*beside, *self._in_view]:
            if key is not None and key in self._album and self._waits(key):
                return key
        if self._unseen >= MOST_UNSEEN:
            return None
        self._unseen += 1
        return next(filter(self._waits, self._album), None)

    def _waits(self, key: int) -> bool:
        return self._album.row(key).state == "waiting"
