"""The export dialog and the session: what is ordered is written, and what could not be is tried again."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from .exportdialog import ExportDialog
from .records import Delivery, Failure, Order
from .session import Session

__all__ = ["Exporting"]


class Exporting(QObject):
    """Binds the export dialog to a session.

    Args:
        session: writes the files.
        selected: the keys of the photos that are selected.
        window: the dialog stands before it.
    """

    def __init__(self, session: Session, selected: Callable[[], list[int]], window: QWidget):
        super().__init__(window)
        self._session, self._selected = session, selected
        self._keys: list[int] | None = None
        self._failed: list[int] = []
        self.dialog = ExportDialog(window)
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        self.dialog.folder.setText(os.path.join(pictures or os.path.expanduser("~"), "gradcam-tf"))
        self.dialog.ordered.connect(self._order)
        self.dialog.cancel_wanted.connect(session.cancel_export)
        self.dialog.retry_wanted.connect(lambda order: session.export(self._failed, order))
        self.dialog.folder_wanted.connect(lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(path)))
        session.running_changed.connect(lambda: self.dialog.set_running(session.exporting))
        session.delivered.connect(self._deliver)
        session.exports.failed.connect(self.dialog.show_failure)
        session.look_changed.connect(lambda: self.dialog.set_look(session.look))

    def open(self, keys: list[int] | None = None) -> None:
        """Open the dialog.

        Args:
            keys: of the photos that are meant; default: the one that is shown, or those that are selected.
        """
        session, self._keys = self._session, keys
        selected = keys if keys is not None else self._selected()
        several = len(selected) > 1 or keys is not None
        self.dialog.set_counts(
            session.current is not None and keys is None,
            len(selected),
            len(session.album),
            "selected" if several else "this" if session.current is not None else "all",
        )
        self.dialog.set_look(session.look)
        if session.exporting is None:
            self.dialog.clear_outcome()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def _order(self, which: str, order: Order) -> None:
        session = self._session
        this = [] if session.current is None else [session.current]
        selected = self._keys if self._keys is not None else self._selected()
        keys = {"this": this, "selected": selected, "all": list(session.album)}[which]
        session.export(keys, order)

    def _deliver(self, delivery: Delivery) -> None:
        keys = self._session.exports.keys
        failed = [keys[place] for place, _ in delivery.failures if 0 <= place < len(keys)]
        self._failed = failed + [keys[place] for place in delivery.left if 0 <= place < len(keys)]
        album = self._session.album
        names = [os.path.basename(album.path(key)) if key in album else "–" for key in failed]
        kept = [(place, failure) for place, failure in delivery.failures if 0 <= place < len(keys)]
        self.dialog.show_delivery(replace(delivery, failures=tuple(kept)), names)
        if kept and not self.dialog.isVisible():
            count, first = len(kept), kept[0][1]
            what = self.tr("{n} photos could not be written; the first: {what}").format(n=count, what=first.what)
            self._session.failed.emit(Failure(what, first.where, first.remedy, first.detail))
