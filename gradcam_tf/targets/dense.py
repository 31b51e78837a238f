"""Targets of an output with places: segmentation over a set of pixels, a region or a box, and anchors in a box.

All of them are Seg-Grad-CAM's score, s_n = sum_{p in M_n} y[n, p, c_n], the sum of one class's scores over a set M of
places (Vinogradova, Dibrov & Myers, Towards Interpretable Semantic Segmentation via Gradient-weighted Class Activation
Mapping, 2020, arXiv:2002.11434). They differ in M. M is constant for the gradient.
"""

from __future__ import annotations

import abc
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gradcam_tf.errors import TargetError
from gradcam_tf.lazy import tf
from gradcam_tf.targets.arguments import Shape, check_index, check_rows, rows, wrong_shape
from gradcam_tf.targets.target import Name, Scale, Target, class_number

if TYPE_CHECKING:
    from tensorflow import Tensor

__all__ = ["AnchorsInBox", "Box", "DominantClass", "Pixels", "PredictedPixels"]

Activation = Literal["softmax", "sigmoid"]
SLIVER = 1e-4
"""A cell counts as overlapping a box if more than this part of its side does: rounding must not add a row."""
LEAST_OVERLAP = 1e-9
"""And an anchor if its intersection over union with the box is above this."""


class _Dense(Target):
    """s_n = sum_{p in M_n} y[n, p, c_n]; a subclass says which class and which places."""

    places = "pixels"

    @abc.abstractmethod
    def chosen(self, outputs: Tensor, *arguments: Tensor) -> tuple[Tensor, Tensor]:
        """The class c, int32 (N,), and whether a place is in M, bool (N, *grid)."""

    def score(self, outputs: Tensor, *arguments: Tensor) -> Tensor:
        outputs = tf.convert_to_tensor(outputs)
        index, inside = self.chosen(outputs, *arguments)
        scores = tf.gather(outputs, index, axis=-1, batch_dims=1)
        return tf.reduce_sum(tf.where(inside, scores, 0.0), axis=_grid(outputs))

    def settled(self, outputs: Tensor, *arguments: Tensor) -> tuple[Target, tuple[Any, ...]]:
        return _Settled(self.space), self.chosen(tf.convert_to_tensor(outputs), *arguments)

    def classes(self, outputs: np.ndarray, *arguments: np.ndarray) -> tuple[int | None, ...]:
        return tuple(np.asarray(self.chosen(tf.convert_to_tensor(outputs), *arguments)[0]).tolist())

    def describe(
        self, outputs: np.ndarray, *arguments: np.ndarray, name: Name = class_number
    ) -> tuple[str | None, ...]:
        index, inside = (np.asarray(one) for one in self.chosen(tf.convert_to_tensor(outputs), *arguments))
        return tuple(
            self.phrase(name(int(c)), f"({m.sum():,} of {m.size:,})", y)
            for c, m, y in zip(index, inside, outputs, strict=True)
        )

    def phrase(self, label: str, share: str, outputs: np.ndarray) -> str:
        """In words, given the class's name, such as "(12 of 196)", and the image's outputs."""
        return f"{label} over the {self.places} {share}"


def _grid(outputs: Tensor) -> list[int]:
    return list(range(1, outputs.shape.rank - 1))


def _check_places(shape: Shape, where: str) -> None:
    if len(shape) < 3:
        wanted = "not classes at places; wanted (N, …, classes)"
        raise wrong_shape(shape, wanted, where=where, remedy="For one row of classes per image give ClassScore.")


class _Given(_Dense):
    """Places that are given as one mask per image, bool (N, *grid)."""

    parameters = 2

    @property
    def key(self) -> Hashable:
        return _Given, self.space

    def chosen(self, outputs: Tensor, *arguments: Tensor) -> tuple[Tensor, Tensor]:
        index, inside = arguments
        return index, inside


@dataclass(frozen=True)
class _Settled(_Given):
    """A class and places that were chosen by an output."""

    space: Scale
    kind = "segment"


@dataclass(frozen=True, eq=False)
class Pixels(_Given):
    """A class over a given set of places: s_n = sum of y[n, p, c_n] over the p where mask[n, p].

    Args:
        index: the class, or one class per image.
        mask: bool, the output's grid (height, width), or one per image, (N, height, width).
        space: ``"logit"`` or ``"probability"``.
        axes: how many axes the grid has: 2 for images, 1 for signals, 3 for volumes.

    Raises:
        TargetError: by ``check``, if the mask does not fit the output's grid, or is empty; or there is no such class.

    Example:
        >>> target = Pixels(1, [[True, False], [False, True]])
        >>> outputs = np.arange(8, dtype="float32").reshape(1, 2, 2, 2)
        >>> target.score(outputs, *target.arguments(1)).numpy().tolist()
        [8.0]
        >>> target.describe(outputs, *target.arguments(1))
        ('class 1 over the given pixels (2 of 4)',)
    """

    index: int | Sequence[int]
    mask: Any
    space: Scale = "logit"
    axes: int = 2
    kind = "segment"
    places = "given pixels"

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        return rows(self.index, images, np.int32), rows(self.mask, images, bool, np.shape(self.mask)[-self.axes :])

    def check(self, shape: Shape, images: int) -> None:
        where, mask = f"segment of class {self.index}", np.asarray(self.mask)
        _check_places(shape, where)
        if len(shape) != self.axes + 2:
            remedy = f"Say axes={len(shape) - 2}, and give a mask of so many axes."
            raise wrong_shape(shape, f"not classes on a grid of {self.axes} axes", where=where, remedy=remedy)
        check_index(self.index, shape[-1], images)
        check_rows(mask, images, self.axes)
        grid, given = shape[1:-1], mask.shape[-self.axes :]
        fits = all(size in (None, one) for size, one in zip(grid, given, strict=False))
        if mask.ndim not in (self.axes, self.axes + 1) or not fits:
            raise TargetError(
                f"the mask has shape {mask.shape}, the output's grid is {grid}",
                where=where,
                remedy="Give a mask as large as the output's grid, or one for each image.",
            )
        if mask.dtype != bool and not np.isin(mask, (0, 1)).all():
            raise TargetError("the mask holds other values than 0 and 1", where=where, remedy="Say mask > threshold.")
        if not mask.reshape(-1, *given).any(axis=tuple(range(1, self.axes + 1))).all():
            raise TargetError(f"the mask holds none of the {self.places}", where=where)


@dataclass(frozen=True)
class PredictedPixels(_Dense):
    """A class over the places predicted as that class: M_n = {p : argmax_k y[n, p, k] = c_n}.

    Of a sigmoid output, and always of one with a single channel, M_n = {p : sigmoid(y[n, p, c_n]) > 0.5}. If there is
    no such place the score is 0, and so is the map.

    Args:
        index: the class, or one class per image.
        activation: ``"softmax"`` if the classes exclude each other, ``"sigmoid"`` if they do not.
        space: ``"logit"`` or ``"probability"``.

    Raises:
        TargetError: by ``check``, if the output has no such class, or no places.

    Example:
        >>> target, outputs = PredictedPixels(1), np.array([[[[0.0, 3], [5, 2]]]], "float32")
        >>> target.score(outputs, *target.arguments(1)).numpy().tolist()
        [3.0]
        >>> target.describe(outputs, *target.arguments(1))
        ('pixels predicted as class 1 (1 of 2)',)
    """

    index: int | Sequence[int]
    activation: Activation = "softmax"
    space: Scale = "logit"
    kind = "segment"
    parameters = 1

    @property
    def key(self) -> Hashable:
        return type(self), self.space, self.activation

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        return (rows(self.index, images, np.int32),)

    def check(self, shape: Shape, images: int) -> None:
        _check_places(shape, f"segment of class {self.index}")
        check_index(self.index, shape[-1], images)

    def chosen(self, outputs: Tensor, *arguments: Tensor) -> tuple[Tensor, Tensor]:
        return arguments[0], _predicted(outputs, arguments[0], self.activation, self.space)

    def phrase(self, label: str, share: str, outputs: np.ndarray) -> str:
        return f"{self.places} predicted as {label} {share}"


@dataclass(frozen=True)
class DominantClass(_Dense):
    """Each image's class of the most places, over these places: :class:`PredictedPixels` of argmax_k |M_n(k)|.

    Of a sigmoid output without any place above 0.5: the class of the highest score, over all places.

    Args:
        activation: as for :class:`PredictedPixels`.
        space: ``"logit"`` or ``"probability"``.

    Raises:
        TargetError: by ``check``, if the output has no places.

    Example:
        >>> target, outputs = DominantClass(), np.array([[[[0.0, 3], [5, 2], [1, 9]]]], "float32")
        >>> target.score(outputs, *target.arguments(1)).numpy().tolist()
        [12.0]
        >>> target.describe(outputs, *target.arguments(1))
        ('pixels predicted as class 1, the most frequent (2 of 3)',)
    """

    activation: Activation = "softmax"
    space: Scale = "logit"
    kind = "dominant class"

    @property
    def key(self) -> Hashable:
        return type(self), self.space, self.activation

    def check(self, shape: Shape, images: int) -> None:
        _check_places(shape, "dominant class")

    def chosen(self, outputs: Tensor, *arguments: Tensor) -> tuple[Tensor, Tensor]:
        counts, grid = _counts(outputs, self.activation, self.space), _grid(outputs)
        none = tf.reduce_max(counts, axis=1) == 0
        highest = tf.argmax(tf.reduce_max(outputs, axis=grid), axis=1, output_type=tf.int32)
        index = tf.where(none, highest, tf.argmax(counts, axis=1, output_type=tf.int32))
        inside = _predicted(outputs, index, self.activation, self.space)
        return index, inside | _beside(none, inside)

    def phrase(self, label: str, share: str, outputs: np.ndarray) -> str:
        if _exclusive(outputs, self.activation) or outputs.max() > _threshold(self.space):
            rest = "" if outputs.shape[-1] == 1 else ", the most frequent"
            return f"{self.places} predicted as {label}{rest} {share}"
        return f"{label} over all {self.places}, none is predicted {share}"


def _beside(per_image: Tensor, inside: Tensor) -> Tensor:
    """One number per image with as many axes as ``inside``."""
    return tf.reshape(per_image, [-1, *[1] * (inside.shape.rank - 1)])


def _threshold(space: Scale) -> float:
    return 0.0 if space == "logit" else 0.5


def _exclusive(outputs: Tensor, activation: Activation) -> bool:
    return activation == "softmax" and outputs.shape[-1] != 1


def _predicted(outputs: Tensor, index: Tensor, activation: Activation, space: Scale) -> Tensor:
    """Whether a place is predicted as the class: bool (N, *grid)."""
    if _exclusive(outputs, activation):
        winners = tf.argmax(outputs, axis=-1, output_type=tf.int32)
        return tf.equal(winners, _beside(index, winners))
    return tf.gather(outputs, index, axis=-1, batch_dims=1) > _threshold(space)


def _counts(outputs: Tensor, activation: Activation, space: Scale) -> Tensor:
    """At how many places each class is predicted: float32 (N, classes), exact up to 16 million places."""
    if _exclusive(outputs, activation):
        winners = tf.argmax(outputs, axis=-1, output_type=tf.int32)
        # Not tf.math.bincount: on a GPU it refuses to be deterministic.
        return tf.reduce_sum(tf.one_hot(winners, tf.shape(outputs)[-1]), axis=_grid(outputs))
    return tf.reduce_sum(tf.cast(outputs > _threshold(space), tf.float32), axis=_grid(outputs))


@dataclass(frozen=True, eq=False)
class Box(_Dense):
    """A class in a box: s_n = sum of y[n, i, j, c_n] over the cells (i, j) that overlap the box.

    For a detector's grid, and for a rectangular region of a segmentation. Cell (i, j) of h × w covers the part from
    (j / w, i / h) to ((j + 1) / w, (i + 1) / h) of the image.

    Args:
        index: the class, or one class per image.
        box: left, top, right, bottom as parts of the image's width and height, 0 to 1; or one such per image.
        space: ``"logit"`` or ``"probability"``.

    Raises:
        TargetError: by ``check``, if the box is empty or not within 0 to 1, or the output is not (N, h, w, classes),
            or has no such class.

    Example:
        >>> target, outputs = Box(0, (0.5, 0, 1, 1)), np.arange(4, dtype="float32").reshape(1, 2, 2, 1)
        >>> target.score(outputs, *target.arguments(1)).numpy().tolist()
        [4.0]
        >>> target.describe(outputs, *target.arguments(1))
        ('class 0 over the cells in the box (2 of 4)',)
    """

    index: int | Sequence[int]
    box: Any
    space: Scale = "logit"
    kind = "box"
    places = "cells in the box"
    parameters = 2

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        return rows(self.index, images, np.int32), rows(self.box, images, np.float32, (4,))

    def check(self, shape: Shape, images: int) -> None:
        remedy = "For a list of anchors give AnchorsInBox, for other places Pixels."
        if len(shape) != 4:
            raise wrong_shape(shape, "not a grid; wanted (N, height, width, classes)", where="box", remedy=remedy)
        check_index(self.index, shape[-1], images)
        _check_box(self.box, images)

    def chosen(self, outputs: Tensor, *arguments: Tensor) -> tuple[Tensor, Tensor]:
        index, box = arguments
        left, top, right, bottom = tf.unstack(tf.cast(box, tf.float32), num=4, axis=1)
        height, width = tf.shape(outputs)[1], tf.shape(outputs)[2]
        return index, _between(top, bottom, height)[:, :, None] & _between(left, right, width)[:, None, :]


def _between(start: Tensor, stop: Tensor, cells: Tensor) -> Tensor:
    """Which of the cells along an axis overlap the part from start to stop: bool (N, cells)."""
    size, place = tf.cast(cells, tf.float32), tf.range(cells, dtype=tf.float32)
    return (place < (stop * size)[:, None] - SLIVER) & (place + 1 > (start * size)[:, None] + SLIVER)


def _check_box(box: Any, images: int) -> None:
    check_rows(box, images, axes=1)
    boxes = np.asarray(box, np.float64)
    if boxes.ndim not in (1, 2) or boxes.shape[-1] != 4:
        raise TargetError(
            f"has shape {boxes.shape}", where="box", remedy="Give (left, top, right, bottom), or one such per image."
        )
    for left, top, right, bottom in np.atleast_2d(boxes):
        if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
            raise TargetError(
                "is empty or not within 0 to 1",
                where=f"box ({left:g}, {top:g}, {right:g}, {bottom:g})",
                remedy="Give left < right and top < bottom; divide pixels by the image's width and height.",
            )


@dataclass(frozen=True, eq=False)
class AnchorsInBox(_Given):
    """A class at the anchors in a box: s_n = sum of y[n, b, c_n] over the anchors b that overlap the box.

    Args:
        index: the class, or one class per image.
        box: left, top, right, bottom as parts of the image's width and height, 0 to 1; or one such per image.
        anchors: the model's anchor boxes, (boxes, 4), in the same order and units.
        iou: only anchors whose intersection over union with the box is above this; 0: all that overlap.
        space: ``"logit"`` or ``"probability"``.

    Raises:
        TargetError: by ``check``, if the box is empty or not within 0 to 1, no anchor overlaps it, the output is not
            (N, boxes, classes) with these boxes, or has no such class.

    Example:
        >>> target = AnchorsInBox(1, (0, 0, 0.5, 1), [[0, 0, 0.4, 0.4], [0.6, 0, 1, 1]])
        >>> outputs = np.array([[[0.0, 3], [0, 5]]], "float32")
        >>> target.score(outputs, *target.arguments(1)).numpy().tolist()
        [3.0]
    """

    index: int | Sequence[int]
    box: Any
    anchors: Any
    iou: float = 0.0
    space: Scale = "logit"
    kind = "box"
    places = "anchors in the box"

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        overlaps = _overlaps(np.asarray(self.box, np.float64), np.asarray(self.anchors, np.float64))
        inside = overlaps > max(self.iou, LEAST_OVERLAP)
        return rows(self.index, images, np.int32), rows(inside, images, bool, inside.shape[-1:])

    def check(self, shape: Shape, images: int) -> None:
        if len(shape) != 3:
            remedy = "For a grid of cells give Box."
            raise wrong_shape(shape, "not a list of boxes; wanted (N, boxes, classes)", where="box", remedy=remedy)
        check_index(self.index, shape[-1], images)
        _check_box(self.box, images)
        given = np.shape(self.anchors)
        if len(given) != 2 or given[1] != 4 or shape[1] not in (None, given[0]):
            raise TargetError(
                f"the anchors have shape {given}, the output {shape}",
                where="anchors",
                remedy="Give (left, top, right, bottom) of each of the output's boxes, in its order.",
            )
        if not self.arguments(images)[1].any(axis=1).all():
            raise TargetError(f"no anchor overlaps it by more than {self.iou:g}", where="box", remedy="Lower iou.")


def _overlaps(box: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """Intersection over union of a box (4,), or of one per image (N, 4), with each anchor: (boxes,) or (N, boxes)."""
    box = box[..., None, :]
    sides = np.minimum(box[..., 2:], anchors[:, 2:]) - np.maximum(box[..., :2], anchors[:, :2])
    shared = np.clip(sides, 0, None).prod(axis=-1)
    areas = [(one[..., 2:] - one[..., :2]).prod(axis=-1) for one in (box, anchors)]
    return shared / np.maximum(areas[0] + areas[1] - shared, np.finfo(np.float64).tiny)
