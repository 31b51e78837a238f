"""Drag and drop with real events and real files."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from gradcam_tf.gui.canvas import Canvas
from gradcam_tf.gui.classes import ClassTable
from gradcam_tf.gui.compare import Compare
from gradcam_tf.gui.drops import Drops
from gradcam_tf.gui.kinds import Kinds
from gradcam_tf.gui.layers import LayerPicker
from gradcam_tf.gui.look import LookPanel
from gradcam_tf.gui.methods import MethodPicker
from gradcam_tf.gui.model import ModelPanel
from gradcam_tf.gui.photos import PhotoList
from gradcam_tf.gui.pyramid import Pyramid
from gradcam_tf.gui.records import MethodRow, SettingRow

from .made import make_pixels


@pytest.fixture
def files(tmp_path) -> dict[str, str]:
    content = {
        "a.PNG": b"",
        "b.jpeg": b"",
        "m.keras": b"PK",
        "old.h5": b"",
        "note.docx": b"PK",
        "scan": b"\xff\xd8\xff\xe0",
    }
    for name, data in content.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "folder").mkdir()
    return {name: str(tmp_path / name) for name in (*content, "folder", "gone")}


@pytest.fixture
def drops(qtbot) -> Drops:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(640, 480)
    window.show()
    drops = Drops(window)
    drops.told = []
    drops.dropped.connect(drops.told.append)
    return drops


def data_of(*paths: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return data


def drag(drops: Drops, data: QMimeData) -> QDragEnterEvent:
    event = QDragEnterEvent(
        QPoint(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(drops.parentWidget(), event)
    return event


def drop(drops: Drops, data: QMimeData) -> QDropEvent:
    event = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(drops.parentWidget(), event)
    return event


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("a.PNG",), "Add 1 photo"),
        (("a.PNG", "b.jpeg", "note.docx"), "Add 2 photos"),
        (("m.keras",), "Open model"),
        (("m.keras", "a.PNG"), "Open model · Add 1 photo"),
        (("folder",), "Add the photos of a folder"),
        (("note.docx",), "Not a picture or a model"),
        ((), "Not a picture or a model"),
    ],
)
def test_the_frame_says_what_will_happen(drops, files, names, words):
    drag(drops, data_of(*(files[name] for name in names)))
    assert drops.isVisible()
    assert drops.words == words
    assert drops.geometry() == drops.parentWidget().rect()
    QApplication.sendEvent(drops.parentWidget(), QDragLeaveEvent())
    assert not drops.isVisible()
    assert drops.told == []


def test_a_drop_is_told_and_the_frame_goes(drops, files):
    data = data_of(files["a.PNG"], files["m.keras"])
    assert drag(drops, data).isAccepted()
    assert drop(drops, data).isAccepted()
    assert drops.told == [Kinds(models=(files["m.keras"],), photos=(files["a.PNG"],))]
    assert not drops.isVisible()


def test_what_is_of_no_use_is_refused_when_it_is_dropped(drops, files):
    data = data_of(files["note.docx"])
    drag(drops, data)
    assert not drop(drops, data).isAccepted()
    assert drops.told == []


def test_wherever_files_are_dragged_over_the_window_they_are_for_the_window(qtbot, files):
    window = QWidget()
    qtbot.addWidget(window)
    row = QVBoxLayout(window)
    methods = MethodPicker()
    methods.set_methods([MethodRow("a", "A", "", "", "", "", settings=(
        SettingRow("whole", "whole", 1), SettingRow("number", "number", 1.0), SettingRow("text", "text", ""),
        SettingRow("switch", "switch", True), SettingRow("choice", "choice", "a", choices=("a",)),
    ))])  # fmt: skip
    parts = (Canvas(), PhotoList(), ClassTable(), LayerPicker(), methods, LookPanel(), ModelPanel(), Compare())
    parts[0].set_photo(Pyramid.of(make_pixels()))
    for part in parts:
        row.addWidget(part)
    window.show()
    drops = Drops(window)
    # What a system sends along with files: their paths as text, which any line of text would take.
    data = data_of(files["a.PNG"])
    data.setText(files["a.PNG"])
    for widget in window.findChildren(QWidget):
        if widget is drops or not widget.isVisible():
            continue
        drops.hide()
        event = QDragEnterEvent(
            QPoint(3, 3), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(widget, event)
        assert drops.isVisible(), widget


def test_text_and_addresses_of_the_web_are_no_files(drops):
    data = QMimeData()
    data.setText("hello")
    data.setUrls([QUrl("https://example.org/cat.png")])
    drag(drops, data)
    assert drops.words == "Not a picture or a model"
    drop(drops, data)
    assert drops.told == []
