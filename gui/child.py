"""A child process as the window sees it: requests go in, one end comes out of each, whatever happens to the process."""

from __future__ import annotations

import contextlib
import math
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QProcess, QProcessEnvironment, QTimer, Signal

from .porter import Permits, Porter
from .records import Failure
from .said import said_failure
from .wire import MOST_LINE, Garbled, Reply, read_reply, request_of, take

__all__ = ["Child", "Request", "python_module"]

PATIENCE = 0.15
"""Seconds a request may go on after it was cancelled; with what killing takes, the window is idle in 0.2 s."""
ATTEMPTS = 2
"""How often a request is tried that the process dies of."""
MOST_DEATHS, DEATHS_WITHIN = 3, 60.0
"""More than so many within so many seconds, of no request and without a result in between: then it is not started
again by itself."""
LARGE = 2**22
"""Bytes of arrays that are fetched by a thread: more would be felt."""
MOST_SAID = 4000
"""Characters of stderr that are kept for the details of an error."""

Arrays = Mapping[str, np.ndarray]
Receive = Callable[[Mapping[str, Any], Arrays], None]


def python_module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module of this package in a process of its own, deaf to the folder it is started in."""
    return [sys.executable, "-P", "-m", name, *arguments]


@dataclass(eq=False)
class Request:
    """One request and whom to tell; exactly one of ``done``, ``failed`` and ``cancelled`` is called, once.

    Attributes:
        do, arguments, urgent: as for :func:`gradcam_tf.gui.wire.request_of`.
        subject: what it is about, named if the process dies of it: ``"the photo cat.png"``.
        done: is given the content and the arrays; if it raises Garbled, ``failed`` is called.
        reads, writes: the files it is about, and the folders its results go to; the process has them meanwhile.
        limit: seconds it may take once it has begun; a decoder that never ends is killed.
    """

    do: str
    arguments: Mapping[str, Any]
    subject: str
    done: Receive
    failed: Callable[[Failure], None]
    progressed: Callable[[int, int, str], None] = lambda *_: None
    cancelled: Callable[[], None] = lambda: None
    urgent: bool = True
    limit: float = math.inf
    reads: Sequence[str] = ()
    writes: Sequence[str] = ()
    id: int = 0
    attempts: int = field(default=0, init=False)
    sent: bool = field(default=False, init=False)
    ending: bool = field(default=False, init=False)
    deadline: float = field(default=math.inf, init=False)


class Child(QObject):
    """Starts a process, feeds it, and starts it again when it dies.

    Args:
        command: the program and its arguments; the private folder for arrays is added.
        name: for people: ``"the engine"``.
        environment: variables set beside the window's own.
        confined: it may touch no files by itself, and asks the window for those of its requests; on Linux.

    Signals:
        state_changed: ``"starting"``, ``"ready"``, ``"broken"`` (it dies again and again) or ``"stopped"``.
        ready: what the process told of itself.
        died: it ended without being asked to; it is being started again, unless the state is ``"broken"``.
    """

    state_changed = Signal(str)
    ready = Signal(dict)
    died = Signal(Failure)
    _fetched = Signal(object, object, object)

    def __init__(
        self,
        command: Sequence[str],
        name: str,
        environment: Mapping[str, str] | None = None,
        parent: QObject | None = None,
        *,
        confined: bool = False,
    ):
        super().__init__(parent)
        self.command = list(command)
        self.name = name
        self.environment = dict(environment or {})
        self.state = "stopped"
        self.prologue: Callable[[], None] = lambda: None
        self.seconds_to_start = 5.0
        self._process: QProcess | None = None
        self._leaving: dict[QProcess, tuple[str, str]] = {}
        self._requests: dict[int, Request] = {}
        self._running: Request | None = None
        self._last_id = 0
        self._deaths: list[float] = []
        self._buffer = bytearray()
        self._said = ""
        self._folder = self._scratch = ""
        self._permits = Permits()
        self._porter: Porter | None = None
        self._confined = confined and sys.platform == "linux"
        self._clock = QTimer(self, singleShot=True)
        self._clock.timeout.connect(self._look_at_clock)
        self._fetching = ThreadPoolExecutor(1, thread_name_prefix="fetch-arrays")
        self._fetched.connect(self._end_with_arrays)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.stop)

    # ---- the process ----

    @property
    def pid(self) -> int:
        """0 if there is none."""
        return 0 if self._process is None else int(self._process.processId())

    def start(self) -> None:
        """Start it; returns at once."""
        if self._process is not None:
            return
        self._buffer.clear()
        self._said, self._running = "", None
        self._folder, self._scratch = _private_folder(), tempfile.mkdtemp(prefix="gradcam-tf-")
        self._open_door()
        self._began = time.monotonic()
        # Slots that are methods, no closures, and no parent: who owns it must not depend on who is destroyed first.
        process = self._process = QProcess()
        environment = QProcessEnvironment.systemEnvironment()
        for name, value in {**self.environment, "TMPDIR": self._scratch}.items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._heard)
        process.readyReadStandardError.connect(self._overheard)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._not_started)
        self._set_state("starting")
        process.start(self.command[0], [*self.command[1:], self._folder])

    def _open_door(self) -> None:
        if self._confined:
            # Without one, where the path is too long for a socket, the process opens files by itself, and says so.
            with contextlib.suppress(OSError):
                self._porter = Porter(self._folder, self._permits)

    def stop(self) -> None:
        """End it, and forget what was asked of it; nobody is told."""
        for request in list(self._requests.values()):
            self._finish(request)
        self._leave()
        for process in list(self._leaving):
            process.waitForFinished(1000)
        self._set_state("stopped")

    def restart(self) -> None:
        """End it and start it anew; what was asked is asked again."""
        self._deaths.clear()
        self._leave()
        self._again()

    def kill(self) -> None:
        """End it as the system would, for tests: the window must live on."""
        if self._process is not None:
            self._process.kill()

    def _leave(self) -> None:
        """Kill the process and turn away from it; what it still says is not heard."""
        process, self._process = self._process, None
        if self._porter is not None:
            self._porter.close()
            self._porter = None
        if process is None:
            return
        self._leaving[process] = self._folder, self._scratch
        if process.state() == QProcess.ProcessState.NotRunning:
            self._left(process)
        else:
            process.kill()

    def _left(self, process: QProcess) -> None:
        for folder in self._leaving[process]:
            _remove(folder)
        # Later: it may be its own signal that has called this.
        QTimer.singleShot(0, self, lambda: self._leaving.pop(process, None))

    def _again(self) -> None:
        for request in self._requests.values():
            request.sent, request.deadline = False, math.inf
        self.start()

    def _set_state(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    # ---- requests ----

    def ask(self, request: Request) -> Request:
        """Send a request, as soon as the process is ready."""
        tell = request.failed
        request.failed = lambda failure: tell(said_failure(failure))
        self._last_id += 1
        request.id = self._last_id
        if self.state == "broken":
            QTimer.singleShot(0, self, lambda: request.failed(self._broken()))
            return request
        self._requests[request.id] = request
        self._permits.grant(request.reads, request.writes)
        if self.state == "ready":
            self._send(request)
        return request

    def cancel(self, request: Request, patience: float = PATIENCE) -> None:
        """Stop a request: between its steps or, when the patience is over, by killing the process.

        Args:
            request: one that has not ended; else nothing happens.
            patience: in seconds.
        """
        if request.id not in self._requests:
            return
        if not request.sent:
            self._finish(request)
            request.cancelled()
            return
        if not request.ending:
            request.ending = True
            self._write((b'{"cancel": %d}\n') % request.id)
        self._set_deadline(request, patience)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._requests

    def knows(self, request: Request) -> bool:
        """Whether a request has not ended yet."""
        return request.id in self._requests

    def waits(self, request: Request) -> bool:
        """Whether a request has not ended yet, nor been cancelled."""
        return request.id in self._requests and not request.ending

    def _lose_patience(self, request: Request) -> None:
        self._finish(request)
        self._leave()
        request.cancelled()
        self._again()

    def _send(self, request: Request) -> None:
        request.sent = True
        self._write(request_of(request.id, request.do, request.arguments, request.urgent))

    def _write(self, line: bytes) -> None:
        if self._process is not None:
            self._process.write(line)

    def _finish(self, request: Request) -> None:
        if self._requests.pop(request.id, None) is not None:
            self._permits.withdraw(request.reads, request.writes)
        if self._running is request:
            self._running = None

    # ---- what it says ----

    def _overheard(self) -> None:
        if self.sender() is self._process:
            self._overhear()

    def _overhear(self) -> None:
        assert self._process is not None
        said = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        self._said = (self._said + said)[-MOST_SAID:]

    def _heard(self) -> None:
        if self.sender() is self._process:
            self._read()

    def _read(self) -> None:
        process = self._process
        assert process is not None
        self._buffer += process.readAllStandardOutput().data()
        try:
            while (end := self._buffer.find(b"\n")) >= 0 and process is self._process:
                line = bytes(self._buffer[:end])
                del self._buffer[: end + 1]
                self._hear(read_reply(line))
            if len(self._buffer) > MOST_LINE:
                raise Garbled(f"{len(self._buffer):,} bytes without an end")
        except Garbled as error:
            # What comes behind cannot be trusted either.
            self._leave()
            self._dead("said something that makes no sense", str(error))

    def _hear(self, reply: Reply) -> None:
        if reply.kind == "ready":
            self._be_ready(reply.content)
            return
        request = self._requests.get(reply.id)
        if request is None:
            if reply.id > self._last_id or reply.id < 1:
                raise Garbled(f"a reply to request {reply.id}, which was never sent")
        elif reply.kind == "begun":
            self._running = request
            if request.deadline == math.inf:
                self._set_deadline(request, request.limit)
        elif reply.kind == "progress":
            if not request.ending:
                request.progressed(reply.done, reply.of, reply.what[:200])
        else:
            self._end(request, reply)

    def _be_ready(self, told: dict[str, Any]) -> None:
        if self.state != "starting":
            raise Garbled("ready, a second time")
        self.seconds_to_start = time.monotonic() - self._began
        waiting = list(self._requests.values())
        self._set_state("ready")
        self.ready.emit(told)
        # What the process must know before all else; it may ask, and is sent first.
        self.prologue()
        for request in waiting:
            if request.id in self._requests and not request.sent:
                self._send(request)

    def _end(self, request: Request, reply: Reply) -> None:
        if reply.kind == "result" and not request.ending:
            self._deaths.clear()
            request.deadline = math.inf
            folder = self._folder
            if sum(math.prod(parcel.shape[:4]) for parcel in reply.arrays.values()) <= LARGE:
                self._end_with_arrays(request, reply, _fetch(folder, reply))
            else:
                self._fetching.submit(lambda: self._fetched.emit(request, reply, _fetch(folder, reply)))
            return
        self._finish(request)
        if reply.kind == "failure" and not request.ending:
            request.failed(reply.failure or Failure(f"{self.name} failed and did not say why"))
        else:
            self._fetching.submit(_fetch, self._folder, reply)  # so that the files are gone
            request.cancelled()

    def _end_with_arrays(self, request: Request, reply: Reply, arrays: Arrays | Garbled) -> None:
        if request.id not in self._requests:
            return
        self._finish(request)
        if request.ending:
            request.cancelled()
            return
        try:
            if isinstance(arrays, Garbled):
                raise arrays
            request.done(reply.content, arrays)
        except Garbled as error:
            request.failed(
                Failure(
                    f"{self.name} sent an answer that makes no sense",
                    request.subject,
                    TRY_AGAIN,
                    str(error)[:MOST_SAID],
                )
            )

    # ---- when it dies ----

    def _overdue(self, request: Request) -> None:
        request.attempts = ATTEMPTS
        self._running = request
        self._leave()
        self._dead(f"was busy for more than {request.limit:.0f} s", "")

    def _not_started(self, error: QProcess.ProcessError) -> None:
        process = self._process
        if error == QProcess.ProcessError.FailedToStart and process is not None and self.sender() is process:
            self._running = None
            self._deaths += [time.monotonic()] * MOST_DEATHS
            self._leave()
            self._dead("cannot be started", process.errorString())

    def _ended(self, code: int, status: QProcess.ExitStatus) -> None:
        process = self.sender()
        if process in self._leaving:
            self._left(process)
        elif process is self._process:
            self._overhear()
            self._read()
            # What it said last may have been nonsense, and has been seen to.
            if process is self._process:
                self._leave()
                self._dead(_how_it_ended(code, status == QProcess.ExitStatus.CrashExit), self._said)

    def _dead(self, how: str, detail: str) -> None:
        """Say it, give up the request that it died of for the second time, and start again."""
        culprit, self._running = self._running, None
        if culprit is None:
            now = time.monotonic()
            self._deaths = [then for then in self._deaths if now - then < DEATHS_WITHIN] + [now]
        ended = [request for request in self._requests.values() if request.ending]
        given_up: Request | None = None
        if culprit is not None and culprit.id in self._requests and not culprit.ending:
            culprit.attempts += 1
            if culprit.attempts >= ATTEMPTS:
                given_up = culprit
        for request in [*ended, *([given_up] if given_up else [])]:
            self._finish(request)
        broken = len(self._deaths) > MOST_DEATHS
        death = Failure(f"{self.name} {how}", remedy="" if broken else f"{AGAIN}.", detail=detail)
        self.died.emit(said_failure(death))
        for request in ended:
            request.cancelled()
        if given_up is not None:
            given_up.failed(Failure(f"{self.name} {how}", given_up.subject, AVOID, detail))
        if broken:
            self._give_up()
        else:
            self._again()

    def _give_up(self) -> None:
        self._set_state("broken")
        waiting = list(self._requests.values())
        for request in waiting:
            self._finish(request)
        for request in waiting:
            request.failed(self._broken())

    def _broken(self) -> Failure:
        return Failure(f"{self.name} does not run: it ended again and again", remedy=RESTART, detail=self._said)

    # ---- deadlines ----

    def _set_deadline(self, request: Request, seconds: float) -> None:
        request.deadline = time.monotonic() + seconds
        self._wind_clock()

    def _wind_clock(self) -> None:
        first = min((request.deadline for request in self._requests.values()), default=math.inf)
        if first < math.inf:
            self._clock.start(max(0, math.ceil((first - time.monotonic()) * 1000)))

    def _look_at_clock(self) -> None:
        late = [request for request in self._requests.values() if request.deadline <= time.monotonic()]
        for request in late[:1]:
            request.deadline = math.inf
            (self._lose_patience if request.ending else self._overdue)(request)
        self._wind_clock()


AGAIN = "It is being started again"
TRY_AGAIN = "Try again; if it happens again, the file may be damaged."
AVOID = "It is being started again. It ended twice at this: leave it out, or use a smaller one."
RESTART = "Restart it, or reinstall the program."


def _how_it_ended(code: int, crashed: bool) -> str:
    if crashed and code == 9:
        return "was ended by the system (is there enough memory?)"
    return f"crashed (signal {code})" if crashed else f"ended by itself (code {code})"


def _fetch(folder: str, reply: Reply) -> Arrays | Garbled:
    try:
        return {name: take(folder, parcel) for name, parcel in reply.arrays.items()}
    except Garbled as error:
        return error
    except MemoryError:
        return Garbled("array too large for the memory")


def _private_folder() -> str:
    """In memory where the system has room there, else with the temporary files; for this user alone."""
    shared = Path("/dev/shm")  # nosec B108: mkdtemp makes a folder there that is this user's alone
    roomy = shared.is_dir() and shutil.disk_usage(shared).free > 2**30
    try:
        return tempfile.mkdtemp(prefix="gradcam-tf-", dir=shared if roomy else None)
    except OSError:
        return tempfile.mkdtemp(prefix="gradcam-tf-")


def _remove(folder: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
