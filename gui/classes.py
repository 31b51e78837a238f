"""What the model sees in the photo: its classes with their probabilities, and other questions about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from .records import ClassRow
from .searchfield import SearchField
from .theme import link, tabular, title, unturned

__all__ = ["ClassTable"]

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
MOST_FOUND = 500
MOST_OTHERS = 8
"""Classes offered in the menu to compare with; the rest are picked from the table."""


class ClassModel(QAbstractListModel):
    """The likeliest classes, or those whose name holds what is searched, likeliest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._rows: tuple[ClassRow, ...] = ()
        self._shown: tuple[ClassRow, ...] = ()
        self._needle = ""

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._shown):
            return None
        row = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.label
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:
            score = "" if row.score != row.score else self.tr("score {score}").format(score=f"{row.score:.3g}")
            return "\n".join(filter(None, (row.label, self.tr("class {index}").format(index=row.index), score)))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.label} {number(row)}"
        return None

    def set_names(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._arrange()

    def set_rows(self, rows: Sequence[ClassRow]) -> None:
        self._rows = tuple(rows)
        self._arrange()

    def set_filter(self, text: str) -> None:
        self._needle = text.casefold().strip()
        self._arrange()

    def row_of(self, index: int) -> int | None:
        return next((at for at, row in enumerate(self._shown) if row.index == index), None)

    @property
    def rows(self) -> tuple[ClassRow, ...]:
        """The prediction, likeliest first."""
        return self._rows

    def _arrange(self) -> None:
        self.beginResetModel()
        self._shown = self._found() if self._needle else self._rows
        self.endResetModel()

    def _found(self) -> tuple[ClassRow, ...]:
        predicted = [row for row in self._rows if self._matches(row.index, row.label)]
        known = {row.index for row in self._rows}
        others = [
            ClassRow(index, name, float("nan"))
            for index, name in enumerate(self._names)
            if index not in known and self._matches(index, name)
        ]
        return tuple((predicted + others)[:MOST_FOUND])

    def _matches(self, index: int, name: str) -> bool:
        return self._needle in name.casefold() or self._needle == str(index)


def number(row: ClassRow) -> str:
    """The probability in per cent, or the score where there is none; empty if neither is known."""
    if row.probability is None:
        return "" if row.score != row.score else unturned(_written(row.score, "g", 3))
    per_cent, least = row.probability * 100, 0.1
    if 0 < per_cent < least:
        return unturned(f"< {_written(least, 'f', 1)} %")
    return unturned(f"{_written(per_cent, 'f', 0 if per_cent >= 10 else 1)} %")


def _written(value: float, form: str, digits: int) -> str:
    """As people of this language write it."""
    return QLocale().toString(value, form, digits)


class ClassDelegate(QStyledItemDelegate):
    """Name and number on one line, the bar beneath."""

    BAR = 4

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, option.fontMetrics.height() + self.BAR + 12)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self._paint(painter, option, index.data(ROW))

    def _paint(self, painter: QPainter, option: Any, row: ClassRow) -> None:
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole
        ink = option.palette.color(role.HighlightedText if selected else role.Text)
        area = option.rect.adjusted(8, 4, -8, -4)
        line = QRect(area.topLeft(), QSize(area.width(), option.fontMetrics.height()))
        painter.setFont(tabular(option.font))
        painter.setPen(ink)
        shown = number(row)
        room = option.fontMetrics.horizontalAdvance(shown) + 8
        right = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignRight)
        left = QStyle.visualAlignment(option.direction, Qt.AlignmentFlag.AlignLeft)
        painter.drawText(line, int(right), shown)
        name = style.visualRect(option.direction, line, line.adjusted(0, 0, -room, 0))
        words = option.fontMetrics.elidedText(row.label, Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, int(left), words)
        if row.probability is not None:
            bar = QRect(area.left(), area.bottom() - self.BAR + 1, area.width(), self.BAR)
            self._draw_bar(
                painter, option, bar, row.probability, ink if selected else option.palette.color(role.Accent)
            )
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(ink)
            painter.drawRect(option.rect.adjusted(1, 1, -2, -2))

    def _draw_bar(self, painter: QPainter, option: Any, room: QRect, part: float, colour: QColor) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for share, alpha in ((1.0, 45), (min(max(part, 0.0), 1.0), 255)):
            full = QRect(room.topLeft(), QSize(max(round(room.width() * share), 2), room.height()))
            drawn = QStyle.visualRect(option.direction, room, full)
            painter.setBrush(QColor(colour.red(), colour.green(), colour.blue(), alpha))
            painter.drawRoundedRect(QRectF(drawn), 2, 2)


class _View(QListView):
    """Enter chooses; a click is told once, by Qt's own signal."""

    entered_on = Signal(QModelIndex)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_on.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


class ClassTable(QWidget):
    """The panel "What did it see?".

    Signals:
        chosen: a class's index: what speaks for it is asked.
        against_wanted: a class's index: what speaks against it is asked.
        than_wanted: two classes' indices: what speaks for the first rather than the second.
        auto_wanted: the likeliest class of each photo is asked again.
    """

    chosen = Signal(int)
    against_wanted = Signal(int)
    than_wanted = Signal(int, int)
    auto_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model, self.view, self.search = ClassModel(self), _View(), SearchField(self.tr("Search all classes"))
        self._first: int | None = None
        self._asked, self._asked_words = QFrame(), QLabel()
        self._auto = link(self.tr("Likeliest"))
        self._auto.setToolTip(self.tr("Explain the likeliest class of each photo"))
        self._auto.hide()
        self._auto.clicked.connect(self.auto_wanted)
        self._prepare()
        head = QHBoxLayout()
        head.addWidget(title(self.tr("What did it see?")), 1)
        head.addWidget(self._auto)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._asked)
        column.addWidget(self.view, 1)
        column.addWidget(self.search)

    def _prepare(self) -> None:
        self.view.setModel(self.model)
        self.view.setItemDelegate(ClassDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.setAccessibleName(self.tr("Classes"))
        self.view.setMinimumHeight(110)
        self.search.textChanged.connect(self.model.set_filter)
        self.view.clicked.connect(self._choose)
        self.view.entered_on.connect(self._choose)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self._asked_words.setWordWrap(True)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self._stop_asking)
        row = QHBoxLayout(self._asked)
        row.addWidget(self._asked_words, 1)
        row.addWidget(cancel)
        self._asked.setFrameShape(QFrame.Shape.StyledPanel)
        self._asked.hide()

    def set_names(self, names: Sequence[str]) -> None:
        """All classes of the model, for the search."""
        self.model.set_names(names)

    def set_classes(self, rows: Sequence[ClassRow], chosen: int | None = None, auto: bool = True) -> None:
        """The prediction of the photo that is shown.

        Args:
            rows: likeliest first.
            chosen: the class that is explained.
            auto: whether it was chosen because it is the likeliest.
        """
        self.model.set_rows(rows)
        self._auto.setVisible(not auto)
        at = None if chosen is None else self.model.row_of(chosen)
        if at is not None:
            self.view.setCurrentIndex(self.model.index(at))

    def go_next(self) -> None:
        self._step(1)

    def go_previous(self) -> None:
        self._step(-1)

    def menu(self, row: ClassRow) -> QMenu:
        """Other questions about a class."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("What speaks for it"), lambda: self.chosen.emit(row.index))
        menu.addAction(self.tr("What speaks against it"), lambda: self.against_wanted.emit(row.index))
        than = menu.addMenu(self.tr("Rather than"))
        for other in [other for other in self.model.rows if other.index != row.index][:MOST_OTHERS]:
            action = than.addAction(other.label.replace("&", "&&"))
            action.triggered.connect(lambda _=False, other=other: self.than_wanted.emit(row.index, other.index))
        than.addSeparator()
        than.addAction(self.tr("Another class…"), lambda: self._ask_other(row))
        return menu

    def _step(self, by: int) -> None:
        row = min(max(self.view.currentIndex().row() + by, 0), self.model.rowCount() - 1)
        if row >= 0 and row != self.view.currentIndex().row():
            self.view.setCurrentIndex(self.model.index(row))
            self._choose(self.view.currentIndex())

    def _choose(self, index: QModelIndex) -> None:
        row = index.data(ROW)
        if row is None:
            return
        first = self._first
        self._stop_asking()
        if first is None:
            self.chosen.emit(row.index)
        elif first != row.index:
            self.than_wanted.emit(first, row.index)

    def _ask_other(self, row: ClassRow) -> None:
        self._first = row.index
        self._asked_words.setText(self.tr("Choose the class to compare {label} with.").format(label=row.label))
        self._asked.show()
        self.search.setFocus()

    def _stop_asking(self) -> None:
        self._first = None
        self._asked.hide()

    def _open_menu(self, at: QPoint) -> None:
        row = self.view.indexAt(at).data(ROW)
        if row is not None:
            self.menu(row).popup(self.view.viewport().mapToGlobal(at))
