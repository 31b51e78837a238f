"""The method picker and the form it makes of a method's settings."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox

from gradcam_tf.gui.methods import MethodPicker
from gradcam_tf.gui.records import MethodRow, SettingRow
from gradcam_tf.gui.settingsform import SettingsForm, words

SETTINGS = (
    SettingRow("samples", "whole", 25, least=1, most=500, what="How many copies"),
    SettingRow("noise", "number", 0.15, least=0, most=1),
    SettingRow("signed", "switch", False),
    SettingRow("order", "choice", "second", choices=("first", "second")),
    SettingRow("mask", "text", ""),
)
METHODS = (
    MethodRow("gradcam", "Grad-CAM", "Where.", "By gradients", "1 pass", "2017"),
    MethodRow("score", "Score-CAM", "How.", "By masking", "1 pass a channel", "2020", slow=True, settings=SETTINGS),
    MethodRow("cam", "CAM", "Weights.", "By gradients", "1 pass", "2016", unfit="No dense layer."),
    MethodRow("plus", "Grad-CAM++", "Several.", "By gradients", "1 pass", "2018"),
)


@pytest.fixture
def picker(qtbot) -> MethodPicker:
    picker = MethodPicker()
    qtbot.addWidget(picker)
    picker.resize(260, 400)
    picker.show()
    picker.set_methods(METHODS)
    picker.told = []
    picker.chosen.connect(lambda *told: picker.told.append(told))
    return picker


@pytest.fixture
def form(qtbot) -> SettingsForm:
    form = SettingsForm()
    qtbot.addWidget(form)
    form.set_settings(SETTINGS)
    form.told = []
    form.changed.connect(form.told.append)
    return form


def test_methods_stand_under_their_headings_and_headings_cannot_be_chosen(picker):
    model = picker.box.model()
    texts = [picker.box.itemText(row) for row in range(picker.box.count())]
    assert texts == ["By gradients", "Grad-CAM", "CAM · does not fit", "Grad-CAM++", "By masking", "Score-CAM · slow"]
    able = [bool(model.item(row).flags() & Qt.ItemFlag.ItemIsEnabled) for row in range(6)]
    assert able == [False, True, False, True, False, True]
    assert "No dense layer." in model.item(2).toolTip()


def test_the_first_that_fits_is_shown_with_a_line_and_its_cost(picker):
    assert picker.name == "gradcam"
    assert picker._summary.text() == "Where."
    assert picker._cost.text() == "Cost: 1 pass"
    assert picker.told == []


def test_a_choice_by_keys_is_told_with_its_settings(picker, qtbot):
    qtbot.keyClick(picker.box, Qt.Key.Key_Down)
    assert picker.told == [("plus", {})]


def test_next_goes_round_what_fits(picker):
    for _ in range(3):
        picker.go_next()
    assert [name for name, _ in picker.told] == ["plus", "score", "gradcam"]


def test_settings_are_told_kept_for_their_method_and_can_be_undone(picker, qtbot):
    picker.set_method("score")
    picker.form.findChild(QSpinBox).setValue(50)
    assert picker.told[-1] == ("score", {"samples": 50})
    picker.set_method("gradcam")
    picker.set_method("score")
    assert picker.form.values == {"samples": 50}
    qtbot.mouseClick(picker._reset, Qt.MouseButton.LeftButton)
    assert picker.told[-1] == ("score", {})
    assert not picker._reset.isVisible()


def test_settings_can_be_given(picker):
    picker.set_method("score", {"order": "first"})
    assert picker.form.values == {"order": "first"}
    assert picker.told == []


def test_no_methods(picker):
    picker.set_methods(())
    assert picker.name == ""
    picker.go_next()
    assert picker.told == []


def test_each_kind_has_its_field_with_its_default_and_range(form):
    kinds = [type(widget) for widget, _, _ in form._fields.values()]
    assert kinds == [QSpinBox, QDoubleSpinBox, QCheckBox, QComboBox, QLineEdit]
    box = form.findChild(QSpinBox)
    assert (box.minimum(), box.maximum(), box.value()) == (1, 500, 25)
    assert form.values == {}
    assert form.told == []
    assert box.toolTip() == "How many copies"


def test_only_what_is_not_the_default_is_told(form, qtbot):
    form.findChild(QCheckBox).click()
    form.findChild(QComboBox).setCurrentText("first")
    form.findChild(QDoubleSpinBox).setValue(0.5)
    line = form._fields["mask"][0]
    qtbot.keyClicks(line, "abc")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert form.told[-1] == {"noise": 0.5, "signed": True, "order": "first", "mask": "abc"}
    form.reset()
    assert form.told[-1] == {}


def test_names_are_words():
    assert words("only_positive") == "Only positive"
