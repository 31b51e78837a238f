"""The panel of photos: the list, how it is searched and sorted, and what can be done with the chosen ones."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from .photomodel import PhotoModel
from .photoview import PhotoView
from .searchfield import SearchField
from .theme import icon, tabular, title, wears

__all__ = ["PhotoList"]


class PhotoList(QWidget):
    """The panel of photos.

    Signals:
        current_changed: the key of the photo to show, or None.
        selection_changed: :attr:`selected` are others.
        thumbnails_wanted: keys of photos in sight that have none.
        remove_wanted: keys.
        add_wanted: the button.
        export_wanted: keys.
        again_wanted: keys of photos that failed, to be tried again. reading_wanted: keys: how their files are read.
    """

    current_changed = Signal(object)
    selection_changed = Signal()
    thumbnails_wanted = Signal(object)
    remove_wanted = Signal(object)
    add_wanted = Signal()
    export_wanted = Signal(object)
    again_wanted = Signal(object)
    reading_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = PhotoModel(self)
        self.view = PhotoView(self.model)
        self._count = QLabel()
        self._count.setFont(tabular(self._count.font()))
        self._count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._find, self._sort = SearchField(self.tr("Find by name, class or status")), QComboBox()
        self._nothing = self._nothing_found()
        self._asked: set[int] = set()
        self._soon = QTimer(self, singleShot=True, interval=30)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.setAccessibleName(self.tr("Photos"))
        self.view.setMinimumHeight(120)
        self._prepare_controls()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(title(self.tr("Photos")), 1)
        head.addWidget(self._count)
        column.addLayout(head)
        column.addWidget(self._find)
        column.addWidget(self._sort)
        column.addWidget(self.view, 1)
        add = QPushButton(self.tr("Add…"))
        wears(add, "add-photos")
        add.clicked.connect(self.add_wanted)
        column.addWidget(add)
        self._connect()

    def _nothing_found(self) -> QLabel:
        """What stands in the list's place while a search hides all photos."""
        label = QLabel(self.tr("No photo is found."), alignment=Qt.AlignmentFlag.AlignHCenter)
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        label.setWordWrap(True)
        label.hide()
        place = QVBoxLayout(self.view.viewport())
        place.addWidget(label)
        place.addStretch()
        return label

    def _prepare_controls(self) -> None:
        self._sort.setAccessibleName(self.tr("Sort photos by"))
        self._sort.setToolTip(self._sort.accessibleName())
        self._sort.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for what, words in (
            ("added", self.tr("As they were added")),
            ("name", self.tr("By name")),
            ("class", self.tr("By class")),
            ("probability", self.tr("By probability")),
            ("status", self.tr("By status")),
        ):
            self._sort.addItem(words, what)

    def _connect(self) -> None:
        self._find.textChanged.connect(self.model.set_filter)
        self._sort.currentIndexChanged.connect(lambda: self.model.sort_by(self._sort.currentData()))
        self.model.counted.connect(self._show_count)
        self._soon.timeout.connect(self._ask)
        for signal in (self.view.scrolled, self.view.verticalScrollBar().valueChanged, self.model.modelReset,
                       self.model.rowsInserted):  # fmt: skip
            signal.connect(self._ask_soon)
        self.view.current_changed.connect(self.current_changed)
        self.view.selection_changed.connect(self.selection_changed)
        self.view.removed.connect(lambda: self.remove_wanted.emit(self.selected))
        self.view.customContextMenuRequested.connect(self._open_menu)

    # ---- what is chosen ----

    @property
    def current(self) -> int | None:
        """The key of the photo that is shown, if it is listed."""
        return self.view.current

    @property
    def selected(self) -> list[int]:
        """Keys, in the order of the list."""
        return self.view.selected

    def set_current(self, key: int) -> None:
        """Go to a photo; to one that the filter hides, when it is listed again."""
        self.view.set_current(key)

    def go_next(self) -> None:
        self.view.step(1)

    def go_previous(self) -> None:
        self.view.step(-1)

    # ---- thumbnails ----

    def set_thumbnail(self, key: int, image: QImage) -> None:
        self._asked.discard(key)
        self.model.set_thumbnail(key, image)

    def _ask_soon(self, *_: object) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _ask(self) -> None:
        keys = [key for row in self.view.in_sight() if (key := self.model.key_at(row)) is not None]
        wanted = [key for key in keys if self.model.lacks_thumbnail(key) and key not in self._asked]
        # Those that are out of sight again were perhaps skipped: they may be asked for once more.
        self._asked = set(keys) & (self._asked | set(wanted))
        if wanted:
            self.thumbnails_wanted.emit(wanted)

    # ---- words and menu ----

    def _show_count(self, listed: int, there: int) -> None:
        number = self.locale().toString
        both = self.tr("{listed} of {there}").format(listed=number(listed), there=number(there))
        self._count.setText(number(there) if listed == there else both)
        self._nothing.setVisible(listed == 0 < there)

    def _open_menu(self, at: QPoint) -> None:
        self.menu().popup(self.view.viewport().mapToGlobal(at))

    def menu(self) -> QMenu:
        """What can be done with the selected photos."""
        menu, keys = QMenu(self), self.selected
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, drawing, signal in (
            (self.tr("Export…"), "export", self.export_wanted),
            (self.tr("Try again"), "working", self.again_wanted),
            (self.tr("How the file is read…"), "settings", self.reading_wanted),
            (self.tr("Remove from the list"), "remove", self.remove_wanted),
        ):
            action = menu.addAction(icon(drawing, self.palette().color(QPalette.ColorRole.Text)), words)
            action.setEnabled(bool(keys))
            action.triggered.connect(lambda _=False, signal=signal: signal.emit(keys))
        return menu
