"""Class activation maps: weighted sums of a layer's feature maps.

Each returns what every channel contributes at every place; ``summed`` adds the channels up to the map.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan
from typing import TYPE_CHECKING, Any

from gradcam_tf.errors import MethodError
from gradcam_tf.lazy import tf
from gradcam_tf.registry import method, summed

if TYPE_CHECKING:
    from tensorflow import Tensor

GROUP = "Class activation maps"
Series = Callable[[int, Callable[[int, int], Any]], Any]
"""See :data:`gradcam_tf.registry.SERIES`."""


@method(
    name="gradcam",
    title="Grad-CAM",
    paper="Selvaraju et al., Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization, 2017, "
    "arXiv:1610.02391",
    cost="1 forward pass and the head's gradient",
)
@summed
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
    return _mean(gradients) * activations


@method(
    name="hirescam",
    title="HiResCAM",
    paper="Draelos and Carin, Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural "
    "networks, 2020, arXiv:2011.08891",
    cost="1 forward pass and the head's gradient",
)
@summed
def hirescam(activations: Tensor, gradients: Tensor) -> Tensor:
    """How much each place itself adds to the score or takes from it.

    L = sum_k g_k ⊙ A_k, with g = dy/dA: Grad-CAM without the mean over places.

    Args:
        activations: A, float32 (N, *grid, channels).
        gradients: dy/dA, float32 (N, *grid, channels).

    Returns:
        The signed map, float32 (N, *grid).
    """
    return gradients * activations


@method(
    name="elementwise",
    title="Element-wise Grad-CAM",
    paper="Gildenblat and contributors, PyTorch library for CAM methods (GradCAMElementWise), 2021; it has no paper",
    cost="1 forward pass and the head's gradient",
)
@summed
def elementwise(activations: Tensor, gradients: Tensor) -> Tensor:
    """How much speaks for the score at each place, with nothing that speaks against it taken off.

    L = sum_k ReLU(g_k ⊙ A_k), with g = dy/dA: HiResCAM with the ReLU before the sum, so never negative.

    Args:
        activations: A, float32 (N, *grid, channels).
        gradients: dy/dA, float32 (N, *grid, channels).

    Returns:
        The map, float32 (N, *grid).
    """
    return tf.nn.relu(gradients * activations)


@method(
    name="gradcam++",
    title="Grad-CAM++",
    paper="Chattopadhyay et al., Grad-CAM++: Improved Visual Explanations for Deep Convolutional Networks, 2017, "
    "arXiv:1710.11063",
    cost="1 forward pass and the head's gradient",
)
@summed
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
    return tf.reduce_sum(shares, axis=places, keepdims=True) * activations


@method(
    name="xgradcam",
    title="XGrad-CAM",
    paper="Fu et al., Axiom-based Grad-CAM: Towards Accurate Visualization and Explanation of CNNs, 2020, "
    "arXiv:2008.02312",
    cost="1 forward pass and the head's gradient",
)
@summed
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
    return weights * activations


@method(
    name="layercam",
    title="LayerCAM",
    paper="Jiang et al., LayerCAM: Exploring Hierarchical Class Activation Maps for Localization, IEEE Transactions on "
    "Image Processing, 2021",
    cost="1 forward pass and the head's gradient",
)
@summed
def layercam(activations: Tensor, gradients: Tensor) -> Tensor:
    """Where more activation would raise the score, place by place; sharp in early layers too.

    L = sum_k ReLU(g_k) ⊙ A_k, with g = dy/dA. The paper's tanh scaling of maps from early layers is left out.

    Args:
        activations: A, float32 (N, *grid, channels).
        gradients: dy/dA, float32 (N, *grid, channels).

    Returns:
        The signed map, float32 (N, *grid).
    """
    return tf.nn.relu(gradients) * activations


@method(
    name="finercam",
    title="Finer-CAM",
    paper="Zhang et al., Finer-CAM: Spotting the Difference Reveals Finer Details for Visual Explanation, 2025, "
    "arXiv:2501.11309",
    cost="1 forward pass and the head's gradient, twice",
)
@summed
def finercam(
    activations: Tensor,
    gradients: Tensor,
    scores: Tensor,
    outputs: Tensor,
    pull_back: Callable[[Any], Any],
    *,
    weight: float = 0.6,
    similar: int = 3,
) -> Tensor:
    """What sets the class apart from those most like it: Grad-CAM of the difference of their scores.

    L = sum_k w_k A_k, w_k the mean over positions of d(y - γ m)/dA_k, with y the explained score and m the mean of
    the outputs of the D classes whose outputs lie nearest to y, the explained class itself aside. With γ = 0 it is
    Grad-CAM; if the model has no other class, too.

    Args:
        activations: A, float32 (N, *grid, channels).
        gradients: dy/dA, float32 (N, *grid, channels).
        scores: y, float32 (N,).
        outputs: float32 (N, classes), before softmax.
        pull_back: gives the gradient of a weighted sum of the outputs with respect to A.
        weight: γ, how much the similar classes count.
        similar: D, how many of them there are.

    Returns:
        The signed map, float32 (N, *grid).

    Raises:
        MethodError: if the output is no row of classes, or less than one class is asked for.
    """
    rivals = _nearest(scores, outputs, similar)
    return _mean(gradients - weight * pull_back(rivals)) * activations


@method(
    name="shapleycam",
    title="ShapleyCAM",
    paper="Cai, CAMs as Shapley Value-based Explainers, 2025, arXiv:2501.06261",
    cost="1 forward pass and the head's gradient and Hessian-vector product",
)
@summed
def shapleycam(activations: Tensor, gradients: Tensor, curvature: Tensor) -> Tensor:
    """Where the channels are active that the score would miss, how they work together included.

    L = sum_k w_k A_k, w_k the mean over positions of g_k - ½ (H A)_k, with g = dy/dA and H = d²y/dA²: the Shapley
    values of the channels for the score's second-order expansion around A. Of a head linear in A it is Grad-CAM.

    Args:
        activations: A, float32 (N, *grid, channels).
        gradients: dy/dA, float32 (N, *grid, channels).
        curvature: H A, float32 (N, *grid, channels).

    Returns:
        The signed map, float32 (N, *grid).
    """
    return _mean(gradients - curvature / 2) * activations


@method(
    name="smooth-gradcam++",
    title="Smooth Grad-CAM++",
    paper="Omeiza et al., Smooth Grad-CAM++: An Enhanced Inference Level Visualization Technique for Deep "
    "Convolutional Neural Network Models, 2019, arXiv:1908.01224",
    cost="1 forward pass, and 1 forward pass and the head's gradient for each sample",
)
@summed
def smooth_gradcam_plus_plus(
    activations: Tensor,
    inputs: Tensor,
    passes_of_inputs: Series,
    *,
    samples: int = 8,
    noise: float = 0.1,
    seed: int = 0,
) -> Tensor:
    """Where the channels are active that raise the score, whatever a little noise on the image does.

    L = sum_k w_k A_k, w_k = sum_p α_kp ReLU(D1_kp), α_kp = D2_kp / (2 D2_kp + S_k D3_kp), S_k = sum_q A_kq, and α = 0
    where its denominator is 0 (equations 7 and 8); D1, D2 and D3 are the means of g, g² and g³ over the samples, g =
    dy/dA of the image with normal noise on it. With noise 0 it is Grad-CAM++.

    Args:
        activations: A of the image itself, float32 (1, *grid, channels).
        inputs: the image, float32 (1, *size, channels).
        passes_of_inputs: gives A and dy/dA of variations of the image.
        samples: how many noisy images.
        noise: the noise's standard deviation, as a share of the image's range of values.
        seed: another number, other noise.

    Returns:
        The signed map, float32 (1, *grid).

    Raises:
        MethodError: if less than one sample is asked for.
    """
    if samples < 1:
        raise MethodError("must be at least 1", where=f"samples {samples} of method 'smooth-gradcam++'")
    spread = noise * (tf.reduce_max(inputs) - tf.reduce_min(inputs))

    def noisy(start: int, stop: int) -> Tensor:
        drawn = [tf.random.stateless_normal(tf.shape(inputs), seed=(seed, i)) for i in range(start, stop)]
        return inputs + spread * tf.concat(drawn, axis=0)

    # The cube of a small gradient is 0 in float32.
    powers = [0.0, 0.0, 0.0]
    for _, gradients in passes_of_inputs(samples, noisy):
        exact = tf.cast(gradients, tf.float64)
        powers = [sum_ + tf.reduce_sum(exact**n, axis=0, keepdims=True) for n, sum_ in enumerate(powers, 1)]
    first, second, third = (sum_ / samples for sum_ in powers)
    places = _places(activations)
    totals = tf.cast(tf.reduce_sum(activations, axis=places, keepdims=True), tf.float64)
    shares = _over(second, 2 * second + totals * third) * tf.nn.relu(first)
    return tf.cast(tf.reduce_sum(shares, axis=places, keepdims=True), tf.float32) * activations


@method(
    name="lafam",
    title="LaFAM",
    paper="Karjauv and Albayrak, LaFAM: Unsupervised Feature Attribution with Label-free Activation Maps, 2024, "
    "arXiv:2407.06059",
    cost="1 forward pass",
)
@summed
def lafam(activations: Tensor) -> Tensor:
    """Where the layer is active at all, whatever the class.

    L = 1/K sum_k A_k, over the K channels; the paper then scales each map by its own minimum and maximum.

    Args:
        activations: A, float32 (N, *grid, channels).

    Returns:
        The signed map, float32 (N, *grid).
    """
    return activations / activations.shape[-1]


@method(
    name="random",
    title="Random weights",
    paper="The control, not an explanation; after Adebayo et al., Sanity Checks for Saliency Maps, 2018, "
    "arXiv:1810.03292",
    cost="1 forward pass",
)
@summed
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
    return weights * activations


def _places(tensor: Tensor) -> list[int]:
    """The axes of the grid in (N, *grid, channels)."""
    return list(range(1, len(tensor.shape) - 1))


def _mean(gradients: Tensor) -> Tensor:
    """Over the grid, which is kept with one place."""
    return tf.reduce_mean(gradients, axis=_places(gradients), keepdims=True)


def _nearest(scores: Tensor, outputs: Tensor, count: int) -> Tensor:
    """float32 (N, classes): 1 / D for the D classes nearest to the score but not the score itself, else 0."""
    if len(outputs.shape) != 2 or count < 1:
        what = "asks for similar classes" if count > 0 else f"cannot compare with {count} classes"
        raise MethodError(
            f"{what}; the output has shape {tuple(outputs.shape)}",
            where="method 'finercam'",
            remedy="It needs an output (N, classes), and 1 similar class or more.",
        )
    classes = outputs.shape[-1]
    distances = tf.abs(outputs - scores[:, None])
    # The score of a class is its output, number by number.
    nearest = tf.math.top_k(-tf.where(distances == 0, inf, distances), min(count, classes)).indices
    chosen = tf.reduce_max(tf.one_hot(nearest, classes), axis=1) * tf.cast(distances != 0, tf.float32)
    shares = chosen / tf.maximum(tf.reduce_sum(chosen, axis=1, keepdims=True), 1)
    # Nothing is nearest to a NaN.
    return tf.where(tf.reduce_any(tf.math.is_nan(distances), axis=1, keepdims=True), nan, shares)


def _over(numerator: Tensor, denominator: Tensor) -> Tensor:
    """The quotient, 0 where the denominator is 0; unlike ``tf.math.divide_no_nan`` it never hides a NaN."""
    return numerator / tf.where(tf.equal(denominator, 0), inf, denominator)
