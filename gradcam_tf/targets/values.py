"""Targets that are single numbers: one side of a sigmoid, a value up or down, a neuron, a channel, a similarity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gradcam_tf.errors import TargetError
from gradcam_tf.lazy import tf
from gradcam_tf.targets.arguments import Shape, check_index, check_rows, row_length, rows, wrong_shape
from gradcam_tf.targets.classes import one_of
from gradcam_tf.targets.target import Name, Scale, Target, class_number

if TYPE_CHECKING:
    from tensorflow import Tensor

__all__ = ["Channel", "Neuron", "Sigmoid", "Similarity", "Value"]

Side = Literal["positive", "negative", "predicted"]
Direction = Literal["up", "down"]
SIDES = {"positive": 1, "negative": -1, "predicted": 0}
DIRECTIONS = {"up": 1, "down": -1}
NO_DIRECTION = 1e-24
"""Squared lengths below this count as this: an embedding of zeros has similarity 0."""


@dataclass(frozen=True)
class Sigmoid(Target):
    """One side of a sigmoid output: s_n = z or -z in logits, p or 1 - p in probabilities.

    ``"negative"`` asks "why not?". ``"predicted"`` is the positive side where p >= 0.5, else the negative one; which
    of them is constant for the gradient.

    Args:
        side: ``"positive"``, ``"negative"``, ``"predicted"``, or one of these per image.
        index: which output of a model of several labels; or one per image.
        space: ``"logit"`` (z; where the model's sigmoid was not found, the output must be one) or ``"probability"``.

    Raises:
        TargetError: by ``check``, if there is no such side or output, or the output is no row per image.

    Example:
        >>> target, outputs = Sigmoid(), np.array([[2.0], [-3.0]], "float32")
        >>> target.score(outputs, *target.arguments(2)).numpy().tolist()
        [2.0, 3.0]
        >>> target.describe(outputs, *target.arguments(2))
        ('class 0 (sigmoid 0.88, at least 0.5)', 'not class 0 (sigmoid 0.05, below 0.5)')
    """

    side: Side | Sequence[Side] = "predicted"
    index: int | Sequence[int] = 0
    space: Scale = "logit"
    kind = "sigmoid"
    parameters = 2

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        return rows(_numbers(self.side, SIDES), images, np.int32), rows(self.index, images, np.int32)

    def check(self, shape: Shape, images: int) -> None:
        check_index(self.index, row_length(shape, "sigmoid"), images, "output")
        _check_words(self.side, SIDES, images, "side")

    def score(self, outputs: Tensor, *arguments: Tensor) -> Tensor:
        value, positive = self._value(outputs, *arguments)
        return tf.where(positive, value, -value if self.space == "logit" else 1 - value)

    def settled(self, outputs: Tensor, *arguments: Tensor) -> tuple[Target, tuple[Any, ...]]:
        _, positive = self._value(outputs, *arguments)
        return self, (tf.where(positive, SIDES["positive"], SIDES["negative"]), arguments[1])

    def classes(self, outputs: np.ndarray, *arguments: np.ndarray) -> tuple[int | None, ...]:
        # Not the class on the negative side: what is explained there is its absence.
        _, positive = self._value(outputs, *arguments)
        pairs = zip(positive.numpy(), np.asarray(arguments[1]), strict=True)
        return tuple(int(index) if yes else None for yes, index in pairs)

    def describe(
        self, outputs: np.ndarray, *arguments: np.ndarray, name: Name = class_number
    ) -> tuple[str | None, ...]:
        value, positive = (one.numpy() for one in self._value(outputs, *arguments))
        probability = tf.sigmoid(value).numpy() if self.space == "logit" else value
        above = ["at least" if yes else "below" for yes in value >= self._half]
        numbered = [name(int(index)) for index in arguments[1]]
        return tuple(
            f"{'' if yes else 'not '}{label} (sigmoid {p:.2f}, {than} 0.5)"
            for yes, label, p, than in zip(positive, numbered, probability, above, strict=True)
        )

    @property
    def _half(self) -> float:
        return 0.0 if self.space == "logit" else 0.5

    def _value(self, outputs: Tensor, side: Tensor, index: Tensor) -> tuple[Tensor, Tensor]:
        value = one_of(outputs, index)
        return value, tf.where(tf.equal(side, SIDES["predicted"]), value >= self._half, tf.greater(side, 0))


@dataclass(frozen=True)
class Value(Target):
    """A value that a model predicts, upwards or downwards: s_n = y[n, i_n] or -y[n, i_n].

    Args:
        direction: ``"up"`` (what raises the value), ``"down"`` (what lowers it), or one of these per image.
        index: which of the model's values; or one per image.
        space: ``"logit"`` or ``"probability"``; the same for a model that ends in neither softmax nor sigmoid.

    Raises:
        TargetError: by ``check``, if there is no such direction or value, or the output is no row per image.

    Example:
        >>> target, outputs = Value("down"), np.array([[2.0], [-3.0]], "float32")
        >>> target.score(outputs, *target.arguments(2)).numpy().tolist()
        [-2.0, 3.0]
        >>> target.describe(outputs, *target.arguments(2))
        ('value, downwards', 'value, downwards')
    """

    direction: Direction | Sequence[Direction] = "up"
    index: int | Sequence[int] = 0
    space: Scale = "logit"
    kind = "value"
    parameters = 2

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        return rows(_numbers(self.direction, DIRECTIONS), images, np.float32), rows(self.index, images, np.int32)

    def check(self, shape: Shape, images: int) -> None:
        check_index(self.index, row_length(shape, "value"), images, "value")
        _check_words(self.direction, DIRECTIONS, images, "direction")

    def score(self, outputs: Tensor, *arguments: Tensor) -> Tensor:
        sign, index = arguments
        return sign * one_of(outputs, index)

    def describe(
        self, outputs: np.ndarray, *arguments: np.ndarray, name: Name = class_number
    ) -> tuple[str | None, ...]:
        which = [f"value {index}" if outputs.shape[-1] > 1 else "value" for index in arguments[1]]
        return tuple(
            f"{one}, {'upwards' if sign > 0 else 'downwards'}" for one, sign in zip(which, arguments[0], strict=True)
        )


@dataclass(frozen=True)
class Neuron(Target):
    """Any one number of the output: s_n = y[n, i_1, i_2, …].

    Args:
        index: one number for each axis behind the batch, such as (row, column, channel); or a list of these, one per
            image.
        space: ``"logit"`` or ``"probability"``.

    Raises:
        TargetError: by ``check``, if the index does not fit the output's shape.

    Example:
        >>> target, outputs = Neuron((0, 1, 1)), np.arange(8, dtype="float32").reshape(1, 2, 2, 2)
        >>> target.score(outputs, *target.arguments(1)).numpy().tolist()
        [3.0]
    """

    index: Sequence[int] | Sequence[Sequence[int]]
    space: Scale = "logit"
    kind = "neuron"
    parameters = 1

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        return (rows(self.index, images, np.int32, np.shape(self.index)[-1:]),)

    def check(self, shape: Shape, images: int) -> None:
        sizes, where = shape[1:] or (1,), f"neuron {self.index!r}"
        index = np.atleast_2d(np.asarray(self.index))
        check_rows(self.index, images, axes=1)
        if index.ndim != 2 or index.shape[1] != len(sizes) or not np.issubdtype(index.dtype, np.integer):
            wanted = ", ".join("any" if size is None else f"0 to {size - 1}" for size in sizes)
            raise TargetError(
                f"the output has shape {shape}", where=where, remedy=f"Give one whole number for each axis: ({wanted})."
            )
        for one in index:
            for axis, (place, size) in enumerate(zip(one, sizes, strict=True), start=1):
                if place < 0 or (size is not None and place >= size):
                    raise TargetError(f"{place} is outside axis {axis} of the output's shape {shape}", where=where)

    def score(self, outputs: Tensor, *arguments: Tensor) -> Tensor:
        return tf.gather_nd(outputs, arguments[0], batch_dims=1)

    def describe(
        self, outputs: np.ndarray, *arguments: np.ndarray, name: Name = class_number
    ) -> tuple[str | None, ...]:
        return tuple(f"output {', '.join(str(place) for place in index)}" for index in arguments[0])


@dataclass(frozen=True)
class Channel(Target):
    """One channel of the output, everywhere: s_n = the mean over positions of y[n, …, c_n].

    Args:
        index: the channel (last axis), or one per image.
        space: ``"logit"`` or ``"probability"``.

    Raises:
        TargetError: by ``check``, if the output has no such channel.

    Example:
        >>> target, outputs = Channel(1), np.arange(8, dtype="float32").reshape(1, 2, 2, 2)
        >>> target.score(outputs, *target.arguments(1)).numpy().tolist()
        [4.0]
    """

    index: int | Sequence[int]
    space: Scale = "logit"
    kind = "channel"
    parameters = 1

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        return (rows(self.index, images, np.int32),)

    def check(self, shape: Shape, images: int) -> None:
        check_index(self.index, shape[-1] if len(shape) > 1 else 1, images, "channel")

    def score(self, outputs: Tensor, *arguments: Tensor) -> Tensor:
        outputs = tf.convert_to_tensor(outputs)
        return one_of(tf.reduce_mean(outputs, axis=list(range(1, outputs.shape.rank - 1))), arguments[0])

    def describe(
        self, outputs: np.ndarray, *arguments: np.ndarray, name: Name = class_number
    ) -> tuple[str | None, ...]:
        grid = "×".join(str(size) for size in outputs.shape[1:-1])
        return tuple(f"channel {index}{f', mean over {grid}' if grid else ''}" for index in arguments[0])


@dataclass(frozen=True, eq=False)
class Similarity(Target):
    """How near an embedding is to another one: s_n = <y_n, v_n> / (|y_n| |v_n|), the cosine of their angle.

    For images: the embedding v of the other image is the model's output for it, ``model.predict(other)[0]``. This is
    the score of similarity explanations such as Zhu et al., Visual Explanation for Deep Metric Learning, 2019,
    arXiv:1909.12977. An image's similarity to itself, 1, is the highest there is: it has no gradient and no map.

    Args:
        vector: v, (dimensions,), or one per image, (N, dimensions).
        space: ``"logit"`` or ``"probability"``; the same for an embedding.

    Raises:
        TargetError: by ``check``, if the vector is not as long as the model's embeddings, or zero, or not finite.

    Example:
        >>> target, outputs = Similarity([1.0, 0]), np.array([[0.0, 4], [-2, 0]], "float32")
        >>> target.score(outputs, *target.arguments(2)).numpy().tolist()
        [0.0, -1.0]
    """

    vector: Any
    space: Scale = "logit"
    kind = "similarity"
    parameters = 1

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        return (rows(self.vector, images, np.float32, np.shape(self.vector)[-1:]),)

    def check(self, shape: Shape, images: int) -> None:
        if len(shape) != 2:
            remedy = "Give a function of the output that flattens or pools it."
            raise wrong_shape(shape, "not one embedding per image; wanted (N, D)", where="similarity", remedy=remedy)
        given, long = np.shape(self.vector), "D" if shape[1] is None else shape[1]
        if len(given) not in (1, 2) or given[:-1] not in ((), (images,)) or shape[1] not in (None, given[-1]):
            raise TargetError(
                f"the vector has shape {given}, the output {shape}",
                where="similarity",
                remedy=f"Give a vector of shape ({long},), or one for each image, ({images}, {long}).",
            )
        lengths = np.linalg.norm(np.asarray(self.vector, np.float64), axis=-1)
        if not (np.isfinite(lengths).all() and np.all(lengths > 0)):
            raise TargetError("the vector is zero or not finite: it has no direction", where="similarity")

    def score(self, outputs: Tensor, *arguments: Tensor) -> Tensor:
        own, other = (tf.math.l2_normalize(one, axis=1, epsilon=NO_DIRECTION) for one in (outputs, arguments[0]))
        return tf.reduce_sum(own * other, axis=1)

    def describe(
        self, outputs: np.ndarray, *arguments: np.ndarray, name: Name = class_number
    ) -> tuple[str | None, ...]:
        return ("cosine similarity to the given vector",) * len(outputs)


def _numbers(words: str | Sequence[str], meanings: dict[str, int]) -> Any:
    return meanings[words] if isinstance(words, str) else [meanings[word] for word in words]


def _check_words(words: str | Sequence[str], meanings: dict[str, int], images: int, what: str) -> None:
    if not isinstance(words, str):
        check_rows(words, images)
    for word in [words] if isinstance(words, str) else words:
        if word not in meanings:
            raise TargetError("there is none of this name", where=f"{what} {word!r}", remedy=f"Give {_or(meanings)}.")


def _or(words: Sequence[str] | dict[str, int]) -> str:
    *first, last = map(repr, words)
    return f"{', '.join(first)} or {last}"
