"""Values to pixels: upsampled before they are coloured, coloured by the formula of the overlay."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest
from PySide6.QtGui import QImage

from gradcam_tf.gui.heat import COLORMAPS, DIVERGING, SIDE, ZERO, colours, indexed, sample
from gradcam_tf.gui.records import Look
from gradcam_tf.maps import resize
from gradcam_tf.render import FULL_HEAT


def array(image: QImage) -> np.ndarray:
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    # The memory goes with the image.
    return bits[:, : image.width()].copy()


def test_values_are_upsampled_as_maps_are(rng):
    values = rng.random((5, 7), np.float32)
    image = indexed(values, aspect=2.0)
    assert (image.width(), image.height()) == (SIDE, SIDE // 2)
    wanted = resize(values[None], (SIDE // 2, SIDE))[0] * 255
    assert np.abs(array(image) - wanted).max() <= 0.5001


def test_zero_is_the_middle_step_of_signed_values():
    assert array(indexed(np.zeros((2, 2)), 1.0, signed=True)).tolist()[0][0] == ZERO
    ends = array(indexed(np.array([[-1.0, -1.0], [1.0, 1.0]]), 1.0, signed=True))
    assert (ends.min(), ends.max()) == (1, 255)


def test_a_tall_map_keeps_its_aspect_and_a_fine_one_its_places():
    assert indexed(np.zeros((2, 2)), 0.5).size().toTuple() == (SIDE // 2, SIDE)
    assert indexed(np.zeros((SIDE + 3, 2)), 1.0).height() == SIDE + 3


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_a_number_is_drawn_all_the_same(value):
    image = indexed(np.array([[value, 0.5], [0.1, 0.2]]), 1.0)
    assert image.format() == QImage.Format.Format_Indexed8


@pytest.mark.parametrize("name", COLORMAPS)
@pytest.mark.parametrize(("opacity", "threshold"), [(0.5, 0.0), (1.0, 0.3), (0.0, 0.0)])
def test_a_step_has_the_colour_of_the_map_and_the_opacity_of_the_overlay(name, opacity, threshold):
    table = colours(Look(opacity=opacity, colormap=name, threshold=threshold))
    for step in (0, 1, 60, 76, 77, 127, 128, 255):
        value = step / 255
        alpha = opacity * min(value / FULL_HEAT, 1) if value >= threshold else 0
        red, green, blue, _ = matplotlib.colormaps[name](value, bytes=True)
        found = table[step].to_bytes(4, "big")
        assert abs(found[0] - alpha * 255) <= 0.5001, step
        assert np.abs(np.array(list(found[1:]), int) - [red, green, blue]).max() <= 1, step


def test_signed_steps_fade_at_zero_and_have_both_ends():
    table = colours(Look(signed=True, opacity=1.0))
    assert table[ZERO] >> 24 == 0
    for step, value in ((1, 0.0), (255, 1.0)):
        wanted = matplotlib.colormaps[DIVERGING](value, bytes=True)[:3]
        assert tuple((table[step] & 0xFFFFFF).to_bytes(3, "big")) == tuple(int(part) for part in wanted)
        assert table[step] >> 24 == 255


def test_the_threshold_cuts_both_signs():
    table = colours(Look(signed=True, threshold=0.5))
    alphas = [argb >> 24 for argb in table]
    assert not any(alphas[ZERO - 62 : ZERO + 63])
    assert min(alphas[ZERO + 70], alphas[ZERO - 70]) > 0


def test_a_value_under_the_pointer_is_that_of_the_upsampled_map(rng):
    values = rng.random((4, 6)).astype(np.float32)
    fine = resize(values[None], (40, 60))[0]
    for row, column in ((0, 0), (13, 29), (39, 59), (20, 5)):
        assert sample(values, (column + 0.5) / 60, (row + 0.5) / 40) == pytest.approx(
            float(fine[row, column]), abs=1e-5
        )
