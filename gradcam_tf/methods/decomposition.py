"""What the activations themselves are made of: principal components and statistics of a layer's feature maps.

Decompositions run in float64: the matrices are small, and the square of a matrix has the square of its condition.
"""

from __future__ import annotations

from collections.abc import Callable
from math import nan, prod
from typing import TYPE_CHECKING, Any

from gradcam_tf.errors import MethodError
from gradcam_tf.lazy import tf
from gradcam_tf.registry import method

if TYPE_CHECKING:
    from tensorflow import Tensor

GROUP = "Decompositions"
LARGEST_IN_FULL = 256
"""Rows of a matrix whose eigenvectors are all computed, of all images at once; of a larger one only the first."""
BLOCK = 16
"""Vectors iterated together: the convergence is that of the first against the one behind the block."""
MOST_ROUNDS = 500

Solve = Callable[[Any], tuple[Any, Any]]
"""Symmetric float64 (N, m, m) -> its largest eigenvalues (N,) and their unit eigenvectors (N, m)."""


@method(
    name="eigencam",
    title="Eigen-CAM",
    paper="Bany Muhammad and Yeasin, Eigen-CAM: Class Activation Map using Principal Components, 2020, "
    "arXiv:2008.00299",
    cost="1 forward pass and a small eigendecomposition",
)
def eigencam(activations: Tensor, *, centred: bool = False) -> Tensor:
    """The strongest pattern in what the layer sees, whatever the class.

    L = A v_1, with A as (places, channels) and A = U Σ Vᵀ its singular value decomposition. The paper takes A as it
    is; pytorch-grad-cam takes each channel's mean over the places off first (``centred``). The sign, which the
    decomposition leaves open, is the one with sum_p L_p |A_p|² ≥ 0: positive where the layer is active.

    Args:
        activations: A, float32 (N, *grid, channels).
        centred: take each channel's mean off: the first principal component in the statistical sense.

    Returns:
        The signed map, float32 (N, *grid).
    """
    rows = _rows(activations)
    map_ = _first_component(_about_mean(rows) if centred else rows)
    return _on_grid(_facing(map_, _energy(rows)), activations)


@method(
    name="eigengradcam",
    title="EigenGradCAM",
    paper="Gildenblat and contributors, PyTorch library for CAM methods (EigenGradCAM), 2021, after Eigen-CAM, "
    "arXiv:2008.00299; it has no paper",
    cost="1 forward pass, the head's gradient and a small eigendecomposition",
)
def eigengradcam(activations: Tensor, gradients: Tensor, *, centred: bool = False) -> Tensor:
    """The strongest pattern in what adds to the score.

    L = M v_1, with M = g ⊙ A as (places, channels), g = dy/dA, and M = U Σ Vᵀ. pytorch-grad-cam takes each channel's
    mean over the places off first (``centred``). The sign is the one with sum_p L_p sum_k M_pk ≥ 0: positive where
    the layer adds to the score.

    Args:
        activations: A, float32 (N, *grid, channels).
        gradients: dy/dA, float32 (N, *grid, channels).
        centred: take the mean of each channel of M off.

    Returns:
        The signed map, float32 (N, *grid).
    """
    return strongest_pattern(tf.cast(gradients, tf.float64) * tf.cast(activations, tf.float64), centred)


def strongest_pattern(contributions: Tensor, centred: bool = False) -> Tensor:
    """The contributions' first component, positive where their sum is: M v_1, with M as (places, channels).

    Args:
        contributions: M, float (N, *grid, channels).
        centred: take each channel's mean over the places off first.

    Returns:
        The signed map, float32 (N, *grid).
    """
    rows = _rows(contributions)
    map_ = _first_component(_about_mean(rows) if centred else rows)
    return _on_grid(_facing(map_, tf.reduce_sum(rows, axis=-1)), contributions)


@method(
    name="kpca",
    title="KPCA-CAM",
    paper="Karmani et al., KPCA-CAM: Visual Explainability of Deep Computer Vision Models using Kernel PCA, 2024, "
    "arXiv:2410.00267",
    cost="1 forward pass and an eigendecomposition of places × places",
)
def kpca(activations: Tensor, *, kernel: str = "sigmoid", gamma: float | None = None) -> Tensor:
    """The strongest pattern in what the layer sees, bent ones included, whatever the class.

    L = sqrt(λ_1) u_1, the largest eigenvalue and its eigenvector of H K H, with K_pq = kernel(x_p, x_q), x_p the
    channels at place p less their mean over the places, and H = 1 - 1/P. The sign is the one with
    sum_p L_p |A_p|² ≥ 0: positive where the layer is active.

    Args:
        activations: A, float32 (N, *grid, channels).
        kernel: ``"sigmoid"``, tanh(γ x·y + 1), as the authors' code; ``"rbf"``, exp(-γ |x - y|²); ``"linear"``, x·y.
        gamma: γ; by default 1 / channels.

    Returns:
        The signed map, float32 (N, *grid).

    Raises:
        MethodError: if there is no such kernel.
    """
    if kernel not in KERNELS:
        known = ", ".join(KERNELS)
        raise MethodError(f"there is no kernel {kernel!r}", where="method 'kpca'", remedy=f"Choose one of {known}.")
    rows = _rows(activations)
    width = 1 / activations.shape[-1] if gamma is None else gamma

    def project(some: Tensor, solve: Solve) -> Tensor:
        return _kernel_component(KERNELS[kernel](_about_mean(some), width), solve)

    map_ = _all_or_one_by_one(project, rows, _extent(rows, 1))
    return _on_grid(_facing(map_, _energy(rows)), activations)


@method(
    name="fem",
    title="FEM",
    paper="Fuad et al., Features Understanding in 3D CNNs for Actions Recognition in Video, IPTA 2020 "
    "(the Feature Explanation Method)",
    cost="1 forward pass",
)
def fem(activations: Tensor, *, k: float = 2.0) -> Tensor:
    """Where channels stand out from their own average, strong channels first, whatever the class.

    L = sum_c μ_c [A_c > μ_c + K σ_c], with μ_c and σ_c the mean and standard deviation of channel c over the places,
    and K = 2. A lone active place stands out by sqrt(places - 1) sigmas: on a grid of 5 places or fewer L is 0.

    Args:
        activations: A, float32 (N, *grid, channels).
        k: K, how many standard deviations above its mean a channel must be.

    Returns:
        The signed map, float32 (N, *grid).
    """
    rows = _rows(activations)
    means = tf.reduce_mean(rows, axis=1, keepdims=True)
    sigmas = tf.sqrt(tf.reduce_mean(tf.square(rows - means), axis=1, keepdims=True))
    outstanding = tf.cast(rows > means + k * sigmas, rows.dtype)
    return _on_grid(tf.reduce_sum(means * outstanding, axis=-1), activations)


# Kernels: float64 (N, places, channels) -> (N, places, places).


def _dot(rows: Tensor) -> Tensor:
    return tf.matmul(rows, rows, transpose_b=True)


def _rbf(rows: Tensor, gamma: float) -> Tensor:
    squares, dots = _energy(rows), _dot(rows)
    distances = squares[:, :, None] + squares[:, None, :] - 2 * dots
    return tf.exp(-gamma * tf.maximum(distances, 0))


KERNELS: dict[str, Callable[[Any, float], Any]] = {
    "sigmoid": lambda rows, gamma: tf.tanh(gamma * _dot(rows) + 1),
    "rbf": _rbf,
    "linear": lambda rows, gamma: _dot(rows),
}
"""The kernels of :func:`kpca` by name: functions of the rows and γ."""


# Components: float64 (N, places), their sign open.


def _first_component(rows: Tensor) -> Tensor:
    """The rows' projection on their first right singular vector, from the smaller of the two Gram matrices."""
    places, channels = _extent(rows, 1), _extent(rows, 2)

    def by_places(some: Tensor, solve: Solve) -> Tensor:
        value, vector = _leading(_dot(some), solve)
        return tf.sqrt(tf.maximum(value, 0))[:, None] * vector

    def by_channels(some: Tensor, solve: Solve) -> Tensor:
        _, vector = _leading(tf.matmul(some, some, transpose_a=True), solve)
        return tf.linalg.matvec(some, vector)

    return _either(
        places <= channels,
        lambda: _all_or_one_by_one(by_places, rows, places),
        lambda: _all_or_one_by_one(by_channels, rows, channels),
    )


def _kernel_component(kernel: Tensor, solve: Solve) -> Tensor:
    """The rows' first component in the kernel's space; 0 where all that is left of the kernel is rounding."""
    value, vector = _leading(_about_mean(_about_mean(kernel), axis=2), solve)
    rounding = 1e-15 * tf.reduce_sum(tf.abs(kernel), axis=[1, 2])
    return tf.sqrt(tf.where(value > rounding, value, 0))[:, None] * vector


def _leading(symmetric: Tensor, solve: Solve) -> tuple[Tensor, Tensor]:
    """Each image's largest eigenvalue and its vector; NaN for an image with a NaN, which would stop the solver."""
    finite = tf.reduce_all(tf.math.is_finite(symmetric), axis=[1, 2])[:, None]
    value, vector = solve(tf.where(finite[:, :, None], symmetric, 0))
    return value, tf.where(finite, vector, nan)


def _in_full(symmetric: Tensor) -> tuple[Tensor, Tensor]:
    values, vectors = tf.linalg.eigh(symmetric)
    return values[:, -1], vectors[:, :, -1]


def _by_iteration(symmetric: Tensor) -> tuple[Tensor, Tensor]:
    """Subspace iteration with Rayleigh–Ritz, until |G v - λ v| ≤ 1e-11 λ: a block of vectors in place of all."""
    size = _extent(symmetric, 1)
    start = tf.random.stateless_normal([size, tf.minimum(BLOCK, size)], seed=(0, 0), dtype=symmetric.dtype)
    basis = tf.linalg.qr(start)[0][None] + tf.zeros_like(symmetric[:, :, :1])

    def improve(turn: Any, basis: Tensor, *_: Any) -> tuple:
        image = tf.matmul(symmetric, basis)
        values, turned = tf.linalg.eigh(tf.matmul(basis, image, transpose_a=True))
        value, first = values[:, -1], turned[:, :, -1]
        vector = tf.linalg.matvec(basis, first)
        error = tf.norm(tf.linalg.matvec(image, first) - value[:, None] * vector, axis=1)
        return turn + 1, tf.linalg.qr(image)[0], value, vector, error

    def unfinished(turn: Any, basis: Tensor, value: Tensor, vector: Tensor, error: Tensor) -> Any:
        return (turn < MOST_ROUNDS) & tf.reduce_any(error > 1e-11 * tf.abs(value))

    *_, value, vector, _ = tf.while_loop(unfinished, improve, improve(tf.constant(0), basis))
    return value, vector


def _all_or_one_by_one(project: Callable[[Any, Solve], Any], rows: Tensor, size: Any) -> Tensor:
    """All images at once where their matrices have few rows; else one by one, so that memory does not grow with N."""
    return _either(
        size <= LARGEST_IN_FULL,
        lambda: project(rows, _in_full),
        lambda: tf.map_fn(lambda one: project(one[None], _by_iteration)[0], rows, parallel_iterations=1),
    )


def _facing(map_: Tensor, towards: Tensor) -> Tensor:
    """The map or its negative: the one whose sum of products with another is not negative."""
    return tf.where(tf.reduce_sum(map_ * towards, axis=1, keepdims=True) < 0, -map_, map_)


# Shapes.


def _rows(tensor: Tensor) -> Tensor:
    """(N, *grid, channels) -> float64 (N, places, channels)."""
    *grid, channels = tensor.shape[1:]
    places = -1 if None in grid else prod(grid)
    return tf.cast(tf.reshape(tensor, [tf.shape(tensor)[0], places, channels]), tf.float64)


def _on_grid(map_: Tensor, like: Tensor) -> Tensor:
    """(N, places) -> float32 (N, *grid), the grid of ``like``."""
    return tf.cast(tf.reshape(map_, tf.shape(like)[:-1]), tf.float32)


def _about_mean(rows: Tensor, axis: int = 1) -> Tensor:
    return rows - tf.reduce_mean(rows, axis=axis, keepdims=True)


def _energy(rows: Tensor) -> Tensor:
    return tf.reduce_sum(tf.square(rows), axis=-1)


def _extent(tensor: Tensor, axis: int) -> Any:
    """An int where it is known, else a tensor: a grid may be open until the model runs."""
    return tf.shape(tensor)[axis] if tensor.shape[axis] is None else tensor.shape[axis]


def _either(condition: Any, then: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
    """Decided now where the condition is known, else when the graph runs."""
    if isinstance(condition, bool):
        return then() if condition else otherwise()
    return tf.cond(condition, then, otherwise)
