"""Light and dark, the accent colour, and the icons in the colour of the text beside them."""

from __future__ import annotations

import functools
import re
from typing import Literal

from PySide6.QtCore import QByteArray, QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget

from gradcam_tf.resources import icon_path

__all__ = [
    "Scheme",
    "app_icon",
    "apply",
    "breakable",
    "icon",
    "large_drawing",
    "link",
    "list_icon",
    "tabular",
    "title",
    "unturned",
    "wears",
]

Scheme = Literal["system", "light", "dark"]
ACCENT = {"light": QColor("#b4491f"), "dark": QColor("#f08a5d")}
"""A warm red, as heat is; at least 4.5 : 1 against the window and the text on it."""
GREYS = {
    # window, base, alternate base, text, button, muted text, the lines between
    "light": ("#f3f3f2", "#ffffff", "#f7f7f6", "#1c1c1b", "#ebebea", "#5d5d5a", "#c4c4c1"),
    # Fusion draws its outlines darker than the window: in the dark, fields are told by being lighter than it.
    "dark": ("#222221", "#30302f", "#353534", "#ececea", "#3b3b39", "#b2b2ae", "#555552"),
}
BOXES = {"light": "#b4b4b1", "dark": "#c8c8c4"}
"""The window's colour as check boxes and radio buttons are told it: their outline is 1.4 times darker, and at least
3 : 1 against the box."""
ICON_SIDE = 20


def apply(app: QApplication, scheme: Scheme = "system") -> None:
    """Fusion in the system's colours, or in the light or dark ones that are asked for."""
    app.setStyle("fusion")
    wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(scheme, Qt.ColorScheme.Unknown)
    app.styleHints().setColorScheme(wanted)
    dark = scheme == "dark" or (scheme == "system" and app.styleHints().colorScheme() == Qt.ColorScheme.Dark)
    colours = palette("dark" if dark else "light")
    app.setPalette(colours)
    # Fusion draws the box of a check box in its window's colour, a shade darker: too faint to be found.
    colours.setColor(QPalette.ColorRole.Window, QColor(BOXES["dark" if dark else "light"]))
    for kind in ("QCheckBox", "QRadioButton"):
        app.setPalette(colours, kind)  # type: ignore[arg-type]


def palette(scheme: Literal["light", "dark"]) -> QPalette:
    """All of a theme's colours."""
    window, base, alternate, text, button, quiet, line = (QColor(name) for name in GREYS[scheme])
    result = QPalette(button, window)
    role = QPalette.ColorRole
    on_accent = QColor("#ffffff" if scheme == "light" else "#1c1c1b")
    for which, colour in {
        role.Window: window,
        role.Base: base,
        role.AlternateBase: alternate,
        role.WindowText: text,
        role.Text: text,
        role.ButtonText: text,
        role.ToolTipBase: base,
        role.ToolTipText: text,
        role.PlaceholderText: quiet,
        role.Button: button,
        role.Mid: line,
        role.Accent: ACCENT[scheme],
        role.Highlight: ACCENT[scheme],
        role.HighlightedText: on_accent,
        role.Link: ACCENT[scheme],
    }.items():
        result.setColor(which, colour)
    for which in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, which, _between(quiet, window))
    return result


def _between(one: QColor, other: QColor) -> QColor:
    return QColor(*(round((a + b) / 2) for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)))  # type: ignore[index]


# ---- letters ----


def tabular(font: QFont) -> QFont:
    """The same font with figures of one width, so that numbers that change stay where they are."""
    font = QFont(font)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def title(text: str) -> QLabel:
    """The heading of a panel: small capitals, muted."""
    label = QLabel(text)
    font = label.font()
    font.setCapitalization(QFont.Capitalization.SmallCaps)
    font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 105)
    font.setWeight(QFont.Weight.DemiBold)
    label.setFont(font)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def breakable(name: str) -> str:
    """A name that may be broken between lines, after its separators and wherever it is long without one."""
    marked = re.sub(r"([/_.\-:])(?=.)", "\\1\u200b", name)
    return re.sub(r"([^\u200b\s]{18})(?=[^\u200b\s])", "\\1\u200b", marked)


def unturned(numbers: str) -> str:
    """Figures and the signs between them, from left to right also where the window runs from right to left."""
    return f"\u2066{numbers}\u2069" if QGuiApplication.isRightToLeft() else numbers


def link(text: str) -> QToolButton:
    """A small action beside a panel's heading."""
    button = QToolButton()
    button.setText(text)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    font = button.font()
    font.setUnderline(True)
    button.setFont(font)
    return button


# ---- icons ----


def app_icon() -> QIcon:
    return QIcon(str(icon_path("app")))


def icon(name: str, colour: QColor, selected: QColor | None = None) -> QIcon:
    """A line drawing in one colour.

    Args:
        name: of a file in ``resources/icons``, without its ending.
        colour: usually that of the text beside it.
        selected: in a row that is selected; default: the same.
    """
    form = QColor.NameFormat.HexArgb
    return _icon(name, colour.name(form), (selected or colour).name(form))


def large_drawing(name: str, colour: QColor, side: int, ratio: float) -> QPixmap:
    """A large drawing, so many points wide, as fine as a screen of this ratio of pixels to points."""
    pixmap = _drawn(name, colour, round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def list_icon(name: str, widget: QWidget, role: QPalette.ColorRole = QPalette.ColorRole.Text) -> QIcon:
    """A drawing for a row of a list, seen also when the row is selected."""
    palette = widget.palette()
    return icon(name, palette.color(role), palette.color(QPalette.ColorRole.HighlightedText))


@functools.lru_cache(maxsize=512)
def _icon(name: str, normal: str, selected: str) -> QIcon:
    result, faint = QIcon(), QColor(normal)
    faint.setAlphaF(faint.alphaF() * 0.4)
    for mode, colour in (
        (QIcon.Mode.Normal, QColor(normal)),
        (QIcon.Mode.Disabled, faint),
        (QIcon.Mode.Selected, QColor(selected)),
    ):
        for factor in (1, 2, 3):
            result.addPixmap(_drawn(name, colour, ICON_SIDE * factor), mode)
    return result


def _drawn(name: str, colour: QColor, side: int) -> QPixmap:
    svg = icon_path(name).read_text().replace("currentColor", colour.name())
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setOpacity(colour.alphaF())
        QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, side, side))
    return pixmap


class _Wearer(QObject):
    """Gives a button or a label its icon again when the theme changes."""

    def __init__(self, owner: QWidget, name: str) -> None:
        super().__init__(owner)
        self._owner, self.name = owner, name
        owner.installEventFilter(self)
        self.draw()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange):
            self.draw()
        return False

    def draw(self) -> None:
        drawn = icon(self.name, self._owner.palette().color(self._owner.foregroundRole()))
        if isinstance(self._owner, QLabel):
            self._owner.setPixmap(drawn.pixmap(ICON_SIDE, ICON_SIDE))
        else:
            self._owner.setIcon(drawn)  # type: ignore[attr-defined]


def wears(owner: QWidget, name: str) -> None:
    """Give a button or a label an icon, in the colour of its text, now and in every theme."""
    worn = owner.findChild(_Wearer, options=Qt.FindChildOption.FindDirectChildrenOnly)
    if worn is None:
        _Wearer(owner, name)
    else:
        worn.name = name
        worn.draw()
