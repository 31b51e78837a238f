"""Every text of the window in German, and nothing cut off in it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QSettings
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from gradcam_tf.gui import language
from gradcam_tf.gui.preferences import Preferences
from gradcam_tf.gui.session import Session
from gradcam_tf.gui.window import Window
from gradcam_tf.resources import translation_path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "resources" / "translations" / "de.ts"
TOOLS = Path(sys.executable).parent


def messages(path: Path) -> dict[tuple[str, str], str]:
    """Translation by context and text; empty if there is none."""
    found = {}
    for context in ET.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            text = "" if translation.get("type") == "unfinished" else translation.text or ""
            found[context.findtext("name"), message.findtext("source")] = text
    return found


def run(tool: str, *arguments: str | Path) -> None:
    subprocess.run([TOOLS / tool, *map(str, arguments)], check=True, capture_output=True, timeout=120)


@pytest.fixture(autouse=True)
def _same_numbers():
    before = QLocale()
    yield
    QLocale.setDefault(before)


@pytest.fixture
def german(qapp):
    installed = language.install(qapp, "de")
    yield
    for translator in installed:
        qapp.removeTranslator(translator)


def test_no_text_of_the_window_lacks_its_translation(tmp_path):
    fresh = tmp_path / "de.ts"
    shutil.copy(SOURCE, fresh)
    run("pyside6-lupdate", *sorted((ROOT / "gui").glob("*.py")), "-ts", fresh, "-locations", "none", "-no-obsolete")
    found = messages(fresh)
    assert [key for key, text in found.items() if not text] == []
    assert found.keys() == messages(SOURCE).keys(), "texts have gone: run pyside6-lupdate"


def test_what_is_loaded_is_what_was_translated(tmp_path):
    run("pyside6-lrelease", SOURCE, "-qm", tmp_path / "de.qm")
    assert (tmp_path / "de.qm").read_bytes() == translation_path("de").read_bytes()


def test_what_is_filled_in_is_the_same_in_both():
    for (context, source), text in messages(SOURCE).items():
        assert Counter(re.findall(r"{\w+}", source)) == Counter(re.findall(r"{\w+}", text)), (context, source)
        assert source.endswith("…") == text.endswith("…"), (context, source)


def made(tmp_path) -> Window:
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    return Window(Session(), Preferences(settings))


def test_a_window_in_german(german, qtbot, tmp_path):
    window = made(tmp_path)
    qtbot.addWidget(window)
    assert [action.text().replace("&", "") for action in window.menuBar().actions()] == [
        "Datei", "Bearbeiten", "Ansicht", "Erklären", "Fenster", "Hilfe",
    ]  # fmt: skip
    for size in ((1280, 860), (800, 560)):
        window.resize(*size)
        window.show()
        QApplication.processEvents()
        for button in window.findChildren(QAbstractButton):
            if button.isVisible() and button.text():
                assert button.width() >= button.minimumSizeHint().width(), button.text()
        for label in window.findChildren(QLabel):
            if label.isVisible() and label.text() and label.wordWrap():
                assert label.heightForWidth(label.width()) <= label.height() + 1, label.text()


@pytest.mark.parametrize("code", ["en", "de"])
def test_no_letter_of_a_menu_is_taken_twice(qapp, qtbot, tmp_path, code):
    installed = language.install(qapp, code)
    try:
        window = made(tmp_path)
        qtbot.addWidget(window)
        for heading, actions in window.actions_.groups.items():
            letters = [found[1].lower() for action in actions if (found := re.search(r"&(\w)", action.text()))]
            assert [letter for letter, times in Counter(letters).items() if times > 1] == [], heading
    finally:
        for translator in installed:
            qapp.removeTranslator(translator)


def test_a_language_without_translation_stays_english(qapp, qtbot, tmp_path):
    assert language.install(qapp, "xx") == []
    window = made(tmp_path)
    qtbot.addWidget(window)
    assert window.menuBar().actions()[0].text() == "&File"
