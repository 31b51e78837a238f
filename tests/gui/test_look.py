"""The look: told while it is dragged, settled when it is let go."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from gradcam_tf.gui.heat import COLORMAPS
from gradcam_tf.gui.look import LookPanel
from gradcam_tf.gui.records import Look


@pytest.fixture
def panel(qtbot) -> LookPanel:
    panel = LookPanel()
    qtbot.addWidget(panel)
    panel.resize(260, 160)
    panel.show()
    panel.told, panel.steps = [], []
    panel.changed.connect(panel.told.append)
    panel.settled.connect(panel.steps.append)
    return panel


def test_a_drag_tells_every_move_and_is_one_step(panel, qtbot):
    slider = panel.opacity
    middle = slider.rect().center()
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=middle)
    for step in (5, 10, 20, 30):
        qtbot.mouseMove(slider, middle + QPoint(step, 0))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=middle + QPoint(30, 0))
    assert len(panel.told) >= 3
    assert panel.told[-1].opacity > 0.6
    assert panel.steps == [panel.told[-1]]


def test_keys_boxes_and_the_switch_are_a_step_each(panel, qtbot):
    qtbot.keyClick(panel.threshold, Qt.Key.Key_PageUp)
    panel.colours.setCurrentIndex(COLORMAPS.index("viridis"))
    panel.signed.click()
    assert panel.steps == panel.told
    assert panel.told[-1] == Look(threshold=0.1, colormap="viridis", signed=True)
    assert not panel.colours.isEnabled()


def test_a_look_is_shown_without_telling_and_its_mode_is_kept(panel):
    look = Look("swipe", 0.8, "jet", 0.25, False)
    panel.set_look(look)
    assert (panel.opacity.value(), panel.threshold.value(), panel.colours.currentData()) == (80, 25, "jet")
    assert panel.told == []
    panel.signed.click()
    assert panel.told[-1].mode == "swipe"


def test_every_colormap_is_there_with_its_colours(panel):
    assert [panel.colours.itemData(row) for row in range(panel.colours.count())] == list(COLORMAPS)
    panel.draw_swatches()
    swatch = panel.colours.itemIcon(COLORMAPS.index("inferno")).pixmap(panel.colours.iconSize()).toImage()
    assert swatch.pixelColor(swatch.width() - 1, 2).lightness() > 180
    assert swatch.pixelColor(swatch.width() // 2, 2).red() > 150
