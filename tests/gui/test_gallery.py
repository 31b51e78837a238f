"""What all widgets keep to, tried on the gallery: names for who does not see them, room for long words, mirroring."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import Qt, QTranslator
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QScrollBar, QWidget

NARROWEST = 540
"""What is left of a window of 800 for the canvas beside a panel."""
PANELS = ("photos", "classes", "layers", "methods", "look", "model")


def load() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "tools" / "make_screenshots.py"
    spec = importlib.util.spec_from_file_location("make_screenshots", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


gallery = load()


class German(QTranslator):
    """Every text half as long again, with a long word at its end."""

    def translate(self, context, source, disambiguation=None, n=-1) -> str:
        if context.startswith("Q"):
            return ""
        return f"{source} {'lang' * max(1, len(source) // 12)}"

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def widgets(qapp) -> Iterator[dict[str, QWidget]]:
    made = dict(gallery.shots())
    for widget in made.values():
        widget.show()
    qapp.processEvents()
    yield made
    for widget in made.values():
        widget.close()
        widget.deleteLater()


@pytest.fixture
def german(qapp) -> Iterator[None]:
    translator = German()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def controls(widget: QWidget) -> list[QWidget]:
    """What can have the keyboard."""
    return [
        each for each in widget.findChildren(QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isVisible() and not isinstance(each, QScrollBar)
        and not each.objectName().startswith("qt_") and each.focusProxy() is None
    ]  # fmt: skip


def test_every_control_has_a_name(widgets):
    nameless = []
    for shot, widget in widgets.items():
        for control in controls(widget):
            text = control.text() if isinstance(control, QAbstractButton) else ""
            label = next((each.text() for each in widget.findChildren(QLabel) if each.buddy() is control), "")
            if not (control.accessibleName() or text or label) and not isinstance(control.parentWidget(), QLineEdit):
                nameless.append((shot, type(control).__name__))
    assert nameless == []


def test_every_button_without_words_has_a_tooltip(widgets):
    buttons = ((shot, each) for shot, widget in widgets.items() for each in widget.findChildren(QAbstractButton))
    silent = [
        (shot, each.accessibleName()) for shot, each in buttons
        if each.isVisible() and not each.text() and not each.toolTip() and not each.icon().isNull()
        and not isinstance(each.parentWidget(), QLineEdit)
    ]  # fmt: skip
    assert silent == []


def test_long_words_fit_into_the_panels(german, widgets):
    for shot, widget in widgets.items():
        if shot.startswith(PANELS):
            assert widget.minimumSizeHint().width() <= gallery.PANEL + 60, shot
        if shot.startswith(("canvas", "viewbar", "problem-bar")):
            assert widget.minimumSizeHint().width() <= NARROWEST, shot


def test_nothing_is_cut_off_in_long_words(german, widgets):
    cut = []
    for shot, widget in widgets.items():
        for label in widget.findChildren(QLabel):
            if label.isVisible() and label.text() and not label.pixmap():
                needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
                room = label.width() >= label.minimumSizeHint().width()
                if needed > label.height() + 1 or not room:
                    cut.append((shot, label.text(), needed, label.height()))
        for button in widget.findChildren(QAbstractButton):
            if button.isVisible() and button.text() and button.width() < button.minimumSizeHint().width():
                cut.append((shot, button.text(), button.minimumSizeHint().width(), button.width()))
    assert cut == []


def test_everything_can_be_mirrored(qapp):
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        for _, widget in gallery.shots():
            widget.show()
            assert not widget.grab().isNull()
            widget.close()
            widget.deleteLater()
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_the_script_makes_its_pictures(tmp_path, monkeypatch):
    monkeypatch.setattr(gallery, "QApplication", lambda *_: QApplication.instance())
    monkeypatch.setattr(gallery, "shots", gallery.dialogs)
    assert gallery.main([str(tmp_path), "viewbar", "help"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "help-dark.png", "help-light.png", "viewbar-dark.png", "viewbar-light.png",
    ]  # fmt: skip


def test_no_widget_knows_tensorflow_or_the_session():
    import subprocess
    import sys

    code = "import sys, runpy; runpy.run_path(sys.argv[1]); print([name for name in ('tensorflow', 'keras', 'h5py', "
    code += "'gradcam_tf.explainer', 'gradcam_tf.model', 'gradcam_tf.gui.session') if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code, gallery.__file__], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip() == "[]"
