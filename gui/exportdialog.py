"""What is written for which photos, where to; how far it is; and what could not be written."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from .records import Delivery, Failure, Look, Order, Running
from .theme import title

__all__ = ["ExportDialog"]


class ExportDialog(QDialog):
    """An order for files, and what came of it.

    Signals:
        ordered: ``"this"``, ``"selected"`` or ``"all"``, and an Order.
        cancel_wanted: the export that runs is to stop.
        retry_wanted: an Order, for the photos that failed.
        folder_wanted: a folder is to be shown by the system.
    """

    ordered = Signal(str, object)
    cancel_wanted = Signal()
    retry_wanted = Signal(object)
    folder_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export"))
        self._look = Look()
        self._running = False
        self._which = QButtonGroup(self)
        self.kinds: dict[str, QCheckBox] = {}
        self.folder, self.overwrite = QLineEdit(), QCheckBox(self.tr("Replace files that are there"))
        self._said, self.failures, self._line = QLabel(), QListWidget(), QProgressBar()
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(title(self.tr("Photos")))
        for which in ("this", "selected", "all"):
            button = QRadioButton()
            button.setProperty("which", which)
            self._which.addButton(button)
            column.addWidget(button)
        column.addWidget(title(self.tr("Files for each photo")))
        self._add_kinds(column)
        column.addWidget(title(self.tr("Folder")))
        column.addLayout(self._folder_row())
        column.addWidget(self.overwrite)
        self._add_outcome(column)
        column.addLayout(self._button_row())
        self.folder.textChanged.connect(self._enable)
        for box in self.kinds.values():
            box.toggled.connect(self._enable)
        self.set_counts(True, 0, 1)
        self.set_running(None)
        self.setMinimumWidth(480)

    # ---- parts ----

    def _add_kinds(self, column: QVBoxLayout) -> None:
        for kind, words in (
            ("overlay", self.tr("Photo with its heat, at the photo's own size (PNG)")),
            ("heatmap", self.tr("Heat alone, coloured (PNG)")),
            ("tiff", self.tr("Heat alone, 16 bits of grey, for measuring (TIFF)")),
            ("raw", self.tr("All numbers (NPZ)")),
            ("pdf", self.tr("Figure with colour bar and caption (PDF)")),
            ("svg", self.tr("Figure with colour bar and caption (SVG)")),
        ):
            self.kinds[kind] = QCheckBox(words)
            self.kinds[kind].setChecked(kind == "overlay")
            column.addWidget(self.kinds[kind])
        note = QLabel(self.tr(
            "Pictures look as in the window: opacity, colours, threshold, signs. "
            "A file that says how it was made (JSON) is always there."
        ))  # fmt: skip
        note.setWordWrap(True)
        note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column.addWidget(note)

    def _folder_row(self) -> QHBoxLayout:
        self.folder.setAccessibleName(self.tr("Folder for the files"))
        self.folder.setToolTip(self.folder.accessibleName())
        self.folder.setAcceptDrops(False)
        browse = QPushButton(self.tr("Choose…"))
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self.folder, 1)
        row.addWidget(browse)
        return row

    def _add_outcome(self, column: QVBoxLayout) -> None:
        self._said.setWordWrap(True)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._line.setTextVisible(False)
        self._line.setFixedHeight(6)
        self._line.setAccessibleName(self.tr("Progress"))
        self.failures.setAccessibleName(self.tr("Photos that could not be written"))
        self.failures.setWordWrap(True)
        self.failures.setMinimumHeight(90)
        self.failures.hide()
        for part in (self._said, self._line, self.failures):
            column.addWidget(part)
        column.addStretch()

    def _button_row(self) -> QHBoxLayout:
        self._retry, self._show = QPushButton(self.tr("Retry failed")), QPushButton(self.tr("Show folder"))
        self._retry.clicked.connect(lambda: self.retry_wanted.emit(self.order))
        self._show.clicked.connect(lambda: self.folder_wanted.emit(self.folder.text()))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self._begin = buttons.addButton(self.tr("Export"), QDialogButtonBox.ButtonRole.ActionRole)
        self._begin.setDefault(True)
        self._begin.clicked.connect(lambda: self.ordered.emit(self.which, self.order))
        self._cancel = buttons.addButton(self.tr("Cancel export"), QDialogButtonBox.ButtonRole.ActionRole)
        self._cancel.clicked.connect(self.cancel_wanted)
        row = QHBoxLayout()
        for part in (self._retry, self._show):
            part.hide()
            row.addWidget(part)
        row.addStretch()
        row.addWidget(buttons)
        return row

    # ---- the order ----

    @property
    def which(self) -> str:
        chosen = self._which.checkedButton()
        return chosen.property("which") if chosen is not None else "this"

    @property
    def order(self) -> Order:
        kinds = tuple(kind for kind, box in self.kinds.items() if box.isChecked())
        return Order(self.folder.text().strip(), kinds, self._look.drawn, self.overwrite.isChecked())

    def set_counts(self, this: bool, selected: int, every: int, which: str = "this") -> None:
        """How many photos there are to choose from, and what is chosen."""
        words = {
            "this": self.tr("This photo, as it is shown"),
            "selected": self.tr("Selected photos: {n}").format(n=selected),
            "all": self.tr("All photos: {n}").format(n=every),
        }
        can = {"this": this, "selected": selected > 0, "all": every > 0}
        for button in self._which.buttons():
            name = button.property("which")
            button.setText(words[name])
            button.setEnabled(can[name])
            button.setChecked(name == which)

    def set_look(self, look: Look) -> None:
        self._look = look

    # ---- what came of it ----

    def set_running(self, running: Running | None) -> None:
        """How far the export is; None if there is none."""
        self._running = running is not None
        self._line.setVisible(self._running)
        self._cancel.setVisible(self._running)
        if running is not None:
            self._retry.hide()
            self._show.hide()
            self.failures.hide()
            self._line.setRange(0, running.of)
            self._line.setValue(running.done)
            self._said.setText(self.tr("{done} of {total} photos").format(done=running.done, total=running.of))
        self._enable()

    def show_delivery(self, delivery: Delivery, names: Sequence[str]) -> None:
        """What was written, and what was not.

        Args:
            delivery: of the order.
            names: of the photos that failed, in the order of the delivery's failures.
        """
        parts = [self.tr("Written: {n}.").format(n=delivery.written)]
        if delivery.cancelled:
            parts.append(self.tr("It was cancelled; what was written stays."))
        if delivery.failures:
            parts.append(self.tr("Failed: {n}.").format(n=len(delivery.failures)))
        if delivery.left:
            stopped = self.tr("Stopped: {n} photos more would have failed in the same way.")
            parts.append(stopped.format(n=len(delivery.left)))
        self._said.setText(" ".join(parts))
        self.failures.clear()
        for name, (_, failure) in zip(names, delivery.failures, strict=True):
            item = f"{name}: {failure.what}. {failure.remedy}".strip()
            self.failures.addItem(item)
        self.failures.setVisible(bool(delivery.failures))
        self._retry.setVisible(bool(delivery.failures))
        self._show.setVisible(delivery.written > 0)

    def show_failure(self, failure: Failure) -> None:
        """Why nothing could be written at all."""
        self._said.setText(f"{failure.where}: {failure.what}. {failure.remedy}".removeprefix(": ").strip())

    def clear_outcome(self) -> None:
        """Nothing has been ordered yet."""
        self._said.clear()
        for part in (self.failures, self._retry, self._show):
            part.hide()

    @property
    def text(self) -> str:
        return self._said.text()

    def _enable(self) -> None:
        some = any(box.isChecked() for box in self.kinds.values())
        self._begin.setEnabled(bool(self.folder.text().strip()) and some and not self._running)

    def _browse(self) -> None:
        path = QFileDialog.getExistingDirectory(self, self.tr("Folder for the files"), self.folder.text())
        if path:
            self.folder.setText(path)
