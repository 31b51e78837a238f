"""Runs the command line in a process of its own, and starts it again when it dies: a photo or a model can kill it.

This process imports nothing that could die. What the other one is at, it notes (:mod:`gradcam_tf.flight`); what it was
at when it died is done alone next time, and what it dies of alone is not begun again but named, as a failure like any
other. Each restart learns something, or it is the last.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess  # nosec B404
import sys
import tempfile
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from gradcam_tf import flight
from gradcam_tf.errors import printable

__all__ = ["COMMANDS", "supervise"]

COMMANDS = ("explain", "layers", "batch")
"""What opens models; the rest is run as it is."""
MOST_IN_VAIN = 2
"""Deaths in a row of which nothing is learnt; then it is no use."""
CAUGHT = ("SIGINT", "SIGTERM", "SIGHUP")
"""Passed on. Not those of the keyboard twice: the other process is not in the terminal's foreground."""


def supervise(arguments: Sequence[str]) -> int:
    """Run the command line in another process until it ends by itself.

    Args:
        arguments: of the command, without the program's name.

    Returns:
        The exit code.
    """
    with tempfile.TemporaryDirectory(prefix="gradcam-tf-", ignore_cleanup_errors=True) as folder:
        place = os.path.join(folder, "flight")
        # Never opened by its name again: who has broken out of the other process may have put another file there.
        with open(place, "w+b", buffering=0) as file:
            return _Supervision(arguments, place, file).run()


class _Supervision:
    def __init__(self, arguments: Sequence[str], place: str, file: BinaryIO):
        self.arguments, self.place, self.file = arguments, place, file
        self.quiet = "--quiet" in arguments
        self.process: subprocess.Popen[bytes] | None = None
        self.in_vain = 0
        self.stopped_by = 0

    def run(self) -> int:
        notes = flight.Notes()
        while True:
            flight.write(self.file, notes)
            code = self._once()
            if self.stopped_by and code < 0:
                _end_by(self.stopped_by)
            if not _died(code):
                return code
            notes, before = flight.read(self.file), notes
            self.in_vain = 0 if learn(notes, before, how(code)) else self.in_vain + 1
            self._say(notes, code, last=self.in_vain >= MOST_IN_VAIN, left_out=len(notes.fatal) > len(before.fatal))
            if self.in_vain >= MOST_IN_VAIN:
                return 1

    def _once(self) -> int:
        """Run it; its exit code, as :mod:`subprocess` has it."""
        scratch = tempfile.mkdtemp(prefix="gradcam-tf-")
        environment = os.environ | {flight.PLACE: self.place, flight.SCRATCH: scratch}
        command, group = [*_command(), *self.arguments], 0 if os.name == "posix" else None
        try:
            with _signals(self):
                self.process = subprocess.Popen(command, env=environment, process_group=group)  # nosec B603
                return self.process.wait()
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def pass_on(self, number: int, _: object) -> None:
        if self.process is None:
            _end_by(number)
            return
        if number == getattr(signal, "SIGTSTP", None):
            # The keys of the terminal reach this process alone.
            os.killpg(self.process.pid, signal.SIGSTOP)
            os.kill(os.getpid(), signal.SIGSTOP)
            os.killpg(self.process.pid, signal.SIGCONT)
            return
        self.stopped_by = number
        with contextlib.suppress(OSError):
            self.process.send_signal(number)

    def _say(self, notes: flight.Notes, code: int, *, last: bool, left_out: bool) -> None:
        if sys.stderr is None or (self.quiet and not last):
            return
        if sys.stderr.isatty():
            # A bar may be half drawn, and the cursor hidden.
            sys.stderr.write("\r\x1b[K\x1b[?25h")
        what, how_ = doing(notes), how(code)
        if last:
            line = f"error: the engine died again and again {what} ({how_}). Is it installed well?"
        elif left_out:
            line = f"note: the engine died again {what} ({how_}); that is left out, and it is started again"
        else:
            line = f"note: the engine died {what} ({how_}); it is started again"
        with contextlib.suppress(OSError):
            print(printable(line), file=sys.stderr, flush=True)


def learn(notes: flight.Notes, before: flight.Notes, how: str) -> bool:
    """Draw the conclusions of a death.

    Args:
        notes: of the process that died; changed to what the next one is to know.
        before: what it was told.
        how: it died.

    Returns:
        Whether there is anything new, so that it is worth going on.
    """
    # What it was told it cannot have forgotten, unless somebody else wrote these notes.
    notes.tried, notes.fatal = list(before.tried), list(before.fatal)
    keys = {deed.key for deed in notes.at}
    new = keys - set(notes.tried)
    notes.tried += sorted(new)
    if len(keys) == 1 and not new:
        (deed, *_) = notes.at
        notes.fatal.append((*deed.key, f"the engine died while {deed.doing} it ({how})"))
        return True
    return bool(new) or (notes.done, notes.failed) > (before.done, before.failed)


def doing(notes: flight.Notes) -> str:
    """What it was at, for people."""
    paths = sorted({deed.path for deed in notes.at})
    if not paths:
        return "between two photos" if notes.done or notes.failed else "before it began"
    if len(paths) == 1:
        return f"while {notes.at[0].doing} {paths[0]}"
    return f"while it was at {paths[0]} and {len(paths) - 1} more"


def how(code: int) -> str:
    """How it died, for people: ``signal 11``."""
    if code >= 0:
        return f"code {code:#x}"
    return f"signal {-code}" + (": is there enough memory?" if -code == getattr(signal, "SIGKILL", 9) else "")


def _died(code: int) -> bool:
    """Whether it was ended by its own fault; Windows tells so by a large number."""
    return code < 0 or code > 255


def _end_by(number: int) -> None:
    """End as the other process did, so that the caller sees it."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _command() -> list[str]:
    """This very Python and its options; deaf to the working folder, unless this process is not."""
    flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    by_name = getattr(sys.modules["__main__"], "__spec__", None) is not None
    deaf = [] if by_name or "-P" in flags or "-I" in flags else ["-P"]
    return [sys.executable, *flags, *deaf, "-m", "gradcam_tf"]


@contextlib.contextmanager
def _signals(supervision: _Supervision) -> Iterator[None]:
    """Pass on what is sent to this process; what it was told to ignore stays ignored, by both."""
    if os.name != "posix":
        # The console tells both.
        before = {signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN)}
    else:
        caught = [getattr(signal, name) for name in (*CAUGHT, "SIGTSTP")]
        heard = [one for one in caught if signal.getsignal(one) != signal.SIG_IGN]
        before = {one: signal.signal(one, supervision.pass_on) for one in heard}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
