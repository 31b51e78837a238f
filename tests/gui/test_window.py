"""The window with a stand-in for the engine's process: what is shown, what keys do, what is kept for next time."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMessageBox, QWidget

from gradcam_tf.gui import survey, theme
from gradcam_tf.gui.app import main
from gradcam_tf.gui.engine import Engine
from gradcam_tf.gui.pictures import Pictures
from gradcam_tf.gui.preferences import Preferences
from gradcam_tf.gui.preferencesdialog import Choices
from gradcam_tf.gui.records import Failure, Look, ModelSource
from gradcam_tf.gui.session import Session
from gradcam_tf.gui.window import Window

from .made import FAKE, WAIT, drawn, until


@pytest.fixture
def make_window(qtbot, tmp_path):
    made = []

    def make(*paths: str, started: bool = True) -> Window:
        settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
        window = Window(Session(Engine(FAKE), Pictures()), Preferences(settings))
        qtbot.addWidget(window)
        window.show()
        if started:
            window.start(paths)
        made.append(window)
        return window

    yield make
    for window in made:
        window.session.stop()


def press(window: Window, keys: str) -> None:
    QTest.keySequence(window, QKeySequence(keys))


@pytest.fixture
def window(make_window, photos, qtbot):
    window = make_window(*photos)
    QApplication.setActiveWindow(window)
    until(qtbot, lambda: drawn(window) and len(window.session.album) == 3)
    return window


# ---- what is shown ----


def test_the_window_is_there_before_the_engine(make_window, qtbot):
    window = make_window(started=False)
    assert window.isVisible()
    assert window.stage.canvas.empty.isVisible()
    window.start()
    until(qtbot, lambda: window.status.text == "Engine starting…")
    assert window.acceptDrops()


def test_a_photo_of_the_command_line_is_explained(window):
    assert window.panels.photos.model.rowCount() == 3
    assert window.session.answer.title == "bee"
    assert window.panels.classes.model.rows[0].label == "bee"
    assert window.panels.layers._layer == "two"
    assert window.status.text.startswith("Ready")
    assert window.windowTitle() == "photo0.png — fake — gradcam_tf"


def test_a_photo_that_cannot_be_read_is_told_and_the_next_one_shown(window, qtbot, tmp_path):
    bad = tmp_path / "broken.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n and nothing more")
    window.files.open([str(bad)])
    until(qtbot, lambda: "broken.png" in window.stage.canvas.empty._hint.text())
    assert window.troubles.bar.isVisible()
    assert len(window.troubles.list) == 1
    window.panels.photos.go_previous()
    until(qtbot, lambda: drawn(window))
    assert not window.stage.canvas.empty.isVisible()


def test_nothing_flickers_while_the_next_answer_is_quick(window, qtbot):
    shown = []
    window.stage.canvas.busy.show_progress = lambda *given: shown.append(given)
    window.session.choose_class(0)
    until(qtbot, lambda: drawn(window))
    assert shown == []
    assert window.session.answer.title == "ant"


def test_a_slow_answer_leaves_the_old_map_dimmed_and_can_be_cancelled(window, qtbot, tmp_path):
    slow = tmp_path / "slow.png"
    Image.new("RGB", (30, 30)).save(slow)
    window.files.open([str(slow)])
    until(qtbot, window.stage.canvas.busy.isVisible)
    press(window, "Esc")
    until(qtbot, lambda: window.session.running is None)
    assert not window.stage.canvas.busy.isVisible()


# ---- keys ----


def test_every_key_does_what_the_page_of_keys_says(window, qtbot):
    session = window.session
    press(window, "Right")
    until(qtbot, lambda: drawn(window) and session.current_row.path.endswith("photo1.png"))
    press(window, "Left")
    until(qtbot, lambda: drawn(window) and session.current_row.path.endswith("photo0.png"))
    press(window, "Down")
    until(qtbot, lambda: drawn(window) and session.answer.title == "cat")
    press(window, "Up")
    until(qtbot, lambda: drawn(window) and session.answer.title == "bee")
    press(window, ",")
    until(qtbot, lambda: drawn(window) and session.answer.layer == "one")
    press(window, ".")
    until(qtbot, lambda: drawn(window) and session.answer.layer == "two")
    press(window, "M")
    until(qtbot, lambda: drawn(window) and session.question.method == "layercam")
    for key, mode in (("2", "side by side"), ("3", "swipe"), ("1", "overlay")):
        press(window, key)
        assert session.look.mode == mode
    press(window, "Ctrl+Z")
    assert session.look.mode == "swipe"
    QApplication.processEvents()
    press(window, "Ctrl+Y")
    assert session.look.mode == "overlay"
    press(window, "[")
    assert not window.sides.left_shown
    press(window, "]")
    assert not window.sides.right_shown
    QTest.keyPress(window, Qt.Key.Key_H)
    assert not window.stage.canvas.heated._heat.isVisible()
    QTest.keyRelease(window, Qt.Key.Key_H)
    assert window.stage.canvas.heated._heat.isVisible()


def test_the_arrows_stay_with_a_control_that_needs_them(window):
    slider = window.panels.look.opacity
    slider.setFocus()
    before = window.session.current
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert slider.value() == 51
    assert window.session.current == before


def test_letters_that_are_typed_are_no_commands(window):
    field = window.panels.photos._find
    field.setFocus()
    QTest.keyClicks(field, "m1[")
    assert field.text() == "m1["
    assert window.session.question.method == "gradcam"
    assert window.sides.left_shown


def test_no_key_has_two_meanings(window):
    keys = [key.toString() for action in window.actions_.all for key in action.shortcuts()]
    assert sorted(keys) == sorted(set(keys))
    assert "H" not in keys
    assert "Esc" in keys


def test_every_command_is_in_the_palette_and_every_key_in_the_list(window):
    window.palette_.open_over(window)
    assert window.palette_.tree.topLevelItemCount() == len(window.actions_.all)
    window.palette_.close()
    window.open_shortcuts()


# ---- panels ----


def test_in_a_narrow_window_the_right_panel_is_a_drawer(window, qtbot):
    window.resize(1280, 860)
    QApplication.processEvents()
    assert not window.sides.narrow
    window.resize(820, 600)
    until(qtbot, lambda: window.sides.narrow)
    assert not window.sides.right_shown
    middle = window.pages.width()
    press(window, "]")
    assert window.sides.right.isVisible()
    assert window.pages.width() == middle
    window.resize(1280, 860)
    until(qtbot, lambda: not window.sides.narrow)
    assert window.sides.right_shown


def test_the_window_can_be_as_small_as_it_says(window):
    window.resize(1, 1)
    assert (window.width(), window.height()) == (800, 560)


# ---- grid ----


def test_the_grid_shows_every_map_that_was_asked_for(window, qtbot):
    window.panels.photos.view.selectAll()
    window.set_mode("grid")
    grid = window.comparing.grid
    columns = [one.name for one in window.comparing._columns]
    assert columns == ["gradcam", "layercam"]
    places = [(row, column) for row in range(3) for column in range(2)]
    until(qtbot, lambda: all(grid.cell(*place).answer is not None for place in places))
    assert {grid.cell(row, 1).answer.question.method for row in range(3)} == {"layercam"}
    assert not grid.shared
    window.comparing.bar.kinds.setCurrentIndex(2)
    window.comparing.bar.kind_chosen.emit("classes")
    assert grid.shared
    assert [one.words for one in window.comparing._columns] == ["bee", "cat", "ant"]
    grid.opened.emit(1, 2)
    until(qtbot, lambda: drawn(window) and window.session.answer.title == "ant")
    assert window.session.current_row.path.endswith("photo1.png")
    assert window.pages.currentIndex() == 0


def test_models_opened_so_far_are_asked_about_every_photo(window, qtbot, tmp_path):
    """Also about photos that were never shown while they were open."""
    other = tmp_path / "other.keras"
    other.touch()
    window.files.open([str(other)])
    until(qtbot, lambda: window.session.source.path == str(other) and drawn(window))
    window.panels.photos.view.selectAll()
    window.comparing.bar.kinds.setCurrentIndex(3)
    window.set_mode("grid")
    grid, columns = window.comparing.grid, window.comparing._columns
    assert len(columns) == 2
    window.comparing._remembered.clear()
    window.comparing.rebuild()
    places = [(row, column) for row in range(3) for column in range(2)]
    until(qtbot, lambda: all(grid.cell(*place).answer is not None for place in places))
    # The stand-in says which model it had open when it answered.
    assert {grid.cell(row, 0).answer.layer_reason for row in range(3)} == {str(other)}
    assert {grid.cell(row, 1).answer.layer_reason for row in range(3)} == {""}
    # The other model is opened in an engine of its own, which ends with the comparison.
    assert window.session.source.path == str(other)
    assert window.comparing.guests.running
    window.set_mode("overlay")
    assert not window.comparing.guests.running


def test_a_model_that_is_gone_says_so_in_its_cells(window, qtbot, tmp_path):
    session = window.session
    good = tmp_path / "other.keras"
    good.touch()
    window.files.open([str(good)])
    until(qtbot, lambda: session.source.path == str(good) and drawn(window))
    # As if its file had been damaged since.
    first = next(iter(window.comparing._models))
    guest = window.comparing._models[first]
    window.comparing._models[first] = replace(guest, source=ModelSource(str(tmp_path / "bad.keras")))
    window.comparing.bar.kinds.setCurrentIndex(3)
    window.set_mode("grid")
    window.comparing._remembered.clear()
    window.comparing.rebuild()
    grid = window.comparing.grid
    until(qtbot, lambda: grid.cell(0, 1).words.startswith("Failed: "))
    until(qtbot, lambda: grid.cell(0, 0).answer is not None)


# ---- export ----


def order(window: Window, which: str, folder: Path) -> None:
    window.exporting.open()
    dialog = window.exporting.dialog
    dialog.folder.setText(str(folder))
    button = next(one for one in dialog._which.buttons() if one.property("which") == which)
    assert button.isEnabled()
    button.setChecked(True)
    dialog._begin.click()


def test_what_failed_is_listed_and_tried_again(window, qtbot, tmp_path):
    bad, out = tmp_path / "bad.png", tmp_path / "out"
    out.mkdir()
    Image.new("RGB", (30, 30)).save(bad)
    window.files.open([str(bad)])
    until(qtbot, lambda: len(window.session.album) == 4)
    with qtbot.waitSignal(window.session.delivered, timeout=WAIT):
        order(window, "all", out)
    dialog = window.exporting.dialog
    assert dialog.text == "Written: 3. Failed: 1."
    assert [dialog.failures.item(row).text() for row in range(dialog.failures.count())] == ["bad.png: it is bad."]
    assert len(list(out.iterdir())) == 3
    with qtbot.waitSignal(window.session.delivered, timeout=WAIT):
        dialog._retry.click()
    assert dialog.text == "Written: 0. Failed: 1."


def test_an_export_can_be_cancelled_and_the_window_stays_usable(window, qtbot, tmp_path):
    out, slow = tmp_path / "out", tmp_path / "slow.png"
    out.mkdir()
    Image.new("RGB", (30, 30)).save(slow)
    window.session.album.add([str(slow)])
    window.session.photos_added.emit(3, 1)
    order(window, "all", out)
    until(qtbot, lambda: len(list(out.iterdir())) == 3 and window.session.exporting is not None)
    until(qtbot, window.status._cancel.isVisible)
    assert not window.exporting.dialog._begin.isEnabled()
    window.session.choose_class(0)
    until(qtbot, lambda: drawn(window) and window.session.answer.title == "ant")
    with qtbot.waitSignal(window.session.delivered, timeout=WAIT):
        window.status._cancel.click()
    assert "cancelled" in window.exporting.dialog.text
    assert len(list(out.iterdir())) == 3


def test_all_photos_are_explained_with_their_progress_in_the_last_row(window, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(survey, "MOST_UNSEEN", 0)
    for name in ("slow.png", "beyond.png"):
        Image.new("RGB", (30, 30)).save(tmp_path / name)
        window.session.album.add([str(tmp_path / name)])
    window.session.photos_added.emit(3, 2)
    press(window, "Ctrl+Shift+E")
    until(qtbot, window.status._cancel.isVisible)
    assert window.status._task.text().startswith("Explaining all photos: ")
    press(window, "Esc")
    assert window.session.task is None
    until(qtbot, window.status._cancel.isHidden)


def test_the_list_exports_what_is_selected_there(window, qtbot, tmp_path):
    window.panels.photos.view.selectAll()
    window.panels.photos.export_wanted.emit(window.panels.photos.selected[:2])
    assert window.exporting.dialog.which == "selected"
    assert window.exporting.dialog._which.checkedButton().text() == "Selected photos: 2"


def test_the_picture_is_copied(window):
    window.session.set_look(Look(opacity=1.0))
    press(window, "Ctrl+C")
    assert QApplication.clipboard().image().size() == window.stage.canvas.heated.picture().size()


# ---- what is kept ----


def test_the_next_window_has_what_this_one_had(make_window, window, qtbot, photos):
    window.panels.photos.go_next()
    window.session.choose_class(2)
    until(qtbot, lambda: drawn(window) and window.session.question.index == 2)
    window.session.set_look(Look(opacity=0.8, colormap="viridis"))
    window.resize(800, 640)
    window.close()
    again = make_window()
    until(qtbot, lambda: drawn(again))
    assert [again.session.album.path(key) for key in again.session.album] == photos
    assert again.session.current_row.path == photos[1]
    assert again.session.question.index == 2
    assert again.session.look.colormap == "viridis"
    assert (again.width(), again.height()) == (800, 640)
    assert not again.preferences.first_run


def test_a_window_that_should_not_remember_does_not(make_window, window):
    window.preferences.restore = False
    window.close()
    assert len(make_window().session.album) == 0


def test_photos_that_are_gone_are_not_asked_for_again(make_window, window, photos, qtbot):
    window.close()
    Path(photos[0]).unlink()
    again = make_window()
    until(qtbot, lambda: drawn(again))
    assert [again.session.album.path(key) for key in again.session.album] == photos[1:]
    assert again.session.failures == []


def test_preferences_take_effect_and_are_kept(window, qtbot):
    dialog = window.open_preferences()
    dialog.theme.setCurrentIndex(dialog.theme.findData("dark"))
    dialog.colormap.setCurrentIndex(dialog.colormap.findData("turbo"))
    dialog.threads.setValue(2)
    dialog._accept()
    assert window.preferences.theme == "dark"
    assert window.session.look.colormap == "turbo"
    assert QApplication.palette().window().color().lightness() < 80
    until(qtbot, lambda: drawn(window) and window.session.engine_state == "ready")
    theme.apply(QApplication.instance(), "light")
    assert Choices().threads == 0
    assert window.preferences.threads == 2


# ---- files of strangers ----


def test_a_refused_model_can_be_trusted_after_a_question(window, qtbot, tmp_path):
    refused = tmp_path / "refused.keras"
    refused.touch()
    window.files.open([str(refused)])
    until(qtbot, window.troubles.bar.isVisible)
    assert window.session.source.path == ""
    assert window.troubles.bar._trust.isVisible()
    window.troubles.bar._trust.click()
    box = next(box for box in window.findChildren(QMessageBox) if box.isVisible())
    assert "all your rights" in box.informativeText()
    assert box.defaultButton() is box.button(QMessageBox.StandardButton.Cancel)
    trust = next(button for button in box.buttons() if button.text() == "Trust and open")
    trust.click()
    until(qtbot, lambda: window.session.source.path == str(refused))
    assert not window.troubles.bar.isVisible()
    window.close()
    assert "trust" not in Path(window.preferences.last_project).read_text()


def test_what_was_not_expected_is_told_in_words(window):
    window.troubles.tell(Failure("something unexpected went wrong (ValueError: x)", remedy="Copy the details."))
    assert window.troubles.bar.isVisible()
    assert window.status._problems.isVisible()


# ---- the gallery's rules, for the whole window ----


@pytest.mark.parametrize("size", [(1280, 860), (800, 560)])
def test_every_control_of_the_window_has_a_name_and_none_is_cut_off(window, size):
    window.resize(*size)
    QApplication.processEvents()
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and not button.objectName().startswith("qt_"):
            assert button.text() or button.toolTip() or button.accessibleName(), button.parentWidget()
    for label in window.findChildren(QLabel):
        if label.isVisible() and label.text() and label.wordWrap():
            assert label.heightForWidth(label.width()) <= label.height() + 1, label.text()
    for widget in window.centralWidget().findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            assert widget.width() > 0


# ---- the program ----


def test_the_windows_process_never_imports_what_the_engine_needs():
    code = (
        "import os, sys; os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from gradcam_tf.gui import app, window\n"
        "from gradcam_tf.gui.preferences import Preferences; from gradcam_tf.gui.session import Session\n"
        "program = QApplication([]); shown = window.Window(Session(), Preferences()); shown.show()\n"
        "shown.panels.look.draw_swatches(); program.processEvents()\n"
        "heavy = ('tensorflow', 'keras', 'h5py', 'gradcam_tf.explainer', 'gradcam_tf.model', 'gradcam_tf.methods')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"


def test_without_a_screen_the_program_says_so(monkeypatch, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert main([]) == 2
    assert "no screen" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["-m", "gradcam_tf.gui"], ["-m", "gradcam_tf", "gui"]])
def test_each_way_of_starting_takes_a_model_and_photos(command, tmp_path, photos):
    """The window closes itself when the photo is listed."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import os\nif os.environ.pop('GRADCAM_TF_TRY', ''):\n"
        "    from gradcam_tf.gui import window\n"
        "    start = window.Window.start\n"
        "    def tried(self, paths=()):\n"
        "        start(self, paths)\n"
        "        self.session.photos_added.connect(lambda *_: (print(self.session.album.path(1)), self.close()))\n"
        "    window.Window.start = tried\n"
    )
    done = subprocess.run(
        [sys.executable, *command, photos[0]], capture_output=True, text=True, timeout=120,
        env={**__import__("os").environ, "PYTHONPATH": str(site), "GRADCAM_TF_TRY": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == photos[0]


def test_the_grid_says_how_many_of_the_selected_photos_it_shows(window, qtbot, monkeypatch):
    from gradcam_tf.gui import comparing

    window.panels.photos.view.selectAll()
    window.set_mode("grid")
    assert window.comparing.bar._rows.text() == ""
    monkeypatch.setattr(comparing, "MOST_PHOTOS", 2)
    window.comparing.rebuild()
    assert window.comparing.bar._rows.text() == "the first 2 of 3 photos"
