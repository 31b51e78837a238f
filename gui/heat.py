"""Heat as Qt draws it: 8-bit steps and a table of 256 colours, so that another look costs a table and no pixels."""

from __future__ import annotations

import functools

import numpy as np
from PySide6.QtGui import QImage

from gradcam_tf.maps import resize
from gradcam_tf.render import DIVERGING, ZERO, blend, steps

from .records import Look

__all__ = ["COLORMAPS", "DIVERGING", "ZERO", "colours", "indexed", "sample"]

COLORMAPS = ("inferno", "magma", "viridis", "turbo", "jet", "gray")
SIDE = 1024
"""Values are upsampled to this many places along the longer side before they are coloured; beyond it the steps between
neighbours are too small to be seen, and Qt may blend the colours."""


def indexed(values: np.ndarray, aspect: float, signed: bool = False) -> QImage:
    """The values upsampled, each as one of 256 steps.

    Args:
        values: float (height, width) in [0, 1], or in [-1, 1] if ``signed``.
        aspect: width ÷ height of the part of the photo they lie on.
        signed: whether 0 is in the middle of the steps.

    Returns:
        An 8-bit indexed image without a colour table.
    """
    finite = np.nan_to_num(values.astype(np.float32), nan=0, posinf=1, neginf=-1)
    fine = resize(finite[None], _size(values.shape, aspect))[0]
    levels = np.ascontiguousarray(steps(fine, signed))
    height, width = levels.shape
    # The copy: a QImage made from memory does not keep that memory alive.
    return QImage(levels.data, width, height, width, QImage.Format.Format_Indexed8).copy()


def _size(shape: tuple[int, ...], aspect: float) -> tuple[int, int]:
    wanted = (SIDE / max(aspect, 1), SIDE * min(aspect, 1))
    return max(shape[0], round(wanted[0]), 1), max(shape[1], round(wanted[1]), 1)


@functools.lru_cache(maxsize=64)
def colours(look: Look) -> tuple[int, ...]:
    """One ARGB number for each step: the same colours and opacity as in exported files."""
    rgb, alpha = blend(look.drawn)
    red, green, blue = rgb.astype(np.uint32).T
    argb = (alpha.astype(np.uint32) << 24) | (red << 16) | (green << 8) | blue
    return tuple(int(number) for number in argb)


def sample(values: np.ndarray, x: float, y: float) -> float:
    """The value at a point, linear between the centres of the places.

    Args:
        values: float (height, width).
        x: 0 at the left edge, 1 at the right.
        y: 0 at the top edge, 1 at the bottom.
    """
    height, width = values.shape
    column, row = np.clip(x * width - 0.5, 0, width - 1), np.clip(y * height - 0.5, 0, height - 1)
    left, top = int(column), int(row)
    right, bottom = min(left + 1, width - 1), min(top + 1, height - 1)
    across, down = column - left, row - top
    upper = values[top, left] * (1 - across) + values[top, right] * across
    lower = values[bottom, left] * (1 - across) + values[bottom, right] * across
    return float(upper * (1 - down) + lower * down)
