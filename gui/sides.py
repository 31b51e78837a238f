"""The middle of the window between two panels, which can be hidden; in a narrow window the right one is a drawer."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPoint, QPropertyAnimation, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QStyle, QVBoxLayout, QWidget

__all__ = ["NARROW", "Sides"]

NARROW = 1000
"""Points of width below which the right panel lies over the middle."""
LEFT_WIDTH, RIGHT_WIDTH = 240, 300
SLIDE = 120
"""Milliseconds, where the system wants motion at all."""


class Sides(QWidget):
    """Left panel, middle, right panel.

    Args:
        left, right: what stands in the panels, from the top; the panels scroll where the window is low.
        middle: takes the room that is left.

    Signals:
        left_changed, right_changed: whether the panel is shown.
    """

    left_changed = Signal(bool)
    right_changed = Signal(bool)

    def __init__(
        self, left: list[QWidget], middle: QWidget, right: list[QWidget], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.left, self.right = _column(left, self.tr("Model and photos")), _column(right, self.tr("Class and method"))
        self.drawer_top = 0
        """Points above the drawer that stay free, for what stands above the middle."""
        self._narrow = False
        self._open = {"wide": True, "narrow": False}
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(4)
        for place, part in enumerate((self.left, middle, self.right)):
            self.splitter.addWidget(part)
            self.splitter.setCollapsible(place, False)
            self.splitter.setStretchFactor(place, int(part is middle))
        self.splitter.setSizes([LEFT_WIDTH, 1000, RIGHT_WIDTH])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.splitter)
        self._slide = QPropertyAnimation(self.right, b"pos", self)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)

    @property
    def narrow(self) -> bool:
        """Whether the right panel is a drawer."""
        return self._narrow

    @property
    def left_shown(self) -> bool:
        return self.left.isVisibleTo(self)

    @property
    def right_shown(self) -> bool:
        return self.right.isVisibleTo(self)

    def show_left(self, shown: bool) -> None:
        self.left.setVisible(shown)
        self.left_changed.emit(shown)

    def show_right(self, shown: bool) -> None:
        self._open["narrow" if self._narrow else "wide"] = shown
        if self._narrow and shown:
            self._place_drawer()
        self.right.setVisible(shown)
        if self._narrow and shown:
            self.right.raise_()
            self._slide_in()
        self.right_changed.emit(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            self._rehang()
        elif narrow:
            self._place_drawer()

    def _rehang(self) -> None:
        """From the row into a drawer, or back."""
        if self._narrow:
            self.right.setParent(self)
            self.right.setFrameShape(QFrame.Shape.StyledPanel)
            self._place_drawer()
        else:
            self._slide.stop()
            self.right.setFrameShape(QFrame.Shape.NoFrame)
            self.splitter.addWidget(self.right)
            self.splitter.setCollapsible(2, False)
            sizes = self.splitter.sizes()
            self.splitter.setSizes([sizes[0], self.width() - sizes[0] - RIGHT_WIDTH, RIGHT_WIDTH])
        self.show_right(self._open["narrow" if self._narrow else "wide"])

    def _place_drawer(self) -> None:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        width = min(RIGHT_WIDTH + 8, self.width())
        self._slide.stop()
        left = 0 if mirrored else self.width() - width
        self.right.setGeometry(left, self.drawer_top, width, self.height() - self.drawer_top)

    def _slide_in(self) -> None:
        duration = min(SLIDE, self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration))
        if duration <= 0 or not self.isVisible():
            return
        end = self.right.pos()
        away = -self.right.width() if end.x() == 0 else self.right.width()
        self._slide.setDuration(duration)
        self._slide.setStartValue(end + QPoint(away, 0))
        self._slide.setEndValue(end)
        self._slide.start()


def _column(parts: list[QWidget], name: str) -> QScrollArea:
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for part in parts:
        if column.count():
            column.addWidget(_line())
        column.addWidget(part)
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setMinimumWidth(220)
    area.setAutoFillBackground(True)
    area.setAccessibleName(name)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def _line() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setForegroundRole(QPalette.ColorRole.Mid)
    line.setFrameShadow(QFrame.Shadow.Plain)
    return line
