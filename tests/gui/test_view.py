"""The picture: what is drawn, against the overlay of the files and kept pictures; and what the mouse does.

The kept pictures are made again by ``SNAPSHOTS=write python -m pytest tests/gui/test_view.py``; look at them.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from gradcam_tf.gui.pyramid import Pyramid
from gradcam_tf.gui.records import Look
from gradcam_tf.gui.view import GROUND, MARGIN, MOST_ZOOM, PictureView, Place, Reading
from gradcam_tf.maps import resize
from gradcam_tf.render import UNSEEN, overlay

from .made import make_answer

SNAPSHOTS = Path(__file__).parent / "snapshots"


def array(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return bits[:, : image.width() * 3].reshape(image.height(), image.width(), 3).astype(int)


@pytest.fixture
def view(qtbot, photo) -> PictureView:
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(176, 136)
    view.show()
    view.set_photo(photo)
    return view


# ---- what is drawn ----


@pytest.mark.parametrize(
    "look", [Look(), Look(opacity=1.0, colormap="viridis"), Look(opacity=0.0), Look(opacity=0.9, signed=True)]
)
def test_the_picture_is_the_overlay_of_the_files(view, pixels, answer, look):
    view.set_answer(answer)
    view.set_look(look)
    values = answer.signed if look.signed else answer.heat
    wanted = overlay(Image.fromarray(pixels), resize(values[None], (60, 80))[0], look=look.drawn)
    difference = np.abs(array(view.picture()) - np.asarray(wanted).astype(int))
    assert difference.max() <= 8
    assert difference.mean() < 1


def test_without_heat_the_picture_is_the_photo(view, pixels):
    np.testing.assert_array_equal(array(view.picture()), pixels)


def test_where_there_is_no_heat_the_photo_shows_unchanged(view, pixels):
    view.set_answer(make_answer(heat=np.zeros((3, 4), np.float32)))
    np.testing.assert_array_equal(array(view.picture()), pixels)


def test_what_the_model_did_not_see_is_dimmed(view, pixels):
    view.set_answer(make_answer(box=(20.0, 0.0, 60.0, 60.0), heat=np.zeros((3, 3), np.float32)))
    drawn = array(view.picture())
    np.testing.assert_array_equal(drawn[:, 20:60], pixels[:, 20:60])
    for dimmed in (np.s_[:, :19], np.s_[:, 61:]):
        assert np.abs(drawn[dimmed] - pixels[dimmed] * UNSEEN).max() <= 2


def test_a_weaker_map_on_a_shared_scale_is_drawn_weaker(view, pixels):
    answer = make_answer()
    view.set_answer(answer, gain=0.5)
    half = array(view.picture())
    view.set_answer(make_answer(heat=answer.heat * 0.5))
    np.testing.assert_array_equal(half, array(view.picture()))
    view.set_answer(answer)
    assert np.abs(half - array(view.picture())).max() > 20


def test_the_swipe_line_parts_photo_and_heat_also_in_the_picture(view, pixels):
    view.set_answer(make_answer(heat=np.ones((2, 2), np.float32)))
    view.set_swipe(0.5)
    drawn = array(view.picture())
    np.testing.assert_array_equal(drawn[:, :39], pixels[:, :39])
    assert (np.abs(drawn[:, 41:] - pixels[:, 41:]).sum(axis=-1) > 0).all()


def test_a_picture_can_be_smaller_than_its_photo(view):
    assert view.picture(longest=40).size().toTuple() == (40, 30)
    assert view.picture(longest=500).size().toTuple() == (80, 60)


STATES = {
    "overlay": lambda v: None,
    "signed": lambda v: v.set_look(Look(signed=True, opacity=0.8)),
    "threshold": lambda v: v.set_look(Look(threshold=0.5, opacity=1.0, colormap="viridis")),
    "swipe": lambda v: v.set_swipe(0.4),
    "zoomed": lambda v: v.set_place(Place(3.0, 0.4, 0.5)),
    "pixels": lambda v: v.set_place(Place(12.0, 0.4, 0.5)),
    "busy": lambda v: v.set_busy(True),
    "hidden": lambda v: v.set_heat_visible(False),
    "crop": lambda v: v.set_answer(make_answer(box=(10.0, 0.0, 70.0, 60.0))),
}


@pytest.mark.parametrize("state", STATES)
def test_the_view_looks_as_it_was_kept(view, answer, state):
    view.set_answer(answer)
    STATES[state](view)
    drawn, kept = view.viewport().grab().toImage(), SNAPSHOTS / f"view-{state}.png"
    if os.environ.get("SNAPSHOTS") == "write":
        kept.parent.mkdir(exist_ok=True)
        drawn.convertToFormat(QImage.Format.Format_RGB888).save(str(kept))
    difference = np.abs(array(drawn) - array(QImage(str(kept))))
    # Qt's versions blend and round edges a little differently.
    assert difference.mean() < 1
    assert (difference.max(axis=-1) > 12).mean() < 0.01


def test_the_ground_is_the_same_grey_in_both_themes(view, qapp):
    from gradcam_tf.gui import theme

    for scheme in ("light", "dark"):
        theme.apply(qapp, scheme)
        assert view.viewport().grab().toImage().pixelColor(1, 1) == GROUND
        assert GROUND.red() == GROUND.green() == GROUND.blue()


# ---- zoom and pan ----


def wheel(view: PictureView, at: QPointF, notches: int) -> None:
    event = QWheelEvent(
        at, view.viewport().mapToGlobal(at), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


@pytest.mark.parametrize("at", [QPointF(88, 68), QPointF(40, 100), QPointF(150, 30)])
def test_the_wheel_zooms_and_keeps_the_place_under_the_pointer(view, at):
    before, scale = view._on_photo(at), view.scale_now
    for notches in (3, 2, -1):
        wheel(view, at, notches)
        after = view._on_photo(at)
        assert (after - before).manhattanLength() < 1e-6
        assert (view.mapToScene(at.toPoint()) - before).manhattanLength() < 2 / view.scale_now
    assert view.scale_now > scale * 2


def test_fit_shows_the_whole_photo_with_a_margin_also_after_a_resize(view):
    view.zoom_to(9)
    view.fit()
    assert view.place == Place()
    assert view.scale_now == pytest.approx((176 - 2 * MARGIN) / 80)
    view.resize(96, 136)
    assert view.scale_now == pytest.approx((96 - 2 * MARGIN) / 80)


def test_one_to_one(view):
    view.actual_size()
    assert view.scale_now == pytest.approx(1 / view.devicePixelRatioF())


def test_zoom_and_pan_have_ends(view):
    for _ in range(60):
        view.zoom_in()
    assert view.scale_now == pytest.approx(MOST_ZOOM)
    view.pan(QPointF(1e6, -1e6))
    assert (view.place.x, view.place.y) == (0.0, 1.0)
    for _ in range(90):
        view.zoom_out()
    assert 0.05 < view.scale_now < 1


def test_a_drag_pans_when_the_photo_is_larger_than_the_view(view, qtbot):
    view.zoom_to(10)
    at, before = QPoint(80, 60), view._on_photo(QPointF(80, 60))
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(view.viewport(), at + QPoint(25, -15))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=at + QPoint(25, -15))
    assert (view._on_photo(QPointF(105, 45)) - before).manhattanLength() < 1e-6


def test_a_drag_takes_the_picture_out_when_it_fits_or_ctrl_is_held(view, qtbot):
    for zoom, modifier in ((1.0, Qt.KeyboardModifier.NoModifier), (4.0, Qt.KeyboardModifier.ControlModifier)):
        view.set_place(Place(zoom))
        with qtbot.waitSignal(view.dragged_out, timeout=2000):
            qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, modifier, QPoint(80, 60))
            qtbot.mouseMove(view.viewport(), QPoint(120, 60))
        qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton)


def test_views_can_be_linked_though_their_photos_differ(view, qtbot):
    other = PictureView()
    qtbot.addWidget(other)
    other.resize(176, 136)
    other.show()
    other.set_photo(Pyramid.of(np.zeros((600, 800, 3), np.uint8)))
    view.moved.connect(other.set_place)
    wheel(view, QPointF(40, 40), 4)
    near, far = view._on_photo(QPointF(40, 40)), other._on_photo(QPointF(40, 40))
    assert (near * 10 - far).manhattanLength() < 1e-6


# ---- the pointer ----


def test_what_is_under_the_pointer(view, qtbot, pixels, answer):
    view.set_answer(answer)
    seen: list[Reading | None] = []
    view.hovered.connect(seen.append)
    qtbot.mouseMove(view.viewport(), QPoint(88, 68))
    reading = seen[-1]
    assert (reading.x, reading.y) == (40, 30)
    assert reading.pixel == tuple(int(part) for part in pixels[30, 40])
    assert reading.heat == pytest.approx(0.8, abs=0.02)
    qtbot.mouseMove(view.viewport(), QPoint(2, 2))
    assert seen[-1] is None


def test_outside_the_box_there_is_no_heat_and_signed_heat_has_its_sign(view, qtbot):
    view.set_answer(make_answer(box=(0.0, 0.0, 40.0, 60.0)))
    view.set_look(Look(signed=True))
    seen: list[Reading | None] = []
    view.hovered.connect(seen.append)
    qtbot.mouseMove(view.viewport(), QPoint(130, 68))
    assert seen[-1].heat is None
    qtbot.mouseMove(view.viewport(), QPoint(10, 10))
    assert seen[-1].heat == pytest.approx(-0.5)


def test_the_swipe_line_is_dragged_and_moved_by_keys(view, qtbot):
    view.set_swipe(0.5)
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(88, 68))
    qtbot.mouseMove(view.viewport(), QPoint(44, 68))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(44, 68))
    assert view.swipe == pytest.approx(0.25)
    assert view.place == Place()
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.swipe == pytest.approx(0.27)
    qtbot.mouseMove(view.viewport(), QPoint(500, 68))
    assert view.swipe == pytest.approx(0.27)


def test_the_focus_is_seen_if_it_came_by_the_keyboard(view):
    before = view.viewport().grab().toImage()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.sendEvent(view, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    assert view.viewport().grab().toImage().pixelColor(1, 60) != before.pixelColor(1, 60)
    QApplication.sendEvent(view, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.MouseFocusReason))
    assert view.viewport().grab().toImage() == before


def test_a_view_without_a_photo_takes_everything_calmly(qtbot, answer):
    view = PictureView()
    qtbot.addWidget(view)
    view.show()
    view.set_answer(answer)
    for act in (view.fit, view.actual_size, view.zoom_in, view.zoom_out):
        act()
    wheel(view, QPointF(3, 3), 1)
    view.pan(QPointF(3, 3))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton)
    assert view.picture().size().toTuple() == (1, 1)
