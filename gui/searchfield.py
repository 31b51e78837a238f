"""A field to search in."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

__all__ = ["SearchField"]


class SearchField(QLineEdit):
    """A line with a hint and a button that clears it.

    Args:
        hint: what can be found; also its name for who does not see it.
    """

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setClearButtonEnabled(True)
        # A file that is dragged over it is for the window, not its path for the search.
        self.setAcceptDrops(False)
