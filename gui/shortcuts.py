"""All keys of the window in one list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from .palette import ROW_HEIGHT, plain
from .searchfield import SearchField

__all__ = ["ShortcutList"]


class ShortcutList(QDialog):
    """What each key does, under headings, with a field to find one.

    Args:
        groups: actions by heading; those without a key are left out.
        held: words and key of what is no action, such as a key that acts while it is held.
    """

    def __init__(
        self,
        groups: Mapping[str, Sequence[QAction]],
        held: Sequence[tuple[str, str]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self._groups: dict[str, list[QTreeWidgetItem]] = {}
        self.search, self.tree = SearchField(self.tr("Find a command or a key")), QTreeWidget()
        self.search.textChanged.connect(self._filter)
        self.tree.setHeaderLabels([self.tr("Command"), self.tr("Key")])
        self.tree.setAccessibleName(self.windowTitle())
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        for heading, actions in groups.items():
            self._add(heading, [(plain(action), keys) for action in actions if (keys := _keys(action))])
        self._add(self.tr("While held"), held)
        self.tree.expandAll()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for part in (self.search, self.tree, buttons):
            column.addWidget(part)
        self.resize(460, 560)

    def _add(self, heading: str, rows: Sequence[tuple[str, str]]) -> None:
        if not rows:
            return
        group = QTreeWidgetItem([heading])
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = self.tree.font()
        font.setBold(True)
        group.setFont(0, font)
        self._groups[heading] = [QTreeWidgetItem([words, keys]) for words, keys in rows]
        group.addChildren(self._groups[heading])
        for item in (group, *self._groups[heading]):
            item.setSizeHint(0, QSize(0, ROW_HEIGHT))
        self.tree.addTopLevelItem(group)

    def _filter(self, text: str) -> None:
        needle = text.casefold().strip()
        for place, rows in enumerate(self._groups.values()):
            for row in rows:
                row.setHidden(needle not in f"{row.text(0)} {row.text(1)}".casefold())
            self.tree.setRowHidden(place, QModelIndex(), all(row.isHidden() for row in rows))


def _keys(action: QAction) -> str:
    form = QKeySequence.SequenceFormat.NativeText
    return ", ".join(sequence.toString(form) for sequence in action.shortcuts())
