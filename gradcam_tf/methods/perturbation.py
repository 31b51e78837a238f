"""How much the channels of a layer matter: each is taken away, or laid as a mask over the image, and the score read.

"Score" is the score that is explained, a logit unless a target says otherwise. All of these run for one image at a
time, and make its variations as they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, inf, prod
from typing import TYPE_CHECKING, Any

from gradcam_tf.errors import MethodError
from gradcam_tf.lazy import tf
from gradcam_tf.masks import blurred, extremes, resized, stretched
from gradcam_tf.registry import method

if TYPE_CHECKING:
    from tensorflow import Tensor

GROUP = "Perturbations of channels"
Series = Callable[[int, Callable[[int, int], Any]], Any]
"""See :data:`gradcam_tf.registry.SERIES`."""


@method(
    name="ablationcam",
    title="Ablation-CAM",
    paper="Desai and Ramaswamy, Ablation-CAM: Visual Explanations for Deep Convolutional Network via Gradient-free "
    "Localization, WACV 2020",
    cost="1 forward pass and 1 run of the head for each channel that is not 0",
)
def ablationcam(activations: Tensor, scores: Tensor, scores_of: Series) -> Tensor:
    """Where the channels are active that the score falls without.

    L = sum_k w_k A_k, w_k = (y - y_k) / |y|, y_k the score with channel k set to 0 (equations 3 and 4). The paper
    divides by y, which it takes to be positive; a negative one would turn the map upside down. Where y is 0, w_k is
    y - y_k. A channel that is 0 is not run: its w_k is 0.

    Args:
        activations: A, float32 (1, *grid, channels).
        scores: y, float32 (1,).
        scores_of: gives the scores of variations of A.

    Returns:
        The signed map, float32 (1, *grid).
    """
    live = tf.where(tf.reduce_any(tf.not_equal(activations, 0), axis=[0, *_places(activations)]))[:, 0]

    def without(start: int, stop: int) -> Tensor:
        kept = tf.one_hot(live[start:stop], activations.shape[-1], on_value=0.0, off_value=1.0)
        return _at_places(kept, activations) * activations

    drops = (scores - _scores(scores_of, len(live), without)) / tf.where(tf.equal(scores, 0), 1.0, tf.abs(scores))
    return tf.tensordot(tf.gather(activations, live, axis=-1), drops, 1)


@method(
    name="scorecam",
    title="Score-CAM",
    paper="Wang et al., Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks, 2019, "
    "arXiv:1910.01279",
    cost="1 forward pass and 1 run of the model for each channel that is not constant, or the chosen ones",
)
def scorecam(activations: Tensor, inputs: Tensor, scores_of_inputs: Series, *, channels: int | None = None) -> Tensor:
    """Where the channels are active that show the model what it scores high.

    L = sum_k α_k A_k, α = softmax over k of C_k = y(x ⊙ M_k) - y(x_b), M_k the map A_k resized to the input and
    stretched to 0…1 (algorithm 1). The softmax takes y(x_b), the same for every channel, away again, so the baseline
    image is not run. A constant channel has no mask, and no part in the map.

    Args:
        activations: A, float32 (1, *grid, channels).
        inputs: x, float32 (1, *size, channels).
        scores_of_inputs: gives the scores of variations of x.
        channels: only so many, those of the largest variance over the places, as Faster Score-CAM; None: all, exactly.

    Returns:
        The map, float32 (1, *grid).

    Raises:
        MethodError: if the layer's map cannot be laid on the input.
    """
    return _score_weighted(activations, inputs, scores_of_inputs, channels, 1, lambda masks, _: masks * inputs)


@method(
    name="sscam",
    title="SS-CAM",
    paper="Wang et al., SS-CAM: Smoothed Score-CAM for Sharper Visual Feature Localization, 2020, arXiv:2006.14255",
    cost="1 forward pass and 35 runs of the model for each channel that is not constant, or the chosen ones",
)
def sscam(
    activations: Tensor,
    inputs: Tensor,
    scores_of_inputs: Series,
    *,
    noise: str = "mask",
    samples: int = 35,
    sigma: float = 2.0,
    channels: int | None = None,
    seed: int = 0,
) -> Tensor:
    """Where the channels are active that show the model what it scores high, noise or not.

    Score-CAM with C_k the mean over N draws of δ ~ N(0, σ²) of y(x ⊙ (M_k + δ)) - y(x_b), the paper's first variant, or
    of y(x ⊙ M_k + s δ) - y(x_b), its second, with s the standard deviation of x (1 in the paper, whose images are
    standardised).

    Args:
        activations: A, float32 (1, *grid, channels).
        inputs: x, float32 (1, *size, channels).
        scores_of_inputs: gives the scores of variations of x.
        noise: ``"mask"``: on the mask, the first variant; ``"input"``: on the masked input, the second.
        samples: N, how many draws of noise.
        sigma: σ, the strength of the noise.
        channels: only so many, those of the largest variance over the places; None: all.
        seed: another number, other noise.

    Returns:
        The map, float32 (1, *grid).

    Raises:
        MethodError: if there is no such noise, or the layer's map cannot be laid on the input.
    """
    if noise not in ("mask", "input"):
        raise MethodError(f"there is no noise {noise!r}", where="method 'sscam'", remedy="Choose one of mask, input.")
    spread = tf.math.reduce_std(inputs)

    def drawn(indices: Tensor, shape: Any) -> Tensor:
        # Each variation has a seed of its own, so that it does not matter how they are cut into chunks.
        return sigma * tf.stack([tf.random.stateless_normal(shape, seed=(seed, i)) for i in indices.numpy()])

    def on_mask(masks: Tensor, indices: Tensor) -> Tensor:
        return (masks + drawn(indices, masks.shape[1:])) * inputs

    def on_input(masks: Tensor, indices: Tensor) -> Tensor:
        return masks * inputs + spread * drawn(indices, inputs.shape[1:])

    vary = on_mask if noise == "mask" else on_input
    return _score_weighted(activations, inputs, scores_of_inputs, channels, samples, vary)


@method(
    name="iscam",
    title="IS-CAM",
    paper="Naidu et al., IS-CAM: Integrated Score-CAM for axiomatic-based explanations, 2020, arXiv:2010.03023",
    cost="1 forward pass and 10 runs of the model for each channel that is not constant, or the chosen ones",
)
def iscam(
    activations: Tensor,
    inputs: Tensor,
    scores_of_inputs: Series,
    *,
    samples: int = 10,
    channels: int | None = None,
) -> Tensor:
    """Where the channels are active that show the model what it scores high, from a glimpse to the whole.

    Score-CAM with C_k the mean over i = 1…N of y(i/N x ⊙ M_k) - y(x_b): the integral along the way from a black image
    to the masked one.

    Args:
        activations: A, float32 (1, *grid, channels).
        inputs: x, float32 (1, *size, channels).
        scores_of_inputs: gives the scores of variations of x.
        samples: N, how many steps from a glimpse to the whole.
        channels: only so many, those of the largest variance over the places; None: all.

    Returns:
        The map, float32 (1, *grid).

    Raises:
        MethodError: if the layer's map cannot be laid on the input.
    """

    def dimmed(masks: Tensor, indices: Tensor) -> Tensor:
        steps = tf.cast(indices % samples + 1, tf.float32) / samples
        return _at_places(steps[:, None], inputs) * masks * inputs

    return _score_weighted(activations, inputs, scores_of_inputs, channels, samples, dimmed)


@method(
    name="groupcam",
    title="Group-CAM",
    paper="Zhang et al., Group-CAM: Group Score-Weighted Visual Explanations for Deep Convolutional Networks, 2021, "
    "arXiv:2103.13859",
    cost="1 forward pass, the head's gradient and 1 run of the model for each of 32 groups, and for the blurred image",
)
def groupcam(
    activations: Tensor,
    gradients: Tensor,
    inputs: Tensor,
    scores_of_inputs: Series,
    *,
    groups: int = 32,
    theta: float = 0.7,
    blur: float = 50 / 224,
) -> Tensor:
    """Where groups of channels are active that bring the score back when they are laid over a blurred image.

    L = sum_l (y(x ⊙ M_l + x̃ ⊙ (1 - M_l)) - y(x̃)) M_l, x̃ the blurred image. M_l is the Grad-CAM of the l-th group of
    neighbouring channels, ReLU(sum_k w_k A_k), with what is not above its quantile θ set to 0, resized to the input and
    stretched to 0…1; on the grid it is scaled by the same numbers. A group that is the same everywhere has no part.

    Args:
        activations: A, float32 (1, *grid, channels).
        gradients: dy/dA, float32 (1, *grid, channels).
        inputs: x, float32 (1, *size, channels).
        scores_of_inputs: gives the scores of variations of x.
        groups: how many.
        theta: θ: of each group's map only what is above this quantile is kept.
        blur: σ of the Gaussian, as a share of the input's extent, cut off at σ/2: as the authors', 51 pixels wide with
            a σ of 50 in an image of 224.

    Returns:
        The signed map, float32 (1, *grid).

    Raises:
        MethodError: if there is no group, θ is not from 0 to 1, or the layer's map cannot be laid on the input.
    """
    if groups < 1 or not 0 <= theta <= 1 or not blur > 0:
        raise MethodError(
            f"cannot work with {groups} groups, a quantile of {theta} and a blur of {blur}",
            where="method 'groupcam'",
            remedy="Take 1 or more groups, a quantile from 0 to 1 and a blur above 0.",
        )
    maps = _grouped(activations * tf.reduce_mean(gradients, axis=_places(gradients), keepdims=True), groups)
    maps = _differing(_above_quantile(tf.nn.relu(maps), theta))
    size, far = inputs.shape[1:-1], blurred(inputs, blur)
    # The last mask is empty: it leaves the blurred image as it is.
    with_empty = tf.concat([maps, tf.zeros([1, *maps.shape[1:]])], axis=0)

    def unblurred(start: int, stop: int) -> Tensor:
        return far + stretched(resized(with_empty[start:stop], size))[..., None] * (inputs - far)

    *gains, empty = tf.unstack(_scores(scores_of_inputs, len(with_empty), unblurred))
    total = tf.zeros(maps.shape[1:])
    for gain, one in zip(gains, maps, strict=True):
        total += (gain - empty) * stretched(one[None], resized(one[None], size))[0]
    return total[None]


# Channels: (channels, *grid), those of one image.


def _score_weighted(
    activations: Tensor,
    inputs: Tensor,
    scores_of_inputs: Series,
    channels: int | None,
    repeats: int,
    vary: Callable[[Any, Any], Any],
) -> Tensor:
    """L = sum_k α_k A_k, α = softmax over k of the mean score of the variations of channel k.

    Args:
        repeats: how many variations there are of each channel.
        vary: of masks (M, *size, 1), and the variations' numbers (M,), makes inputs (M, *size, channels).
    """
    if repeats < 1:
        raise MethodError(f"{repeats} samples are too few", remedy="Take 1 or more.")
    maps = _most_varied(_differing(_by_channel(activations)), channels)

    def make(start: int, stop: int) -> Tensor:
        indices = tf.range(start, stop)
        masks = stretched(resized(tf.gather(maps, indices // repeats), inputs.shape[1:-1]))
        return vary(masks[..., None], indices)

    means = tf.reduce_mean(tf.reshape(_scores(scores_of_inputs, len(maps) * repeats, make), [-1, repeats]), axis=1)
    return tf.tensordot(tf.nn.softmax(means), maps, 1)[None]


def _scores(series: Series, count: int, make: Callable[[int, int], Any]) -> Tensor:
    """The scores of all variations, float32 (count,)."""
    return tf.concat([tf.zeros([0]), *series(count, make)], axis=0)


def _by_channel(activations: Tensor) -> Tensor:
    """(1, *grid, channels) -> (channels, *grid)."""
    axes = len(activations.shape) - 2
    return tf.transpose(activations[0], [axes, *range(axes)])


def _differing(maps: Tensor) -> Tensor:
    """The maps that are not the same at every place; one with a NaN is among them."""
    low, high = extremes(maps)
    return tf.boolean_mask(maps, tf.reshape(tf.not_equal(low, high), [-1]))


def _most_varied(maps: Tensor, count: int | None) -> Tensor:
    """So many of the maps, those of the largest variance, in the order they had; one with a NaN is among them."""
    if count is None or count >= len(maps):
        return maps
    if count < 1:
        raise MethodError(f"{count} channels are too few", remedy="Take 1 or more, or None: all.")
    variances = tf.math.reduce_variance(_rows(maps), axis=1)
    chosen = tf.math.top_k(tf.where(tf.math.is_nan(variances), inf, variances), count).indices
    return tf.gather(maps, tf.sort(chosen))


def _grouped(activations: Tensor, groups: int) -> Tensor:
    """Sums over groups of neighbouring channels, (groups, *grid); of as many groups as come out at that width."""
    maps = _by_channel(activations)
    width = ceil(len(maps) / groups)
    return tf.math.segment_sum(maps, tf.range(len(maps)) // width)


def _above_quantile(maps: Tensor, fraction: float) -> Tensor:
    """The maps with what is not above their quantile, between places if need be, set to 0; a NaN stays."""
    ordered = tf.sort(_rows(maps), axis=1)
    place = fraction * (ordered.shape[1] - 1)
    below, above = ordered[:, int(place)], ordered[:, ceil(place)]
    threshold = below + (place - int(place)) * (above - below)
    return tf.where(maps <= _at_places(threshold[:, None], maps[..., None])[..., 0], 0.0, maps)


# Shapes.


def _places(tensor: Tensor) -> list[int]:
    """The axes of the grid in (N, *grid, channels)."""
    return list(range(1, len(tensor.shape) - 1))


def _rows(maps: Tensor) -> Tensor:
    """(M, *grid) -> (M, places)."""
    return tf.reshape(maps, [maps.shape[0], prod(maps.shape[1:])])


def _at_places(numbers: Tensor, like: Tensor) -> Tensor:
    """(M, channels) -> (M, 1…, channels), with as many axes as (N, *grid, channels)."""
    return tf.reshape(numbers, [numbers.shape[0], *[1] * (len(like.shape) - 2), numbers.shape[-1]])
