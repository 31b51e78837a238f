"""How files are read: what there is to choose, the dialog, and what comes of a choice."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QDialogButtonBox

from gradcam_tf.errors import ImageError
from gradcam_tf.gui import decoder, project
from gradcam_tf.gui.engine import Engine
from gradcam_tf.gui.pictures import Pictures
from gradcam_tf.gui.readingdialog import ReadingDialog
from gradcam_tf.gui.readings import Readings
from gradcam_tf.gui.records import FileFacts, PhotoReading
from gradcam_tf.gui.serving import Task
from gradcam_tf.gui.session import Session

from .made import FAKE, settled, until
from .test_session import Seen


@pytest.fixture
def stack(tmp_path) -> str:
    """Two pages of 16-bit grey: 100 to 163, and 1000 to 1063."""
    pages = [Image.fromarray(np.arange(64, dtype=np.uint16).reshape(8, 8) + first) for first in (100, 1000)]
    pages[0].save(tmp_path / "stack.tif", save_all=True, append_images=pages[1:])
    return str(tmp_path / "stack.tif")


@pytest.fixture
def broken(tmp_path) -> str:
    Image.effect_noise((64, 64), 50).save(tmp_path / "whole.jpg")
    content = (tmp_path / "whole.jpg").read_bytes()
    (tmp_path / "broken.jpg").write_bytes(content[: len(content) // 2])
    return str(tmp_path / "broken.jpg")


def asked(do, **arguments):
    return decoder.HANDLERS[do](Task(1, do, arguments, True, print))


# ---- what there is to choose ----


def test_what_is_known_of_a_stack(stack):
    assert FileFacts(**asked("facts", path=stack, page=1).content) == FileFacts(2, 16, False, 100.0, 163.0)
    assert FileFacts(**asked("facts", path=stack, page=2).content).high == 1063.0
    assert FileFacts(**asked("facts", path=stack, page=9).content).high == 1063.0, "the last there is"


def test_what_is_known_of_others(tmp_path, broken):
    Image.fromarray(np.array([[-1.5, np.nan], [0, 3]], np.float32)).save(tmp_path / "float.tif")
    assert FileFacts(**asked("facts", path=str(tmp_path / "float.tif"), page=1).content) == FileFacts(
        1, 32, True, -1.5, 3.0
    )
    Image.new("RGB", (4, 4)).save(tmp_path / "colour.png")
    assert FileFacts(**asked("facts", path=str(tmp_path / "colour.png"), page=1).content) == FileFacts()
    frames = [Image.new("L", (4, 4), 80 * i) for i in range(3)]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    assert FileFacts(**asked("facts", path=str(tmp_path / "moving.gif"), page=1).content).pages == 3
    assert FileFacts(**asked("facts", path=broken, page=1).content).damaged
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(ImageError):
        asked("facts", path=str(tmp_path / "text.png"), page=1)


def test_a_page_and_a_window_are_read(stack):
    reading = {"page": 2, "window": [1000, 1063], "damaged": False}
    (pixels,) = asked("pixels", path=stack, reading=reading).arrays.values()
    assert (pixels[0, 0, 0], pixels[-1, -1, 0]) == (0, 255)
    (pixels,) = asked("pixels", path=stack).arrays.values()
    assert pixels.max() == 1, "of 65,535"


def test_a_damaged_file_is_read_if_it_is_asked_for(broken):
    with pytest.raises(ImageError):
        asked("pixels", path=broken)
    (pixels,) = asked("pixels", path=broken, reading={"damaged": True}).arrays.values()
    assert pixels.shape == (64, 64, 3)


# ---- the dialog ----


@pytest.fixture
def dialog(qtbot):
    dialog = ReadingDialog("stack.tif", PhotoReading(), others=2)
    qtbot.addWidget(dialog)
    return dialog


def test_what_is_known_is_said_and_what_there_is_no_choice_of_cannot_be_changed(dialog):
    dialog.set_facts(FileFacts(12, 16, False, 100.0, 4095.0))
    assert dialog.known.text().replace(",", "") == "Grey of 16 bits · 12 pages · values from 100 to 4095"
    assert dialog.range.itemText(0) == "All that 16 bits can hold"
    assert dialog.page.isEnabled()
    alone = ReadingDialog("cat.png", PhotoReading())
    alone.set_facts(FileFacts())
    assert alone.known.text() == "Colour, or grey of 8 bits"
    assert not alone.page.isEnabled()
    assert not alone.range.isEnabled()
    assert alone.all.isHidden()


def test_the_picture_gives_the_window(dialog, qtbot):
    dialog.set_facts(FileFacts(1, 32, True, -1.5, 3.0))
    assert dialog.reading == PhotoReading()
    dialog.whole.click()
    assert dialog.reading == PhotoReading(window=(-1.5, 3.0))
    dialog.low.setValue(5)
    assert dialog.reading.window is None, "no window is upside down"


def test_what_is_chosen_is_told_and_defaults_come_back(dialog, qtbot):
    dialog.set_facts(FileFacts(3, 12, False, 0, 4000))
    dialog.page.setValue(2)
    dialog.damaged.setChecked(True)
    dialog.all.setChecked(True)
    buttons = dialog.findChild(QDialogButtonBox)
    with qtbot.waitSignal(dialog.chosen) as told:
        buttons.button(QDialogButtonBox.StandardButton.Apply).click()
    assert told.args == [PhotoReading(2, None, True), True]
    buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults).click()
    assert dialog.reading == PhotoReading()


# ---- what comes of it ----


@pytest.fixture
def session(qtbot):
    session = Session(Engine(FAKE), Pictures())
    session.start()
    yield session
    session.stop()


def test_another_reading_is_another_picture_and_another_answer(session, qtbot, stack, tmp_path):
    session.add([stack])
    until(qtbot, lambda: settled(session) and session.pixels is not None)
    before, seen = session.answer, Seen(session)
    session.set_reading([session.current], PhotoReading(2, (1000, 1063)))
    until(qtbot, lambda: settled(session) and session.pixels is not None and session.pixels.max() == 255)
    assert session.answer is not before
    assert seen.of("reread") == [(session.current,)]
    seen.all.clear()
    session.set_reading([session.current], PhotoReading(2, (1000, 1063)))
    assert seen.all == [], "it is read that way already"


def test_it_is_kept_in_the_project(session, qtbot, stack, tmp_path):
    session.add([stack])
    until(qtbot, lambda: settled(session))
    session.set_reading([session.current], PhotoReading(2))
    assert session.save_project(tmp_path / "mine.gradcam")
    saved = project.read(tmp_path / "mine.gradcam")
    assert saved.readings == {stack: PhotoReading(2)}
    assert '"stack.tif": {' in (tmp_path / "mine.gradcam").read_text(), "beside it, and moved with it"
    session.set_reading([session.current], PhotoReading())
    assert session.project().readings == {}
    session.restore(saved)
    assert session.reading(session.current) == PhotoReading(2)


def test_page_by_page_and_no_further(session, qtbot, stack):
    session.add([stack])
    until(qtbot, lambda: settled(session))
    readings = Readings(session, list, None)
    readings.step_page(1)
    until(qtbot, lambda: session.reading(session.current).page == 2)
    readings.step_page(1)
    until(qtbot, lambda: session.pictures._child.idle and settled(session))
    assert session.reading(session.current).page == 2
    readings.step_page(-1)
    until(qtbot, lambda: session.reading(session.current).page == 1)
    assert session.readings == {}, "as usual"
