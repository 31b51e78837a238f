"""The row above the grid: what is compared, which of it, and what is taken out of the window."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QWidget,
    QWidgetAction,
)

from .theme import wears

__all__ = ["MOST", "CompareBar"]

MOST = 8
"""Columns that are drawn."""
ROW_HEIGHT = 24
SETTLE = 300
"""Milliseconds after which what was ticked is told, so that ticking three is one change."""


class CompareBar(QWidget):
    """What stands in the columns.

    Signals:
        kind_chosen: ``"methods"``, ``"layers"``, ``"classes"`` or ``"models"``.
        chosen: the names that are ticked, in the order of the list.
        copy_wanted, save_wanted: the buttons.
    """

    kind_chosen = Signal(str)
    chosen = Signal(list)
    copy_wanted = Signal()
    save_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kinds, self.list, self._rows = QComboBox(), QListWidget(), QLabel()
        for kind, words in (
            ("methods", self.tr("Methods")),
            ("layers", self.tr("Layers")),
            ("classes", self.tr("Classes")),
            ("models", self.tr("Models opened so far")),
        ):
            self.kinds.addItem(words, kind)
        label = QLabel(self.tr("Compare"))
        label.setBuddy(self.kinds)
        self.kinds.setAccessibleName(self.tr("What is compared"))
        self.kinds.activated.connect(lambda: self.kind_chosen.emit(self.kind))
        self.list.setAccessibleName(self.tr("What stands in the columns"))
        self.list.setMinimumSize(QSize(280, 320))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE)
        self._settle.timeout.connect(lambda: self.chosen.emit(self.ticked))
        self.list.itemChanged.connect(self._tick)
        self._which = self._which_button()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.kinds)
        row.addWidget(self._which)
        row.addWidget(self._rows)
        row.addStretch()
        row.addWidget(self._button(self.tr("Copy"), "copy", self.copy_wanted))
        row.addWidget(self._button(self.tr("Save sheet…"), "export", self.save_wanted))

    @property
    def kind(self) -> str:
        return self.kinds.currentData()

    @property
    def ticked(self) -> list[str]:
        items = [self.list.item(row) for row in range(self.list.count())]
        return [item.data(Qt.ItemDataRole.UserRole) for item in items if item.checkState() == Qt.CheckState.Checked]

    def set_choices(self, choices: Sequence[tuple[str, str]], ticked: Collection[str]) -> None:
        """What can stand in the columns, without telling ``chosen``.

        Args:
            choices: names, and their words for people.
            ticked: the names of those that do.
        """
        with QSignalBlocker(self.list):
            self.list.clear()
            for name, words in choices:
                item = QListWidgetItem(words)
                item.setData(Qt.ItemDataRole.UserRole, name)
                item.setToolTip(words)
                item.setSizeHint(QSize(0, ROW_HEIGHT))
                item.setFlags(
                    Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable
                )
                item.setCheckState(Qt.CheckState.Checked if name in ticked else Qt.CheckState.Unchecked)
                self.list.addItem(item)
        self._count()

    def set_photos(self, shown: int, of: int) -> None:
        """How many of the photos that are selected stand in the rows; nothing is said where all do."""
        self._rows.setText(self.tr("the first {n} of {total} photos").format(n=shown, total=of) if shown < of else "")

    def _which_button(self) -> QPushButton:
        menu, action = QMenu(self), QWidgetAction(self)
        action.setDefaultWidget(self.list)
        menu.addAction(action)
        button = QPushButton()
        button.setMenu(menu)
        return button

    def _tick(self, item: QListWidgetItem) -> None:
        if len(self.ticked) > MOST:
            with QSignalBlocker(self.list):
                item.setCheckState(Qt.CheckState.Unchecked)
            return
        self._count()
        self._settle.start()

    def _count(self) -> None:
        number, of = len(self.ticked), self.list.count()
        self._which.setText(self.tr("{n} of {total}").format(n=number, total=of))
        self._which.setToolTip(self.tr("Choose which; at most {n}").format(n=MOST))
        self._which.setAccessibleName(self.tr("Choose which; at most {n}").format(n=MOST))
        self._which.setEnabled(of > 0)

    def _button(self, words: str, drawing: str, signal: SignalInstance) -> QPushButton:
        button = QPushButton(words)
        button.setFlat(True)
        wears(button, drawing)
        button.clicked.connect(signal)
        return button
