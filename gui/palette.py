"""The command palette: everything the window can do, found by typing a few letters of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

__all__ = ["CommandPalette", "plain", "rank"]

ACTION = Qt.ItemDataRole.UserRole
ROW_HEIGHT = 26
PASSED_ON = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def plain(action: QAction) -> str:
    """An action's words without the mark of its mnemonic and the dots of its dialog."""
    return action.text().replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("….")


def rank(needle: str, words: str) -> tuple[int, int] | None:
    """How well letters that are typed fit words: lower is better, None if they are not in them in this order."""
    needle, words = needle.casefold().replace(" ", ""), words.casefold()
    together = words.replace(" ", "").find(needle)
    if together >= 0:
        starts = any(word.startswith(needle[: len(word)]) for word in words.split())
        return (0 if starts else 1), together
    place, first = -1, -1
    for letter in needle:
        place = words.find(letter, place + 1)
        if place < 0:
            return None
        first = place if first < 0 else first
    return 2, place - first


class CommandPalette(QDialog):
    """A field and what fits it; Enter does it.

    Args:
        actions: asked each time the palette opens.
    """

    def __init__(self, actions: Callable[[], Iterable[QAction]], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._actions = actions
        self.setWindowTitle(self.tr("Commands"))
        self.field, self.tree, self._none = QLineEdit(), QTreeWidget(), QLabel(self.tr("No command fits."))
        self.field.setPlaceholderText(self.tr("Type a command"))
        self.field.setAccessibleName(self.tr("Command"))
        self.field.textChanged.connect(self._fill)
        self.field.returnPressed.connect(self._run)
        self.field.installEventFilter(self)
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tree.setAccessibleName(self.tr("Commands that fit"))
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.itemClicked.connect(self._run)
        self._none.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        for part in (self.field, self.tree, self._none):
            column.addWidget(part)

    def open_over(self, window: QWidget) -> None:
        """Open at the top middle of a window, with an empty field."""
        self.field.clear()
        self._fill("")
        self.resize(min(560, window.width() - 32), min(380, window.height() - 64))
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - self.width()) // 2, corner.y() + 48)
        self.show()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in PASSED_ON:
            self.tree.keyPressEvent(event)
            return True
        return False

    def _fill(self, text: str) -> None:
        found = []
        for number, action in enumerate(self._actions()):
            fit = (
                rank(text, plain(action)) if action.text() and not action.isSeparator() and action.isVisible() else None
            )
            if fit is not None:
                found.append((not action.isEnabled(), fit, number, action))
        self.tree.clear()
        for disabled, _, _, action in sorted(found, key=lambda each: each[:3]):
            self._add(action, disabled)
        self.tree.setCurrentIndex(self.tree.model().index(0, 0))
        self.tree.setVisible(bool(found))
        self._none.setVisible(not found)

    def _add(self, action: QAction, disabled: bool) -> None:
        item = QTreeWidgetItem([plain(action), action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)])
        item.setIcon(0, action.icon())
        item.setData(0, ACTION, action)
        item.setToolTip(0, action.toolTip())
        item.setDisabled(disabled)
        item.setSizeHint(0, QSize(0, ROW_HEIGHT))
        self.tree.addTopLevelItem(item)

    def _run(self) -> None:
        item = self.tree.currentItem()
        action = item.data(0, ACTION) if item else None
        if action is not None and action.isEnabled():
            self.accept()
            action.trigger()
