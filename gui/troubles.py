"""What went wrong: in the bar, in the list, counted in the status line; and model files that a person may trust."""

from __future__ import annotations

import os

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from .kinds import is_saved_model
from .problems import ProblemBar, ProblemList
from .records import Failure
from .session import Session

__all__ = ["Troubles"]


class Troubles(QObject):
    """Binds the problem bar and list to a session.

    Signals:
        counted: how many problems and warnings are in the list.
    """

    counted = Signal(int)

    def __init__(self, session: Session, window: QWidget):
        super().__init__(window)
        self._session, self._window = session, window
        self._warned: set[tuple[str, str]] = set()
        self.bar, self.list = ProblemBar(), ProblemList(window)
        session.failed.connect(self.tell)
        session.answer_changed.connect(self._warn)
        session.model_changed.connect(self._warn)
        self.bar.all_wanted.connect(self.open_list)
        self.bar.trust_wanted.connect(self.ask_trust)
        self.list.list.model().rowsInserted.connect(self._count)
        self.list.list.model().rowsRemoved.connect(self._count)
        self.list.list.model().modelReset.connect(self._count)

    def tell(self, failure: Failure) -> None:
        """Show a failure in the bar, and keep it in the list."""
        self.bar.show_failure(failure)
        self.list.add(failure)

    def open_list(self) -> None:
        self.list.show()
        self.list.raise_()
        self.list.activateWindow()

    def ask_trust(self, failure: Failure) -> QMessageBox:
        """Ask whether the very file that was refused is to be trusted; on yes it is opened."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("Trust this file?"))
        name = os.path.basename(failure.where)
        box.setText(self._what_it_is(failure.where).format(name=name))
        box.setInformativeText(self.tr(
            "If you open it, this code runs with all your rights: it can read, change and send your files. "
            "Trust it only if you know who made it. The trust is remembered for this very file."
        ))  # fmt: skip
        box.setDetailedText("\n".join(filter(None, (failure.detail, f"SHA-256 {failure.trust}"))))
        trust = box.addButton(self.tr("Trust and open"), QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        trust.clicked.connect(lambda: self._trust(failure))
        box.open()
        return box

    def _what_it_is(self, path: str) -> str:
        if is_saved_model(path):
            return self.tr("“{name}” is a SavedModel, which is a program.")
        return self.tr("“{name}” holds code of its own.")

    def _trust(self, failure: Failure) -> None:
        self.bar.withdraw(failure)
        self._session.trust(failure)

    def _warn(self) -> None:
        """What was done to a photo or model on the way is kept in the list, once each."""
        session = self._session
        notes: list[tuple[str, str]] = []
        if session.card is not None:
            notes += [(session.card.name, note) for note in session.card.notes]
        if session.answer is not None and not session.stale and session.current_row is not None:
            notes += [(os.path.basename(session.current_row.path), note) for note in session.answer.notes]
        for where, note in notes:
            if (where, note) not in self._warned:
                self._warned.add((where, note))
                self.list.add(Failure(note, where), warning=True)

    def _count(self) -> None:
        self.counted.emit(len(self.list))
