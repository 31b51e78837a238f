"""What a model will ask of the machine, worked out from its config before anything is built. Pure; no Keras.

Shapes are followed through the graph as Keras would follow them, with the batch left out and None for what is not
known. What is known is a lower bound: an unknown size counts as one. It is enough to find a model that asks for more
weights than its file holds, array for array, or for a tensor that no machine holds; it is no promise that the rest is
small.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradcam_tf.errors import Refusal
from gradcam_tf.model.config import Config, settings

__all__ = ["MAX_LAYERS", "MAX_TENSOR", "Demand", "demand", "over_budget"]

Shape = tuple[int | None, ...]
Shapes = list[Shape | None]
Sizes = Sequence[int]
"""Numbers in each array of a layer's weights."""
SizesOf = Callable[[Config, int, Shape | None], Sizes]
"""The weights of a kind of layer, by its settings, the channels and the shape of its input."""

MAX_TENSOR = 2**30
"""Numbers in one tensor of one image: 4 GiB. A volume of 256³ with 32 channels has half of it."""
MAX_TENSORS = 2**34
"""In all tensors together."""
MAX_LAYERS = 20_000
"""Calls of layers; NASNetLarge has 1,040."""
MAX_SETTING = 2**31
MAX_SETTING_OF_HUB = 2**24
"""Of layers that are built in Python from a few numbers: no image, no layer has such a side."""
ANY_NUMBER = ("seed", "value", "shared_object_id", "salt")
"""Settings that are no sizes."""


@dataclass
class Demand:
    """What a model asks for, at least.

    Attributes:
        arrays: of its weights; the numbers in each, and the layer that has it.
        tensors: numbers in the outputs of all layers, for one image.
        largest: of these, in one output.
        where: the layer with that output.
        calls: of layers.
    """

    arrays: list[tuple[int, str]] = field(default_factory=list)
    tensors: int = 0
    largest: int = 0
    where: str = ""
    calls: int = 0

    @property
    def parameters(self) -> int:
        """Numbers in the weights."""
        return sum(size for size, _ in self.arrays)

    def weights(self, name: str, sizes: Sizes) -> None:
        self.arrays.extend((size, name) for size in sizes if size > 0)

    def output(self, name: str, shape: Shape | None) -> None:
        size = math.prod(side or 1 for side in shape or ())
        self.calls += 1
        self.tensors += size
        if size > self.largest:
            self.where, self.largest = name, size

    def add(self, other: Demand, times: int) -> None:
        """What another asks for, its tensors so many times."""
        self.arrays += other.arrays
        self.tensors += other.tensors * times
        self.calls += other.calls
        if other.largest * times > self.largest:
            self.where, self.largest = other.where, other.largest * times


def over_budget(config: Config, held: Sequence[int]) -> Iterator[Refusal]:
    """What a model asks for beyond what its file holds, and what a machine has.

    Args:
        config: of the model; its names are known.
        held: numbers in each array of weights of its file.
    """
    yield from _large_settings(config)
    asked = demand(config)
    remedy = "Build the model in Python, where you can see what it asks for"
    # Four bits to a number, two numbers to a byte; and zero points beside them.
    packed = 8 if any("int4" in name or "gptq" in name or "awq" in name for name in _policies(config)) else 1
    if lacking := _not_held(asked, [size * packed for size in held]):
        wanted, where = lacking
        what = f"asks for an array of {wanted:,} weights that the file does not have; the whole model asks for "
        yield Refusal(where, f"{what}{asked.parameters:,}, and the file has {sum(held):,}", remedy)
    if asked.largest > MAX_TENSOR:
        yield Refusal(asked.where, f"makes a tensor of {asked.largest:,} numbers; {MAX_TENSOR:,} are allowed", remedy)
    elif asked.tensors > MAX_TENSORS:
        what = f"makes tensors of {asked.tensors:,} numbers; {MAX_TENSORS:,} are allowed"
        yield Refusal("the whole model", what, remedy)
    if asked.calls > MAX_LAYERS:
        yield Refusal("the whole model", f"calls {asked.calls:,} layers; {MAX_LAYERS:,} are allowed", remedy)


def _not_held(asked: Demand, held: Sequence[int]) -> tuple[int, str] | None:
    """The largest array of weights that finds none as large in the file, when each has one of its own."""
    there = sorted(held, reverse=True)
    wanted = sorted(asked.arrays, reverse=True)
    return next((one for index, one in enumerate(wanted) if index >= len(there) or one[0] > there[index]), None)


def _policies(config: Config) -> Iterator[str]:
    todo: list[Any] = [config]
    while todo:
        item = todo.pop()
        if isinstance(item, dict):
            mode = item.get("mode", item.get("quantization_mode"))
            for name in (mode, item.get("dtype"), item.get("name") if item.get("class_name") else None):
                if isinstance(name, str):
                    yield name
            if "DTypePolicy" in str(item.get("class_name")):
                yield str(settings(item)).lower()
        todo.extend(item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())


def _large_settings(config: Config) -> Iterator[Refusal]:
    """Settings beyond all reason, of whatever layer."""
    todo: list[tuple[Any, str, int]] = [(config, "", MAX_SETTING)]
    while todo:
        item, name, most = todo.pop()
        if isinstance(item, dict):
            name = str(settings(item).get("name", name))[:80] if "class_name" in item else name
            if str(item.get("module")).startswith("keras_hub"):
                most = MAX_SETTING_OF_HUB
            if item.get("class_name") in ("__slice__", "__numpy__", "__tensor__"):
                continue
            for key, value in item.items():
                if any(word in key for word in ANY_NUMBER):
                    continue
                if isinstance(value, dict | list):
                    todo.append((value, name, most))
                size = _product(value) if isinstance(value, list) else abs(value) if isinstance(value, int) else 0
                if size > most:
                    yield Refusal(name, f"has {key}={str(value)[:60]}", "Build the model in Python")
        elif isinstance(item, list):
            todo.extend((value, name, most) for value in item if isinstance(value, dict | list))


def _product(values: list) -> int:
    """Of a short list of whole numbers, which is a shape, a kernel, a stride; of anything else, 0."""
    whole = len(values) <= 8 and all(isinstance(each, int) or each is None for each in values)
    return math.prod(abs(each) for each in values if each) if whole else 0


def demand(config: Config) -> Demand:
    """Work out what a model asks for, at least."""
    asked = Demand()
    _model(config, asked)
    return asked


# ---- models ----


def _model(item: Config, asked: Demand) -> Shapes:
    """The outputs of a model; its layers are added up."""
    inner = item.get("config")
    layers = inner if isinstance(inner, list) else settings(item).get("layers")
    if not isinstance(layers, list) or _of_hub(item):
        return [None]
    layers = [layer for layer in layers if isinstance(layer, dict)]
    if "output_layers" in settings(item):
        return _graph(settings(item), layers, asked)
    return [_stack(item, layers, asked)]


def _of_hub(item: Config) -> bool:
    return "keras_hub" in f"{item.get('module')} {item.get('class_name')} {item.get('registered_name')}"


def _stack(item: Config, layers: list[Config], asked: Demand) -> Shape | None:
    """The output of a Sequential. One that no input was given is not built, and asks for nothing yet."""
    known = [settings(item).get("build_input_shape"), _built_with(item)]
    known += [settings(layers[0]).get(key) for key in ("batch_shape", "batch_input_shape")] if layers else []
    first = next((given for given in known if _is_shape(given)), None)
    nested = bool(layers) and isinstance(settings(layers[0]).get("layers"), list)
    if first is None and not nested:
        return None
    shape: Shape | None = tuple(first[1:]) if first else None
    for layer in layers:
        shape = _first(_call(layer, [shape], asked, counted=True))
    return shape


@dataclass
class _Node:
    """One call of a layer in a graph."""

    layer: Config
    name: str
    index: int
    sources: list[tuple[str, int, int]]
    missing: int = 0


def _graph(graph: Config, layers: list[Config], asked: Demand) -> Shapes:
    """The outputs of a functional model: each call when all of its inputs are there, in whatever order they stand."""
    nodes = [node for layer in layers for node in _nodes(layer)]
    outputs: dict[tuple[str, int], Shapes] = {}
    made = {(node.name, node.index) for node in nodes}
    waiting: dict[tuple[str, int], list[_Node]] = {}
    ready: deque[_Node] = deque()
    for node in nodes:
        needed = {_made(made, source) for source in node.sources} - {None}
        node.missing = len(needed)
        for one in needed:
            waiting.setdefault(one, []).append(node)  # type: ignore[arg-type]
        if not needed:
            ready.append(node)
    while ready:
        node = ready.popleft()
        inputs = [_output(outputs, _made(made, source), source[2]) for source in node.sources]
        outputs[node.name, node.index] = _call(node.layer, inputs, asked, counted=node.index == 0)
        for other in waiting.pop((node.name, node.index), ()):
            other.missing -= 1
            if not other.missing:
                ready.append(other)
    ends = list(_references(graph.get("output_layers")))
    return [_output(outputs, _made(made, end), end[2]) for end in ends]


def _nodes(layer: Config) -> Iterator[_Node]:
    name = str(layer.get("name", settings(layer).get("name")))
    calls = layer.get("inbound_nodes")
    for index, call in enumerate(calls if isinstance(calls, list) and calls else [[]]):
        yield _Node(layer, name, index, list(_references(call)))


def _references(node: Any) -> Iterator[tuple[str, int, int]]:
    """Every tensor in the arguments of a call, or in a list of outputs, as either Keras writes it."""
    todo = [node]
    while todo:
        item = todo.pop()
        if isinstance(item, dict):
            history = settings(item).get("keras_history") if item.get("class_name") == "__keras_tensor__" else None
            todo.extend(reversed([history] if history else list(item.values())))
        elif isinstance(item, list):
            if len(item) in (3, 4) and isinstance(item[0], str) and all(isinstance(n, int) for n in item[1:3]):
                yield item[0], item[1], item[2]
                todo.extend(item[3:])
            else:
                todo.extend(reversed(item))


def _made(made: set[tuple[str, int]], source: tuple[str, int, int]) -> tuple[str, int] | None:
    """The call that a tensor comes from. Keras 2 counted those of a nested model from 1."""
    name, index, _ = source
    return next((key for key in ((name, index), (name, index - 1)) if key in made), None)


def _output(outputs: dict[tuple[str, int], Shapes], key: tuple[str, int] | None, tensor: int) -> Shape | None:
    shapes = outputs.get(key, []) if key else []
    return shapes[tensor] if 0 <= tensor < len(shapes) else None


# ---- layers ----


def _call(layer: Config, inputs: Shapes, asked: Demand, *, counted: bool) -> Shapes:
    """The outputs of one call; the weights are added where it is the first call of the layer."""
    kind, given = str(layer.get("class_name")).rpartition(">")[2], settings(layer)
    name = str(given.get("name", kind))[:80]
    if isinstance(given.get("layers"), list) or (kind == "Sequential"):
        return _model(layer, asked if counted else Demand())
    if _of_hub(layer):
        return [None]
    if kind == "TimeDistributed" and isinstance(given.get("layer"), dict):
        return _each_step(given["layer"], _first(inputs), asked, counted=counted)
    try:
        shape = _first(inputs)
        if counted:
            seen = [shape] + ([tuple(built[1:])] if _is_shape(built := _built_with(layer)) else [])
            asked.weights(name, max((_weights(kind, given, one) for one in seen), key=sum))
        outputs = _outputs(kind, given, inputs, layer)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, ZeroDivisionError):
        # Settings that are no layer's: Keras says so.
        return [None]
    for one in outputs:
        asked.output(name, one)
    return outputs


def _each_step(layer: Config, shape: Shape | None, asked: Demand, *, counted: bool) -> Shapes:
    """A layer at each step of a sequence: its outputs as often, its weights once."""
    steps = (shape[0] if shape else None) or 1
    own = Demand()
    outputs = _call(layer, [shape[1:] if shape else None], own, counted=counted)
    asked.add(own, steps)
    return [None if one is None else (steps, *one) for one in outputs]


def _built_with(layer: Config) -> Any:
    built = layer.get("build_config")
    return built.get("input_shape") if isinstance(built, dict) else None


def _is_shape(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(side is None or isinstance(side, int) for side in value)


def _first(shapes: Shapes) -> Shape | None:
    return shapes[0] if shapes else None


def _weights(kind: str, given: Config, shape: Shape | None) -> Sizes:
    """The weights of a layer, at least."""
    if kind in ("SpectralNormalization", "Bidirectional", "RNN", "StackedRNNCells"):
        return _weights_of_wrapper(kind, given, shape)
    rule = WEIGHTS_OF.get(kind)
    return [int(size) for size in rule(given, _channels(given, shape), shape)] if rule else ()


def _weights_of_wrapper(kind: str, given: Config, shape: Shape | None) -> Sizes:
    inner = given.get("cells", given.get("cell", given.get("layer")))
    parts = inner if isinstance(inner, list) else [inner]
    own = Demand()
    for part in filter(None, parts):
        _call(part, [shape], own, counted=True)
    return [size for size, _ in own.arrays] * (2 if kind == "Bidirectional" else 1)


def _channels(given: Config, shape: Shape | None) -> int:
    if not shape:
        return 1
    return (shape[0] if given.get("data_format") == "channels_first" else shape[-1]) or 1


def _each(value: Any, dimensions: int = 1) -> list[int]:
    return list(value) if isinstance(value, list | tuple) else [value] * dimensions


def _bias(given: Config, count: int) -> Sizes:
    return [count] if given.get("use_bias", given.get("bias", True)) else []


def _dense(given: Config, channels: int, shape: Shape | None) -> Sizes:
    return [channels * given["units"], *_bias(given, given["units"])]


def _convolution(given: Config, channels: int, shape: Shape | None) -> Sizes:
    inner = channels // (given.get("groups") or 1) or 1
    return [_kernel(given, shape) * inner * given["filters"], *_bias(given, given["filters"])]


def _kernel(given: Config, shape: Shape | None) -> int:
    size = given["kernel_size"]
    return math.prod(size) if isinstance(size, list) else size ** max(1, len(shape or (1, 1)) - 1)


def _depthwise(given: Config, channels: int, shape: Shape | None) -> Sizes:
    wide = channels * (given.get("depth_multiplier") or 1)
    return [_kernel(given, shape) * wide, *_bias(given, wide)]


def _separable(given: Config, channels: int, shape: Shape | None) -> Sizes:
    wide = channels * (given.get("depth_multiplier") or 1)
    return [_kernel(given, shape) * wide, wide * given["filters"], *_bias(given, given["filters"])]


def _recurrent(gates: int) -> SizesOf:
    return lambda given, channels, shape: [gates * given["units"] * inputs for inputs in (channels, given["units"])]


def _convolution_recurrent(given: Config, channels: int, shape: Shape | None) -> Sizes:
    window = math.prod(_each(given["kernel_size"]))
    return [4 * given["filters"] * inputs * window for inputs in (channels, given["filters"])]


def _attention(given: Config, channels: int, shape: Shape | None) -> Sizes:
    heads, key = given["num_heads"], given["key_dim"]
    value = given.get("value_dim") or key
    out = math.prod(_each(given.get("output_shape") or channels))
    inputs = [heads * channels * wide for wide in (key, key, value)]
    biases = [heads * wide for wide in (key, key, value)] + [out] if given.get("use_bias", True) else []
    return [*inputs, heads * value * out, *biases]


def _attention_of_groups(given: Config, channels: int, shape: Shape | None) -> Sizes:
    return [channels * given["head_dim"] * given["num_query_heads"]] * 2


def _normalization(moving: int) -> SizesOf:
    """Scale and centre, and what is kept of the data beside them."""

    def rule(given: Config, channels: int, shape: Shape | None) -> Sizes:
        axes = [axis - 1 if axis > 0 else axis for axis in _each(given.get("axis", -1))]
        size = math.prod(shape[axis] or 1 for axis in axes) if shape else 1
        return [size] * (bool(given.get("scale", True)) + bool(given.get("center", True)) + moving)

    return rule


def _slopes(given: Config, channels: int, shape: Shape | None) -> Sizes:
    shared = given.get("shared_axes") or ()
    return [math.prod(side or 1 for axis, side in enumerate(shape or (), 1) if axis not in shared)]


def _einsum(given: Config, channels: int, shape: Shape | None) -> Sizes:
    """The letters of the kernel: those of the output are given, those of the input known if the shape is."""
    left, _, right = given["equation"].replace("...", "").partition("->")
    source, _, kernel = left.partition(",")
    out = _each(given["output_shape"])
    sizes = dict(zip(reversed(source), reversed(shape or ()), strict=False))
    sizes |= dict(zip(reversed(right), reversed(out), strict=False))
    return [math.prod(sizes.get(letter) or 1 for letter in kernel)]


WEIGHTS: dict[str, SizesOf] = {
    "Dense": _dense,
    "EinsumDense": _einsum,
    "Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose Conv3DTranspose Convolution2D": _convolution,
    "DepthwiseConv1D DepthwiseConv2D": _depthwise,
    "SeparableConv1D SeparableConv2D": _separable,
    "Embedding ReversibleEmbedding": lambda given, _, shape: [given["input_dim"] * given["output_dim"]],
    "LSTM LSTMCell": _recurrent(4),
    "GRU GRUCell": _recurrent(3),
    "SimpleRNN SimpleRNNCell": _recurrent(1),
    "ConvLSTM1D ConvLSTM2D ConvLSTM3D": _convolution_recurrent,
    "MultiHeadAttention": _attention,
    "GroupQueryAttention": _attention_of_groups,
    "PReLU": _slopes,
    "BatchNormalization BatchNormalizationV1 BatchNormalizationV2 SyncBatchNormalization": _normalization(2),
    "LayerNormalization GroupNormalization": _normalization(0),
    "STFTSpectrogram": lambda given, _, shape: [given["frame_length"] * (given.get("fft_length") or 1)],
}


def _outputs(kind: str, given: Config, inputs: Shapes, layer: Config) -> Shapes:
    """The shapes of what a call returns; [None] where there is no rule."""
    shape = _first(inputs)
    if kind == "InputLayer":
        batch: Any = given.get("batch_shape", given.get("batch_input_shape"))
        return [tuple(batch[1:]) if _is_shape(batch) else None]
    if kind in BROADCAST:
        return [_broadcast(inputs)]
    if shape is None and kind not in FROM_SETTINGS:
        return [None]
    rule = OUTPUTS_OF.get(kind)
    return [rule(given, shape or (), inputs) if rule else None]


BROADCAST = frozenset(
    [
        "Add",
        "Subtract",
        "Multiply",
        "Average",
        "Maximum",
        "Minimum",
        "Divide",
        "TrueDivide",
        "Power",
        "FloorDivide",
        "Mod",
        "Where",
        "Outer",
    ]
)
FROM_SETTINGS = frozenset(
    ["Resizing", "CenterCrop", "RandomCrop", "Reshape", "Full", "BroadcastTo", "CategoryEncoding"]
)


def _broadcast(inputs: Shapes) -> Shape | None:
    known = [shape for shape in inputs if shape is not None]
    if not known or len(known) != len(inputs):
        return None
    longest = max(map(len, known))
    padded = [(1,) * (longest - len(shape)) + shape for shape in known]
    return tuple(max((side or 1) for side in sides) for sides in zip(*padded, strict=True))


def _places(given: Config, shape: Shape, change: Callable[[int | None, int], int | None]) -> list[int | None]:
    """Each side of the map changed, in the order of the shape, without the channels."""
    sides = shape[1:] if given.get("data_format") == "channels_first" else shape[:-1]
    return [change(side, index) for index, side in enumerate(sides)]


def _with(given: Config, channels: int | None, sides: Sequence[int | None]) -> Shape:
    return (channels, *sides) if given.get("data_format") == "channels_first" else (*sides, channels)


def _strided(given: Config, shape: Shape, channels: int | None, window: Any, stride: Any) -> Shape:
    count = len(shape) - 1
    windows, strides = _each(window, count), _each(stride or window, count)
    spread = _each(given.get("dilation_rate") or 1, count)

    def change(side: int | None, index: int) -> int | None:
        if side is None:
            return None
        if given.get("padding", given.get("border_mode", "valid")) in ("same", "causal"):
            return -(-side // strides[index])
        return max(0, side - (windows[index] - 1) * spread[index] - 1) // strides[index] + 1

    return _with(given, channels, _places(given, shape, change))


def _pooled(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    return _strided(given, shape, _channels(given, shape), given["pool_size"], given.get("strides"))


def _convolved(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    return _strided(given, shape, given["filters"], given["kernel_size"], given.get("strides") or 1)


def _convolved_depthwise(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    wide = _channels(given, shape) * (given.get("depth_multiplier") or 1)
    return _strided(given, shape, wide, given["kernel_size"], given.get("strides") or 1)


def _scaled(key: str) -> Callable[[Config, Shape, Shapes], Shape]:
    """Each side times a setting."""

    def rule(given: Config, shape: Shape, inputs: Shapes) -> Shape:
        factors = _each(given.get(key) or 1, len(shape) - 1)
        channels = given.get("filters") or _channels(given, shape)
        return _with(given, channels, _places(given, shape, lambda side, index: side and side * factors[index]))

    return rule


def _padded(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    amounts: list[Any] = _each(given["padding"], len(shape) - 1)
    amounts = [amounts] if len(shape) == 2 and len(amounts) == 2 else amounts
    added = [sum(each) if isinstance(each, list) else 2 * each for each in amounts]
    sides = _places(given, shape, lambda side, index: side and side + added[index])
    return _with(given, _channels(given, shape), sides)


def _flat(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    return (None if None in shape else math.prod(side or 1 for side in shape),)


def _reshaped(given: Config, shape: Shape, inputs: Shapes) -> Shape | None:
    wanted = given.get("target_shape") or list(given.get("newshape") or ())[1:]
    if -1 not in wanted:
        return tuple(wanted)
    known = math.prod(side for side in wanted if side != -1)
    rest = None if None in shape or not known else math.prod(side or 1 for side in shape) // known
    return tuple(rest if side == -1 else side for side in wanted)


def _concatenated(given: Config, shape: Shape, inputs: Shapes) -> Shape | None:
    known = [each for each in inputs if each is not None]
    if len(known) != len(inputs):
        return None
    axis = given.get("axis", -1)
    axis = axis - 1 if axis > 0 else axis
    sides = [each[axis] for each in known]
    made = list(shape)
    made[axis] = None if None in sides else sum(side or 0 for side in sides)
    return tuple(made)


def _recurred(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    return (*shape[:-1], given["units"]) if given.get("return_sequences") else (given["units"],)


def _resized(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    size = given.get("size") or [given.get("height"), given.get("width")]
    return _with(given, _channels(given, shape) if shape else None, size)


def _repeated(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    return tuple(side and side * (given["repeats"] if index == 0 else 1) for index, side in enumerate(shape))


def _tiled(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    times = _each(given["repeats"])[-len(shape) :]
    times = [1] * (len(shape) - len(times)) + times
    return tuple(side and side * each for side, each in zip(shape, times, strict=True))


def _padded_by_operation(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    width = given["pad_width"]
    pairs = width if isinstance(width, list) and isinstance(width[0], list) else [width] * (len(shape) + 1)
    added = [sum(_each(pair, 2)) for pair in pairs][-len(shape) :]
    return tuple(side and side + more for side, more in zip(shape, added, strict=True))


Rule = Callable[[Config, Shape, Shapes], Shape | None]
SAME = (
    "Activation ReLU LeakyReLU PReLU ELU Softmax ThresholdedReLU Dropout AlphaDropout GaussianDropout GaussianNoise "
    "SpatialDropout1D SpatialDropout2D SpatialDropout3D ActivityRegularization BatchNormalization LayerNormalization "
    "GroupNormalization RMSNormalization UnitNormalization Normalization Rescaling Identity Masking "
    "RandomBrightness RandomContrast RandomFlip RandomRotation RandomTranslation RandomZoom RandomHue "
    "RandomSaturation RandomInvert Solarization LayerScale MultiHeadAttention GroupQueryAttention "
    "Relu Relu6 Sigmoid Softplus Softsign Silu LogSigmoid LeakyRelu HardSigmoid HardSilu Elu Selu Gelu LogSoftmax "
    "Absolute Abs Negative Square Sqrt Rsqrt Exp Log Tanh Sin Cos Sign Clip Cast StopGradient Normalize Erf "
    "Reciprocal Round Floor Ceil Flip Roll"
)
OUTPUTS: dict[str, Rule] = {
    SAME: lambda given, shape, inputs: shape,
    "Dense": lambda given, shape, inputs: (*shape[:-1], given["units"]),
    "Conv1D Conv2D Conv3D Convolution2D SeparableConv1D SeparableConv2D": _convolved,
    "DepthwiseConv1D DepthwiseConv2D": _convolved_depthwise,
    "Conv1DTranspose Conv2DTranspose Conv3DTranspose": _scaled("strides"),
    "UpSampling1D UpSampling2D UpSampling3D": _scaled("size"),
    "ZeroPadding1D ZeroPadding2D ZeroPadding3D": _padded,
    "MaxPooling1D MaxPooling2D MaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D": _pooled,
    "GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D "
    "GlobalMaxPooling3D": lambda given, shape, inputs: (
        (*((1,) * (len(shape) - 1)), _channels(given, shape)) if given.get("keepdims") else (_channels(given, shape),)
    ),
    "Flatten": _flat,
    "Reshape": _reshaped,
    "Permute": lambda given, shape, inputs: tuple(shape[axis - 1] for axis in given["dims"]),
    "RepeatVector": lambda given, shape, inputs: (given["n"], *shape),
    "Concatenate": _concatenated,
    "Embedding": lambda given, shape, inputs: (*shape, given["output_dim"]),
    "LSTM GRU SimpleRNN": _recurred,
    "Resizing CenterCrop RandomCrop Resize": _resized,
    "CategoryEncoding": lambda given, shape, inputs: (given["num_tokens"],),
    "OneHot MultiHot": lambda given, shape, inputs: (*shape, given.get("num_classes", 1)),
    "Repeat": _repeated,
    "Tile": _tiled,
    "Pad": _padded_by_operation,
    "BroadcastTo Full": lambda given, shape, inputs: tuple(given["shape"][1:]),
}
WEIGHTS_OF = {name: rule for names, rule in WEIGHTS.items() for name in names.split()}
OUTPUTS_OF = {name: rule for names, rule in OUTPUTS.items() for name in names.split()}
