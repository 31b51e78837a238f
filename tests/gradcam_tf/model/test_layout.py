from __future__ import annotations

import numpy as np
import pytest

from gradcam_tf.model.layout import infer_tokens, places_first, to_grid
from gradcam_tf.records import Layout


@pytest.mark.parametrize(
    ("tokens", "picture", "patches", "expected"),
    [
        (197, (224, 224), [(14, 14)], ((14, 14), 1)),
        (198, (224, 224), [(14, 14)], ((14, 14), 2)),
        (196, (224, 224), [], ((14, 14), 0)),
        (197, (224, 224), [], ((14, 14), 1)),
        (50, (224, 224), [(14, 14)], ((7, 7), 1)),  # merged after the patch embedding
        (33, (64, 128), [], ((4, 8), 1)),
        (32, (64, 128), [(8, 16), (4, 8)], ((4, 8), 0)),
        (23, (224, 224), [], ((4, 4), 7)),
        (29, (224, 224), [], ((5, 5), 4)),
    ],
)
def test_token_grids(tokens, picture, patches, expected):
    layout = infer_tokens(tokens, picture, patches)
    assert (layout.grid, layout.prefix) == expected


@pytest.mark.parametrize(("tokens", "picture"), [(3, (30, 70)), (1, (224, 224)), (47, (224, 224))])
def test_no_grid_where_none_fits(tokens, picture):
    assert infer_tokens(tokens, picture, []) is None


@pytest.mark.parametrize(
    ("shape", "first", "grid"),
    [
        ((1, 7, 5, 9), False, (7, 5)),
        ((1, 9, 7, 5), True, (7, 5)),
        ((1, 40, 9), False, (40,)),
        ((1, 1, 1, 9), False, None),
    ],
)
def test_places_of_their_own(shape, first, grid):
    layout = places_first(shape, first)
    assert (None if layout is None else layout.grid) == grid


def test_to_grid_puts_every_number_in_its_place(rng):
    values = rng.random((2, 3, 4, 5), np.float32)
    np.testing.assert_array_equal(to_grid(values, Layout("channels_last", (3, 4))), values)
    first = np.moveaxis(values, -1, 1)
    np.testing.assert_array_equal(to_grid(tf_tensor(first), Layout("channels_first", (3, 4))), values)
    tokens = np.concatenate([rng.random((2, 2, 5), np.float32), values.reshape(2, 12, 5)], axis=1)
    np.testing.assert_array_equal(to_grid(tokens, Layout("tokens", (3, 4), 2)), values)


def tf_tensor(values):
    import tensorflow as tf

    return tf.constant(values)
