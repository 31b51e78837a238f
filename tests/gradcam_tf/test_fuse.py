from __future__ import annotations

import numpy as np
import pytest

from gradcam_tf.maps import fuse

A = np.array([[[0.0, 0.5], [1.0, 0.2]]], np.float32)
B = np.array([[[1.0, 0.5], [0.0, 0.4]]], np.float32)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("mean", [[0.5 / 0.5, 0.5 / 0.5], [0.5 / 0.5, 0.3 / 0.5]]),
        ("product", [[0, 1.0], [0, 0.08 / 0.25]]),
        ("max", [[1.0, 0.5], [1.0, 0.4]]),
    ],
)
def test_place_by_place_and_scaled_again(how, expected):
    np.testing.assert_allclose(fuse([A, B], how), [expected], rtol=1e-6)


def test_nothing_in_common_gives_an_empty_map():
    assert not fuse([np.eye(2)[None], 1 - np.eye(2)[None]], "product").any()


def test_what_cannot_be_fused():
    with pytest.raises(ValueError, match=r"different shapes"):
        fuse([A, A[:, :1]])
    with pytest.raises(ValueError, match="there is no fusion 'sum'; there is mean, product, max"):
        fuse([A, B], "sum")
