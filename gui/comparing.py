"""The grid and the session: the same photos by several methods, layers, classes, or by the models opened so far."""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QVBoxLayout, QWidget

from gradcam_tf.errors import GradcamError

from .compare import Cell, Compare
from .comparebar import MOST, CompareBar
from .guests import Guest, Guests
from .pyramid import Pyramid
from .pyramids import Pyramids
from .records import Answer, Failure, LayerRow, ModelCard, Question
from .said import said_failure
from .session import Session

__all__ = ["Comparing"]

MOST_PHOTOS = 6
MOST_MODELS = 4
MOST_REMEMBERED = 96
"""Answers by models that are not open any more, so that they are there at once when one is looked at again."""
FIRST = 3
"""Columns before a person has ticked any."""
SHEET_SIDE = 448


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name and heading, what is asked, and of which model; None for the open one."""

    name: str
    words: str
    question: Question
    guest: Guest | None = None


class Comparing(QObject):
    """Binds the grid to a session.

    Args:
        session: what is open, chosen and shown.
        pyramids: make photos ready to be drawn.
        selected: the keys of the photos that are selected.
        parent: the window.

    Signals:
        single_wanted: one picture of the grid is to be shown alone.
        failed: Failure, a sheet could not be written.
    """

    single_wanted = Signal()
    failed = Signal(object)

    def __init__(self, session: Session, pyramids: Pyramids, selected: Callable[[], list[int]], parent: QWidget):
        super().__init__(parent)
        self._session, self._pyramids, self._selected, self._window = session, pyramids, selected, parent
        self.page, self.bar, self.grid = QWidget(), CompareBar(), Compare()
        column = QVBoxLayout(self.page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.grid, 1)
        self.active = False
        self._photos: list[int] = []
        self._columns: list[Column] = []
        self._ticked: dict[str, list[str]] = {}
        self._ready: OrderedDict[int, Pyramid] = OrderedDict()
        self._models: OrderedDict[str, Guest] = OrderedDict()
        self._remembered: OrderedDict[tuple[str, int, Hashable], Answer] = OrderedDict()
        self.guests = Guests(session.engine.another, self)
        self._connect()

    def _connect(self) -> None:
        session = self._session
        session.look_changed.connect(lambda: self.grid.set_look(session.look))
        self.grid.set_look(session.look)
        self.grid.set_shared(self.bar.kind == "classes")
        session.compared.connect(self._take)
        session.answer_changed.connect(self._take_shown)
        session.not_compared.connect(self._fail_cell)
        session.model_changed.connect(self._again)
        session.photos_removed.connect(self._forget_photos)
        session.photo_changed.connect(self._photo_changed)
        self.guests.learnt.connect(self._take_from)
        self.guests.failed.connect(self._fail_from)
        self.bar.kind_chosen.connect(self._choose_kind)
        self.bar.chosen.connect(self._tick)
        self.bar.copy_wanted.connect(self.copy)
        self.bar.save_wanted.connect(self.save)
        self.grid.opened.connect(self._open_one)

    # ---- open and closed ----

    def open(self) -> None:
        """Compare the selected photos, or else the one that is shown."""
        self.active = True
        self.rebuild()

    def close(self) -> None:
        self.active = False
        self._session.stop_comparing()
        self.guests.stop()

    def stop(self) -> None:
        """End what runs beside the session's engine."""
        self.guests.stop()

    def follow_selection(self) -> None:
        """The selection has changed."""
        if self.active and self._chosen_photos() != self._photos:
            self.rebuild()

    def _again(self) -> None:
        card = self._session.card
        if card is not None:
            name = _identity(card.path, card.sha256)
            self._models[name] = Guest(name, card.name, self._session.source, card.classes)
            self._models.move_to_end(name)
            while len(self._models) > MOST_MODELS:
                self._models.popitem(last=False)
        self._ticked.pop("layers", None)
        self._ticked.pop("classes", None)
        if self.active:
            self.rebuild()

    def rebuild(self) -> None:
        """Lay the grid out anew and ask for what is missing."""
        self._session.stop_comparing()
        self.guests.want_nothing()
        if self.bar.kind != "models":
            self.guests.stop()
        choices = self._choices()
        names = [one.name for one in choices]
        ticked = [name for name in self._ticked.get(self.bar.kind, []) if name in names] or self._first(names)
        self.bar.set_choices([(one.name, one.words) for one in choices], ticked)
        self._photos = self._chosen_photos()
        self._columns = [one for one in choices if one.name in ticked][:MOST]
        names_of = [os.path.basename(self._session.album.path(key)) for key in self._photos]
        self.grid.set_grid(names_of, [one.words for one in self._columns])
        for row, key in enumerate(self._photos):
            self._want_photo(key)
            for place in range(len(self._columns)):
                self._ask_for(row, place)

    def _chosen_photos(self) -> list[int]:
        current, chosen = self._session.current, self._selected()[:MOST_PHOTOS]
        if len(chosen) > 1:
            return chosen
        return [] if current is None else [current]

    def _choose_kind(self, kind: str) -> None:
        """Classes of one layer and method are in one unit; methods, layers and models each have their own."""
        self.grid.set_shared(kind == "classes")
        self.rebuild()

    def _tick(self, names: list[str]) -> None:
        self._ticked[self.bar.kind] = names
        self.rebuild()

    def _first(self, names: list[str]) -> list[str]:
        """What is compared before a person has chosen."""
        if self.bar.kind == "layers":
            steps = np.linspace(0, len(names) - 1, min(FIRST, len(names))).round().astype(int)
            return [names[step] for step in steps]
        if self.bar.kind == "methods" and self._session.card is not None:
            quick = [row.name for row in self._session.card.methods if not row.slow and not row.unfit]
            asked = self._session.question.method
            return list(dict.fromkeys([*([asked] if asked in quick else []), *quick]))[:FIRST]
        return names[:FIRST]

    # ---- the columns ----

    def _choices(self) -> list[Column]:
        if self._session.card is None:
            return []
        return {
            "methods": self._methods,
            "layers": self._layers,
            "classes": self._classes,
            "models": self._opened_models,
        }[self.bar.kind]()

    def _methods(self) -> list[Column]:
        assert self._session.card is not None
        base = self._base()
        return [
            Column(row.name, row.title, replace(base, method=row.name, settings=self._settings(row.name)))
            for row in self._session.card.methods
            if not row.unfit
        ]

    def _settings(self, method: str) -> dict:
        asked = self._session.question
        return dict(asked.settings) if asked.method == method else {}

    def _layers(self) -> list[Column]:
        base, rows = self._base(), self._session.explainable_layers
        return [Column(row.name, _layer_words(row), replace(base, layer=row.name)) for row in rows]

    def _classes(self) -> list[Column]:
        answer, base = self._session.answer, self._session.question
        rows = answer.classes[:50] if answer is not None else ()
        return [
            Column(str(row.index), row.label, replace(base, target="class", index=row.index, other=None))
            for row in rows
        ]

    def _opened_models(self) -> list[Column]:
        card = self._session.card
        assert card is not None
        here = _identity(card.path, card.sha256)
        now = Column(here, self.tr("{model} (open)").format(model=card.name), self._base())
        guests = [guest for guest in reversed(self._models.values()) if guest.name != here]
        return [now, *(Column(guest.name, guest.words, self._asked_of(guest), guest) for guest in guests)]

    def _asked_of(self, guest: Guest) -> Question:
        """The same method; the same class where it means the same to that model, else its own likeliest."""
        asked, card = self._session.question, self._session.card
        same = card is not None and card.classes == guest.classes
        return replace(asked if same else Question(method=asked.method, settings=asked.settings), layer="auto")

    def _base(self) -> Question:
        """What is asked now; of several photos each one's own likeliest class, unless one was chosen."""
        return self._session.question

    # ---- the cells ----

    def _ask_for(self, row: int, place: int) -> None:
        key, column = self._photos[row], self._columns[place]
        if column.guest is None:
            answer = self._session.compare(key, column.question)
        else:
            answer = self._remembered.get((column.name, key, column.question.key))
            if answer is None:
                self.guests.want(column.guest, key, self._session.album.path(key), column.question)
        self._fill(row, place, answer, "" if answer is not None else self.tr("working…"))

    def _fill(self, row: int, place: int, answer: Answer | None, words: str = "") -> None:
        if answer is not None:
            words = " · ".join(filter(None, (self._said(answer), answer.reason)))
        picture = self._ready.get(self._photos[row])
        # Heat without its photo would be drawn on nothing; it is asked for again when the photo is there.
        self.grid.set_cell(row, place, Cell(picture, answer if picture is not None else None, words))

    def _said(self, answer: Answer) -> str:
        """What it is of, but for what the heading over it says."""
        kind = self.bar.kind
        method = self._method_title(answer.question.method)
        parts = (answer.title, "" if kind == "methods" else method, "" if kind == "layers" else answer.layer)
        return " · ".join(filter(None, parts))

    def _method_title(self, name: str) -> str:
        card = self._session.card
        return next((row.title for row in (card.methods if card else ()) if row.name == name), name)

    def _take(self, answer: Answer) -> None:
        self._remember(answer)
        for row, place in self._cells_of(answer.photo, answer.question.key):
            self._fill(row, place, answer)

    def _take_from(self, guest: str, answer: Answer) -> None:
        self._keep(guest, answer)
        for row, place in self._cells_of(answer.photo, answer.question.key, guest):
            self._fill(row, place, answer)

    def _fail_from(self, guest: str, key: int, question: Question, failure: Failure) -> None:
        for row, place in self._cells_of(key, question.key, guest):
            self._fill(row, place, None, self._why(failure))

    def _take_shown(self) -> None:
        answer = self._session.answer
        if answer is None or self._session.stale:
            return
        if self.active and self.bar.kind == "classes" and not self._columns:
            self.rebuild()
        if self.active and answer.photo not in self._photos:
            self.follow_selection()
        self._take(answer)

    def _fail_cell(self, key: int, question: Question, failure: Failure) -> None:
        for row, place in self._cells_of(key, question.key):
            self._fill(row, place, None, self._why(failure))

    def _why(self, failure: Failure) -> str:
        said = ". ".join(part.strip().rstrip(".") for part in (failure.what, failure.remedy) if part)
        return self.tr("Failed: {why}.").format(why=said)

    def _cells_of(self, key: int, question: Hashable, guest: str = "") -> list[tuple[int, int]]:
        if not self.active or key not in self._photos:
            return []
        row = self._photos.index(key)
        places = enumerate(self._columns)
        return [
            (row, place)
            for place, one in places
            if one.question.key == question and (one.guest.name if one.guest else "") == guest
        ]

    # ---- photos ----

    def _want_photo(self, key: int) -> None:
        if key in self._ready:
            return
        if key == self._session.current and self._session.pixels is not None:
            self._make(key, self._session.pixels)
            return
        path = self._session.album.path(key)
        self._session.pictures.pixels(
            path, lambda pixels: self._make(key, pixels), lambda failure: self._no_photo(key, failure), beside=True
        )

    def _no_photo(self, key: int, failure: Failure) -> None:
        if self.active and key in self._photos:
            for place in range(len(self._columns)):
                self._fill(self._photos.index(key), place, None, self._why(failure))

    def _make(self, key: int, pixels: np.ndarray) -> None:
        self._pyramids.make(pixels, lambda pyramid: self._have_photo(key, pyramid))

    def _have_photo(self, key: int, pyramid: Pyramid) -> None:
        self._ready[key] = pyramid
        while len(self._ready) > 2 * MOST_PHOTOS:
            self._ready.popitem(last=False)
        if self.active and key in self._photos:
            row = self._photos.index(key)
            for place in range(len(self._columns)):
                self._ask_for(row, place)

    def _forget_photos(self, keys: list[int]) -> None:
        for key in keys:
            self._forget(key)
        if self.active and set(keys) & set(self._photos):
            self.rebuild()

    def _forget(self, photo: int) -> None:
        self._ready.pop(photo, None)
        for key in [key for key in self._remembered if key[1] == photo]:
            del self._remembered[key]

    def _photo_changed(self, key: int) -> None:
        """A file that has changed is another photo."""
        if key in self._session.album and self._session.album.row(key).state == "waiting":
            self._forget(key)

    def _remember(self, answer: Answer) -> None:
        """What the open model said of a photo, for when another one is open."""
        card = self._session.card
        if card is not None:
            self._keep(_identity(card.path, card.sha256), answer)

    def _keep(self, model: str, answer: Answer) -> None:
        key = model, answer.photo, answer.question.key
        self._remembered[key] = answer
        self._remembered.move_to_end(key)
        while len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)

    def _open_one(self, row: int, place: int) -> None:
        """Show one picture of the grid alone."""
        key, column = self._photos[row], self._columns[place]
        self.single_wanted.emit()
        self._session.show(key)
        if column.guest is None:
            self._session.ask(column.question)
        else:
            self._session.open_model(column.guest.source, column.question)

    # ---- taken out of the window ----

    def copy(self) -> None:
        """Put the sheet on the clipboard."""
        if self._columns and self._photos:
            QApplication.clipboard().setImage(QImage.fromData(self.sheet()))

    def save(self) -> None:
        """Ask for a name and write the sheet there, and beside it what it is of."""
        if not self._columns or not self._photos:
            return
        title, name = self.tr("Save sheet"), "comparison.png"
        path, _ = QFileDialog.getSaveFileName(self._window, title, name, self.tr("PNG pictures (*.png)"))
        if path:
            self.write(path if path.lower().endswith(".png") else f"{path}.png")

    def write(self, path: str) -> bool:
        """Whether the sheet and its provenance were written; if not, ``failed`` has said why."""
        from gradcam_tf.export import write_together

        place = Path(path)
        record = json.dumps(self.provenance(), indent=2, allow_nan=False) + "\n"
        try:
            write_together(
                {place: self.sheet(), place.with_suffix(".provenance.json"): record.encode()}, overwrite=True
            )
        except GradcamError as error:
            self.failed.emit(said_failure(Failure(error.what, error.where or "", error.remedy or "")))
            return False
        return True

    def sheet(self) -> bytes:
        """The grid as a PNG file, with headings, a colour bar and its scale in words."""
        from PIL import Image

        from gradcam_tf.sheet import Cell as SheetCell
        from gradcam_tf.sheet import compare

        def cell(row: int, place: int) -> SheetCell:
            shown, drawn = self.grid.cell(row, place), self.grid.cell_picture(row, place, SHEET_SIDE)
            words = shown.words if shown is not None else ""
            return SheetCell(None if drawn is None else Image.fromarray(_array(drawn)), words)

        rows, columns = range(len(self._photos)), range(len(self._columns))
        page = compare(
            [[cell(row, place) for place in columns] for row in rows],
            [os.path.basename(self._session.album.path(key)) for key in self._photos],
            [one.words for one in self._columns],
            self.scale,
            self._session.look.drawn,
        )
        stream = BytesIO()
        page.save(stream, "PNG")
        return stream.getvalue()

    @property
    def scale(self) -> str:
        """What the colours stand for, in words."""
        look = self._session.look
        if self.grid.shared:
            words = self.tr("One scale: 1 is the strongest heat of all maps.")
        else:
            words = self.tr("Each map on its own scale: colours of two maps cannot be compared.")
        signed = self.tr("Below 0 it speaks against.") if look.signed else ""
        cut = self.tr("Not drawn below {value}.").format(value=f"{look.threshold:g}") if look.threshold else ""
        return " ".join(filter(None, (words, signed, cut)))

    def provenance(self) -> dict:
        """What the sheet is of."""
        card = self._session.card
        cells = {
            (row, place): self.grid.cell(row, place)
            for row in range(len(self._photos))
            for place in range(len(self._columns))
        }
        return {
            "model": _model(None, card),
            "scale": "shared" if self.grid.shared else "each map's own",
            "compared": self.bar.kind,
            "look": asdict(self._session.look.drawn),
            "cells": [
                {
                    "photo": self._session.album.path(self._photos[row]).encode(errors="backslashreplace").decode(),
                    "column": self._columns[place].words,
                    "model": _model(self._columns[place].guest, card),
                    "explained": cell.answer.title,
                    "target": {
                        "kind": cell.answer.question.target,
                        "index": cell.answer.question.index,
                        "other": cell.answer.question.other,
                    },
                    "layer": cell.answer.layer,
                    "method": cell.answer.question.method,
                    "settings": {name: repr(value) for name, value in cell.answer.question.settings.items()},
                    "status": cell.answer.status,
                    "highest": cell.answer.highest,
                    "lowest": cell.answer.lowest,
                }
                for (row, place), cell in cells.items()
                if cell is not None and cell.answer is not None
            ],
        }


def _identity(path: str, sha256: str) -> str:
    return sha256 or path


def _model(guest: Guest | None, card: ModelCard | None) -> dict[str, str] | None:
    if guest is not None:
        return {"name": guest.words, "path": guest.source.path, "sha256": guest.name}
    return {"name": card.name, "path": card.path, "sha256": card.sha256} if card else None


def _layer_words(row: LayerRow) -> str:
    return f"{row.name} {'×'.join(map(str, row.shape))}"


def _array(image: QImage) -> np.ndarray:
    """uint8 (height, width, 3)."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()
