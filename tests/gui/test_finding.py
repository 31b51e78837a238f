"""The photos in folders."""

from __future__ import annotations

import os

from gradcam_tf.gui import finding
from gradcam_tf.gui.finding import photos_in


def test_photos_of_a_folder_come_as_a_person_would_order_them(tmp_path):
    for name in ("photo10.png", "photo9.png", "Photo1.png", "b.png", "a.jpg"):
        (tmp_path / name).touch()
    assert [path.rpartition("/")[2] for path in photos_in(str(tmp_path))] == [
        "a.jpg",
        "b.png",
        "Photo1.png",
        "photo9.png",
        "photo10.png",
    ]


def test_many_are_in_order_though_they_are_sorted_in_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(finding, "SORTED_AT_ONCE", 7)
    for number in range(100):
        (tmp_path / f"{'aB'[number % 2]} {number}.png").touch()
    order = [f"a {number}.png" for number in range(0, 100, 2)] + [f"B {number}.png" for number in range(1, 100, 2)]
    assert [os.path.basename(path) for path in photos_in(str(tmp_path))] == order


def test_a_folder_that_is_not_there_has_none(tmp_path):
    assert list(photos_in(str(tmp_path / "no"))) == []
    (tmp_path / "file").touch()
    assert list(photos_in(str(tmp_path / "file"))) == []
