"""Standard output and standard error: what is said there, in words or as JSON, and what if nobody listens."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import sys
from typing import Any, TextIO

import typer

from gradcam_tf.errors import OutputError, printable

__all__ = ["complain", "leave_stdout", "ready_streams", "say", "say_json", "write_out"]


def say(line: str) -> None:
    write_out(printable(line))


def say_json(record: dict[str, Any]) -> None:
    write_out(json.dumps(record, allow_nan=False))


def complain(line: str) -> None:
    with contextlib.suppress(OSError):
        _print(printable(line), sys.stderr)


def write_out(text: str) -> None:
    """Print at once; where nobody takes it, end."""
    try:
        _print(text, sys.stdout)
    except OSError as error:
        leave_stdout()
        if error.errno == errno.EPIPE:
            # The reader has gone; nobody is left to tell.
            raise typer.Exit(1) from None
        what = f"cannot be written: {(error.strerror or str(error)).lower()}"
        raise OutputError(what, where="standard output", remedy="Send it somewhere else.") from error


def _print(text: str, stream: TextIO) -> None:
    # In one piece. Where nothing is buffered (PYTHONUNBUFFERED), print writes the end of a line apart: who dies before
    # it leaves a line that the next process goes on in.
    stream.write(f"{text}\n")
    stream.flush()


def leave_stdout() -> None:
    """What stands in its buffer would be tried again, and fail again, when Python ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def ready_streams() -> None:
    """Open what the caller closed, lest another file take its number; and let no letter be a reason to fail."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
