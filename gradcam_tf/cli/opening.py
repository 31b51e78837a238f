"""Open the model that a command works on, and say what was found out about it."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradcam_tf.cli.failures import INTERRUPTED
from gradcam_tf.cli.streams import complain
from gradcam_tf.errors import LayerError, ModelError

if TYPE_CHECKING:
    from gradcam_tf.explainer import Explainer

__all__ = ["open_explainer"]


def open_explainer(model: Path | None, options: dict[str, Any], debug: bool, tolerant: bool = False) -> Explainer:
    """The explainer; a tolerant one may have a method that the model cannot serve, beside others that it can."""
    with contextlib.nullcontext() if debug else _quiet_import():
        from gradcam_tf.explainer import Explainer

        explainer = Explainer.open(model, **options)
    try:
        # Look at the layer and labels now: what is wrong with them is wrong for every image.
        _ = explainer.labels if tolerant else (explainer.layer, explainer.labels)
    except LayerError as error:
        # Where nobody asked for a layer, it is the model that is not fit, not the call.
        kind = ModelError if options["layer"] == "auto" else LayerError
        raise kind(error.what, where=error.where, remedy=_of_file(error.remedy, model)) from error
    for note in explainer.notes:
        complain(f"note: {model}: {note}")
    if not explainer.preprocessing.known and options.get("preprocessing") == "auto":
        complain(f"warning: {model}: {explainer.preprocessing.reason}, by --preprocessing")
    return explainer


def _of_file(remedy: str | None, model: Path | None) -> str | None:
    """The advice with the command as it is to be typed for this model."""
    if remedy is None or model is None:
        return remedy
    return remedy.replace("`gradcam-tf layers`", f"`gradcam-tf layers {shlex.quote(str(model))}`")


@contextmanager
def _quiet_import() -> Iterator[None]:
    """Keep TensorFlow's start-up lines from the terminal; they come from C++, below sys.stderr."""
    if "tensorflow" in sys.modules:
        yield
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        with _ending_on_interrupt(kept):
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def _ending_on_interrupt(stderr: int) -> Iterator[None]:
    """End at once on Ctrl-C: some import would swallow the exception and leave a module half made."""

    def end(*_: object) -> None:
        os.write(stderr, b"stopped\n")
        os._exit(INTERRUPTED)

    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
