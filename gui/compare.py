"""A grid of maps, seen at the same place and on one scale: methods, layers, classes or models against photos."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from .colourbar import ColourBar
from .pyramid import Pyramid
from .records import Answer, Look
from .view import GROUND, PictureView, Place

__all__ = ["Cell", "Compare", "peak"]

LEAST_SIDE = 180
"""A cell is not made smaller; the grid scrolls."""
INK = QColor(28, 28, 27)


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One place of the grid.

    Attributes:
        photo: None while it is not there.
        answer: None while it is not there.
        words: what is said instead of the heat: that it runs, or why it failed.
    """

    photo: Pyramid | None = None
    answer: Answer | None = None
    words: str = ""


def peak(answer: Answer, signed: bool) -> float:
    """What 1 stands for in the raw map."""
    return max(answer.strongest if signed else answer.highest, 0.0)


class Compare(QWidget):
    """Pictures in rows and columns, linked.

    Signals:
        opened: row and column of a picture that was double-clicked.
        hovered: row, column, and a Reading or None.
    """

    opened = Signal(int, int)
    hovered = Signal(int, int, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look()
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._cells: dict[tuple[int, int], Cell] = {}
        self._views: dict[tuple[int, int], PictureView] = {}
        self._notes: dict[tuple[int, int], QLabel] = {}
        self.bar = ColourBar()
        self._shared = QCheckBox(self.tr("One scale for all maps"))
        self._shared.setChecked(True)
        self._shared.setToolTip(
            self.tr(
                "On: the strongest place of all maps is 1. Methods and layers have units of their own, so that weak "
                "maps may vanish. Off: each map is drawn on its own scale, and maps cannot be compared by colour."
            )
        )
        self._shared.toggled.connect(self._scale)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setAccessibleName(self.tr("Pictures to compare"))
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._area, 1)
        middle.addWidget(self.bar)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 4, 12, 4)
        foot.addWidget(self._shared)
        foot.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(middle, 1)
        column.addLayout(foot)
        self.setAccessibleName(self.tr("Comparison"))
        self._scale()

    def set_grid(self, rows: Sequence[str], columns: Sequence[str]) -> None:
        """Begin a new grid with these headings; its cells are empty."""
        self._rows, self._columns = tuple(rows), tuple(columns)
        self._cells, self._views, self._notes = {}, {}, {}
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(8, 8, 8, 8)
        grid.setSpacing(8)
        for number, words in enumerate(self._columns):
            grid.addWidget(_heading(words, Qt.AlignmentFlag.AlignHCenter), 0, number + 1)
            grid.setColumnStretch(number + 1, 1)
        for number, words in enumerate(self._rows):
            grid.addWidget(_heading(words, Qt.AlignmentFlag.AlignVCenter), number + 1, 0)
            grid.setRowStretch(number + 1, 1)
        for where in self._places():
            self._add_view(grid, where)
        self._area.setWidget(page)
        self._scale()

    def set_cell(self, row: int, column: int, cell: Cell) -> None:
        """Fill a place of the grid."""
        where = row, column
        view, before = self._views[where], self._cells.get(where)
        self._cells[where] = cell
        if before is None or before.photo is not cell.photo:
            view.set_photo(cell.photo)
            view.set_place(self._place)
        self._notes[where].setText(cell.words)
        self._notes[where].setVisible(bool(cell.words))
        self._scale()

    def cell(self, row: int, column: int) -> Cell | None:
        """What is in a place of the grid."""
        return self._cells.get((row, column))

    def set_look(self, look: Look) -> None:
        """Opacity, colours, threshold and sign; the mode is that of a single photo and is not used."""
        rescale = look.signed != self._look.signed
        self._look = look
        self.bar.set_look(look)
        for view in self._views.values():
            view.set_look(look)
        if rescale:
            self._scale()

    def set_heat_hidden(self, hidden: bool) -> None:
        for view in self._views.values():
            view.set_heat_visible(not hidden)

    @property
    def shared(self) -> bool:
        """Whether one scale is shared by all maps."""
        return self._shared.isChecked()

    def set_shared(self, shared: bool) -> None:
        self._shared.setChecked(shared)

    # ---- what part is seen ----

    @property
    def _place(self) -> Place:
        return next((view.place for view in self._views.values() if view.photo_size[0]), Place())

    def set_place(self, place: Place) -> None:
        """Show this part in all of them."""
        for view in self._views.values():
            view.set_place(place)

    def fit(self) -> None:
        self.set_place(Place())

    def zoom_in(self) -> None:
        self._zoom(PictureView.zoom_in)

    def zoom_out(self) -> None:
        self._zoom(PictureView.zoom_out)

    def actual_size(self) -> None:
        self._zoom(PictureView.actual_size)

    def _zoom(self, how: Callable[[PictureView], None]) -> None:
        first = next((view for view in self._views.values() if view.photo_size[0]), None)
        if first is not None:
            how(first)

    # ---- taken out of the window ----

    def cell_picture(self, row: int, column: int, longest: int) -> QImage | None:
        """One picture, whole, as it is drawn here; None if there is no photo in its place."""
        view = self._views[row, column]
        return view.picture(longest) if view.photo_size[0] else None

    def picture(self, side: int = 512) -> QImage:
        """The whole grid with its headings, dark on white, each picture whole.

        Args:
            side: pixels of a cell's longer side.
        """
        font = QFont(self.font())
        font.setPixelSize(max(12, side // 22))
        left, top, gap = (side // 2 if any(self._rows) else 0), (2 * font.pixelSize() if any(self._columns) else 0), 8
        step = side + gap
        width, height = left + len(self._columns) * step + gap, top + len(self._rows) * step + gap
        image = QImage(width, height, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        with QPainter(image) as painter:
            painter.setFont(font)
            painter.setPen(INK)
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            for number, words in enumerate(self._columns):
                painter.drawText(QRect(left + gap + number * step, 0, side, top), flags, words)
            for number, words in enumerate(self._rows):
                painter.drawText(QRect(gap, top + gap + number * step, left - gap, side), flags, words)
            for (row, column), view in self._views.items():
                self._draw_cell(painter, view, QRect(left + gap + column * step, top + gap + row * step, side, side))
        return image

    def _draw_cell(self, painter: QPainter, view: PictureView, room: QRect) -> None:
        painter.fillRect(room, GROUND)
        if view.photo_size[0]:
            drawn = view.picture(room.width())
            place = drawn.rect()
            place.moveCenter(room.center())
            painter.drawImage(place.topLeft(), drawn)

    # ---- inside ----

    def _places(self) -> Iterator[tuple[int, int]]:
        return ((row, column) for row in range(len(self._rows)) for column in range(len(self._columns)))

    def _add_view(self, grid: QGridLayout, where: tuple[int, int]) -> None:
        row, column = where
        view, note = PictureView(), QLabel()
        view.setMinimumSize(LEAST_SIDE, LEAST_SIDE)
        view.set_look(self._look)
        view.setAccessibleName(" · ".join(filter(None, (self._rows[row], self._columns[column]))))
        view.moved.connect(lambda place: self._follow(view, place))
        view.opened.connect(lambda: self.opened.emit(row, column))
        view.hovered.connect(lambda reading: self.hovered.emit(row, column, reading))
        note.setWordWrap(True)
        note.setAutoFillBackground(True)
        note.setContentsMargins(8, 4, 8, 4)
        note.hide()
        grid.addWidget(view, row + 1, column + 1)
        grid.addWidget(note, row + 1, column + 1, Qt.AlignmentFlag.AlignBottom)
        self._views[where], self._notes[where] = view, note

    def _follow(self, mover: PictureView, place: Place) -> None:
        for view in self._views.values():
            if view is not mover:
                view.set_place(place)

    def _scale(self) -> None:
        """Lay the heat on the photos: on one scale, the strongest map's 1 is 1 and the others are weaker."""
        answers = {where: cell.answer for where, cell in self._cells.items() if cell.answer is not None}
        peaks = {where: peak(answer, self._look.signed) for where, answer in answers.items()}
        highest = max(peaks.values(), default=0.0)
        for where, view in self._views.items():
            gain = peaks[where] / highest if self.shared and where in peaks and highest > 0 else 1.0
            view.set_answer(answers.get(where), gain)
        self.bar.set_shared(self.shared, several=True)
        self.bar.setVisible(bool(answers))


def _heading(words: str, alignment: Qt.AlignmentFlag) -> QLabel:
    label = QLabel(words)
    font = label.font()
    font.setWeight(QFont.Weight.DemiBold)
    label.setFont(font)
    label.setAlignment(alignment)
    label.setWordWrap(True)
    return label
