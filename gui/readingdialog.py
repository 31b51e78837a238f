"""How a photo's file is read: the page, the values that are black and white, and what is done about damage."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from .records import FileFacts, PhotoReading

__all__ = ["ReadingDialog"]

FAR = 1e12


class ReadingDialog(QDialog):
    """What is known of the file, and what can be chosen.

    Signals:
        page_looked_at: a page: its values are wanted, by :meth:`set_facts`.
        chosen: a PhotoReading, and whether it is for all photos that are selected.
    """

    page_looked_at = Signal(int)
    chosen = Signal(object, bool)

    def __init__(self, name: str, reading: PhotoReading, others: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("How the file is read"))
        self._facts = FileFacts()
        self.page, self.of, self.known = QSpinBox(), QLabel(), QLabel()
        self.range, self.low, self.high = QComboBox(), QDoubleSpinBox(), QDoubleSpinBox()
        self.whole = QPushButton(self.tr("From the picture"))
        self.damaged = QCheckBox(self.tr("Show what can be read of a damaged file"))
        self.all = QCheckBox(self.tr("The same for all selected photos: {n}").format(n=others + 1))
        self.all.setVisible(others > 0)
        heading = QLabel(name)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        self.known.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for label in (heading, self.known):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.known.setText(self.tr("Reading the file…"))
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(self.known)
        column.addLayout(self._form())
        column.addWidget(self.damaged)
        column.addWidget(self.all)
        column.addStretch()
        column.addWidget(self._buttons())
        self._name_all()
        self.set_facts(self._facts, known=False)
        self._show(reading)
        self.page.valueChanged.connect(self.page_looked_at)
        self.resize(440, 260)

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setSpacing(8)
        page, window = QHBoxLayout(), QHBoxLayout()
        self.page.setRange(1, 10**6)
        self.page.setKeyboardTracking(False)
        self.page.setMinimumWidth(72)
        page.addWidget(self.page)
        page.addWidget(self.of, 1)
        for box in (self.low, self.high):
            box.setRange(-FAR, FAR)
            box.setDecimals(3)
            box.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        for part in (self.low, QLabel("–"), self.high, self.whole):
            window.addWidget(part, int(part in (self.low, self.high)))
        self.range.addItem("", "auto")
        self.range.addItem(self.tr("From black to white:"), "window")
        self.range.currentIndexChanged.connect(self._allow)
        self.whole.clicked.connect(self._take_range)
        form.addRow(self.tr("Page"), page)
        form.addRow(self.tr("Values"), self.range)
        form.addRow("", window)
        return form

    def _buttons(self) -> QDialogButtonBox:
        kind = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kind.Ok | kind.Apply | kind.Cancel | kind.RestoreDefaults)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        buttons.button(kind.Apply).clicked.connect(self._tell)
        buttons.button(kind.RestoreDefaults).clicked.connect(lambda: self._show(PhotoReading()))
        return buttons

    def _name_all(self) -> None:
        self.whole.setToolTip(self.tr("The least and the greatest value of this page"))
        for part, words in (
            (self.page, self.tr("Page")),
            (self.range, self.tr("Which values are shown")),
            (self.low, self.tr("Value that is shown black")),
            (self.high, self.tr("Value that is shown white")),
        ):
            part.setAccessibleName(words)
            part.setToolTip(words)

    # ---- what is known ----

    def set_facts(self, facts: FileFacts, *, known: bool = True) -> None:
        """Show what there is to choose; what there is no choice of cannot be changed."""
        self._facts = facts
        if known:
            self.known.setText(self._words(facts))
            self.page.setMaximum(max(facts.pages, self.page.value() if facts.damaged else 1))
        for box in (self.low, self.high):
            box.setDecimals(0 if facts.bits and not facts.real else 3)
        number = self.locale().toString
        self.of.setText(self.tr("of {n}").format(n=number(facts.pages)) if known else "")
        full = facts.bits in (12, 16)
        words = self.tr("All that {n} bits can hold").format(n=facts.bits) if full else self.tr("All in the picture")
        self.range.setItemText(0, words)
        self._allow()

    def _words(self, facts: FileFacts) -> str:
        number = self.locale().toString
        kind = self.tr("Colour, or grey of 8 bits")
        if facts.bits:
            kind = self.tr("Grey of {n} bits").format(n=facts.bits)
        if facts.real:
            kind = self.tr("Grey in floating-point numbers")
        pages = self.tr("{n} pages").format(n=number(facts.pages)) if facts.pages > 1 else ""
        ends = ""
        if facts.low is not None and facts.high is not None:
            low, high = (number(int(end) if end == int(end) else end) for end in (facts.low, facts.high))
            ends = self.tr("values from {low} to {high}").format(low=low, high=high)
        if facts.damaged:
            return self.tr("The file is damaged, or ends too early.")
        return " · ".join(filter(None, (kind, pages, ends)))

    def _allow(self) -> None:
        facts, free = self._facts, self.range.currentData() == "window"
        self.page.setEnabled(facts.pages > 1 or self.page.value() > 1)
        # Of a selection some may be deep although this one is not.
        self.range.setEnabled(bool(facts.bits) or free or not self.all.isHidden())
        for part in (self.low, self.high):
            part.setEnabled(free)
        self.whole.setEnabled(facts.low is not None)

    def _take_range(self) -> None:
        if self._facts.low is not None and self._facts.high is not None:
            self.range.setCurrentIndex(1)
            self.low.setValue(self._facts.low)
            self.high.setValue(self._facts.high)

    # ---- what is chosen ----

    @property
    def reading(self) -> PhotoReading:
        free = self.range.currentData() == "window" and self.low.value() < self.high.value()
        window = (self.low.value(), self.high.value()) if free else None
        return PhotoReading(self.page.value(), window, self.damaged.isChecked())

    def _show(self, reading: PhotoReading) -> None:
        self.page.setValue(reading.page)
        self.range.setCurrentIndex(int(reading.window is not None))
        low, high = reading.window or (self._facts.low or 0.0, self._facts.high or 0.0)
        self.low.setValue(low)
        self.high.setValue(high)
        self.damaged.setChecked(reading.damaged)
        self._allow()

    def _tell(self) -> None:
        self.chosen.emit(self.reading, self.all.isChecked())

    def _accept(self) -> None:
        self._tell()
        self.accept()
