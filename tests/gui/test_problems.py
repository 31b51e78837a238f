"""Failures in words, one behind the other, with details to copy."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gradcam_tf.gui.problems import MOST_KEPT, ProblemBar, ProblemList, report
from gradcam_tf.gui.records import Failure

BROKEN = Failure("the file ends too early", "broken.jpg", "Copy it again.", "OSError: image file is truncated")
UNKNOWN = Failure("a layer is not known!", "m.keras")


@pytest.fixture
def bar(qtbot) -> ProblemBar:
    bar = ProblemBar()
    qtbot.addWidget(bar)
    bar.resize(700, 60)
    return bar


def test_what_where_and_the_remedy_are_one_line(bar):
    bar.show_failure(BROKEN)
    assert bar.isVisible()
    assert bar.text == "broken.jpg: the file ends too early. Copy it again."
    assert bar.accessibleDescription() == bar.text
    bar.show_failure(UNKNOWN)
    assert bar.text == "m.keras: a layer is not known!"


def test_details_are_copied(bar, qtbot):
    bar.show_failure(BROKEN)
    qtbot.mouseClick(bar._copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == report(BROKEN)
    assert "OSError" in report(BROKEN)


def test_closing_shows_the_one_behind(bar, qtbot):
    for failure in (BROKEN, UNKNOWN, BROKEN):
        bar.show_failure(failure)
    assert bar._more.text() == "1 more"
    qtbot.mouseClick(bar._close, Qt.MouseButton.LeftButton)
    assert bar.text.startswith("m.keras")
    with qtbot.waitSignal(bar.closed, timeout=2000):
        qtbot.mouseClick(bar._close, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_all_of_them_are_asked_for(bar, qtbot):
    bar.show_failure(BROKEN)
    bar.show_failure(UNKNOWN)
    with qtbot.waitSignal(bar.all_wanted, timeout=2000):
        qtbot.mouseClick(bar._more, Qt.MouseButton.LeftButton)


def test_words_of_a_file_are_no_markup(bar):
    bar.show_failure(Failure("<b>no</b>", "<img src=x>.png"))
    assert bar._words.textFormat() == Qt.TextFormat.PlainText
    assert "<b>" in bar.text


def test_the_list_keeps_failures_and_warnings_with_their_details(qtbot):
    problems = ProblemList()
    qtbot.addWidget(problems)
    problems.show()
    assert problems._none.isVisible()
    problems.add(BROKEN)
    problems.add(UNKNOWN, warning=True)
    assert len(problems) == 2
    assert problems._detail.toPlainText() == report(BROKEN)
    problems.list.setCurrentRow(1)
    assert problems._detail.toPlainText() == report(UNKNOWN)
    assert problems.list.item(1).data(Qt.ItemDataRole.AccessibleTextRole).startswith("Warning")
    assert problems.everything == f"{report(BROKEN)}\n\n{report(UNKNOWN)}"
    problems.clear()
    assert len(problems) == 0
    assert problems._detail.toPlainText() == ""
    for number in range(MOST_KEPT + 5):
        problems.add(Failure(f"number {number}"))
    assert len(problems) == MOST_KEPT
