from __future__ import annotations

import numpy as np
import pytest

from gradcam_tf import maps, masks
from gradcam_tf.errors import MethodError

SIZES = {
    "signal": ((5,), (12,)),
    "picture": ((7, 7), (32, 20)),
    "smaller": ((9, 8), (4, 3)),
    "same": ((4, 3), (4, 3)),
    "one place": ((1, 1), (6, 5)),
    "volume": ((2, 3, 4), (4, 9, 5)),
}


@pytest.mark.parametrize(("grid", "size"), SIZES.values(), ids=list(SIZES))
def test_resized_as_the_finished_maps_are(rng, grid, size):
    given = rng.normal(size=(3, *grid)).astype(np.float32)
    result = masks.resized(given, size).numpy()
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, maps.resize(given, size), rtol=1e-5, atol=1e-6)


def test_resized_to_an_input_of_more_axes_it_lies_on_the_last_ones(rng):
    given = rng.normal(size=(3, 2, 4)).astype(np.float32)
    result = masks.resized(given, (7, 6, 8)).numpy()
    assert result.shape == (3, 1, 6, 8)
    np.testing.assert_allclose(result[:, 0], maps.resize(given, (6, 8)), rtol=1e-5, atol=1e-6)


def test_resized_to_an_input_of_fewer_axes_is_refused(rng):
    with pytest.raises(MethodError, match="map has 2 axes, the model's input 1"):
        masks.resized(rng.normal(size=(3, 2, 4)).astype(np.float32), (7,))


def test_a_nan_stays(rng):
    given = rng.normal(size=(2, 3, 4)).astype(np.float32)
    given[1, 1, 1] = np.nan
    result = masks.stretched(masks.resized(given, (6, 8))).numpy()
    assert np.isnan(result[1]).all()
    assert np.isfinite(result[0]).all()


def test_stretched_to_0_and_1_each_by_itself(rng):
    given = rng.normal(size=(3, 4, 5)).astype(np.float32)
    given[2] = 7
    result = masks.stretched(given).numpy()
    np.testing.assert_allclose(result[:2].min(axis=(1, 2)), 0)
    np.testing.assert_allclose(result[:2].max(axis=(1, 2)), 1)
    assert not result[2].any()


@pytest.mark.parametrize("axis", [1, 2, 3])
@pytest.mark.parametrize("each", [False, True], ids=["one matrix", "a matrix each"])
def test_along_an_axis(rng, axis, each):
    tensor = rng.normal(size=(2, 3, 4, 5))
    matrix = rng.normal(size=(*([2] if each else []), 6, tensor.shape[axis]))
    result = np.asarray(masks.along(axis, tensor, matrix))
    for n in range(2):
        expected = np.moveaxis(np.tensordot(matrix[n] if each else matrix, tensor[n], (1, axis - 1)), 0, axis - 1)
        np.testing.assert_allclose(result[n], expected)


@pytest.mark.parametrize("shape", [(9,), (9, 6), (4, 3, 5), (1, 8)], ids=str)
def test_a_blur_keeps_what_is_even_and_evens_out_what_is_not(rng, shape):
    even = np.full((1, *shape, 2), 3.0, np.float32)
    np.testing.assert_allclose(masks.blurred(even, 0.5), even, rtol=1e-6)
    noise = rng.normal(size=(1, *shape, 2)).astype(np.float32)
    assert masks.blurred(noise, 0.5).numpy().std() < 0.8 * noise.std()
