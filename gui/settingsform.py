"""A form made from the parameters of a method: one field for each, of the kind it needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from .records import SettingRow
from .said import said

__all__ = ["SettingsForm"]

FAR = 10**6
"""The end of a range that has none."""
Field = tuple[QWidget, Callable[[], Any], Callable[[Any], None]]


class SettingsForm(QWidget):
    """Fields with their values.

    Signals:
        changed: those values that are not the default, by name.
    """

    changed = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setSpacing(8)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._rows: dict[str, SettingRow] = {}
        self._fields: dict[str, Field] = {}
        self._quiet = False

    def set_settings(self, rows: Sequence[SettingRow], values: dict[str, Any] | None = None) -> None:
        """Make the fields, with these values or the defaults, without telling ``changed``."""
        while self._form.rowCount():
            self._form.removeRow(0)
        self._rows = {row.name: row for row in rows}
        self._fields = {row.name: self._field(row) for row in rows}
        for name, (widget, _, put) in self._fields.items():
            row = self._rows[name]
            for field in (widget, *widget.findChildren(QLineEdit)):
                field.setAcceptDrops(False)
            widget.setToolTip(row.what)
            label = said(words(name))
            widget.setAccessibleName(label)
            widget.setAccessibleDescription(row.what)
            self._form.addRow(label, widget)
            self._put(put, (values or {}).get(name, row.default))
        self.setVisible(bool(rows))

    @property
    def values(self) -> dict[str, Any]:
        """What is not the default."""
        found = {name: get() for name, (_, get, _) in self._fields.items()}
        return {name: value for name, value in found.items() if value != self._rows[name].default}

    def reset(self) -> None:
        """All defaults again."""
        for name, (_, _, put) in self._fields.items():
            self._put(put, self._rows[name].default)
        self._tell()

    def _put(self, put: Callable[[Any], None], value: Any) -> None:
        self._quiet = True
        put(value)
        self._quiet = False

    def _tell(self) -> None:
        if not self._quiet:
            self.changed.emit(self.values)

    def _field(self, row: SettingRow) -> Field:
        return {"whole": self._whole, "number": self._number, "switch": self._switch, "choice": self._choice}.get(
            row.kind, self._text
        )(row)

    def _whole(self, row: SettingRow) -> Field:
        box = QSpinBox()
        box.setRange(int(-FAR if row.least is None else row.least), int(FAR if row.most is None else row.most))
        box.setKeyboardTracking(False)
        box.valueChanged.connect(self._tell)
        return box, box.value, lambda value: box.setValue(int(value or 0))

    def _number(self, row: SettingRow) -> Field:
        box = QDoubleSpinBox()
        box.setDecimals(4)
        box.setRange(-FAR if row.least is None else row.least, FAR if row.most is None else row.most)
        box.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        box.setKeyboardTracking(False)
        box.valueChanged.connect(self._tell)
        return box, box.value, lambda value: box.setValue(float(value or 0))

    def _switch(self, row: SettingRow) -> Field:
        box = QCheckBox()
        box.toggled.connect(self._tell)
        return box, box.isChecked, lambda value: box.setChecked(bool(value))

    def _choice(self, row: SettingRow) -> Field:
        box = QComboBox()
        for choice in row.choices:
            box.addItem(said(choice), choice)
        box.currentIndexChanged.connect(self._tell)
        return box, box.currentData, lambda value: box.setCurrentIndex(box.findData(value))

    def _text(self, row: SettingRow) -> Field:
        box = QLineEdit()
        box.editingFinished.connect(self._tell)
        return box, box.text, lambda value: box.setText("" if value is None else str(value))


def words(name: str) -> str:
    """A parameter's name for people: ``"batch_size"`` is "Batch size"."""
    return name.replace("_", " ").capitalize()
