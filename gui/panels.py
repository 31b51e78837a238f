"""The side panels and the session: what a person chooses there is asked, and what came of it is shown there."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QSizePolicy

from .classes import ClassTable
from .layers import LayerPicker
from .look import LookPanel
from .methods import MethodPicker
from .model import ModelPanel
from .photos import PhotoList
from .session import Session

__all__ = ["Panels"]

THUMBNAIL = 96
"""Pixels of a thumbnail's longer side: twice its points, for fine screens."""


class Panels(QObject):
    """Binds the panels to a session.

    Args:
        session: what is open, chosen and shown.
        parent: the window.
    """

    def __init__(self, session: Session, parent: QObject):
        super().__init__(parent)
        self._session = session
        self.model, self.photos, self.classes = ModelPanel(), PhotoList(), ClassTable()
        self.methods, self.layers, self.look = MethodPicker(), LayerPicker(), LookPanel()
        for part in (self.classes.view, self.layers.tree):
            # In a low window a list gives way before the panel has to scroll.
            part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.classes.view.setMinimumHeight(190)
        self._bind_photos()
        self._bind_question()
        session.model_changed.connect(self._show_model)
        session.engine_changed.connect(self._show_waiting)
        session.answer_changed.connect(self._show_answer)
        session.question_changed.connect(self._show_question)
        session.look_changed.connect(lambda: self.look.set_look(session.look))
        self.look.set_look(session.look)

    def _bind_photos(self) -> None:
        session, photos = self._session, self.photos
        session.photos_added.connect(self._add_rows)
        session.photos_removed.connect(photos.model.remove)
        session.photos_reset.connect(photos.model.forget)
        session.photo_changed.connect(lambda key: photos.model.update([session.album.row(key)]))
        session.thumbnail_ready.connect(lambda key, pixels: photos.set_thumbnail(key, _image(pixels)))
        session.reread.connect(lambda key: session.want_thumbnail(key, THUMBNAIL))
        session.current_changed.connect(self._show_current)
        photos.current_changed.connect(self._go_to)
        photos.thumbnails_wanted.connect(self._want_thumbnails)
        photos.remove_wanted.connect(session.remove)
        photos.again_wanted.connect(self._read_again)

    def _bind_question(self) -> None:
        session = self._session
        self.model.preprocessing_chosen.connect(lambda name: session.change_model(preprocessing=name))
        self.classes.chosen.connect(session.choose_class)
        self.classes.against_wanted.connect(session.choose_against)
        self.classes.than_wanted.connect(session.choose_than)
        self.classes.auto_wanted.connect(lambda: session.choose_class(None))
        self.methods.chosen.connect(session.choose_method)
        self.layers.chosen.connect(session.choose_layer)
        self.look.changed.connect(lambda look: session.set_look(look, settled=False))
        self.look.settled.connect(session.set_look)

    # ---- photos ----

    def _add_rows(self, first: int, count: int) -> None:
        album = self._session.album
        self.photos.model.add([album.row(album.key_at(place)) for place in range(first, first + count)])

    def _show_current(self) -> None:
        key = self._session.current
        if key is not None and key != self.photos.current:
            self.photos.set_current(key)
        if key is None:
            self.classes.set_classes(())

    def _go_to(self, key: int | None) -> None:
        if key is not None:
            self._session.show(key)

    def _read_again(self, keys: list[int]) -> None:
        for key in keys:
            self._session.reload(key)

    def _want_thumbnails(self, keys: list[int]) -> None:
        rows, key_at = self.photos.view.in_sight(), self.photos.model.key_at
        self._session.set_in_view([key for row in rows if (key := key_at(row)) is not None])
        for key in keys:
            self._session.want_thumbnail(key, THUMBNAIL)

    # ---- model, question, answer ----

    def _show_model(self) -> None:
        card = self._session.card
        self.model.set_card(card)
        self._show_waiting()
        self.classes.set_names(card.classes if card else ())
        self.layers.set_layers(card.layers if card else ())
        self.methods.set_methods(card.methods if card else ())
        self._show_question()

    def _show_waiting(self) -> None:
        if self._session.card is None:
            # An engine that is ready has no model because none could be opened: the panel says so by itself.
            ready = self._session.engine_state == "ready"
            self.model.set_card(None, "" if ready else self._session.engine_text)

    def _show_question(self) -> None:
        question = self._session.question
        self.methods.set_method(question.method, question.settings)
        self._show_layer()

    def _show_layer(self) -> None:
        session = self._session
        auto = session.question.layer == "auto"
        name = session.layer if auto else session.question.layer
        answer, card = session.answer, session.card
        if answer is not None and answer.layer == name:
            self.layers.set_layer(name, answer.layer_reason, auto)
        else:
            self.layers.set_layer(name, card.layer_reason if auto and card else "", auto)

    def _show_answer(self) -> None:
        session = self._session
        answer = session.answer
        self._show_layer()
        if answer is None or session.stale:
            row = session.current_row
            if row is not None and row.state == "failed":
                self.classes.set_classes(())
            return
        question = session.question
        likeliest = answer.classes[0].index if answer.classes else None
        auto = question.target == "auto"
        self.classes.set_classes(answer.classes, likeliest if auto else question.index, auto)


def _image(pixels: np.ndarray) -> QImage:
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
