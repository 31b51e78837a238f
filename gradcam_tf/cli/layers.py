"""`gradcam-tf layers`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gradcam_tf.cli import options as given
from gradcam_tf.cli.confining import OWN_PROCESS, keep_to
from gradcam_tf.cli.failures import telling_errors
from gradcam_tf.cli.opening import open_explainer
from gradcam_tf.cli.streams import say
from gradcam_tf.cli.table import print_table
from gradcam_tf.cli.values import import_objects
from gradcam_tf.errors import LayerError

if TYPE_CHECKING:
    from gradcam_tf.explainer import Explainer

__all__ = ["layers"]


def layers(
    context: typer.Context,
    model: Annotated[Path | None, typer.Argument(metavar="MODEL", help="A Keras model; else the embedded one.")] = None,
    layer: Annotated[str, typer.Option(metavar="PATH", help="Mark this layer, not the automatic choice.")] = "auto",
    trust: given.Trust = None,
    custom_objects: given.CustomObjects = None,
    allow_saved_model: given.AllowSavedModel = False,
    signature: given.Signature = None,
    confinement: given.Confinement = True,
    debug: given.Debug = False,
) -> None:
    """List a model's layer calls in the order they run, and mark the one a map is made from."""
    with telling_errors(debug):
        if confinement and context.obj == OWN_PROCESS:
            keep_to([model], (), None, trust, custom_objects)
        made: dict[str, Any] = {"layer": layer, "trust": trust, "custom_objects": import_objects(custom_objects or ())}
        made |= {"allow_saved_model": allow_saved_model, "signature": signature}
        explainer = open_explainer(model, made, debug)
        _print_layers(explainer)


def _print_layers(explainer: Explainer) -> None:
    ranks = {choice.name: str(rank) for rank, choice in enumerate(explainer.layers, 1)}
    try:
        chosen, closing = explainer.layer.name, f"> {explainer.layer.name}: {explainer.layer.reason}"
    except LayerError as error:
        chosen, closing = None, f"no layer can be chosen: {error}"
    rows = [
        (
            ">" if call.name == chosen else "",
            call.name,
            call.kind,
            " × ".join(str(n) for n in call.shape[1:]),
            ranks.get(call.name, ""),
        )
        for call in explainer.calls
    ]
    print_table(("", "layer", "kind", "output", "rank"), rows)
    say(closing)
