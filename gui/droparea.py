"""The canvas before there is a photo: where to drop things, and three buttons for those who do not."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from .theme import large_drawing, wears
from .view import GROUND

__all__ = ["DropArea"]

INK = QColor(255, 255, 255)


class DropArea(QWidget):
    """Says what can be dropped. The drop itself is the window's (``drops.py``).

    Signals:
        add_wanted, open_wanted, sample_wanted: the buttons.
    """

    add_wanted = Signal()
    open_wanted = Signal()
    sample_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        picture, words, hint = QLabel(), QLabel(self.tr("Drop photos, a folder or a Keras model")), QLabel()
        picture.setPixmap(large_drawing("photo", INK, 60, self.devicePixelRatioF()))
        font = words.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        words.setFont(font)
        self._hint = hint
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 48, 48, 48)
        column.setSpacing(16)
        column.addStretch()
        for label in (picture, words, hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(label is not picture)
            ink = label.palette()
            ink.setColor(QPalette.ColorRole.WindowText, INK)
            label.setPalette(ink)
            column.addWidget(label)
        column.addLayout(self._buttons())
        column.addStretch()
        hint.hide()

    def set_hint(self, text: str) -> None:
        """A sentence beneath: what happens with a first photo."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))

    def _buttons(self) -> QHBoxLayout:
        """One beneath the other, so that long words have room in a small window."""
        column = QVBoxLayout()
        column.setSpacing(8)
        for text, drawing, signal in (
            (self.tr("Add photos…"), "add-photos", self.add_wanted),
            (self.tr("Open model…"), "open-model", self.open_wanted),
            (self.tr("Try a sample"), "sample", self.sample_wanted),
        ):
            button = QPushButton(text)
            wears(button, drawing)
            button.setMinimumSize(200, 32)
            button.clicked.connect(signal)
            column.addWidget(button)
        middle = QHBoxLayout()
        middle.addStretch()
        middle.addLayout(column)
        middle.addStretch()
        return middle

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), GROUND)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(255, 255, 255, 150), 2, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(24, 24, -24, -24), 12, 12)
