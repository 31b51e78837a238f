"""The colour bar, at any height it can be given."""

from __future__ import annotations

import pytest

from gradcam_tf.gui.colourbar import TALLEST, ColourBar
from gradcam_tf.gui.records import Look
from gradcam_tf.gui.view import GROUND


@pytest.fixture
def bar(qtbot) -> ColourBar:
    bar = ColourBar()
    qtbot.addWidget(bar)
    bar.show()
    return bar


def column(bar: ColourBar) -> list:
    image = bar.grab().toImage()
    return [image.pixelColor(19, y) for y in range(image.height())]


@pytest.mark.parametrize("height", [1, 20, 60, 99, 130, 900])
@pytest.mark.parametrize("width", [1, 30, 80])
def test_every_size_can_be_drawn(bar, width, height):
    bar.setMinimumSize(1, 1)
    bar.setFixedSize(width, height)
    assert not bar.grab().isNull()


def test_it_goes_from_the_ground_at_no_heat_to_the_brightest_colour_at_the_most(bar):
    bar.setFixedSize(80, 400)
    drawn = [y for y, colour in enumerate(column(bar)[:355]) if colour != GROUND]
    assert TALLEST - 12 <= len(drawn) <= TALLEST + 2
    top = column(bar)[drawn[0] + 3]
    assert top.lightness() > 180
    assert top.red() > top.blue() + 50


def test_below_the_threshold_it_is_empty(bar):
    bar.setFixedSize(80, 400)
    bar.set_look(Look(threshold=0.5))
    drawn = [y for y, colour in enumerate(column(bar)[:355]) if colour != GROUND]
    # The frame is drawn to the end; between its last line and the middle there is nothing.
    inside = [y for y in drawn if y < drawn[-1]]
    assert len(inside) == pytest.approx(TALLEST / 2, abs=4)


def test_signed_colours_are_empty_in_the_middle(bar):
    bar.setFixedSize(80, 400)
    bar.set_look(Look(signed=True))
    colours = column(bar)
    drawn = [y for y, colour in enumerate(colours[:355]) if colour != GROUND]
    top, bottom = colours[drawn[0] + 4], colours[drawn[-1] - 4]
    assert top.red() > top.blue()
    assert bottom.blue() > bottom.red()


def test_whose_scale_it_is_is_said_also_to_who_does_not_see_it(bar):
    bar.set_shared(True)
    assert "one scale for all" in bar.accessibleDescription()
    bar.set_shared(False)
    assert "this map" in bar.accessibleDescription()
