"""The list of photos: a hundred thousand of them, found by name or class, sorted, with thumbnails of those in sight."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, get_args

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPalette, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
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

from .records import PhotoRow, PhotoState
from .searchfield import SearchField
from .theme import icon, tabular, title, unturned, wears

__all__ = ["PhotoList", "PhotoModel", "SortBy"]

SortBy = Literal["added", "name", "class", "probability", "status"]
Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
THUMBNAIL = Qt.ItemDataRole.UserRole + 1
SIDE = 48
"""Of a thumbnail, in points."""
MOST_THUMBNAILS = 600
"""Kept; the least lately seen go first."""
SETTLE = 150
"""Milliseconds after which what changed is sorted in, so that thousands of results are sorted once."""
MOST_RUNS = 16
TROUBLES = ("negative", "zero", "nonfinite", "truncated")
ORDER_OF_STATES = {"failed": 0, "working": 1, "waiting": 2, "done": 3}


class PhotoModel(QAbstractListModel):
    """Photos that pass the filter, in order.

    Signals:
        counted: how many are listed, and how many there are.
    """

    counted = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[int, PhotoRow] = {}
        self._shown: list[int] = []
        self._at: dict[int, int] = {}
        self._thumbnails: OrderedDict[int, QPixmap] = OrderedDict()
        self._needle = ""
        self._sort_by: SortBy = "added"
        self._settle = QTimer(self, singleShot=True, interval=SETTLE)
        self._settle.timeout.connect(self._arrange)

    # ---- Qt's questions ----

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._shown):
            return None
        row = self._rows[self._shown[index.row()]]
        if role == Qt.ItemDataRole.DisplayRole:
            return os.path.basename(row.path)
        if role == ROW:
            return row
        if role == THUMBNAIL:
            return self._thumbnails.get(row.key)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (row.path, self.words(row))))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{os.path.basename(row.path)}, {self.words(row)}"
        return None

    def words(self, row: PhotoRow) -> str:
        """The second line: what the model says, or what is the matter."""
        if row.state == "failed":
            return row.error or self.tr("failed")
        if row.state == "working":
            return self.tr("working…")
        if row.state == "waiting":
            return self.tr("waiting")
        chance = "" if row.probability is None else unturned(self.tr("{p} %").format(p=round(row.probability * 100)))
        return " · ".join(filter(None, (f"{row.label} {chance}".strip(), self._trouble(row.status))))

    def _trouble(self, status: str) -> str:
        return {
            "negative": self.tr("nothing speaks for it"),
            "zero": self.tr("no heat"),
            "nonfinite": self.tr("overflowed"),
            "truncated": self.tr("incomplete file"),
        }.get(status, "" if status in ("", "ok") else status)

    # ---- what is in it ----

    def set_rows(self, rows: Iterable[PhotoRow]) -> None:
        """Begin anew with these."""
        self.beginResetModel()
        self._rows = {row.key: row for row in rows}
        self._thumbnails.clear()
        self._show(self._ordered())
        self.endResetModel()
        self._count()

    def add(self, rows: Sequence[PhotoRow]) -> None:
        """Append these; sorted in a moment later."""
        fresh = [row for row in rows if row.key not in self._rows]
        self._rows |= {row.key: row for row in fresh}
        passing = [row.key for row in filter(self._filter(), fresh)]
        if passing:
            first = len(self._shown)
            self.beginInsertRows(QModelIndex(), first, first + len(passing) - 1)
            # In place: a folder of a hundred thousand comes in fifty parts.
            self._shown.extend(passing)
            self._at.update(zip(passing, range(first, first + len(passing)), strict=True))
            self.endInsertRows()
        self._count()
        if self._sort_by != "added":
            self._settle.start()

    def update(self, rows: Iterable[PhotoRow]) -> None:
        """Take these in the places of those with their keys; filtered and sorted in a moment later."""
        known = {row.key: row for row in rows if row.key in self._rows}
        self._rows |= known
        if len(known) > MOST_RUNS:
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))
        else:
            for key in known:
                self._changed(key)
        if (self._sort_by not in ("added", "name") or self._needle) and not self._settle.isActive():
            self._settle.start()

    def remove(self, keys: Iterable[int]) -> None:
        gone = {key for key in keys if key in self._rows}
        runs = _runs(sorted(self._at[key] for key in gone if key in self._at))
        # Told run by run, the view goes on to a neighbour; many runs are one change of everything.
        for first, last in reversed(runs if len(runs) <= MOST_RUNS else []):
            self.beginRemoveRows(QModelIndex(), first, last)
            self._show(self._shown[:first] + self._shown[last + 1 :])
            self.endRemoveRows()
        for key in gone:
            del self._rows[key]
            self._thumbnails.pop(key, None)
        self._arrange()
        self._count()

    def set_thumbnail(self, key: int, image: QImage) -> None:
        """Keep and show a small picture of a photo; any size."""
        self._thumbnails[key] = QPixmap.fromImage(image)
        self._thumbnails.move_to_end(key)
        while len(self._thumbnails) > MOST_THUMBNAILS:
            self._thumbnails.popitem(last=False)
        self._changed(key)

    def lacks_thumbnail(self, key: int) -> bool:
        return key not in self._thumbnails

    # ---- what is listed, in what order ----

    def set_filter(self, text: str) -> None:
        """List those whose name, class or status holds the text."""
        self._needle = text.casefold().strip()
        self._arrange()

    def sort_by(self, what: SortBy) -> None:
        """Names and classes from A, probabilities from the highest, status from what failed."""
        self._sort_by = what
        self._arrange()

    def key_at(self, row: int) -> int | None:
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def index_of(self, key: int) -> QModelIndex:
        """Where a photo is listed; invalid if it is not."""
        return self.index(self._at[key]) if key in self._at else QModelIndex()

    @property
    def touched(self) -> list[int]:
        """Keys of the photos of which something is known, listed or not."""
        return [key for key, row in self._rows.items() if row.state != "waiting"]

    @property
    def keys(self) -> list[int]:
        """Of the photos that are listed, in order."""
        return list(self._shown)

    def _filter(self) -> Callable[[PhotoRow], bool]:
        """Whether a photo passes; what is the same for many is looked up once."""
        needle = self._needle
        if not needle:
            return lambda row: True
        states = {state for state in get_args(PhotoState) if needle in self.words(PhotoRow(0, "", state)).casefold()}
        troubles = {status for status in TROUBLES if needle in self._trouble(status).casefold()}

        def passes(row: PhotoRow) -> bool:
            text = f"{row.path.rpartition(os.sep)[2]}\n{row.label}\n{row.error}".casefold()
            return needle in text or row.state in states or row.status in troubles

        return passes

    def _ordered(self) -> list[int]:
        passing = list(filter(self._filter(), self._rows.values()))
        keys: dict[str, Callable[[PhotoRow], Any]] = {
            "name": lambda row: os.path.basename(row.path).casefold(),
            "class": lambda row: (not row.label, row.label.casefold()),
            "probability": lambda row: -1.0 if row.probability is None else row.probability,
            "status": lambda row: (ORDER_OF_STATES[row.state], row.status in ("", "ok")),
        }
        if self._sort_by in keys:
            passing.sort(key=keys[self._sort_by], reverse=self._sort_by == "probability")
        return [row.key for row in passing]

    def _arrange(self) -> None:
        self._settle.stop()
        shown = self._ordered()
        if shown == self._shown:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [self._shown[index.row()] for index in before]
        self._show(shown)
        self.changePersistentIndexList(before, [self.index_of(key) for key in keys])
        self.layoutChanged.emit()
        self._count()

    def _show(self, keys: list[int]) -> None:
        self._shown = keys
        self._at = {key: row for row, key in enumerate(keys)}

    def _changed(self, key: int) -> None:
        index = self.index_of(key)
        if index.isValid():
            self.dataChanged.emit(index, index)

    def _count(self) -> None:
        self.counted.emit(len(self._shown), len(self._rows))


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each stretch of neighbours in an ascending sequence."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = runs[-1][0], row
        else:
            runs.append((row, row))
    return runs


class PhotoDelegate(QStyledItemDelegate):
    """A thumbnail, the name, and what the model says; a sign where something is the matter."""

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


class _View(QListView):
    """Tells which rows are in sight, and removes by the Delete key."""

    scrolled = Signal()
    removed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scrolled.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.scrolled.emit()

    def in_sight(self) -> range:
        """Rows that can be seen, of uniform height."""
        model = self.model()
        count = model.rowCount() if model else 0
        height = self.sizeHintForRow(0) if count else 0
        if height <= 0:
            return range(0)
        # The row at the top is asked for just inside: at the very edge there may be none.
        first = self.indexAt(QPoint(self.viewport().width() // 2, 1)).row()
        return range(max(first, 0), min(count, max(first, 0) + self.viewport().height() // height + 2))


class PhotoList(QWidget):
    """The panel of photos.

    Signals:
        current_changed: the key of the photo to show, or None.
        selection_changed: the keys that are selected.
        thumbnails_wanted: keys of photos in sight that have none.
        remove_wanted: keys.
        add_wanted: the button.
        export_wanted: keys.
        again_wanted: keys of photos that failed, to be tried again. reading_wanted: keys: how their files are read.
    """

    current_changed = Signal(object)
    selection_changed = Signal(list)
    thumbnails_wanted = Signal(list)
    remove_wanted = Signal(list)
    add_wanted = Signal()
    export_wanted = Signal(list)
    again_wanted = Signal(list)
    reading_wanted = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model, self.view = PhotoModel(self), _View()
        self._count = QLabel()
        self._count.setFont(tabular(self._count.font()))
        self._count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._find, self._sort = SearchField(self.tr("Find by name, class or status")), QComboBox()
        self._asked: set[int] = set()
        self._soon = QTimer(self, singleShot=True, interval=30)
        self._prepare_view()
        self._prepare_controls()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(title(self.tr("Photos")), 1)
        head.addWidget(self._count)
        column.addLayout(head)
        column.addWidget(self._find)
        column.addWidget(self._sort)
        column.addWidget(self.view, 1)
        add = QPushButton(self.tr("Add…"))
        wears(add, "add-photos")
        add.clicked.connect(self.add_wanted)
        column.addWidget(add)
        self._connect()

    def _prepare_view(self) -> None:
        view = self.view
        view.setModel(self.model)
        view.setItemDelegate(PhotoDelegate(view))
        view.setUniformItemSizes(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.setAccessibleName(self.tr("Photos"))
        view.setMinimumHeight(120)

    def _prepare_controls(self) -> None:
        self._sort.setAccessibleName(self.tr("Sort photos by"))
        self._sort.setToolTip(self._sort.accessibleName())
        self._sort.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for what, words in (
            ("added", self.tr("As they were added")),
            ("name", self.tr("By name")),
            ("class", self.tr("By class")),
            ("probability", self.tr("By probability")),
            ("status", self.tr("By status")),
        ):
            self._sort.addItem(words, what)

    def _connect(self) -> None:
        self._find.textChanged.connect(self.model.set_filter)
        self._sort.currentIndexChanged.connect(lambda: self.model.sort_by(self._sort.currentData()))
        self.model.counted.connect(self._show_count)
        self._soon.timeout.connect(self._ask)
        for signal in (self.view.scrolled, self.view.verticalScrollBar().valueChanged, self.model.layoutChanged,
                       self.model.modelReset, self.model.rowsInserted, self.model.rowsRemoved):  # fmt: skip
            signal.connect(self._ask_soon)
        self.view.selectionModel().currentChanged.connect(lambda now, _: self._tell_current(now))
        self.view.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit(self.selected))
        self.view.removed.connect(lambda: self.remove_wanted.emit(self.selected))
        self.view.customContextMenuRequested.connect(self._open_menu)

    # ---- what is chosen ----

    @property
    def current(self) -> int | None:
        """The key of the photo that is shown."""
        return self.model.key_at(self.view.currentIndex().row())

    @property
    def selected(self) -> list[int]:
        """Keys, in the order of the list."""
        parts = list[QItemSelectionRange](self.view.selectionModel().selection())  # type: ignore[call-overload]
        rows = sorted(row for part in parts for row in range(part.top(), part.bottom() + 1))
        return [key for key in map(self.model.key_at, rows) if key is not None]

    def set_current(self, key: int) -> None:
        """Go to a photo; nothing happens if the filter hides it."""
        self._go(self.model.index_of(key))

    def go_next(self) -> None:
        self._step(1)

    def go_previous(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        row = self.view.currentIndex().row()
        self._go(self.model.index(min(max(row + by, 0), self.model.rowCount() - 1)))

    def _go(self, index: QModelIndex) -> None:
        if index.isValid():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.view.selectionModel().setCurrentIndex(index, flags)
            self.view.scrollTo(index)

    def _tell_current(self, index: QModelIndex) -> None:
        self.current_changed.emit(self.model.key_at(index.row()))

    # ---- thumbnails ----

    def set_thumbnail(self, key: int, image: QImage) -> None:
        self._asked.discard(key)
        self.model.set_thumbnail(key, image)

    def _ask_soon(self, *_: object) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _ask(self) -> None:
        keys = [key for row in self.view.in_sight() if (key := self.model.key_at(row)) is not None]
        wanted = [key for key in keys if self.model.lacks_thumbnail(key) and key not in self._asked]
        # Those that are out of sight again were perhaps skipped: they may be asked for once more.
        self._asked = set(keys) & (self._asked | set(wanted))
        if wanted:
            self.thumbnails_wanted.emit(wanted)

    # ---- words and menu ----

    def _show_count(self, listed: int, there: int) -> None:
        number = self.locale().toString
        both = self.tr("{listed} of {there}").format(listed=number(listed), there=number(there))
        self._count.setText(number(there) if listed == there else both)

    def _open_menu(self, at: QPoint) -> None:
        self.menu().popup(self.view.viewport().mapToGlobal(at))

    def menu(self) -> QMenu:
        """What can be done with the selected photos."""
        menu, keys = QMenu(self), self.selected
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, drawing, signal in (
            (self.tr("Export…"), "export", self.export_wanted),
            (self.tr("Try again"), "working", self.again_wanted),
            (self.tr("How the file is read…"), "settings", self.reading_wanted),
            (self.tr("Remove from the list"), "remove", self.remove_wanted),
        ):
            action = menu.addAction(icon(drawing, self.palette().color(QPalette.ColorRole.Text)), words)
            action.setEnabled(bool(keys))
            action.triggered.connect(lambda _=False, signal=signal: signal.emit(keys))
        return menu
