"""A child gets the files that its requests are about, and its results where they were ordered; nothing else."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from gradcam_tf.errors import OutputError
from gradcam_tf.gui.asking import Window, knock
from gradcam_tf.gui.porter import Permits, Porter

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody is confined, and asks")


@pytest.fixture
def permits() -> Permits:
    return Permits()


@pytest.fixture
def window(tmp_path: Path, permits: Permits):
    (tmp_path / "private").mkdir()
    porter = Porter(str(tmp_path / "private"), permits)
    window = knock(str(tmp_path / "private"))
    assert isinstance(window, Window)
    yield window
    porter.close()


def content(window: Window, path: Path) -> bytes:
    with open(window.open(str(path)), "rb") as file:
        return file.read()


def test_a_file_is_handed_over_as_long_as_it_is_granted(window: Window, permits: Permits, tmp_path: Path):
    photo = tmp_path / "photo"
    photo.write_bytes(b"photo")
    with pytest.raises(PermissionError):
        window.open(str(photo))
    permits.grant([str(photo)], [])
    permits.grant([str(photo)], [])
    permits.withdraw([str(photo)], [])
    assert content(window, photo) == b"photo"
    permits.withdraw([str(photo)], [])
    with pytest.raises(PermissionError):
        window.open(str(photo))
    assert os.listdir(tmp_path / "private") == []


def test_a_folder_is_granted_with_what_is_in_it_and_no_link_leads_out(window, permits, tmp_path: Path):
    model = tmp_path / "model"
    (model / "variables").mkdir(parents=True)
    (model / "variables" / "data").write_bytes(b"data")
    (tmp_path / "secret").write_bytes(b"secret")
    (model / "link").symlink_to(tmp_path / "secret")
    (model / "folder").symlink_to(tmp_path)
    permits.grant([str(model)], [])
    assert content(window, model / "variables" / "data") == b"data"
    for path in ("link", "folder/secret", "../secret", "variables/../../secret"):
        with pytest.raises(PermissionError):
            window.open(f"{model}/{path}")


def test_what_is_no_file_is_not_waited_for(window, permits, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "private", "missing"):
        permits.grant([str(tmp_path / name)], [])
        with pytest.raises(OSError, match="No such file" if name == "missing" else "Invalid argument"):
            window.open(str(tmp_path / name))


def test_names_of_any_bytes(window, permits, tmp_path: Path):
    path = os.fsencode(tmp_path) + b"/\xff"
    with open(path, "wb") as file:
        file.write(b"x")
    permits.grant([os.fsdecode(path)], [])
    assert content(window, Path(os.fsdecode(path))) == b"x"


def test_results_are_put_where_they_were_ordered(window, permits, tmp_path: Path):
    out = tmp_path / "new" / "out"
    results = {out / "cat.overlay.png": b"1", out / "cat.provenance.json": b"2"}
    with pytest.raises(OutputError, match="was not ordered"):
        window.prepare(out)
    permits.grant([], [str(out)])
    window.prepare(out)
    window.place(results, False)
    assert {path: path.read_bytes() for path in out.iterdir()} == results
    with pytest.raises(OutputError, match="exists"):
        window.place(results, False)
    window.place(results, True)
    for path in (out / ".bashrc", out / "below" / "cat.overlay.png", tmp_path / "cat.overlay.png"):
        with pytest.raises((OutputError, PermissionError)):
            window.place({path: b"x"}, True)
    assert sorted(os.listdir(out)) == ["cat.overlay.png", "cat.provenance.json"]
    assert os.listdir(tmp_path / "private") == []


def test_what_a_child_leaves_is_read_if_it_is_a_file(window, permits, tmp_path: Path):
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    permits.grant([], [str(out)])
    (tmp_path / "private" / ("0" * 32)).symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "private" / ("1" * 32))
    for name in ("0" * 32, "1" * 32, "../secret", "2" * 32):
        with pytest.raises(OSError, match=r"Errno"):
            window._ask({"do": "place", "files": [[name, str(out / "x.overlay.png")]], "overwrite": True})
    assert os.listdir(out) == []


@pytest.mark.parametrize("message", [b"", b"x", b"[]", b"{}", b'{"do": "open"}', b'{"do": ["open"]}', b"[" * 60_000])
def test_nonsense_is_an_answer_or_the_end(message: bytes, window, permits, tmp_path: Path):
    window._line.send(message or b"\0")
    assert b"errno" in window._line.recv(1000)
    (tmp_path / "photo").write_bytes(b"photo")
    permits.grant([str(tmp_path / "photo")], [])
    assert content(window, tmp_path / "photo") == b"photo"
