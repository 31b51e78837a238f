"""Pixels and thumbnails, by the real decoder process; and a decoder that is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gradcam_tf.gui.pictures import Pictures

from .made import WAIT


@pytest.fixture(scope="module")
def pictures(qapp):
    pictures = Pictures()
    pictures.start()
    yield pictures
    pictures.stop()


class Got:
    def __init__(self, ask, *arguments):
        self.pixels = self.failure = None
        ask(
            *arguments,
            lambda pixels: setattr(self, "pixels", pixels),
            lambda failure: setattr(self, "failure", failure),
        )

    def wait(self, qtbot):
        qtbot.waitUntil(lambda: self.pixels is not None or self.failure is not None, timeout=WAIT)
        return self


def test_pixels_are_those_of_the_file(pictures, qtbot, samples):
    got = Got(pictures.pixels, str(samples["chelsea"])).wait(qtbot)
    with Image.open(samples["chelsea"]) as image:
        np.testing.assert_array_equal(got.pixels, image.convert("RGB"))


def test_a_grey_photo_has_three_channels(pictures, qtbot, tmp_path):
    Image.new("L", (3, 2), 77).save(tmp_path / "grey.png")
    assert Got(pictures.pixels, str(tmp_path / "grey.png")).wait(qtbot).pixels.tolist() == [[[77] * 3] * 3] * 2


def test_a_second_time_they_are_there_at_once_until_forgotten(pictures, qtbot, tmp_path):
    path = tmp_path / "photo.png"
    Image.new("RGB", (4, 4), "red").save(path)
    first = Got(pictures.pixels, str(path)).wait(qtbot).pixels
    assert Got(pictures.pixels, str(path)).pixels is first
    Image.new("RGB", (4, 4), "blue").save(path)
    pictures.forget(str(path))
    assert Got(pictures.pixels, str(path)).wait(qtbot).pixels[0, 0].tolist() == [0, 0, 255]


def test_a_thumbnail_is_the_whole_photo_in_little(pictures, qtbot, samples):
    got = Got(pictures.thumbnail, str(samples["coffee"]), 96).wait(qtbot)
    assert got.pixels.shape == (64, 96, 3)
    with Image.open(samples["coffee"]) as image:
        expected = np.asarray(image.convert("RGB").resize((96, 64), Image.Resampling.BOX), float)
    assert abs(got.pixels - expected).mean() < 6


def test_a_file_name_that_is_no_text_is_read(pictures, qtbot, tmp_path):
    path = os.path.join(os.fsencode(tmp_path), b"caf\xe9.png")
    with open(path, "wb") as file:
        Image.new("RGB", (4, 4)).save(file, "PNG")
    assert Got(pictures.pixels, os.fsdecode(path)).wait(qtbot).pixels.shape == (4, 4, 3)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"no picture at all", None])
def test_what_is_no_picture_is_said(content, pictures, qtbot, tmp_path):
    path = tmp_path / "photo.png"
    if content is not None:
        path.write_bytes(content)
    failure = Got(pictures.pixels, str(path)).wait(qtbot).failure
    assert failure.what
    assert failure.where == str(path)
    assert failure.remedy


def test_more_pixels_than_are_shown_are_refused_in_words_for_a_window(pictures, qtbot, tmp_path):
    Image.new("1", (8193, 8192)).save(tmp_path / "large.png")
    failure = Got(pictures.pixels, str(tmp_path / "large.png")).wait(qtbot).failure
    assert "8,193 × 8,192" in failure.what
    assert "8,192 × 8,192" in failure.remedy
    assert "max_pixels" not in failure.remedy


def test_the_largest_that_is_shown_comes(pictures, qtbot, tmp_path):
    Image.new("1", (8192, 8192), 1).save(tmp_path / "large.png")
    assert Got(pictures.pixels, str(tmp_path / "large.png")).wait(qtbot).pixels.shape == (8192, 8192, 3)


def test_a_killed_decoder_is_started_again_and_asked_again(pictures, qtbot, samples, tmp_path):
    pid = pictures.pid
    with qtbot.waitSignal(pictures.died, timeout=WAIT) as died:
        os.kill(pid, 11)
    assert "crashed (signal 11)" in died.args[0].what
    Image.new("RGB", (5, 5)).save(tmp_path / "next.png")
    assert Got(pictures.pixels, str(tmp_path / "next.png")).wait(qtbot).pixels.shape == (5, 5, 3)
    assert pictures.pid != pid


@pytest.mark.parametrize("say", ["two-axes", "absurd-size", "link"])
def test_a_reader_that_lies_is_a_failure(say, qtbot):
    hostile = Pictures([sys.executable, str(Path(__file__).with_name("hostile_child.py")), say])
    hostile.start()
    assert "makes no sense" in Got(hostile.pixels, "photo.png").wait(qtbot).failure.what
    hostile.stop()


def test_who_scrolls_past_a_hundred_gets_the_last(pictures, qtbot, tmp_path):
    paths = [tmp_path / f"{i}.png" for i in range(100)]
    for path in paths:
        Image.new("RGB", (8, 8)).save(path)
    asked = [Got(pictures.thumbnail, str(path), 8) for path in paths]
    for one in asked[-50:]:
        one.wait(qtbot)
    assert all(one.failure is None for one in asked)


def test_the_process_and_the_window_s_side_know_no_tensorflow():
    rooms = [
        path.stem
        for path in Path(sys.modules["gradcam_tf.gui.pictures"].__file__).parent.glob("*.py")
        if path.stem not in ("worker", "__main__", "__init__")
    ]
    code = "import sys, importlib\n" + "".join(f"importlib.import_module('gradcam_tf.gui.{room}')\n" for room in rooms)
    code += "print(*[one for one in ('tensorflow', 'keras', 'h5py', 'gradcam_tf.explainer') if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.split() == []


def test_photos_that_stand_beside_each_other_take_no_ones_place(qtbot, tmp_path):
    paths = [str(tmp_path / f"{i}.png") for i in range(4)]
    for i, path in enumerate(paths):
        Image.new("RGB", (10 + i, 10)).save(path)
    pictures, got = Pictures(), {}
    pictures.start()
    try:
        for path in paths[:3]:
            pictures.pixels(path, lambda pixels, path=path: got.update({path: pixels.shape}), got.update, beside=True)
        pictures.pixels(paths[3], lambda pixels: got.update({paths[3]: pixels.shape}), got.update)
        qtbot.waitUntil(lambda: len(got) == 4, timeout=60_000)
    finally:
        pictures.stop()
    assert got == {path: (10, 10 + i, 3) for i, path in enumerate(paths)}
