"""Figures: nothing is cut off, whatever the names and shapes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from gradcam_tf.explanation import Explanation
from gradcam_tf.figure import LINE, draw
from gradcam_tf.inputs import Subject
from gradcam_tf.placement import place_photo
from gradcam_tf.records import Explained, Photo
from gradcam_tf.render import Look
from tests.gradcam_tf.test_export import explanation

NAME = "a class with a $very$ long name, " * 3 + "and_a_word_without_any_spaces_in_it_that_is_longer_than_a_line"


def of_shape(height: int, width: int, **changes) -> Explanation:
    one = explanation()[0]
    photo = Photo(Image.new("RGB", (width, height)), "p.png", "/p.png", "ab" * 32, ())
    subject = Subject(one.subjects[0].values, photo, place_photo((height, width), (16, 16)))
    return replace(one, subjects=(subject,), target=(Explained("class", 1, NAME, "logit"),), **changes)


@pytest.mark.parametrize("size", [(300, 400), (400, 300), (720, 72), (60, 600), (16, 16), (2, 900)])
@pytest.mark.parametrize("look", [Look(), Look(0.9, "viridis", 0.35, signed=True)])
def test_all_words_lie_on_the_page_and_on_no_picture(size, look):
    figure = draw(Figure(), of_shape(*size, status=("negative",)), look, "caption " * 60)
    FigureCanvasAgg(figure).draw()
    page = figure.bbox
    renderer = figure.canvas.get_renderer()
    pictures = [axis.get_window_extent(renderer) for axis in figure.axes[:3]]
    texts = [axis.title for axis in figure.axes] + [figure.axes[3].yaxis.label] + list(figure.texts)
    for text in [text for text in texts if text.get_text()]:
        box = text.get_window_extent(renderer)
        assert box.x0 >= page.x0 - 1, text.get_text()
        assert box.x1 <= page.x1 + 1, text.get_text()
        assert box.y0 >= page.y0 - 1, text.get_text()
        assert box.y1 <= page.y1 + 1, text.get_text()
        assert not any(box.shrunk(0.98, 0.98).overlaps(picture) for picture in pictures), text.get_text()


def test_titles_beside_each_other_do_not_meet():
    figure = draw(Figure(), of_shape(300, 400, method="smoothed(integrated-gradients)"), Look())
    FigureCanvasAgg(figure).draw()
    boxes = [axis.title.get_window_extent(figure.canvas.get_renderer()) for axis in figure.axes[:3]]
    assert boxes[0].x1 <= boxes[1].x0
    assert boxes[1].x1 <= boxes[2].x0


def test_several_images_stand_below_each_other():
    many = explanation(3)
    figure = draw(Figure(), many, Look())
    assert len(figure.axes) == 3 * 4
    bottoms = [figure.axes[4 * row].get_position().y0 for row in range(3)]
    assert bottoms == sorted(bottoms, reverse=True)
    assert bottoms[2] > 0
    assert LINE > 0


def test_a_photo_of_many_pixels_is_reduced_and_one_of_few_is_not():
    shapes = [draw(Figure(), of_shape(side, side), Look()).axes[0].images[0].get_array().shape for side in (40, 4000)]
    assert shapes[0] == (40, 40, 3)
    assert 900 <= shapes[1][0] < 1800


def test_a_blank_map_says_why_in_the_figure_and_in_the_overlay():
    blank = of_shape(300, 400, status=("negative",), heatmap=np.zeros((1, 16, 16), np.float32))
    figure = draw(Figure(), blank, Look())
    assert "speaks for the target" in figure.axes[1].get_title().replace("\n", " ")
    assert (np.asarray(blank.overlay())[-2] == (20, 20, 20)).all()
    # What speaks against is to be seen where signs are drawn.
    signed = blank.overlay(signed=True)
    assert isinstance(signed, Image.Image)
    assert (np.asarray(signed)[-2] != (20, 20, 20)).any()
