"""What is explained: a target turns a model's output into one score per image.

A target works on the output of a classifier, float32 (N, classes), in its own space: ``"logit"`` (before softmax or
sigmoid, the default, because a saturated softmax has no gradient) or ``"probability"`` (the output as it is).
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gradcam_tf.errors import TargetError
from gradcam_tf.lazy import tf

if TYPE_CHECKING:
    from tensorflow import Tensor

__all__ = ["ClassScore", "Custom", "Target", "TopClass", "as_target", "top"]

Scale = Literal["logit", "probability"]


class Target(abc.ABC):
    """What is explained.

    Attributes:
        kind: a short name.
        space: which of the model's outputs ``score`` is given.
    """

    kind: str
    space: Scale

    @property
    def key(self) -> Hashable:
        """Equal for targets that can share one compiled function: all but their :meth:`arguments`."""
        return type(self), self.space

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        """The numbers ``score`` takes besides the output, one row per image."""
        return ()

    def check(self, classes: int, images: int) -> None:  # noqa: B027 - most targets fit every classifier
        """Raise a TargetError if a model of so many classes, or this number of images, does not fit."""

    @abc.abstractmethod
    def score(self, outputs: Tensor, *arguments: Tensor) -> Tensor:
        """The score of each image.

        Args:
            outputs: float32 (N, classes).
            arguments: the tensors of :meth:`arguments`.

        Returns:
            float32 (N,).
        """

    def classes(self, outputs: np.ndarray, *arguments: np.ndarray) -> tuple[int | None, ...]:
        """The class that was explained for each image; None where it is not one class."""
        return (None,) * len(outputs)


class _OfClass(Target):
    """The score of one class, given by its number or by its rank: both share one compiled function."""

    @property
    def key(self) -> Hashable:
        return _OfClass, self.space

    def score(self, outputs: Tensor, *arguments: Tensor) -> Tensor:
        index, rank = (tf.cast(argument, tf.int32) for argument in arguments)
        ranked = tf.argsort(outputs, direction="DESCENDING", stable=True)
        by_rank = tf.gather(ranked, tf.maximum(rank - 1, 0), batch_dims=1)
        return tf.gather(outputs, tf.where(rank > 0, by_rank, index), batch_dims=1)


@dataclass(frozen=True)
class ClassScore(_OfClass):
    """The score of a class: s_n = y[n, c_n].

    Args:
        index: the class, or one class per image.
        space: ``"logit"`` or ``"probability"``.

    Example:
        >>> target = ClassScore([2, 0])
        >>> target.score(np.array([[1.0, 5, 3], [7, 0, 0]], "float32"), *target.arguments(2)).numpy().tolist()
        [3.0, 7.0]
    """

    index: int | Sequence[int]
    space: Scale = "logit"
    kind = "class"

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        index = np.broadcast_to(np.asarray(self.index, np.int32), (images,))
        return index, np.zeros(images, np.int32)

    def check(self, classes: int, images: int) -> None:
        rows = np.atleast_1d(np.asarray(self.index))
        if np.ndim(self.index) and rows.size != images:
            raise TargetError(f"{rows.size} targets were given for {images} images", remedy="Give one, or one each.")
        for index in rows:
            if not 0 <= index < classes:
                raise TargetError(
                    f"the model has {classes} classes, counted from 0 to {classes - 1}", where=f"class {index}"
                )

    def classes(self, outputs: np.ndarray, *arguments: np.ndarray) -> tuple[int | None, ...]:
        return tuple(int(index) for index in arguments[0])


@dataclass(frozen=True)
class TopClass(_OfClass):
    """The score of each image's own class of the given rank: s_n = the rank-th largest of y[n].

    Args:
        rank: 1 for the most likely class, 2 for the next.
        space: ``"logit"`` or ``"probability"``.

    Example:
        >>> target = TopClass(2)
        >>> target.score(np.array([[1.0, 5, 3]], "float32"), *target.arguments(1)).numpy().tolist()
        [3.0]
    """

    rank: int = 1
    space: Scale = "logit"
    kind = "top class"

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        return np.zeros(images, np.int32), np.full(images, self.rank, np.int32)

    def check(self, classes: int, images: int) -> None:
        if not 1 <= self.rank <= classes:
            raise TargetError(f"the model has {classes} classes", where=f"class of rank {self.rank}")

    def classes(self, outputs: np.ndarray, *arguments: np.ndarray) -> tuple[int | None, ...]:
        # Stable, as in score: of equal scores the lower index comes first.
        ranked = np.argsort(-outputs, axis=1, kind="stable")
        return tuple(int(index) for index in ranked[:, self.rank - 1])


@dataclass(frozen=True)
class Custom(Target):
    """The score that a function computes: s = f(y).

    Args:
        function: takes the output, a float32 tensor (N, …), and returns a tensor (N,), by TensorFlow or keras.ops.
        space: ``"logit"`` or ``"probability"``.
    """

    function: Callable[[Any], Any]
    space: Scale = "logit"
    kind = "custom"

    @property
    def key(self) -> Hashable:
        return type(self), self.function, self.space

    def score(self, outputs: Tensor, *arguments: Tensor) -> Tensor:
        scores = tf.convert_to_tensor(self.function(outputs))
        if scores.shape.rank != 1:
            raise TargetError(
                f"the target function returned shape {tuple(scores.shape)} for outputs of shape {tuple(outputs.shape)}",
                where=getattr(self.function, "__name__", "target"),
                remedy="It must return one score per image, shape (N,).",
            )
        return scores


def top(count: int, space: Scale = "logit") -> list[TopClass]:
    """The targets of the ``count`` most likely classes, most likely first; for ``Explainer.several``."""
    return [TopClass(rank, space) for rank in range(1, count + 1)]


def as_target(spec: Any, class_index: Callable[[str], int]) -> Target:
    """The target that a user meant.

    Args:
        spec: None (each image's top class), a class index or name, one of these per image, a :class:`Target`, or a
            function of the output.
        class_index: gives the index of a class name, or raises a TargetError.
    """
    if spec is None:
        return TopClass()
    if isinstance(spec, Target):
        return spec
    if callable(spec):
        return Custom(spec)
    if isinstance(spec, str):
        return ClassScore(class_index(spec))
    if isinstance(spec, (int, np.integer)) and not isinstance(spec, bool):
        return ClassScore(int(spec))
    if isinstance(spec, (Sequence, np.ndarray)) and np.ndim(spec) == 1:
        return ClassScore([class_index(one) if isinstance(one, str) else _index(one) for one in spec])
    raise TargetError(
        f"cannot be understood as a target: {type(spec).__name__}",
        where=repr(spec)[:60],
        remedy="Give a class index, a class name, a list of these, a function, or an object from gct.targets.",
    )


def _index(value: Any) -> int:
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return int(value)
    raise TargetError("is not a class index or name", where=repr(value)[:60])
