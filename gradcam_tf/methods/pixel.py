"""Gradients of the score with respect to the input itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcam_tf.lazy import tf
from gradcam_tf.registry import method

if TYPE_CHECKING:
    from tensorflow import Tensor

GROUP = "Pixel gradients"
PEAK = 99  # a few pixels stand far above all others, which would be drawn as nothing


@method(
    name="saliency",
    title="Saliency",
    paper="Simonyan et al., Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency "
    "Maps, 2013, arXiv:1312.6034",
    cost="1 forward and 1 backward pass",
    at="input",
)
def saliency(gradients: Tensor) -> Tensor:
    """Which pixels would change the score most, in either direction.

    L = max_c |dy/dx_c| over the channels of the input (section 3.1).

    Args:
        gradients: dy/dx, float32 (N, *size, channels).

    Returns:
        The map, float32 (N, *size), never negative.
    """
    return tf.reduce_max(tf.abs(gradients), axis=-1)


@method(
    name="input-x-gradient",
    title="Input × gradient",
    paper="Shrikumar et al., Not Just a Black Box: Learning Important Features Through Propagating Activation "
    "Differences, 2016, arXiv:1605.01713",
    cost="1 forward and 1 backward pass",
    at="input",
)
def input_x_gradient(activations: Tensor, gradients: Tensor) -> Tensor:
    """How much each pixel itself adds to the score or takes from it, to first order around an input of zeros.

    L = sum_c x_c ⊙ dy/dx_c, signed: the paper's "gradient × input" of each number, added up over the channels. In a
    network of ReLUs without biases the map adds up to the score.

    Args:
        activations: x, float32 (N, *size, channels).
        gradients: dy/dx, float32 (N, *size, channels).

    Returns:
        The signed map, float32 (N, *size).
    """
    return tf.reduce_sum(activations * gradients, axis=-1)
