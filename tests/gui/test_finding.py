"""What dropped paths are."""

from __future__ import annotations

from gradcam_tf.gui.finding import Found, photos_in, sort


def test_models_photos_folders_and_projects_are_told_apart(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "saved.keras").mkdir()
    paths = [
        "m.KERAS",
        "w.h5",
        "a.PNG",
        "b.jpeg",
        tmp_path / "folder",
        "p.gradcam",
        "notes.txt",
        tmp_path / "saved.keras",
    ]
    found = sort(paths)
    assert found == Found(
        ("m.KERAS", "w.h5"),
        ("a.PNG", "b.jpeg"),
        (str(tmp_path / "folder"), str(tmp_path / "saved.keras")),
        ("p.gradcam",),
        ("notes.txt",),
    )
    assert found
    (tmp_path / "folder" / "saved_model.pb").touch()
    exported = [str(tmp_path / "folder"), str(tmp_path / "folder" / "saved_model.pb")]
    assert sort(exported) == Found(models=tuple(exported))
    assert not sort(["notes.txt"])


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


def test_a_folder_that_is_not_there_has_none(tmp_path):
    assert list(photos_in(str(tmp_path / "no"))) == []
    (tmp_path / "file").touch()
    assert list(photos_in(str(tmp_path / "file"))) == []
