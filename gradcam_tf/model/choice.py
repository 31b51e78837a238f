"""Choose the layer a map is made from, or find the one that was named, and say why."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from gradcam_tf.errors import LayerError
from gradcam_tf.model.calls import Call, Recording
from gradcam_tf.model.layout import infer_tokens, of_input, places_first
from gradcam_tf.records import INPUT, Feature, LayerCall, LayerChoice, Layout

__all__ = ["TokenGrid", "candidates", "find"]

POOLING = r".*Pool(ing)?(\dD)?"
NOT_FEATURES = (
    r".*Dropout\w*|DropPath|StochasticDepth|Gaussian\w+|ZeroPadding\dD|Cropping\dD|UpSampling\dD|Reshape|Flatten|Permute"
    r"|Identity|InputLayer|Pad|Transpose|GetItem|ExpandDims|Squeeze|Cast|RepeatVector|Resizing|Resize|Softmax"
    # Of TensorFlow's graphs.
    r"|PadV2|MirrorPad|StridedSlice|Slice|Resize(Bilinear|Bicubic|NearestNeighbor|Area)|(Space|Batch)To\w+|Depth\w+Space"
)
PREPARATION = r"Rescaling|Normalization|Resizing|Random\w+|CenterCrop|AutoContrast|Solarization|\w+ImageConverter"
NO_CANDIDATES = f"{POOLING}|{NOT_FEATURES}|{PREPARATION}"
REARRANGING = (
    r"Reshape|Flatten|Permute|Transpose|Squeeze|ExpandDims|Cast|Identity|Concatenate|Resizing|Resize|UpSampling\dD"
    r"|Cropping\dD|GetItem|.*Dropout\w*|ConcatV2|StridedSlice|Slice|Resize(Bilinear|Bicubic|NearestNeighbor|Area)"
)
NORMALISATION = r"\w+Normalization"
MERGE = r"Add(V2|N)?|Concat(enate|V2)|Multiply|Average|Maximum|Minimum|Subtract"
ACTIVATION = r"Activation|\w*Re[Ll][Uu]\d?|ELU|Elu|Silu|Gelu"
ATTENTION = r".*Attention.*"

TokenGrid = tuple[int, tuple[int, int]]
"""Tokens before the places, and (height, width) of the places."""


def candidates(recording: Recording, output: Any, tokens: TokenGrid | None = None) -> list[LayerChoice]:
    """The calls a map can be made from, best first, each with the reason in words.

    A candidate has several places, lies between the model's first features and ``output``, and is no pooling, padding
    or reshaping, nor the prediction itself before it is rearranged. The last one is the best: it has the most meaning
    while still having places.

    Args:
        recording: a run of the model.
        output: the output tensor (of that run) that is to be explained.
        tokens: how tokens are laid out, if it is known.
    """
    feeding, first, predictions = recording.feeding(output), _first_weighted(recording), _predictions(recording, output)
    attentions = [call for call in recording.calls if _is_kind(call, ATTENTION)]
    usable = [
        (call, position, layout)
        for call in recording.finished()
        if call.order in feeding
        and call.ended > first
        and not _is_kind(call, NO_CANDIDATES)
        and not any(outer.order < call.order < outer.ended for outer in attentions)
        for position, layout in _features(recording, call, tokens)
        if id(call.outputs[position]) not in predictions
    ]
    return [
        _choice(recording, call, position, layout, _reason(recording, call, position, layout, rank))
        for rank, (call, position, layout) in enumerate(reversed(usable))
    ]


def _predictions(recording: Recording, output: Any) -> set[int]:
    """The ids of the tensors that are the output, only not yet rearranged, resized or put through an activation."""
    found, waiting = set(), [output]
    while waiting:
        tensor = waiting.pop()
        maker = recording.maker(tensor)
        if id(tensor) in found:
            continue
        found.add(id(tensor))
        if maker is not None and maker.order > 0 and _is_kind(maker, f"{REARRANGING}|{ACTIVATION}|Softmax|Sigmoid"):
            waiting.extend(maker.inputs)
    return found


def find(recording: Recording, layer: Any, tokens: TokenGrid | None = None) -> LayerChoice:
    """The call that a user named.

    Args:
        recording: a run of the model.
        layer: a path (``"backbone/conv1"``) or a name that occurs once (``"conv1"``); with ``:1`` behind it for the
            second call of a shared layer, with ``#1`` or ``#key`` for a tensor of a tuple, list or dict; or the layer
            object; or ``"(input)"``.
        tokens: how tokens are laid out, if it is known.

    Raises:
        LayerError: if there is no such call (the nearest names are listed), or it has no places.
    """
    if layer == INPUT:
        return _input_choice(recording)
    call, tensor = _find_by_name(recording, layer) if isinstance(layer, str) else _find_by_object(recording, layer)
    shown = [i for i, info in enumerate(call.infos) if tensor in ("", info.tensor)]
    if not shown:
        names = ", ".join(info.name for info in call.infos)
        raise LayerError("its output has no such tensor", where=f"layer {layer!r}", remedy=f"There is: {names}.")
    for position, layout in _features(recording, call, tokens):
        if position in shown:
            return _choice(recording, call, position, layout, "chosen by name" + _token_grid(layout))
    raise LayerError(
        f"its output has shape {_shape(call.infos[shown[0]])}: no places to draw a map on",
        where=f"layer {call.info.name!r}",
        remedy="Choose a layer before pooling or flattening (`gradcam-tf layers` lists them); "
        "if these are tokens, say their grid: tokens=(prefix, (height, width)).",
    )


def _input_choice(recording: Recording) -> LayerChoice:
    """The model's input, as a method that works on it sees it: like a layer whose output it is."""
    source = _picture(recording)
    given, first = recording.inputs[source], _input_channels_first(recording, source)
    info = LayerCall(INPUT, 0, "Input", tuple(given.shape), given.dtype.name, 0)
    feature = Feature(INPUT, 0, source, of_input(given.shape, first))
    return LayerChoice(info, "the method works on the input itself", feature, source, first)


def _choice(recording: Recording, call: Call, position: int, layout: Layout, reason: str) -> LayerChoice:
    info = call.infos[position]
    source = _picture(recording, recording.sources(call.outputs[position]))
    feature = Feature(info.path, info.index, position, layout)
    return LayerChoice(info, reason, feature, source, _input_channels_first(recording, source))


def _picture(recording: Recording, among: Sequence[int] = ()) -> int:
    """Which of the model's inputs is the picture: the largest that has axes for places."""

    def size(i: int) -> int:
        shape = recording.inputs[i].shape
        return math.prod(shape) if len(shape) > 2 else 0

    everything = range(len(recording.inputs))
    return max(among, key=size) if any(map(size, among)) else max(everything, key=size, default=0)


def _find_by_object(recording: Recording, layer: Any) -> tuple[Call, str]:
    for call in recording.calls[1:]:
        if call.operation is layer:
            return call, ""
    raise LayerError("this layer was not called while the model ran", where=getattr(layer, "name", repr(layer)))


def _find_by_name(recording: Recording, name: str) -> tuple[Call, str]:
    wanted, _, tensor = name.partition("#")
    names = {id(call): _call_name(call) for call in recording.calls[1:]}
    exact = [call for call in recording.calls[1:] if names[id(call)] == wanted]
    matches = exact or [call for call in recording.calls[1:] if names[id(call)].rsplit("/", 1)[-1] == wanted]
    if len(matches) == 1:
        return matches[0], tensor
    if matches:
        which = ", ".join(names[id(call)] for call in matches[:5])
        raise LayerError(
            f"{len(matches)} layers have this name", where=f"layer {name!r}", remedy=f"Say which: {which}."
        )
    remedy = _nearest(wanted, list(names.values()))
    raise LayerError("the model has no layer of this name", where=f"layer {name!r}", remedy=remedy)


def _call_name(call: Call) -> str:
    return call.info.name.partition("#")[0]


def _nearest(name: str, names: Sequence[str]) -> str:
    last = {full.rsplit("/", 1)[-1]: full for full in names}
    close = [last[n] for n in difflib.get_close_matches(name.rsplit("/", 1)[-1], last, n=3, cutoff=0.4)]
    if not close:
        return "`gradcam-tf layers` lists them all."
    return f"Nearest: {', '.join(close)}; `gradcam-tf layers` lists them all."


def _is_kind(call: Call, kinds: str) -> bool:
    """Whether the layer is of one of these kinds, or wraps one that is, as TimeDistributed does."""
    wrapped = getattr(call.operation, "layer", None)
    names = (call.info.kind, type(wrapped).__name__) if wrapped is not None else (call.info.kind,)
    return any(re.fullmatch(kinds, name) for name in names)


def _features(recording: Recording, call: Call, tokens: TokenGrid | None) -> Iterator[tuple[int, Layout]]:
    """The output tensors of a call that hold features in places, and how; those it passed on from others left out."""
    if call.order == 0:
        return
    for position, (info, tensor) in enumerate(zip(call.infos, call.outputs, strict=False)):
        passed_on = recording.maker(tensor) is not call or any(tensor is given for given in call.inputs)
        one_per_image = info.shape[:1] == tuple(recording.inputs[0].shape[:1])
        if passed_on or not one_per_image or not tensor.dtype.is_floating:
            continue
        layout = _layout(recording, call, info, tokens)
        if layout is not None:
            yield position, layout


def _layout(recording: Recording, call: Call, info: LayerCall, tokens: TokenGrid | None) -> Layout | None:
    source = _picture(recording)
    picture = recording.inputs[source].shape
    if len(info.shape) == 3 and len(picture) == 4:
        if tokens is not None:
            prefix, grid = tokens
            layout = Layout("tokens", tuple(grid), prefix)
            return layout if prefix + layout.places == info.shape[1] else None
        size = of_input(picture, _input_channels_first(recording, source)).grid
        return infer_tokens(info.shape[1], size, _grids_before(recording, call))
    return places_first(info.shape, _channels_first(recording, call)) if len(info.shape) > 2 else None


def _grids_before(recording: Recording, call: Call) -> Iterator[tuple[int, ...]]:
    """The two-dimensional grids seen before a call, latest first."""
    for earlier in reversed(recording.calls[1 : call.order]):
        if len(earlier.info.shape) == 4:
            layout = places_first(earlier.info.shape, _channels_first(recording, earlier))
            if layout is not None:
                yield layout.grid


def _channels_first(recording: Recording, call: Call) -> bool:
    """As the layer says; one that does not say is laid out like the latest that did."""
    for earlier in reversed(recording.calls[: call.order + 1]):
        data_format = getattr(earlier.operation, "data_format", None)
        if data_format is not None:
            return data_format == "channels_first"
    return False


def _input_channels_first(recording: Recording, source: int) -> bool:
    """As the first layer says that the input reaches, unless it found as many channels at the input's other end.

    Then the input was turned on the way to it: a Permute, or a transposition that no call shows.
    """
    picture = recording.inputs[source]
    for call in recording.calls[1:] if len(picture.shape) > 2 else ():
        data_format = getattr(call.operation, "data_format", None)
        if data_format is None or not call.inputs:
            continue
        given = call.inputs[0]
        if given is picture or source in recording.sources(given):
            first = data_format == "channels_first"
            return len(given.shape) == len(picture.shape) and first != _is_turned(picture.shape, given.shape, first)
    return False


def _is_turned(picture: Sequence[int], given: Sequence[int], channels_first: bool) -> bool:
    """Whether the picture has as many channels as a layer was given, but at the other end."""
    here, there = (1, -1) if channels_first else (-1, 1)
    return picture[here] != given[here] == picture[there]


def _first_weighted(recording: Recording) -> int:
    """The order of the first call with weights of its own: before it there is only the picture, scaled and shifted."""
    for call in recording.calls[1:]:
        if call.is_leaf and getattr(call.operation, "weights", None) and not _is_kind(call, PREPARATION):
            return call.order
    return len(recording.calls)


def _reason(recording: Recording, call: Call, position: int, layout: Layout, rank: int) -> str:
    what = f"{_role(call)}, {_shape(call.infos[position])}{_token_grid(layout)}"
    if rank:
        return f"{what}; {rank} better candidate{'s' if rank > 1 else ''}"
    after = next((c for c in recording.finished() if _consumes(c, call)), None)
    before = f" before {after.info.kind} {after.info.path!r}" if after is not None else " before the head"
    return f"the last spatial map{before}: {what}"


def _token_grid(layout: Layout) -> str:
    if layout.kind != "tokens":
        return ""
    height, width = layout.grid
    before = f", {layout.prefix} token{'s' if layout.prefix > 1 else ''} before them" if layout.prefix else ""
    return f" (tokens read as {height}×{width} places{before})"


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
