"""The grid: one place, one scale."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from gradcam_tf.gui.compare import Cell, Compare, peak
from gradcam_tf.gui.pyramid import Pyramid
from gradcam_tf.gui.records import Look
from gradcam_tf.gui.view import Place

from .made import make_answer


@pytest.fixture
def compare(qtbot, photo) -> Compare:
    compare = Compare()
    qtbot.addWidget(compare)
    compare.resize(700, 500)
    compare.show()
    compare.set_grid(["cat", "cup"], ["Grad-CAM", "Score-CAM", "CAM"])
    for row in range(2):
        for column in range(3):
            compare.set_cell(row, column, Cell(photo, make_answer(highest=4.0 / (1 + column), strongest=6.0)))
    return compare


def heat(compare: Compare, row: int, column: int) -> float:
    """Of the hottest place."""
    view = compare._views[row, column]
    item = view._heat
    return item.value(item.box.topLeft() + (item.box.bottomRight() - item.box.topLeft()) * 0.4)


def test_one_scale_makes_the_strongest_map_1_and_the_others_weaker(compare):
    first = heat(compare, 0, 0)
    assert [heat(compare, 0, column) / first for column in range(3)] == pytest.approx([1, 1 / 2, 1 / 3])
    assert compare.bar.words == "one scale for all"
    compare.set_shared(False)
    assert [heat(compare, 1, column) / first for column in range(3)] == pytest.approx([1, 1, 1])
    assert compare.bar.words == "each map on its own scale"


def test_signed_maps_share_the_scale_of_their_largest_absolute_value(compare):
    assert peak(make_answer(highest=2, strongest=6), signed=True) == 6
    assert peak(make_answer(highest=2, strongest=6), signed=False) == 2
    compare.set_look(Look(signed=True))
    assert heat(compare, 0, 0) == pytest.approx(heat(compare, 0, 2))


def test_a_stronger_map_that_comes_later_rescales_the_others(compare, photo):
    before = heat(compare, 0, 0)
    compare.set_cell(1, 2, Cell(photo, make_answer(highest=40.0)))
    assert heat(compare, 0, 0) == pytest.approx(before / 10)


def test_maps_without_a_positive_value_are_drawn_as_nothing_and_do_no_harm(compare, photo):
    for row in range(2):
        for column in range(3):
            compare.set_cell(row, column, Cell(photo, make_answer(highest=-1.0, lowest=-2.0, status="negative")))


def test_all_show_the_same_place(compare):
    compare._views[0, 1].zoom_to(30)
    places = {view.place for view in compare._views.values()}
    assert len(places) == 1
    assert places.pop().zoom > 1
    compare.fit()
    assert {view.place for view in compare._views.values()} == {Place()}
    compare.zoom_in()
    assert len({view.place for view in compare._views.values()}) == 1


def test_a_cell_that_comes_later_shows_the_place_of_the_others(compare, photo, pixels):
    compare._views[0, 1].zoom_to(30)
    compare.set_cell(1, 1, Cell(Pyramid.of(pixels[::-1]), None))
    assert compare._views[1, 1].place == compare._views[0, 0].place


def test_a_cell_says_why_it_is_empty(compare, photo):
    compare.set_cell(0, 0, Cell(photo, None, "Score-CAM: 3 of 9"))
    assert compare._notes[0, 0].text() == "Score-CAM: 3 of 9"
    assert compare._views[0, 0].accessibleDescription() == "cat · Grad-CAM · Score-CAM: 3 of 9"
    compare.set_cell(0, 0, Cell(photo, make_answer()))
    assert compare._notes[0, 0].text() == ""


def test_a_double_click_opens_a_cell(compare, qtbot):
    with qtbot.waitSignal(compare.opened, timeout=2000) as opened:
        qtbot.mouseDClick(compare._views[1, 2].viewport(), Qt.MouseButton.LeftButton)
    assert opened.args == [1, 2]


def test_a_row_is_as_high_as_its_photo_asks_for(compare, qtbot):
    wide, tall = (Pyramid.of(np.zeros(shape, np.uint8)) for shape in ((40, 400, 3), (100, 100, 3)))
    for column in range(3):
        compare.set_cell(0, column, Cell(wide, make_answer()))
        compare.set_cell(1, column, Cell(tall, make_answer()))
    qtbot.waitUntil(lambda: compare._views[1, 0].height() > 2 * compare._views[0, 0].height())
    assert compare._views[0, 0].width() == compare._views[1, 0].width()


def test_a_new_grid_forgets_the_old_one(compare, photo):
    compare.set_grid([""], ["A"])
    compare.set_cell(0, 0, Cell(photo, make_answer()))
    assert len(compare._views) == 1
    with pytest.raises(KeyError):
        compare.set_cell(1, 1, Cell())
