"""Grad-CAM the slow way, to check the engine by: wrap one layer object's call, watch what it returns, run eagerly."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf


def layer_at(model: keras.Model, path: str) -> Any:
    """The layer or operation of a path, found by its name among its parent's."""
    found: Any = model
    for name in path.split("/"):
        children = [*getattr(found, "operations", []), *found._flatten_layers(include_self=False, recursive=False)]
        found = next(child for child in children if child.name == name)
    return found


def slow_gradcam(
    model: keras.Model,
    inputs: Any,
    name: str,
    score: Callable[[Any], Any],
    grid: Sequence[int],
    output: int = 0,
) -> np.ndarray:
    """The map sum_k w_k A_k with w_k the mean over places of d score / d A_k.

    Args:
        model: the model.
        inputs: a batch.
        name: path of a layer, ``:`` call index, ``#`` place or key of a tensor.
        score: of the model's output.
        grid: of the map.
        output: which of the model's outputs.
    """
    path, call, tensor = re.fullmatch(r"([^:#]+)(?::(\d+))?(?:#(.+))?", name).groups()
    layer, plain = layer_at(model, path), None
    attribute = "quantized_call" if getattr(layer, "quantization_mode", None) else "call"
    plain = getattr(layer, attribute)
    seen: list[Any] = []

    def watched(*args: Any, **kwargs: Any) -> Any:
        result = plain(*args, **kwargs)
        chosen = result if tensor is None else result[int(tensor) if tensor.isdigit() else tensor]
        tape.watch(chosen)
        seen.append(chosen)
        return result

    object.__setattr__(layer, attribute, watched)
    try:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            outputs = keras.tree.flatten(model(inputs, training=False))[output]
            scores = score(tf.cast(outputs, tf.float32))
    finally:
        object.__delattr__(layer, attribute)
    activations = seen[int(call or 0)]
    gradients = tape.gradient(scores, activations)
    a, g = (_places(np.asarray(tf.cast(t, tf.float32)), grid) for t in (activations, gradients))
    weights = g.mean(axis=tuple(range(1, a.ndim - 1)), keepdims=True)
    return (weights * a).sum(-1)


def _places(values: np.ndarray, grid: Sequence[int]) -> np.ndarray:
    """(N, *grid, channels) from whatever order the layer has."""
    if values.ndim == 3 and len(grid) == 2:
        return values[:, -int(np.prod(grid)) :].reshape(len(values), *grid, -1)
    if values.shape[1:-1] == tuple(grid):
        return values
    assert values.shape[2:] == tuple(grid), (values.shape, grid)
    return np.moveaxis(values, 1, -1)
