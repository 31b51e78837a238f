"""Files are written for photos, one export at a time, while the window goes on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from .child import Request
from .engine import Engine
from .records import Delivery, Failure, Order, Question, Running
from .survey import OVERTAKEN_PATIENCE

__all__ = ["Exports"]


class Exports(QObject):
    """The export that is under way.

    Attributes:
        running: how far it is; None if there is none.
        keys: the photos of the latest one, in its order: the places in a Delivery's failures count these.

    Signals:
        changed: ``running``. delivered: Delivery, it has ended or was stopped. failed: Failure, it could not begin.
    """

    changed = Signal()
    delivered = Signal(object)
    failed = Signal(object)

    def __init__(self, engine: Engine, parent: QObject):
        super().__init__(parent)
        self.running: Running | None = None
        self.keys: list[int] = []
        self._engine = engine
        self._request: Request | None = None

    def start(self, keys: Sequence[int], paths: Sequence[str], question: Question, order: Order) -> None:
        what = self.tr("Writing files")
        self.keys = list(keys)
        self._set(Running(what, 0, len(paths)))
        self._request = self._engine.write(
            paths,
            question,
            order,
            self._end,
            self._fail,
            lambda done, of, _: self._set(Running(what, done, of)),
            lambda: self._cancelled(order),
        )

    def cancel(self) -> None:
        """Stop it after the photo that is being written; what is written stays."""
        if self._request is not None:
            self._engine.cancel(self._request, patience=OVERTAKEN_PATIENCE)

    def _end(self, delivery: Delivery) -> None:
        self._set(None)
        self.delivered.emit(delivery)

    def _fail(self, failure: Failure) -> None:
        self._set(None)
        self.failed.emit(failure)

    def _cancelled(self, order: Order) -> None:
        self._end(Delivery(order.folder, self.running.done if self.running else 0, cancelled=True))

    def _set(self, running: Running | None) -> None:
        self.running = running
        self._request = self._request if running is not None else None
        self.changed.emit()
