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
from gradcam_tf.gui.records import Look
from gradcam_tf.gui.session import Session
from gradcam_tf.gui.window import Window
from gradcam_tf.resources import default_model_path, sample_paths
from tests.conftest import make_cnn

from .made import WAIT, drawn, until


@pytest.fixture
def window(qtbot):
    window = Window(Session(), Preferences())
    qtbot.addWidget(window)
    window.show()
    window.start()
    yield window
    window.session.stop()


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


def values(image) -> np.ndarray:
    """int (height, width, 3)."""
    image = image.convertToFormat(image.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def heat_on(window: Window) -> np.ndarray:
    """How much the canvas's picture differs from the photo, (height, width)."""
    canvas = window.stage.canvas
    return np.abs(values(canvas.heated.picture()) - values(canvas.plain.picture())).sum(-1)


def choose_row(window: Window, row: int) -> None:
    view = window.panels.classes.view
    place = view.visualRect(view.model().index(row, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_drop_see_click_export(window, qtbot, tmp_path):
    """Start, drop a photo, a heatmap with no other step, another class by a click, the files right."""
    assert drop(window, sample_paths()["chelsea"]).isAccepted()
    until(qtbot, lambda: drawn(window))
    first = heat_on(window)
    assert first.max() > 60
    assert window.session.answer.title.startswith("Egyptian cat")
    assert window.panels.classes.model.rows[0].label == "Egyptian cat"
    assert window.windowTitle().startswith("chelsea.png")

    choose_row(window, 1)
    until(qtbot, lambda: drawn(window) and window.session.question.target == "class")
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


LOOKS = (
    Look(opacity=0.9),
    Look(opacity=0.7, colormap="viridis", threshold=0.45),
    Look(opacity=0.8, signed=True),
    Look(opacity=1.0, signed=True, threshold=0.3),
)


def test_an_exported_overlay_is_what_the_canvas_paints(window, qtbot, tmp_path):
    """At 1:1, with threshold and signs; where the heat begins at a threshold Qt blends over a pixel or two."""
    drop(window, sample_paths()["chelsea"])
    until(qtbot, lambda: drawn(window))
    window.set_mode("overlay")
    view = window.stage.canvas.heated
    view.actual_size()
    photo = np.asarray(Image.open(sample_paths()["chelsea"]).convert("RGB"), int)
    for number, look in enumerate(LOOKS):
        window.session.set_look(look)
        window.exporting.open()
        dialog = window.exporting.dialog
        dialog.folder.setText(str(tmp_path / str(number)))
        with qtbot.waitSignal(window.session.delivered, timeout=WAIT):
            QTest.mouseClick(dialog._begin, Qt.MouseButton.LeftButton)
        with Image.open(tmp_path / str(number) / "chelsea.overlay.png") as picture:
            exported = np.asarray(picture, int)
        painted = values(view.viewport().grab().toImage())
        left, top = (painted.shape[1] - 451) // 2, (painted.shape[0] - 300) // 2
        painted = min(
            (painted[y : y + 300, x : x + 451] for x in (left, left + 1) for y in (top, top + 1)),
            key=lambda part: np.abs(part - exported).mean(),
        )
        difference = np.abs(painted - exported).max(-1)
        assert np.median(difference) <= 2, look
        assert (difference > 8).mean() < (0.02 if look.threshold else 0.001), look
        assert (np.abs(exported - photo).max(-1) > 20).mean() > 0.05, look
        record = json.loads((tmp_path / str(number) / "chelsea.provenance.json").read_text())
        assert record["look"]["threshold"] == look.threshold
        assert record["look"]["signed"] == look.signed


def test_bad_files_killed_engine_and_another_model(window, qtbot, tmp_path):
    """A corrupt photo among good ones, an engine that is killed, two models one after the other."""
    good, bad = tmp_path / "cup.png", tmp_path / "broken.png"
    shutil.copy(sample_paths()["coffee"], good)
    bad.write_bytes(sample_paths()["chelsea"].read_bytes()[:2000])
    drop(window, good, bad)
    until(qtbot, lambda: drawn(window))
    album = window.session.album
    until(qtbot, lambda: all(album.row(key).state in ("done", "failed") for key in album))
    assert [album.row(key).state for key in album] == ["done", "failed"]
    assert album.row(album.key_of(str(bad))).error

    # The photo that cannot be read is said so where it would be; the next one is shown as if nothing had been.
    window.session.show(album.key_of(str(bad)))
    until(qtbot, lambda: "broken.png" in window.stage.canvas.empty._hint.text())
    until(qtbot, window.troubles.bar.isVisible)
    window.session.show(album.key_of(str(good)))
    until(qtbot, lambda: drawn(window))
    assert window.session.answer.title.startswith("espresso")

    os.kill(window.session.engine.pid, signal.SIGKILL)
    until(qtbot, lambda: window.session.engine_state != "ready")
    choose_row(window, 2)
    until(qtbot, lambda: drawn(window) and window.session.question.target == "class")
    assert window.session.engine_state == "ready"
    assert "the engine" in "".join(failure.what for failure in window.session.failures)

    model = tmp_path / "other.keras"
    shutil.copy(default_model_path(), model)
    drop(window, model)
    until(qtbot, lambda: window.session.source.path == str(model) and drawn(window))
    assert window.preferences.recent_models == [str(model)]
    drop(window, tmp_path / "nothing.docx", good)
    bad_model = tmp_path / "bad.keras"
    bad_model.write_bytes(b"PK\x03\x04 not a model")
    drop(window, bad_model)
    until(qtbot, lambda: "bad.keras" in window.troubles.bar.text)
    assert "Traceback" not in window.troubles.bar.text
    assert window.session.source.path == str(model)
    window.files.open_embedded()
    until(qtbot, lambda: window.session.source.path == "" and drawn(window))


def test_a_saved_model_folder_is_a_model_that_is_refused_until_it_is_trusted(window, qtbot, tmp_path):
    model = tmp_path / "exported"
    code = (
        "import keras, sys; from keras import layers\n"
        "keras.utils.set_random_seed(1)\n"  # of weights at random, some give a map with nothing above zero
        "keras.Sequential([keras.Input((16, 16, 3)), layers.Conv2D(4, 3, activation='relu'),"
        "layers.GlobalAveragePooling2D(), layers.Dense(3, activation='softmax')]).export(sys.argv[1])\n"
    )
    subprocess.run([sys.executable, "-c", code, model], check=True, capture_output=True, timeout=120)
    drop(window, model, sample_paths()["coffee"])
    until(qtbot, window.troubles.bar._trust.isVisible)
    assert "is a SavedModel: a program" in window.troubles.bar.text
    assert "--" not in window.troubles.bar.text
    until(qtbot, lambda: drawn(window))
    assert len(window.session.album) == 1
    box = window.troubles.ask_trust(window.session.failures[-1])
    assert "“exported” is a SavedModel" in box.text()
    next(button for button in box.buttons() if button.text() == "Trust and open").click()
    until(qtbot, lambda: window.session.source.path == str(model) and drawn(window))
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
    until(qtbot, lambda: drawn(window))
    assert window.session.source.path == ""
    box = window.troubles.ask_trust(window.session.failures[-1])
    next(button for button in box.buttons() if button.text() == "Trust and open").click()
    until(qtbot, lambda: window.session.source.path == str(model) and drawn(window))
    assert len(window.session.card.classes) == 3


def test_two_models_are_compared_by_what_each_says_of_each_photo(window, qtbot, tmp_path):
    """The second one was never asked about the photos before; its maps are those of the Python package."""
    import gradcam_tf as gct

    small = tmp_path / "small.keras"
    make_cnn(name="small").save(small)
    names = ("chelsea", "rocket")
    drop(window, small)
    until(qtbot, lambda: window.session.source.path == str(small) and window.session.running is None)
    window.files.open_embedded()
    until(qtbot, lambda: window.session.source.path == "" and window.session.running is None)
    drop(window, *(sample_paths()[name] for name in names))
    until(qtbot, lambda: drawn(window))
    window.panels.photos.view.selectAll()
    window.comparing.bar.kinds.setCurrentIndex(window.comparing.bar.kinds.findData("models"))
    window.set_mode("grid")
    grid, columns = window.comparing.grid, window.comparing._columns
    assert [column.words for column in columns] == [f"{window.session.card.name} (open)", "small"]
    places = [(row, column) for row in range(2) for column in range(2)]
    until(qtbot, lambda: all(grid.cell(*place) and grid.cell(*place).answer is not None for place in places))
    for column, path in enumerate((None, small)):
        explainer = gct.Explainer.open(path)
        for row, key in enumerate(window.comparing._photos):
            wanted = explainer(window.session.album.path(key))
            found = grid.cell(row, column).answer
            assert found.title == wanted.title
            np.testing.assert_allclose(found.heat, wanted.heatmap[0], atol=1e-3)
            assert wanted.title in grid.cell(row, column).words
            assert wanted.layer.name in grid.cell(row, column).words
    assert window.comparing.write(str(tmp_path / "two.png"))
    record = json.loads((tmp_path / "two.provenance.json").read_text())
    assert len({cell["model"]["sha256"] for cell in record["cells"]}) == 2
    assert window.session.source.path == ""
    window.close()
    assert not window.comparing.guests.running
