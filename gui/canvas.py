"""The canvas: a photo with its heat, what can be read from it, and what is to be said about it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QDrag, QImage, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from .banner import Banner
from .busy import Busy
from .colourbar import ColourBar
from .droparea import DropArea
from .pyramid import Pyramid
from .records import Answer, Look
from .theme import tabular
from .view import GROUND, PictureView, Place, Reading

__all__ = ["Canvas"]

LONGEST_TAKEN_OUT = 4096
"""The longer side of what goes to the clipboard or is dragged out; the export has the photo's own size."""
GAP = 8


class Canvas(QWidget):
    """One photo with its heat: overlay, side by side or swipe.

    Signals:
        add_wanted, open_wanted, sample_wanted: the buttons of the empty canvas.
        asked: a banner's button: ``"against"``, ``"deeper"``, or what was given to ``say``.
        cancelled: Cancel of what runs.
        hovered: a Reading, or None.
    """

    add_wanted = Signal()
    open_wanted = Signal()
    sample_wanted = Signal()
    asked = Signal(str)
    cancelled = Signal()
    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look()
        self._pyramid: Pyramid | None = None
        self._name = "gradcam"
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.empty = DropArea()
        self.plain, self.heated = PictureView(), PictureView()
        self.plain.setAccessibleName(self.tr("The photo alone"))
        self.bar, self.banner, self.busy = ColourBar(), Banner(), Busy()
        self._reading = QLabel()
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self._page())
        self._connect()
        self.set_look(self._look)

    def _page(self) -> QWidget:
        page, views = QWidget(), QWidget()
        ground = views.palette()
        ground.setColor(QPalette.ColorRole.Window, GROUND)
        views.setPalette(ground)
        views.setAutoFillBackground(True)
        row = QHBoxLayout(views)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.plain, 1)
        row.addWidget(self.heated, 1)
        grid = QGridLayout()
        # What is said lies over the picture, so that the picture does not jump when it comes or goes.
        grid.addWidget(views, 0, 0)
        grid.addWidget(self.banner, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.busy, 0, 0, Qt.AlignmentFlag.AlignBottom)
        shown = QHBoxLayout()
        shown.setSpacing(0)
        shown.addLayout(grid, 1)
        shown.addWidget(self.bar)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(shown, 1)
        column.addWidget(self._reading)
        self._reading.setFont(tabular(self._reading.font()))
        self._reading.setContentsMargins(12, 4, 12, 4)
        self._reading.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._reading.setAccessibleName(self.tr("Under the pointer"))
        self._tell(None)
        return page

    def _connect(self) -> None:
        self.empty.add_wanted.connect(self.add_wanted)
        self.empty.open_wanted.connect(self.open_wanted)
        self.empty.sample_wanted.connect(self.sample_wanted)
        self.banner.asked.connect(self.asked)
        self.busy.cancelled.connect(self.cancelled)
        self.plain.moved.connect(self.heated.set_place)
        self.heated.moved.connect(self.plain.set_place)
        self.plain.set_heat_visible(False)
        for view in (self.plain, self.heated):
            view.hovered.connect(self._tell)
            view.dragged_out.connect(self.drag_out)

    # ---- what is shown ----

    def set_photo(self, pyramid: Pyramid | None, name: str = "") -> None:
        """Show another photo, without heat and fitted; None for the empty canvas.

        Args:
            pyramid: made by ``Pyramid.of``, in a thread if the photo is big.
            name: of the file, for what is taken out of the window.
        """
        self._pyramid, self._name = pyramid, Path(name).stem or "gradcam"
        for view in (self.plain, self.heated):
            view.set_photo(pyramid)
        self.banner.hide()
        self._pages.setCurrentIndex(0 if pyramid is None else 1)
        self._tell(None)
        if pyramid is not None and pyramid.first:
            large = self.tr("This photo is very large: it is shown at 1 : {times}. Exported files keep its size.")
            self.say(large.format(times=2**pyramid.first))

    def set_answer(self, answer: Answer | None) -> None:
        """Lay the heat on the photo; say so if there is nothing to see."""
        for view in (self.plain, self.heated):
            view.set_answer(answer)
        self.bar.setVisible(answer is not None)
        self.banner.say_of(answer)
        self.heated.setAccessibleDescription(answer.title if answer else "")

    def set_look(self, look: Look) -> None:
        self._look = look
        self.heated.set_look(look)
        self.bar.set_look(look)
        self.plain.setVisible(look.mode == "side by side")
        if (look.mode == "swipe") != (self.heated.swipe is not None):
            self.heated.set_swipe(0.5 if look.mode == "swipe" else None)

    def set_heat_hidden(self, hidden: bool) -> None:
        """Show the photo alone for as long as a key is held."""
        self.heated.set_heat_visible(not hidden)

    def show_progress(self, what: str, done: int = 0, total: int = 0) -> None:
        """Dim the old map, which is not the answer to what was asked last, and show how far the new one is."""
        self.heated.set_busy(True)
        self.busy.show_progress(what, done, total)

    def end_progress(self) -> None:
        self.heated.set_busy(False)
        self.busy.hide()

    def say(self, text: str, actions: dict[str, str] | None = None, sign: str = "info") -> None:
        """A message on the canvas, with buttons; see ``Banner.say``."""
        self.banner.say(text, actions, sign)

    # ---- what part is seen ----

    @property
    def place(self) -> Place:
        return self.heated.place

    def set_place(self, place: Place) -> None:
        for view in (self.plain, self.heated):
            view.set_place(place)

    def fit(self) -> None:
        self.heated.fit()

    def actual_size(self) -> None:
        self.heated.actual_size()

    def zoom_in(self) -> None:
        self.heated.zoom_in()

    def zoom_out(self) -> None:
        self.heated.zoom_out()

    # ---- taken out of the window ----

    def picture(self, longest: int | None = None) -> QImage:
        """The picture as it is shown, in its mode and look, whole.

        Args:
            longest: the longer side of the photo in it, at most; None for the photo's own size.
        """
        heated = self.heated.picture(longest)
        if self._look.mode != "side by side":
            return heated
        both = QImage(2 * heated.width() + GAP, heated.height(), QImage.Format.Format_RGB32)
        both.fill(QColor(Qt.GlobalColor.white))
        with QPainter(both) as painter:
            painter.drawImage(0, 0, self.plain.picture(longest))
            painter.drawImage(heated.width() + GAP, 0, heated)
        return both

    def copy(self) -> None:
        """Put the picture on the clipboard."""
        if self._pyramid is not None:
            QApplication.clipboard().setImage(self.picture(LONGEST_TAKEN_OUT))

    def drag_out(self) -> None:
        """Let the user drag the picture into another program, as an image and as a file."""
        if self._pyramid is None:
            return
        image = self.picture(LONGEST_TAKEN_OUT)
        # Kept until the program ends: some programs read the file long after the drop.
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="gradcam-tf-", ignore_cleanup_errors=True)
        file = Path(self._folder.name) / f"{self._name}-heat.png"
        image.save(str(file))
        drag = QDrag(self)
        drag.setMimeData(carried(image, file))
        drag.setPixmap(small(image, self.devicePixelRatioF()))
        drag.setHotSpot(QPoint(-12, -12))
        drag.exec(Qt.DropAction.CopyAction)

    # ---- under the pointer ----

    def _tell(self, reading: Reading | None) -> None:
        self._reading.setText(self._read_out(reading) if reading else " ")
        self.hovered.emit(reading)

    def _read_out(self, reading: Reading) -> str:
        heat = self.tr("heat {value}").format(value="–" if reading.heat is None else f"{reading.heat:.2f}")
        pixel = " ".join(str(value) for value in reading.pixel)
        colour = self.tr("grey {pixel}") if len(reading.pixel) == 1 else self.tr("rgb {pixel}")
        return f"x {reading.x}   y {reading.y}   {heat}   {colour.format(pixel=pixel)}"


def small(image: QImage, ratio: float) -> QPixmap:
    """What is seen of a picture while it is dragged, 96 points high, in as many pixels as the screen has there."""
    pixmap = QPixmap.fromImage(image.scaledToHeight(round(96 * ratio), Qt.TransformationMode.SmoothTransformation))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def carried(image: QImage, file: Path) -> QMimeData:
    """The picture for any program: its pixels, and a file for those that take files."""
    data = QMimeData()
    data.setImageData(image)
    data.setUrls([QUrl.fromLocalFile(str(file))])
    return data
