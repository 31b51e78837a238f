"""Kept answers stay within their bytes."""

from __future__ import annotations

import numpy as np

from gradcam_tf.gui import wire
from gradcam_tf.gui.answers import Answers
from gradcam_tf.gui.records import Question
from tests.gui.fake_engine import answer


def some(photo: int, index: int):
    content = answer(photo, {"target": "class", "index": index % 3, "other": index, "layer": "auto"}, "")
    return wire.answer(content, dict.fromkeys(("heat", "signed"), np.zeros((10, 10), np.float32)), photo)


def test_the_ones_unused_longest_go():
    kept = Answers(most_bytes=5000)  # of 1,400 each
    first, second, third = some(1, 0), some(1, 1), some(2, 2)
    for one in (first, second, third):
        kept.keep(one)
    assert kept.get(1, first.question) is first
    kept.keep(some(3, 3))
    assert kept.get(1, first.question) is first
    assert kept.get(1, second.question) is None
    assert len(kept) == 3


def test_an_answer_that_comes_again_takes_no_more_room():
    kept = Answers(most_bytes=5000)
    for _ in range(100):
        kept.keep(some(1, 0))
    assert len(kept) == 1
    kept.keep(some(2, 0))
    assert len(kept) == 2


def test_a_photo_is_forgotten_with_all_that_was_asked_of_it():
    kept = Answers()
    for photo, index in ((1, 0), (1, 1), (2, 0)):
        kept.keep(some(photo, index))
    assert kept.knows(1)
    kept.forget(1)
    assert not kept.knows(1)
    assert kept.knows(2)
    assert kept.get(1, Question("class", 0, 0)) is None
    kept.clear()
    assert len(kept) == 0
    assert not kept.knows(2)
