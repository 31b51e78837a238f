"""What the command line shows of a batch while it runs, and how it is stopped."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from gradcam_tf.batch import Progress, Summary
from gradcam_tf.batch.journal import Entry
from gradcam_tf.batch.rows import FAILED
from gradcam_tf.errors import printable

__all__ = ["display", "failures", "record", "stop_on_signals", "summary_line"]

EVERY = 30.0
"""Seconds between two lines of progress where there is no terminal."""

Say = Callable[[str], None]
Listener = Callable[[Progress], None]


@contextlib.contextmanager
def display(say_json: Callable[[dict], None] | None, complain: Say, quiet: bool) -> Iterator[Listener]:
    """A listener that shows progress: JSON lines, a bar on a terminal, a line now and then elsewhere, or nothing.

    Args:
        say_json: prints an object; None: no JSON is wanted.
        complain: prints a line for people, on stderr.
        quiet: show failures alone.
    """
    with contextlib.ExitStack() as stack:
        shows: list[Listener] = []
        bar = not quiet and sys.stderr.isatty() and not (say_json and sys.stdout.isatty())
        if say_json is not None:
            shows.append(_records(say_json))
        if bar:
            shows.append(stack.enter_context(_bar()))
        else:
            shows.append(_failures(complain))
            if not quiet and say_json is None:
                shows.append(_lines(complain))

        def tell(now: Progress) -> None:
            for show in shows:
                show(now)

        yield tell


def record(entry: Entry) -> dict[str, Any]:
    """What one model and method made of a photo, for JSON."""
    image, model, method = entry.key
    row = dict(entry.row)
    files = json.loads(row.pop("files", None) or "{}")
    return {"image": printable(image), "model": model, "method": method, **row, "files": files}


def summary_line(summary: Summary) -> str:
    """How it ended, in a line."""
    whole = summary.done + summary.kept
    parts = [f"{whole:,} of {summary.total:,} images explained"]
    if summary.kept:
        parts.append(f"{summary.kept:,} of them before")
    if summary.failed:
        parts.append(f"{summary.failed:,} failed")
    if summary.stopped:
        parts.append(f"stopped with {summary.left:,} to go: run the same command to go on")
    table = summary.report or summary.tables[0]
    return f"{', '.join(parts)}   -> {table}"


def _failures(complain: Say) -> Listener:
    def tell(now: Progress) -> None:
        for line in failures(now.entries):
            complain(line)

    return tell


def _records(say_json: Callable[[dict], None]) -> Listener:
    def tell(now: Progress) -> None:
        for entry in now.entries:
            say_json(record(entry))

    return tell


def failures(entries: Sequence[Entry]) -> list[str]:
    """What is said of a photo that failed: once what is wrong with itself; else which method, or model, it failed."""
    failed = [entry for entry in entries if entry.row["status"] == FAILED]
    reasons = dict.fromkeys(str(entry.row["error"]) for entry in failed)
    if len(failed) == len(entries) and len(reasons) == 1:
        return [_line(entries[0].key[0], *reasons)]
    several = len({entry.key[1] for entry in entries}) > 1
    return [
        _line(image, f"{f'{model}, ' if several else ''}{method}: {entry.row['error']}")
        for entry in failed
        for image, model, method in [entry.key]
    ]


def _line(image: str, error: str) -> str:
    image = printable(image)
    return f"error: {error if image in error else f'{image}: {error}'}"


def _lines(complain: Say) -> Listener:
    last = time.monotonic()

    def tell(now: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY and now.rate:
            last = time.monotonic()
            complain(f"{now.finished:,} of {now.total:,}, {now.rate:.1f} a second, {_span(now.remaining)} to go")

    return tell


def _span(seconds: float | None) -> str:
    minutes, rest = divmod(round(seconds or 0), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


@contextlib.contextmanager
def _bar() -> Iterator[Listener]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("explaining"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]:.1f}/s"),
        TimeRemainingColumn(),
        TextColumn("[red]{task.fields[failures]}"),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        task = bar.add_task("", total=None, rate=0.0, failures="")

        def tell(now: Progress) -> None:
            failed = f"{now.failed:,} failed" if now.failed else ""
            bar.update(task, total=now.total, completed=now.finished, rate=now.rate, failures=failed)
            for line in failures(now.entries):
                bar.console.print(escape(line), highlight=False, soft_wrap=True)

        yield tell


@contextlib.contextmanager
def stop_on_signals() -> Iterator[Callable[[], bool]]:
    """Says whether Ctrl-C or a polite kill has come; what is begun is finished. A second one ends it at once."""
    asked = threading.Event()

    def ask(number: int, _: object) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = {one: signal.signal(one, ask) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked.is_set
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
