"""How many numbers each kind of layer has in each of its weights, from its settings and what it is given. No Keras."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from gradcam_tf.model.config import Config
from gradcam_tf.model.outputrules import Shape, channels_of, per_axis

__all__ = ["Sizes", "weights_of"]

Sizes = Sequence[int]
"""Numbers in each array of a layer's weights."""

SizesOf = Callable[[Config, int, Shape | None], Sizes]
"""The weights of a kind of layer, by its settings, the channels and the shape of its input."""


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
    window = math.prod(per_axis(given["kernel_size"]))
    return [4 * given["filters"] * inputs * window for inputs in (channels, given["filters"])]


def _attention(given: Config, channels: int, shape: Shape | None) -> Sizes:
    heads, key = given["num_heads"], given["key_dim"]
    value = given.get("value_dim") or key
    out = math.prod(per_axis(given.get("output_shape") or channels))
    inputs = [heads * channels * wide for wide in (key, key, value)]
    biases = [heads * wide for wide in (key, key, value)] + [out] if given.get("use_bias", True) else []
    return [*inputs, heads * value * out, *biases]


def _attention_of_groups(given: Config, channels: int, shape: Shape | None) -> Sizes:
    return [channels * given["head_dim"] * given["num_query_heads"]] * 2


def _normalization(moving: int) -> SizesOf:
    """Scale and centre, and what is kept of the data beside them."""

    def rule(given: Config, channels: int, shape: Shape | None) -> Sizes:
        axes = [axis - 1 if axis > 0 else axis for axis in per_axis(given.get("axis", -1))]
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
    out = per_axis(given["output_shape"])
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

WEIGHTS_OF = {name: rule for names, rule in WEIGHTS.items() for name in names.split()}


def weights_of(kind: str, given: Config, shape: Shape | None) -> Sizes:
    """The weights of a layer of this kind, at least; none where there is no rule."""
    rule = WEIGHTS_OF.get(kind)
    return [int(size) for size in rule(given, channels_of(given, shape), shape)] if rule else ()
