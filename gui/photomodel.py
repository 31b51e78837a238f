"""The photos as Qt's views ask for them, and their thumbnails."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any, get_args

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from .listing import Listing, SortBy
from .records import PhotoRow, PhotoState
from .theme import unturned

__all__ = ["ROW", "THUMBNAIL", "PhotoModel"]

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
THUMBNAIL = Qt.ItemDataRole.UserRole + 1
MOST_THUMBNAILS = 600
"""Kept; the least lately seen go first."""
SETTLE = 150
"""Milliseconds after which what changed is sorted in, so that thousands of results are sorted once."""
MOST_SINGLE = 16
"""Rows that are told of one by one; of more, all are."""
TROUBLES = ("negative", "zero", "nonfinite", "truncated")


class PhotoModel(QAbstractListModel):
    """Photos that pass the filter, in order.

    Another order, filter or fewer photos are a reset: of a hundred thousand rows a view can be told in no other way
    without a stall. What was chosen is the view's to keep.

    Signals:
        counted: how many are listed, and how many there are.
    """

    counted = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listing = Listing()
        self._shown: list[int] = []
        self._places: dict[int, int] | None = None
        self._thumbnails: OrderedDict[int, QPixmap] = OrderedDict()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE)
        self._settle.timeout.connect(self._arrange)

    # ---- Qt's questions ----

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._shown):
            return None
        key = self._shown[index.row()]
        if role == THUMBNAIL:
            return self._thumbnails.get(key)
        row = self._listing.row(key)
        if role == Qt.ItemDataRole.DisplayRole:
            return os.path.basename(row.path)
        if role == ROW:
            return row
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
        fresh = Listing(rows)
        fresh.sort_by = self._listing.sort_by
        needle, self._listing = self._listing.needle, fresh
        self._thumbnails.clear()
        self._find(needle)
        self._reset(fresh.listed())

    def add(self, rows: Sequence[PhotoRow]) -> None:
        """Append these; sorted in a moment later."""
        passing = self._listing.add(rows)
        if passing:
            first = len(self._shown)
            self.beginInsertRows(QModelIndex(), first, first + len(passing) - 1)
            # In place: a folder of a hundred thousand comes in fifty parts.
            self._shown.extend(passing)
            if self._places is not None:
                self._places.update(zip(passing, range(first, first + len(passing)), strict=True))
            self.endInsertRows()
        self._count()
        if self._listing.sort_by != "added":
            self._settle.start()

    def update(self, rows: Iterable[PhotoRow]) -> None:
        """Take these in the places of those with their keys; filtered and sorted in a moment later."""
        known = self._listing.update(rows)
        if len(known) > MOST_SINGLE:
            self._changed_all()
        else:
            for key in known:
                self._changed(key)
        self._arrange_soon()

    def forget(self) -> None:
        """Of all photos what is known: they wait again."""
        self._listing.forget()
        self._changed_all()
        self._arrange_soon()

    def remove(self, keys: Iterable[int]) -> None:
        for key in self._listing.remove(keys):
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
        self._find(text)
        self._arrange()

    def sort_by(self, what: SortBy) -> None:
        """Names and classes from A, probabilities from the highest, status from what failed."""
        self._listing.sort_by = what
        self._arrange()

    def key_at(self, row: int) -> int | None:
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def index_of(self, key: int) -> QModelIndex:
        """Where a photo is listed; invalid if it is not."""
        if self._places is None:
            self._places = {key: row for row, key in enumerate(self._shown)}
        return self.index(self._places[key]) if key in self._places else QModelIndex()

    def holds(self, key: int) -> bool:
        """Whether a photo is there, listed or not."""
        return key in self._listing

    @property
    def keys(self) -> Sequence[int]:
        """Of the photos that are listed, in order; not to be changed."""
        return self._shown

    def _find(self, text: str) -> None:
        """Filter by what is seen: the names, and the words for states and troubles in the person's language."""
        needle = text.casefold().strip()
        states = [state for state in get_args(PhotoState) if needle in self.words(PhotoRow(0, "", state)).casefold()]
        troubles = [status for status in TROUBLES if needle in self._trouble(status).casefold()]
        self._listing.find(text, states, troubles)

    def _arrange_soon(self) -> None:
        moves = self._listing.sort_by not in ("added", "name") or self._listing.needle
        if moves and not self._settle.isActive():
            self._settle.start()

    def _arrange(self) -> None:
        self._settle.stop()
        shown = self._listing.listed()
        if shown != self._shown:
            self._reset(shown)

    def _reset(self, shown: list[int]) -> None:
        self.beginResetModel()
        self._shown, self._places = shown, None
        self.endResetModel()
        self._count()

    def _changed(self, key: int) -> None:
        index = self.index_of(key)
        if index.isValid():
            self.dataChanged.emit(index, index)

    def _changed_all(self) -> None:
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1))

    def _count(self) -> None:
        self.counted.emit(len(self._shown), len(self._listing))
