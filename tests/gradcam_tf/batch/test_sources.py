"""Folders and lists -> items; nothing is opened, so the photos here are empty files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gradcam_tf.batch.recipe import LONGEST, stem
from gradcam_tf.batch.sources import check_apart, find
from gradcam_tf.errors import GradcamError, ImageError, OutputError


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def names(*sources, **options) -> list[str]:
    return [item.name for item in find(sources, **options).items]


def test_a_folder_gives_all_photos_below_it_in_order(tmp_path: Path):
    touch(tmp_path, "b.jpg", "a.PNG", "sub/deep/c.tiff", "notes.txt", ".hidden.jpg", ".git/x.png", "sub/._a.jpg")
    assert names(tmp_path) == ["a.PNG", "b.jpg", "sub/deep/c.tiff"]


def test_patterns(tmp_path: Path):
    touch(tmp_path, "train/a.jpg", "train/b.png", "test/a.jpg", "test/c.dat")
    assert names(tmp_path, include=["*.png"]) == ["train/b.png"]
    assert names(tmp_path, include=["train/*"]) == ["train/a.jpg", "train/b.png"]
    assert names(tmp_path, exclude=["test/*"]) == ["train/a.jpg", "train/b.png"]
    assert names(tmp_path, include=["*.dat"]) == ["test/c.dat"]


def test_several_folders_keep_their_names_apart(tmp_path: Path):
    touch(tmp_path, "x/train/a.jpg", "y/train/a.jpg")
    assert names(tmp_path / "x" / "train", tmp_path / "y" / "train") == ["x/train/a.jpg", "y/train/a.jpg"]


def test_a_folder_given_twice_is_taken_once(tmp_path: Path):
    touch(tmp_path, "a.jpg")
    assert names(tmp_path, tmp_path) == ["a.jpg"]


def test_a_link_back_is_not_followed_for_ever(tmp_path: Path):
    touch(tmp_path, "data/a.jpg", "other/b.jpg")
    (tmp_path / "data" / "loop").symlink_to(tmp_path / "data")
    (tmp_path / "data" / "more").symlink_to(tmp_path / "other")
    assert names(tmp_path / "data") == ["a.jpg", "more/b.jpg"]


def test_a_text_list_with_photos_beside_and_above_it(tmp_path: Path):
    touch(tmp_path, "a.jpg", "sub/b.jpg")
    (tmp_path / "photos.txt").write_text("# mine\nsub/b.jpg\n\na.jpg\nmissing.jpg\n", "utf-8-sig")
    assert names(tmp_path / "photos.txt") == ["sub/b.jpg", "a.jpg", "missing.jpg"]
    (tmp_path / "sub" / "photos.txt").write_text(f"b.jpg\n{tmp_path / 'a.jpg'}\n")
    assert names(tmp_path / "sub" / "photos.txt") == ["sub/b.jpg", "a.jpg"]


def test_a_table_with_targets_and_boxes(tmp_path: Path):
    (tmp_path / "t.csv").write_text(
        "path,target,left,top,right,bottom,more\na.jpg,281,1,2,30,40.5,x\nb.jpg,tabby,,,,,\nc.jpg,,,,,,\n"
    )
    a, b, c = find([tmp_path / "t.csv"]).items
    assert (a.target, a.box) == (281, (1, 2, 30, 40.5))
    assert (b.target, b.box, c.target) == ("tabby", None, None)


def test_a_parquet_table(tmp_path: Path):
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({"path": ["a.jpg", "b.jpg"], "target": [3.0, None]}), tmp_path / "t.parquet")
    assert [(one.name, one.target) for one in find([tmp_path / "t.parquet"]).items] == [("a.jpg", 3), ("b.jpg", None)]


def test_a_photo_listed_for_two_targets_has_two_names(tmp_path: Path):
    (tmp_path / "t.csv").write_text("path,target\na.jpg,1\na.jpg,2\na.jpg,1\n")
    assert names(tmp_path / "t.csv") == ["a.jpg", "a.jpg#2"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("t.csv", "image,target\na.jpg,1\n", "has no column 'path' (its columns: image, target)"),
        ("t.csv", "path,target\n,1\n", "photo 1: has no path"),
        ("t.csv", "path,left,top\na.jpg,1,2\n", "photo 1: has no whole box"),
        ("t.csv", "path,left,top,right,bottom\na.jpg,1,2,x,4\n", "photo 1: has no whole box"),
        ("t.csv", "path,left,top,right,bottom\na.jpg,9,2,1,4\n", "photo 1: has a box without an inside"),
        ("t.csv", "", "no photos are in it"),
        ("t.txt", "\n# nothing\n", "no photos are in it"),
        ("t.txt", b"\xff\xfe\x00", "the list cannot be read"),
        ("t.parquet", "not parquet", "is no Parquet file, or damaged"),
    ],
)
def test_a_list_that_is_wrong(tmp_path: Path, name: str, content: str | bytes, words: str):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(GradcamError) as caught:
        find([tmp_path / name])
    assert words in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)


def test_what_is_not_there(tmp_path: Path):
    with pytest.raises(ImageError, match="no photos are in it"):
        find([tmp_path])
    with pytest.raises(ImageError, match="there is no such folder or file"):
        find([tmp_path / "nowhere"])
    with pytest.raises(ImageError, match="the list cannot be read"):
        find([tmp_path / "nowhere.txt"])
    with pytest.raises(ImageError, match="no folder"):
        find([])


def test_results_among_the_photos_are_refused(tmp_path: Path):
    touch(tmp_path, "photos/a.jpg")
    (tmp_path / "link").symlink_to(tmp_path / "photos")
    for inside in ("photos", "photos/out", "link/out"):
        with pytest.raises(OutputError, match="whose photos are explained"):
            check_apart([tmp_path / "photos"], tmp_path / inside)
    check_apart([tmp_path / "photos"], tmp_path / "photos-out")


def test_a_name_that_leaves_no_room_for_an_ending_is_cut_and_stays_one_of_a_kind():
    first, second = "d/" + "é" * 124 + "1.jpg", "d/" + "é" * 124 + "2.jpg"
    assert stem("d/a b.jpg") == "d/a b.jpg"
    assert stem(first) != stem(second)
    assert all(len(os.fsencode(stem(one).rpartition("/")[2])) <= LONGEST for one in (first, second))
