"""What a model expects of a photo's values: found in the model, known by its name, or told."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from gradcam_tf.errors import ModelError
from gradcam_tf.lazy import keras
from gradcam_tf.model.calls import Call, Recording
from gradcam_tf.records import Preprocessing

__all__ = ["FUNCTIONS", "application", "apply", "detect", "named"]

ARITHMETIC = r"Subtract|TrueDivide|Divide|Multiply|Add"
IMAGENET_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
IMAGENET_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)
CAFFE_MEAN = np.array([103.939, 116.779, 123.68], np.float32)

FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "none": lambda x: x,
    "unit": lambda x: x / np.float32(255),
    "symmetric": lambda x: x / np.float32(127.5) - 1,
    "torch": lambda x: (x / np.float32(255) - IMAGENET_MEAN) / IMAGENET_DEVIATION,
    "caffe": lambda x: x[..., ::-1] - CAFFE_MEAN,
}
"""From photo values 0–255, float32 (N, height, width, channels), to what the model expects."""

MEANINGS = {
    "none": "0 to 255",
    "unit": "0 to 1",
    "symmetric": "-1 to 1",
    "torch": "0 to 1, less the ImageNet mean, over its deviation",
    "caffe": "BGR, less the ImageNet mean",
}

APPLICATIONS: tuple[tuple[str, str], ...] = (
    (r"resnet(50|101|152)v2", "symmetric"),
    (r"resnet(50|101|152)", "caffe"),
    (r"vgg(16|19)", "caffe"),
    (r"densenet(121|169|201)", "torch"),
    (r"(inception_v3|xception|inception_resnet_v2|nasnet.*)", "symmetric"),
    (r"mobilenet(v2)?_\d.*", "symmetric"),
    (r"efficientnetv2-b.*", "torch"),
    (r"(mobilenetv3.*|efficientnetv2.*)", "symmetric"),
    (r"efficientnet.*", "none"),
    (r"convnext.*", "torch"),
)
"""The names keras.applications gives its models, and the values they take when the model has no layer for it."""


def application(name: str) -> str | None:
    """The values a model of ``keras.applications`` takes, by the model's name; None for a name not known."""
    return next((values for pattern, values in APPLICATIONS if re.fullmatch(pattern, name.lower())), None)


def detect(recording: Recording) -> Preprocessing:
    """What the recorded model does to its input before the first weights, or else what its name says it expects."""
    line = _Line()
    for call in recording.calls[1:]:
        values = _prepared(call, line)
        if values is not None:
            shown = "0–255" if values == "none" else "0–1"
            return Preprocessing(values, True, f"the model prepares {shown} values itself ({call.info.path!r})")
        if call.is_leaf and getattr(call.operation, "weights", None):
            break
    for call in recording.calls:
        values = application(call.operation.name)
        if values is not None:
            return Preprocessing(
                values, True, f"{call.operation.name!r} of keras.applications takes {MEANINGS[values]}"
            )
    return Preprocessing(
        "none",
        False,
        "nothing in the model says what values it expects: photos are given as 0 to 255. If it was trained on others, "
        "prediction and heatmap are wrong; say so: unit (0 to 1), symmetric (-1 to 1), torch or caffe",
    )


class _Line:
    """What the arithmetic of a graph has made of the input, as far as it is known: scale · x + offset."""

    def __init__(self) -> None:
        self.scale, self.offset, self.steps = 1.0, 0.0, 0

    def follow(self, kind: str, constant: np.ndarray) -> None:
        by = float(np.mean(constant))
        if kind in ("Mul", "RealDiv", "Div") and by:
            by = by if kind == "Mul" else 1 / by
            self.scale, self.offset, self.steps = self.scale * by, self.offset * by, self.steps + 1
        elif kind in ("Add", "AddV2", "BiasAdd", "Sub"):
            self.offset, self.steps = self.offset + (-by if kind == "Sub" else by), self.steps + 1

    def values(self) -> str | None:
        return _range(-self.offset / self.scale, 1 / abs(self.scale)) if self.steps else None


def _prepared(call: Call, line: _Line) -> str | None:
    """The values a call takes if it is there to scale them: ``"none"`` (0–255) or ``"unit"`` (0–1); else None."""
    layer, kind = call.operation, call.info.kind
    constants = getattr(layer, "constants", None)
    if constants is not None:
        # An operation of a graph, which does one step of what a layer does.
        if layer.weights:
            return line.values()
        if len(constants) == 1 and constants[0].dtype.kind == "f":
            line.follow(kind, constants[0])
        return None
    if kind == "Rescaling":
        width = 1 / max(_largest(layer.scale), 1e-12)
        return _range(_largest(layer.offset) * width, width)
    if kind == "Normalization":
        return _range(_largest(layer.mean), _largest(layer.variance) ** 0.5)
    # Inline, as in keras.applications' preprocess_input; a layer of such a name merges branches.
    return "none" if re.fullmatch(ARITHMETIC, kind) and not isinstance(layer, keras.layers.Layer) else None


def _range(centre: float, width: float) -> str | None:
    """Which values (x - centre) / width is made for; None where it leaves them as they are."""
    if centre > 1 or width > 2:
        return "none"
    return "unit" if centre > 0 or width < 1 else None


def _largest(numbers: Any) -> float:
    return float(np.abs(np.asarray(numbers, np.float64)).max())


def named(name: str) -> Preprocessing:
    """The preprocessing a user chose.

    Raises:
        ModelError: if there is none of this name.
    """
    if name not in FUNCTIONS:
        raise ModelError(
            "is not known", where=f"preprocessing {name!r}", remedy=f"Choose auto, {', '.join(FUNCTIONS)}."
        )
    return Preprocessing(name, True, f"given: {MEANINGS[name]}")


def apply(preprocessing: Preprocessing, values: np.ndarray) -> np.ndarray:
    """From photo values to model input.

    Args:
        values: float32 (N, height, width, channels), 0 to 255.

    Raises:
        ModelError: if it needs three channels and there are not three.
    """
    if preprocessing.name in ("torch", "caffe") and values.shape[-1] != 3:
        raise ModelError(f"needs 3 channels, not {values.shape[-1]}", where=f"preprocessing {preprocessing.name!r}")
    return FUNCTIONS[preprocessing.name](values)
