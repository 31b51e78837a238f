"""What a target is, and the arithmetic of targets: ``-a``, ``a + b``, ``a - b``, ``2 * a``.

A target works on one output of a model, float32 in its own shape with the batch first, in its own space: ``"logit"``
(before softmax or sigmoid, the default, because a saturated softmax has no gradient) or ``"probability"`` (the output
as it is). Of a model without softmax or sigmoid both are the output as it is.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gradcam_tf.errors import TargetError
from gradcam_tf.lazy import tf
from gradcam_tf.targets.arguments import Shape, rows

if TYPE_CHECKING:
    from tensorflow import Tensor

__all__ = ["Combination", "Custom", "Name", "Scale", "Target", "Weighted", "class_number"]

Scale = Literal["logit", "probability"]
Name = Callable[[int], str]


def class_number(index: int) -> str:
    """What a class is called where no names are known."""
    return f"class {index}"


class Target(abc.ABC):
    """What is explained.

    Attributes:
        kind: a short name.
        space: which of the model's outputs ``score`` is given.
        parameters: how many tensors ``score`` takes besides the output.
    """

    kind: str
    space: Scale

    @property
    def parameters(self) -> int:
        return 0

    @property
    def key(self) -> Hashable:
        """Equal for targets that can share one compiled function: all but their :meth:`arguments`."""
        return type(self), self.space

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        """What ``score`` takes besides the output, one row per image; as many arrays as ``parameters`` says."""
        return ()

    def check(self, shape: Shape, images: int) -> None:  # noqa: B027 - some targets fit every model
        """Raise a TargetError if an output of this shape, or this number of images, does not fit.

        Args:
            shape: the whole shape of the output, batch included; None where it is not fixed.
            images: how many images there are.
        """

    @abc.abstractmethod
    def score(self, outputs: Tensor, *arguments: Tensor) -> Tensor:
        """The score of each image; TensorFlow alone, eagerly or traced with any batch size.

        Args:
            outputs: float32 (N, …); an output of one number per image, (N,), is given as (N, 1).
            arguments: the tensors of :meth:`arguments`.

        Returns:
            float32 (N,).
        """

    def settled(self, outputs: Tensor, *arguments: Tensor) -> tuple[Target, tuple[Any, ...]]:
        """The target and arguments that choose once and for all what this one chooses by an image's output.

        Variations of the image are asked for the score of the image's own top class, say, not of theirs.

        Args:
            outputs, arguments: as for :meth:`score`, of the image.
        """
        return self, arguments

    def classes(self, outputs: np.ndarray, *arguments: np.ndarray) -> tuple[int | None, ...]:
        """The class that was explained for each image; None where it is not one class."""
        return (None,) * len(outputs)

    def describe(
        self, outputs: np.ndarray, *arguments: np.ndarray, name: Name = class_number
    ) -> tuple[str | None, ...]:
        """What was chosen for each image, in a few words; None where the class says it all.

        Args:
            outputs: as for :meth:`score`.
            arguments: as for :meth:`score`.
            name: what a class is called.
        """
        return (None,) * len(outputs)

    def __neg__(self) -> Target:
        return -1 * self

    def __add__(self, other: Target) -> Target:
        return _combined(*_terms(self), *_terms(other)) if isinstance(other, Target) else NotImplemented

    def __sub__(self, other: Target) -> Target:
        return self + -1 * other if isinstance(other, Target) else NotImplemented

    def __mul__(self, factor: float) -> Target:
        if isinstance(factor, bool) or not isinstance(factor, (int, float, np.integer, np.floating)):
            return NotImplemented
        return _combined(*((float(factor) * weight, term) for weight, term in _terms(self)))

    __rmul__ = __mul__


@dataclass(frozen=True)
class Combination(Target):
    """A weighted sum of targets: s = sum_i w_i s_i. Made by ``-a``, ``a + b``, ``a - b`` and ``2 * a``.

    ``-a`` asks what speaks against a: the counterfactual explanation of Selvaraju et al., Grad-CAM, 2017,
    arXiv:1610.02391, which negates the gradient of the score.

    Args:
        terms: weights and targets.
        space: the one space of all of them.
        kind: a short name.

    Raises:
        TargetError: if the targets are of different spaces.

    Example:
        >>> from gradcam_tf.targets import ClassScore
        >>> target = ClassScore(1) - 0.5 * ClassScore([0, 2])
        >>> outputs = np.array([[2.0, 5, 3], [2, 4, 8]], "float32")
        >>> target.score(outputs, *target.arguments(2)).numpy().tolist()
        [4.0, 0.0]
        >>> target.describe(outputs, *target.arguments(2))
        ('class 1 - 0.5 × class 0', 'class 1 - 0.5 × class 2')
    """

    terms: tuple[tuple[float, Target], ...]
    space: Scale
    kind: str = "sum"

    def __post_init__(self) -> None:
        if any(term.space != self.space for _, term in self.terms):
            spaces = ", ".join(f"{term.kind} ({term.space})" for _, term in self.terms)
            raise TargetError(
                f"logits and probabilities cannot be added: {spaces}",
                where=self.kind,
                remedy='Give all of them the same space="logit" or space="probability".',
            )

    @property
    def parameters(self) -> int:
        return 1 + sum(term.parameters for _, term in self.terms)

    @property
    def key(self) -> Hashable:
        return type(self), self.space, tuple(term.key for _, term in self.terms)

    def arguments(self, images: int) -> tuple[np.ndarray, ...]:
        # The weights are arguments too: a and -a then share one compiled function.
        weights = rows([weight for weight, _ in self.terms], images, np.float32, (len(self.terms),))
        of_terms = [term.arguments(images) for _, term in self.terms]
        for (_, term), given in zip(self.terms, of_terms, strict=True):
            if len(given) != term.parameters:
                raise TargetError(
                    f"gives {len(given)} arguments, but its parameters are {term.parameters}",
                    where=type(term).__name__,
                    remedy=f"Say parameters = {len(given)} in its class.",
                )
        return weights, *(array for given in of_terms for array in given)

    def check(self, shape: Shape, images: int) -> None:
        for _, term in self.terms:
            term.check(shape, images)

    def score(self, outputs: Tensor, *arguments: Tensor) -> Tensor:
        scores = [term.score(outputs, *given) for term, given in self._each(arguments[1:])]
        return tf.reduce_sum(tf.stack(scores, axis=1) * arguments[0], axis=1)

    def settled(self, outputs: Tensor, *arguments: Tensor) -> tuple[Target, tuple[Any, ...]]:
        each = [term.settled(outputs, *given) for term, given in self._each(arguments[1:])]
        terms = tuple((weight, term) for (weight, _), (term, _) in zip(self.terms, each, strict=True))
        return replace(self, terms=terms), (arguments[0], *(one for _, given in each for one in given))

    def classes(self, outputs: np.ndarray, *arguments: np.ndarray) -> tuple[int | None, ...]:
        [(weight, term), *others] = self.terms
        if others or weight <= 0:
            return super().classes(outputs)
        return term.classes(outputs, *arguments[1:])

    def describe(
        self, outputs: np.ndarray, *arguments: np.ndarray, name: Name = class_number
    ) -> tuple[str | None, ...]:
        phrases = []
        for term, given in self._each(arguments[1:]):
            said, classes = term.describe(outputs, *given, name=name), term.classes(outputs, *given)
            phrases.append([_phrase(term, *both, name) for both in zip(said, classes, strict=True)])
        weights = [weight for weight, _ in self.terms]
        return tuple(_sum_in_words(weights, image) for image in zip(*phrases, strict=True))

    def _each(self, arguments: Sequence[Any]) -> Iterator[tuple[Target, Sequence[Any]]]:
        start = 0
        for _, term in self.terms:
            yield term, arguments[start : start + term.parameters]
            start += term.parameters


def _terms(target: Target) -> tuple[tuple[float, Target], ...]:
    return target.terms if isinstance(target, Combination) else ((1.0, target),)


def _combined(*terms: tuple[float, Target]) -> Combination:
    signs, (_, first) = {weight > 0 for weight, _ in terms}, terms[0]
    if signs == {True}:
        kind = first.kind if len(terms) == 1 else "sum"
    else:
        kind = "counterfactual" if signs == {False} else "contrast"
    return Combination(terms, first.space, kind)


def _phrase(term: Target, said: str | None, index: int | None, name: Name) -> str:
    if said is not None:
        return said
    return term.kind if index is None else name(index)


def _sum_in_words(weights: Sequence[float], phrases: Sequence[str]) -> str:
    sizes = ["" if abs(weight) == 1 else f"{abs(weight):g} × " for weight in weights]
    parts = [(weight > 0, f"{size}{phrase}") for weight, size, phrase in zip(weights, sizes, phrases, strict=True)]
    plus = " + ".join(part for positive, part in parts if positive)
    minus = " - ".join(part for positive, part in parts if not positive)
    if plus and minus:
        return f"{plus} - {minus}"
    return plus or f"against {minus.replace(' - ', ' + ')}"


@dataclass(frozen=True)
class Weighted(Target):
    """What a target that chooses among the outputs of a row has settled on: s_n = sum_c v_nc y[n, c].

    Its arguments, the weights v, float32 (N, classes), come from :meth:`Target.settled`.
    """

    space: Scale = "logit"
    kind = "weighted"
    parameters = 1

    def score(self, outputs: Tensor, *arguments: Tensor) -> Tensor:
        (weights,) = arguments
        return tf.reduce_sum(tf.where(tf.equal(weights, 0), 0.0, weights * outputs), axis=1)


@dataclass(frozen=True)
class Custom(Target):
    """The score that a function computes: s = f(y).

    Args:
        function: takes the output, a float32 tensor (N, …), and returns a tensor (N,), by TensorFlow or keras.ops.
        space: ``"logit"`` or ``"probability"``.

    Raises:
        TargetError: by ``score``, if the function returns another shape.

    Example:
        >>> def energy(y):
        ...     return tf.reduce_sum(y**2, axis=1)
        >>> Custom(energy).score(np.array([[3.0, 4]], "float32")).numpy().tolist()
        [25.0]
    """

    function: Callable[[Any], Any]
    space: Scale = "logit"
    kind = "custom"

    @property
    def key(self) -> Hashable:
        return type(self), self.function, self.space

    def score(self, outputs: Tensor, *arguments: Tensor) -> Tensor:
        scores = tf.convert_to_tensor(self.function(tf.convert_to_tensor(outputs)))
        if scores.shape.rank != 1:
            raise TargetError(
                f"the target function returned shape {tuple(scores.shape)} for outputs of shape {tuple(outputs.shape)}",
                where=getattr(self.function, "__name__", "target"),
                remedy="It must return one score per image, shape (N,).",
            )
        return scores

    def describe(
        self, outputs: np.ndarray, *arguments: np.ndarray, name: Name = class_number
    ) -> tuple[str | None, ...]:
        said = getattr(self.function, "__name__", "")
        return (None if said in ("", "<lambda>") else said,) * len(outputs)
