"""What there is to say about the map, on the canvas, with the button that does something about it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from .records import Answer
from .theme import wears

__all__ = ["Banner"]


NARROW = 560


class Banner(QFrame):
    """A line of words that stays until it is closed or the reason is gone.

    Signals:
        asked: the name of the action whose button was pressed: ``"against"``, ``"deeper"``, or what was given.
    """

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setAccessibleName(self.tr("Message"))
        self._sign, self._words = QLabel(), QLabel()
        wears(self._sign, "info")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = QToolButton()
        self._close.setAutoRaise(True)
        wears(self._close, "close")
        self._close.setToolTip(self.tr("Close"))
        self._close.setAccessibleName(self.tr("Close the message"))
        self._close.clicked.connect(self.hide)
        self._said, self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight), QHBoxLayout()
        self._said.addWidget(self._words, 1)
        self._said.addLayout(self._row)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(8)
        row.addWidget(self._sign)
        row.addLayout(self._said, 1)
        row.addWidget(self._close)
        self._row.setSpacing(8)
        self._row.addStretch()
        self._buttons: list[QPushButton] = []
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow, the buttons stand beneath the words."""
        super().resizeEvent(event)
        beneath = self.width() < NARROW and bool(self._buttons)
        way = QBoxLayout.Direction
        self._said.setDirection(way.TopToBottom if beneath else way.LeftToRight)

    def minimumSizeHint(self) -> QSize:
        """No wider than with the buttons beneath, or the canvas could never become so narrow."""
        return QSize(self._row.minimumSize().width() + 88, super().minimumSizeHint().height())

    @property
    def text(self) -> str:
        return self._words.text()

    def say(self, text: str, actions: dict[str, str] | None = None, sign: str = "info") -> None:
        """Show words.

        Args:
            text: a sentence or two.
            actions: the words on each button, by the name that ``asked`` tells.
            sign: the icon: ``"info"``, ``"warning"`` or ``"error"``.
        """
        self._words.setText(text)
        self._words.setToolTip("")
        self.setAccessibleDescription(text)
        wears(self._sign, sign)
        for button in self._buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self._buttons = [self._button(name, words) for name, words in (actions or {}).items()]
        self.show()

    def say_of(self, answer: Answer | None) -> None:
        """What is to be said of an answer: nothing if it is well, else why there is nothing to see and what to do."""
        if answer is None or answer.status == "ok":
            self.hide()
            return
        deeper = {"deeper": self.tr("Deeper layer")}
        against = {"against": self.tr("What speaks against it?")}
        actions = {"negative": against | deeper, "zero": deeper}.get(answer.status, {})
        self.say(self._words_of(answer.status).format(what=answer.title) or answer.reason, actions, "warning")
        self._words.setToolTip(answer.reason)

    def _words_of(self, status: str) -> str:
        return {
            "negative": self.tr(
                "Nothing in this layer speaks for “{what}”: every contribution is negative. "
                "Try a deeper layer, or ask what speaks against it."
            ),
            "zero": self.tr("“{what}” does not depend on this layer here: the map is zero. Try a deeper layer."),
            "nonfinite": self.tr("There is no map of “{what}”: a number overflowed on the way. Try another layer."),
            "truncated": self.tr(
                "The photo's file is damaged or ends too early. The map of “{what}” is of a picture that is blank or "
                "wrong in places."
            ),
        }.get(status, "")

    def _button(self, name: str, words: str) -> QPushButton:
        button = QPushButton(words)
        button.clicked.connect(lambda: self.asked.emit(name))
        self._row.insertWidget(self._row.count() - 1, button)
        return button
