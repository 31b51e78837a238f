"""Pixels: the blend against its formula, and pictures of input in any range."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from gradcam_tf.errors import GradcamError
from gradcam_tf.render import (
    DIVERGING,
    FULL_HEAT,
    OPACITY,
    UNSEEN,
    Look,
    colorize,
    coloured,
    displayable,
    overlay,
    sheet,
)


def photo(height: int = 5, width: int = 7, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, channels), dtype=np.uint8)


def picture(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)


# ---- colours ----


@pytest.mark.parametrize("name", ["inferno", "viridis", "turbo", "jet", "gray"])
def test_colours_are_those_of_matplotlib(name: str):
    values = np.linspace(0, 1, 256)[None]
    wanted = (matplotlib.colormaps[name](values)[..., :3] * 255).round().astype(np.uint8)
    np.testing.assert_array_equal(colorize(values, name), wanted)


def test_a_colormap_of_few_colours_uses_them_all():
    shown = colorize(np.linspace(0, 1, 100)[None], "tab10")
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) == 10


def test_values_outside_0_to_1_have_the_colour_of_the_end():
    np.testing.assert_array_equal(colorize(np.array([[-3.0, 7.0]])), colorize(np.array([[0.0, 1.0]])))


def test_an_unknown_colormap_is_named():
    with pytest.raises(GradcamError, match=r"'infernal': there is no such colormap\. Try inferno"):
        colorize(np.zeros((2, 2)), "infernal")


# ---- overlay ----


def test_where_there_is_no_heat_the_photo_shows_unchanged():
    pixels, heat = photo(), np.zeros((5, 7), np.float32)
    heat[2, 3] = 1
    result = np.asarray(overlay(picture(pixels), heat))
    cold = heat == 0
    np.testing.assert_array_equal(result[cold], pixels[cold])
    assert (result[~cold] != pixels[~cold]).any()


@pytest.mark.parametrize("opacity", [0.0, 0.25, OPACITY, 1.0])
def test_the_blend_is_its_formula_in_whole_numbers(opacity: float):
    """To the last bit: heat, opacity and colour have 8 bits each, and each is rounded once."""
    pixels, heat = photo(40, 60), np.linspace(0, 1, 2400).reshape(40, 60)
    colours = colorize(heat, "viridis").astype(int)
    wanted = np.empty_like(pixels)
    for row, column in np.ndindex(40, 60):
        level = round(heat[row, column] * 255)
        mask = round(255 * opacity * min(level / 255 / FULL_HEAT, 1))
        weighted = mask * colours[row, column] + (255 - mask) * pixels[row, column].astype(int)
        # No tie: 255 is odd.
        wanted[row, column] = (weighted + 127) // 255
    np.testing.assert_array_equal(np.asarray(overlay(picture(pixels), heat, look=Look(opacity, "viridis"))), wanted)


@pytest.mark.parametrize("opacity", [0.0, 0.25, OPACITY, 1.0])
def test_the_blend_is_its_formula_but_for_the_rounding(opacity: float):
    """Half a level of heat and half one of opacity, times what the colour differs from the photo; and the result."""
    pixels, heat = photo(200, 300), np.random.default_rng(1).random((200, 300))
    colours = colorize(heat, "viridis").astype(float)
    alpha = (opacity * np.minimum(heat / FULL_HEAT, 1))[..., None]
    wanted = (1 - alpha) * pixels + alpha * colours
    bound = 0.5 + (0.5 * opacity / FULL_HEAT + 0.5) / 255 * np.abs(colours - pixels)
    result = np.asarray(overlay(picture(pixels), heat, look=Look(opacity, "viridis")))
    assert (np.abs(result - wanted) <= bound + 1e-9).all()


def test_opacity_1_shows_the_pure_colour_where_the_heat_is_full():
    heat = np.full((5, 7), FULL_HEAT)
    np.testing.assert_array_equal(np.asarray(overlay(picture(photo()), heat, look=Look(opacity=1))), colorize(heat))


def test_what_the_model_did_not_see_is_dimmed():
    pixels, seen = photo(), np.zeros((5, 7), bool)
    seen[:, :4] = True
    result = np.asarray(overlay(picture(pixels), np.zeros((5, 7)), seen))
    np.testing.assert_array_equal(result[seen], pixels[seen])
    assert np.abs(result[~seen] - UNSEEN * pixels[~seen]).max() <= 0.5001


def test_grey_becomes_rgb_and_nothing_given_is_changed():
    for channels in (1, 3):
        given = picture(photo(channels=channels)), np.full((5, 7), 0.3, np.float32), np.ones((5, 7), bool)
        before = [np.array(one) for one in given]
        result = overlay(*given)
        assert (result.mode, result.size) == ("RGB", (7, 5))
        for one, copy in zip(given, before, strict=True):
            np.testing.assert_array_equal(one, copy)


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.7])
@pytest.mark.parametrize("signed", [False, True])
def test_threshold_and_sign_pixel_by_pixel(threshold: float, signed: bool):
    pixels, heat = photo(), np.linspace(-1 if signed else 0, 1, 35).reshape(5, 7)
    look = Look(0.8, "viridis", threshold, signed)
    drawn, alone = np.asarray(overlay(picture(pixels), heat, look=look), int), np.asarray(coloured(heat, look), int)
    for row, column in np.ndindex(5, 7):
        value = heat[row, column]
        hidden = abs(value) < threshold
        place, name = ((value + 1) / 2, DIVERGING) if signed else (value, "viridis")
        colour = np.array(matplotlib.colormaps[name](0.5 * signed if hidden else place)[:3]) * 255
        alpha = 0 if hidden else 0.8 * min(abs(value) / FULL_HEAT, 1)
        shown = np.array(matplotlib.colormaps[name](place)[:3]) * 255
        wanted = (1 - alpha) * pixels[row, column] + alpha * shown
        # A value lies up to half a step beside the one that is drawn.
        assert np.abs(drawn[row, column] - wanted).max() <= 4
        assert np.abs(alone[row, column] - colour).max() <= 4


def test_no_heat_says_why_where_there_is_room():
    white = np.full((200, 300, 3), 255, np.uint8)
    said = np.asarray(overlay(picture(white), np.zeros((200, 300)), words="nothing speaks for it " * 3))
    assert (said[:100] == 255).all()
    assert said[-3:].max() < 100
    small = np.asarray(overlay(picture(white[:16, :16]), np.zeros((16, 16)), words="nothing speaks for it"))
    assert (small == 255).all()


# ---- pictures of model input ----


@pytest.mark.parametrize(
    ("low", "high"), [(0, 255), (0, 1), (-1, 1), (-127, 128), (-2.1, 2.6), (0, 4095), (-3e38, 3e38), (1000, 1001)]
)
def test_input_of_any_range_has_a_picture_with_its_own_contrast(low: float, high: float):
    values = np.linspace(low, high, 256).reshape(16, 16, 1).astype(np.float32)
    shown = displayable(values)
    assert (shown.dtype, shown.shape) == (np.uint8, (16, 16, 1))
    np.testing.assert_allclose(shown.ravel(), np.arange(256), atol=1)


def test_values_that_fit_0_to_255_are_shown_as_they_are():
    values = np.array([[0, 10.4, 200.6, 90]], np.float32)
    assert displayable(values).ravel().tolist() == [0, 10, 201, 90]


def test_a_dark_picture_of_0_to_1_is_not_stretched():
    assert displayable(np.array([[0, 0.2, 0.5]])).ravel().tolist() == [0, 51, 128]


@pytest.mark.parametrize(("channels", "shown"), [(1, 1), (2, 1), (3, 3), (4, 3), (12, 3)])
def test_the_channels_that_can_be_shown(channels: int, shown: int):
    values = np.arange(2 * 3 * channels).reshape(2, 3, channels)
    np.testing.assert_array_equal(displayable(values), values[..., :shown])


def test_a_map_without_channels_has_one():
    assert displayable(np.zeros((4, 6))).shape == (4, 6, 1)


def test_nan_is_black_and_infinity_the_end_of_the_range():
    values = np.array([[0, 255, np.nan, np.inf, -np.inf]])
    assert displayable(values).ravel().tolist() == [0, 255, 0, 255, 0]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -7.0, 0.0, 1e30])
def test_a_constant_has_a_picture(value: float):
    shown = displayable(np.full((3, 3, 3), value))
    assert len(np.unique(shown)) == 1


@given(
    hnp.arrays(
        np.float32, (3, 4, 3), elements=st.floats(width=32, allow_nan=True, allow_infinity=True, allow_subnormal=True)
    )
)
def test_no_input_is_without_a_picture(values: np.ndarray):
    shown = displayable(values)
    assert (shown.dtype, shown.shape) == (np.uint8, (3, 4, 3))


# ---- several side by side ----


def test_a_sheet_has_all_pictures_at_one_height():
    page = sheet([Image.new("RGB", (100, 50), "red"), Image.new("RGB", (10, 1000), "blue")], height=20, gap=4)
    assert page.size == (40 + 4 + 1, 20)
    assert page.getpixel((5, 5)) == (255, 0, 0)
    assert page.getpixel((41, 5)) == (255, 255, 255)
    assert page.getpixel((44, 5)) == (0, 0, 255)
