"""How much the score depends on parts of the input: they are covered and the model is run again.

Only predictions are needed, so these work for any model. "Score" is the score that is explained, a logit unless a
target says otherwise. They run for one image at a time, and make its variations as they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcam_tf.errors import MethodError
from gradcam_tf.lazy import tf
from gradcam_tf.maps import resampling
from gradcam_tf.masks import along
from gradcam_tf.registry import method

if TYPE_CHECKING:
    from tensorflow import Tensor

GROUP = "Perturbations of the input"
WINDOWS = 16
"""About so many windows of the default size lie side by side on an input."""
DRAWN = 64
"""Rows of random numbers that are drawn from one seed."""
Series = Callable[[int, Callable[[int, int], Any]], Any]
"""See :data:`gradcam_tf.registry.SERIES`."""
PerAxis = int | tuple[int, ...]
"""One number for all axes, or one for each."""


@method(
    name="occlusion",
    title="Occlusion",
    paper="Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, 2013, arXiv:1311.2901",
    cost="1 run of the model for each position of the window: 169 for a picture",
    at="input",
)
def occlusion(
    scores: Tensor,
    inputs: Tensor,
    scores_of_inputs: Series,
    *,
    window: PerAxis | None = None,
    stride: PerAxis | None = None,
    baseline: float | None = None,
) -> Tensor:
    """Which parts the score falls without, when a window that slides over the input covers them.

    L_p = mean of y - y_w over the windows w that cover p, y_w the score with window w covered (section 4.2). The last
    window along an axis ends where the axis ends, so that every place is covered.

    Args:
        scores: y, float32 (1,).
        inputs: x, float32 (1, *size, channels).
        scores_of_inputs: gives the scores of variations of x.
        window: its extent, in places, along all axes or each; None: a sixteenth of a signal's, a quarter of a
            picture's, a third of a volume's.
        stride: how far it moves, likewise; None: a quarter of the window's extent, in a volume half of it.
        baseline: what covered places are set to; None: each channel's mean over the input.

    Returns:
        The signed map, float32 (1, *size).

    Raises:
        MethodError: if a window or stride is not between 1 and what it lies in, or there are not as many as axes.
    """
    size = inputs.shape[1:-1]
    usual, overlap = round(WINDOWS ** (1 / len(size))), 4 if len(size) < 3 else 2
    extents = _per_axis("window", window, size, [max(1, extent // usual) for extent in size])
    steps = _per_axis("stride", stride, extents, [max(1, extent // overlap) for extent in extents])
    starts = [_starts(*one) for one in zip(size, extents, steps, strict=True)]
    cover = tf.reduce_mean(inputs, axis=list(range(1, len(size) + 1)), keepdims=True) if baseline is None else baseline

    def covered(start: int, stop: int) -> Tensor:
        return _windows(starts, extents, size, start, stop)

    def make(start: int, stop: int) -> Tensor:
        return tf.where(covered(start, stop)[..., None], cover, inputs)

    drops, times, begin = tf.zeros(size), tf.zeros(size), 0
    for changed in scores_of_inputs(prod(len(along_axis) for along_axis in starts), make):
        shapes = tf.cast(covered(begin, begin + len(changed)), tf.float32)
        drops += tf.tensordot(scores - changed, shapes, 1)
        times += tf.reduce_sum(shapes, axis=0)
        begin += len(changed)
    return (drops / times)[None]


@method(
    name="rise",
    title="RISE",
    paper="Petsiuk et al., RISE: Randomized Input Sampling for Explanation of Black-box Models, 2018, arXiv:1806.07421",
    cost="4,000 runs of the model",
    at="input",
)
def rise(
    inputs: Tensor,
    scores_of_inputs: Series,
    *,
    masks: int = 4000,
    cells: int = 7,
    probability: float = 0.5,
    centred: bool = True,
    seed: int = 0,
) -> Tensor:
    """How much higher the score is when a place can be seen than on average, as random masks darken the input.

    L_p = 1 / (E[M] N) sum_i (y_i - ȳ) M_ip, y_i the score of x ⊙ M_i and ȳ their mean. The paper leaves ȳ in (equation
    6): the same map a constant higher, so that of a logit of 10 ± 1 all is hot, and noisier by ȳ times that of the
    masks. A mask has a grid of cells, each 1 by a chance of E[M], else 0; it is resized linearly to one cell more than
    the input and cut to the input's size at a random place (section 3.2).

    Args:
        inputs: x, float32 (1, *size, channels).
        scores_of_inputs: gives the scores of variations of x.
        masks: N, how many masks are drawn.
        cells: along each axis; as many as places where there are fewer.
        probability: E[M], the share of cells that show the image.
        centred: take ȳ off; False: as the paper.
        seed: another number, other masks.

    Returns:
        The signed map, float32 (1, *size).

    Raises:
        MethodError: if there is no mask or cell, or the probability is not above 0 and at most 1.
    """
    if masks < 1 or cells < 1 or not 0 < probability <= 1:
        raise MethodError(
            f"cannot work with {masks} masks of {cells} cells and a probability of {probability}",
            where="method 'rise'",
            remedy="Take 1 or more masks and cells, and a probability above 0 and at most 1.",
        )
    size = inputs.shape[1:-1]

    def drawn(start: int, stop: int) -> Tensor:
        return _random_masks(start, stop, size, cells, probability, seed)

    weighted, seen, total, begin = tf.zeros(size), tf.zeros(size), tf.zeros([]), 0
    for scores in scores_of_inputs(masks, lambda start, stop: drawn(start, stop)[..., None] * inputs):
        shapes = drawn(begin, begin + len(scores))
        weighted += tf.tensordot(scores, shapes, 1)
        seen += tf.reduce_sum(shapes, axis=0)
        total += tf.reduce_sum(scores)
        begin += len(scores)
    return ((weighted - total / masks * seen if centred else weighted) / (probability * masks))[None]


# Windows.


def _per_axis(name: str, given: PerAxis | None, most: Sequence[int], usual: Sequence[int]) -> Sequence[int]:
    """A number for each axis, from 1 to the most there."""
    if given is None:
        return usual
    found = given if isinstance(given, Sequence) else [min(given, extent) for extent in most]
    if len(found) != len(most) or not all(1 <= one <= extent for one, extent in zip(found, most, strict=True)):
        raise MethodError(
            f"{name} {given} does not fit",
            where="method 'occlusion'",
            remedy=f"Along the axes it can be from 1 to {', '.join(map(str, most))}.",
        )
    return found


def _starts(extent: int, window: int, stride: int) -> np.ndarray:
    """Where the windows along an axis begin."""
    return np.append(np.arange(0, extent - window, stride), extent - window)


def _windows(
    starts: Sequence[np.ndarray], extents: Sequence[int], size: Sequence[int], start: int, stop: int
) -> np.ndarray:
    """bool (stop - start, *size): the places in each window, of those that are numbered so."""
    covered = np.ones((stop - start, *[1] * len(size)), bool)
    numbers = np.unravel_index(np.arange(start, stop), [len(along_axis) for along_axis in starts])
    for axis, extent in enumerate(size):
        first = starts[axis][numbers[axis]][:, None]
        within = (np.arange(extent) >= first) & (np.arange(extent) < first + extents[axis])
        covered = covered & within.reshape(stop - start, *(extent if i == axis else 1 for i in range(len(size))))
    return covered


# Random masks.


def _random_masks(start: int, stop: int, size: Sequence[int], cells: int, probability: float, seed: int) -> Tensor:
    """float32 (stop - start, *size): the masks that are numbered so, whatever others are drawn."""
    grid = [min(cells, extent) for extent in size]
    numbers = _random_rows(start, stop, prod(grid) + len(size), seed)
    chances, places = tf.split(numbers, [prod(grid), len(size)], axis=1)
    masks = tf.reshape(tf.cast(chances < probability, tf.float32), [-1, *grid])
    for axis, (extent, count) in enumerate(zip(size, grid, strict=True)):
        width = ceil(extent / count)
        shifts = tf.cast(places[:, axis] * width, tf.int32)
        # One cell more than the input, of which each mask is cut at its own shift.
        wide = resampling(count, (count + 1) * width, 0.0, float(count))
        masks = along(axis + 1, masks, tf.gather(wide, shifts[:, None] + tf.range(extent)))
    return masks


def _random_rows(start: int, stop: int, length: int, seed: int) -> Tensor:
    """float32 (stop - start, length) in [0, 1): a row depends on its number alone, not on where a chunk begins."""
    blocks = range(start // DRAWN, (stop - 1) // DRAWN + 1)
    rows = tf.concat([tf.random.stateless_uniform([DRAWN, length], seed=(seed, block)) for block in blocks], axis=0)
    return rows[start - blocks[0] * DRAWN : stop - blocks[0] * DRAWN]
