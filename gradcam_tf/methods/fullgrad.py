"""The score taken apart into what the input adds and what every bias adds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from gradcam_tf.lazy import tf
from gradcam_tf.registry import method

if TYPE_CHECKING:
    from tensorflow import Tensor

GROUP = "Pixel gradients"


@method(
    name="fullgrad",
    title="FullGrad",
    paper="Srinivas and Fleuret, Full-Gradient Representation for Neural Network Visualization, 2019, arXiv:1905.00780",
    cost="2 forward and 2 backward passes",
    at="input",
    numbers=("completeness_gap",),
)
def fullgrad(
    activations: Tensor,
    gradients: Tensor,
    bias_gradients: Sequence[Tensor],
    scores: Tensor,
    onto_input: Callable[[Tensor], Tensor],
) -> tuple[Tensor, Tensor]:
    """Where the input and the biases of all layers together bear on the score.

    L = sum_c ψ(x ⊙ dy/dx)_c + sum_l sum_c ψ(b_l ⊙ dy/dz_l)_c, over the layers l and their channels c, with ψ = U(scaled
    (|·|)): absolute values, scaled to [0, 1] and resized to the input (equation 6). The scaling is over a layer's
    places and channels together, image by image, as in the authors' code; the paper leaves it open. Since scaling and
    resizing are linear then, the channels are added up first. The biases of layers without places (Dense) are not in
    the map.

    Completeness (proposition 2): y = sum x ⊙ dy/dx + sum_l sum b_l ⊙ dy/dz_l, biases without places included; how far
    the right side is from y, is told. It is 0 for a network of ReLUs and other functions of each number by itself.

    Args:
        activations: x, float32 (N, *size, channels).
        gradients: dy/dx, float32 (N, *size, channels).
        bias_gradients: b ⊙ dy/dz of each bias, float32 (N, *grid, channels), or (N, …) without places.
        scores: y, float32 (N,).
        onto_input: resizes maps to the input.

    Returns:
        The map, float32 (N, *size), never negative, and the completeness gap, float32 (N,).
    """
    of_input = activations * gradients
    placed = [one for one in bias_gradients if len(one.shape) == len(of_input.shape)]
    saliency = _strengths(of_input) + sum(onto_input(_strengths(one)) for one in placed)
    added = sum(_totals(one) for one in (of_input, *bias_gradients))
    return saliency, added - scores


def _strengths(tensor: Tensor) -> Tensor:
    """Absolute values scaled to [0, 1], added up over the channels: (N, *grid); a constant gives 0."""
    axes = list(range(1, len(tensor.shape)))
    sizes = tf.abs(tensor)
    sizes -= tf.reduce_min(sizes, axis=axes, keepdims=True)
    top = tf.reduce_max(sizes, axis=axes, keepdims=True)
    return tf.reduce_sum(sizes / tf.where(tf.equal(top, 0), 1.0, top), axis=-1)


def _totals(tensor: Tensor) -> Tensor:
    """The sum of each image's numbers: (N,)."""
    return tf.reduce_sum(tensor, axis=list(range(1, len(tensor.shape))))
