"""The canvas and the session: the photo that is shown, its answer, and what is under way about it."""

from __future__ import annotations

import os

import numpy as np
from PySide6.QtCore import QObject, QTimer

from .canvas import Canvas
from .pyramid import Pyramid
from .pyramids import Pyramids
from .session import Session

__all__ = ["Stage"]

PATIENCE = 250
"""Milliseconds before a request is told of: what comes sooner should not flicker."""


class Stage(QObject):
    """Binds the canvas to a session.

    Args:
        session: what is open, chosen and shown.
        pyramids: make photos ready to be drawn.
        parent: the window.
    """

    def __init__(self, session: Session, pyramids: Pyramids, parent: QObject):
        super().__init__(parent)
        self.canvas = Canvas()
        self._session, self._pyramids = session, pyramids
        self._on_canvas: int | None = None
        self._soon = QTimer(self, singleShot=True, interval=PATIENCE)
        self._soon.timeout.connect(self._show_running)
        session.current_changed.connect(self._leave_photo)
        session.pixels_changed.connect(self._take_pixels)
        session.answer_changed.connect(self._show_answer)
        session.look_changed.connect(lambda: self.canvas.set_look(session.look))
        session.running_changed.connect(self._running)
        session.photo_changed.connect(self._photo_changed)
        self.canvas.cancelled.connect(session.cancel)
        self.canvas.asked.connect(self._do)
        self.canvas.set_look(session.look)

    @property
    def settled(self) -> bool:
        """Whether the canvas shows the answer to what was asked last."""
        return self._on_canvas is not None and self._on_canvas == self._session.current and not self._session.stale

    # ---- the photo ----

    def _leave_photo(self) -> None:
        """The old picture stays until the new one is there; without a photo, the canvas is empty."""
        if self._session.current is None:
            self._on_canvas = None
            self.canvas.set_photo(None)
            self.canvas.empty.set_hint("")

    def _take_pixels(self) -> None:
        session = self._session
        if session.pixels is None:
            return
        key, pixels = session.current, _slim(session.pixels)

        def receive(pyramid: Pyramid) -> None:
            if key is not None and key == session.current:
                self._on_canvas = key
                self.canvas.set_photo(pyramid, session.album.path(key))
                self._show_answer()
                self._running()

        self._pyramids.make(pixels, receive)

    def _photo_changed(self, key: int) -> None:
        """A photo that cannot be read has nothing to be drawn: say so where it would be."""
        row = self._session.current_row
        if row is None or key != row.key or row.state != "failed" or self._session.pixels is not None:
            return
        self._on_canvas = None
        self.canvas.set_photo(None)
        self.canvas.empty.set_hint(f"{os.path.basename(row.path)}: {row.error}")

    # ---- the answer ----

    def _show_answer(self) -> None:
        session = self._session
        if self._on_canvas is None or self._on_canvas != session.current:
            return
        if session.answer is None or session.answer.photo != self._on_canvas:
            self.canvas.set_answer(None)
        elif not session.stale:
            self.canvas.set_answer(session.answer)

    def _do(self, what: str) -> None:
        """A banner's button."""
        session = self._session
        if what == "deeper":
            session.step_layer(1)
        elif what == "against" and session.answer is not None:
            index = session.question.index
            likeliest = session.answer.classes[0].index if session.answer.classes else None
            if (index := likeliest if index is None else index) is not None:
                session.choose_against(index)

    # ---- what is under way ----

    def _running(self) -> None:
        running = self._session.running
        if running is None:
            self._soon.stop()
            self.canvas.end_progress()
        elif self.canvas.busy.isVisible():
            self._show_running()
        elif not self._soon.isActive():
            self._soon.start()

    def _show_running(self) -> None:
        running = self._session.running
        if running is not None:
            self.canvas.show_progress(running.what, running.done, running.of)


def _slim(pixels: np.ndarray) -> np.ndarray:
    """One channel of a grey photo, so that the canvas reads one number under the pointer."""
    grey = pixels.shape[-1] == 3 and all(np.array_equal(pixels[..., 0], pixels[..., i]) for i in (1, 2))
    return pixels[..., :1] if grey else pixels
