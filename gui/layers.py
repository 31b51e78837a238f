"""The layer picker: the model's layers as a tree, the good ones marked with the reason, and a slider through them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSlider,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from .records import LayerRow
from .searchfield import SearchField
from .theme import breakable, link, list_icon, tabular, title, unturned

__all__ = ["LayerPicker", "shape_words"]

NAME = Qt.ItemDataRole.UserRole
ROW_HEIGHT = 22


def shape_words(shape: Sequence[int]) -> str:
    """A shape as people write it: ``"7×7×1280"``."""
    return unturned("×".join(str(extent) for extent in shape))


class LayerPicker(QWidget):
    """Which layer the map is made from.

    Signals:
        chosen: a layer's name, or ``"auto"``.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, LayerRow] = {}
        self._walk: list[str] = []
        self._items: dict[str, QTreeWidgetItem] = {}
        self._layer = ""
        self._name, self._facts = QLabel(), QLabel()
        self.slider, self.tree = QSlider(Qt.Orientation.Horizontal), QTreeWidget()
        self.search = SearchField(self.tr("Search layers"))
        self._auto = link(self.tr("Automatic"))
        self._prepare()
        head = QHBoxLayout()
        head.addWidget(title(self.tr("Layer")), 1)
        head.addWidget(self._auto)
        depth = QHBoxLayout()
        for widget in (_quiet(self.tr("early")), self.slider, _quiet(self.tr("late"))):
            depth.addWidget(widget, int(widget is self.slider))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._name)
        column.addWidget(self._facts)
        column.addLayout(depth)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)

    def _prepare(self) -> None:
        for label in (self._name, self._facts):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._facts.setFont(tabular(self._facts.font()))
        self._facts.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._auto.setToolTip(self.tr("Let the program choose the layer"))
        self._auto.clicked.connect(lambda: self.chosen.emit("auto"))
        self.slider.setAccessibleName(self.tr("Depth of the layer"))
        self.slider.setToolTip(self.slider.accessibleName())
        self.slider.setPageStep(1)
        self.slider.valueChanged.connect(self._walk_to)
        self.search.textChanged.connect(self._filter)
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels([self.tr("Layer"), self.tr("Shape")])
        self.tree.setAccessibleName(self.tr("Layers of the model"))
        self.tree.setUniformRowHeights(True)
        self.tree.setAlternatingRowColors(True)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.tree.setMinimumHeight(120)
        self.tree.setIndentation(14)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.itemActivated.connect(self._choose)
        self.tree.itemClicked.connect(self._choose)

    # ---- what is shown ----

    def set_layers(self, rows: Sequence[LayerRow]) -> None:
        """All layer calls of a model, in the order they run."""
        self._rows = {row.name: row for row in rows}
        self._walk = [row.name for row in rows if row.rank is not None]
        self._items = {}
        self.tree.clear()
        for row in rows:
            self._add(row)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(len(self._walk) - 1, 0))
            self.slider.setEnabled(len(self._walk) > 1)
        self._filter(self.search.text())

    def set_layer(self, name: str, reason: str, auto: bool) -> None:
        """Mark the layer of the map that is shown, without telling ``chosen``.

        Args:
            name: of the layer.
            reason: why it was chosen.
            auto: whether the program chose it.
        """
        self._layer = name
        row = self._rows.get(name)
        self._name.setText(breakable(name))
        shape = shape_words(row.shape) if row else ""
        self._facts.setText(" · ".join(filter(None, (shape, row.kind if row else "", reason))))
        self._auto.setVisible(not auto)
        if name in self._walk:
            with QSignalBlocker(self.slider):
                self.slider.setValue(self._walk.index(name))
        if name in self._items:
            self.tree.setCurrentItem(self._items[name])
            self.tree.scrollToItem(self._items[name])

    def changeEvent(self, event: QEvent) -> None:
        """The icons and the quiet rows have the colours of the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for name, row in self._rows.items():
                self._colour(self._items[name], row.rank)

    def go_deeper(self) -> None:
        self._step(1)

    def go_shallower(self) -> None:
        self._step(-1)

    # ---- inside ----

    def _add(self, row: LayerRow) -> None:
        item = self._branch(row.name)
        item.setText(1, shape_words(row.shape))
        item.setData(0, NAME, row.name)
        good = row.rank is not None
        why = row.reason or (self.tr("a map can be made from it") if good else self.tr("no map can be made from it"))
        for column in (0, 1):
            item.setToolTip(column, f"{row.name}\n{row.kind}\n{why}")
        item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, f"{row.kind}, {shape_words(row.shape)}, {why}")
        self._colour(item, row.rank)

    def _colour(self, item: QTreeWidgetItem, rank: int | None) -> None:
        if rank is not None:
            self._mark(item, rank == 1)
            return
        for column in (0, 1):
            item.setForeground(column, self.palette().color(QPalette.ColorRole.PlaceholderText))

    def _mark(self, item: QTreeWidgetItem, best: bool) -> None:
        role = QPalette.ColorRole.Accent if best else QPalette.ColorRole.Text
        item.setIcon(0, list_icon("star" if best else "layer", self, role))
        font = item.font(0)
        font.setBold(best)
        item.setFont(0, font)

    def _branch(self, path: str) -> QTreeWidgetItem:
        """The item of a layer, model or block: one that holds layers may come after them, or be no call of its own."""
        if path not in self._items:
            above, _, own = path.rpartition("/")
            item = QTreeWidgetItem([own, ""])
            item.setSizeHint(0, QSize(0, ROW_HEIGHT))
            parent = self._branch(above) if above else None
            (parent.addChild if parent else self.tree.addTopLevelItem)(item)
            self._items[path] = item
        return self._items[path]

    def _step(self, by: int) -> None:
        if self._walk:
            self.slider.setValue(min(max(self.slider.value() + by, 0), len(self._walk) - 1))

    def _walk_to(self, place: int) -> None:
        if 0 <= place < len(self._walk) and self._walk[place] != self._layer:
            self.chosen.emit(self._walk[place])

    def _choose(self, item: QTreeWidgetItem) -> None:
        row = self._rows.get(item.data(0, NAME) or "")
        if row is not None and row.name != self._layer:
            self.chosen.emit(row.name)

    def _filter(self, text: str) -> None:
        needle = text.casefold().strip()
        root = self.tree.invisibleRootItem()
        for item in _children(root):
            self._show_matching(item, needle)

    def _show_matching(self, item: QTreeWidgetItem, needle: str) -> bool:
        below = [self._show_matching(child, needle) for child in _children(item)]
        row = self._rows.get(item.data(0, NAME) or "")
        own = not needle or (row is not None and needle in f"{row.name} {row.kind}".casefold())
        item.setHidden(not (own or any(below)))
        if needle and any(below):
            item.setExpanded(True)
        return own or any(below)


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [child for place in range(item.childCount()) if (child := item.child(place)) is not None]


def _quiet(words: str) -> QLabel:
    label = QLabel(words)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label
