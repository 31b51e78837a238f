"""The model card: facts, doubts, and what can be changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from gradcam_tf.gui.model import ModelPanel
from gradcam_tf.gui.records import ModelCard

CARD = ModelCard(
    "EfficientNet", "/m/e.keras", "ab" * 32, (224, 224, 3), "softmax", ("cat", "dog"), True, "symmetric",
    "Rescaling in the model", True, (), "top", "last", (),
)  # fmt: skip


@pytest.fixture
def panel(qtbot) -> ModelPanel:
    panel = ModelPanel()
    qtbot.addWidget(panel)
    panel.resize(260, 300)
    panel.show()
    panel.set_card(CARD)
    return panel


def test_what_is_known(panel):
    assert panel._name.text() == "EfficientNet"
    assert panel._facts.text() == "224×224 · 2 classes · softmax"
    assert panel._box.currentData() == "symmetric"
    assert panel._box.toolTip() == "Rescaling in the model"
    assert "ab" * 32 in panel._name.toolTip()
    assert not panel._sign.isVisible()
    assert not panel._labels.isVisible()


def test_what_is_assumed_and_done_is_said(panel, qtbot):
    panel.set_card(replace(CARD, preprocessing_known=False, named=False, notes=("It was repaired.",)))
    assert panel._sign.isVisible()
    assert [part in panel._doubt.text() for part in ("assumed", "no names", "repaired")] == [True] * 3
    with qtbot.waitSignal(panel.labels_wanted, timeout=2000):
        qtbot.mouseClick(panel._labels, Qt.MouseButton.LeftButton)
    panel.set_card(CARD)
    assert not panel._doubt.isVisible()


def test_any_size_and_a_preprocessing_of_its_own(panel):
    panel.set_card(replace(CARD, input_shape=(None, None, 1), preprocessing="custom"))
    assert panel._facts.text().startswith("any size")
    assert panel._box.currentData() == "custom"


def test_another_preparation_is_chosen_and_another_model_wanted(panel, qtbot):
    with qtbot.waitSignal(panel.preprocessing_chosen, timeout=2000) as chosen:
        qtbot.keyClick(panel._box, Qt.Key.Key_Down)
    assert chosen.args == ["torch"]
    with qtbot.waitSignal(panel.change_wanted, timeout=2000):
        qtbot.mouseClick(panel._change, Qt.MouseButton.LeftButton)


def test_no_model_yet(panel):
    panel.set_card(None, "The engine starts…")
    assert panel._name.text() == "The engine starts…"
    assert panel._change.isVisible()
