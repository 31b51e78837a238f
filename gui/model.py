"""The model card: what is open, what it takes, and what is done to photos before it sees them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from .layers import shape_words
from .records import ModelCard
from .theme import breakable, title, wears

__all__ = ["ModelPanel"]

PREPROCESSINGS = ("none", "unit", "symmetric", "torch", "caffe")


class ModelPanel(QWidget):
    """The panel of the open model.

    Signals:
        change_wanted: another model is to be opened.
        labels_wanted: a file of class names is to be opened.
        preprocessing_chosen: its name.
    """

    change_wanted = Signal()
    labels_wanted = Signal()
    preprocessing_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._facts, self._doubt = QLabel(), QLabel(), QLabel()
        for label in (self._name, self._facts, self._doubt):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        font = self._name.font()
        font.setBold(True)
        self._name.setFont(font)
        self._facts.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._box, self._box_label = QComboBox(), QLabel(self.tr("Photos are prepared by"))
        self._prepare_box()
        self._sign = QLabel()
        wears(self._sign, "warning")
        doubt = QHBoxLayout()
        doubt.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        doubt.addWidget(self._doubt, 1)
        self._change, self._labels = QPushButton(self.tr("Change…")), QPushButton(self.tr("Class names…"))
        self._change.clicked.connect(self.change_wanted)
        self._labels.clicked.connect(self.labels_wanted)
        self._labels.setToolTip(self.tr("Open a file of class names: one per line, or JSON"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(title(self.tr("Model")))
        for part in (self._name, self._facts, self._box_label, self._box):
            column.addWidget(part)
        column.addLayout(doubt)
        column.addWidget(self._change)
        column.addWidget(self._labels)
        self.set_card(None)

    def _prepare_box(self) -> None:
        self._box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._box.setAccessibleName(self._box_label.text())
        self._box_label.setBuddy(self._box)
        self._box_label.setWordWrap(True)
        for name, words in zip(PREPROCESSINGS, self._words(), strict=True):
            self._box.addItem(words, name)
        self._box.activated.connect(lambda: self.preprocessing_chosen.emit(self._box.currentData()))

    def _words(self) -> tuple[str, ...]:
        return (
            self.tr("nothing: 0 to 255"),
            self.tr("0 to 1"),
            self.tr("−1 to 1"),
            self.tr("ImageNet mean and deviation"),
            self.tr("blue-green-red minus mean"),
        )

    def set_card(self, card: ModelCard | None, words: str = "") -> None:
        """Show a model.

        Args:
            card: the model; None while none is open.
            words: what is said then, such as that the engine starts.
        """
        open_ = card is not None
        for widget in (self._facts, self._box, self._box_label):
            widget.setVisible(open_)
        self._labels.setVisible(card is not None and not card.named)
        self._name.setText(breakable(card.name) if card else words or self.tr("No model is open"))
        self._name.setToolTip("\n".join(filter(None, (card.path, f"SHA-256 {card.sha256}"))) if card else "")
        doubts = self._doubts(card) if card else []
        for widget in (self._doubt, self._sign):
            widget.setVisible(bool(doubts))
        self._doubt.setText("\n".join(doubts))
        if card is None:
            return
        self._facts.setText(self._facts_of(card))
        place = self._box.findData(card.preprocessing)
        if place < 0:
            self._box.addItem(card.preprocessing, card.preprocessing)
            place = self._box.count() - 1
        self._box.setCurrentIndex(place)
        self._box.setToolTip(card.preprocessing_reason)

    def _facts_of(self, card: ModelCard) -> str:
        sides = [extent for extent in card.input_shape[:2] if extent]
        size = shape_words(sides) if len(sides) == 2 else self.tr("any size")
        classes = self.tr("{n} classes").format(n=self.locale().toString(len(card.classes))) if card.classes else ""
        return " · ".join(filter(None, (size, classes, card.activation)))

    def _doubts(self, card: ModelCard) -> list[str]:
        """What the user should check, as sentences."""
        doubts = []
        if not card.preprocessing_known:
            doubts.append(self.tr("How photos are prepared is assumed. Is it right?"))
        if not card.named and card.classes:
            doubts.append(self.tr("The classes have no names yet."))
        return [*doubts, *card.notes]
