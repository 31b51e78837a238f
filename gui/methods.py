"""The method picker: methods under their headings, what each shows and costs, and its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPalette, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from .records import MethodRow
from .settingsform import SettingsForm
from .theme import link, title

__all__ = ["MethodPicker"]

NAME = Qt.ItemDataRole.UserRole


class MethodPicker(QWidget):
    """How the map is made.

    Signals:
        chosen: a method's name, and what of its settings is not the default.
    """

    chosen = Signal(str, dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, MethodRow] = {}
        self._values: dict[str, dict[str, Any]] = {}
        self.box, self.form = QComboBox(), SettingsForm()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(12)
        self.box.setMaxVisibleItems(24)
        self.box.setAccessibleName(self.tr("Method"))
        self.box.setToolTip(self.tr("How the map is made"))
        self._summary, self._cost = QLabel(), QLabel()
        for label in (self._summary, self._cost):
            label.setWordWrap(True)
        self._cost.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._reset = link(self.tr("Defaults"))
        self._reset.clicked.connect(self.form.reset)
        head = QHBoxLayout()
        head.addWidget(title(self.tr("Method")), 1)
        head.addWidget(self._reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addLayout(head)
        for widget in (self.box, self._summary, self._cost, self.form):
            column.addWidget(widget)
        self.box.activated.connect(self._choose)
        self.form.changed.connect(self._change)
        self._describe()

    @property
    def name(self) -> str:
        """Of the method that is chosen; empty if there are none."""
        return self.box.currentData(NAME) or ""

    def set_methods(self, rows: Sequence[MethodRow]) -> None:
        """Offer these; those that do not fit the model are there, but cannot be chosen, and say why."""
        self._rows = {row.name: row for row in rows}
        groups = {row.group: None for row in rows}
        model = QStandardItemModel(self.box)
        for group, members in groupby(
            sorted(rows, key=lambda row: list(groups).index(row.group)), lambda row: row.group
        ):
            model.appendRow(self._heading(group))
            for row in members:
                model.appendRow(self._item(row))
        with QSignalBlocker(self.box):
            self.box.setModel(model)
            self.set_method(next((row.name for row in rows if not row.unfit), ""))

    def set_method(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        """Show a method and its settings, without telling ``chosen``."""
        if settings is not None:
            self._values[name] = dict(settings)
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self.box.findData(name, NAME))
        row = self._rows.get(name)
        self.form.set_settings(row.settings if row else (), self._values.get(name))
        self._describe()

    def go_next(self) -> None:
        """The next method that fits; after the last comes the first."""
        names = [self.box.itemData(place, NAME) for place in range(self.box.count())]
        good = [name for name in names if name and not self._rows[name].unfit]
        if good:
            at = good.index(self.name) + 1 if self.name in good else 0
            self.set_method(good[at % len(good)])
            self._tell()

    def _heading(self, words: str) -> QStandardItem:
        item = QStandardItem(words)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = self.box.font()
        font.setBold(True)
        item.setFont(font)
        return item

    def _item(self, row: MethodRow) -> QStandardItem:
        remark = self.tr("does not fit") if row.unfit else self.tr("slow") if row.slow else ""
        item = QStandardItem(" · ".join(filter(None, (row.title, remark))))
        item.setData(row.name, NAME)
        item.setToolTip("\n".join(filter(None, (row.summary, row.cost, row.paper, row.unfit))))
        item.setData(f"{row.title}. {row.summary} {row.unfit}", Qt.ItemDataRole.AccessibleDescriptionRole)
        if row.unfit:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        return item

    def _describe(self) -> None:
        row = self._rows.get(self.name)
        self._summary.setText(row.summary if row else "")
        self._cost.setText(self.tr("Cost: {cost}").format(cost=row.cost) if row else "")
        self._summary.setToolTip(row.paper if row else "")
        self._reset.setVisible(bool(self.form.values))

    def _choose(self) -> None:
        self.set_method(self.name)
        self._tell()

    def _change(self, values: dict[str, Any]) -> None:
        self._values[self.name] = values
        self._describe()
        self._tell()

    def _tell(self) -> None:
        if self.name:
            self.chosen.emit(self.name, self.form.values)
