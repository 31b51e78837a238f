"""A photo in halving sizes."""

from __future__ import annotations

import numpy as np
import pytest

from gradcam_tf.gui import pyramid
from gradcam_tf.gui.pyramid import Pyramid


def test_each_level_is_the_mean_of_four_pixels_of_the_one_before(rng):
    pixels = rng.integers(0, 256, (600, 512, 3), dtype=np.uint8)
    photo = Pyramid.of(pixels)
    assert [(level.width(), level.height()) for level in photo.levels] == [(512, 600), (256, 300), (128, 150)]
    for x, y in ((0, 0), (100, 200), (255, 299)):
        mean = pixels[2 * y : 2 * y + 2, 2 * x : 2 * x + 2].reshape(4, 3).mean(axis=0)
        assert np.abs(np.array(photo.levels[1].pixelColor(x, y).getRgb()[:3]) - mean).max() <= 0.5001


@pytest.mark.parametrize(("scale", "factor"), [(5.0, 1), (1.0, 1), (0.51, 1), (0.5, 2), (0.3, 2), (0.25, 4), (1e-6, 4)])
def test_the_level_has_a_pixel_for_each_on_the_screen(scale, factor):
    photo = Pyramid.of(np.zeros((1000, 1000, 1), np.uint8))
    assert photo.level(scale)[1] == factor


def test_pixels_are_those_of_the_photo(pixels, photo):
    assert photo.pixel(7, 50) == tuple(int(part) for part in pixels[50, 7])
    assert Pyramid.of(pixels[..., :1]).pixel(7, 50) == (int(pixels[50, 7, 0]),)


def test_a_photo_that_is_too_large_is_shown_from_a_half(monkeypatch, pixels):
    monkeypatch.setattr(pyramid, "MOST_PIXELS", 60 * 79)
    photo = Pyramid.of(pixels)
    assert (photo.width, photo.height, photo.first) == (80, 60, 1)
    assert photo.levels[0].width() == 40
    assert photo.level(1.0)[1] == 2
    assert np.abs(np.array(photo.pixel(79, 59)) - pixels[59, 79]).max() <= 4


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (3, 257)])
def test_odd_sizes(size):
    photo = Pyramid.of(np.full((*size, 3), 9, np.uint8))
    assert photo.pixel(size[1] - 1, size[0] - 1) == (9, 9, 9)
    assert max(photo.levels[-1].width(), photo.levels[-1].height()) <= pyramid.SMALLEST
