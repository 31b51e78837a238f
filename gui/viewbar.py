"""The row above the canvas: how photo and heat are shown, and how large."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QToolButton,
    QWidget,
)

from .records import ViewMode
from .theme import wears

__all__ = ["HoldKey", "ViewBar"]

GRID = "grid"
TYPED_IN = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox)


class ViewBar(QWidget):
    """Buttons; each has its words in the tooltip, and beside it where there is room.

    Signals:
        mode_chosen: a ViewMode, or ``"grid"``.
        fit_wanted, actual_size_wanted, zoom_in_wanted, zoom_out_wanted: what to do with the picture.
        heat_held: True while the button that hides the heat is held down.
    """

    mode_chosen = Signal(str)
    fit_wanted = Signal()
    actual_size_wanted = Signal()
    zoom_in_wanted = Signal()
    zoom_out_wanted = Signal()
    heat_held = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(4)
        self._modes = QButtonGroup(self)
        for key, (mode, words) in enumerate(self._words().items(), start=1):
            button = self._button(mode.replace(" ", "-"), f"{words} ({key})", words)
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, chosen=mode: self.mode_chosen.emit(chosen))
            button.setProperty("mode", mode)
            self._modes.addButton(button)
            row.addWidget(button)
        row.addStretch()
        for drawing, words, signal in (
            ("fit", self.tr("Fit (F)"), self.fit_wanted),
            ("actual-size", self.tr("One to one (Ctrl+0)"), self.actual_size_wanted),
            ("zoom-out", self.tr("Smaller (−)"), self.zoom_out_wanted),
            ("zoom-in", self.tr("Larger (+)"), self.zoom_in_wanted),
        ):
            button = self._button(drawing, words)
            button.clicked.connect(signal)
            row.addWidget(button)
        row.addWidget(self._hide_button())
        self.set_mode("overlay")
        # Words go where there is no room for them, and do not hold the window wide.
        self._with_words = self.sizeHint().width()
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)

    def set_mode(self, mode: str) -> None:
        """Mark the mode that is shown, without telling ``mode_chosen``."""
        for button in self._modes.buttons():
            button.setChecked(button.property("mode") == mode)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_words(self.width() >= self._with_words)

    def minimumSizeHint(self) -> QSize:
        buttons = len(self.findChildren(QToolButton))
        return QSize(buttons * 34 + 16, super().minimumSizeHint().height())

    def _show_words(self, visible: bool) -> None:
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if visible else Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in self._modes.buttons():
            assert isinstance(button, QToolButton)
            button.setToolButtonStyle(style)

    def _words(self) -> dict[str, str]:
        words = (self.tr("Overlay"), self.tr("Side by side"), self.tr("Swipe"), self.tr("Grid"))
        return dict(zip((*get_args(ViewMode), GRID), words, strict=True))

    def _button(self, drawing: str, tip: str, words: str = "") -> QToolButton:
        button = QToolButton()
        wears(button, drawing)
        button.setText(words)
        button.setToolTip(tip)
        button.setAccessibleName(words or tip)
        button.setAutoRaise(True)
        button.setMinimumSize(30, 30)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if words:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _hide_button(self) -> QToolButton:
        button = self._button("eye-off", self.tr("Hold to hide the heat (H)"))
        button.pressed.connect(lambda: self.heat_held.emit(True))
        button.released.connect(lambda: self.heat_held.emit(False))
        return button


class HoldKey(QObject):
    """A key of a window that acts while it is down, which a shortcut cannot. Not where letters are typed.

    Signals:
        held: True when it goes down, False when it is let go or the window loses the keyboard.
    """

    held = Signal(bool)

    def __init__(self, window: QWidget, key: Qt.Key = Qt.Key.Key_H) -> None:
        super().__init__(window)
        self._window, self._key, self._down = window, key, False
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowDeactivate and watched is self._window:
            self._set(False)
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget) or event.key() != self._key:
            return False
        if event.isAutoRepeat() or event.modifiers() or watched.window() is not self._window:
            return False
        if event.type() == QEvent.Type.KeyPress and not isinstance(watched, TYPED_IN):
            self._set(True)
        elif event.type() == QEvent.Type.KeyRelease:
            self._set(False)
        return False

    def _set(self, down: bool) -> None:
        if down != self._down:
            self._down = down
            self.held.emit(down)
