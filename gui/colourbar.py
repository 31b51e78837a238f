"""What a colour of the heat stands for, and on whose scale."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from .heat import ZERO, colours
from .records import Look
from .theme import tabular
from .view import GROUND

__all__ = ["ColourBar"]

WIDTH = 14
TICK = 4
SHORTEST, TALLEST = 32, 240
INK = QColor(255, 255, 255)


class ColourBar(QWidget):
    """A bar from the least heat to the most, on the canvas's grey, with the scale in words beneath."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look()
        self._shared = self._several = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Scale of the colours"))
        self._describe()

    def set_look(self, look: Look) -> None:
        self._look = look
        self._describe()

    def set_shared(self, shared: bool, several: bool = False) -> None:
        """Say whose scale it is.

        Args:
            shared: several maps share it.
            several: there are several, each on a scale of its own; else it is that of the one map there is.
        """
        self._shared, self._several = shared, several
        self._describe()

    @property
    def words(self) -> str:
        """Whose scale it is."""
        if self._shared:
            return self.tr("one scale for all")
        return self.tr("each map on its own scale") if self._several else self.tr("scale of this map")

    def _describe(self) -> None:
        strongest = self.tr("1 is the strongest heat of all maps.") if self._shared else self.tr("1 is its strongest.")
        signed = self.tr("Below 0 it speaks against.") if self._look.signed else ""
        self.setToolTip(" ".join(filter(None, (strongest, signed))))
        self.setAccessibleDescription(f"{self.words}. {self.toolTip()}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        longest = max(self.fontMetrics().horizontalAdvance(word) for word in self.words.split())
        return QSize(max(longest, 48) + 16, 160)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 100)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), GROUND)
            painter.setFont(tabular(self.font()))
            painter.setPen(INK)
            words = self._draw_words(painter)
            height = min(words.top() - 32, TALLEST)
            if height < SHORTEST:
                return
            bar = QRectF(12, words.top() - height - 14, WIDTH, height)
            painter.drawImage(bar, self._gradient())
            painter.setPen(QPen(QColor(255, 255, 255, 140), 1))
            painter.drawRect(bar)
            painter.setPen(INK)
            self._draw_ticks(painter, bar)

    def _draw_words(self, painter: QPainter) -> QRectF:
        room = QRectF(8, 0, self.width() - 16, self.height() - 8)
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        words = painter.boundingRect(room, flags, self.words)
        painter.drawText(room, flags, self.words)
        return words

    def _draw_ticks(self, painter: QPainter, bar: QRectF) -> None:
        ticks = (-1.0, 0.0, 1.0) if self._look.signed else (0.0, 0.5, 1.0)
        lowest = ticks[0]
        for value in ticks:
            y = bar.bottom() - (value - lowest) / (1 - lowest) * bar.height()
            painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + TICK, y))
            label = self.locale().toString(value, "f", 1 if value == 0.5 else 0)
            box = QRectF(bar.right() + TICK + 3, y - 10, self.width() - bar.right() - TICK - 3, 20)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), label)

    def _gradient(self) -> QImage:
        """The colours at full opacity, over the grey; they fade and end as the heat does on the photo."""
        table = colours(replace(self._look, opacity=1.0, mode="overlay"))
        steps = table[1:] if self._look.signed else table
        assert len(steps) == 2 * ZERO - self._look.signed
        image = QImage(1, len(steps), QImage.Format.Format_ARGB32)
        for row, argb in enumerate(reversed(steps)):
            image.setPixel(0, row, argb)
        return image
