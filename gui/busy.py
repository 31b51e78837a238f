"""A slow request on its way: what is done, how far it is, and Cancel."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from .theme import tabular

__all__ = ["Busy"]


class Busy(QFrame):
    """A thin line that fills.

    Signals:
        cancelled: Cancel was pressed.
    """

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._words, self._line = QLabel(), QProgressBar()
        self._words.setFont(tabular(self._words.font()))
        self._line.setTextVisible(False)
        self._line.setFixedHeight(4)
        self._line.setAccessibleName(self.tr("Progress"))
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.cancelled)
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(self._words)
        left.addWidget(self._line)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(16)
        row.addLayout(left, 1)
        row.addWidget(cancel)
        self.hide()

    def show_progress(self, what: str, done: int = 0, total: int = 0) -> None:
        """Say what is done; ``total`` 0 if it is not known how much there is to do."""
        known = self.tr("{what}: {done} of {total}").format(what=what, done=done, total=total)
        self._words.setText(known if total else what)
        self._line.setRange(0, total)
        self._line.setValue(done)
        self.setAccessibleName(self._words.text())
        self.show()
