"""The numbers that targets take besides the model's output: one row per image, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcam_tf.errors import TargetError

__all__ = ["Shape", "check_index", "check_rows", "row_length", "rows", "wrong_shape"]

OTHER_SIDE = (
    'Negate its target for the other side: -target in Python, --method "counterfactual(gradcam)" on the command line.'
)
Shape = tuple[int | None, ...]
"""A model output's shape, batch included; None where it is not fixed."""


def rows(value: Any, images: int, dtype: Any, shape: Sequence[int] = ()) -> np.ndarray:
    """A value given once for all images, or once for each, as one row per image: dtype (images, *shape)."""
    return np.broadcast_to(np.asarray(value, dtype), (images, *shape))


def check_rows(value: Any, images: int, axes: int = 0) -> None:
    """Raise a TargetError if a value of so many axes was given for each image, but for another number of images."""
    if np.ndim(value) == axes + 1 and len(value) != images:
        raise TargetError(f"{len(value)} targets were given for {images} images", remedy="Give one, or one each.")


def wrong_shape(shape: Shape, wanted: str, *, where: str, remedy: str) -> TargetError:
    """The error for an output of another shape than the target can work on."""
    return TargetError(f"the output has shape {shape}, {wanted}", where=where, remedy=remedy)


def row_length(shape: Shape, where: str) -> int | None:
    """How many numbers the output has per image, None if not fixed; a TargetError if it is no row of numbers."""
    if len(shape) > 2:
        remedy = "For an output with places give PredictedPixels, Pixels, Box or Neuron, or a function of the output."
        raise wrong_shape(shape, "not one number per class; wanted (N, classes)", where=where, remedy=remedy)
    return shape[1] if len(shape) == 2 else 1


def check_index(index: Any, size: int | None, images: int, what: str = "class") -> None:
    """Raise a TargetError if an index, or one of one per image, is not a whole number from 0 to ``size`` - 1."""
    check_rows(index, images)
    if np.ndim(index) > 1 or not np.issubdtype(np.asarray(index).dtype, np.integer):
        raise TargetError("is no whole number, nor a list of one per image", where=f"{what} {index!r}")
    for one in np.atleast_1d(index):
        if one < 0 or (size is not None and one >= size):
            raise _out_of_range(int(one), size, what)


def _out_of_range(index: int, size: int | None, what: str) -> TargetError:
    where = f"{what} {index}"
    if size == 1:
        remedy = OTHER_SIDE if what == "class" else None
        return TargetError(f"the model has one {what}, number 0", where=where, remedy=remedy)
    plural = "classes" if what == "class" else f"{what}s"
    if size is None:
        return TargetError(f"{plural} count from 0", where=where)
    return TargetError(f"the model has {size} {plural}, counted from 0 to {size - 1}", where=where)
