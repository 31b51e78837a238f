"""Python's garbage, collected where it may be."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

__all__ = ["Sweeper"]

PAUSE = 1000
"""Milliseconds between two looks."""


class Sweeper(QObject):
    """Collects cycles in the thread of the window alone, when Python would.

    Python collects in whichever thread makes the next object. A QObject that goes in another thread than its own leaves
    its timers and events behind, and the process crashes at the next one.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=PAUSE)
        self._timer.timeout.connect(self.sweep)
        self._timer.start()

    def sweep(self) -> None:
        """Collect the oldest generation that is due, and the younger ones with it."""
        due = [count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if any(due):
            gc.collect(max(generation for generation, is_due in enumerate(due) if is_due))
