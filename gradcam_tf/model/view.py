"""What one run tells of a model: its calls, the layer to explain, the output, the logits, the values it expects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from gradcam_tf.errors import LayerError, ModelError
from gradcam_tf.model import preprocessing
from gradcam_tf.model.calls import Recording, named_tensors, record
from gradcam_tf.model.choice import TokenGrid, candidates, find
from gradcam_tf.model.logits import LogitsSite, find_logits
from gradcam_tf.records import LayerCall, LayerChoice, Preprocessing
from gradcam_tf.registry import fitting

__all__ = ["View", "look", "view_of"]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What one run of a model told of it; it holds for inputs of the same shape.

    Attributes:
        model: its name.
        best: the layer maps are made from; None if there is none to choose.
        named: whether it was named, and not chosen.
        ranked: all layers they can be made from, best first.
        calls: every output of every call, in the order they ran.
        logits: where the score before the last activation is.
        output: which output is explained, counted flattened.
        output_name: its name; empty if there is but one.
        output_shape: its shape, with batch.
        prepared: what the model expects of a photo's values.
    """

    model: str
    best: LayerChoice | None
    named: bool
    ranked: tuple[LayerChoice, ...]
    calls: tuple[LayerCall, ...]
    logits: LogitsSite | None
    output: int
    output_name: str
    output_shape: tuple[int, ...]
    prepared: Preprocessing

    @property
    def choice(self) -> LayerChoice:
        """The layer maps are made from.

        Raises:
            LayerError: if there is none to choose.
        """
        if self.best is None:
            raise LayerError(
                "no layer on the way to the output has a spatial feature map (height × width above 1)",
                where=f"model {self.model!r}",
                remedy="A map at a layer needs a convolution or another layer that keeps places; these methods work "
                f"on the input: {', '.join(fitting('input'))}.",
            )
        return self.best

    @property
    def activation(self) -> str | None:
        """``"softmax"`` or ``"sigmoid"`` if the output ends in one that was found."""
        return None if self.logits is None else self.logits.activation

    def of_next_layer(self) -> View | None:
        """The same with the next best layer, for a score that no place of this one reaches; None if there is none."""
        rank = 0 if self.named else 1 + next(i for i, one in enumerate(self.ranked) if one.call == self.choice.call)
        if self.named or rank == len(self.ranked):
            return None
        following = self.ranked[rank]
        what = following.reason.partition(";")[0]
        return replace(self, best=replace(following, reason=f"the last layer whose places reach the score: {what}"))


def look(
    model: Any, inputs: Any, layer: Any = "auto", output: str | int | None = None, tokens: TokenGrid | None = None
) -> tuple[View, Recording]:
    """Run a model once and look at it.

    Args:
        model: a Keras model.
        inputs: what it is called with; one image is enough.
        layer, output, tokens: as for :class:`gradcam_tf.Explainer`.

    Returns:
        The view, and the recording of the run, from which the first map can be made.

    Raises:
        LayerError: if there is no such layer.
        ModelError: if it does not run, or has no such output.
    """
    recording = record(model, inputs)
    return view_of(model, recording, layer, output, tokens), recording


def view_of(
    model: Any,
    recording: Recording,
    layer: Any = "auto",
    output: str | int | None = None,
    tokens: TokenGrid | None = None,
) -> View:
    """What a run that was recorded before tells of the model; see :func:`look`."""
    position, name, tensor = _find_output(model, recording, output)
    ranked = tuple(candidates(recording, tensor, tokens))
    named = not (isinstance(layer, str) and layer == "auto")
    return View(
        model=getattr(model, "name", type(model).__name__),
        best=find(recording, layer, tokens) if named else next(iter(ranked), None),
        named=named,
        ranked=ranked,
        calls=tuple(info for call in recording.calls[1:] for info in call.infos),
        logits=find_logits(recording, tensor),
        output=position,
        output_name=name,
        output_shape=tuple(tensor.shape),
        prepared=preprocessing.detect(recording),
    )


def _find_output(model: Any, recording: Recording, wanted: str | int | None) -> tuple[int, str, Any]:
    """The output that is explained: its place, name and tensor."""
    found = named_tensors(recording.result)
    names = [name for name, _ in found]
    given = list(getattr(model, "output_names", None) or [])
    aliases = given if len(given) == len(found) else names
    if wanted is None:
        return 0, aliases[0] if len(found) > 1 else "", found[0][1]
    for i, (name, alias) in enumerate(zip(names, aliases, strict=True)):
        if str(wanted) in (name, alias, str(i)):
            return i, alias, found[i][1]
    raise ModelError(
        "the model has no such output", where=f"output {wanted!r}", remedy=f"There is: {', '.join(aliases)}."
    )
