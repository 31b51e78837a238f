"""How the heat is drawn: opacity, colours, threshold, and whether what speaks against is drawn too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QSlider, QVBoxLayout, QWidget

from .heat import COLORMAPS, DIVERGING, colours
from .records import Look
from .theme import tabular, title

__all__ = ["LookPanel"]

SWATCH = QSize(48, 12)


class LookPanel(QWidget):
    """Sliders that act while they are dragged.

    Signals:
        changed: the Look, at every move.
        settled: the Look, when a slider is let go or something else was chosen: a step for undo.
    """

    changed = Signal(object)
    settled = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._numbers: dict[QSlider, QLabel] = {}
        self.opacity = self._slider(self.tr("Opacity"), "opacity")
        self.colours = self._colours()
        self.threshold = self._slider(self.tr("Threshold"), "threshold")
        self.threshold.setToolTip(self.tr("Heat below this is not drawn"))
        self.signed = QCheckBox(self.tr("Also what speaks against"))
        self.signed.setToolTip(self.tr("Signed values: blue speaks against, red speaks for"))
        self.signed.toggled.connect(lambda on: self._set(signed=on))
        self._grid.addWidget(self.signed, self._grid.rowCount(), 0, 1, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(title(self.tr("Look")))
        column.addLayout(self._grid)
        self.set_look(self._look)

    @property
    def look(self) -> Look:
        return self._look

    def set_look(self, look: Look) -> None:
        """Show these values, without telling."""
        self._look = look
        for control in (self.opacity, self.threshold, self.colours, self.signed):
            control.blockSignals(True)
        self.opacity.setValue(round(look.opacity * 100))
        self.threshold.setValue(round(look.threshold * 100))
        self.colours.setCurrentIndex(max(self.colours.findData(look.colormap), 0))
        self.signed.setChecked(look.signed)
        for control in (self.opacity, self.threshold, self.colours, self.signed):
            control.blockSignals(False)
        self._describe()

    def _describe(self) -> None:
        for slider, number in self._numbers.items():
            number.setText(self.tr("{n} %").format(n=slider.value()))
        self.colours.setEnabled(not self._look.signed)
        self.colours.setToolTip(self.tr("Signed values have colours of their own") if self._look.signed else "")

    def _slider(self, words: str, field: str) -> QSlider:
        slider, label, number = QSlider(Qt.Orientation.Horizontal), QLabel(words), QLabel()
        slider.setRange(0, 100)
        slider.setPageStep(10)
        slider.setAccessibleName(words)
        label.setBuddy(slider)
        number.setFont(tabular(number.font()))
        number.setMinimumWidth(number.fontMetrics().horizontalAdvance(self.tr("{n} %").format(n=100)))
        number.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        row = self._grid.rowCount()
        for column, widget in enumerate((label, slider, number)):
            self._grid.addWidget(widget, row, column)
        self._numbers[slider] = number
        slider.valueChanged.connect(lambda value: self._set(settle=not slider.isSliderDown(), **{field: value / 100}))
        slider.sliderReleased.connect(lambda: self.settled.emit(self._look))
        return slider

    def _colours(self) -> QComboBox:
        box, label = QComboBox(), QLabel(self.tr("Colours"))
        box.setIconSize(SWATCH)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(6)
        box.setAccessibleName(label.text())
        label.setBuddy(box)
        for name in COLORMAPS:
            box.addItem(name.capitalize() if name != "gray" else self.tr("Grey"), name)
        box.currentIndexChanged.connect(lambda: self._set(colormap=box.currentData()))
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(box, row, 1, 1, 2)
        return box

    def draw_swatches(self) -> None:
        """Draw the colours beside their names; apart, because the first needs matplotlib, which takes 0.1 s."""
        for place in range(self.colours.count()):
            self.colours.setItemIcon(place, swatch(self.colours.itemData(place)))

    def _set(self, settle: bool = True, **fields: Any) -> None:
        self._look = replace(self._look, **fields)
        with QSignalBlocker(self.colours):
            self._describe()
        self.changed.emit(self._look)
        if settle:
            self.settled.emit(self._look)


def swatch(colormap: str) -> QIcon:
    """A colormap from the least to the most."""
    table = colours(Look(opacity=1.0, colormap=colormap, signed=colormap == DIVERGING))
    image = QImage(len(table), 1, QImage.Format.Format_RGB32)
    for column, argb in enumerate(table):
        image.setPixel(column, 0, argb)
    return QIcon(QPixmap.fromImage(image.scaled(SWATCH * 3)))
