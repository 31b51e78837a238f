"""Class activation maps: weighted sums of a layer's feature maps."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from gradcam_tf.lazy import tf
from gradcam_tf.registry import method

if TYPE_CHECKING:
    from tensorflow import Tensor

GROUP = "Class activation maps"


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
    weights = tf.reduce_mean(gradients, axis=_places(gradients), keepdims=True)
    return tf.reduce_sum(weights * activations, axis=-1)


@method(
    name="hirescam",
    title="HiResCAM",
    paper="Draelos and Carin, Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural "
    "networks, 2020, arXiv:2011.08891",
    cost="1 forward pass and the head's gradient",
)
def hirescam(activations: Tensor, gradients: Tensor) -> Tensor:
    """How much each place itself adds to the score or takes from it.

    L = sum_k g_k ⊙ A_k, with g = dy/dA: Grad-CAM without the mean over places.

    Args:
        activations: A, float32 (N, *grid, channels).
        gradients: dy/dA, float32 (N, *grid, channels).

    Returns:
        The signed map, float32 (N, *grid).
    """
    return tf.reduce_sum(gradients * activations, axis=-1)


@method(
    name="elementwise",
    title="Element-wise Grad-CAM",
    paper="Gildenblat and contributors, PyTorch library for CAM methods (GradCAMElementWise), 2021; it has no paper",
    cost="1 forward pass and the head's gradient",
)
def elementwise(activations: Tensor, gradients: Tensor) -> Tensor:
    """How much speaks for the score at each place, with nothing that speaks against it taken off.

    L = sum_k ReLU(g_k ⊙ A_k), with g = dy/dA: HiResCAM with the ReLU before the sum, so never negative.

    Args:
        activations: A, float32 (N, *grid, channels).
        gradients: dy/dA, float32 (N, *grid, channels).

    Returns:
        The map, float32 (N, *grid).
    """
    return tf.reduce_sum(tf.nn.relu(gradients * activations), axis=-1)


@method(
    name="gradcam++",
    title="Grad-CAM++",
    paper="Chattopadhyay et al., Grad-CAM++: Improved Visual Explanations for Deep Convolutional Networks, 2017, "
    "arXiv:1710.11063",
    cost="1 forward pass and the head's gradient",
)
def gradcam_plus_plus(activations: Tensor, gradients: Tensor) -> Tensor:
    """Where the channels that raise the score somewhere are active, small and repeated objects included.

    L = sum_k w_k A_k, w_k = sum_p α_kp ReLU(g_kp), α_kp = g_kp² / (2 g_kp² + S_k g_kp³), S_k = sum_q A_kq, g = dy/dA,
    and α = 0 where its denominator is 0. That is the paper's closed form for a class score exp(y) with y piecewise
    linear in A; its factor exp(y), the same at every place of an image, is left out. It is computed as
    w_k = sum_p ReLU(g_kp) / (2 + S_k g_kp), in which small gradients do not underflow.

    Args:
        activations: A, float32 (N, *grid, channels).
        gradients: dy/dA, float32 (N, *grid, channels).

    Returns:
        The signed map, float32 (N, *grid).
    """
    places = _places(activations)
    totals = tf.reduce_sum(activations, axis=places, keepdims=True)
    shares = _over(tf.nn.relu(gradients), 2 + totals * gradients)
    return tf.reduce_sum(tf.reduce_sum(shares, axis=places, keepdims=True) * activations, axis=-1)


@method(
    name="xgradcam",
    title="XGrad-CAM",
    paper="Fu et al., Axiom-based Grad-CAM: Towards Accurate Visualization and Explanation of CNNs, 2020, "
    "arXiv:2008.02312",
    cost="1 forward pass and the head's gradient",
)
def xgradcam(activations: Tensor, gradients: Tensor) -> Tensor:
    """Where the channels that raise the score are active, each judged at the places where it is active.

    L = sum_k w_k A_k, w_k = sum_p g_kp A_kp / sum_p A_kp, with g = dy/dA, and w_k = 0 where a channel's sum is 0.

    Args:
        activations: A, float32 (N, *grid, channels).
        gradients: dy/dA, float32 (N, *grid, channels).

    Returns:
        The signed map, float32 (N, *grid).
    """
    places = _places(activations)
    totals = tf.reduce_sum(activations, axis=places, keepdims=True)
    weights = _over(tf.reduce_sum(gradients * activations, axis=places, keepdims=True), totals)
    return tf.reduce_sum(weights * activations, axis=-1)


@method(
    name="layercam",
    title="LayerCAM",
    paper="Jiang et al., LayerCAM: Exploring Hierarchical Class Activation Maps for Localization, IEEE Transactions on "
    "Image Processing, 2021",
    cost="1 forward pass and the head's gradient",
)
def layercam(activations: Tensor, gradients: Tensor) -> Tensor:
    """Where more activation would raise the score, place by place; sharp in early layers too.

    L = sum_k ReLU(g_k) ⊙ A_k, with g = dy/dA. The paper's tanh scaling of maps from early layers is left out.

    Args:
        activations: A, float32 (N, *grid, channels).
        gradients: dy/dA, float32 (N, *grid, channels).

    Returns:
        The signed map, float32 (N, *grid).
    """
    return tf.reduce_sum(tf.nn.relu(gradients) * activations, axis=-1)


@method(
    name="lafam",
    title="LaFAM",
    paper="Karjauv and Albayrak, LaFAM: Unsupervised Feature Attribution with Label-free Activation Maps, 2024, "
    "arXiv:2407.06059",
    cost="1 forward pass",
)
def lafam(activations: Tensor) -> Tensor:
    """Where the layer is active at all, whatever the class.

    L = 1/K sum_k A_k, over the K channels; the paper then scales each map by its own minimum and maximum.

    Args:
        activations: A, float32 (N, *grid, channels).

    Returns:
        The signed map, float32 (N, *grid).
    """
    return tf.reduce_mean(activations, axis=-1)


@method(
    name="random",
    title="Random weights",
    paper="The control, not an explanation; after Adebayo et al., Sanity Checks for Saliency Maps, 2018, "
    "arXiv:1810.03292",
    cost="1 forward pass",
)
def random_weights(activations: Tensor, *, seed: int = 0) -> Tensor:
    """What the layer's channels show when they are weighted by chance; a method worth its name differs from it.

    L = sum_k w_k A_k, w_k drawn evenly from [-1, 1): the same weights for every image, so that a batch is its images.

    Args:
        activations: A, float32 (N, *grid, channels).
        seed: another number, other weights.

    Returns:
        The signed map, float32 (N, *grid).
    """
    weights = tf.random.stateless_uniform([activations.shape[-1]], seed=(seed, 0), minval=-1.0, maxval=1.0)
    return tf.reduce_sum(weights * activations, axis=-1)


def _places(tensor: Tensor) -> list[int]:
    """The axes of the grid in (N, *grid, channels)."""
    return list(range(1, len(tensor.shape) - 1))


def _over(numerator: Tensor, denominator: Tensor) -> Tensor:
    """The quotient, 0 where the denominator is 0; unlike ``tf.math.divide_no_nan`` it never hides a NaN."""
    return numerator / tf.where(tf.equal(denominator, 0), inf, denominator)
