"""Commands found by a few letters; and the list of all keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from gradcam_tf.gui.palette import CommandPalette, plain, rank
from gradcam_tf.gui.shortcuts import ShortcutList


@pytest.fixture
def actions() -> list[QAction]:
    made = []
    for words, keys in (("&Open model…", "Ctrl+O"), ("Add photos…", "Ctrl+I"), ("One to one", "Ctrl+0"),
                        ("Save && close", ""), ("Export…", "Ctrl+E")):  # fmt: skip
        action = QAction(words)
        action.setShortcut(keys)
        action.done = []
        action.triggered.connect(lambda _=False, action=action: action.done.append(1))
        made.append(action)
    made[4].setEnabled(False)
    return made


@pytest.fixture
def palette(qtbot, actions) -> CommandPalette:
    host = QWidget()
    host.resize(800, 560)
    qtbot.addWidget(host)
    palette = CommandPalette(lambda: actions, host)
    palette.host = host
    palette.open_over(host)
    return palette


def listed(palette: CommandPalette) -> list[str]:
    return [palette.tree.topLevelItem(row).text(0) for row in range(palette.tree.topLevelItemCount())]


def test_all_are_listed_with_their_keys_those_that_cannot_be_done_last(palette):
    assert listed(palette) == ["Open model", "Add photos", "One to one", "Save & close", "Export"]
    assert palette.tree.topLevelItem(0).text(1) == "Ctrl+O"
    assert palette.tree.topLevelItem(4).isDisabled()


def test_letters_find_and_enter_does(palette, actions, qtbot):
    qtbot.keyClicks(palette.field, "add")
    assert listed(palette) == ["Add photos"]
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert actions[1].done == [1]
    assert not palette.isVisible()


def test_arrows_choose_while_letters_are_typed(palette, actions, qtbot):
    qtbot.keyClicks(palette.field, "o")
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    chosen = palette.tree.currentItem().text(0)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert [plain(action) for action in actions if action.done] == [chosen]


def test_what_cannot_be_done_is_not_done_and_nothing_found_is_said(palette, actions, qtbot):
    qtbot.keyClicks(palette.field, "export")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert actions[4].done == []
    palette.field.setText("zzz")
    assert listed(palette) == []
    assert palette._none.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)


@pytest.mark.parametrize(("needle", "words"), [("omdl", "Open model"), ("OPEN M", "Open model"), ("", "Anything")])
def test_letters_that_fit(needle, words):
    assert rank(needle, words) is not None


def test_letters_in_another_order_do_not_fit_and_beginnings_come_first():
    assert rank("ledom", "Open model") is None
    assert rank("mod", "Open model") < rank("mod", "Unmodified") < rank("mod", "My old dog")


def test_the_list_of_keys_has_what_has_a_key_and_what_is_held(qtbot, actions):
    keys = ShortcutList({"File": actions, "Nothing": [actions[3]]}, [("Hide the heat", "H")])
    qtbot.addWidget(keys)
    keys.show()
    found = {group: [(row.text(0), row.text(1)) for row in rows] for group, rows in keys._groups.items()}
    assert found == {
        "File": [("Open model", "Ctrl+O"), ("Add photos", "Ctrl+I"), ("One to one", "Ctrl+0"), ("Export", "Ctrl+E")],
        "While held": [("Hide the heat", "H")],
    }
    qtbot.keyClicks(keys.search, "ctrl+i")
    assert [row.text(0) for rows in keys._groups.values() for row in rows if not row.isHidden()] == ["Add photos"]
    assert keys.tree.topLevelItem(1).isHidden()
