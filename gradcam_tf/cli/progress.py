"""The bars of `explain`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["showing_progress"]


@contextmanager
def showing_progress(count: int, as_json: bool) -> Iterator[Any]:
    """Bars on the terminal: of the images, if there are several, and of a long one's runs; a function to advance it."""
    both = sys.stderr.isatty() and sys.stdout.isatty()
    # On one terminal the bar would break into the JSON; there the lines themselves show the progress.
    if not sys.stderr.isatty() or (both and as_json):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    from gradcam_tf.progress import reporting

    # Rich sends redirected lines to the bar's stream: right only where both are the terminal.
    with Progress(console=Console(stderr=True), transient=True, redirect_stdout=both) as bar:
        images = bar.add_task("explaining", total=count, visible=count > 1)
        runs = bar.add_task("running the model", visible=False)
        with reporting(lambda done, total: bar.update(runs, completed=done, total=total, visible=True)):
            yield lambda: bar.advance(images)
