"""The list of photos as it is scrolled and chosen from; what is chosen outlives every filter and order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, compress

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyleOptionViewItem, QTableView, QWidget

from .photodelegate import PhotoDelegate
from .photomodel import PhotoModel

__all__ = ["PhotoView"]

Flag = QItemSelectionModel.SelectionFlag
MOST_AT_ONCE = 4000
"""Stretches of neighbours that are selected again within the change that moved them; more of them a moment later."""


class PhotoView(QTableView):
    """A table of one column, of rows of one height.

    A QListView lays out all its rows anew whenever some come or go: a tenth of a second for a hundred thousand.

    Signals:
        scrolled: other rows may be in sight.
        removed: the Delete key.
        current_changed: the key of the photo to show, or None.
        selection_changed: :attr:`selected` are others.
    """

    scrolled = Signal()
    removed = Signal()
    current_changed = Signal(object)
    selection_changed = Signal()

    def __init__(self, model: PhotoModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._current: int | None = None
        """Also while the filter hides it."""
        self._selected: list[int] | None = None
        """None: to be read from the selection model when it is asked for."""
        self._before: _Choice | None = None
        self._stretches: list[tuple[int, int]] = []
        self._marking = False
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._mark_now)
        self.setModel(model)
        self.setItemDelegate(PhotoDelegate(self))
        self._look_like_a_list()
        # After the view's and the selection model's own, which forget all.
        model.modelAboutToBeReset.connect(self._keep_choice)
        model.modelReset.connect(self._choose_again)
        self.selectionModel().currentChanged.connect(self._current_moved)
        self.selectionModel().selectionChanged.connect(self._selection_moved)

    def _look_like_a_list(self) -> None:
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._set_height()

    def _set_height(self) -> None:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        self.verticalHeader().setDefaultSectionSize(self.itemDelegate().sizeHint(option, QModelIndex()).height())

    def in_sight(self) -> range:
        """Rows that can be seen."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        if first < 0:
            return range(0)
        return range(first, last + 1 if last >= 0 else self._model.rowCount())

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

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._set_height()

    # ---- what is chosen ----

    @property
    def current(self) -> int | None:
        """The key of the photo that is shown; None if it is not listed."""
        return self._model.key_at(self.currentIndex().row())

    @property
    def selected(self) -> list[int]:
        """Keys, in the order of the list."""
        if self._selected is None:
            parts = list[QItemSelectionRange](self.selectionModel().selection())  # type: ignore[call-overload]
            stretches = sorted((part.top(), part.bottom()) for part in parts)
            keys = self._model.keys
            self._selected = list(chain.from_iterable(keys[first : last + 1] for first, last in stretches))
        return list(self._selected)

    def set_current(self, key: int) -> None:
        """Go to a photo; one that the filter hides is gone to when it is listed again."""
        self._current = key
        self._go(self._model.index_of(key))

    def step(self, by: int) -> None:
        """Go so many rows on, and no further than the ends."""
        row = self.currentIndex().row()
        self._go(self._model.index(min(max(row + by, 0), self._model.rowCount() - 1)))

    def _go(self, index: QModelIndex) -> None:
        if index.isValid():
            self.selectionModel().setCurrentIndex(index, Flag.ClearAndSelect)
            self.scrollTo(index)

    def _current_moved(self, index: QModelIndex) -> None:
        key = self._model.key_at(index.row())
        if key != self._current:
            self._current = key
            self.current_changed.emit(key)

    def _selection_moved(self) -> None:
        if not self._marking:
            self._later.stop()
            self._selected = None
            self.selection_changed.emit()

    # ---- the choice outlives a reset ----

    def _keep_choice(self) -> None:
        self._before = _Choice(self._model.keys, self.selected, self.currentIndex().row() in self.in_sight())

    def _choose_again(self) -> None:
        before, self._before = self._before, None
        assert before is not None
        keys, current = self._model.keys, self._current
        listed = set(keys)
        if current is not None and not self._model.holds(current):
            current = _follower(before.keys, current, listed)
        still = listed.intersection(before.selected)
        self._mark(still or listed.intersection([current]))
        self._make_current(current if current in listed else None, before.in_sight)
        if len(still) < len(before.selected) or not still:
            self.selection_changed.emit()

    def _make_current(self, key: int | None, in_sight: bool) -> None:
        keys = self._model.keys
        if key is not None:
            # Not index_of: it would look up all.
            index = self._model.index(keys.index(key))
            self.selectionModel().setCurrentIndex(index, Flag.NoUpdate)
            if in_sight:
                self.scrollTo(index)
        elif self._current is not None and not self._model.holds(self._current):
            self._current = None

    def _mark(self, chosen: set[int]) -> None:
        """Select these, wherever they are now."""
        keys = self._model.keys
        inside = np.fromiter(map(chosen.__contains__, keys), np.int8, len(keys))
        self._selected = list(compress(keys, inside))
        self._stretches = _stretches(inside)
        if len(self._stretches) <= MOST_AT_ONCE:
            self._mark_now()
        else:
            self._later.start()

    def _mark_now(self) -> None:
        selection, index = QItemSelection(), self._model.index
        for first, last in self._stretches:
            selection.select(index(first, 0), index(last, 0))
        self._marking, self._stretches = True, []
        self.selectionModel().select(selection, Flag.ClearAndSelect)
        self._marking = False


@dataclass(frozen=True, slots=True)
class _Choice:
    """What was listed and selected, and whether the photo that is shown could be seen in the list."""

    keys: Sequence[int]
    selected: list[int]
    in_sight: bool


def _follower(keys: Sequence[int], gone: int, listed: set[int]) -> int | None:
    """The next photo of those that were listed that still is, else the one before."""
    place = keys.index(gone) if gone in keys else len(keys)
    return next((key for key in chain(keys[place:], reversed(keys[:place])) if key in listed), None)


def _stretches(inside: np.ndarray) -> list[tuple[int, int]]:
    """First and last place of each stretch of ones among zeros."""
    firsts = np.flatnonzero(np.diff(inside, prepend=0) == 1)
    lasts = np.flatnonzero(np.diff(inside, append=0) == -1)
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))
