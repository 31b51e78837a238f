"""What paths are."""

from __future__ import annotations

from pathlib import Path

from gradcam_tf.gui.kinds import MOST_OPENED, Kinds, told_apart

CONTENT = {
    "a.PNG": b"",
    "b.jpeg": b"",
    "m.KERAS": b"PK",
    "old.h5": b"",
    "p.gradcam": b"{}",
    "note.docx": b"PK",
    "scan": b"\xff\xd8\xff\xe0",
}


def test_files_are_told_apart_by_name_and_else_by_how_they_begin(tmp_path):
    for name, data in CONTENT.items():
        (tmp_path / name).write_bytes(data)
    for folder in ("folder", "saved.keras"):
        (tmp_path / folder).mkdir()
    here = {name: str(tmp_path / name) for name in (*CONTENT, "folder", "saved.keras", "gone")}
    kinds = told_apart(map(Path, here.values()))
    assert kinds == Kinds(
        models=(here["m.KERAS"], here["old.h5"]),
        projects=(here["p.gradcam"],),
        photos=(here["a.PNG"], here["b.jpeg"], here["scan"]),
        folders=(here["folder"], here["saved.keras"]),
        other=(here["note.docx"], here["gone"]),
    )
    assert kinds
    assert kinds.paths[0] == here["p.gradcam"]
    assert not told_apart([here["note.docx"], here["gone"]])


def test_many_files_without_an_ending_are_not_all_opened(tmp_path):
    paths = [tmp_path / f"scan{number}" for number in range(80)]
    for path in paths:
        path.write_bytes(b"\xff\xd8\xff")
    kinds = told_apart(paths)
    assert (len(kinds.photos), len(kinds.other)) == (MOST_OPENED, 80 - MOST_OPENED)


def test_a_folder_with_a_saved_model_is_a_model(tmp_path):
    (tmp_path / "saved_model.pb").touch()
    paths = (str(tmp_path), str(tmp_path / "saved_model.pb"))
    assert told_apart(paths).models == paths
