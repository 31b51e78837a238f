"""The layer picker: the tree, what is marked in it, and the walk through the depth."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gradcam_tf.gui.layers import LayerPicker, shape_words
from gradcam_tf.gui.records import LayerRow

ROWS = (
    LayerRow("rescale", "Rescaling", (32, 32, 3), 1, reason="before the first convolution"),
    LayerRow("backbone/a/conv", "Conv2D", (16, 16, 8), 3, 3, "an early map"),
    LayerRow("backbone/a/relu", "ReLU", (16, 16, 8), 3, 2, "a later map"),
    LayerRow("backbone/top", "ReLU", (4, 4, 64), 2, 1, "the last map"),
    LayerRow("backbone", "Functional", (4, 4, 64), 1),
    LayerRow("pool", "GlobalAveragePooling2D", (64,), 1, reason="has no places"),
)


@pytest.fixture
def picker(qtbot) -> LayerPicker:
    picker = LayerPicker()
    qtbot.addWidget(picker)
    picker.resize(300, 480)
    picker.show()
    picker.set_layers(ROWS)
    picker.set_layer("backbone/top", "the last map before the pooling", auto=True)
    return picker


def test_layers_lie_in_the_blocks_they_are_called_in(picker):
    tree = picker.tree
    assert [tree.topLevelItem(row).text(0) for row in range(tree.topLevelItemCount())] == [
        "rescale",
        "backbone",
        "pool",
    ]
    backbone = tree.topLevelItem(1)
    assert [backbone.child(row).text(0) for row in range(backbone.childCount())] == ["a", "top"]
    assert backbone.child(0).child(1).text(1) == "16×16×8"


def test_a_block_that_is_a_layer_itself_is_there_once(picker):
    assert picker.tree.topLevelItem(1).text(1) == "4×4×64"
    assert "Functional" in picker.tree.topLevelItem(1).toolTip(0)


def test_candidates_are_marked_and_each_says_its_reason(picker):
    items = picker._items
    assert [name for name in items if not items[name].icon(0).isNull()] == [
        "backbone/a/conv", "backbone/a/relu", "backbone/top",
    ]  # fmt: skip
    assert items["backbone/top"].font(0).bold()
    for row in ROWS:
        assert row.reason in items[row.name].toolTip(0)
        assert row.reason in items[row.name].data(0, Qt.ItemDataRole.AccessibleDescriptionRole)


def test_the_layer_that_is_shown_is_said_with_its_shape_and_reason(picker):
    assert picker._name.text().replace("\u200b", "") == "backbone/top"
    assert picker._facts.text() == "4×4×64 · ReLU · the last map before the pooling"
    assert picker.tree.currentItem().text(0) == "top"
    assert not picker._auto.isVisible()


def test_the_slider_walks_through_the_candidates_in_the_order_they_run(picker):
    chosen = []
    picker.chosen.connect(chosen.append)
    assert (picker.slider.minimum(), picker.slider.maximum(), picker.slider.value()) == (0, 2, 2)
    picker.go_shallower()
    picker.go_shallower()
    picker.go_shallower()
    picker.go_deeper()
    assert chosen == ["backbone/a/relu", "backbone/a/conv", "backbone/a/relu"]


def test_a_click_and_enter_choose_any_layer_also_one_that_will_be_refused(picker, qtbot):
    with qtbot.waitSignal(picker.chosen, timeout=2000) as chosen:
        rect = picker.tree.visualItemRect(picker._items["pool"])
        qtbot.mouseClick(picker.tree.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert chosen.args == ["pool"]
    picker.tree.setCurrentItem(picker._items["rescale"])
    with qtbot.waitSignal(picker.chosen, timeout=2000) as chosen:
        qtbot.keyClick(picker.tree, Qt.Key.Key_Return)
    assert chosen.args == ["rescale"]


def test_back_to_automatic(picker, qtbot):
    picker.set_layer("pool", "as asked", auto=False)
    with qtbot.waitSignal(picker.chosen, timeout=2000) as chosen:
        qtbot.mouseClick(picker._auto, Qt.MouseButton.LeftButton)
    assert chosen.args == ["auto"]


def test_the_search_finds_names_and_kinds_and_opens_what_holds_them(picker, qtbot):
    qtbot.keyClicks(picker.search, "conv2d")
    shown = [name for name, item in picker._items.items() if not item.isHidden()]
    assert sorted(shown) == ["backbone", "backbone/a", "backbone/a/conv"]
    assert picker._items["backbone/a"].isExpanded()
    picker.search.setText("")
    assert not any(item.isHidden() for item in picker._items.values())


def test_a_model_without_candidates_and_another_model_after_it(picker):
    picker.set_layers(ROWS[-1:])
    assert not picker.slider.isEnabled()
    picker.go_deeper()
    picker.set_layers(ROWS)
    assert picker.slider.isEnabled()


def test_setting_the_layer_tells_nobody(picker):
    chosen = []
    picker.chosen.connect(chosen.append)
    picker.set_layer("backbone/a/conv", "", auto=False)
    assert chosen == []
    assert picker.slider.value() == 0


def test_shapes():
    assert shape_words((7, 7, 1280)) == "7×7×1280"
