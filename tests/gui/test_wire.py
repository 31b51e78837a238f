"""What is agreed passes; whatever else a process says is Garbled."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcam_tf.gui import wire
from gradcam_tf.gui.records import Delivery, Failure, Question
from gradcam_tf.gui.wire import Garbled, Parcel, Reply
from tests.gui.fake_engine import answer, card, maps


@pytest.mark.parametrize(
    "array",
    [
        np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4),
        np.arange(24, dtype=np.uint8).reshape(2, 4, 3),
        np.arange(48, dtype=np.uint8).reshape(4, 4, 3)[::2, ::-1],
    ],
    ids=["float32", "uint8", "a view"],
)
def test_an_array_arrives_as_it_was_and_leaves_nothing_behind(array, tmp_path):
    arrived = wire.take(tmp_path, wire.put(tmp_path, array))
    np.testing.assert_array_equal(arrived, array)
    assert arrived.dtype == array.dtype
    assert list(tmp_path.iterdir()) == []


def test_only_this_user_may_read_an_array(tmp_path):
    parcel = wire.put(tmp_path, np.zeros((2, 2), np.float32))
    assert (tmp_path / parcel.file).stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_outside_stays_and_is_not_read(tmp_path):
    outside = tmp_path / "precious"
    outside.write_bytes(bytes(12))
    (tmp_path / "private").mkdir()
    with pytest.raises(Garbled):
        wire.take(tmp_path / "private", Parcel("../precious", "uint8", (2, 2, 3)))
    assert outside.read_bytes() == bytes(12)


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "precious").write_bytes(bytes(12))
    (tmp_path / ("0" * 32)).symlink_to(tmp_path / "precious")
    with pytest.raises(Garbled):
        wire.take(tmp_path, Parcel("0" * 32, "uint8", (2, 2, 3)))
    assert (tmp_path / "precious").exists()


@pytest.mark.parametrize("shape", [(), (4,), (0, 4), (2**17, 1), (8193, 8192, 3), (1, 1, 1, 12)])
def test_an_absurd_shape_is_refused_before_memory_is_taken(shape, tmp_path):
    with pytest.raises(Garbled):
        wire.take(tmp_path, Parcel("0" * 32, "uint8", shape))


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_garble(line):
    with contextlib.suppress(Garbled):
        wire.read_reply(line)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(answer(1, {"index": None, "layer": "auto"}, ""))), json_values)
def test_an_answer_with_any_field_changed_is_an_answer_or_garbled(name, value):
    question = {"target": "auto", "index": None, "layer": "auto"}
    try:
        made = wire.answer({**answer(7, question, ""), name: value}, maps(), 7)
    except Garbled:
        return
    assert made.photo == 7
    assert np.isfinite(made.box).all()


@given(st.sampled_from(sorted(card(""))), json_values)
def test_a_card_with_any_field_changed_is_a_card_or_garbled(name, value):
    try:
        made = wire.model_card({**card(""), name: value})
    except Garbled:
        return
    assert all(isinstance(one, str) for one in made.classes)


def test_numbers_that_json_has_no_word_for_garble_an_answer_and_not_the_line():
    line = wire.line_of(Reply(1, "result", content={"highest": float("nan")}))
    assert wire.read_reply(line).content == {"highest": None}


def test_unnamed_classes_are_numbers_in_words():
    assert wire.model_card({**card(""), "classes": 3}).classes == ("class 0", "class 1", "class 2")
    with pytest.raises(Garbled):
        wire.model_card({**card(""), "classes": 10**9})


def test_a_path_that_is_no_text_is_sent_as_it_is():
    import json

    path = os.fsdecode(b"caf\xe9.png")
    line = wire.request_of(1, "pixels", {"path": path}, True)
    assert os.fsencode(json.loads(line)["arguments"]["path"]) == b"caf\xe9.png"


def test_a_delivery_with_failures_comes_back_as_it_was():
    import msgspec

    sent = Delivery("out", 2, ((1, Failure("no", "here")),))
    assert wire.record(Delivery, msgspec.json.decode(msgspec.json.encode(sent))) == sent


def test_equal_questions_have_equal_keys():
    first = Question("class", 3, method="kpca", settings={"gamma": 1.0, "kernel": "rbf"})
    same = Question("class", 3, method="kpca", settings={"kernel": "rbf", "gamma": 1.0})
    assert first.key == same.key
    assert len({first.key, Question("class", 3).key, Question("against", 3).key, Question().key}) == 4


def test_nothing_here_is_pickled():
    for path in (Path(wire.__file__), Path(wire.__file__).with_name("serving.py")):
        assert "import pickle" not in path.read_text()
