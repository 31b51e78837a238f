"""Targets of a classifier: one class, the top class, several labels, one class against others."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcam_tf.errors import TargetError
from gradcam_tf.lazy import tf
from gradcam_tf.targets.arguments import Shape, check_index, row_length, rows
from gradcam_tf.targets.target import Name, Scale, Target, Weighted, class_number

if TYPE_CHECKING:
    from tensorflow import Tensor

__all__ = [
    "ClassScore",
    "ContrastNext",
    "LabelsAbove",
    "LargestOutput",
    "TopClass",
    "contrast",
    "labels_above",
    "one_of",
    "top",
]

OWN_TOP = -1
"""Among the arguments: each image's own top class."""
MOST_NAMED = 5
"""Classes named one by one; of more, the rest is counted."""


def one_of(outputs: Tensor, index: Tensor) -> Tensor:
    """outputs[n, index[n]]: float32 (N,)."""
    # Not tf.gather: with batch_dims its gradient, run eagerly, takes milliseconds.
    return tf.reduce_sum(tf.where(_is_class(outputs, index), outputs, 0.0), axis=1)


def _is_class(outputs: Tensor, index: Tensor) -> Tensor:
    return tf.one_hot(index, tf.shape(outputs)[-1], True, False, dtype=tf.bool)


def _top(outputs: Tensor) -> Tensor:
    return tf.argmax(outputs, axis=-1, output_type=tf.int32)


class _OfClass(Target):
    """The score of one class, given by its number or by its rank: both share one compiled function."""

    parameters = 2

    @property
    def key(self) -> Hashable:
        return _OfClass, self.space

    def score(self, outputs: Tensor, *arguments: Tensor) -> Tensor:
        return one_of(outputs, _of_rank(outputs, *arguments))

    def settled(self, outputs: Tensor, *arguments: Tensor) -> tuple[Target, tuple[Any, ...]]:
        index, rank = arguments
        return self, (_of_rank(outputs, index, rank), tf.zeros_like(rank))

    def classes(self, outputs: np.ndarray, *arguments: np.ndarray) -> tuple[int | None, ...]:
        index, rank = arguments
        # The same as _of_rank, without the time that TensorFlow takes to begin.
        return tuple(
            int(i if r == 0 else row.argmax() if r == 1 else np.argsort(-row, kind="stable")[r - 1])
            for row, i, r in zip(outputs, index, rank, strict=True)
        )


def _of_rank(outputs: Tensor, index: Tensor, rank: Tensor) -> Tensor:
    """The class of that rank, of equal scores the lower index first; where the rank is 0, ``index``: int32 (N,)."""
    ranked = tf.math.top_k(outputs, tf.maximum(tf.reduce_max(rank), 1)).indices
    return tf.where(rank > 0, tf.gather(ranked, tf.maximum(rank - 1, 0), batch_dims=1), index)


@dataclass(frozen=True)
class ClassScore(_OfClass):
    """The score of a class: s_n = y[n, c_n].

    Args:
        index: the class, or one class per image.
        space: ``"logit"`` or ``"probability"``.

    Raises:
        TargetError: by ``check``, if the model has no such class, or the output is no row of classes.

    Example:
        >>> target = ClassScore([2, 0])
        >>> target.score(np.array([[1.0, 5, 3], [7, 0, 0]], "float32"), *target.arguments(2)).numpy().tolist()
        [3.0, 7.0]
    """

    index: int | Sequence[int]
    space: Scale = "logit"
    kind = "class"

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        return rows(self.index, images, np.int32), rows(0, images, np.int32)

    def check(self, shape: Shape, images: int) -> None:
        check_index(self.index, row_length(shape, f"class {self.index}"), images)

    def describe(
        self, outputs: np.ndarray, *arguments: np.ndarray, name: Name = class_number
    ) -> tuple[str | None, ...]:
        # Of two classes on one output, index 0 is the output, which speaks for the second: say which way is up.
        return ("the only output, upwards" if outputs.shape[-1] == 1 else None,) * len(outputs)


@dataclass(frozen=True)
class TopClass(_OfClass):
    """The score of each image's own class of the given rank: s_n = the rank-th largest of y[n].

    Args:
        rank: 1 for the most likely class, 2 for the next.
        space: ``"logit"`` or ``"probability"``.

    Raises:
        TargetError: by ``check``, if the model has fewer classes, or the output is no row of classes.

    Example:
        >>> target = TopClass(2)
        >>> target.score(np.array([[1.0, 5, 3]], "float32"), *target.arguments(1)).numpy().tolist()
        [3.0]
    """

    rank: int = 1
    space: Scale = "logit"
    kind = "top class"

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        return rows(0, images, np.int32), rows(self.rank, images, np.int32)

    def check(self, shape: Shape, images: int) -> None:
        where = f"class of rank {self.rank}"
        classes = row_length(shape, where)
        if self.rank < 1 or (classes is not None and self.rank > classes):
            few = "ranks count from 1" if classes is None else f"the model has {classes} classes"
            raise TargetError(few, where=where, remedy="Rank 1 is the most likely class.")


@dataclass(frozen=True)
class LargestOutput(TopClass):
    """A :class:`TopClass` of a model that ends in neither softmax nor sigmoid: s_n = max_k y[n, k].

    Such numbers may be logits, an embedding or several values; they are taken as classes, and it is said.

    Example:
        >>> target, outputs = LargestOutput(), np.array([[1.0, 5, 3]], "float32")
        >>> target.describe(outputs, *target.arguments(1))
        ('the largest of 3 outputs, taken as classes',)
    """

    kind = "largest output"

    def describe(
        self, outputs: np.ndarray, *arguments: np.ndarray, name: Name = class_number
    ) -> tuple[str | None, ...]:
        return (f"the largest of {outputs.shape[1]:,} outputs, taken as classes",) * len(outputs)


@dataclass(frozen=True)
class LabelsAbove(Target):
    """Every label of a multi-label model that it predicts: s_n = the sum of y[n, k] over the k with p[n, k] > t.

    Of an image without any such label its top label is explained: s_n = max_k y[n, k]. Which labels these are is
    constant for the gradient. For a map of each label by itself see :func:`labels_above`.

    Args:
        threshold: t, a probability.
        space: ``"logit"`` (y are the logits, p = sigmoid(y)) or ``"probability"`` (y = p).

    Raises:
        TargetError: by ``check``, if the threshold is not between 0 and 1, or the output is no row of labels.

    Example:
        >>> target, outputs = LabelsAbove(), np.array([[1.0, -5, 3], [-2, -1, -3]], "float32")
        >>> target.score(outputs, *target.arguments(2)).numpy().tolist()
        [4.0, -1.0]
        >>> target.describe(outputs, *target.arguments(2))
        ('class 2 and class 0 (above 0.5)', 'class 1 (the top label, none above 0.5)')
    """

    threshold: float = 0.5
    space: Scale = "logit"
    kind = "labels"
    parameters = 1

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        threshold = self.threshold if self.space == "probability" else np.log(self.threshold / (1 - self.threshold))
        return (rows(threshold, images, np.float32),)

    def check(self, shape: Shape, images: int) -> None:
        row_length(shape, "labels")
        if not 0 < self.threshold < 1:
            raise TargetError("is not between 0 and 1", where=f"threshold {self.threshold}")

    def score(self, outputs: Tensor, *arguments: Tensor) -> Tensor:
        return tf.reduce_sum(tf.where(_labels(outputs, *arguments), outputs, 0.0), axis=1)

    def settled(self, outputs: Tensor, *arguments: Tensor) -> tuple[Target, tuple[Any, ...]]:
        return Weighted(self.space), (tf.cast(_labels(outputs, *arguments), tf.float32),)

    def classes(self, outputs: np.ndarray, *arguments: np.ndarray) -> tuple[int | None, ...]:
        chosen = _labels(outputs, *arguments).numpy()
        return tuple(int(labels.argmax()) if labels.sum() == 1 else None for labels in chosen)

    def describe(
        self, outputs: np.ndarray, *arguments: np.ndarray, name: Name = class_number
    ) -> tuple[str | None, ...]:
        return tuple(self._phrase(*image, name) for image in zip(outputs, arguments[0], strict=True))

    def _phrase(self, outputs: np.ndarray, threshold: float, name: Name) -> str:
        likely = [int(label) for label in np.argsort(-outputs, kind="stable")]
        above = [label for label in likely if outputs[label] > threshold]
        if above:
            return f"{_listed(above, name)} (above {self.threshold:g})"
        return f"{name(likely[0])} (the top label, none above {self.threshold:g})"


def _labels(outputs: Tensor, threshold: Tensor) -> Tensor:
    above = outputs > threshold[:, None]
    none = ~tf.reduce_any(above, axis=1, keepdims=True)
    return above | (none & _is_class(outputs, _top(outputs)))


@dataclass(frozen=True)
class ContrastNext(Target):
    """A class against its rivals: s_n = y[n, c_n] - the mean of the k largest of the other classes' y[n].

    Of the top class these are the k next. In logits of a softmax it is the log of p_c over the geometric mean of its
    rivals' probabilities.

    Args:
        k: how many rivals.
        index: the class, or one class per image; None: each image's own top class.
        space: ``"logit"`` or ``"probability"``.

    Raises:
        TargetError: by ``check``, if the model has no such class, or not so many others.

    Example:
        >>> target, outputs = ContrastNext(2), np.array([[1.0, 5, 3, 2]], "float32")
        >>> target.score(outputs, *target.arguments(1)).numpy().tolist()
        [2.5]
        >>> target.describe(outputs, *target.arguments(1))
        ('class 1 against class 2 and class 3',)
    """

    k: int = 5
    index: int | Sequence[int] | None = None
    space: Scale = "logit"
    kind = "contrast"
    parameters = 1

    @property
    def key(self) -> Hashable:
        return type(self), self.space, self.k

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        return (rows(OWN_TOP if self.index is None else self.index, images, np.int32),)

    def check(self, shape: Shape, images: int) -> None:
        classes = row_length(shape, "contrast")
        if self.index is not None:
            check_index(self.index, classes, images)
        if self.k < 1 or (classes is not None and self.k >= classes):
            most = "" if classes is None else f" to {classes - 1}, as the model has {classes} classes"
            raise TargetError(f"{self.k} rivals were asked for", where="contrast", remedy=f"Ask for 1{most}.")

    def score(self, outputs: Tensor, *arguments: Tensor) -> Tensor:
        index, rivals = self._pitted(outputs, *arguments)
        return one_of(outputs, index) - tf.reduce_mean(rivals.values, axis=1)

    def settled(self, outputs: Tensor, *arguments: Tensor) -> tuple[Target, tuple[Any, ...]]:
        index, rivals = self._pitted(outputs, *arguments)
        against = tf.reduce_mean(tf.one_hot(rivals.indices, outputs.shape[-1]), axis=1)
        return Weighted(self.space), (tf.one_hot(index, outputs.shape[-1]) - against,)

    def classes(self, outputs: np.ndarray, *arguments: np.ndarray) -> tuple[int | None, ...]:
        return tuple(self._pitted(outputs, *arguments)[0].numpy().tolist())

    def describe(
        self, outputs: np.ndarray, *arguments: np.ndarray, name: Name = class_number
    ) -> tuple[str | None, ...]:
        index, rivals = self._pitted(outputs, *arguments)
        pairs = zip(index.numpy().tolist(), rivals.indices.numpy().tolist(), strict=True)
        return tuple(f"{name(own)} against {_listed(others, name)}" for own, others in pairs)

    def _pitted(self, outputs: Tensor, index: Tensor) -> tuple[Tensor, Tensor]:
        index = tf.where(index == OWN_TOP, _top(outputs), index)
        others = tf.where(_is_class(outputs, index), -np.inf, outputs)
        return index, tf.math.top_k(others, self.k)


def contrast(index: int | Sequence[int], against: int | Sequence[int], space: Scale = "logit") -> Target:
    """Why this class and not that one: s_n = y[n, a_n] - y[n, b_n]; in logits of a softmax the log of p_a / p_b.

    After Prabhushankar et al., Contrastive Explanations in Neural Networks, 2020, arXiv:2008.00178 ("why P, rather
    than Q?"), with the difference of the scores for their loss.

    Args:
        index: a, the class, or one class per image.
        against: b, likewise.
        space: ``"logit"`` or ``"probability"``.

    Returns:
        ``ClassScore(index) - ClassScore(against)``.

    Example:
        >>> target, outputs = contrast(1, 2), np.array([[1.0, 5, 3]], "float32")
        >>> target.score(outputs, *target.arguments(1)).numpy().tolist()
        [2.0]
    """
    return ClassScore(index, space) - ClassScore(against, space)


def top(count: int, space: Scale = "logit") -> list[TopClass]:
    """The targets of the ``count`` most likely classes, most likely first; for ``Explainer.several``."""
    return [TopClass(rank, space) for rank in range(1, count + 1)]


def labels_above(probabilities: np.ndarray, threshold: float = 0.5, space: Scale = "logit") -> list[ClassScore]:
    """A target for each label that a multi-label model predicts; for ``Explainer.several``.

    Args:
        probabilities: the model's predictions, (labels,) of one image or (N, labels) of several.
        threshold: a label counts if its probability is above this in any image.
        space: of the targets.

    Returns:
        One target per label, the most likely first; if there is none, that of the top label.

    Raises:
        TargetError: if the probabilities have another shape.

    Example:
        >>> labels_above(np.array([0.7, 0.1, 0.9]))
        [ClassScore(index=2, space='logit'), ClassScore(index=0, space='logit')]
    """
    probabilities = np.asarray(probabilities)
    if probabilities.ndim not in (1, 2) or not probabilities.size:
        raise TargetError(
            f"the probabilities have shape {probabilities.shape}, wanted (labels,) or (N, labels)", where="labels_above"
        )
    highest = np.atleast_2d(probabilities).max(axis=0)
    likely = np.argsort(-highest, kind="stable")
    above = [int(label) for label in likely if highest[label] > threshold]
    return [ClassScore(label, space) for label in above or [int(likely[0])]]


def _listed(classes: Sequence[int], name: Name) -> str:
    names = [name(index) for index in classes[:MOST_NAMED]]
    if len(classes) > MOST_NAMED:
        names.append(f"{len(classes) - MOST_NAMED} more")
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
