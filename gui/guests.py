"""Answers by models that are not the open one: a second engine opens one after another, and ends with them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from .engine import Engine
from .records import Answer, Failure, ModelCard, ModelSource, Question

__all__ = ["Guest", "Guests"]


@dataclass(frozen=True, slots=True)
class Guest:
    """A model that was open, and could be asked again.

    Attributes:
        name: what tells it from others: its file's hash.
        words: its name for people.
        source: how it is opened.
        classes: its class names.
    """

    name: str
    words: str
    source: ModelSource
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wish:
    guest: Guest
    photo: int
    path: str
    question: Question


class Guests(QObject):
    """Asks models beside the open one.

    The window's engine, with all it keeps of the open model, is left alone; what a guest breaks, it breaks there.

    Args:
        make: makes the second engine, when one is first needed.

    Signals:
        learnt: the guest's name, Answer. failed: the guest's name, photo, Question, Failure.
    """

    learnt = Signal(str, object)
    failed = Signal(str, int, object, object)

    def __init__(self, make: Callable[[QObject], Engine], parent: QObject):
        super().__init__(parent)
        self._make = make
        self._engine: Engine | None = None
        self._open: str | None = None
        self._busy = False
        self._wishes: OrderedDict[tuple, _Wish] = OrderedDict()

    def want(self, guest: Guest, photo: int, path: str, question: Question) -> None:
        """Have this asked; ``learnt`` or ``failed`` tells of it."""
        self._wishes[guest.name, photo, question.key] = _Wish(guest, photo, path, question)
        self._next()

    def want_nothing(self) -> None:
        """What has not begun is not wanted any more."""
        self._wishes.clear()

    def stop(self) -> None:
        """End the second engine; the memory of its model is free again."""
        self.want_nothing()
        engine, self._engine = self._engine, None
        self._open, self._busy = None, False
        if engine is not None:
            engine.stop()
            engine.deleteLater()

    @property
    def running(self) -> bool:
        """Whether there is a second engine."""
        return self._engine is not None

    def _next(self) -> None:
        if self._busy or not self._wishes:
            return
        # All that the model which is open can be asked, before another is opened.
        wish = next((one for one in self._wishes.values() if one.guest.name == self._open), None)
        wish = wish or next(iter(self._wishes.values()))
        self._busy = True
        if wish.guest.name != self._open:
            self._open_model(wish.guest)
        else:
            self._ask(wish)

    def _started(self) -> Engine:
        if self._engine is None:
            self._engine = engine = self._make(self)
            engine.model_lost.connect(lambda failure: self._lose(engine, failure))
            engine.start()
        return self._engine

    def _open_model(self, guest: Guest) -> None:
        engine = self._started()

        def opened(_: ModelCard) -> None:
            self._open = guest.name
            self._go_on(engine)

        self._open = None
        engine.open(guest.source, opened, lambda failure: self._refuse(engine, guest.name, failure))

    def _ask(self, wish: _Wish) -> None:
        engine, name = self._started(), wish.guest.name

        def learnt(answer: Answer) -> None:
            self._wishes.pop((name, wish.photo, wish.question.key), None)
            self.learnt.emit(name, answer)
            self._go_on(engine)

        def failed(failure: Failure) -> None:
            self._fail(name, wish, failure)
            self._go_on(engine)

        engine.survey(wish.photo, wish.path, wish.question, learnt, failed)

    def _lose(self, engine: Engine, failure: Failure) -> None:
        """It cannot be opened again, after the process died."""
        if self._open is not None:
            self._refuse(engine, self._open, failure)

    def _refuse(self, engine: Engine, name: str, failure: Failure) -> None:
        """Nothing can be asked of a model that cannot be opened."""
        self._open = None
        for wish in [one for one in self._wishes.values() if one.guest.name == name]:
            self._fail(name, wish, failure)
        self._go_on(engine)

    def _fail(self, name: str, wish: _Wish, failure: Failure) -> None:
        if self._wishes.pop((name, wish.photo, wish.question.key), None) is not None:
            self.failed.emit(name, wish.photo, wish.question, failure)

    def _go_on(self, engine: Engine) -> None:
        if engine is self._engine:
            self._busy = False
            self._next()
