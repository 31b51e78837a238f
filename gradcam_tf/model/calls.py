"""Run a model once, list its layer calls, choose the layer a map is made from, and say why."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradcam_tf.errors import LayerError, ModelError
from gradcam_tf.lazy import keras, tf
from gradcam_tf.model.taps import Site, tapping
from gradcam_tf.records import LayerCall, LayerChoice

__all__ = ["Call", "Recording", "candidates", "choose", "find", "record"]

POOLING = r".*Pool(ing)?(\dD)?"
NOT_FEATURES = (
    r".*Dropout\w*|Gaussian\w+|ZeroPadding\dD|Cropping\dD|UpSampling\dD|Reshape|Flatten|Permute|Identity|InputLayer"
    r"|Pad|Transpose|GetItem|ExpandDims|Squeeze|Cast|RepeatVector"
)
PREPARATION = r"Rescaling|Normalization|Resizing|Random\w+|CenterCrop|AutoContrast|Solarization"
NORMALISATION = r"\w+Normalization"
MERGE = r"Add|Concatenate|Multiply|Average|Maximum|Minimum|Subtract"
ACTIVATION = r"Activation|\w*Re[Ll][Uu]|ELU|Elu|Silu|Gelu|Softmax"


@dataclass(slots=True, eq=False)
class Call:
    """One call as it was recorded, with its tensors.

    Attributes:
        info: what of it may be shown.
        operation: the layer or bare operation.
        order, ended: how many calls had begun before it began, and when it had ended.
        inputs, outputs: its tensors, flattened.
        result: what it returned, in its own structure.
    """

    info: LayerCall
    operation: Any
    order: int
    ended: int
    inputs: list[Any]
    outputs: list[Any]
    result: Any

    @property
    def is_leaf(self) -> bool:
        return self.ended == self.order + 1

    @property
    def key(self) -> tuple[str, int]:
        return self.info.path, self.info.index


@dataclass(slots=True, eq=False)
class Recording:
    """All calls of one run, in the order they began; ``calls[0]`` is the model itself."""

    calls: list[Call]
    result: Any
    _makers: dict[int, Call] = field(init=False)

    def __post_init__(self) -> None:
        self._makers = {}
        for call in self.finished():
            for tensor in call.outputs:
                self._makers.setdefault(id(tensor), call)

    def finished(self) -> Iterator[Call]:
        """The calls in the order they ended: an inner call before the one around it."""
        return iter(sorted(self.calls, key=lambda call: (call.ended, -call.order)))

    def maker(self, tensor: Any) -> Call | None:
        """The innermost call that returned this very tensor."""
        return self._makers.get(id(tensor))

    def parent(self, call: Call) -> Call:
        """The innermost call that ran around this one."""
        around = [c for c in self.calls if c.order < call.order and c.ended >= call.ended]
        return around[-1]


def record(model: Any, inputs: Any) -> Recording:
    """Run the model once as it is (in inference mode) and keep every call.

    Args:
        model: a Keras model.
        inputs: what the model is called with; one image is enough.

    Returns:
        The recording; it holds every tensor of the run, so let it go soon.
    """
    # Tensors, so that they can be told from those that arithmetic between the layers makes.
    inputs = keras.tree.map_structure(tf.convert_to_tensor, inputs)
    if not getattr(model, "built", True):
        model(inputs, training=False)
    calls: list[Call | None] = []

    def visit(site: Site, run: Any) -> Any:
        calls.append(None)
        result = run()
        outputs = tensors(result)
        info = _describe(site, outputs)
        calls[site.order] = Call(
            info, site.operation, site.order, walk.begun, tensors((site.args, site.kwargs)), outputs, result
        )
        return result

    with tapping(visit) as walk:
        result = model(inputs, training=False)
    if not calls:
        raise ModelError(
            "no layer call was seen while the model ran",
            where=getattr(model, "name", type(model).__name__),
            remedy="Is it a Keras 3 model, called the usual way?",
        )
    return Recording([call for call in calls if call is not None], result)


def tensors(structure: Any) -> list[Any]:
    """The tensors of a nested structure, in order."""
    return [x for x in keras.tree.flatten(structure) if tf.is_tensor(x)]


def _describe(site: Site, outputs: Sequence[Any]) -> LayerCall:
    shape = tuple(outputs[0].shape) if outputs and outputs[0].shape.rank is not None else ()
    dtype = outputs[0].dtype.name if outputs else ""
    return LayerCall(site.path, site.index, type(site.operation).__name__, shape, dtype, site.depth)


def candidates(recording: Recording, output: Any) -> list[LayerChoice]:
    """The calls a map can be made from, best first, each with the reason in words.

    A candidate has spatial extent, lies between the model's first features and ``output``, and is no pooling, padding
    or reshaping. The last one is the best: it has the most meaning while still having places.

    Args:
        recording: a run of the model.
        output: the output tensor (of that run) that is to be explained.
    """
    feeding = _feeding(recording, output)
    usable = [call for call in recording.finished() if call.order in feeding and _has_features(recording, call)]
    return [LayerChoice(call.info, _reason(recording, call, rank)) for rank, call in enumerate(reversed(usable))]


def choose(recording: Recording, output: Any) -> LayerChoice:
    """The best candidate.

    Raises:
        LayerError: if no call on the way to the output has spatial extent.
    """
    ranked = candidates(recording, output)
    if not ranked:
        raise LayerError(
            "no layer on the way to the output has a spatial feature map (height × width above 1)",
            where=recording.calls[0].operation.name,
            remedy="A map needs a convolution or another layer that keeps places; see `gradcam-tf layers`.",
        )
    return ranked[0]


def find(recording: Recording, layer: Any) -> LayerChoice:
    """The call that a user named.

    Args:
        recording: a run of the model.
        layer: a path (``"backbone/conv1"``), a name that occurs once (``"conv1"``), either with ``:index`` for a later
            call of a shared layer, or the layer object.

    Raises:
        LayerError: if there is no such call (the nearest names are listed), or it has no spatial extent.
    """
    found = _find_by_name(recording, layer) if isinstance(layer, str) else _find_by_object(recording, layer)
    if len(found.info.shape) < 3 or not _is_spatial(found.info):
        raise LayerError(
            f"its output has shape {_shape(found.info)}: no spatial extent to draw a map on",
            where=f"layer {found.info.name!r}",
            remedy="Choose a layer before pooling or flattening; `gradcam-tf layers` lists them.",
        )
    return LayerChoice(found.info, "chosen by name")


def _find_by_object(recording: Recording, layer: Any) -> Call:
    for call in recording.calls[1:]:
        if call.operation is layer:
            return call
    raise LayerError("this layer was not called while the model ran", where=getattr(layer, "name", repr(layer)))


def _find_by_name(recording: Recording, name: str) -> Call:
    inner = recording.calls[1:]
    exact = [call for call in inner if call.info.name == name]
    matches = exact or [call for call in inner if call.info.name.rsplit("/", 1)[-1] == name]
    if len(matches) == 1:
        return matches[0]
    if matches:
        paths = ", ".join(call.info.name for call in matches[:5])
        raise LayerError(
            f"{len(matches)} layers have this name", where=f"layer {name!r}", remedy=f"Say which: {paths}."
        )
    raise LayerError(
        "the model has no layer of this name",
        where=f"layer {name!r}",
        remedy=_nearest(name, [c.info.name for c in inner]),
    )


def _nearest(name: str, names: Sequence[str]) -> str:
    last = {full.rsplit("/", 1)[-1]: full for full in names}
    close = [last[n] for n in difflib.get_close_matches(name.rsplit("/", 1)[-1], last, n=3, cutoff=0.4)]
    if not close:
        return "`gradcam-tf layers` lists them all."
    return f"Nearest: {', '.join(close)}; `gradcam-tf layers` lists them all."


def _is_spatial(info: LayerCall) -> bool:
    extent = 1
    for cells in info.grid:
        extent *= cells
    return len(info.shape) >= 3 and extent > 1


def _is_kind(call: Call, kinds: str) -> bool:
    return re.fullmatch(kinds, call.info.kind) is not None


def _has_features(recording: Recording, call: Call) -> bool:
    passes_on = any(tensor is given for tensor in call.outputs for given in call.inputs)
    inner = recording.maker(call.outputs[0]) if call.outputs else call
    return (
        call.order > 0
        and _is_spatial(call.info)
        and not passes_on
        and inner is call
        and not _is_kind(call, f"{POOLING}|{NOT_FEATURES}|{PREPARATION}")
        and call.ended > _first_weighted(recording)
    )


def _first_weighted(recording: Recording) -> int:
    """The order of the first call with weights of its own: before it there is only the picture, scaled and shifted."""
    for call in recording.calls[1:]:
        layer = call.operation
        if call.is_leaf and getattr(layer, "weights", None) and not _is_kind(call, PREPARATION):
            return call.order
    return len(recording.calls)


def _feeding(recording: Recording, output: Any) -> set[int]:
    """The orders of the calls whose output reaches ``output``, those that return ``output`` itself left out.

    Where arithmetic between layers hides the way (a tensor that no call returned), every earlier call of the same
    parent is taken to feed it; the gradient will tell.
    """
    reached: set[int] = set()
    wanted = {id(output)}
    for call in reversed(list(recording.finished())):
        if not any(id(tensor) in wanted for tensor in call.outputs):
            continue
        if not any(tensor is output for tensor in call.outputs):
            reached.add(call.order)
        wanted.update(id(tensor) for tensor in call.inputs)
        if not call.is_leaf and recording.maker(call.outputs[0]) is call:
            wanted.update(_outputs_inside(recording, call))
        if any(_is_unexplained(recording, tensor) for tensor in call.inputs) and call.order > 0:
            wanted.update(_outputs_inside(recording, recording.parent(call), before=call.order))
    return reached


def _is_unexplained(recording: Recording, tensor: Any) -> bool:
    """Whether a tensor came neither from a call nor from outside the model."""
    return recording.maker(tensor) is None and not any(tensor is given for given in recording.calls[0].inputs)


def _outputs_inside(recording: Recording, outer: Call, before: int | None = None) -> Iterator[int]:
    stop = outer.ended if before is None else before
    for call in recording.calls[outer.order + 1 : stop]:
        if call.ended <= stop:
            yield from (id(tensor) for tensor in call.outputs)


def _reason(recording: Recording, call: Call, rank: int) -> str:
    shape = "×".join(str(n) for n in call.info.shape[1:])
    what = f"{_role(call)}, {shape}"
    if rank:
        return f"{what}; {rank} candidate{'s' if rank > 1 else ''} nearer to the output"
    after = next((c for c in recording.finished() if _consumes(c, call)), None)
    before = f" before {after.info.kind} {after.info.path!r}" if after is not None else " before the head"
    return f"the last spatial map{before}: {what}"


def _role(call: Call) -> str:
    if _is_kind(call, MERGE):
        return "after its addition or merge"
    if _is_kind(call, ACTIVATION):
        return "after its activation"
    if _is_kind(call, NORMALISATION):
        return "after its normalisation"
    return f"output of {call.info.kind}"


def _consumes(later: Call, call: Call) -> bool:
    return later.is_leaf and any(given is made for given in later.inputs for made in call.outputs)


def _shape(info: LayerCall) -> str:
    return "×".join(str(n) for n in info.shape[1:]) if info.shape else "none"
