"""Which target a user meant, and which one suits a model of which nothing was said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcam_tf.errors import TargetError
from gradcam_tf.targets.arguments import Shape
from gradcam_tf.targets.classes import ClassScore, LabelsAbove, LargestOutput, TopClass
from gradcam_tf.targets.dense import Activation, DominantClass, PredictedPixels
from gradcam_tf.targets.target import Custom, Target
from gradcam_tf.targets.values import Sigmoid, Value

__all__ = ["as_target", "automatic"]

ROW: Shape = (None, None)


def automatic(shape: Shape = ROW, activation: str | None = "softmax") -> Target:
    """What a model predicts, by the shape of its output and the activation it ends in.

    ========================  ===========  =====================================================
    output                    activation   target
    ========================  ===========  =====================================================
    (N, classes)              softmax      :class:`TopClass`
    (N, labels)               sigmoid      :class:`LabelsAbove` 0.5
    (N, 1) or (N,)            sigmoid      :class:`Sigmoid`, the predicted side
    (N, 1) or (N,)            none         :class:`Value`, upwards
    (N, numbers)              none         :class:`LargestOutput`: a :class:`TopClass` that says it
    (N, …, classes)           any          :class:`DominantClass`, over its pixels
    ========================  ===========  =====================================================

    Args:
        shape: of the output, batch included; None where it is not fixed. Default: a row of classes.
        activation: ``"softmax"``, ``"sigmoid"`` or None, as found in the model.

    Example:
        >>> automatic((None, 1), "sigmoid")
        Sigmoid(side='predicted', index=0, space='logit')
    """
    if len(shape) > 2:
        return DominantClass(_rule(activation))
    one = len(shape) == 1 or shape[1] == 1
    if activation == "sigmoid":
        return Sigmoid() if one else LabelsAbove()
    if activation is None:
        return Value() if one else LargestOutput()
    return TopClass()


def as_target(
    spec: Any, class_index: Callable[[str], int], shape: Shape = ROW, activation: str | None = "softmax"
) -> Target:
    """The target that a user meant.

    Args:
        spec: None or ``"auto"`` (see :func:`automatic`), a class index or name, one of these per image, a
            :class:`Target`, or a function of the output. A class of an output with places means the places predicted
            as that class.
        class_index: gives the index of a class name, or raises a TargetError.
        shape, activation: as for :func:`automatic`.

    Raises:
        TargetError: if it cannot be understood as a target.
    """
    if spec is None or (isinstance(spec, str) and spec == "auto"):
        return automatic(shape, activation)
    if isinstance(spec, Target):
        return spec
    if callable(spec):
        return Custom(spec)
    index = [_index(one, class_index) for one in spec] if _is_list(spec) else _index(spec, class_index)
    return ClassScore(index) if len(shape) <= 2 else PredictedPixels(index, _rule(activation))


def _rule(activation: str | None) -> Activation:
    return "sigmoid" if activation == "sigmoid" else "softmax"


def _is_list(spec: Any) -> bool:
    if isinstance(spec, np.ndarray):
        return spec.ndim > 0
    return isinstance(spec, Sequence) and not isinstance(spec, (str, bytes))


def _index(spec: Any, class_index: Callable[[str], int]) -> int:
    if isinstance(spec, str):
        return class_index(spec)
    if isinstance(spec, (int, np.integer)) and not isinstance(spec, bool):
        return int(spec)
    raise TargetError(
        f"cannot be understood as a target: {type(spec).__name__}",
        where=repr(spec)[:60],
        remedy="Give a class index, a class name, a list of these, a function, or an object from gct.targets.",
    )
