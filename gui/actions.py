"""Everything the window can do: one action each, in the menus, with its key, for the palette and the list of keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QMainWindow,
    QMenu,
    QTreeView,
    QWidget,
)

from .theme import icon

__all__ = ["Actions"]

KEPT = (
    (QTreeView, (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)),
    (QAbstractItemView, (Qt.Key.Key_Up, Qt.Key.Key_Down)),
    (QAbstractSlider, (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)),
    (QComboBox, (Qt.Key.Key_Up, Qt.Key.Key_Down)),
)
"""Arrows that stay with the control that has the keyboard, though the window has a use for them."""


class Actions(QObject):
    """The menus of a window.

    Args:
        window: gets the menus and the keys.
    """

    def __init__(self, window: QMainWindow):
        super().__init__(window)
        self._window = window
        self.groups: dict[str, list[QAction]] = {}
        self._icons: dict[QAction, str] = {}
        self._enabled: dict[QAction, Callable[[], bool]] = {}
        self._checked: dict[QAction, Callable[[], bool]] = {}
        self._menu: QMenu | None = None
        self._heading = ""
        window.installEventFilter(self)
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    @property
    def all(self) -> list[QAction]:
        return [action for actions in self.groups.values() for action in actions]

    def menu(self, words: str) -> QMenu:
        """Begin a menu; what is added goes there."""
        self._menu = self._window.menuBar().addMenu(words)
        self._heading = words.replace("&", "")
        self.groups[self._heading] = []
        return self._menu

    def add(
        self,
        words: str,
        do: Callable[[], object],
        *keys: str,
        drawing: str = "",
        enabled: Callable[[], bool] | None = None,
        checked: Callable[[], bool] | None = None,
    ) -> QAction:
        """Add an action to the menu that was begun last.

        Args:
            words: as the menu shows them.
            do: what it does.
            keys: any of them does it; the first is shown.
            drawing: its icon.
            enabled, checked: asked by :meth:`refresh`.
        """
        assert self._menu is not None
        action = QAction(words, self._window)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.triggered.connect(lambda _=False: do())
        if checked is not None:
            action.setCheckable(True)
            self._checked[action] = checked
        if enabled is not None:
            self._enabled[action] = enabled
        if drawing:
            self._icons[action] = drawing
        self._menu.addAction(action)
        self._window.addAction(action)
        self.groups[self._heading].append(action)
        return action

    def separate(self) -> None:
        assert self._menu is not None
        self._menu.addSeparator()

    def refresh(self) -> None:
        """What can be done now, and what is on."""
        for action, enabled in self._enabled.items():
            action.setEnabled(enabled())
        for action, checked in self._checked.items():
            action.setChecked(checked())

    def draw(self) -> None:
        """The icons, in the colour of the text."""
        colour = self._window.palette().color(QPalette.ColorRole.WindowText)
        for action, drawing in self._icons.items():
            action.setIcon(icon(drawing, colour))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.PaletteChange:
            self.draw()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            kept = next((keys for kind, keys in KEPT if isinstance(watched, kind)), ())
            if plain and isinstance(watched, QWidget) and event.key() in kept:
                event.accept()
                return True
        return False
