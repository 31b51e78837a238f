"""The class table: what is listed, found, asked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QPushButton

from gradcam_tf.gui.classes import MOST_FOUND, MOST_OTHERS, ClassTable, number
from gradcam_tf.gui.records import ClassRow

ROWS = tuple(ClassRow(index, name, score, chance) for index, name, score, chance in (
    (281, "tabby", 9.1, 0.7), (282, "tiger cat", 8.0, 0.2), (285, "Egyptian cat", 5.0, 0.04),
    (1, "goldfish", -2.0, 1e-5),
))  # fmt: skip


@pytest.fixture
def table(qtbot) -> ClassTable:
    table = ClassTable()
    qtbot.addWidget(table)
    table.tester = QAbstractItemModelTester(table.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    table.resize(260, 320)
    table.show()
    names = [f"thing {index}" for index in range(1000)]
    for row in ROWS:
        names[row.index] = row.label
    names[500] = "cliff dwelling"
    table.set_names(names)
    table.set_classes(ROWS, 282)
    return table


def labels(table: ClassTable) -> list[str]:
    return [table.model.index(row).data() for row in range(table.model.rowCount())]


def click(qtbot, table: ClassTable, row: int) -> None:
    rect = table.view.visualRect(table.model.index(row))
    qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())


def test_the_likeliest_are_listed_and_the_explained_one_is_marked(table):
    assert labels(table) == [row.label for row in ROWS]
    assert table.view.currentIndex().data() == "tiger cat"


def test_a_click_asks_what_speaks_for_a_class_and_so_does_enter(table, qtbot):
    with qtbot.waitSignal(table.chosen, timeout=2000) as chosen:
        click(qtbot, table, 2)
    assert chosen.args == [285]
    with qtbot.waitSignal(table.chosen, timeout=2000) as chosen:
        qtbot.keyClick(table.view, Qt.Key.Key_Return)
    assert chosen.args == [285]


def test_the_search_finds_every_class_predicted_ones_first_and_numbers(table, qtbot):
    qtbot.keyClicks(table.search, "cat")
    assert labels(table) == ["tiger cat", "Egyptian cat"]
    table.search.setText("CLIFF")
    with qtbot.waitSignal(table.chosen, timeout=2000) as chosen:
        click(qtbot, table, 0)
    assert chosen.args == [500]
    table.search.setText("281")
    assert labels(table) == ["tabby"]
    table.search.setText("thing")
    assert len(labels(table)) == MOST_FOUND
    table.search.setText("")
    assert len(labels(table)) == len(ROWS)


def test_next_and_previous_class(table):
    chosen = []
    table.chosen.connect(chosen.append)
    for go in (table.go_next, table.go_next, table.go_next, table.go_previous):
        go()
    assert chosen == [285, 1, 285]


def test_the_menu_asks_the_other_questions(table, qtbot):
    menu = table.menu(ROWS[0])
    for action, signal in zip(menu.actions()[:2], (table.chosen, table.against_wanted), strict=True):
        with qtbot.waitSignal(signal, timeout=2000) as asked:
            action.trigger()
        assert asked.args == [281]
    others = menu.actions()[2].menu().actions()
    assert [other.text() for other in others if other.text()][:-1] == [row.label for row in ROWS[1 : MOST_OTHERS + 1]]
    with qtbot.waitSignal(table.than_wanted, timeout=2000) as asked:
        others[1].trigger()
    assert asked.args == [281, 285]
    menu.close()


def test_another_class_can_be_picked_to_compare_with_or_not(table, qtbot):
    def ask() -> None:
        menu = table.menu(ROWS[0])
        menu.actions()[2].menu().actions()[-1].trigger()
        menu.close()

    ask()
    assert "tabby" in table._asked_words.text()
    table.search.setText("cliff")
    with qtbot.waitSignal(table.than_wanted, timeout=2000) as asked:
        click(qtbot, table, 0)
    assert asked.args == [281, 500]
    assert not table._asked.isVisible()
    ask()
    qtbot.mouseClick(table._asked.findChild(QPushButton), Qt.MouseButton.LeftButton)
    table.search.setText("")
    with qtbot.waitSignal(table.chosen, timeout=2000):
        click(qtbot, table, 1)


def test_back_to_the_likeliest(table, qtbot):
    assert not table._auto.isVisible()
    table.set_classes(ROWS, 282, auto=False)
    with qtbot.waitSignal(table.auto_wanted, timeout=2000):
        qtbot.mouseClick(table._auto, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("row", "words"),
    [(ROWS[0], "70 %"), (ROWS[2], "4.0 %"), (ROWS[3], "< 0.1 %"), (ClassRow(1, "a", 3.14159), "3.14"),
     (ClassRow(1, "a", float("nan")), ""), (ClassRow(1, "a", 0, 1.0), "100 %"), (ClassRow(1, "a", 0, 0.0), "0.0 %")],
)  # fmt: skip
def test_numbers(row, words):
    assert number(row) == words
