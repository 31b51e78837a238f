"""Gradients at an image with noise on it, many times: their mean, their variance, their square."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from gradcam_tf.errors import MethodError
from gradcam_tf.lazy import tf
from gradcam_tf.registry import method

if TYPE_CHECKING:
    from tensorflow import Tensor

GROUP = "Pixel gradients"
PEAK = 99  # a few pixels stand far above all others, which would be drawn as nothing

Series = Callable[[int, Callable[[int, int], "Tensor"]], "Iterator[Tensor]"]
COST = "1 forward and 1 backward pass for each sample"


@method(
    name="smoothgrad",
    title="SmoothGrad",
    paper="Smilkov et al., SmoothGrad: removing noise by adding noise, 2017, arXiv:1706.03825",
    cost=COST,
    at="input",
)
def smoothgrad(
    activations: Tensor, gradients_of: Series, *, noise: float = 0.15, samples: int = 50, seed: int = 0
) -> Tensor:
    """Which pixels would change the score most, the flicker of single gradients averaged out.

    L = max_c |1/n sum_i dy/dx_c(x + n_i)|, n_i drawn from N(0, σ²), σ = noise · (max x - min x) (section 3). Over the
    channels as in saliency, which this is without noise.

    Args:
        activations: x, float32 (1, *size, channels).
        gradients_of: gives dy/dx of variations of x.
        noise: σ as a share of the image's range; the paper advises 0.1 to 0.2.
        samples: n, how many noisy images.
        seed: another number, another noise; each image has the same.

    Returns:
        The map, float32 (1, *size), never negative.
    """
    mean, _ = _moments(activations, gradients_of, noise, samples, seed)
    return tf.reduce_max(tf.abs(mean), axis=-1)


@method(
    name="vargrad",
    title="VarGrad",
    paper="Adebayo et al., Local Explanation Methods for Deep Neural Networks Lack Sensitivity to Parameter Values, "
    "2018, arXiv:1810.03307",
    cost=COST,
    at="input",
)
def vargrad(
    activations: Tensor, gradients_of: Series, *, noise: float = 0.15, samples: int = 50, seed: int = 0
) -> Tensor:
    """Where the gradient changes as noise is added: where the score bends.

    L = sum_c 1/n sum_i (g_ic - mean_j g_jc)², g_i = dy/dx(x + n_i), the noise as in SmoothGrad. The paper does not say
    what is done with the channels: their variances are added up.

    Args:
        activations: x, float32 (1, *size, channels).
        gradients_of: gives dy/dx of variations of x.
        noise: its standard deviation, as a share of the image's range.
        samples: n, how many noisy images.
        seed: another number, another noise; each image has the same.

    Returns:
        The map, float32 (1, *size), never negative.
    """
    _, variance = _moments(activations, gradients_of, noise, samples, seed)
    return tf.reduce_sum(variance, axis=-1)


@method(
    name="squaregrad",
    title="SquareGrad",
    paper="Hooker et al., A Benchmark for Interpretability Methods in Deep Neural Networks (SmoothGrad-Squared), 2018, "
    "arXiv:1806.10758",
    cost=COST,
    at="input",
)
def squaregrad(
    activations: Tensor, gradients_of: Series, *, noise: float = 0.15, samples: int = 50, seed: int = 0
) -> Tensor:
    """Which pixels would change the score most, those included whose direction flickers.

    L = sum_c 1/n sum_i dy/dx_c(x + n_i)², the noise as in SmoothGrad: VarGrad and the square of the mean gradient
    together. The paper does not say what is done with the channels: their squares are added up.

    Args:
        activations: x, float32 (1, *size, channels).
        gradients_of: gives dy/dx of variations of x.
        noise: its standard deviation, as a share of the image's range.
        samples: n, how many noisy images.
        seed: another number, another noise; each image has the same.

    Returns:
        The map, float32 (1, *size), never negative.
    """
    mean, variance = _moments(activations, gradients_of, noise, samples, seed)
    return tf.reduce_sum(variance + mean**2, axis=-1)


def _moments(x: Tensor, gradients_of: Series, noise: float, samples: int, seed: int) -> tuple[Tensor, Tensor]:
    """Mean and variance of the gradients at an image with noise, (1, *size, channels) both.

    Gathered chunk by chunk around their mean so far (Chan et al. 1983), so that nothing cancels and nothing is kept.

    Raises:
        MethodError: if there is no sample, or a negative noise.
    """
    if samples < 1 or noise < 0:
        raise MethodError(
            f"{samples} samples with noise {noise} were asked for",
            where="noise",
            remedy="Ask for 1 sample or more, with noise of 0 or more.",
        )
    sigma = noise * (tf.reduce_max(x) - tf.reduce_min(x))

    def noisy(start: int, stop: int) -> Tensor:
        # Each sample has a seed of its own: the size of the chunks does not matter.
        drawn = [tf.random.stateless_normal(tf.shape(x), seed=(seed, i)) for i in range(start, stop)]
        return x + sigma * tf.concat(drawn, axis=0)

    count, mean, squares = 0, tf.zeros_like(x), tf.zeros_like(x)
    for some in gradients_of(samples, noisy):
        new = some.shape[0]
        own = tf.reduce_mean(some, axis=0, keepdims=True)
        step = own - mean
        squares += tf.reduce_sum((some - own) ** 2, axis=0, keepdims=True) + step**2 * (count * new / (count + new))
        mean += step * (new / (count + new))
        count += new
    return mean, squares / samples
