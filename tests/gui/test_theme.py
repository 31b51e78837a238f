"""Themes, letters, drawings."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from configparser import ConfigParser
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QRadioButton, QStyle

from gradcam_tf import resources
from gradcam_tf.gui import theme
from gradcam_tf.gui.layers import shape_words

ICONS = sorted(path.stem for path in (Path(resources.__file__).parent / "icons").glob("*.svg"))
ROLE = QPalette.ColorRole


def luminance(colour: QColor) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "grounds"),
    [(ROLE.Text, (ROLE.Base, ROLE.AlternateBase, ROLE.Window)), (ROLE.WindowText, (ROLE.Window,)),
     (ROLE.ButtonText, (ROLE.Button,)), (ROLE.PlaceholderText, (ROLE.Window, ROLE.Base, ROLE.AlternateBase)),
     (ROLE.HighlightedText, (ROLE.Highlight,)), (ROLE.Accent, (ROLE.Window, ROLE.Base)),
     (ROLE.ToolTipText, (ROLE.ToolTipBase,))],
)  # fmt: skip
def test_words_can_be_read(scheme, ink, grounds):
    colours = theme.palette(scheme)
    for ground in grounds:
        assert contrast(colours.color(ink), colours.color(ground)) >= 4.5, ground


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_unticked_box_can_be_seen(qapp, scheme):
    """WCAG 1.4.11 asks for 3 : 1 of what a control is known by; drawn, and looked at."""
    theme.apply(qapp, scheme)
    for box in (QCheckBox("an option"), QRadioButton("an option")):
        picture = box.grab().toImage()
        side, middle = box.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth), picture.height() // 2
        drawn = [picture.pixelColor(column, middle) for column in range(side)]
        inside = drawn[side // 2]
        assert max(contrast(one, inside) for one in drawn) >= 3, box
    theme.apply(qapp, "system")


@pytest.mark.parametrize(("direction", "shown"), [("LeftToRight", "7×7×32"), ("RightToLeft", "\u20667×7×32\u2069")])
def test_figures_are_not_turned_round(qapp, direction, shown):
    qapp.setLayoutDirection(getattr(Qt.LayoutDirection, direction))
    try:
        assert shape_words((7, 7, 32)) == shown
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_the_theme_that_is_asked_for_is_there_on_every_platform(qapp):
    for scheme, dark in (("dark", True), ("light", False), ("system", False)):
        theme.apply(qapp, scheme)
        assert (qapp.palette().color(ROLE.Window).lightness() < 128) is dark
        assert qapp.style().objectName() == "fusion"


@pytest.mark.parametrize("name", ICONS)
def test_a_drawing_is_a_drawing_of_this_project_and_shows_something(name):
    path = resources.icon_path(name)
    root = ElementTree.parse(path).getroot()
    if name == "app":
        assert not theme.app_icon().pixmap(128).isNull()
        return
    assert (root.get("viewBox"), root.get("width"), root.get("stroke")) == ("0 0 20 20", "20", "currentColor")
    image = theme.icon(name, QColor("#ff0000")).pixmap(20, 20).toImage()
    inked = [image.pixelColor(x, y) for x, y in product(range(20), range(20)) if image.pixelColor(x, y).alpha() > 80]
    assert len(inked) > 5
    assert all(colour.red() > 240 and colour.green() < 10 for colour in inked)


def test_no_two_drawings_are_the_same():
    texts = [resources.icon_path(name).read_text() for name in ICONS]
    assert len(set(texts)) == len(texts)


def test_a_worn_drawing_follows_the_theme_and_can_be_changed(qtbot, qapp):
    button, label = QPushButton("a"), QLabel()
    for widget in (button, label):
        qtbot.addWidget(widget)
        theme.wears(widget, "search")
    light = button.icon().pixmap(20, 20).toImage(), label.pixmap().toImage()
    theme.apply(qapp, "dark")
    qapp.processEvents()
    dark = button.icon().pixmap(20, 20).toImage(), label.pixmap().toImage()
    assert light[0] != dark[0]
    assert light[1] != dark[1]
    theme.wears(button, "help")
    assert button.icon().pixmap(20, 20).toImage() != dark[0]
    assert len(button.findChildren(theme._Wearer)) == 1


def test_a_drawing_is_faint_where_it_is_disabled_and_of_another_colour_where_selected():
    drawn = theme.icon("layer", QColor("black"), QColor("white"))
    sides = {
        mode: drawn.pixmap(20, 20, mode).toImage()
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled, QIcon.Mode.Selected)
    }
    strongest = {m: max(image.pixelColor(x, 7).alpha() for x in range(20)) for m, image in sides.items()}
    assert strongest[QIcon.Mode.Disabled] < strongest[QIcon.Mode.Normal]
    assert max(sides[QIcon.Mode.Selected].pixelColor(x, 7).red() for x in range(20)) == 255


@pytest.mark.parametrize("name", ["a_b/c.d", "x" * 70, "", "kurz", "mit Leerzeichen"])
def test_names_can_be_broken_and_are_the_same_otherwise(name):
    broken = theme.breakable(name)
    assert broken.replace("\u200b", "") == name
    assert max(map(len, broken.split("\u200b"))) <= 18


def test_the_desktop_entry_names_what_the_program_opens():
    folder = Path(resources.__file__).parent / "desktop"
    entry = ConfigParser(interpolation=None)
    entry.optionxform = str
    entry.read(folder / "gradcam-tf.desktop")
    kinds = entry["Desktop Entry"]["MimeType"].split(";")
    known = ElementTree.parse(folder / "gradcam-tf.xml").getroot()
    assert known[0].get("type") in kinds
    assert {"image/png", "image/jpeg", "image/tiff", "image/webp"} <= set(kinds)
    assert entry["Desktop Entry"]["Exec"] == "gradcam-tf-gui %F"
