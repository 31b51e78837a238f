"""What is open, chosen and shown: everything a window knows, without a window."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from gradcam_tf.errors import GradcamError

from . import project
from .answers import Answers
from .child import Request
from .engine import Engine
from .exports import Exports
from .kinds import told_apart
from .openphotos import OpenPhotos
from .pictures import Pictures
from .project import Project
from .records import (
    Answer,
    ClassRow,
    Failure,
    Glance,
    LayerRow,
    Look,
    ModelCard,
    ModelSource,
    Order,
    PhotoReading,
    PhotoRow,
    Question,
    Running,
)
from .round import Round
from .said import said_failure
from .survey import OVERTAKEN_PATIENCE, Survey
from .undo import History

__all__ = ["Session"]

MOST_FAILURES = 100


class Session(QObject):
    """One model, some photos, one question about one of them, and how its answer looks.

    Every change is told by a signal, after it has happened; what it is now is in the attribute of that name. Nothing
    here waits: what takes long happens in the engine's or the picture reader's process.

    Args:
        engine, pictures: default: those of this package. They are started by :meth:`start`.
        look: how the heat is drawn first.

    Signals (``key`` is a photo's):
        photos_added: place of the first, how many. photos_removed: keys. photos_reset: all rows changed.
        photo_changed: key; its row is another.
        current_changed: :attr:`current`. pixels_changed: :attr:`pixels`, of ``current`` or None.
        thumbnail_ready: key, uint8 (h, w, 3). reread: key; its file is read anew, its thumbnail is another.
        model_changed: :attr:`card`. question_changed: :attr:`question`. look_changed: :attr:`look`.
        answer_changed: :attr:`answer` or whether it is :attr:`stale`.
        compared: Answer, of :meth:`compare` or the list. not_compared: key, Question, Failure.
        running_changed: :attr:`running`, :attr:`exporting` or :attr:`round`. delivered: Delivery, an export has ended.
        failed: Failure, for people, also the last of :attr:`failures`. failures_changed: some were dismissed.
        engine_changed: :attr:`engine_state`, :attr:`engine_text`.
    """

    photos_reset = Signal()
    reread = Signal(int)
    model_changed = Signal()
    question_changed = Signal()
    look_changed = Signal()
    answer_changed = Signal()
    compared = Signal(object)
    not_compared = Signal(int, object, object)
    running_changed = Signal()
    delivered = Signal(object)
    failed = Signal(object)
    failures_changed = Signal()
    engine_changed = Signal()

    def __init__(
        self,
        engine: Engine | None = None,
        pictures: Pictures | None = None,
        *,
        look: Look | None = None,
        parent: QObject | None = None,
    ):
        super().__init__(parent)
        self.engine = engine or Engine(parent=self)
        self.pictures = pictures or Pictures(parent=self)
        self.photos = OpenPhotos(self.pictures, self)
        self._tell_of_photos()
        self.readings: dict[str, PhotoReading] = {}
        self.engine.readings = self.pictures.readings = self.readings
        self.source = ModelSource()
        self.card: ModelCard | None = None
        self.question = Question()
        self.answer: Answer | None = None
        self.running: Running | None = None
        self.failures: list[Failure] = []
        self._look = History(look or Look())
        self._answers = Answers()
        self._opening: Request | None = None
        self._request: Request | None = None
        self._refused: dict[str, tuple[ModelSource, Question | None]] = {}
        self._seconds: float | None = None
        self.exports = Exports(self.engine, self)
        self.exports.changed.connect(self._export_changed)
        self.exports.delivered.connect(self.delivered)
        self.exports.failed.connect(self._fail)
        self.round = Round(self.engine, self.album, self)
        self.round.changed.connect(self.running_changed)
        self.round.learnt.connect(self._glanced)
        self._survey = Survey(self.engine, self.album, self._is_free, self)
        self._survey.learnt.connect(self._surveyed)
        self._survey.failed.connect(self._not_surveyed)
        self.engine.state_changed.connect(self._engine_changed)
        self.engine.died.connect(self._fail)
        self.engine.model_lost.connect(self._lose_model)
        self.pictures.died.connect(self._fail)

    def _tell_of_photos(self) -> None:
        """What is told of the photos is told here as well."""
        photos = self.photos
        self.album = photos.album
        self.photos_added, self.photos_removed, self.photo_changed = photos.added, photos.removed, photos.changed
        self.current_changed, self.pixels_changed = photos.current_changed, photos.pixels_changed
        self.thumbnail_ready = photos.thumbnail_ready
        photos.shown.connect(self._ask_anew)
        photos.searched.connect(self._searched)
        photos.failed.connect(self._photo_failed)

    def start(self, source: ModelSource | None = None) -> None:
        """Start both processes and open a model, the embedded one if none is named; returns at once."""
        self.pictures.start()
        self.engine.start()
        self.open_model(source or ModelSource())

    def stop(self) -> None:
        """End both processes."""
        self.photos.stop()
        self.round.stop()
        self._survey.stop()
        self.engine.stop()
        self.pictures.stop()

    # ---- the model ----

    def open_model(self, source: ModelSource, question: Question | None = None, *, trust: str = "") -> None:
        """Open a model; the one before stays until it is there, and if it cannot be opened.

        Args:
            source: which.
            question: what is asked then; default: the same method, and else what the model chooses itself.
            trust: the SHA-256 of a file that the person trusts; see :meth:`trust`.
        """
        self._survey.stop()
        self._request = None  # the engine stops it
        name = os.path.basename(source.path.rstrip("/")) or self.tr("the embedded model")

        def opened(card: ModelCard) -> None:
            self.source, self.card, self._opening = source, card, None
            self._seconds = None
            self._forget_answers()
            self._set_running(None)
            self._set_question(question or _fitting(self.question, card))
            self.model_changed.emit()
            self._ask()

        def refused(failure: Failure) -> None:
            self._opening = None
            self._set_running(None)
            if failure.trust:
                self._refused[failure.trust] = source, question
            self._fail(failure)
            if self.card is None and source.path:
                # Nothing is open: the embedded model is better than none.
                self.open_model(ModelSource())
            else:
                self._ask()

        self._set_running(Running(self.tr("Opening {name}").format(name=name)))
        self._opening = self.engine.open(source, opened, refused, trust)

    def trust(self, failure: Failure) -> None:
        """Open the very file that was refused: the person trusts it to run the code that is in it."""
        if failure.trust in self._refused:
            source, question = self._refused.pop(failure.trust)
            self.dismiss(failure)
            self.open_model(source, question, trust=failure.trust)

    def restart_engine(self, *, threads: int = 0, memory: int = 1024) -> None:
        """Start the engine's process anew, with other limits or after it broke down; the model is opened again."""
        self.engine.restart(threads=threads, memory=memory)
        if self.card is None and self._opening is None:
            self.open_model(self.source)

    def change_model(self, **changes: str) -> None:
        """Open the same model with other labels, preprocessing or fit."""
        self.open_model(replace(self.source, **changes))

    def _lose_model(self, failure: Failure) -> None:
        self.card = None
        self._forget_answers()
        self._set_running(None)
        self._fail(failure)
        self.model_changed.emit()

    def _forget_answers(self) -> None:
        self.round.stop()
        self.answer = None
        self._answers.clear()
        self._survey.stop()
        self.album.forget()
        self.photos_reset.emit()
        self.answer_changed.emit()

    # ---- photos ----

    def open(self, paths: Iterable[str | os.PathLike]) -> None:
        """Whatever was dropped on the window: a model, a project, photos, folders."""
        found = told_apart(paths)
        if found.projects:
            self.open_project(found.projects[0])
            return
        if found.models:
            self.open_model(ModelSource(found.models[0]))
        if found.photos or found.folders or found.other:
            self.add([*found.photos, *found.other, *found.folders])

    def add(self, paths: Iterable[str | os.PathLike]) -> None:
        """Add photos, and those in folders; the first of them is shown. Folders are searched in the background."""
        self.photos.find(paths)

    def _searched(self, in_vain: bool) -> None:
        if in_vain:
            self._fail(Failure(self.tr("There are no photos in it"), remedy=self.tr("Choose another folder.")))
        self._survey.rest()

    def remove(self, keys: Iterable[int]) -> None:
        """Take photos out of the list; their files stay."""
        self.photos.remove(keys)

    @property
    def current(self) -> int | None:
        """The key of the photo that is shown."""
        return self.photos.current

    @property
    def current_row(self) -> PhotoRow | None:
        return self.photos.current_row

    @property
    def pixels(self) -> np.ndarray | None:
        """Of the photo that is shown, uint8 (h, w, 3); None until they are read."""
        return self.photos.pixels

    def show(self, key: int | None) -> None:
        """Show a photo; what is asked of it is its own top class, by the layer and method that are chosen."""
        self.photos.show(key)

    def _ask_anew(self) -> None:
        self._set_question(replace(self.question, target="auto", index=None, other=None))
        self._ask()

    def step(self, places: int) -> None:
        """Show the photo so many places on."""
        self.photos.step(places)

    def want_thumbnail(self, key: int, side: int) -> None:
        """Have a thumbnail made; ``thumbnail_ready`` tells of it."""
        self.photos.want_thumbnail(key, side)

    def set_in_view(self, keys: Iterable[int]) -> None:
        """Which rows a person sees: these are explained first when there is nothing else to do."""
        self._survey.set_in_view(keys)

    def reload(self, key: int) -> None:
        """A photo's file has changed, or it failed and should be tried again."""
        self._answers.forget(key)
        self.photos.reload(key)
        self.reread.emit(key)
        if key == self.current:
            self._ask()

    def reading(self, key: int) -> PhotoReading:
        """How a photo's file is read."""
        return self.readings.get(self.album.path(key), PhotoReading())

    def set_reading(self, keys: Iterable[int], reading: PhotoReading) -> None:
        """Read the files of these photos another way; what was known of them is asked anew."""
        changed = [key for key in keys if key in self.album and self.reading(key) != reading]
        if changed:
            self._survey.hold()
        for key in changed:
            if reading == PhotoReading():
                del self.readings[self.album.path(key)]
            else:
                self.readings[self.album.path(key)] = reading
            self.reload(key)

    # ---- the question and its answer ----

    def ask(self, question: Question) -> None:
        """Ask something else of the photo that is shown; the old answer stays until the new one is there."""
        if question.key != self.question.key or (self.stale and self.running is None):
            self._set_question(question)
            self._ask()

    def choose_class(self, index: int | None) -> None:
        """What speaks for a class; None: what the model predicts."""
        target = replace(self.question, target="auto" if index is None else "class", index=index, other=None)
        self.ask(target)

    def choose_against(self, index: int) -> None:
        """What speaks against a class."""
        self.ask(replace(self.question, target="against", index=index, other=None))

    def choose_than(self, index: int, other: int) -> None:
        """Why this class rather than the other."""
        self.ask(replace(self.question, target="than", index=index, other=other))

    def choose_layer(self, name: str) -> None:
        self.ask(replace(self.question, layer=name))

    def choose_method(self, name: str, settings: Mapping[str, Any] | None = None) -> None:
        """By another method, with what of its settings is not the default."""
        self.ask(replace(self.question, method=name, settings=dict(settings or {})))

    def step_class(self, places: int) -> None:
        """The class so many places further down the prediction."""
        if self.answer is None or not self.answer.classes or self.answer.photo != self.current:
            return
        order = [row.index for row in self.answer.classes]
        asked = self.question.index
        place = order.index(asked) if asked in order else 0
        self.choose_class(order[min(max(place + places, 0), len(order) - 1)])

    def step_layer(self, places: int) -> None:
        """The layer so many places deeper among those a map can be made from."""
        names = [row.name for row in self.explainable_layers]
        shown = self.question.layer if self.question.layer != "auto" else self.layer
        if shown in names:
            self.choose_layer(names[min(max(names.index(shown) + places, 0), len(names) - 1)])

    def step_method(self, places: int = 1) -> None:
        """The next method of the list, and from the last to the first."""
        names = [row.name for row in self.card.methods if not row.unfit] if self.card else []
        if self.question.method in names:
            self.choose_method(names[(names.index(self.question.method) + places) % len(names)])

    @property
    def explainable_layers(self) -> list[LayerRow]:
        """Shallow to deep."""
        return [row for row in self.card.layers if row.rank is not None] if self.card else []

    @property
    def layer(self) -> str:
        """The layer of the map that is shown, or the one the model's card chose."""
        if self.answer is not None and not self.stale:
            return self.answer.layer
        return self.card.layer if self.card else ""

    def is_slow(self, question: Question) -> bool:
        """Whether its method takes long enough to be worth a word and a Cancel."""
        return any(row.slow for row in (self.card.methods if self.card else ()) if row.name == question.method)

    @property
    def stale(self) -> bool:
        """Whether the answer is to another question or of another photo than now."""
        answer = self.answer
        return answer is None or answer.photo != self.current or answer.question.key != self.question.key

    def _set_question(self, question: Question) -> None:
        if question.key != self.question.key:
            self.question = question
            self.question_changed.emit()

    def _ask(self) -> None:
        """Get the answer for what is shown: a kept one at once, else the engine's."""
        key, question = self.current, self.question
        self._survey.current = key
        self._survey.question = Question() if self.is_slow(question) else question
        kept = None if key is None else self._answers.get(key, question)
        if key is None or self.card is None or kept is not None:
            self._drop_request()
            if key is not None and kept is not None:
                self._show_answer(kept)
                self._survey.warm(key)
            return
        self.answer_changed.emit()  # it is stale now
        if self._opening is not None:
            return
        self._survey.hold()
        name = os.path.basename(self.album.path(key))
        self._set_running(Running(self.tr("Explaining {name}").format(name=name)))
        self.photos.know(key, state="working")
        self._request = self.engine.explain(
            key,
            self.album.path(key),
            question,
            lambda answer: self._answered(key, answer),
            lambda failure: self._not_answered(key, failure),
            self._progressed,
            lambda: self._unanswered(key),
        )

    def _drop_request(self) -> None:
        """Nobody waits for it any more."""
        if self._request is not None:
            request, self._request = self._request, None
            self.engine.cancel(request, patience=OVERTAKEN_PATIENCE)
            self._set_running(None)

    def _answered(self, key: int, answer: Answer) -> None:
        self._learn(answer)
        if key == self.current and answer.question.key == self.question.key:
            self._request = None
            self._set_running(None)
            self._show_answer(answer)

    def _not_answered(self, key: int, failure: Failure) -> None:
        if key == self.current:
            self._request = None
            self._set_running(None)
        self._photo_failed(key, failure)
        self._survey.rest()

    def _unanswered(self, key: int) -> None:
        """Cancelled, or overtaken by another question."""
        self.photos.know(key, state="done" if self._answers.knows(key) else "waiting")

    def _learn(self, answer: Answer) -> None:
        """Keep an answer, and put what it says of the photo into the list."""
        if answer.photo not in self.album:
            return
        self._answers.keep(answer)
        self._learn_class(answer.photo, answer.classes[0] if answer.classes else None, answer.status)

    def _learn_class(self, key: int, best: ClassRow | None, status: str) -> None:
        label, probability = (best.label, best.probability) if best else ("", None)
        self.photos.know(key, state="done", label=label, probability=probability, status=status, error="")

    def _show_answer(self, answer: Answer) -> None:
        self.answer = answer
        self._seconds = answer.seconds
        self.answer_changed.emit()
        self.engine_changed.emit()
        self._survey.rest()

    def _photo_failed(self, key: int, failure: Failure) -> None:
        self.photos.know(key, state="failed", error=failure.what)
        if key == self.current:
            self._fail(failure)

    # ---- in the background ----

    def compare(self, key: int, question: Question) -> Answer | None:
        """Another answer beside the one that is shown: a kept one, or None; then ``compared`` will tell of it."""
        kept = self._answers.get(key, question)
        if kept is None:
            self._survey.want(key, question)
        return kept

    def stop_comparing(self) -> None:
        """What was asked for by :meth:`compare` and has not begun is not wanted any more."""
        self._survey.want_nothing()

    def explain_all(self) -> None:
        """Find out the class of every photo of the list that is not known yet, many together; ``round`` is how far."""
        if self.card is not None and self.round.running is None:
            question = replace(self._survey.question, target="auto", index=None, other=None)
            self.round.start(self.album, question)

    def _glanced(self, key: int, glance: Glance) -> None:
        if glance.failure is not None:
            self.photos.know(key, state="failed", error=glance.failure.what)
        else:
            self._learn_class(key, glance.best, glance.status)

    def _is_free(self) -> bool:
        return self.card is not None and self.running is None and self.exporting is None

    def _surveyed(self, answer: Answer) -> None:
        self._learn(answer)
        self.compared.emit(answer)

    def _not_surveyed(self, key: int, question: Question, failure: Failure) -> None:
        if question.target == "auto":
            self.photos.know(key, state="failed", error=failure.what)
        self.not_compared.emit(key, question, failure)

    # ---- the look ----

    @property
    def look(self) -> Look:
        return self._look.value

    def set_look(self, look: Look, *, settled: bool = True) -> None:
        """Draw the heat otherwise; while a slider is dragged, not ``settled``: undo goes back to before the drag."""
        changed = look != self._look.value
        self._look.set(look, settled=settled)
        if changed or settled:
            self.look_changed.emit()

    def undo_look(self) -> None:
        self._look.undo()
        self.look_changed.emit()

    def redo_look(self) -> None:
        self._look.redo()
        self.look_changed.emit()

    @property
    def can_undo(self) -> bool:
        return self._look.can_undo

    @property
    def can_redo(self) -> bool:
        return self._look.can_redo

    # ---- files ----

    def export(self, keys: Iterable[int], order: Order, question: Question | None = None) -> None:
        """Write files for photos; one export at a time. ``delivered`` tells of its end.

        Args:
            keys: of the photos.
            order: which files, and where to.
            question: what is asked of each; default: of the photo that is shown what is asked of it now, and of
                several each one's own top class, by the same layer and method.
        """
        keys = [key for key in keys if key in self.album]
        if self.exporting is not None or not keys:
            return
        self._survey.hold()
        if question is None:
            alone = keys == [self.current]
            question = self.question if alone else replace(self.question, target="auto", index=None, other=None)
        self.exports.start(keys, [self.album.path(key) for key in keys], question, order)

    @property
    def exporting(self) -> Running | None:
        """How far the export is; None if there is none."""
        return self.exports.running

    def cancel_export(self) -> None:
        """Stop it after the photo that is being written; what is written stays."""
        self.exports.cancel()

    @property
    def task(self) -> Running | None:
        """What is done in the background because a person wanted it: the export, or else the round."""
        return self.exporting or self.round.running

    def cancel_task(self) -> None:
        """Stop it; what is done stays."""
        if self.exporting is not None:
            self.cancel_export()
        else:
            self.round.stop()

    def _export_changed(self) -> None:
        self.running_changed.emit()
        self._survey.rest()

    def project(self) -> Project:
        """What a project file holds of this session."""
        place = -1 if self.current is None else self.album.place_of(self.current)
        photos = tuple(map(self.album.path, self.album))
        kept = {path: reading for path, reading in self.readings.items() if self.album.key_of(path) is not None}
        return Project(self.source, photos, place, self.question, self.look, kept)

    def save_project(self, path: str | os.PathLike) -> bool:
        """Whether it was written; if not, ``failed`` has said why."""
        return self._tried(lambda: project.write(path, self.project())) is not None

    def open_project(self, path: str | os.PathLike) -> bool:
        """Whether it was read; if not, ``failed`` has said why and all is as before."""
        read = self._tried(lambda: project.read(path))
        if isinstance(read, Project):
            self.restore(read)
        return read is not None

    def restore(self, saved: Project) -> None:
        """Show what a project holds, in place of what is open."""
        self.show(None)
        self.remove(list(self.album))
        self.readings.clear()
        self.readings.update(saved.readings)
        self.photos.add(saved.photos)
        self._look = History(saved.look)
        self.look_changed.emit()
        if saved.model != self.source or self.card is None:
            self.open_model(saved.model, saved.question)
        if 0 <= saved.current < len(self.album):
            self.show(self.album.key_at(saved.current))
        if self._opening is None:
            self.ask(saved.question)

    def _tried(self, do: Callable[[], Any]) -> Any:
        """What it returns, True for None; None if it failed."""
        try:
            result = do()
        except GradcamError as error:
            self._fail(said_failure(Failure(error.what, error.where or "", error.remedy or "")))
            return None
        return True if result is None else result

    # ---- what is under way ----

    def cancel(self) -> None:
        """Stop what the person waits for; the window is idle within 0.2 s."""
        request = self._opening or self._request
        if self.running is not None and request is not None:
            self._opening = self._request = None
            self.engine.cancel(request)
            self._set_running(None)
        else:
            self.cancel_task()

    def _progressed(self, done: int, of: int, _: str) -> None:
        if self.running is not None:
            self._set_running(replace(self.running, done=done, of=of))

    def _set_running(self, running: Running | None) -> None:
        if running != self.running:
            self.running = running
            self.running_changed.emit()
            self.engine_changed.emit()

    def _engine_changed(self, state: str) -> None:
        self.engine_changed.emit()
        if state == "ready":
            self._survey.rest()
        elif state == "broken":
            self.round.stop()

    @property
    def engine_state(self) -> str:
        """``"starting"``, ``"busy"``, ``"ready"``, ``"broken"`` or ``"stopped"``."""
        return "busy" if self.engine.state == "ready" and self.running is not None else self.engine.state

    @property
    def engine_text(self) -> str:
        """For the status bar: ``"Ready · CPU · 14 ms"``."""
        texts = {
            "starting": self.tr("Engine starting…"),
            "broken": self.tr("The engine does not run"),
            "stopped": self.tr("Engine stopped"),
        }
        if self.engine_state in texts:
            return texts[self.engine_state]
        if self.running is not None:
            return f"{self.running.what}…"
        confined = self.engine.confined
        free = confined is not None and confined.landlock is None
        parts = [
            self.tr("Ready"),
            self.engine.device,
            _duration(self._seconds),
            self.tr("not confined") if free else "",
        ]
        return " · ".join(part for part in parts if part)

    # ---- failures ----

    def _fail(self, failure: Failure) -> None:
        if any((one.what, one.where) == (failure.what, failure.where) for one in self.failures[-3:]):
            return
        self.failures = [*self.failures[1 - MOST_FAILURES :], failure]
        self.failed.emit(failure)

    def dismiss(self, failure: Failure) -> None:
        self.failures = [one for one in self.failures if one is not failure]
        self.failures_changed.emit()

    def dismiss_all(self) -> None:
        self.failures = []
        self.failures_changed.emit()


def _fitting(question: Question, card: ModelCard) -> Question:
    """What of a question still makes sense for another model: the method."""
    fitting = [row.name for row in card.methods if not row.unfit]
    if question.method in fitting:
        return Question(method=question.method, settings=question.settings)
    return Question(method=fitting[0]) if fitting else Question()


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
