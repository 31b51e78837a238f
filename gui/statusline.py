"""The last row of the window: what the engine does, what else is on its way, and what went wrong."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from .theme import tabular, wears

__all__ = ["StatusLine"]


class Dot(QWidget):
    """Full while the engine is ready, a ring while it is not: told by its form and not by a colour alone."""

    def __init__(self) -> None:
        super().__init__()
        self.full = False
        self.setFixedSize(QSize(12, 12))

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = self.palette().color(QPalette.ColorRole.Accent)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(colour)
            painter.setBrush(colour if self.full else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(2, 2, 8, 8))


class Elided(QLabel):
    """Words that end in dots where there is no room for them; the tooltip has them all."""

    def minimumSizeHint(self) -> QSize:
        return QSize(48, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        with QPainter(self) as painter:
            place = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading)
            self.style().drawItemText(painter, self.rect(), place, self.palette(), True, words, self.foregroundRole())


class StatusLine(QWidget):
    """Words on the left, what can be done on the right.

    Signals:
        restart_wanted: the engine is to be started again. cancel_wanted: what is on its way is to stop.
        export_wanted, problems_wanted: the buttons.
    """

    restart_wanted = Signal()
    cancel_wanted = Signal()
    export_wanted = Signal()
    problems_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dot, self._words = Dot(), Elided()
        self._words.setFont(tabular(self._words.font()))
        self._words.setAccessibleName(self.tr("State of the engine"))
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._task, self._line = QLabel(), QProgressBar()
        self._task.setFont(self._words.font())
        self._line.setTextVisible(False)
        self._line.setFixedSize(120, 6)
        self._line.setAccessibleName(self.tr("Progress"))
        self._restart = self._button(self.tr("Restart"), "working", self.restart_wanted)
        self._cancel = self._button("", "close", self.cancel_wanted)
        self._cancel.setToolTip(self.tr("Cancel"))
        self._cancel.setAccessibleName(self.tr("Cancel"))
        self._export = self._button(self.tr("Export…"), "export", self.export_wanted)
        self._problems = self._button("", "warning", self.problems_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 8, 2)
        row.setSpacing(8)
        row.addWidget(self._dot)
        row.addWidget(self._words, 1)
        for part in (self._restart, self._task, self._line, self._cancel, self._export, self._problems):
            row.addWidget(part)
        self.set_engine("stopped", "")
        self.set_task("")
        self.set_problems(0)
        self.set_can_export(False)

    @property
    def text(self) -> str:
        return self._words.text()

    def set_engine(self, state: str, words: str, more: str = "") -> None:
        """Show how the engine is.

        Args:
            state: ``"starting"``, ``"busy"``, ``"ready"``, ``"broken"`` or ``"stopped"``.
            words: what is said of it.
            more: what else is to be known, in the tooltip.
        """
        self._dot.full = state == "ready"
        self._dot.update()
        self._words.setText(words)
        self._words.setToolTip("\n".join(filter(None, (words, more))))
        self._words.setAccessibleDescription(more)
        self._restart.setVisible(state == "broken")

    def set_task(self, words: str, done: int = 0, of: int = 0) -> None:
        """How far the export is, or whatever else was wanted; empty words if there is none."""
        for part in (self._task, self._line, self._cancel):
            part.setVisible(bool(words))
        self._task.setText(self.tr("{what}: {done} of {total}").format(what=words, done=done, total=of))
        self._line.setRange(0, of)
        self._line.setValue(done)

    def set_can_export(self, can: bool) -> None:
        self._export.setEnabled(can)

    def set_problems(self, count: int) -> None:
        """How many problems and warnings there are in the list."""
        self._problems.setVisible(count > 0)
        self._problems.setText(self.tr("1 warning") if count == 1 else self.tr("{n} warnings").format(n=count))

    def _button(self, words: str, drawing: str, signal: SignalInstance) -> QPushButton:
        button = QPushButton(words)
        button.setFlat(True)
        wears(button, drawing)
        button.clicked.connect(signal)
        return button
