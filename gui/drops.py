"""Things dragged over the window: what they are, what will happen, and the frame that says so."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from .kinds import Kinds, told_apart

__all__ = ["Drops"]


class Drops(QWidget):
    """A frame over a window while something is dragged over it, saying what will happen.

    Signals:
        dropped: Kinds, with at least one path to do something with.
    """

    dropped = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._what = Kinds()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    @property
    def words(self) -> str:
        """What will happen."""
        what = self._what
        parts = []
        if what.models:
            parts.append(self.tr("Open model"))
        if what.projects:
            parts.append(self.tr("Open project"))
        if what.photos:
            parts.append(self._adding(len(what.photos)))
        if what.folders:
            parts.append(self.tr("Add the photos of a folder"))
        return " · ".join(parts) or self.tr("Not a picture or a model")

    def _adding(self, photos: int) -> str:
        return self.tr("Add 1 photo") if photos == 1 else self.tr("Add {n} photos").format(n=photos)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent):
            return self._enter(event)
        if isinstance(event, QDragMoveEvent):
            event.setAccepted(bool(self._what))
            return True
        if isinstance(event, QDropEvent):
            return self._drop(event)
        if event.type() == QEvent.Type.DragLeave:
            self.hide()
        return False

    def _enter(self, event: QDragEnterEvent) -> bool:
        # What leaves the window must not come back as a new photo.
        source = event.source()
        if isinstance(source, QWidget) and source.window() is self._window.window():
            event.ignore()
            return True
        self._what = told_apart(_paths(event.mimeData()))
        # Also what cannot be used is accepted here: a refused drag would leave, and the frame could not say why.
        event.acceptProposedAction()
        self.setGeometry(self._window.rect())
        self.setAccessibleName(self.words)
        self.raise_()
        self.show()
        return True

    def _drop(self, event: QDropEvent) -> bool:
        self.hide()
        what = told_apart(_paths(event.mimeData()))
        event.setAccepted(bool(what))
        if what:
            self.dropped.emit(what)
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        good = bool(self._what)
        role = QPalette.ColorRole
        colour = self.palette().color(role.Accent if good else role.PlaceholderText)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            shade = QColor(self.palette().color(role.Window))
            shade.setAlpha(150)
            painter.fillRect(self.rect(), shade)
            painter.setPen(QPen(colour, 3, Qt.PenStyle.SolidLine if good else Qt.PenStyle.DashLine))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(8, 8, -8, -8), 12, 12)
            self._draw_words(painter, colour)

    def _draw_words(self, painter: QPainter, colour: QColor) -> None:
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setBold(True)
        painter.setFont(font)
        words = painter.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, self.width() - 96)
        box = QRectF(0, 0, painter.fontMetrics().horizontalAdvance(words) + 48, painter.fontMetrics().height() + 24)
        box.moveCenter(QRectF(self.rect()).center())
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(box, 8, 8)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)


def _paths(data: QMimeData) -> list[str]:
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
