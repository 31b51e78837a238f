"""The whole program: the real engine's process, real files, real drops."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gradcam_tf.gui.preferences import Preferences
from gradcam_tf.gui.session import Session
from gradcam_tf.gui.window import Window
from gradcam_tf.resources import default_model_path, sample_paths

WAIT = 120_000


@pytest.fixture
def window(qtbot):
    window = Window(Session(), Preferences())
    qtbot.addWidget(window)
    window.show()
    window.start()
    yield window
    window.session.stop()


def until(qtbot, condition):
    qtbot.waitUntil(condition, timeout=WAIT)


def drop(window: Window, *paths: Path) -> QDropEvent:
    """As the system does it: the drag enters, and is let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, button, key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    place = QPointF(window.rect().center())
    QApplication.sendEvent(window, QDragEnterEvent(place.toPoint(), action, data, button, key))
    event = QDropEvent(place, action, data, button, key)
    QApplication.sendEvent(window, event)
    return event


def settled(window: Window) -> bool:
    return window.stage.settled and window.session.running is None


def heat_on(window: Window) -> np.ndarray:
    """How much the canvas's picture differs from the photo, (height, width)."""
    canvas = window.stage.canvas

    def values(image):
        image = image.convertToFormat(image.Format.Format_RGB888)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
        return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)

    return np.abs(values(canvas.heated.picture()) - values(canvas.plain.picture())).sum(-1)


def choose_row(window: Window, row: int) -> None:
    view = window.panels.classes.view
    place = view.visualRect(view.model().index(row, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_drop_see_click_export(window, qtbot, tmp_path):
    """Start, drop a photo, a heatmap with no other step, another class by a click, the files right."""
    assert drop(window, sample_paths()["chelsea"]).isAccepted()
    until(qtbot, lambda: settled(window))
    first = heat_on(window)
    assert first.max() > 60
    assert window.session.answer.title.startswith("Egyptian cat")
    assert window.panels.classes.model.rows[0].label == "Egyptian cat"
    assert window.windowTitle().startswith("chelsea.png")

    choose_row(window, 1)
    until(qtbot, lambda: settled(window) and window.session.question.target == "class")
    assert window.session.answer.title.startswith("tiger cat")
    assert (heat_on(window) != first).mean() > 0.1

    window.exporting.open()
    dialog = window.exporting.dialog
    dialog.folder.setText(str(tmp_path / "out"))
    for box in dialog.kinds.values():
        box.setChecked(True)
    with qtbot.waitSignal(window.session.delivered, timeout=WAIT):
        QTest.mouseClick(dialog._begin, Qt.MouseButton.LeftButton)
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == [
        "chelsea.figure.pdf", "chelsea.figure.svg", "chelsea.heatmap.png", "chelsea.heatmap.tiff",
        "chelsea.overlay.png", "chelsea.provenance.json", "chelsea.raw.npz",
    ]  # fmt: skip
    record = json.loads((tmp_path / "out" / "chelsea.provenance.json").read_text())
    assert record["target"]["label"] == "tiger cat"
    with (
        Image.open(tmp_path / "out" / "chelsea.overlay.png") as overlay,
        Image.open(sample_paths()["chelsea"]) as photo,
    ):
        assert overlay.size == photo.size
    heat = np.load(tmp_path / "out" / "chelsea.raw.npz")["heatmap"][0]
    np.testing.assert_allclose(heat, window.session.answer.heat, atol=1e-4)
    assert "Written: 1." in dialog.text

    # The sheet of a comparison: every map is there, on one scale that is stated.
    window.set_mode("grid")
    grid, columns = window.comparing.grid, window.comparing._columns
    assert len(columns) == 3
    cells = [grid.cell(0, place) for place in range(3)]
    until(qtbot, lambda: all(grid.cell(0, place).answer is not None for place in range(3)))
    assert window.comparing.write(str(tmp_path / "sheet.png"))
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width > 600
    record = json.loads((tmp_path / "sheet.provenance.json").read_text())
    assert record["scale"] == "each map's own"
    assert [cell["method"] for cell in record["cells"]] == [column.name for column in columns]
    assert len(cells) == 3
    assert window.session.failures == []


def test_bad_files_killed_engine_and_another_model(window, qtbot, tmp_path):
    """A corrupt photo among good ones, an engine that is killed, two models one after the other."""
    good, bad = tmp_path / "cup.png", tmp_path / "broken.png"
    shutil.copy(sample_paths()["coffee"], good)
    bad.write_bytes(sample_paths()["chelsea"].read_bytes()[:2000])
    drop(window, good, bad)
    until(qtbot, lambda: settled(window))
    album = window.session.album
    until(qtbot, lambda: all(album.row(key).state in ("done", "failed") for key in album))
    assert [album.row(key).state for key in album] == ["done", "failed"]
    assert album.row(album.key_of(str(bad))).error

    # The photo that cannot be read is said so where it would be; the next one is shown as if nothing had been.
    window.session.show(album.key_of(str(bad)))
    until(qtbot, lambda: "broken.png" in window.stage.canvas.empty._hint.text())
    until(qtbot, window.troubles.bar.isVisible)
    window.session.show(album.key_of(str(good)))
    until(qtbot, lambda: settled(window))
    assert window.session.answer.title.startswith("espresso")

    os.kill(window.session.engine.pid, signal.SIGKILL)
    until(qtbot, lambda: window.session.engine_state != "ready")
    choose_row(window, 2)
    until(qtbot, lambda: settled(window) and window.session.question.target == "class")
    assert window.session.engine_state == "ready"
    assert "the engine" in "".join(failure.what for failure in window.session.failures)

    model = tmp_path / "other.keras"
    shutil.copy(default_model_path(), model)
    drop(window, model)
    until(qtbot, lambda: window.session.source.path == str(model) and settled(window))
    assert window.preferences.recent_models == [str(model)]
    drop(window, tmp_path / "nothing.docx", good)
    bad_model = tmp_path / "bad.keras"
    bad_model.write_bytes(b"PK\x03\x04 not a model")
    drop(window, bad_model)
    until(qtbot, lambda: "bad.keras" in window.troubles.bar.text)
    assert "Traceback" not in window.troubles.bar.text
    assert window.session.source.path == str(model)
    window.files.open_embedded()
    until(qtbot, lambda: window.session.source.path == "" and settled(window))


def test_a_saved_model_folder_is_a_model_that_is_refused_until_it_is_trusted(window, qtbot, tmp_path):
    model = tmp_path / "exported"
    code = (
        "import keras, sys; from keras import layers\n"
        "keras.Sequential([keras.Input((16, 16, 3)), layers.Conv2D(4, 3, activation='relu'),"
        "layers.GlobalAveragePooling2D(), layers.Dense(3, activation='softmax')]).export(sys.argv[1])\n"
    )
    subprocess.run([sys.executable, "-c", code, model], check=True, capture_output=True, timeout=120)
    drop(window, model, sample_paths()["coffee"])
    until(qtbot, window.troubles.bar._trust.isVisible)
    assert "is a SavedModel: a program" in window.troubles.bar.text
    assert "--" not in window.troubles.bar.text
    until(qtbot, lambda: settled(window))
    assert len(window.session.album) == 1
    box = window.troubles.ask_trust(window.session.failures[-1])
    assert "“exported” is a SavedModel" in box.text()
    next(button for button in box.buttons() if button.text() == "Trust and open").click()
    until(qtbot, lambda: window.session.source.path == str(model) and settled(window))
    assert window.session.card.layer.endswith("Relu")
    assert window.session.answer.status == "ok"


def test_a_model_that_holds_code_is_refused_until_it_is_trusted(window, qtbot, tmp_path):
    model = tmp_path / "lambda.keras"
    code = (
        "import keras, sys; from keras import layers\n"
        "keras.Sequential([keras.Input((16, 16, 3)), layers.Conv2D(4, 3), layers.Lambda(lambda x: x * 2),"
        "layers.GlobalAveragePooling2D(), layers.Dense(3, activation='softmax')]).save(sys.argv[1])\n"
    )
    subprocess.run([sys.executable, "-c", code, model], check=True, capture_output=True, timeout=120)
    drop(window, model, sample_paths()["coffee"])
    until(qtbot, window.troubles.bar._trust.isVisible)
    assert "Lambda" in window.troubles.bar.text
    assert "--trust-model" not in window.troubles.bar.text
    until(qtbot, lambda: settled(window))
    assert window.session.source.path == ""
    box = window.troubles.ask_trust(window.session.failures[-1])
    next(button for button in box.buttons() if button.text() == "Trust and open").click()
    until(qtbot, lambda: window.session.source.path == str(model) and settled(window))
    assert len(window.session.card.classes) == 3
