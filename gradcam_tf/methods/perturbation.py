"""What happens to the score when parts are taken away: by running many variations of the image."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING, Any

from gradcam_tf.lazy import tf
from gradcam_tf.registry import method

if TYPE_CHECKING:
    from tensorflow import Tensor

GROUP = "Perturbations"
Series = Callable[[int, Callable[[int, int], Any]], Any]
"""See :data:`gradcam_tf.registry.SERIES`."""


@method(
    name="ablationcam",
    title="Ablation-CAM",
    paper="Desai and Ramaswamy, Ablation-CAM: Visual Explanations for Deep Convolutional Network via Gradient-free "
    "Localization, WACV 2020",
    cost="1 forward pass and 1 run of the head for each channel",
)
def ablationcam(activations: Tensor, scores: Tensor, scores_of: Series) -> Tensor:
    """Where the channels are active that the score falls without.

    L = sum_k w_k A_k, w_k = (y - y_k) / y, y_k the score with channel k set to 0 (equations 3 and 4), and w_k = 0 where
    y is 0.

    Args:
        activations: A, float32 (1, *grid, channels).
        scores: y, float32 (1,).
        scores_of: gives the scores of variations of A.

    Returns:
        The signed map, float32 (1, *grid).
    """
    channels = activations.shape[-1]

    def without(start: int, stop: int) -> Tensor:
        kept = 1 - tf.one_hot(tf.range(start, stop), channels)
        places = [1] * (len(activations.shape) - 2)
        return activations * tf.reshape(kept, [stop - start, *places, channels])

    ablated = tf.concat(list(scores_of(channels, without)), axis=0)
    falls = (scores - ablated) / tf.where(tf.equal(scores, 0), inf, scores)
    return tf.reduce_sum(falls * activations, axis=-1)
