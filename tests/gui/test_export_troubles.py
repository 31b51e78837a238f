"""Exports by the real engine's process where something is in the way: nothing is half-written, and it is said why."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QWidget

from gradcam_tf.gui.exporting import Exporting
from gradcam_tf.gui.pictures import Pictures
from gradcam_tf.gui.records import Delivery, Order
from gradcam_tf.gui.session import Session
from gradcam_tf.resources import sample_paths

WAIT = 120_000
ENDINGS = (".overlay.png", ".provenance.json")


@pytest.fixture(scope="module")
def session(qapp):
    session = Session(pictures=Pictures())
    session.start()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def exporting(session) -> Exporting:
    """The dialog's controller; it lives as long as the session."""
    window = QWidget()
    controller = Exporting(session, list, window)
    controller.window = window
    return controller


@pytest.fixture
def photos(session, qtbot, tmp_path) -> Session:
    """The session with forty photos."""
    folder = tmp_path / "photos"
    folder.mkdir()
    with Image.open(sample_paths()["chelsea"]) as picture:
        for number in range(40):
            picture.convert("RGB").rotate(number).save(folder / f"photo{number:02}.jpg")
    yield ready(session, qtbot, [folder / f"photo{number:02}.jpg" for number in range(40)])
    session.remove(list(session.album))
    session.dismiss_all()


def ready(session: Session, qtbot, paths) -> Session:
    qtbot.waitUntil(lambda: session.card is not None and session.running is None, timeout=WAIT)
    session.remove(list(session.album))
    session.add(paths)
    qtbot.waitUntil(lambda: len(session.album) == len(paths), timeout=WAIT)
    qtbot.waitUntil(lambda: session.running is None and not session.stale, timeout=WAIT)
    return session


def export(session: Session, qtbot, order: Order) -> Delivery:
    ends: list = []
    session.delivered.connect(ends.append)
    session.exports.failed.connect(ends.append)
    try:
        session.export(list(session.album), order)
        qtbot.waitUntil(lambda: bool(ends), timeout=WAIT)
    finally:
        session.delivered.disconnect(ends.append)
        session.exports.failed.disconnect(ends.append)
    assert isinstance(ends[0], Delivery), ends
    return ends[0]


def whole(folder: Path) -> int:
    """How many photos have all their files; nothing else is there."""
    names = os.listdir(folder)
    stems = Counter(next((name.removesuffix(e) for e in ENDINGS if name.endswith(e)), name) for name in names)
    assert set(stems.values()) <= {2}, names
    for name in names:
        if name.endswith(".png"):
            with Image.open(folder / name) as picture:
                picture.load()
        else:
            json.loads((folder / name).read_text())
    return len(stems)


@contextmanager
def mounted(folder: Path, options: str):
    """A disk of its own."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a disk")
def test_a_full_disk_stops_it_and_the_rest_can_be_tried_elsewhere(photos, qtbot, tmp_path, exporting):
    with mounted(tmp_path / "disk", "size=1500k") as disk:
        delivery = export(photos, qtbot, Order(str(disk)))
        assert 0 < delivery.written < 20
        assert whole(disk) == delivery.written
        stems = {name.partition(".")[0] for name in os.listdir(disk)}
    ((place, failure),) = delivery.failures
    assert "no space left" in failure.what
    assert len(delivery.left) == 40 - delivery.written - 1
    assert place not in delivery.left
    assert f"Stopped: {len(delivery.left)} photos more" in exporting.dialog.text
    # "Retry failed" is about all that has no files.
    without = [key for key in photos.album if Path(photos.album.path(key)).stem not in stems]
    assert sorted(exporting._failed) == without
    exporting.dialog.folder.setText(str(tmp_path / "elsewhere"))
    with qtbot.waitSignal(photos.delivered, timeout=WAIT) as delivered:
        exporting.dialog._retry.click()
    assert delivered.args[0].written == 40 - delivery.written
    assert whole(tmp_path / "elsewhere") == 40 - delivery.written


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a disk")
def test_a_folder_that_cannot_be_written_to_is_said_so(photos, qtbot, tmp_path):
    (tmp_path / "file").touch()
    with mounted(tmp_path / "disk", "ro") as disk:
        for folder in (disk, disk / "new", tmp_path / "file"):
            with qtbot.waitSignal(photos.exports.failed, timeout=WAIT) as failed:
                photos.export(list(photos.album), Order(str(folder)))
            assert failed.args[0].what
            assert failed.args[0].remedy
            assert photos.exporting is None


def test_a_folder_that_goes_away_stops_it(photos, qtbot, tmp_path):
    out = tmp_path / "out"

    def remove() -> None:
        if photos.exporting is not None and photos.exporting.done > 5 and out.exists():
            # At once: a folder cannot be emptied while another writes to it.
            out.rename(tmp_path / "elsewhere")

    photos.running_changed.connect(remove)
    try:
        delivery = export(photos, qtbot, Order(str(out)))
    finally:
        photos.running_changed.disconnect(remove)
    assert delivery.failures
    assert delivery.written + len(delivery.failures) + len(delivery.left) == 40
    assert not out.exists() or whole(out) < 40


def test_cancelled_it_leaves_no_half_files(photos, qtbot, tmp_path):
    out = tmp_path / "out"

    def cancel() -> None:
        if photos.exporting is not None and photos.exporting.done > 5:
            photos.cancel_export()

    photos.running_changed.connect(cancel)
    try:
        delivery = export(photos, qtbot, Order(str(out)))
    finally:
        photos.running_changed.disconnect(cancel)
    assert delivery.cancelled
    assert 5 < whole(out) < 40


def test_names_that_collide_and_names_of_any_bytes(session, qtbot, tmp_path):
    paths = [tmp_path / "a" / "cat.png", tmp_path / "b" / "cat.png", tmp_path / "b" / "Cat.jpg"]
    paths += [tmp_path / "b" / name for name in ("cat-2.png", "con.png", "x" * 240 + ".png", "ligne\nà.png")]
    paths.append(Path(os.fsdecode(os.fsencode(tmp_path) + b"/b/caf\xe9.png")))
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        with Image.open(sample_paths()["coffee"]) as picture:
            picture.convert("RGB").resize((60, 40)).save(path, "PNG")
    ready(session, qtbot, paths)
    delivery = export(session, qtbot, Order(str(tmp_path / "out")))
    assert (delivery.written, delivery.failures) == (len(paths), ())
    assert whole(tmp_path / "out") == len(paths)


def test_two_windows_write_to_one_folder(photos, qtbot, tmp_path):
    """The second window's files take no other's place; where one may replace, each file is whole."""
    other = Session(pictures=Pictures())
    try:
        other.start()
        ready(other, qtbot, [photos.album.path(key) for key in photos.album])
        for out, overwrite in ((tmp_path / "apart", False), (tmp_path / "over", True)):
            ends: list[Delivery] = []
            loop = QEventLoop()
            for one in (photos, other):
                one.delivered.connect(ends.append)
                one.export(list(one.album), Order(str(out), overwrite=overwrite))
            timer = QTimer(interval=20)
            timer.timeout.connect(lambda ends=ends, loop=loop: loop.quit() if len(ends) == 2 else None)
            timer.start()
            QTimer.singleShot(WAIT, loop.quit)
            loop.exec()
            timer.stop()
            for one in (photos, other):
                one.delivered.disconnect(ends.append)
            assert len(ends) == 2
            written = sum(end.written for end in ends)
            assert written >= 40
            assert {failure.what for end in ends for _, failure in end.failures} <= (
                {"exists already", "cannot be written: file exists"} if not overwrite else set()
            )
            assert written == 40 if not overwrite else 80
            assert whole(out) == 40
    finally:
        other.stop()
