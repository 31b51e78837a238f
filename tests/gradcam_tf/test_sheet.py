from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from gradcam_tf.render import Look, colorize
from gradcam_tf.sheet import GAP, LINE, TALLEST, WIDTH, Cell, compare

RED, BLUE = (200, 30, 30), (30, 30, 200)


def picture(colour, size=(448, 448)) -> Image.Image:
    return Image.new("RGB", size, colour)


def where(page: Image.Image, colour) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what has this colour."""
    rows, columns = np.nonzero((np.asarray(page) == colour).all(-1))
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def test_pictures_stand_in_their_rows_and_columns_at_one_size():
    page = compare([[Cell(picture(RED)), Cell(picture(BLUE))]], ["photo"], ["one", "two"], "the scale")
    left, top, right, bottom = where(page, RED)
    assert (left, right - left, bottom - top) == (GAP, WIDTH, WIDTH)
    assert where(page, BLUE) == (right + GAP, top, right + GAP + WIDTH, bottom)
    below = compare([[Cell(picture(RED))], [Cell(picture(BLUE))]], ["a", "b"], ["one"], "the scale")
    assert where(below, BLUE)[1] - where(below, RED)[3] >= LINE


def test_a_row_is_as_high_as_its_pictures_and_no_higher():
    wide, square = Cell(picture(RED, (1000, 100))), Cell(picture(BLUE))
    page = compare([[wide, wide], [square, square]], ["a", "b"], ["one", "two"], "")
    left, top, right, bottom = where(page, RED)
    assert (left, right, bottom - top) == (GAP, GAP + 2 * WIDTH + GAP, 28)
    assert where(page, BLUE)[1] - bottom < 3 * LINE
    assert where(page, BLUE)[3] - where(page, BLUE)[1] == WIDTH


def test_a_tall_picture_keeps_its_shape_within_its_cell():
    page = compare([[Cell(picture(RED, (100, 1000))), Cell(picture(BLUE, (1000, 100)))]], ["photo"], ["a", "b"], "")
    left, top, right, bottom = where(page, RED)
    assert (bottom - top, right - left) == (TALLEST, TALLEST // 10)
    left, top, right, bottom = where(page, BLUE)
    assert (right - left, bottom - top) == (WIDTH, WIDTH // 10)
    assert right <= page.width - GAP


@pytest.mark.parametrize("look", [Look(colormap="viridis"), Look(signed=True)])
def test_the_colour_bar_is_the_colormap_from_end_to_end(look):
    page = np.asarray(compare([[Cell(picture(RED))]], ["photo"], ["a"], "heat", look))
    ramp = colorize(np.linspace(0, 1, 220)[None], look.colours)[0].astype(int)
    assert any((np.abs(row[GAP : GAP + 220] - ramp) <= 4).all() for row in page)


def test_a_reason_stands_where_there_is_no_picture():
    said = compare([[Cell(None, "it needs a layer with places " * 9)]], ["photo"], ["a"], "")
    silent = compare([[Cell(None, "")]], ["photo"], ["a"], "")
    assert said.height > silent.height
    assert (np.asarray(said) < 150).sum() > 2 * (np.asarray(silent) < 150).sum()


def test_long_words_stay_in_their_column():
    page = compare([[Cell(picture(RED), "w" * 500), Cell(picture(BLUE))]], ["r" * 500], ["c" * 500, "d"], "s" * 900)
    ink = np.asarray(page).min(-1) < 250
    left = where(page, BLUE)[0]
    assert not ink[: where(page, RED)[1] - LINE - GAP, left - GAP + 1 : left].any()
    assert not ink[:, -GAP + 1 :].any()


@pytest.mark.parametrize(("rows", "columns"), [([], ["a"]), (["r"], []), (["r"], ["a", "b"]), (["r", "s"], ["a"])])
def test_headings_that_do_not_fit_the_cells_are_an_error(rows, columns):
    with pytest.raises(ValueError, match="headings"):
        compare([[Cell(picture(RED))]], rows, columns, "")
