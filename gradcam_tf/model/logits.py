"""Where the score before softmax or sigmoid is to be found.

A saturated softmax has no gradient, so the score explained is the one before it. It is read by a tap at the call that
applies the activation: the input of a separate activation, or the result of a layer run without its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gradcam_tf.lazy import keras
from gradcam_tf.model.calls import Call, Recording
from gradcam_tf.model.taps import Site, called, with_activation

__all__ = ["LogitsSite", "find_logits"]

NO_CHANGE_OF_VALUES = ("Reshape", "Flatten", "Identity", "Dropout", "Permute", "Cast", "Squeeze", "ExpandDims")


@dataclass(frozen=True, slots=True)
class LogitsSite:
    """The call that applies the last activation.

    Attributes:
        key: path and index of the call.
        activation: ``"softmax"`` or ``"sigmoid"``.
        fused: whether the layer computes more than the activation (a Dense with ``activation="softmax"``).
        tail: keys of the calls behind it that only reshape or cast; the logits go through them too.
    """

    key: tuple[str, int]
    activation: str
    fused: bool
    tail: tuple[tuple[str, int], ...]

    def read(self, site: Site, rule: Callable[..., Any]) -> Any:
        """The tensor before the activation, given the site of the call and how calls run."""
        if not self.fused:
            return (*site.args, *site.kwargs.values())[0]
        bare = with_activation(site, keras.activations.linear)
        return rule(bare, lambda instead=bare: called(instead))


def find_logits(recording: Recording, output: Any) -> LogitsSite | None:
    """The call that turns logits into ``output``; None if it is no softmax or sigmoid, or not made by a layer."""
    tail: list[tuple[str, int]] = []
    call = recording.maker(output)
    while call is not None and call.order > 0:
        activation, fused = _activation(call.operation)
        if activation is not None:
            return LogitsSite(call.key, activation, fused, tuple(reversed(tail)))
        if not _keeps_values(call) or not call.inputs:
            return None
        tail.append(call.key)
        call = recording.maker(call.inputs[0])
    return None


def _keeps_values(call: Call) -> bool:
    linear = getattr(call.operation, "activation", None) is keras.activations.linear
    return any(word in call.info.kind for word in NO_CHANGE_OF_VALUES) or (call.info.kind == "Activation" and linear)


def _activation(operation: Any) -> tuple[str | None, bool]:
    """The operation's softmax or sigmoid, by name, and whether it computes more than that."""
    kind = type(operation).__name__
    if kind in ("Softmax", "Sigmoid"):
        return kind.lower(), False
    function = getattr(operation, "activation", None)
    for name in ("softmax", "sigmoid"):
        if function is getattr(keras.activations, name):
            return name, kind != "Activation"
    return None, False
