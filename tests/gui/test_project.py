"""Project files: what was saved comes back, wherever the folder is moved; what is none says so."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from gradcam_tf.errors import OutputError
from gradcam_tf.gui import project
from gradcam_tf.gui.project import Project, ProjectError
from gradcam_tf.gui.records import Look, ModelSource, Question


def some(folder) -> Project:
    return Project(
        ModelSource(str(folder / "models" / "mine.keras"), str(folder / "names.txt"), "unit", "crop"),
        (str(folder / "a.png"), str(folder / "inner" / "b.png"), os.path.abspath("/elsewhere/c.png")),
        1,
        Question("than", 3, 5, "conv", "kpca", {"gamma": 0.5, "kernel": "rbf"}),
        Look("swipe", 0.25, "turbo", 0.1, True),
    )


def test_what_was_saved_comes_back(tmp_path):
    project.write(tmp_path / "p.gradcam", some(tmp_path))
    assert project.read(tmp_path / "p.gradcam") == some(tmp_path)


def test_a_folder_that_is_moved_takes_its_photos_along(tmp_path):
    (tmp_path / "old").mkdir()
    project.write(tmp_path / "old" / "p.gradcam", some(tmp_path / "old"))
    shutil.move(tmp_path / "old", tmp_path / "new")
    assert project.read(tmp_path / "new" / "p.gradcam") == some(tmp_path / "new")


def test_the_file_holds_choices_and_no_pixels(tmp_path):
    project.write(tmp_path / "p.gradcam", Project())
    content = json.loads((tmp_path / "p.gradcam").read_text())
    assert content["gradcam_tf_project"] == 1
    assert content["photos"] == []
    assert content["model"]["path"] == ""


def test_it_replaces_the_one_before_whole(tmp_path):
    path = tmp_path / "p.gradcam"
    project.write(path, some(tmp_path))
    project.write(path, Project())
    assert project.read(path) == Project()
    assert [one.name for one in tmp_path.iterdir()] == ["p.gradcam"]


GOOD = json.dumps(
    {
        "gradcam_tf_project": 1,
        "model": {},
        "photos": ["a.png"],
        "current": 0,
        "question": {},
        "look": {},
    }
)


def test_what_is_not_said_is_the_default(tmp_path):
    (tmp_path / "p.gradcam").write_text(GOOD)
    assert project.read(tmp_path / "p.gradcam") == Project(photos=(str(tmp_path / "a.png"),), current=0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff",
        b"[]",
        b"{}",
        b"[" * 100_000,
        GOOD[:-20].encode(),
        GOOD.replace("1", '"1"').encode(),
        GOOD.replace('["a.png"]', "7").encode(),
        GOOD.replace('["a.png"]', "[7]").encode(),
        GOOD.replace('"question": {}', '"question": {"target": "everything"}').encode(),
        GOOD.replace('"look": {}', '"look": {"opacity": "much"}').encode(),
    ],
)
def test_what_is_no_project_is_said_with_the_file_and_a_remedy(content, tmp_path):
    path = tmp_path / "p.gradcam"
    path.write_bytes(content)
    with pytest.raises(ProjectError) as raised:
        project.read(path)
    assert raised.value.where == str(path)
    assert raised.value.remedy


def test_a_later_version_is_told_from_damage(tmp_path):
    (tmp_path / "p.gradcam").write_text('{"gradcam_tf_project": 2, "new": []}')
    with pytest.raises(ProjectError, match="later version"):
        project.read(tmp_path / "p.gradcam")


@pytest.mark.parametrize("path", ["missing.gradcam", "", "a\0b"])
def test_what_cannot_be_read_is_said(path, tmp_path):
    with pytest.raises(ProjectError, match="cannot be read"):
        project.read(tmp_path / path)


@pytest.mark.parametrize("current", [-2, 1, 10**12])
def test_a_place_that_is_not_there_is_the_first(current, tmp_path):
    (tmp_path / "p.gradcam").write_text(GOOD.replace('"current": 0', f'"current": {current}'))
    assert project.read(tmp_path / "p.gradcam").current == 0


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(OutputError):
        project.write(tmp_path / "no" / "p.gradcam", Project())


def test_a_path_that_is_no_text_is_said(tmp_path):
    with pytest.raises(ProjectError, match="no valid text"):
        project.write(tmp_path / "p.gradcam", Project(photos=(os.fsdecode(b"/caf\xe9.png"),)))
