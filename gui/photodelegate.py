"""How a photo is drawn in the list."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from .photomodel import ROW, THUMBNAIL
from .records import PhotoRow
from .theme import icon, tabular

__all__ = ["PhotoDelegate"]

Index = QModelIndex | QPersistentModelIndex
SIDE = 48
"""Of a thumbnail, in points."""
BAR = 3
"""How wide is the bar before the photo that is shown, which may be one of many that are selected."""


class PhotoDelegate(QStyledItemDelegate):
    """A thumbnail, the name, and what the model says; a bar where it is shown, a sign where something is the matter."""

    SIGNS = {"failed": "error", "working": "working", "waiting": "waiting"}  # noqa: RUF012

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        lines = 2 * option.fontMetrics.height() + 4
        return QSize(160, max(SIDE, lines) + 8)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: PhotoRow = index.data(ROW)
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        area: QRect = option.rect.adjusted(8, 4, -8, -4)
        direction = option.direction
        picture = style.visualRect(direction, area, QRect(area.topLeft(), QSize(SIDE, area.height())))
        words = style.visualRect(direction, area, area.adjusted(SIDE + 8, 0, 0, 0))
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole
        ink = option.palette.color(role.HighlightedText if selected else role.Text)
        quiet = ink if selected else option.palette.color(role.PlaceholderText)
        if selected:
            # Selected neighbours stay rows.
            painter.fillRect(option.rect.adjusted(0, option.rect.height() - 1, 0, 0), option.palette.color(role.Base))
        if isinstance(option.widget, QAbstractItemView) and option.widget.currentIndex() == index:
            bar = QRect(option.rect.x() + 2, area.y() + 4, BAR, area.height() - 8)
            painter.fillRect(style.visualRect(direction, option.rect, bar), ink)
        self._draw_picture(painter, picture, index.data(THUMBNAIL), quiet)
        self._draw_words(painter, words, option, row, index, (ink, quiet))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(ink)
            painter.drawRect(option.rect.adjusted(1, 1, -2, -2))

    def _draw_picture(self, painter: QPainter, room: QRect, thumbnail: QPixmap | None, quiet: QColor) -> None:
        if thumbnail is None:
            drawn = QRect(QPoint(), QSize(20, 20))
            drawn.moveCenter(room.center())
            icon("photo", quiet).paint(painter, drawn)
            return
        drawn = QRect(QPoint(), thumbnail.size().scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio))
        drawn.moveCenter(room.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(drawn, thumbnail)

    def _draw_words(
        self, painter: QPainter, room: QRect, option: Any, row: PhotoRow, index: Index, inks: tuple[QColor, QColor]
    ) -> None:
        metrics, height = option.fontMetrics, option.fontMetrics.height()
        first = QRect(room.x(), room.center().y() - height - 1, room.width(), height)
        second = QRect(room.x(), room.center().y() + 2, room.width(), height)
        align = int(QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft))
        painter.setFont(tabular(option.font))
        painter.setPen(inks[0])
        painter.drawText(first, align, metrics.elidedText(index.data(), Qt.TextElideMode.ElideMiddle, room.width()))
        sign = self.SIGNS.get(row.state) or ("warning" if row.status not in ("", "ok") else "")
        if sign:
            place = QRect(second.x(), second.y(), height, height)
            icon(sign, inks[1]).paint(painter, QStyle.visualRect(option.direction, second, place))
            gap = height + 4
            second = QStyle.visualRect(option.direction, second, second.adjusted(gap, 0, 0, 0))
        model: Any = index.model()
        painter.setPen(inks[1])
        words = metrics.elidedText(model.words(row), Qt.TextElideMode.ElideRight, second.width())
        painter.drawText(second, align, words)
