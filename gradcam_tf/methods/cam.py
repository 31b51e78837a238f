"""Class activation maps: weighted sums of a layer's feature maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcam_tf.lazy import tf
from gradcam_tf.registry import method

if TYPE_CHECKING:
    from tensorflow import Tensor


@method(
    name="gradcam",
    title="Grad-CAM",
    paper="Selvaraju et al., Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization, 2017, "
    "arXiv:1610.02391",
    cost="1 forward pass and the head's gradient",
)
def gradcam(activations: Tensor, gradients: Tensor) -> Tensor:
    """Where the channels that raise the score, on average over the image, are active.

    L = sum_k w_k A_k, with w_k the mean over positions of dy/dA_k (equations 1 and 2, before the ReLU).

    Args:
        activations: A, float32 (N, *grid, channels).
        gradients: dy/dA, float32 (N, *grid, channels).

    Returns:
        The signed map, float32 (N, *grid).

    Example:
        >>> import numpy as np
        >>> A, g = np.ones((1, 2, 2, 3), "float32"), np.full((1, 2, 2, 3), 0.5, "float32")
        >>> gradcam(A, g).numpy().tolist()
        [[[1.5, 1.5], [1.5, 1.5]]]
    """
    places = list(range(1, len(activations.shape) - 1))
    weights = tf.reduce_mean(gradients, axis=places, keepdims=True)
    return tf.reduce_sum(weights * activations, axis=-1)
