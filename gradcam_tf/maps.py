"""The one place where a map is post-processed: ReLU, resize, scale, status."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np

from gradcam_tf.records import Status

__all__ = ["FUSIONS", "fuse", "heatmap", "peaks", "relu", "resampling", "resize", "scale", "scale_signed", "status"]

MOST_KEPT = 2**16
"""Numbers in a resampling matrix that is kept for the next map of the same size."""


def heatmap(raw: np.ndarray, size: Sequence[int], peak: float = 100) -> np.ndarray:
    """ReLU, resized to the input, scaled.

    Args:
        raw: signed maps, float (N, *grid).
        size: of the input. A map of fewer axes lies on its last ones; one of more, or of none, stays as large.
        peak: as for :func:`scale`.

    Returns:
        float32 (N, *size) in [0, 1]; 0 everywhere where a map is not finite.
    """
    finite = np.array([one != "nonfinite" for one in status(raw)]).reshape(-1, *[1] * (raw.ndim - 1))
    positive = relu(np.where(finite, raw, 0))
    axes = raw.ndim - 1
    return scale(resize(positive, size[-axes:]) if len(size) >= axes and all(size) else positive, peak)


def relu(maps: np.ndarray) -> np.ndarray:
    """The positive part: what speaks for the target.

    Args:
        maps: float (N, *grid).

    Returns:
        float (N, *grid), with NaN kept.
    """
    return np.maximum(maps, 0)


def scale(maps: np.ndarray, peak: float = 100) -> np.ndarray:
    """Each map divided by its own largest value, so that it lies in [0, 1].

    Args:
        maps: non-negative float (N, *grid).
        peak: the percentile of a map's values that becomes 1, with all above it; 100 is the largest value.

    Returns:
        float32 (N, *grid). A map without a positive value, or with a NaN or infinity, is 0 everywhere: it has no
        scale.
    """
    tops = peaks(maps, peak).reshape(-1, *[1] * (maps.ndim - 1))
    drawable = np.isfinite(tops) & (tops > 0)
    scaled = maps / np.where(drawable, tops, 1)
    return np.where(drawable, scaled if peak == 100 else np.minimum(scaled, 1), 0).astype(np.float32)


def peaks(maps: np.ndarray, peak: float = 100) -> np.ndarray:
    """What becomes 1 of each map when it is scaled: float (N,).

    Args:
        maps: non-negative float (N, *grid).
        peak: a percentile of each map's values; where that is 0, the largest value counts.
    """
    places = tuple(range(1, maps.ndim))
    largest = maps.max(axis=places, initial=0)
    if peak == 100:
        return largest
    # Of a map with a NaN or infinity only the largest value tells.
    with np.errstate(invalid="ignore"):
        chosen = np.percentile(maps, peak, axis=places)
    return np.where(np.isfinite(largest) & (chosen > 0), chosen, largest)


def scale_signed(maps: np.ndarray, peak: float = 100) -> np.ndarray:
    """Each map divided by its own largest absolute value, so that it lies in [-1, 1] and 0 stays 0.

    Args:
        maps: float (N, *grid).
        peak: the percentile of a map's absolute values that becomes 1, with all above it; 100 is the largest.

    Returns:
        float32 (N, *grid). A map of zeros, or with a NaN or infinity, is 0 everywhere.
    """
    tops = peaks(np.abs(maps), peak).reshape(-1, *[1] * (maps.ndim - 1))
    drawable = np.isfinite(tops) & (tops > 0)
    return np.where(drawable, np.clip(maps / np.where(drawable, tops, 1), -1, 1), 0).astype(np.float32)


def status(maps: np.ndarray) -> tuple[Status, ...]:
    """What can be drawn of each signed map.

    Args:
        maps: float (N, *grid), before ReLU.

    Returns:
        One word per image: ``"ok"``, ``"negative"`` (nothing is positive), ``"zero"``, ``"nonfinite"``.
    """
    return tuple(_status(one) for one in maps)


def _status(one: np.ndarray) -> Status:
    highest, lowest = float(one.max()), float(one.min())
    if not (np.isfinite(highest) and np.isfinite(lowest)):
        return "nonfinite"
    if highest > 0:
        return "ok"
    return "negative" if lowest < 0 else "zero"


def resize(maps: np.ndarray, size: Sequence[int], boxes: Sequence[tuple[float, float]] | None = None) -> np.ndarray:
    """Resample maps linearly along each axis, half-pixel centres, antialiased when it shrinks.

    The same convention as ``PIL.Image.resize(size, BILINEAR, box)``, for any number of axes.

    Args:
        maps: float (N, *grid); a NaN spreads over its whole map.
        size: the new grid.
        boxes: for each axis the (start, stop) of the part to resample, in cells of the old grid; default: all.

    Returns:
        float (N, *size).
    """
    grid = maps.shape[1:]
    if len(size) != len(grid):
        raise ValueError(f"size {tuple(size)} has {len(size)} axes, the maps' grid {grid} has {len(grid)}")
    boxes = boxes or [(0.0, float(extent)) for extent in grid]
    # The last axis first: numbers that lie apart in memory are the dearest to gather, and are the fewest now.
    for axis in reversed(range(1, maps.ndim)):
        extent, new, box = grid[axis - 1], size[axis - 1], boxes[axis - 1]
        enlarges = box[1] - box[0] <= new and np.isfinite(maps).all()
        maps = (_between if enlarges else _filtered)(maps, axis, extent, int(new), *box)
    return maps


def _between(maps: np.ndarray, axis: int, extent: int, new: int, start: float, stop: float) -> np.ndarray:
    """Each new cell from its two neighbours: all that the triangle filter sees where nothing shrinks."""
    centres = start + (np.arange(new) + 0.5) * ((stop - start) / new) - 0.5
    before = np.floor(centres).astype(int)
    share = (centres - before).astype(maps.dtype).reshape(-1, *[1] * (maps.ndim - 1 - axis))
    first = maps.take(before.clip(0, extent - 1), axis)
    second = maps.take((before + 1).clip(0, extent - 1), axis)
    second -= first
    second *= share
    second += first
    return second


def _filtered(maps: np.ndarray, axis: int, extent: int, new: int, start: float, stop: float) -> np.ndarray:
    weights = resampling(extent, new, start, stop).astype(maps.dtype, copy=False)
    return np.moveaxis(np.matmul(np.moveaxis(maps, axis, -1), weights.T), -1, axis)


def resampling(extent: int, new: int, start: float, stop: float) -> np.ndarray:
    """float32 (new, extent): each row the triangle filter around one new cell's centre, summing to 1."""
    # Photos come in any size: only the small matrices, from a layer's grid to a model's input, are worth keeping.
    return (_kept_filter if extent * new <= MOST_KEPT else _filter)(extent, new, start, stop)


def _filter(extent: int, new: int, start: float, stop: float) -> np.ndarray:
    ratio = (stop - start) / new
    support = max(ratio, 1.0)
    centres = start + (np.arange(new) + 0.5) * ratio
    distances = np.abs(np.arange(extent)[None, :] + 0.5 - centres[:, None]) / support
    weights = np.clip(1 - distances, 0, None)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


_kept_filter = functools.lru_cache(maxsize=64)(_filter)


FUSIONS: dict[str, Callable[..., np.ndarray]] = {"mean": np.mean, "product": np.prod, "max": np.max}


def fuse(heatmaps: Sequence[np.ndarray], how: str = "mean") -> np.ndarray:
    """Several heatmaps of the same images in one, such as those of several layers.

    Args:
        heatmaps: K arrays in [0, 1], float (N, *size) each, all of one shape.
        how: place by place their ``"mean"``, their ``"product"`` (hot only where all are) or their ``"max"``.

    Returns:
        float32 (N, *size), each map scaled by its own maximum again.

    Raises:
        ValueError: if the shapes differ, or there is no such fusion.

    Example:
        >>> fuse([np.array([[0.0, 1.0]]), np.array([[1.0, 1.0]])], "product").tolist()
        [[0.0, 1.0]]
    """
    if how not in FUSIONS:
        raise ValueError(f"there is no fusion {how!r}; there is {', '.join(FUSIONS)}")
    shapes = {heatmap.shape for heatmap in heatmaps}
    if len(shapes) != 1:
        raise ValueError(f"heatmaps of different shapes cannot be fused: {sorted(shapes)}")
    return scale(FUSIONS[how](np.stack(heatmaps), axis=0))
