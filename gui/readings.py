"""How the files of photos are read: asked for in a dialog, and page by page."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from .readingdialog import ReadingDialog
from .records import FileFacts
from .session import Session

__all__ = ["Readings"]


class Readings(QObject):
    """Binds the choice of how files are read to a session.

    Args:
        session: what is open. selected: the keys of the photos that are selected. window: the parent of dialogs.
    """

    def __init__(self, session: Session, selected: Callable[[], Sequence[int]], window: QWidget):
        super().__init__(window)
        self._session, self._selected, self._window = session, selected, window

    def open(self, keys: Iterable[int] = ()) -> ReadingDialog | None:
        """Ask how the photo that is shown is read, or the first of these; and perhaps the others that are selected."""
        session = self._session
        current = session.current
        among = list(keys) or list(self._selected())
        key = current if current is not None and (not among or current in among) else next(iter(among), None)
        if key is None or key not in session.album:
            return None
        others = [one for one in among if one != key]
        path = session.album.path(key)
        dialog = ReadingDialog(os.path.basename(path), session.reading(key), len(others), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(lambda reading, all_: session.set_reading([key, *others] if all_ else [key], reading))
        dialog.page_looked_at.connect(lambda page: self._look(dialog, path, page))
        self._look(dialog, path, dialog.page.value())
        dialog.open()
        return dialog

    def _look(self, dialog: ReadingDialog, path: str, page: int) -> None:
        there = [dialog]
        dialog.destroyed.connect(there.clear)

        def show(facts: FileFacts) -> None:
            for one in there:
                one.set_facts(facts)

        self._session.pictures.facts(path, page, show, lambda _: show(FileFacts(damaged=True)))

    def step_page(self, places: int) -> None:
        """Show the page so many places on of the file that is shown, if it has one."""
        session, key = self._session, self._session.current
        if key is None:
            return
        wanted = session.reading(key).page + places

        def go(facts: FileFacts) -> None:
            if 1 <= wanted <= facts.pages and key in session.album:
                session.set_reading([key], replace(session.reading(key), page=wanted))

        session.pictures.facts(session.album.path(key), max(1, wanted), go, lambda _: None)
