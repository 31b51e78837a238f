"""The list of photos: Qt's own model test, order, filter, choice, thumbnails, and a hundred thousand of them."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QPushButton

from gradcam_tf.gui.photomodel import MOST_THUMBNAILS, PhotoModel
from gradcam_tf.gui.photos import PhotoList
from gradcam_tf.gui.records import PhotoRow

STALL = 0.5
"""Seconds that are too long on any machine; on a quiet one all of these take less than 0.1."""


def rows() -> list[PhotoRow]:
    return [
        PhotoRow(1, "/p/chelsea.png", "done", "Egyptian cat", 0.77, "ok"),
        PhotoRow(2, "/p/Coffee.png", "done", "espresso", 0.9, "ok"),
        PhotoRow(3, "/p/broken.jpg", "failed", error="The file ends too early"),
        PhotoRow(4, "/q/astronaut.png", "working"),
        PhotoRow(5, "/q/rocket.jpg", "done", "missile", 0.31, "negative"),
    ]


@pytest.fixture
def model(qtmodeltester) -> PhotoModel:
    model = PhotoModel()
    # Checks each change as it is made.
    model.tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows(rows())
    return model


@pytest.fixture
def photos(qtbot) -> PhotoList:
    photos = PhotoList()
    qtbot.addWidget(photos)
    photos.resize(260, 400)
    photos.show()
    photos.model.set_rows(rows())
    return photos


def select(photos: PhotoList, keys: list[int]) -> None:
    selection = QItemSelection()
    for key in keys:
        selection.select(photos.model.index_of(key), photos.model.index_of(key))
    photos.view.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def marked(photos: PhotoList) -> list[int]:
    """What Qt has marked, in the order of the list."""
    rows = sorted(index.row() for index in photos.view.selectionModel().selectedIndexes())
    return [photos.model.key_at(row) for row in rows]


def names(model: PhotoModel) -> list[str]:
    return [model.index(row).data() for row in range(model.rowCount())]


# ---- the model ----


def test_qt_finds_no_fault_with_it(model, qtmodeltester):
    qtmodeltester.check(model)


@pytest.mark.parametrize(
    ("by", "order"),
    [("added", [1, 2, 3, 4, 5]), ("name", [4, 3, 1, 2, 5]), ("class", [1, 2, 5, 3, 4]),
     ("probability", [2, 1, 5, 3, 4]), ("status", [3, 4, 5, 1, 2])],
)  # fmt: skip
def test_order(model, by, order):
    model.sort_by(by)
    assert model.keys == order


@pytest.mark.parametrize(
    ("text", "found"),
    [("cat", [1]), ("COFFEE", [2]), (".jpg", [3, 5]), ("ends too", [3]), ("working", [4]), ("nothing speaks", [5]),
     ("", [1, 2, 3, 4, 5]), ("zzz", [])],
)  # fmt: skip
def test_the_filter_finds_names_classes_and_states(model, text, found):
    model.set_filter(text)
    assert model.keys == found


def test_changes_are_sorted_in_a_moment_later(model, qtbot):
    model.sort_by("probability")
    model.update([PhotoRow(4, "/q/astronaut.png", "done", "suit", 0.99, "ok")])
    assert model.keys == [2, 1, 5, 3, 4]
    qtbot.waitUntil(lambda: model.keys == [4, 2, 1, 5, 3], timeout=5000)


def test_added_photos_are_shown_if_they_pass_and_known_ones_are_not_added_twice(model):
    model.set_filter("cat")
    model.add([*rows(), PhotoRow(8, "cat2.png"), PhotoRow(9, "dog.png")])
    assert model.keys == [1, 8]
    model.set_filter("")
    assert model.keys == [1, 2, 3, 4, 5, 8, 9]


def test_removed_ones_are_gone_also_those_that_are_filtered(model):
    model.set_filter("cat")
    model.remove([1, 3, 77])
    model.set_filter("")
    assert model.keys == [2, 4, 5]
    model.remove([2, 4, 5])
    assert model.rowCount() == 0


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (0, "Egyptian cat 77 %"),
        (2, "The file ends too early"),
        (3, "working…"),
        (4, "missile 31 % · nothing speaks for it"),
    ],
)
def test_what_is_said_of_a_photo_is_in_words_and_read_aloud(model, row, words):
    assert model.words(rows()[row]) == words
    assert words in model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_choice_stays_with_its_photo_when_the_order_changes(photos):
    photos.set_current(2)
    photos.model.sort_by("name")
    assert photos.current == 2
    photos.model.set_filter("png")
    assert photos.current == 2


def test_what_the_filter_hides_is_chosen_again_when_it_is_listed_again(photos):
    photos.set_current(2)
    seen = []
    photos.current_changed.connect(seen.append)
    photos.model.set_filter("rocket")
    assert (photos.current, photos.selected) == (None, [])
    photos.model.set_filter("")
    assert (photos.current, photos.selected, seen) == (2, [2], [])


def test_the_selected_stay_selected_in_another_order(photos):
    select(photos, [1, 2, 5])
    photos.set_current(2)
    select(photos, [1, 2, 5])
    told = []
    photos.selection_changed.connect(lambda: told.append(photos.selected))
    photos.model.sort_by("probability")
    assert photos.selected == [2, 1, 5]
    assert marked(photos) == [2, 1, 5]
    assert told == []
    photos.model.set_filter("png")
    assert told == [[2, 1]]
    assert marked(photos) == [2, 1]


def test_when_the_shown_photo_is_removed_the_list_goes_on_to_the_next_of_its_own_order(photos):
    photos.model.sort_by("name")
    assert photos.model.keys == [4, 3, 1, 2, 5]
    photos.set_current(3)
    seen = []
    photos.current_changed.connect(seen.append)
    photos.model.remove([3, 1])
    assert (photos.current, photos.selected) == (2, [2])
    photos.model.remove([2, 5])
    assert photos.current == 4
    photos.model.remove([4])
    assert seen == [2, 4]
    assert photos.current is None


def test_a_choice_in_thousands_of_pieces_is_marked_a_moment_later_and_known_at_once(photos, qtbot):
    photos.model.set_rows(many(20_000))
    half = list(range(0, 20_000, 2))
    select(photos, [key for key in photos.model.keys if key % 2 == 0])
    photos.model.sort_by("name")
    assert sorted(photos.selected) == half
    qtbot.waitUntil(lambda: marked(photos) == photos.selected, timeout=10_000)
    photos.model.set_filter("class 13")
    assert all(key % 2 == 0 and key % 97 == 13 for key in photos.selected)


def test_the_rows_are_as_high_as_their_words_need(photos):
    before = photos.view.rowHeight(0)
    font = photos.font()
    font.setPointSizeF(font.pointSizeF() * 3)
    photos.view.setFont(font)
    assert photos.view.rowHeight(0) > before
    assert photos.view.in_sight() == range(photos.view.rowAt(photos.view.viewport().height() - 1) + 1)


# ---- the panel ----


def test_next_and_previous_stop_at_the_ends(photos):
    seen = []
    photos.current_changed.connect(seen.append)
    for go in (photos.go_next, photos.go_next, photos.go_previous, photos.go_previous):
        go()
    assert seen == [1, 2, 1]
    photos.set_current(5)
    photos.go_next()
    assert photos.current == 5


def test_several_are_selected_with_shift_and_removed_with_delete(photos, qtbot):
    rect = photos.view.visualRect(photos.model.index(1))
    qtbot.mouseClick(photos.view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    rect = photos.view.visualRect(photos.model.index(3))
    qtbot.mouseClick(
        photos.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, pos=rect.center()
    )
    assert photos.selected == [2, 3, 4]
    with qtbot.waitSignal(photos.remove_wanted, timeout=2000) as wanted:
        qtbot.keyClick(photos.view, Qt.Key.Key_Delete)
    assert wanted.args == [[2, 3, 4]]


def test_the_menu_says_what_can_be_done_with_the_selected(photos, qtbot):
    photos.set_current(3)
    menu = photos.menu()
    signals = (photos.export_wanted, photos.again_wanted, photos.reading_wanted, photos.remove_wanted)
    for action, signal in zip(menu.actions(), signals, strict=True):
        with qtbot.waitSignal(signal, timeout=2000) as wanted:
            action.trigger()
        assert wanted.args == [[3]]
    menu.close()


def test_a_search_that_finds_nothing_says_so(photos, qtbot):
    photos.show()
    said = photos._nothing
    assert not said.isVisible()
    photos._find.setText("no such photo")
    assert said.isVisible()
    assert photos.view.viewport().rect().contains(said.geometry())
    photos._find.clear()
    assert not said.isVisible()
    photos.model.remove(list(photos.model.keys))
    assert not said.isVisible()


def test_the_count_and_the_button(photos, qtbot):
    assert photos._count.text() == "5"
    photos._find.setText("cat")
    assert photos._count.text() == "1 of 5"
    (add,) = photos.findChildren(QPushButton)
    with qtbot.waitSignal(photos.add_wanted, timeout=2000):
        qtbot.mouseClick(add, Qt.MouseButton.LeftButton)


def test_the_sort_box_sorts(photos):
    photos._sort.setCurrentIndex(photos._sort.findData("probability"))
    assert photos.model.keys == [2, 1, 5, 3, 4]


# ---- thumbnails, and many ----


def many(number: int = 100_000) -> list[PhotoRow]:
    return [
        PhotoRow(key, f"/photos/{key * 7919 % number:06d}.jpg", "done", f"class {key % 97}", key % 89 / 89, "ok")
        for key in range(number)
    ]


def test_thumbnails_are_asked_for_where_they_can_be_seen_and_once(qtbot, photos):
    asked = []
    photos.thumbnails_wanted.connect(asked.append)
    photos.model.set_rows(many(1000))
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=5000)
    assert asked[0][0] == 0
    assert 4 <= len(asked[0]) <= 20
    for key in asked[0]:
        photos.set_thumbnail(key, QImage(8, 8, QImage.Format.Format_RGB32))
    photos.view.scrollTo(photos.model.index(500))
    qtbot.waitUntil(lambda: len(asked) == 2, timeout=5000)
    assert 500 in asked[1]
    photos.view.scrollToTop()
    qtbot.wait(100)
    assert len(asked) == 2


def test_no_more_thumbnails_are_kept_than_fit():
    model = PhotoModel()
    model.set_rows(many(MOST_THUMBNAILS + 50))
    for key in range(MOST_THUMBNAILS + 50):
        model.set_thumbnail(key, QImage(2, 2, QImage.Format.Format_RGB32))
    assert model.lacks_thumbnail(0)
    assert not model.lacks_thumbnail(MOST_THUMBNAILS + 49)


def test_a_hundred_thousand_photos_do_not_stall(qtbot, photos):
    everything, model = many(), photos.model
    acts = {
        "set": lambda: model.set_rows(everything),
        "sort": lambda: model.sort_by("class"),
        "filter": lambda: model.set_filter("class 13"),
        "select what is found": photos.view.selectAll,
        "all again": lambda: model.set_filter(""),
        "to the end": photos.view.scrollToBottom,
        "draw": photos.view.viewport().repaint,
        "a thousand results": lambda: model.update(everything[:1000]),
        "select all": photos.view.selectAll,
        "the selected": lambda: photos.selected,
        "sort the selected": lambda: model.sort_by("probability"),
        "clear": photos.view.clearSelection,
        "remove": lambda: model.remove(range(0, 50_000, 2)),
        "another model": model.forget,
        "select the rest": photos.view.selectAll,
        "remove the rest": lambda: model.remove(photos.selected),
        "add a part": lambda: model.add(everything[:2000]),
    }
    seconds = {}
    for name, act in acts.items():
        began = time.process_time()
        act()
        qtbot.wait(1)
        seconds[name] = time.process_time() - began
    assert max(seconds.values()) < STALL, seconds
    assert model.rowCount() == 2000


def test_a_part_of_a_folder_costs_the_same_however_many_are_listed(qtbot, photos):
    """Fifty parts of 2,000: a view that lays all rows out anew takes ever longer."""
    everything = many()
    began = time.process_time()
    for first in range(0, len(everything), 2000):
        photos.model.add(everything[first : first + 2000])
        photos.view.viewport().repaint()
    assert time.process_time() - began < 50 * STALL / 10
