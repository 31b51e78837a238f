"""Gradients of the input that pass the model's ReLUs another way on their way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gradcam_tf.lazy import tf
from gradcam_tf.methods.cam import gradcam
from gradcam_tf.registry import method

if TYPE_CHECKING:
    from tensorflow import Tensor

GROUP = "Pixel gradients"
PEAK = 99  # a few pixels stand far above all others, which would be drawn as nothing


@method(
    name="guided-backprop",
    title="Guided backpropagation",
    paper="Springenberg et al., Striving for Simplicity: The All Convolutional Net, 2014, arXiv:1412.6806",
    cost="1 forward and 1 backward pass",
    at="input",
)
def guided_backprop(guided_gradients: Tensor) -> Tensor:
    """Which pixels feed the active neurons that raise the score; sharp, but much the same for every class.

    L = sum_c R_c: the reconstruction R at the input, where each ReLU lets back R_l = 1[z > 0] 1[R_{l+1} > 0] R_{l+1}
    (section 3.4). The paper shows R as a colour picture; added up over the channels, signed, it is that in grey.

    Args:
        guided_gradients: R, float32 (N, *size, channels).

    Returns:
        The signed map, float32 (N, *size).
    """
    return tf.reduce_sum(guided_gradients, axis=-1)


@method(
    name="deconvnet",
    title="Deconvolutional network",
    paper="Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, 2013, arXiv:1311.2901",
    cost="1 forward and 1 backward pass",
    at="input",
)
def deconvnet(deconvolved_gradients: Tensor) -> Tensor:
    """Which pattern in the input the neurons that raise the score look for.

    L = sum_c R_c: the reconstruction R at the input, where each ReLU lets back R_l = 1[R_{l+1} > 0] R_{l+1}, whether
    or not it was active (section 2.1). The paper shows R as a colour picture; added up over the channels, signed, it is
    that in grey.

    Args:
        deconvolved_gradients: R, float32 (N, *size, channels).

    Returns:
        The signed map, float32 (N, *size).
    """
    return tf.reduce_sum(deconvolved_gradients, axis=-1)


@method(
    name="guided-gradcam",
    title="Guided Grad-CAM",
    paper="Selvaraju et al., Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization, 2017, "
    "arXiv:1610.02391",
    cost="2 forward passes and 1 backward pass",
    map_at="input",
)
def guided_gradcam(
    activations: Tensor, gradients: Tensor, guided_gradients: Tensor, onto_input: Callable[[Tensor], Tensor]
) -> Tensor:
    """The pixels of guided backpropagation, where Grad-CAM says that the class is.

    L = sum_c U(ReLU(sum_k w_k A_k)) ⊙ R_c, U the linear resizing to the input, w_k as in Grad-CAM and R as in guided
    backpropagation (section 3.2), added up over the input's channels, signed.

    Args:
        activations: A, float32 (N, *grid, channels).
        gradients: dy/dA, float32 (N, *grid, channels).
        guided_gradients: R, float32 (N, *size, channels).
        onto_input: resizes maps to the input.

    Returns:
        The signed map, float32 (N, *size).
    """
    return onto_input(tf.nn.relu(gradcam(activations, gradients))) * tf.reduce_sum(guided_gradients, axis=-1)
