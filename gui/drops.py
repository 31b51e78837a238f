"""Things dragged over the window: what they are, what will happen, and the frame that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from gradcam_tf.images import FORMATS

from .finding import SAVED_MODEL, is_saved_model

__all__ = ["Dropped", "Drops", "sorted_out"]

MODELS = (".keras", ".h5", ".hdf5")
PROJECT = ".gradcam"
PHOTOS = (".jpg", ".jpeg", ".jpe", ".png", ".bmp", ".gif", ".tif", ".tiff", ".webp")
MOST_OPENED = 64
"""Files whose names say nothing are opened to see how they begin, but no more than these while the mouse moves."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Paths by what is to be done with them; ``unknown`` ones are neither a picture nor a model."""

    models: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.models or self.projects or self.photos or self.folders)

    @property
    def paths(self) -> list[str]:
        """All that something can be done with."""
        return [*self.projects, *self.models, *self.photos, *self.folders]


def sorted_out(paths: Sequence[str]) -> Dropped:
    """Which are models, photos, folders: by the name, or by how the file begins if the name says nothing."""
    found: dict[str, list[str]] = {"models": [], "projects": [], "photos": [], "folders": [], "unknown": []}
    opened = 0
    for path in paths:
        kind = _by_name(path)
        if not kind and opened < MOST_OPENED:
            kind, opened = _by_content(path), opened + 1
        found[kind or "unknown"].append(path)
    return Dropped(**{kind: tuple(these) for kind, these in found.items()})


def _by_name(path: str) -> str:
    ending = Path(path).suffix.lower()
    if ending in PHOTOS:
        return "photos"
    if Path(path).name == SAVED_MODEL:
        return "models"
    if ending == PROJECT:
        return "projects"
    return "models" if ending in MODELS else ""


def _by_content(path: str) -> str:
    try:
        if Path(path).is_dir():
            return "models" if is_saved_model(path) else "folders"
        if not Path(path).is_file():
            return ""
        with open(path, "rb") as file:
            beginning = file.read(16)
    except OSError:
        return ""
    return "photos" if beginning.startswith(tuple(sum(FORMATS.values(), ()))) else ""


class Drops(QWidget):
    """A frame over a window while something is dragged over it, saying what will happen.

    Signals:
        dropped: a Dropped, with at least one path to do something with.
    """

    dropped = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._what = Dropped()
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
        self._what = sorted_out(_paths(event.mimeData()))
        # Also what cannot be used is accepted here: a refused drag would leave, and the frame could not say why.
        event.acceptProposedAction()
        self.setGeometry(self._window.rect())
        self.setAccessibleName(self.words)
        self.raise_()
        self.show()
        return True

    def _drop(self, event: QDropEvent) -> bool:
        self.hide()
        what = sorted_out(_paths(event.mimeData()))
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
