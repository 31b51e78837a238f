"""The row above the canvas, and the key that is held."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton, QVBoxLayout, QWidget

from gradcam_tf.gui.viewbar import HoldKey, ViewBar


@pytest.fixture
def bar(qtbot) -> ViewBar:
    bar = ViewBar()
    qtbot.addWidget(bar)
    bar.show()
    return bar


def button(bar: ViewBar, beginning: str) -> QToolButton:
    return next(each for each in bar.findChildren(QToolButton) if each.toolTip().startswith(beginning))


def test_a_mode_is_chosen_and_marked(bar, qtbot):
    with qtbot.waitSignal(bar.mode_chosen, timeout=2000) as chosen:
        qtbot.mouseClick(button(bar, "Side by side"), Qt.MouseButton.LeftButton)
    assert chosen.args == ["side by side"]
    bar.set_mode("grid")
    assert [each.isChecked() for each in bar._modes.buttons()] == [False, False, False, True]


@pytest.mark.parametrize(
    ("words", "signal"),
    [
        ("Fit", "fit_wanted"),
        ("One to one", "actual_size_wanted"),
        ("Smaller", "zoom_out_wanted"),
        ("Larger", "zoom_in_wanted"),
    ],
)
def test_buttons(bar, qtbot, words, signal):
    with qtbot.waitSignal(getattr(bar, signal), timeout=2000):
        qtbot.mouseClick(button(bar, words), Qt.MouseButton.LeftButton)


def test_the_heat_is_hidden_while_the_button_is_down(bar, qtbot):
    held = []
    bar.heat_held.connect(held.append)
    qtbot.mousePress(button(bar, "Hold"), Qt.MouseButton.LeftButton)
    assert held == [True]
    qtbot.mouseRelease(button(bar, "Hold"), Qt.MouseButton.LeftButton)
    assert held == [True, False]


def test_the_words_can_go_where_it_is_narrow(bar):
    wide = bar.sizeHint().width()
    styles = {}
    for width in (wide, wide - 1, wide):
        bar.resize(width, 40)
        styles.setdefault(width, set()).update(each.toolButtonStyle() for each in bar._modes.buttons())
    assert styles == {
        wide: {Qt.ToolButtonStyle.ToolButtonTextBesideIcon},
        wide - 1: {Qt.ToolButtonStyle.ToolButtonIconOnly},
    }
    assert bar.minimumSizeHint().width() < wide - 200


def test_a_key_acts_while_it_is_held_but_not_where_letters_are_typed(qtbot):
    window, line, other = QWidget(), QLineEdit(), QToolButton()
    column = QVBoxLayout(window)
    column.addWidget(line)
    column.addWidget(other)
    qtbot.addWidget(window)
    window.show()
    key, held = HoldKey(window), []
    key.held.connect(held.append)
    qtbot.keyPress(other, Qt.Key.Key_H)
    qtbot.keyRelease(other, Qt.Key.Key_H)
    assert held == [True, False]
    qtbot.keyClick(line, Qt.Key.Key_H)
    assert line.text() == "h"
    qtbot.keyClick(other, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert held == [True, False]
    qtbot.keyPress(other, Qt.Key.Key_H)
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowDeactivate))
    assert held == [True, False, True, False]
