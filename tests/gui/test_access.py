"""Every control of the window can be reached by keys, has a name for who cannot see it, and says what it does."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QScrollBar,
    QTextBrowser,
    QWidget,
)

from gradcam_tf.gui.shortcuts import ShortcutList
from tools.make_window_screenshots import windows

CONTROLS = (
    *(QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit),
    QTextBrowser,
)
STATES = (
    *("window-start", "window-banner", "window-error", "window-busy", "window-grid", "window-drawer"),
    *("window-about", "window-reading", "window-preferences", "window-export", "window-shortcuts", "window-help"),
)


@pytest.fixture(scope="module")
def shown(qapp):
    """Each state of the window, once."""
    found = dict(windows())
    QApplication.processEvents()
    yield found
    for one in found.values():
        one.close()


def controls(root: QWidget) -> list[QWidget]:
    """What a person works with: parts of other controls left out."""
    return [
        one
        for one in root.findChildren(QWidget)
        if isinstance(one, CONTROLS)
        and one.isVisibleTo(root)
        and not isinstance(one.parent(), CONTROLS)
        and not isinstance(one, QScrollBar)
        and not one.objectName().startswith("qt_")
    ]


def label_of(one: QWidget) -> str:
    """The words on a control, or beside it."""
    text = one.text() if isinstance(one, QAbstractButton) else ""
    if text:
        return text.replace("&", "")
    return " ".join(label.text() for label in one.parentWidget().findChildren(QLabel) if label.buddy() is one)


def whose(one: QWidget) -> str:
    return f"{type(one).__name__} {one.accessibleName() or label_of(one) or one.toolTip()!r} in {type(one.parent())}"


@pytest.mark.parametrize("state", STATES)
def test_every_control_has_a_name(shown, state):
    nameless = [whose(one) for one in controls(shown[state]) if not (one.accessibleName() or label_of(one))]
    assert nameless == []


@pytest.mark.parametrize("state", STATES)
def test_every_control_says_what_it_does(shown, state):
    """By words on it, in it or beside it, or by a tooltip: a picture alone says nothing."""
    silent = [
        whose(one)
        for one in controls(shown[state])
        if not (label_of(one) or one.toolTip() or getattr(one, "placeholderText", str)())
        and not isinstance(one, QAbstractItemView | QTextBrowser | QPlainTextEdit)
    ]
    assert silent == []


@pytest.mark.parametrize("state", STATES)
def test_every_control_is_in_the_tab_order(shown, state):
    root = shown[state]
    chain, one = set(), root.nextInFocusChain()
    while one is not root and one not in chain:
        chain.add(one)
        one = one.nextInFocusChain()
    missing = [
        whose(one)
        for one in controls(root)
        if one.isEnabled()
        and not (one in chain and one.focusPolicy() & Qt.FocusPolicy.TabFocus)
        # Of those that exclude each other one is, and arrows go on from there.
        and not (isinstance(one, QRadioButton) and not one.isChecked())
    ]
    assert missing == []


def test_every_command_is_in_the_list_of_keys(shown):
    """Also those without a key: the list and the palette are where they are found."""
    window = shown["window-result"]
    listed = ShortcutList(window.actions_.groups, [], window)
    texts = " ".join(item.text(0) for item in _items(listed))
    for action in window.actions_.all:
        assert action.text(), action
        if action.shortcuts():
            words = action.text().replace("&", "").rstrip("….")
            assert words in texts, words


def _items(listed: ShortcutList) -> list:
    from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItemIterator

    found, (tree,) = [], listed.findChildren(QTreeWidget)
    walk = QTreeWidgetItemIterator(tree)
    while walk.value():
        found.append(walk.value())
        walk += 1
    return found


def test_no_key_is_taken_twice(shown):
    keys = [key.toString() for action in shown["window-result"].actions_.all for key in action.shortcuts()]
    assert sorted(keys) == sorted(set(keys))
