"""Open the model that a command works on, and say what was found out about it."""

from __future__ import annotations

import contextlib
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradcam_tf import flight
from gradcam_tf.cli.quiet import quiet_start
from gradcam_tf.cli.streams import complain
from gradcam_tf.errors import LayerError, ModelError

if TYPE_CHECKING:
    from gradcam_tf.explainer import Explainer

__all__ = ["open_explainer"]


EMBEDDED = "the embedded model"


def open_explainer(model: Path | None, options: dict[str, Any], debug: bool, tolerant: bool = False) -> Explainer:
    """The explainer; a tolerant one may have a method that the model cannot serve, beside others that it can."""
    with flight.at("opening", model or EMBEDDED, error=ModelError):
        explainer = _opened(model, options, debug, tolerant)
    if flight.again():
        # What is to be said of it was said before.
        return explainer
    for note in explainer.notes:
        complain(f"note: {model}: {note}")
    if not explainer.preprocessing.known and options.get("preprocessing") == "auto":
        complain(f"warning: {model}: {explainer.preprocessing.reason} (--preprocessing NAME)")
    return explainer


def _opened(model: Path | None, options: dict[str, Any], debug: bool, tolerant: bool) -> Explainer:
    with contextlib.nullcontext() if debug else quiet_start():
        from gradcam_tf.explainer import Explainer

        explainer = Explainer.open(model, **options)
    try:
        # Look at the layer and labels now: what is wrong with them is wrong for every image.
        _ = explainer.labels if tolerant else (explainer.layer, explainer.labels)
    except LayerError as error:
        # Where nobody asked for a layer, it is the model that is not fit, not the call.
        kind = ModelError if options["layer"] == "auto" else LayerError
        raise kind(error.what, where=error.where, remedy=_of_file(error.remedy, model)) from error
    return explainer


def _of_file(remedy: str | None, model: Path | None) -> str | None:
    """The advice with the command as it is to be typed for this model."""
    if remedy is None or model is None:
        return remedy
    return remedy.replace("`gradcam-tf layers`", f"`gradcam-tf layers {shlex.quote(str(model))}`")
