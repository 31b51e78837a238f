"""Masks over a model's input, as tensors: a layer's maps brought to the input's size, an image blurred to put behind.

Everything here is a small matrix along each axis, so it does for signals, pictures and volumes alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcam_tf.errors import MethodError
from gradcam_tf.lazy import tf
from gradcam_tf.maps import resampling

if TYPE_CHECKING:
    from tensorflow import Tensor

__all__ = ["along", "blurred", "extremes", "resized", "stretched"]


def resized(maps: Tensor, size: Sequence[int]) -> Tensor:
    """The same numbers as :func:`gradcam_tf.maps.resize`. Maps of fewer axes than the size lie on its last ones.

    Args:
        maps: float32 (M, *grid).
        size: of the model's input.

    Returns:
        float32 (M, *size); with an extent of 1 along the axes the maps do not have.

    Raises:
        MethodError: if the maps have more axes than the size.

    Example:
        >>> resized(np.array([[0.0, 1.0]], "float32"), (4,)).numpy().tolist()
        [[0.0, 0.25, 0.75, 1.0]]
    """
    grid = maps.shape[1:]
    missing = len(size) - len(grid)
    if missing < 0:
        raise MethodError(
            f"the layer's map has {len(grid)} axes, the model's input {len(size)}: it cannot be laid on it as a mask",
            remedy="Choose a method that runs only the head, such as ablationcam or gradcam, or another layer.",
        )
    for axis, (extent, new) in enumerate(zip(grid, size[missing:], strict=True), start=1):
        maps = along(axis, maps, resampling(extent, new, 0.0, float(extent)))
    return tf.reshape(maps, [maps.shape[0], *[1] * missing, *maps.shape[1:]])


def stretched(maps: Tensor, like: Tensor | None = None) -> Tensor:
    """Each map from its minimum to its maximum as 0 to 1; 0 where it is the same everywhere.

    Args:
        maps: float32 (M, *size).
        like: maps (M, …) whose minima and maxima become 0 and 1 instead.
    """
    low, high = extremes(maps if like is None else like)
    return (maps - low) / tf.where(tf.equal(high, low), 1.0, high - low)


def blurred(images: Tensor, sigma: float) -> Tensor:
    """Under a Gaussian cut off at σ/2, nearly a running mean; beyond the edge the image is mirrored.

    Args:
        images: float32 (N, *size, channels).
        sigma: σ, as a share of each axis's extent.

    Returns:
        float32 (N, *size, channels).
    """
    for axis, extent in enumerate(images.shape[1:-1], start=1):
        images = along(axis, images, _gaussian(extent, sigma * extent))
    return images


def along(axis: int, tensor: Tensor, matrix: Any) -> Tensor:
    """The matrix (new, extent), or one for each of the M, (M, new, extent), times the tensor (M, …) along an axis."""
    shape, each = list(tensor.shape), matrix.shape[:-2]
    rows = [*each, prod(shape[len(each) : axis]), shape[axis]]
    if axis == len(shape) - 1:
        made = tf.matmul(tf.reshape(tensor, rows), matrix, transpose_b=True)
    else:
        made = tf.matmul(matrix[..., None, :, :], tf.reshape(tensor, [*rows, prod(shape[axis + 1 :])]))
    return tf.reshape(made, [*shape[:axis], matrix.shape[-2], *shape[axis + 1 :]])


def extremes(maps: Tensor) -> tuple[Tensor, Tensor]:
    """Each map's minimum and maximum, (M, 1…)."""
    axes = list(range(1, len(maps.shape)))
    return tf.reduce_min(maps, axis=axes, keepdims=True), tf.reduce_max(maps, axis=axes, keepdims=True)


def _gaussian(extent: int, sigma: float) -> np.ndarray:
    """float32 (extent, extent): each row the kernel around one cell, folded back at the edges, summing to 1."""
    radius = min(max(round(sigma / 2), 1), extent - 1)
    mirror = _mirror(extent)
    weights = np.zeros((extent, extent))
    for cell in range(extent):
        for step in range(-radius, radius + 1):
            weights[cell, mirror(cell + step)] += exp(-((step / sigma) ** 2) / 2)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def _mirror(extent: int) -> Callable[[int], int]:
    """Where a place up to an extent beyond the edge is found: mirrored at the centre of the outermost cell."""
    return lambda place: extent - 1 - abs(extent - 1 - abs(place))
