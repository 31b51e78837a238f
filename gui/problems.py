"""What went wrong, in a bar that stops nobody; and all of it in a list."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from .records import Failure
from .theme import ICON_SIDE, list_icon, wears

__all__ = ["ProblemBar", "ProblemList", "report"]

MOST_KEPT = 1000


def report(failure: Failure) -> str:
    """A failure as text, for whoever is asked for help."""
    return "\n".join(filter(None, (failure.where, failure.what, failure.remedy, failure.detail)))


class ProblemBar(QFrame):
    """The last failure, until it is closed; how many more there are behind it.

    Signals:
        all_wanted: the list of all of them.
        trust_wanted: a Failure: the model file that was refused is to be opened all the same.
        closed: there is nothing to show any more.
    """

    all_wanted = Signal()
    trust_wanted = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._failures: list[Failure] = []
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(self.tr("Problem"))
        self._sign, self._words = QLabel(), QLabel()
        wears(self._sign, "error")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._more, self._copy, self._close = QPushButton(), QPushButton(self.tr("Copy details")), QToolButton()
        self._trust = QPushButton(self.tr("Trust this file…"))
        self._trust.clicked.connect(lambda: self.trust_wanted.emit(self._failures[-1]))
        self._more.clicked.connect(self.all_wanted)
        self._copy.clicked.connect(self._copy_details)
        self._close.clicked.connect(self._next)
        self._close.setAutoRaise(True)
        self._close.setToolTip(self.tr("Close"))
        self._close.setAccessibleName(self.tr("Close this problem"))
        wears(self._close, "close")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(8)
        row.addWidget(self._sign)
        row.addWidget(self._words, 1)
        for button in (self._trust, self._more, self._copy, self._close):
            row.addWidget(button)
        self.hide()

    @property
    def text(self) -> str:
        return self._words.text()

    def show_failure(self, failure: Failure) -> None:
        """Show this one; what is there already waits behind it. The same failure again is not another one."""
        if failure in self._failures:
            self._failures.remove(failure)
        self._failures = [*self._failures, failure][-MOST_KEPT:]
        self._show()

    def clear(self) -> None:
        self._failures = []
        self._show()

    def withdraw(self, failure: Failure) -> None:
        """Show this one no longer: it has been seen to."""
        self._failures = [one for one in self._failures if one is not failure]
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._failures))
        if not self._failures:
            self.closed.emit()
            return
        failure = self._failures[-1]
        where = f"{failure.where}: " if failure.where else ""
        self._words.setText(" ".join(filter(None, (f"{where}{_sentence(failure.what)}", failure.remedy))))
        self.setAccessibleDescription(self._words.text())
        self._trust.setVisible(bool(failure.trust))
        others = len(self._failures) - 1
        self._more.setText(self.tr("{n} more").format(n=others))
        self._more.setVisible(others > 0)

    def _next(self) -> None:
        self._failures = self._failures[:-1]
        self._show()

    def _copy_details(self) -> None:
        QApplication.clipboard().setText(report(self._failures[-1]))


def _sentence(words: str) -> str:
    words = words.strip()
    return words if not words or words[-1] in ".!?" else f"{words}."


class ProblemList(QDialog):
    """All failures and warnings since the start; the details of the one that is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Problems and warnings"))
        self.list, self._detail = QListWidget(), QPlainTextEdit()
        self.list.setWordWrap(True)
        self.list.setIconSize(QSize(ICON_SIDE, ICON_SIDE))
        self.list.setAccessibleName(self.tr("Problems and warnings"))
        self._detail.setReadOnly(True)
        self._detail.setAccessibleName(self.tr("Details"))
        self._none = QLabel(self.tr("Nothing went wrong so far."))
        self._none.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.list.currentItemChanged.connect(lambda item, _: self._show(item))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        copy = buttons.addButton(self.tr("Copy all"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QApplication.clipboard().setText(self.everything))
        clear = buttons.addButton(self.tr("Clear"), QDialogButtonBox.ButtonRole.ActionRole)
        clear.clicked.connect(self.clear)
        column = QVBoxLayout(self)
        column.addWidget(self._none)
        column.addWidget(self.list, 2)
        column.addWidget(self._detail, 1)
        column.addWidget(buttons)
        self.resize(640, 420)

    def __len__(self) -> int:
        return self.list.count()

    def __bool__(self) -> bool:
        return True

    def add(self, failure: Failure, warning: bool = False) -> None:
        """Keep a failure, or a warning."""
        self._none.hide()
        sign = list_icon("warning" if warning else "error", self)
        kind = self.tr("Warning") if warning else self.tr("Problem")
        item = QListWidgetItem(sign, " · ".join(filter(None, (failure.where, failure.what))))
        item.setData(Qt.ItemDataRole.UserRole, failure)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{kind}: {item.text()}")
        item.setToolTip(kind)
        self.list.addItem(item)
        while self.list.count() > MOST_KEPT:
            self.list.takeItem(0)
        if self.list.currentRow() < 0:
            self.list.setCurrentRow(0)

    def clear(self) -> None:
        self.list.clear()
        self._none.show()

    @property
    def everything(self) -> str:
        """All of them as text."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return "\n\n".join(report(item.data(Qt.ItemDataRole.UserRole)) for item in items)

    def _show(self, item: QListWidgetItem | None) -> None:
        self._detail.setPlainText(report(item.data(Qt.ItemDataRole.UserRole)) if item else "")
