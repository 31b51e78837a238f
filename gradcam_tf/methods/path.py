"""Gradients gathered on the way from a baseline, an image that shows nothing, to the image."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from gradcam_tf.errors import MethodError
from gradcam_tf.lazy import tf
from gradcam_tf.registry import method

if TYPE_CHECKING:
    from tensorflow import Tensor

GROUP = "Pixel gradients"
PEAK = 99  # a few pixels stand far above all others, which would be drawn as nothing

Series = Callable[[int, Callable[[int, int], "Tensor"]], "Iterator[Tensor]"]
BLUR = 0.1
"""The blurred baseline's standard deviation, in extents of each axis."""


@method(
    name="integrated-gradients",
    title="Integrated gradients",
    paper="Sundararajan et al., Axiomatic Attribution for Deep Networks, 2017, arXiv:1703.01365",
    cost="1 forward and 1 backward pass for each step",
    at="input",
    numbers=("completeness_gap",),
)
def integrated_gradients(
    activations: Tensor,
    scores: Tensor,
    scores_of: Series,
    gradients_of: Series,
    *,
    baseline: str | float = "black",
    steps: int = 50,
) -> tuple[Tensor, Tensor]:
    """How much each pixel adds to the score on the way from a baseline to the image.

    L = sum_c (x_c - b_c) ⊙ 1/m sum_k dy/dx_c at b + (k - ½)/m (x - b), k = 1 … m: equation 1, its integral by the
    middles of m equal steps (the paper's equation 3 takes their ends), signed and added up over the channels.
    Completeness (proposition 1): the map adds up to y(x) - y(b), but for the steps; by how much it does not, is told.

    Args:
        activations: x, float32 (1, *size, channels).
        scores: y(x), float32 (1,).
        scores_of, gradients_of: give y and dy/dx of variations of x.
        baseline: b. ``"black"`` or ``"white"``: the image's own smallest or largest value in each channel, because what
            a model takes for black depends on its preprocessing, channel by channel, and is not known here; a number:
            that value everywhere, such as the black of a known preprocessing; ``"mean"``: the image's mean in each
            channel; ``"blurred"``: the image, blurred by a Gaussian of a tenth of each axis.
        steps: m, how many steps from the baseline to the image.

    Returns:
        The signed map, float32 (1, *size), and the completeness gap, float32 (1,).

    Raises:
        MethodError: if there is no such baseline, or no step.
    """
    if steps < 1:
        raise MethodError(f"{steps} steps were asked for", where="integrated-gradients", remedy="Ask for 1 or more.")
    start = _baseline(activations, baseline)

    def between(first: int, last: int) -> Tensor:
        shares = (tf.range(first, last, dtype=tf.float32) + 0.5) / steps
        return start + tf.reshape(shares, (-1, *[1] * (len(activations.shape) - 1))) * (activations - start)

    gradient = sum(tf.reduce_sum(some, axis=0, keepdims=True) for some in gradients_of(steps, between)) / steps
    attributions = tf.reduce_sum((activations - start) * gradient, axis=-1)
    [before] = scores_of(1, lambda *_: start)
    gap = tf.reduce_sum(attributions, axis=list(range(1, len(attributions.shape)))) - (scores - before)
    return attributions, gap


def _baseline(x: Tensor, kind: str | float) -> Tensor:
    """float32 (1, *size, channels)."""
    if not isinstance(kind, str):
        return tf.fill(tf.shape(x), tf.cast(kind, tf.float32))
    if kind not in BASELINES:
        raise MethodError(
            f"there is no baseline {kind!r}",
            where="integrated-gradients",
            remedy=f"There is: {', '.join(BASELINES)}, or a number.",
        )
    return BASELINES[kind](tf.convert_to_tensor(x))


def _of_each_channel(reduce: str) -> Callable[[Tensor], Tensor]:
    def fill(x: Tensor) -> Tensor:
        values = getattr(tf, reduce)(x, axis=list(range(1, len(x.shape) - 1)), keepdims=True)
        return tf.broadcast_to(values, tf.shape(x))

    return fill


def _blurred(x: Tensor) -> Tensor:
    """A Gaussian along each axis of places, its weights at the borders scaled so that they add up to 1."""
    axes = len(x.shape) - 2
    for extent in x.shape[1:-1]:
        places = np.arange(extent)
        weights = np.exp(-((places[:, None] - places) ** 2) / (2 * (BLUR * extent) ** 2)).astype(np.float32)
        # The axis that is blurred goes to the end of the places; after all of them they are in order again.
        blurred = tf.tensordot(x, weights / weights.sum(axis=0), [[1], [0]])
        x = tf.transpose(blurred, (0, *range(1, axes), axes + 1, axes))
    return x


BASELINES: dict[str, Callable[[Tensor], Tensor]] = {
    "black": _of_each_channel("reduce_min"),
    "white": _of_each_channel("reduce_max"),
    "blurred": _blurred,
    "mean": _of_each_channel("reduce_mean"),
}
