"""What Python leaves in circles is thrown away by the window's thread, and by no other."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

__all__ = ["Sweeper"]

INTERVAL = 1000
"""Milliseconds between looks."""


class Sweeper(QObject):
    """Takes the collecting of garbage from Python, which does it in whichever thread is at hand.

    A QObject that is thrown away in another thread than its own cannot stop its timers, and the event loop crashes when
    one of them is due.

    Args:
        parent: the application, or a window: it sweeps as long as that lives.
    """

    def __init__(self, parent: QObject):
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=INTERVAL)
        self._timer.timeout.connect(sweep)
        self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()


def sweep() -> None:
    """Collect the oldest generation that is due, as Python would."""
    due = [generation for generation, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
           if count > most]  # fmt: skip
    if due:
        gc.collect(due[-1])
