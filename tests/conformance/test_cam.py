"""Each weighting of feature maps against a slow oracle: its paper's equation, one number at a time, in float64."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from gradcam_tf import registry
from gradcam_tf.methods.cam import gradcam_plus_plus, random_weights, xgradcam

GRIDS = {"1-D": (5,), "2-D": (4, 3), "3-D": (2, 3, 4)}


def numbers(tensor: np.ndarray) -> Iterator[tuple[int, tuple[int, ...], int]]:
    """The index of every number of (N, *grid, channels), as (image, place, channel)."""
    for n, *place, k in np.ndindex(*tensor.shape):
        yield n, tuple(place), k


def weighted(A: np.ndarray, w: np.ndarray) -> np.ndarray:
    """L_p = sum_k w_k A_kp, with one weight for each image and channel."""
    maps = np.zeros(A.shape[:-1])
    for n, place, k in numbers(A):
        maps[(n, *place)] += w[n, k] * A[(n, *place, k)]
    return maps


def hirescam(A, g):
    """Draelos and Carin 2020, the definition of HiResCAM: sum_k dy/dA_k ⊙ A_k."""
    maps = np.zeros(A.shape[:-1])
    for n, place, k in numbers(A):
        maps[(n, *place)] += g[(n, *place, k)] * A[(n, *place, k)]
    return maps


def elementwise(A, g):
    """pytorch-grad-cam, GradCAMElementWise: sum_k max(g_k ⊙ A_k, 0)."""
    maps = np.zeros(A.shape[:-1])
    for n, place, k in numbers(A):
        maps[(n, *place)] += max(g[(n, *place, k)] * A[(n, *place, k)], 0)
    return maps


def gradcampp(A, g):
    """Chattopadhyay et al. 2017: w_k = sum_p α_kp ReLU(dY/dA_kp), α in its closed form for Y = exp(S).

    α_kp = g_kp² / (2 g_kp² + sum_q A_kq g_kp³): the sum is over A alone, the third derivative stays at p.
    """
    w = np.zeros((len(A), A.shape[-1]))
    for n, place, k in numbers(A):
        here = g[(n, *place, k)]
        below = 2 * here**2 + A[n, ..., k].sum() * here**3
        alpha = here**2 / below if below != 0 else 0
        w[n, k] += alpha * max(here, 0)
    return weighted(A, w)


def xgradcam_(A, g):
    """Fu et al. 2020: w_k = sum_p (A_kp / sum_q A_kq) dy/dA_kp; 0 for a channel whose sum is 0."""
    w = np.zeros((len(A), A.shape[-1]))
    for n, place, k in numbers(A):
        total = A[n, ..., k].sum()
        w[n, k] += A[(n, *place, k)] / total * g[(n, *place, k)] if total != 0 else 0
    return weighted(A, w)


def layercam(A, g):
    """Jiang et al. 2021: the weight of channel k at place p is ReLU(g_kp); L = sum_k ReLU(g_k) ⊙ A_k."""
    maps = np.zeros(A.shape[:-1])
    for n, place, k in numbers(A):
        maps[(n, *place)] += max(g[(n, *place, k)], 0) * A[(n, *place, k)]
    return maps


def lafam(A, g):
    """Karjauv and Albayrak 2024: Ā_p = 1/K sum_k A_kp, before their scaling by minimum and maximum."""
    return weighted(A, np.full((len(A), A.shape[-1]), 1 / A.shape[-1]))


ORACLES = {
    "hirescam": hirescam,
    "elementwise": elementwise,
    "gradcam++": gradcampp,
    "xgradcam": xgradcam_,
    "layercam": layercam,
    "lafam": lafam,
}


def explained(name: str, A: np.ndarray, g: np.ndarray) -> np.ndarray:
    method = registry.get(name)
    given = {"activations": A, "gradients": g}
    return np.asarray(method.function(*(given[need] for need in method.needs)))


def assert_agrees(actual: np.ndarray, A: np.ndarray, g: np.ndarray, oracle) -> None:
    expected = oracle(A.astype(np.float64), g.astype(np.float64))
    assert actual.dtype == np.float32
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-6 * np.abs(expected).max())


def tensors(rng, shape) -> tuple[np.ndarray, np.ndarray]:
    return rng.normal(size=shape).astype(np.float32), rng.normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)
@pytest.mark.parametrize("name", ORACLES)
class TestAgainstTheOracle:
    def test_with_activations_of_both_signs(self, rng, name, grid):
        A, g = tensors(rng, (2, *grid, 6))
        assert_agrees(explained(name, A, g), A, g, ORACLES[name])

    def test_behind_a_relu_with_a_dead_channel(self, rng, name, grid):
        A, g = tensors(rng, (2, *grid, 6))
        A = np.maximum(A, 0)
        A[..., 2] = 0
        assert_agrees(explained(name, A, g), A, g, ORACLES[name])

    def test_with_gradients_as_small_as_those_of_a_confident_softmax(self, rng, name, grid):
        A, g = tensors(rng, (2, *grid, 6))
        g *= np.float32(1e-25)
        assert_agrees(explained(name, A, g), A, g, ORACLES[name])


@pytest.mark.parametrize("name", ORACLES)
@pytest.mark.parametrize("shape", [(2, 1, 1, 6), (2, 4, 3, 1), (2, 1, 1, 1)], ids=str)
def test_one_place_or_one_channel(rng, name, shape):
    A, g = tensors(rng, shape)
    assert_agrees(explained(name, A, g), A, g, ORACLES[name])


@pytest.mark.parametrize("name", ORACLES)
def test_constants(name):
    A, g = np.full((2, 4, 3, 6), 0.3, np.float32), np.full((2, 4, 3, 6), -0.7, np.float32)
    assert_agrees(explained(name, A, g), A, g, ORACLES[name])


def test_gradcam_plus_plus_is_0_where_the_denominator_is():
    A, g = np.full((1, 2, 1), -2.0, np.float32), np.array([[[0.5], [1.0]]], np.float32)
    # S = -4: at g = 0.5 the denominator 0.5 - 4 · 0.125 is 0, so α = 0; at g = 1, α = 1 / (2 - 4).
    np.testing.assert_allclose(gradcam_plus_plus(A, g), [[1.0, 1.0]], rtol=1e-6)


def test_xgradcam_is_0_for_a_channel_whose_sum_is_0():
    A, g = np.array([[[1.0], [-1.0]]], np.float32), np.array([[[5.0], [2.0]]], np.float32)
    np.testing.assert_array_equal(xgradcam(A, g), [[0.0, 0.0]])


@pytest.mark.parametrize("name", ["gradcam++", "xgradcam"])
def test_a_nan_gradient_is_not_hidden_by_the_rule_for_a_0_denominator(name):
    A, g = np.zeros((1, 4, 3, 2), np.float32), np.full((1, 4, 3, 2), np.nan, np.float32)
    assert np.isnan(explained(name, A, g)).all()


class TestRandomWeights:
    def test_are_one_number_for_each_channel_between_minus_1_and_1(self, rng):
        A = np.eye(500, dtype=np.float32)[None]  # a place for each channel: the map is the weights
        weights = random_weights(A).numpy()[0]
        assert weights.min() >= -1
        assert weights.max() < 1
        assert abs(weights.mean()) < 0.1
        assert weights.std() == pytest.approx(1 / np.sqrt(3), rel=0.1)
        assert len(np.unique(weights)) > 490

    def test_weigh_the_channels_alike_at_every_place_and_image(self, rng):
        weights = random_weights(np.eye(6, dtype=np.float32)[None], seed=3).numpy()[0].astype(np.float64)
        A = rng.normal(size=(3, 4, 3, 6)).astype(np.float32)
        expected = weighted(A.astype(np.float64), np.tile(weights, (3, 1)))
        np.testing.assert_allclose(random_weights(A, seed=3), expected, rtol=1e-5, atol=1e-6)

    def test_differ_by_seed(self, rng):
        A = rng.normal(size=(1, 4, 3, 6)).astype(np.float32)
        np.testing.assert_array_equal(random_weights(A, seed=1), random_weights(A, seed=1))
        assert np.abs(random_weights(A, seed=1) - random_weights(A, seed=2)).max() > 0.1
