"""The canvas: its pages, modes, messages, and what leaves it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDrag, QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from gradcam_tf.gui import canvas as canvas_room
from gradcam_tf.gui.canvas import GAP, Canvas
from gradcam_tf.gui.pyramid import Pyramid
from gradcam_tf.gui.records import Look
from gradcam_tf.gui.view import Place

from .made import make_answer


@pytest.fixture
def canvas(qtbot, photo) -> Canvas:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(520, 400)
    canvas.set_photo(photo, "/photos/a cat.jpg")
    canvas.show()
    return canvas


def button(widget, words: str) -> QPushButton:
    return next(each for each in widget.findChildren(QPushButton) if each.text() == words and not each.isHidden())


def test_the_empty_canvas_has_three_buttons(qtbot):
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.show()
    for words, signal in (
        ("Add photos…", canvas.add_wanted),
        ("Open model…", canvas.open_wanted),
        ("Try a sample", canvas.sample_wanted),
    ):
        with qtbot.waitSignal(signal, timeout=2000):
            qtbot.mouseClick(button(canvas, words), Qt.MouseButton.LeftButton)


def test_a_photo_takes_the_place_of_the_drop_area_and_gives_it_back(canvas):
    assert not canvas.empty.isVisible()
    assert canvas.heated.isVisible()
    canvas.set_photo(None)
    assert canvas.empty.isVisible()
    canvas.copy()


def test_modes(canvas, answer):
    canvas.set_answer(answer)
    assert not canvas.plain.isVisible()
    canvas.set_look(Look(mode="side by side"))
    assert canvas.plain.isVisible()
    assert canvas.picture().size().toTuple() == (160 + GAP, 60)
    canvas.set_look(Look(mode="swipe"))
    assert not canvas.plain.isVisible()
    canvas.heated.set_swipe(0.2)
    canvas.set_look(Look(mode="swipe", opacity=0.3))
    assert canvas.heated.swipe == 0.2
    canvas.set_look(Look())
    assert canvas.heated.swipe is None


def test_both_halves_show_the_same_place(canvas, answer, qtbot):
    canvas.set_look(Look(mode="side by side"))
    QApplication.processEvents()
    canvas.plain.zoom_to(9)
    assert canvas.heated.place == canvas.plain.place != Place()
    canvas.heated.fit()
    assert canvas.plain.place == Place()


def test_the_photo_alone_has_no_heat(canvas, answer, pixels):
    canvas.set_answer(answer)
    image = canvas.plain.picture()
    assert image.pixelColor(30, 30).getRgb()[:3] == tuple(int(part) for part in pixels[30, 30])
    canvas.set_heat_hidden(True)
    assert canvas.picture().pixelColor(30, 30) == image.pixelColor(30, 30)
    canvas.set_heat_hidden(False)
    assert canvas.picture().pixelColor(30, 30) != image.pixelColor(30, 30)


def test_a_slow_request_dims_the_old_map_and_can_be_cancelled(canvas, answer, qtbot):
    canvas.set_answer(answer)
    before = canvas.heated.viewport().grab().toImage().pixelColor(200, 180)
    canvas.show_progress("Score-CAM", 34, 128)
    assert canvas.busy.isVisible()
    assert "Score-CAM: 34 of 128" in [label.text() for label in canvas.busy.findChildren(QLabel)]
    assert canvas.heated.viewport().grab().toImage().pixelColor(200, 180) != before
    with qtbot.waitSignal(canvas.cancelled, timeout=2000):
        qtbot.mouseClick(button(canvas.busy, "Cancel"), Qt.MouseButton.LeftButton)
    canvas.end_progress()
    assert not canvas.busy.isVisible()
    assert canvas.heated.viewport().grab().toImage().pixelColor(200, 180) == before


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        ("negative", {"against": "What speaks against it?", "deeper": "Deeper layer"}),
        ("zero", {"deeper": "Deeper layer"}),
        ("nonfinite", {}),
    ],
)
def test_a_map_with_nothing_to_see_says_so_and_offers_what_to_do(canvas, qtbot, status, buttons):
    canvas.set_answer(make_answer(status=status, reason="in the engine's words"))
    assert canvas.banner.isVisible()
    assert "“tabby, 8 %”" in canvas.banner.text
    assert "every contribution is negative" in canvas.banner.text or status != "negative"
    shown = [each.text() for each in canvas.banner.findChildren(QPushButton)]
    assert shown == list(buttons.values())
    for name, words in buttons.items():
        with qtbot.waitSignal(canvas.asked, timeout=2000) as asked:
            qtbot.mouseClick(button(canvas.banner, words), Qt.MouseButton.LeftButton)
        assert asked.args == [name]
    canvas.set_answer(make_answer())
    assert not canvas.banner.isVisible()


def test_the_banner_covers_no_more_of_the_picture_than_itself(canvas, qtbot, answer):
    canvas.set_answer(answer)
    canvas.say("Something", {"act": "Act"})
    QApplication.processEvents()
    below = canvas.heated.viewport().mapTo(canvas, QPoint(100, 150))
    assert canvas.childAt(below) is canvas.heated.viewport()
    canvas.banner.hide()
    assert canvas.childAt(canvas.heated.viewport().mapTo(canvas, QPoint(100, 3))) is canvas.heated.viewport()


def test_a_photo_that_is_too_large_is_shown_smaller_and_said_so(canvas, photo):
    canvas.set_photo(Pyramid(160, 120, photo.levels, first=1), "big.tif")
    assert "1 : 2" in canvas.banner.text


def test_what_is_under_the_pointer_is_read_out(canvas, answer, qtbot):
    canvas.set_answer(answer)
    with qtbot.waitSignal(canvas.hovered, timeout=2000):
        qtbot.mouseMove(canvas.heated.viewport(), canvas.heated.viewport().rect().center())
    words = canvas._reading.text()
    assert words.startswith("x ")
    assert "heat 0.8" in words
    assert "rgb " in words
    grey = Pyramid.of(np.full((60, 80, 1), 7, np.uint8))
    canvas.set_photo(grey)
    qtbot.mouseMove(canvas.heated.viewport(), canvas.heated.viewport().rect().center() + QPoint(4, 4))
    assert "heat –" in canvas._reading.text()
    assert "grey 7" in canvas._reading.text()


def test_the_picture_is_copied(canvas, answer):
    canvas.set_answer(answer)
    canvas.copy()
    assert QApplication.clipboard().image().convertToFormat(QImage.Format.Format_RGB32) == canvas.picture()


def test_the_picture_is_dragged_out_as_image_and_file(canvas, answer, qtbot, monkeypatch):
    canvas.set_answer(answer)
    taken = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: taken.append(drag.mimeData()))
    view = canvas.heated.viewport()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(80, 80))
    qtbot.mouseMove(view, QPoint(130, 90))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton)
    (data,) = taken
    assert data.hasImage()
    path = data.urls()[0].toLocalFile()
    assert path.endswith("a cat-heat.png")
    assert QImage(path).convertToFormat(QImage.Format.Format_RGB32) == canvas.picture()


def test_what_is_taken_out_is_not_endless(canvas, monkeypatch):
    monkeypatch.setattr(canvas_room, "LONGEST_TAKEN_OUT", 40)
    canvas.copy()
    assert QApplication.clipboard().image().width() == 40


def test_the_bar_says_what_its_scale_is(canvas, answer):
    assert not canvas.bar.isVisible() or canvas.heated.photo_size == (80, 60)
    canvas.set_answer(answer)
    assert canvas.bar.words == "scale of this map"
    canvas.set_look(Look(signed=True))
    assert "speaks against" in canvas.bar.accessibleDescription()
    canvas.set_answer(None)
    assert not canvas.bar.isVisible()
