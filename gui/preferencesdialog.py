"""What a person prefers: theme, language, colours, and how much of the machine the engine may take."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from .heat import COLORMAPS

__all__ = ["Choices", "PreferencesDialog"]

LANGUAGES = {"en": "English", "de": "Deutsch"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the dialog shows and gives back; an empty language is the system's."""

    theme: str = "system"
    language: str = ""
    colormap: str = "inferno"
    threads: int = 0
    memory: int = 1024
    restore: bool = True


class PreferencesDialog(QDialog):
    """A form.

    Signals:
        chosen: Choices, when it is accepted.
    """

    chosen = Signal(object)

    def __init__(self, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Preferences"))
        self.theme, self.language, self.colormap = QComboBox(), QComboBox(), QComboBox()
        self.threads, self.memory = QSpinBox(), QSpinBox()
        self.restore = QCheckBox(self.tr("Open with the photos and the model of last time"))
        for name, words in (
            ("system", self.tr("As the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            self.theme.addItem(words, name)
        self.language.addItem(self.tr("As the system"), "")
        for code, name in LANGUAGES.items():
            self.language.addItem(name, code)
        for name in COLORMAPS:
            self.colormap.addItem(name.capitalize(), name)
        self.threads.setRange(0, 256)
        self.threads.setSpecialValueText(self.tr("as many as is best"))
        self.memory.setRange(64, 2**20)
        self.memory.setSingleStep(256)
        self.memory.setSuffix(self.tr(" MiB"))
        self._lay_out()
        self._show(choices)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setSpacing(8)
        for words, field in (
            (self.tr("Theme"), self.theme),
            (self.tr("Language"), self.language),
            (self.tr("Colours of the heat"), self.colormap),
            (self.tr("Threads of the engine"), self.threads),
            (self.tr("Memory for the latest photos"), self.memory),
        ):
            field.setAccessibleName(words)
            form.addRow(words, field)
        note = QLabel(self.tr(
            "Another language is there after the next start. Threads and memory restart the engine."
        ))  # fmt: skip
        note.setWordWrap(True)
        note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self.restore)
        column.addWidget(note)
        column.addStretch()
        column.addWidget(buttons)

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(420, 0))

    @property
    def choices(self) -> Choices:
        return Choices(
            self.theme.currentData(),
            self.language.currentData(),
            self.colormap.currentData(),
            self.threads.value(),
            self.memory.value(),
            self.restore.isChecked(),
        )

    def _show(self, choices: Choices) -> None:
        for box, value in (
            (self.theme, choices.theme),
            (self.language, choices.language),
            (self.colormap, choices.colormap),
        ):
            box.setCurrentIndex(max(box.findData(value), 0))
        self.threads.setValue(choices.threads)
        self.memory.setValue(choices.memory)
        self.restore.setChecked(choices.restore)

    def _accept(self) -> None:
        self.accept()
        self.chosen.emit(self.choices)
