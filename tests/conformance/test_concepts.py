"""Deep feature factorization: a non-negative A in, its factors out; and which of them is shown."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from gradcam_tf import registry
from gradcam_tf.errors import MethodError
from gradcam_tf.methods.concepts import alone, factorize

GRIDS = {"1-D": (15,), "2-D": (5, 4), "3-D": (2, 3, 4)}


def error(rows: np.ndarray, maps: np.ndarray, patterns: np.ndarray) -> float:
    """|ReLU(A) - W H|², one number at a time (Collins et al. 2018, equation 1)."""
    rows, where = rows.reshape(-1, rows.shape[-1]), maps.reshape(len(maps), -1)
    total = 0.0
    for p, c in np.ndindex(*rows.shape):
        explained = sum(float(where[k, p]) * float(patterns[k, c]) for k in range(len(maps)))
        total += (max(float(rows[p, c]), 0.0) - explained) ** 2
    return total


@pytest.fixture(params=GRIDS.values(), ids=GRIDS)
def activations(request, rng) -> np.ndarray:
    return rng.normal(0.3, size=(*request.param, 7)).astype(np.float32)


def test_factors_are_non_negative_of_unit_length_and_strongest_first(activations):
    maps, patterns = factorize(activations, 3)
    assert maps.shape == (3, *activations.shape[:-1])
    assert patterns.shape == (3, 7)
    assert maps.dtype == patterns.dtype == np.float32
    assert maps.min() >= 0
    assert patterns.min() >= 0
    np.testing.assert_allclose(np.linalg.norm(patterns, axis=1), 1, rtol=1e-6)
    strengths = [np.linalg.norm(map_) for map_ in maps]
    assert strengths == sorted(strengths, reverse=True)


def test_the_error_falls_with_every_round_and_every_concept(activations):
    by_round = [error(activations, *factorize(activations, 3, rounds)) for rounds in (0, 1, 2, 5, 20, 100)]
    assert all(later <= earlier + 1e-6 for earlier, later in pairwise(by_round))
    assert by_round[-1] < by_round[0]
    by_count = [error(activations, *factorize(activations, count)) for count in (1, 2, 4, 7)]
    assert all(later < earlier for earlier, later in pairwise(by_count))
    assert by_count[-1] < 1e-3 * by_count[0]


def test_one_concept_of_a_non_negative_layer_is_its_first_singular_pair(rng):
    """Perron and Frobenius: the best single factor pair is non-negative by itself."""
    activations = rng.random((5, 4, 7)).astype(np.float32)
    (map_,), (pattern,) = factorize(activations, 1)
    u, s, vt = np.linalg.svd(activations.reshape(-1, 7).astype(np.float64))
    np.testing.assert_allclose(map_.ravel(), np.abs(u[:, 0]) * s[0], rtol=1e-5)
    np.testing.assert_allclose(pattern, np.abs(vt[0]), rtol=1e-5)


def test_concepts_that_are_apart_are_found_as_they_are():
    """Two patterns at places of their own: nothing else explains A without an error."""
    patterns = np.array([[3, 4, 0, 0], [0, 0, 0, 1]], np.float32)
    places = np.array([[2, 1, 0, 0, 0], [0, 0, 3, 0, 1]], np.float32)
    maps, found = factorize(places.T @ patterns, 2)
    np.testing.assert_allclose(maps, [places[0] * 5, places[1]], atol=1e-5)
    np.testing.assert_allclose(found, [[0.6, 0.8, 0, 0], [0, 0, 0, 1]], atol=1e-5)


@pytest.mark.filterwarnings("error")
def test_a_concept_that_is_not_needed_is_empty_and_a_nan_is_not_hidden():
    maps, patterns = factorize(np.outer([1, 2, 3], [1, 1]).astype(np.float32), 3)
    assert not maps[1:].any()
    assert not patterns[1:].any()
    maps, patterns = factorize(np.zeros((3, 2), np.float32), 2)
    assert not maps.any()
    maps, patterns = factorize(np.array([[1, np.nan], [1, 1]], np.float32), 2)
    assert np.isnan(maps).all()
    assert np.isnan(patterns).all()


def test_no_concept_is_an_error():
    with pytest.raises(MethodError, match="a layer has at least 1 concept"):
        factorize(np.ones((3, 2), np.float32), 0)


@pytest.mark.parametrize("wanted", [0, 1, 2])
def test_the_concept_is_shown_that_scores_highest_alone(activations, wanted):
    maps, patterns = factorize(activations, 3)
    single = alone(maps, patterns)
    np.testing.assert_allclose(single[2], maps[2][..., None] * patterns[2])
    channel = int(np.argmax(patterns[wanted] - np.delete(patterns, wanted, 0).max(axis=0)))

    def scores_of(count, make):
        """Two at a time: how much of one channel there is, per unit of the concept."""
        for start in range(0, count, 2):
            given = np.asarray(make(start, min(start + 2, count)))
            totals = given.reshape(len(given), -1, given.shape[-1])
            yield totals.sum(axis=1)[:, channel] / np.linalg.norm(totals.sum(axis=1), axis=1)

    shown = registry.get("dff").function(activations[None], scores_of)
    np.testing.assert_array_equal(shown, maps[None, wanted])
