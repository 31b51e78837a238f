"""What is put around a method: method in, method out. Each acts at one seam of :data:`gradcam_tf.registry.SEAMS`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcam_tf.errors import MethodError, TargetError
from gradcam_tf.maps import FUSIONS, fuse, resize
from gradcam_tf.methods.decomposition import strongest_pattern
from gradcam_tf.registry import Variation, wrapper
from gradcam_tf.targets import ClassScore, ContrastNext, Target, TopClass

if TYPE_CHECKING:
    from tensorflow import Tensor


@wrapper(
    name="augmented",
    title="Test-time augmentation",
    paper="Shanmugam et al., Better Aggregation in Test-Time Augmentation, 2020, arXiv:2011.11156; of maps as in "
    "pytorch-grad-cam (aug_smooth), 2021",
    cost="1 run for each flip, scale and factor",
)
def augmented(
    inputs: np.ndarray, *, flip: bool = True, scales: Iterable[float] = (1.0, 0.9), factors: Iterable[float] = (1.0,)
) -> list[Variation]:
    """The mean of the maps of the image flipped, made smaller and with other values, each put back.

    Args:
        inputs: x, float32 (N, *size, channels).
        flip: the image mirrored, left to right, and as it is; else as it is alone.
        scales: the parts of its size that the image is made to fill, 0 to 1; the border repeats its edge.
        factors: what its values are multiplied by, one image for each.

    Raises:
        MethodError: if these are no numbers, or a scale is not above 0 and at most 1.
    """
    scales, factors = _numbers("scales", scales), _numbers("factors", factors)
    if not all(0 < scale <= 1 for scale in scales):
        raise MethodError("a scale must be above 0 and at most 1", where=f"scales {scales} of wrapper 'augmented'")

    def vary(factor: float, scale: float, mirrored: bool) -> np.ndarray:
        smaller = _shrunk(inputs, scale) * np.float32(factor)
        return smaller[..., ::-1, :] if mirrored else smaller

    def back(scale: float, mirrored: bool, maps: np.ndarray) -> np.ndarray:
        return _grown(maps[..., ::-1] if mirrored else maps, scale, inputs.shape[1:-1])

    return [
        (partial(vary, factor, scale, mirrored), partial(back, scale, mirrored))
        for factor, scale, mirrored in product(factors, scales, (False, True) if flip else (False,))
    ]


@wrapper(
    name="smoothed",
    title="Noise average",
    paper="Smilkov et al., SmoothGrad: removing noise by adding noise, 2017, arXiv:1706.03825",
    cost="1 run for each sample",
)
def smoothed(inputs: np.ndarray, *, samples: int = 8, noise: float = 0.1, seed: int = 0) -> list[Variation]:
    """The mean of the maps of the image with normal noise on it.

    Args:
        inputs: x, float32 (N, *size, channels). All images get the same noise, so that a batch is its images.
        samples: how many noisy images.
        noise: the noise's standard deviation, as a share of each image's range of values.
        seed: with the same number the noise is the same.

    Raises:
        MethodError: if less than one sample is asked for.
    """
    if samples < 1:
        raise MethodError("must be at least 1", where=f"samples {samples} of wrapper 'smoothed'")
    axes = tuple(range(1, inputs.ndim))
    spread = noise * (inputs.max(axis=axes, keepdims=True) - inputs.min(axis=axes, keepdims=True))

    def vary(sample: int) -> np.ndarray:
        drawn = np.random.default_rng((seed % 2**32, sample)).standard_normal(inputs.shape[1:], np.float32)
        return (inputs + spread * drawn).astype(np.float32)

    return [(partial(vary, sample), _as_it_is) for sample in range(samples)]


@wrapper(
    name="eigensmoothed",
    title="Eigen-smoothing",
    paper="Gildenblat and contributors, PyTorch library for CAM methods (eigen_smooth), 2021; it has no paper",
    cost="a small eigendecomposition",
)
def eigensmoothed(contributions: Tensor, *, centred: bool = False) -> Tensor:
    """The strongest pattern in what the channels contribute, in place of their sum.

    L = M v_1, with M the contributions as (places, channels), and M = U Σ Vᵀ. pytorch-grad-cam takes each channel's
    mean over the places off first (``centred``). The sign is the one with sum_p L_p sum_k M_pk ≥ 0. Around HiResCAM
    it is EigenGradCAM.

    Args:
        contributions: of the channels at each place, float32 (N, *grid, channels).
        centred: take each channel's mean over the places off first.
    """
    return strongest_pattern(contributions, centred)


@wrapper(
    name="fused",
    title="Fusion",
    paper="Jiang et al., LayerCAM: Exploring Hierarchical Class Activation Maps for Localization, IEEE Transactions on "
    "Image Processing, 2021, which takes the maximum",
    cost="1 run at several layers",
)
def fused(heatmaps: Sequence[np.ndarray], *, layers: int | Sequence[str] = 3, how: str = "mean") -> np.ndarray:
    """What the heatmaps of several layers have in common.

    Args:
        heatmaps: one for each layer, in [0, 1], float32 (N, *size).
        layers: their names; or how many: the best one, and the best of each other grid.
        how: ``"mean"``, ``"product"`` (hot only where all are) or ``"max"``, place by place.

    Raises:
        MethodError: if there is no such fusion.
    """
    if how not in FUSIONS:
        raise MethodError(
            f"there is no fusion {how!r}", where="wrapper 'fused'", remedy=f"Choose one of {', '.join(FUSIONS)}."
        )
    return fuse(heatmaps, how)


@wrapper(
    name="counterfactual",
    title="Counterfactual",
    paper="Selvaraju et al., Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization, 2017, "
    "arXiv:1610.02391, section 7",
    cost="1 run",
)
def counterfactual(target: Target, as_target: Callable[[Any], Target]) -> Target:
    """What speaks against the target: the map of its score negated."""
    return -target


@wrapper(
    name="contrast",
    title="Contrast",
    paper="Prabhushankar et al., Contrastive Explanations in Neural Networks, 2020, arXiv:2008.00178",
    cost="1 run",
)
def contrast(target: Target, as_target: Callable[[Any], Target], *, against: Any = None) -> Target:
    """Why this class and not another one: the map of the difference of their scores.

    Args:
        target: what is explained.
        as_target: gives the target of a class or its name.
        against: the other class, by number or name; by default each image's most likely other one.

    Raises:
        TargetError: if no other class was given and the target is not one class.
    """
    if against is not None:
        return target - as_target(against)
    if isinstance(target, ClassScore):
        return ContrastNext(1, target.index, target.space)
    if isinstance(target, TopClass) and target.rank == 1:
        return ContrastNext(1, None, target.space)
    raise TargetError(
        "is not one class, which would have a most likely other one",
        where=f"target {target.kind!r} of 'contrast'",
        remedy="Say which: contrast(gradcam, against=7).",
    )


def _numbers(name: str, given: Any) -> list[float]:
    """One number or several, as a list of them."""
    try:
        numbers = [float(one) for one in np.atleast_1d(given)]
    except (TypeError, ValueError):
        numbers = []
    if not numbers:
        raise MethodError("is no number nor a list of numbers", where=f"{name} {given!r} of wrapper 'augmented'")
    return numbers


def _as_it_is(maps: np.ndarray) -> np.ndarray:
    return maps


def _shrunk(inputs: np.ndarray, scale: float) -> np.ndarray:
    """Each image smaller, in the middle of its frame, which its edge fills up."""
    size = inputs.shape[1:-1]
    boxes = _middle(size, scale)
    inner = [stop - start for start, stop in boxes]
    if tuple(inner) == size:
        return inputs
    planes = np.moveaxis(inputs, -1, 1)
    smaller = resize(planes.reshape(-1, *size), inner)
    borders = [(0, 0), *((start, extent - stop) for (start, stop), extent in zip(boxes, size, strict=True))]
    padded = np.pad(smaller, borders, mode="edge")
    return np.moveaxis(padded.reshape(planes.shape), 1, -1)


def _grown(maps: np.ndarray, scale: float, size: Sequence[int]) -> np.ndarray:
    """The part of maps of shrunken images that shows them, on the whole grid; a grid of fewer axes has the last."""
    grid = maps.shape[1:]
    axes = [(box, extent) for box, extent in zip(_middle(size, scale), size, strict=True)][-len(grid) :]
    if all(stop - start == extent for (start, stop), extent in axes):
        return maps
    boxes = [
        (start / extent * cells, stop / extent * cells)
        for ((start, stop), extent), cells in zip(axes, grid, strict=True)
    ]
    return resize(maps, grid, boxes)


def _middle(size: Sequence[int], scale: float) -> list[tuple[int, int]]:
    """For each axis from where to where a smaller image lies, in whole pixels."""
    inner = [max(1, round(extent * scale)) for extent in size]
    return [((extent - part) // 2, (extent - part) // 2 + part) for extent, part in zip(size, inner, strict=True)]
