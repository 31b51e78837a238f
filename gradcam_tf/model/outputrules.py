"""The shapes of what each kind of layer returns, from its settings and the shapes that it is given. Pure; no Keras."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from gradcam_tf.model.config import Config

__all__ = ["Shape", "Shapes", "channels_of", "first_of", "is_shape", "per_axis", "shapes_of"]

Shape = tuple[int | None, ...]
Shapes = list[Shape | None]
Rule = Callable[[Config, Shape, Shapes], Shape | None]


def shapes_of(kind: str, given: Config, inputs: Shapes, layer: Config) -> Shapes:
    """The shapes of what a call returns; [None] where there is no rule."""
    shape = first_of(inputs)
    if kind == "InputLayer":
        batch: Any = given.get("batch_shape", given.get("batch_input_shape"))
        return [tuple(batch[1:]) if is_shape(batch) else None]
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


def is_shape(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(side is None or isinstance(side, int) for side in value)


def first_of(shapes: Shapes) -> Shape | None:
    return shapes[0] if shapes else None


def channels_of(given: Config, shape: Shape | None) -> int:
    if not shape:
        return 1
    return (shape[0] if given.get("data_format") == "channels_first" else shape[-1]) or 1


def per_axis(value: Any, dimensions: int = 1) -> list[int]:
    return list(value) if isinstance(value, list | tuple) else [value] * dimensions


def _places(given: Config, shape: Shape, change: Callable[[int | None, int], int | None]) -> list[int | None]:
    """Each side of the map changed, in the order of the shape, without the channels."""
    sides = shape[1:] if given.get("data_format") == "channels_first" else shape[:-1]
    return [change(side, index) for index, side in enumerate(sides)]


def _with(given: Config, channels: int | None, sides: Sequence[int | None]) -> Shape:
    return (channels, *sides) if given.get("data_format") == "channels_first" else (*sides, channels)


def _strided(given: Config, shape: Shape, channels: int | None, window: Any, stride: Any) -> Shape:
    count = len(shape) - 1
    windows, strides = per_axis(window, count), per_axis(stride or window, count)
    spread = per_axis(given.get("dilation_rate") or 1, count)

    def change(side: int | None, index: int) -> int | None:
        if side is None:
            return None
        if given.get("padding", given.get("border_mode", "valid")) in ("same", "causal"):
            return -(-side // strides[index])
        return max(0, side - (windows[index] - 1) * spread[index] - 1) // strides[index] + 1

    return _with(given, channels, _places(given, shape, change))


def _pooled(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    return _strided(given, shape, channels_of(given, shape), given["pool_size"], given.get("strides"))


def _pooled_globally(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    channels = channels_of(given, shape)
    return (*((1,) * (len(shape) - 1)), channels) if given.get("keepdims") else (channels,)


def _convolved(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    return _strided(given, shape, given["filters"], given["kernel_size"], given.get("strides") or 1)


def _convolved_depthwise(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    wide = channels_of(given, shape) * (given.get("depth_multiplier") or 1)
    return _strided(given, shape, wide, given["kernel_size"], given.get("strides") or 1)


def _scaled(key: str) -> Callable[[Config, Shape, Shapes], Shape]:
    """Each side times a setting."""

    def rule(given: Config, shape: Shape, inputs: Shapes) -> Shape:
        factors = per_axis(given.get(key) or 1, len(shape) - 1)
        channels = given.get("filters") or channels_of(given, shape)
        return _with(given, channels, _places(given, shape, lambda side, index: side and side * factors[index]))

    return rule


def _padded(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    amounts: list[Any] = per_axis(given["padding"], len(shape) - 1)
    amounts = [amounts] if len(shape) == 2 and len(amounts) == 2 else amounts
    added = [sum(each) if isinstance(each, list) else 2 * each for each in amounts]
    sides = _places(given, shape, lambda side, index: side and side + added[index])
    return _with(given, channels_of(given, shape), sides)


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
    return _with(given, channels_of(given, shape) if shape else None, size)


def _repeated(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    return tuple(side and side * (given["repeats"] if index == 0 else 1) for index, side in enumerate(shape))


def _tiled(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    times = per_axis(given["repeats"])[-len(shape) :]
    times = [1] * (len(shape) - len(times)) + times
    return tuple(side and side * each for side, each in zip(shape, times, strict=True))


def _padded_by_operation(given: Config, shape: Shape, inputs: Shapes) -> Shape:
    width = given["pad_width"]
    pairs = width if isinstance(width, list) and isinstance(width[0], list) else [width] * (len(shape) + 1)
    added = [sum(per_axis(pair, 2)) for pair in pairs][-len(shape) :]
    return tuple(side and side + more for side, more in zip(shape, added, strict=True))


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
    "GlobalMaxPooling3D": _pooled_globally,
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

OUTPUTS_OF = {name: rule for names, rule in OUTPUTS.items() for name in names.split()}
