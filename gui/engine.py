"""The engine as the window sees it: models are opened, photos explained, files written, in a process of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from gradcam_tf.trust import remember

from . import wire
from .child import PATIENCE, Arrays, Child, Request, python_module
from .records import Answer, Confined, Delivery, Failure, Glance, ModelCard, ModelSource, Order, PhotoReading, Question
from .said import said, said_answer, said_card, said_delivery, said_glance

__all__ = ["Engine"]

LEAST_PATIENCE = 2.0
"""Seconds that a request which a newer one has overtaken may go on; or longer, if a restart takes longer."""

Failed = Callable[[Failure], None]
Progressed = Callable[[int, int, str], None]


class Engine(QObject):
    """Opens one model at a time and explains photos by it.

    A newer question takes the place of the one that is under way: that is stopped between its steps and, if it does
    not end, by a restart as soon as a restart costs less than waiting. :meth:`cancel`, which a person asks for, kills
    after 0.15 s. Whenever the process starts anew, the model that was open is opened again.

    Args:
        command: of the process; default: this package's worker.
        threads: it computes with; 0: as many as TensorFlow thinks best.
        memory: MiB it may take for what it keeps of the latest photos.

    Signals:
        state_changed: ``"starting"``, ``"ready"``, ``"broken"``, ``"stopped"``.
        died: the process ended by itself; unless ``"broken"``, it is being started again.
        model_lost: the model that was open could not be opened again.
    """

    state_changed = Signal(str)
    died = Signal(Failure)
    model_lost = Signal(Failure)

    def __init__(
        self,
        command: Sequence[str] | None = None,
        *,
        threads: int = 0,
        memory: int = 1024,
        parent: QObject | None = None,
    ):
        super().__init__(parent)
        self.readings: Mapping[str, PhotoReading] = {}
        """How files are read that are not read as usual, by path."""
        self.device = ""
        self.tensorflow = ""
        self.confinement = ""
        self.confined: Confined | None = None
        self._own = command is None
        self._loaded = False
        self._source: ModelSource | None = None
        self._opening: Request | None = None
        self._explaining: Request | None = None
        # Whatever backend a person's own programs use, the engine's is TensorFlow; and its figures need no screen.
        environment = {"KERAS_BACKEND": "tensorflow", "MPLBACKEND": "agg"}
        self._child = Child(command or _command(threads, memory), "the engine", environment, self, confined=self._own)
        self._child.prologue = self._open_again
        self._child.state_changed.connect(self.state_changed)
        self._child.ready.connect(self._greet)
        self._child.died.connect(self.died)

    @property
    def state(self) -> str:
        return self._child.state

    @property
    def pid(self) -> int:
        return self._child.pid

    def start(self) -> None:
        """Start the process; returns at once."""
        self._child.start()

    def stop(self) -> None:
        self._child.stop()

    def restart(self, *, threads: int = 0, memory: int = 1024) -> None:
        """Start the process anew, with other limits; what was asked is asked again."""
        if self._own:
            self._child.command = _command(threads, memory)
        self._child.restart()

    def another(self, parent: QObject) -> Engine:
        """A second one with the same limits, in a process of its own; not yet started."""
        other = Engine(self._child.command, parent=parent)
        other.readings = self.readings
        return other

    # ---- requests ----

    def open(self, source: ModelSource, done: Callable[[ModelCard], None], failed: Failed, trust: str = "") -> Request:
        """Open a model; whatever else is under way is about the old one, and stopped.

        Args:
            source: which. done, failed: one of them is called.
            trust: the file's SHA-256, if the person trusts it to run the code in it. It is no part of the source:
                what is written in a project must not carry it.
        """
        self._overtake(self._opening)
        self._overtake(self._explaining)

        def opened(content: Mapping[str, Any], _: Arrays) -> None:
            card = said_card(wire.model_card(content))
            self._source, self._loaded = source, True
            if trust and card.sha256 == trust:
                # The engine may not: what it wrote down it could be trusted by.
                remember(trust, Path(source.path))
            done(card)

        def refused(failure: Failure) -> None:
            failed(failure)
            self._reload()

        subject = f"the model {os.path.basename(source.path) or '(embedded)'}"
        arguments = {"source": asdict(source), "trust": trust}
        self._opening = self._ask(
            "open", arguments, subject, opened, refused, cancelled=self._reload, reads=_files_of(source)
        )
        return self._opening

    def explain(
        self,
        photo: int,
        path: str,
        question: Question,
        done: Callable[[Answer], None],
        failed: Failed,
        progressed: Progressed = lambda *_: None,
        cancelled: Callable[[], None] = lambda: None,
    ) -> Request:
        """Explain the photo that is shown; the latest request wins."""
        self._overtake(self._explaining)
        self._explaining = self._explain(
            photo, path, question, done, failed, progressed, cancelled, urgent=True, keep=True
        )
        return self._explaining

    def survey(
        self,
        photo: int,
        path: str,
        question: Question,
        done: Callable[[Answer], None],
        failed: Failed,
        *,
        keep: bool = False,
    ) -> Request:
        """Explain a photo of the list, when nothing else is asked.

        Args:
            photo, path, question, done, failed: as for :meth:`explain`.
            keep: whether the engine keeps the run, so that the next question about the photo costs the head alone.
        """
        return self._explain(photo, path, question, done, failed, urgent=False, keep=keep)

    def overview(
        self,
        paths: Sequence[str],
        question: Question,
        done: Callable[[tuple[Glance, ...]], None],
        failed: Failed,
        progressed: Progressed = lambda *_: None,
        cancelled: Callable[[], None] = lambda: None,
    ) -> Request:
        """Look at many photos together; questions about the photo that is shown are answered in between."""

        def looked(content: Mapping[str, Any], _: Arrays) -> None:
            done(tuple(map(said_glance, wire.glances(content, len(paths)))))

        arguments = self._many(paths, question)
        subject = f"{len(paths)} photos" if len(paths) > 1 else f"the photo {os.path.basename(paths[0])}"
        return self._ask(
            "overview", arguments, subject, looked, failed, progressed, cancelled, urgent=False, reads=paths
        )

    def write(
        self,
        paths: Sequence[str],
        question: Question,
        order: Order,
        done: Callable[[Delivery], None],
        failed: Failed,
        progressed: Progressed = lambda *_: None,
        cancelled: Callable[[], None] = lambda: None,
    ) -> Request:
        """Write files for photos; questions about the photo that is shown are answered in between."""
        arguments = self._many(paths, question) | {"order": asdict(order)}
        return self._ask(
            "write",
            arguments,
            f"the export to {order.folder}",
            lambda content, _: done(said_delivery(wire.record(Delivery, content))),
            failed,
            progressed,
            cancelled,
            urgent=False,
            reads=paths,
            writes=[str(Path(order.folder))],
        )

    def _many(self, paths: Sequence[str], question: Question) -> dict[str, Any]:
        readings = {path: asdict(self.readings[path]) for path in paths if path in self.readings}
        return {"paths": list(paths), "readings": readings, "question": _sent(question)}

    def cancel(self, request: Request, patience: float = PATIENCE) -> None:
        """Stop a request; after so many seconds by killing the process, which restarts in the background."""
        self._child.cancel(request, patience)

    def _explain(
        self,
        photo: int,
        path: str,
        question: Question,
        done: Callable[[Answer], None],
        failed: Failed,
        progressed: Progressed = lambda *_: None,
        cancelled: Callable[[], None] = lambda: None,
        *,
        urgent: bool,
        keep: bool,
    ) -> Request:
        reading = asdict(self.readings.get(path, PhotoReading()))
        arguments = {"photo": photo, "path": path, "reading": reading, "question": _sent(question), "keep": keep}

        def answered(content: Mapping[str, Any], arrays: Arrays) -> None:
            answer = said_answer(wire.answer(content, arrays, photo))
            # The one that was asked, and not an equal one that came back as JSON.
            done(replace(answer, question=question))

        subject = f"the photo {os.path.basename(path)}"
        return self._ask("explain", arguments, subject, answered, failed, progressed, cancelled, urgent, [path])

    def _ask(
        self,
        do: str,
        arguments: Mapping[str, Any],
        subject: str,
        done: Callable[[Mapping[str, Any], Arrays], None],
        failed: Failed,
        progressed: Progressed = lambda *_: None,
        cancelled: Callable[[], None] = lambda: None,
        urgent: bool = True,
        reads: Sequence[str] = (),
        writes: Sequence[str] = (),
    ) -> Request:
        request = Request(
            do, arguments, subject, done, failed, progressed, cancelled, urgent, reads=reads, writes=writes
        )
        return self._child.ask(request)

    def _overtake(self, request: Request | None) -> None:
        if request is not None:
            self._child.cancel(request, max(LEAST_PATIENCE, self._child.seconds_to_start))

    # ---- the process ----

    def _greet(self, told: Mapping[str, Any]) -> None:
        self.device = str(told.get("device", ""))[:20]
        self.tensorflow = str(told.get("tensorflow", ""))[:20]
        self.confinement = str(told.get("confinement", ""))[:300]
        self.confined = _confined(told.get("confined"))
        self._loaded = False

    def _open_again(self) -> None:
        """The process is new and knows no model yet."""
        if self._opening is None or not self._child.waits(self._opening):
            self._reload()

    def _reload(self) -> None:
        """Open the model that was open, if the process that knew it is gone."""
        if self._source is None or self._loaded or self.state != "ready":
            return
        source, self._source = self._source, None

        def opened(content: Mapping[str, Any], _: Arrays) -> None:
            wire.model_card(content)
            self._source, self._loaded = source, True

        self._opening = self._ask(
            "open",
            {"source": asdict(source), "trust": ""},
            "the open model",
            opened,
            self.model_lost.emit,
            reads=_files_of(source),
        )


def _confined(told: Any) -> Confined | None:
    """None if it does not say, or nothing that makes sense."""
    try:
        found = wire.record(Confined, told) if told else None
    except wire.Garbled:
        return None
    return found and replace(found, missing=tuple(said(one[:300]) for one in found.missing[:8]))


def _sent(question: Question) -> dict[str, Any]:
    return asdict(question) | {"settings": dict(question.settings)}


def _files_of(source: ModelSource) -> list[str]:
    """The model, and its class names: those that are named, or may lie beside it."""
    path = Path(source.path)
    beside = [str(path.with_suffix(f".labels.{ending}")) for ending in ("json", "txt")] if path.name else []
    return [str(Path(one)) for one in (source.path, source.labels, *beside) if one]


def _command(threads: int, memory: int) -> list[str]:
    return python_module("gradcam_tf.gui.confined", "worker", "--threads", str(threads), "--memory", str(memory))
