"""What every method that works on activations and gradients keeps to."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
import tensorflow as tf

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


def test_a_nan_is_never_a_silent_blank(method, rng):
    for need in method.needs:
        tensors = given(method, rng)
        tensors[need][1, 2, 1, 3] = np.nan
        result = run(method, tensors)
        assert np.isnan(result[1]).any(), need
        assert np.isfinite(result[[0, 2]]).all()


@pytest.mark.parametrize("shape", [(1, 1, 6), (4, 3, 1), (1, 1, 1)], ids=["one place", "one channel", "one number"])
def test_a_single_place_or_channel_gives_finite_numbers(method, rng, shape):
    *grid, channels = shape
    result = run(method, given(method, rng, grid, channels=channels))
    assert result.shape == (3, *grid)
    assert np.isfinite(result).all()


@pytest.mark.parametrize("value", [0.1, -0.3])
def test_constants_give_a_constant(method, rng, value):
    tensors = {need: np.full_like(tensor, value) for need, tensor in given(method, rng).items()}
    result = run(method, tensors)
    np.testing.assert_allclose(result, np.broadcast_to(result[:1, :1, :1], result.shape), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("grid", GRIDS, ids=str)
@pytest.mark.parametrize("known", [True, False], ids=["grid known", "grid open"])
def test_traced_for_any_batch_it_gives_the_same(method, rng, grid, known):
    traced = tf.function(method.function, autograph=False)
    extents = grid if known else (None,) * len(grid)
    program = traced.get_concrete_function(*[tf.TensorSpec([None, *extents, 6], tf.float32) for _ in method.needs])
    for count in (1, 3):
        tensors = given(method, rng, grid, count)
        result = program(*(tf.constant(tensors[need]) for need in method.needs)).numpy()
        assert result.dtype == np.float32
        np.testing.assert_allclose(result, run(method, tensors), rtol=1e-5, atol=1e-6)


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


def test_settings_have_defaults_and_a_seed_makes_the_result_the_same_again(method, rng):
    assert all(default is not inspect.Parameter.empty for default in method.settings.values())
    if "seed" not in method.settings:
        return
    tensors = [given(method, rng)[need] for need in method.needs]
    first, again, other = (np.asarray(method.function(*tensors, seed=seed)) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_what_is_to_be_known_is_said(method):
    assert method.title
    assert method.summary
    assert len(method.summary) < 120
    assert method.paper
    assert method.cost
