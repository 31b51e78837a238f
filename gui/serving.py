"""The child's side of the wire: takes requests, works on them in turn, stops when told, and says what went wrong."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradcam_tf import confinement
from gradcam_tf.errors import GradcamError, RefusedModel, printable

from .records import Failure
from .wire import Reply, line_of, put

__all__ = ["Cancelled", "Done", "Handler", "Task", "failure_of", "for_a_window", "serve"]

LEAST_PAUSE = 0.05
"""Seconds between two messages of progress."""


class Cancelled(Exception):
    """Raised inside a request that nobody waits for any more."""


@dataclass(frozen=True, slots=True, eq=False)
class Done:
    """The result of a request."""

    content: Mapping[str, Any]
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)


class Task:
    """One request while it is worked on."""

    def __init__(self, id: int, do: str, arguments: dict[str, Any], urgent: bool, send: Callable[[Reply], None]):
        self.id = id
        self.do = do
        self.arguments = arguments
        self.urgent = urgent
        self.steps: Steps | None = None
        self._send = send
        self._cancelled = threading.Event()
        self._said = 0.0

    def cancel(self) -> None:
        self._cancelled.set()

    def check(self) -> None:
        """Raise Cancelled if it is; to be called between steps, however deep in the computation."""
        if self._cancelled.is_set():
            raise Cancelled

    def step(self, done: int = 0, of: int = 0, what: str = "") -> None:
        """Say how far it is, and go on unless it is cancelled."""
        self.check()
        now = time.monotonic()
        if now - self._said >= LEAST_PAUSE or done == of:
            self._said = now
            self._send(Reply(self.id, "progress", done=done, of=of, what=what))


Steps = Generator[None, None, Done]
Handler = Callable[[Task], "Done | Steps"]
"""Answers a request at once or, as a generator, in steps; an urgent request is served between the steps of another."""


def serve(handlers: Mapping[str, Handler], prepare: Callable[[], Mapping[str, Any]], folder: str) -> None:
    """Work until the window closes the pipe.

    Args:
        handlers: by the request's name.
        prepare: imports what is needed; returns what is told with ``"ready"``.
        folder: where arrays are left for the window.
    """
    requests, replies = _own_pipes()
    desk = _Desk(replies, folder)
    threading.Thread(target=desk.read, args=(requests,), daemon=True, name="requests").start()
    desk.send(Reply(0, "ready", content=dict(prepare())))
    while True:
        _work(desk, handlers, folder)


def _work(desk: _Desk, handlers: Mapping[str, Handler], folder: str) -> None:
    """One step of the task that is most urgent."""
    task = desk.next()
    try:
        done = _step(task, handlers)
        if done is None:
            return
        task.check()
        arrays = {name: put(folder, array) for name, array in done.arrays.items()}
        reply = Reply(task.id, "result", content=dict(done.content), arrays=arrays)
    except Cancelled:
        reply = Reply(task.id, "cancelled")
    except Exception as error:
        reply = Reply(task.id, "failure", failure=failure_of(error))
    desk.end(task, reply)


def _step(task: Task, handlers: Mapping[str, Handler]) -> Done | None:
    """The result, or None if there are more steps to come."""
    try:
        task.check()
        if task.steps is None:
            begun = handlers[task.do](task)
            if isinstance(begun, Done):
                return begun
            task.steps = begun
        next(task.steps)
    except StopIteration as stop:
        return stop.value
    except Cancelled:
        if task.steps is not None:
            task.steps.close()
        raise
    return None


class _Desk:
    """The tasks that wait, filled by the thread that reads and emptied by the one that works."""

    def __init__(self, replies: int, folder: str):
        self._replies = replies
        self._folder = folder
        self._tasks: list[Task] = []
        self._current: Task | None = None
        self._filled = threading.Condition()
        self._sending = threading.Lock()

    def read(self, requests: int) -> None:
        with open(requests, "rb") as lines:
            for line in lines:
                # Python's own reader: file names that are no text hold halves of UTF-16 pairs.
                self._take(json.loads(line))
        # The window has closed or died: nobody is left to work for, nor to fetch anything.
        confined = confinement.current()
        for folder in (self._folder, *([confined.scratch] if confined is not None and confined.writes else [])):
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)

    def _take(self, message: dict[str, Any]) -> None:
        with self._filled:
            if "cancel" in message:
                self._cancel(message["cancel"])
            else:
                arguments = (message["id"], message["do"], message["arguments"], message["urgent"])
                self._tasks.append(Task(*arguments, self.send))
                self._filled.notify()

    def _cancel(self, id: int) -> None:
        for task in self._tasks:
            if task.id == id:
                task.cancel()
                if task is not self._current and task.steps is None:
                    self._tasks.remove(task)
                    self.send(Reply(id, "cancelled"))
                return

    def next(self) -> Task:
        with self._filled:
            while not self._tasks:
                self._current = None
                self._filled.wait()
            task = next((one for one in self._tasks if one.urgent), self._tasks[0])
            begun, self._current = task is not self._current, task
        if begun:
            self.send(Reply(task.id, "begun"))
        return task

    def end(self, task: Task, reply: Reply) -> None:
        with self._filled:
            self._tasks.remove(task)
            self._current = None
        try:
            self.send(reply)
        except (ValueError, TypeError, UnicodeError) as error:
            self.send(Reply(task.id, "failure", failure=failure_of(error)))

    def send(self, reply: Reply) -> None:
        line = memoryview(line_of(reply))
        with self._sending:
            while line:
                line = line[os.write(self._replies, line) :]


def _own_pipes() -> tuple[int, int]:
    """Keep stdin and stdout for messages, out of reach of what libraries read and print, in Python or below it."""
    requests, replies = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    os.close(nowhere)
    sys.stdout = sys.stderr
    return requests, replies


def failure_of(error: Exception) -> Failure:
    """An error for people; the traceback is in the detail, never the only text."""
    if isinstance(error, RefusedModel):
        return _refusal(error)
    cause = error if not isinstance(error, GradcamError) else error.__cause__
    detail = "" if cause is None else "".join(traceback.format_exception(cause))
    if isinstance(error, GradcamError):
        return Failure(
            _text(error.what), _text(error.where or ""), _text(for_a_window(error.remedy or "")), _lines(detail)
        )
    if isinstance(error, MemoryError):
        return Failure("there is not enough memory", remedy="Close other programs, or take a smaller photo or model.")
    said = (str(error).strip().splitlines() or [""])[0][:300]
    return Failure(
        f"something unexpected went wrong ({type(error).__name__}: {_text(said)})",
        remedy="Copy the details and report them.",
        detail=_lines(detail),
    )


def _refusal(error: RefusedModel) -> Failure:
    """Every reason is in the detail; the first one speaks for all."""
    reasons = [f"{one}. {for_a_window(one.remedy)}" for one in error.refusals]
    return Failure(
        _text(error.what),
        _text(error.where or ""),
        _text(for_a_window(error.refusals[0].remedy)),
        "\n".join(map(_text, reasons)),
        trust=error.sha256 if error.trustable else "",
    )


OF_THE_COMMAND_LINE = (
    (r"(?:: )?--custom-objects module:name, or custom_objects=", " in the Python package (custom_objects=)"),
    (r": --allow-saved-model, or allow_saved_model=", " by trusting it"),
    (r"`gradcam-tf explain` keeps files from it .*", "Trust it only if you know who made it"),
    (r" with --out\b", ""),
    (r", or --overwrite \(overwrite=True\)", ", or let files be replaced"),
    (r"; `gradcam-tf \w+` takes folders", ""),
    (r"--labels FILE, in Python labels=, or NAME\.labels\.txt beside the model", "open a file of class names"),
    (r" \(--window ([^,]+),([^)]+)\)", r" from \1 to \2"),
    (r"[;,]?(?: see)? ?\(?(?:see )?`gradcam-tf \w+`(?: lists? them(?: all)?)?\)?", ""),
    (r" and give the model to gradcam_tf\.Explainer", " and use the Python package"),
)
"""Words in remedies and notes that help only there, and what to say in a window."""


def for_a_window(remedy: str) -> str:
    for words, instead in OF_THE_COMMAND_LINE:
        remedy = re.sub(words, instead, remedy)
    return remedy if remedy.strip(" .") else ""


def _text(words: str) -> str:
    return printable(" ".join(words.split()))


def _lines(words: str) -> str:
    return "\n".join(map(printable, words.splitlines()))
