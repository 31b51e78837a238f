"""Each decomposition against a slow oracle written from its paper, in float64 and by NumPy's full decompositions."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tensorflow as tf

from gradcam_tf.errors import MethodError
from gradcam_tf.methods import decomposition
from gradcam_tf.methods.decomposition import eigencam, eigengradcam, fem, kpca

GRIDS = {"1-D": (7,), "2-D": (4, 3), "3-D": (2, 3, 4)}
KERNELS = ["sigmoid", "rbf", "linear"]

every_grid = pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)
centred_or_not = pytest.mark.parametrize("centred", [False, True], ids=["as it is", "centred"])


def tensor(rng, grid, count=2, channels=6) -> np.ndarray:
    return rng.normal(size=(count, *grid, channels)).astype(np.float32)


def facing(one: np.ndarray, towards: np.ndarray) -> np.ndarray:
    return -one if (one * towards).sum() < 0 else one


def projected(matrix: np.ndarray) -> np.ndarray:
    """Bany Muhammad and Yeasin 2020: O = U Σ Vᵀ, L = O V_1, with O as (places, channels)."""
    return matrix @ np.linalg.svd(matrix, full_matrices=False)[2][0]


def eigencam_oracle(A: np.ndarray, centred: bool = False) -> np.ndarray:
    maps = []
    for one in A.astype(np.float64):
        rows = one.reshape(-1, one.shape[-1])
        decomposed = rows - rows.mean(axis=0) if centred else rows
        maps.append(facing(projected(decomposed), (rows**2).sum(axis=1)).reshape(one.shape[:-1]))
    return np.stack(maps)


def eigengradcam_oracle(A: np.ndarray, g: np.ndarray, centred: bool = False) -> np.ndarray:
    maps = []
    for one in A.astype(np.float64) * g.astype(np.float64):
        rows = one.reshape(-1, one.shape[-1])
        decomposed = rows - rows.mean(axis=0) if centred else rows
        maps.append(facing(projected(decomposed), rows.sum(axis=1)).reshape(one.shape[:-1]))
    return np.stack(maps)


def kernel_value(x: np.ndarray, y: np.ndarray, kernel: str, gamma: float) -> float:
    if kernel == "sigmoid":
        return math.tanh(gamma * float(x @ y) + 1)
    return math.exp(-gamma * float(((x - y) ** 2).sum())) if kernel == "rbf" else float(x @ y)


def kpca_oracle(A: np.ndarray, kernel: str = "sigmoid", gamma: float | None = None) -> np.ndarray:
    """Karmani et al. 2024 by Schölkopf et al. 1998, equation for centring in feature space: K - 1K - K1 + 1K1."""
    maps = []
    for one in A.astype(np.float64):
        rows = one.reshape(-1, one.shape[-1])
        points = rows - rows.mean(axis=0)
        width = 1 / rows.shape[1] if gamma is None else gamma
        K = np.array([[kernel_value(x, y, kernel, width) for y in points] for x in points])
        ones = np.full(K.shape, 1 / len(K))
        values, vectors = np.linalg.eigh(K - ones @ K - K @ ones + ones @ K @ ones)
        component = np.sqrt(values[-1]) * vectors[:, -1]
        maps.append(facing(component, (rows**2).sum(axis=1)).reshape(one.shape[:-1]))
    return np.stack(maps)


def fem_oracle(A: np.ndarray, K: float = 2.0) -> np.ndarray:
    """Fuad et al. 2020: binary maps by the K-sigma rule, each weighted by its channel's mean activation, summed."""
    maps = np.zeros(A.shape[:-1])
    for n, *place, c in np.ndindex(*A.shape):
        channel = A[n, ..., c].astype(np.float64)
        if A[(n, *place, c)] > channel.mean() + K * channel.std():
            maps[(n, *place)] += channel.mean()
    return maps


def assert_agrees(actual, expected: np.ndarray) -> None:
    actual = np.asarray(actual)
    assert actual.dtype == np.float32
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-6 * np.abs(expected).max())


@every_grid
@centred_or_not
class TestEigenCAM:
    def test_equals_the_oracle(self, rng, grid, centred):
        A = tensor(rng, grid)
        assert_agrees(eigencam(A, centred=centred), eigencam_oracle(A, centred))

    def test_equals_the_oracle_behind_a_relu(self, rng, grid, centred):
        A = np.maximum(tensor(rng, grid), 0)
        assert_agrees(eigencam(A, centred=centred), eigencam_oracle(A, centred))

    def test_with_more_channels_than_places(self, rng, grid, centred):
        A = tensor(rng, grid, channels=40)
        assert_agrees(eigencam(A, centred=centred), eigencam_oracle(A, centred))

    def test_of_gradients_times_activations_equals_the_oracle(self, rng, grid, centred):
        A, g = tensor(rng, grid), tensor(rng, grid)
        assert_agrees(eigengradcam(A, g, centred=centred), eigengradcam_oracle(A, g, centred))


def with_values(rng, values, places: int, channels: int) -> np.ndarray:
    """(1, places, channels) with these singular values."""
    left = np.linalg.qr(rng.normal(size=(places, len(values))))[0]
    right = np.linalg.qr(rng.normal(size=(channels, len(values))))[0]
    return ((left * values) @ right.T)[None].astype(np.float32)


@pytest.mark.parametrize(("places", "channels"), [(12, 30), (30, 12), (300, 320), (320, 300)])
def test_close_singular_values_are_told_apart(rng, places, channels):
    A = with_values(rng, [1, 1 - 1e-4, 0.5, 0.1], places, channels)
    assert_agrees(eigencam(A), eigencam_oracle(A))


@pytest.mark.parametrize(("places", "channels"), [(12, 30), (320, 300)])
def test_equal_singular_values_still_give_a_unit_map_of_their_span(rng, places, channels):
    A = with_values(rng, [1, 1, 0.5], places, channels)
    one = eigencam(A).numpy()[0]
    basis = np.linalg.svd(A[0].astype(np.float64), full_matrices=False)[0][:, :2]
    assert np.linalg.norm(one) == pytest.approx(1, rel=1e-5)
    np.testing.assert_allclose(basis @ (basis.T @ one), one, atol=1e-6)


@pytest.mark.parametrize(("places", "channels"), [(12, 30), (30, 12), (300, 320)])
def test_of_rank_one_the_eigencam_is_that_rank(rng, places, channels):
    pattern, mixture = rng.random(places), rng.random(channels)
    A = np.outer(pattern, mixture)[None].astype(np.float32)
    np.testing.assert_allclose(eigencam(A)[0], pattern * np.linalg.norm(mixture), rtol=1e-5)


@pytest.mark.parametrize(("places", "channels"), [(40, 3), (3, 40)])
def test_the_smaller_of_the_two_gram_matrices_is_decomposed(rng, monkeypatch, places, channels):
    sizes = []
    in_full = decomposition._in_full
    monkeypatch.setattr(decomposition, "_in_full", lambda gram: sizes.append(gram.shape[1:]) or in_full(gram))
    eigencam(tensor(rng, (places,), channels=channels))
    assert sizes == [(3, 3)]


@pytest.mark.parametrize("grid", [(20, 18), (18, 17)], ids=["by channels", "by places"])
@centred_or_not
def test_large_matrices_are_iterated_to_the_same_numbers(rng, grid, centred):
    A = np.maximum(tensor(rng, grid, channels=330), 0)
    assert min(math.prod(grid), 330) > decomposition.LARGEST_IN_FULL
    assert_agrees(eigencam(A, centred=centred), eigencam_oracle(A, centred))


@pytest.mark.parametrize("name", ["eigencam", "kpca"])
@pytest.mark.parametrize("channels", [12, 40], ids=["by channels", "by places"])
def test_a_traced_program_iterates_where_the_grid_turns_out_large(rng, monkeypatch, name, channels):
    monkeypatch.setattr(decomposition, "LARGEST_IN_FULL", 10)
    function, oracle = DECOMPOSED[name]
    traced = tf.function(function, autograph=False)
    program = traced.get_concrete_function(tf.TensorSpec([None, None, None, channels], tf.float32))
    A = tensor(rng, (6, 4), channels=channels)
    assert_agrees(program(tf.constant(A)), oracle(A))


@every_grid
@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("gamma", [None, 0.5])
def test_kpca_equals_the_oracle(rng, grid, kernel, gamma):
    A = tensor(rng, grid)
    assert_agrees(kpca(A, kernel=kernel, gamma=gamma), kpca_oracle(A, kernel, gamma))


@pytest.mark.parametrize("kernel", KERNELS)
def test_kpca_of_a_large_grid_equals_the_oracle(rng, kernel):
    A = tensor(rng, (18, 15), count=2, channels=5)
    assert_agrees(kpca(A, kernel=kernel), kpca_oracle(A, kernel))


def test_kpca_with_the_linear_kernel_is_the_centred_eigencam(rng):
    A = tensor(rng, (4, 3))
    np.testing.assert_allclose(kpca(A, kernel="linear"), eigencam(A, centred=True), rtol=1e-5, atol=1e-6)


def test_kpca_of_an_unknown_kernel_lists_those_there_are(rng):
    with pytest.raises(MethodError, match=r"no kernel 'cubic'\. Choose one of sigmoid, rbf, linear\."):
        kpca(tensor(rng, (4, 3)), kernel="cubic")


@every_grid
@pytest.mark.parametrize("k", [2.0, 1.0, 0.5])
def test_fem_equals_the_oracle(rng, grid, k):
    A = np.exp(2 * tensor(rng, grid, channels=20))
    expected = fem_oracle(A, k)
    assert expected.any()
    assert_agrees(fem(A, k=k), expected)


def test_fem_weighs_a_channel_by_its_mean_even_if_that_is_negative(rng):
    A = tensor(rng, (5, 5), channels=20) - 1
    assert (fem_oracle(A) < 0).any()
    assert_agrees(fem(A), fem_oracle(A))


def test_fem_sees_nothing_stand_out_on_five_places():
    A = np.array([[[1.0], [0], [0], [0]]], np.float32)
    np.testing.assert_array_equal(fem(A), np.zeros((1, 4)))


DECOMPOSED = {"eigencam": (eigencam, eigencam_oracle), "kpca": (kpca, kpca_oracle), "fem": (fem, fem_oracle)}


@pytest.mark.parametrize("name", DECOMPOSED)
class TestDegenerate:
    @pytest.mark.parametrize("value", [0.0, 0.1, -0.3, 1e4])
    @pytest.mark.parametrize("grid", [(4, 3), (7, 7)], ids=str)
    def test_a_constant_has_no_pattern_but_its_own_size(self, name, value, grid):
        A = np.full((2, *grid, 6), value, np.float32)
        expected = np.full((2, *grid), abs(value) * math.sqrt(6)) if name == "eigencam" else np.zeros((2, *grid))
        np.testing.assert_allclose(DECOMPOSED[name][0](A), expected, rtol=1e-6)

    def test_a_single_channel(self, rng, name):
        A = tensor(rng, (4, 3), channels=1)
        function, oracle = DECOMPOSED[name]
        assert_agrees(function(A), oracle(A))

    def test_a_single_place(self, rng, name):
        A = tensor(rng, (1, 1))
        size = np.linalg.norm(A, axis=-1)
        np.testing.assert_allclose(DECOMPOSED[name][0](A), size if name == "eigencam" else 0 * size, rtol=1e-5)

    def test_negative_activations(self, rng, name):
        A = -np.abs(tensor(rng, (4, 3)))
        function, oracle = DECOMPOSED[name]
        assert_agrees(function(A), oracle(A))

    @pytest.mark.parametrize("bad", [np.nan, np.inf])
    @pytest.mark.parametrize("largest", [256, 10], ids=["in full", "by iteration"])
    def test_one_bad_number_spoils_its_image_and_no_other(self, rng, monkeypatch, name, bad, largest):
        monkeypatch.setattr(decomposition, "LARGEST_IN_FULL", largest)
        A = tensor(rng, (5, 4), count=3, channels=30)
        function = DECOMPOSED[name][0]
        before = function(A).numpy()
        A[1, 0, 0, 0] = bad
        after = function(A).numpy()
        assert not np.isfinite(after[1]).all()
        np.testing.assert_array_equal(after[[0, 2]], before[[0, 2]])


def test_tiny_activations_keep_their_pattern(rng):
    A = tensor(rng, (4, 3)) * np.float32(1e-20)
    assert_agrees(eigencam(A), eigencam_oracle(A))
