"""The methods' formulas for one image, in float64 NumPy, each from its paper: what make_method_fixtures.py works with.

A is (height, width, channels), g = dy/dA likewise; x is (*size, colours). No batch axis, no TensorFlow, no engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

Numbers = np.ndarray
Scores = Callable[[Iterable[Numbers]], Numbers]
"""Images -> the score of each."""


def gradcam(A: Numbers, g: Numbers) -> Numbers:
    """Selvaraju et al. 2017, equations 1 and 2, before the ReLU."""
    return A @ g.mean(axis=(0, 1))


def shapleycam(A: Numbers, g: Numbers, curvature: Numbers) -> Numbers:
    """Cai 2025: w = mean(g - ½ H A)."""
    return gradcam(A, g - curvature / 2)


def gradcam_plus_plus(A: Numbers, g: Numbers) -> Numbers:
    """Chattopadhyay et al. 2017: w_k = sum_p α_kp ReLU(g_kp), α = g² / (2 g² + sum A g³)."""
    return smooth_gradcam_plus_plus(A, [g])


def smooth_gradcam_plus_plus(A: Numbers, passes: Sequence[Numbers]) -> Numbers:
    """Omeiza et al. 2019, equations 7 and 8: the powers of g are means over noisy passes."""
    first, second, third = (np.mean([g**power for g in passes], axis=0) for power in (1, 2, 3))
    below = 2 * second + A.sum(axis=(0, 1)) * third
    alpha = np.divide(second, below, out=np.zeros_like(below), where=below != 0)
    return A @ (alpha * np.maximum(first, 0)).sum(axis=(0, 1))


def xgradcam(A: Numbers, g: Numbers) -> Numbers:
    """Fu et al. 2020: w_k = sum g A / sum A."""
    above, below = (g * A).sum(axis=(0, 1)), A.sum(axis=(0, 1))
    return A @ np.divide(above, below, out=np.zeros_like(below), where=below != 0)


def rivals(logits: Numbers, index: int, count: int) -> Numbers:
    """Zhang et al. 2025: 1 / D for each of the D classes whose logits are nearest to the class's."""
    order = [k for k in np.argsort(np.abs(logits - logits[index]), kind="stable") if k != index]
    weights = np.zeros_like(logits)
    weights[order[:count]] = 1 / count
    return weights


def first_component(rows: Numbers, towards: Numbers, centred: bool) -> Numbers:
    """rows V_1, as pytorch-grad-cam projects them if ``centred``; not upside down to ``towards``."""
    rows = rows - rows.mean(axis=0) if centred else rows
    found = rows @ np.linalg.svd(rows, full_matrices=False)[2][0]
    return found if found @ towards >= 0 else -found


def eigencam(A: Numbers, centred: bool) -> Numbers:
    """Bany Muhammad and Yeasin 2020: the projection of A on its first right singular vector."""
    rows = A.reshape(-1, A.shape[-1])
    return first_component(rows, (rows**2).sum(axis=1), centred).reshape(A.shape[:-1])


def eigensmoothed(contributions: Numbers, centred: bool) -> Numbers:
    """pytorch-grad-cam's eigen_smooth, and of g ⊙ A its EigenGradCAM."""
    rows = contributions.reshape(-1, contributions.shape[-1])
    return first_component(rows, rows.sum(axis=1), centred).reshape(contributions.shape[:-1])


def kpca(A: Numbers) -> Numbers:
    """Karmani et al. 2024: the first component in the space of the kernel tanh(x·y / channels + 1)."""
    rows = A.reshape(-1, A.shape[-1])
    about = rows - rows.mean(axis=0)
    kernel = np.tanh(about @ about.T / rows.shape[1] + 1)
    centring = np.eye(len(rows)) - 1 / len(rows)
    values, vectors = np.linalg.eigh(centring @ kernel @ centring)
    found = np.sqrt(values[-1]) * vectors[:, -1]
    return (found if found @ (rows**2).sum(axis=1) >= 0 else -found).reshape(A.shape[:-1])


def fem(A: Numbers) -> Numbers:
    """Fuad et al. 2020: sum of a channel's mean where it is over its mean by two standard deviations."""
    mean, deviation = A.mean(axis=(0, 1)), A.std(axis=(0, 1))
    return (mean * (mean + 2 * deviation < A)).sum(axis=-1)


OF_GRADIENTS: dict[str, Callable[[Numbers, Numbers], Numbers]] = {
    "gradcam": gradcam,
    "hirescam": lambda A, g: (g * A).sum(axis=-1),
    "elementwise": lambda A, g: np.maximum(g * A, 0).sum(axis=-1),
    "gradcam++": gradcam_plus_plus,
    "xgradcam": xgradcam,
    "layercam": lambda A, g: (np.maximum(g, 0) * A).sum(axis=-1),
    "lafam": lambda A, g: A.mean(axis=-1),
    "eigencam": lambda A, g: eigencam(A, False),
    "eigencam(centred=true)": lambda A, g: eigencam(A, True),
    "eigengradcam": lambda A, g: eigensmoothed(g * A, False),
    "eigengradcam(centred=true)": lambda A, g: eigensmoothed(g * A, True),
    "eigensmoothed(gradcam, centred=true)": lambda A, g: eigensmoothed(A * g.mean(axis=(0, 1)), True),
    "kpca": lambda A, g: kpca(A),
    "fem": lambda A, g: fem(A),
}
"""Methods that need nothing but A and g, by the way they are written."""


def ablationcam(A: Numbers, head: Callable[[Numbers], float]) -> Numbers:
    """Desai and Ramaswamy 2020, equation 3: w_k = (y - y_k) / y, every channel's y_k run by itself."""
    y, total = head(A), np.zeros(A.shape[:-1])
    for k in range(A.shape[-1]):
        without = A.copy()
        without[..., k] = 0
        total += (y - head(without)) / abs(y) * A[..., k]
    return total


def dff(A: Numbers, head: Callable[[Numbers], float], concepts: int, rounds: int) -> Numbers:
    """Collins et al. 2018: A ≈ W H, and of W the column of the concept whose own part of A scores highest.

    W and H by the local updates of Cichocki and Phan 2009, from the rows least alike.
    """
    rows = A.reshape(-1, A.shape[-1])
    H, left = np.zeros((concepts, A.shape[-1])), rows.copy()
    for k in range(concepts):
        best = (left**2).sum(axis=1).argmax()
        H[k] = rows[best]
        direction = left[best] / np.linalg.norm(left[best])
        left -= np.outer(left @ direction, direction)
    W = np.zeros((len(rows), concepts))
    for _ in range(rounds):
        for k in range(concepts):
            W[:, k] = np.maximum(0, (rows - W @ H + np.outer(W[:, k], H[k])) @ H[k] / (H[k] @ H[k]))
        for k in range(concepts):
            H[k] = np.maximum(0, W[:, k] @ (rows - W @ H + np.outer(W[:, k], H[k])) / (W[:, k] @ W[:, k]))
    for k in range(concepts):
        W[:, k] = np.maximum(0, (rows - W @ H + np.outer(W[:, k], H[k])) @ H[k] / (H[k] @ H[k]))
    best = int(np.argmax([head(np.outer(W[:, k], H[k]).reshape(A.shape)) for k in range(concepts)]))
    return (W[:, best] * np.linalg.norm(H[best])).reshape(A.shape[:-1])


def masks(A: Numbers, size: Sequence[int], count: int) -> list[tuple[Numbers, Numbers]]:
    """The maps of the channels that vary most, and these as masks from 0 to 1 over the input."""
    chosen = sorted(np.argsort(-A.var(axis=(0, 1)), kind="stable")[:count])
    return [(A[..., k], stretched(resized(A[..., k], size))[..., None]) for k in chosen]


def scorecam(A: Numbers, x: Numbers, scores: Scores, count: int, lights: Sequence[float]) -> Numbers:
    """Wang et al. 2019, algorithm 1; a channel's score is the mean over the lights (Naidu et al. 2020: i/N)."""
    found = masks(A, x.shape[:2], count)
    means = [scores([light * mask * x for light in lights]).mean() for _, mask in found]
    return np.tensordot(_softmax(means), np.stack([map_ for map_, _ in found]), 1)


def sscam(A: Numbers, x: Numbers, scores: Scores, count: int, noise: Callable[[int], Numbers]) -> Numbers:
    """Wang et al. 2020, the first variant: two draws of noise on each mask, numbered one after another."""
    found = masks(A, x.shape[:2], count)
    means = [scores([(mask + noise(2 * k + i)) * x for i in (0, 1)]).mean() for k, (_, mask) in enumerate(found)]
    return np.tensordot(_softmax(means), np.stack([map_ for map_, _ in found]), 1)


def groupcam(A: Numbers, g: Numbers, x: Numbers, scores: Scores, groups: int) -> Numbers:
    """Zhang et al. 2021, equations 3 to 7: gains over the blurred image, of Grad-CAMs of neighbouring channels."""
    weighted, total, far = A * g.mean(axis=(0, 1)), np.zeros(A.shape[:-1]), blurred(x)
    [empty] = scores([far])
    for group in np.split(weighted, range(-(-A.shape[-1] // groups), A.shape[-1], -(-A.shape[-1] // groups)), axis=-1):
        map_ = np.maximum(group.sum(axis=-1), 0)
        map_ = np.where(map_ > np.percentile(map_, 70), map_, 0)
        if map_.min() == map_.max():
            continue
        large = resized(map_, x.shape[:2])
        mask = stretched(large)[..., None]
        [score] = scores([x * mask + far * (1 - mask)])
        total += (score - empty) * (map_ - large.min()) / (large.max() - large.min())
    return total


def blurred(x: Numbers) -> Numbers:
    """Group-CAM's Gaussian: σ of 50 pixels of 224, 51 pixels wide, mirrored at the outermost pixel."""
    kernel = np.exp(-((np.arange(-25, 26) / 50) ** 2) / 2)
    for axis in (0, 1):
        border = [(25, 25) if one == axis else (0, 0) for one in range(3)]
        wide = np.moveaxis(np.pad(x, border, mode="reflect"), axis, 0)
        x = np.moveaxis(sum(w * wide[i : i + 224] for i, w in enumerate(kernel / kernel.sum())), 0, axis)
    return x


def occlusion(x: Numbers, scores: Scores, window: int, stride: int) -> Numbers:
    """Zeiler and Fergus 2013, section 4.2: the mean fall of the score over the windows that cover a place."""
    total, times = np.zeros(x.shape[:2]), np.zeros(x.shape[:2])
    [y] = scores([x])
    for top in range(0, x.shape[0] - window + 1, stride):
        for left in range(0, x.shape[1] - window + 1, stride):
            place, covered = np.s_[top : top + window, left : left + window], x.copy()
            covered[place] = x.mean(axis=(0, 1))
            total[place] += y - scores([covered])[0]
            times[place] += 1
    return total / times


def rise(x: Numbers, scores: Scores, drawn: Sequence[Numbers]) -> Numbers:
    """Petsiuk et al. 2018, equation 6, with the scores about their mean; E[M] = ½."""
    found = scores([mask[..., None] * x for mask in drawn])
    return np.tensordot(found - found.mean(), np.stack(drawn), 1) / (0.5 * len(drawn))


def rise_mask(cells: Numbers, shift: Sequence[int], width: int) -> Numbers:
    """Section 3.2: resized to one cell more than the input along each axis, and cut at the shift."""
    extent = (len(cells) + 1) * width
    large = resized(cells.astype(np.float64), (extent, extent))
    top, left = shift
    return large[top : top + extent - width, left : left + extent - width]


def strengths(tensor: Numbers) -> Numbers:
    """Srinivas and Fleuret 2019: |·| scaled to 0…1 over places and channels, added up over the channels."""
    sizes = np.abs(tensor)
    sizes = sizes - sizes.min()
    return (sizes / (sizes.max() or 1)).sum(axis=-1)


def resized(map_: Numbers, size: Sequence[int]) -> Numbers:
    """Linear between the centres of the cells, as far as they reach; to more cells, not fewer."""
    for axis, new in enumerate(size):
        cells = np.arange(map_.shape[axis])
        centres = (np.arange(new) + 0.5) * len(cells) / new - 0.5
        rows = np.moveaxis(map_, axis, -1).reshape(-1, len(cells))
        at_centres = np.stack([np.interp(centres, cells, row) for row in rows])
        map_ = np.moveaxis(at_centres.reshape(*np.delete(map_.shape, axis), new), -1, axis)
    return map_


def stretched(map_: Numbers) -> Numbers:
    return (map_ - map_.min()) / (map_.max() - map_.min())


def _softmax(values: Sequence[float]) -> Numbers:
    powers = np.exp(np.array(values) - np.max(values))
    return powers / powers.sum()
