"""What every method that works on activations and gradients keeps to."""

from __future__ import annotations

import numpy as np
import pytest

from gradcam_tf import registry

METHODS = [method for method in registry.methods().values() if set(method.needs) <= {"activations", "gradients"}]
GRIDS = [(5,), (4, 3), (2, 3, 4)]

pytestmark = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)


def given(method, rng, grid=(4, 3), count=3, channels=6) -> dict[str, np.ndarray]:
    return {need: rng.normal(size=(count, *grid, channels)).astype(np.float32) for need in method.needs}


def run(method, tensors):
    return np.asarray(method.function(*(tensors[need] for need in method.needs)))


@pytest.mark.parametrize("grid", GRIDS, ids=str)
def test_shape_and_dtype(method, rng, grid):
    result = run(method, given(method, rng, grid))
    assert result.shape == (3, *grid)
    assert result.dtype == np.float32


def test_a_batch_is_its_images_one_by_one(method, rng):
    tensors = given(method, rng)
    whole = run(method, tensors)
    for i in range(3):
        one = run(method, {need: value[i : i + 1] for need, value in tensors.items()})
        np.testing.assert_allclose(one[0], whole[i], rtol=1e-5, atol=1e-6)


def test_an_image_does_not_change_another(method, rng):
    tensors = given(method, rng)
    before = run(method, tensors)
    for value in tensors.values():
        value[1] = np.nan
    after = run(method, tensors)
    np.testing.assert_array_equal(after[[0, 2]], before[[0, 2]])


def test_zeros_give_zeros(method, rng):
    tensors = {need: np.zeros_like(value) for need, value in given(method, rng).items()}
    np.testing.assert_array_equal(run(method, tensors), np.zeros((3, 4, 3)))


def test_what_it_is_given_is_left_alone_and_the_result_is_the_same_again(method, rng):
    tensors = given(method, rng)
    copies = {need: value.copy() for need, value in tensors.items()}
    first, second = run(method, tensors), run(method, tensors)
    np.testing.assert_array_equal(first, second)
    for need, value in tensors.items():
        np.testing.assert_array_equal(value, copies[need])


def test_what_is_to_be_known_is_said(method):
    assert method.title
    assert method.summary
    assert method.paper
    assert method.cost
