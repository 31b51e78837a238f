"""A grid of maps, seen at the same place and on one scale: methods, layers, classes or models against photos."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QImage, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from .colourbar import ColourBar
from .pyramid import Pyramid
from .records import Answer, Look
from .view import PictureView, Place

__all__ = ["Cell", "Compare", "peak"]

LEAST_SIDE = 180
"""A cell is not made narrower; the grid scrolls."""
GAP = 8
LEAST_LINES, MOST_LINES = 2, 5
"""Of words under a picture; all of them are in its tooltip."""
WIDEST_NAME = 140
FLATTEST, TALLEST = 0.25, 1.6
"""Heights of a row, in widths of its cells: as its photo's shape asks for, within these."""


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One place of the grid.

    Attributes:
        photo: None while it is not there.
        answer: None while it is not there.
        words: under the picture: what it is of, that it runs, or why it failed.
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
        self._grid: QGridLayout | None = None
        self._cells: dict[tuple[int, int], Cell] = {}
        self._views: dict[tuple[int, int], PictureView] = {}
        self._notes: dict[tuple[int, int], QLabel] = {}
        self._columns_words: list[QLabel] = []
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
        self._cells, self._views, self._notes, self._columns_words = {}, {}, {}, []
        page = QWidget()
        self._grid = grid = QGridLayout(page)
        grid.setContentsMargins(GAP, GAP, GAP, GAP)
        grid.setSpacing(GAP)
        for number, words in enumerate(self._columns):
            self._columns_words.append(_heading(words, Qt.AlignmentFlag.AlignHCenter))
            grid.addWidget(self._columns_words[-1], 0, number + 1)
            grid.setColumnStretch(number + 1, 1)
        for number, words in enumerate(self._rows):
            heading = _heading(words, Qt.AlignmentFlag.AlignVCenter)
            heading.setText(heading.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, WIDEST_NAME))
            grid.addWidget(heading, number + 1, 0)
            grid.setRowStretch(number + 1, 100)
        for where in self._places():
            self._add_view(grid, where)
        self._area.setWidget(page)
        self._shape_rows()
        self._scale()

    def set_cell(self, row: int, column: int, cell: Cell) -> None:
        """Fill a place of the grid."""
        where = row, column
        view, before = self._views[where], self._cells.get(where)
        self._cells[where] = cell
        if before is None or before.photo is not cell.photo:
            view.set_photo(cell.photo)
            view.set_place(self._place)
            self._shape_rows()
        self._notes[where].setText(cell.words)
        self._make_room(row)
        said = " · ".join(filter(None, (*self._headings(where), cell.words)))
        for part in (view, self._notes[where]):
            part.setToolTip(said)
            part.setAccessibleDescription(said)
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

    # ---- inside ----

    def _places(self) -> Iterator[tuple[int, int]]:
        return ((row, column) for row in range(len(self._rows)) for column in range(len(self._columns)))

    def _add_view(self, grid: QGridLayout, where: tuple[int, int]) -> None:
        row, column = where
        view, note, cell = PictureView(), Words(), QVBoxLayout()
        view.setMinimumSize(LEAST_SIDE, round(LEAST_SIDE * FLATTEST))
        # The size of the scene is no reason for a cell to be as large.
        view.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        view.set_look(self._look)
        view.setAccessibleName(" · ".join(self._headings(where)))
        view.moved.connect(lambda place: self._follow(view, place))
        view.opened.connect(lambda: self.opened.emit(row, column))
        view.hovered.connect(lambda reading: self.hovered.emit(row, column, reading))
        note.setTextFormat(Qt.TextFormat.PlainText)
        note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        note.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        note.setFixedHeight(LEAST_LINES * note.fontMetrics().lineSpacing())
        cell.setSpacing(2)
        cell.addWidget(view, 1)
        cell.addWidget(note)
        grid.addLayout(cell, row + 1, column + 1)
        self._views[where], self._notes[where] = view, note

    def _headings(self, where: tuple[int, int]) -> tuple[str, ...]:
        row, column = where
        return tuple(filter(None, (self._rows[row], self._columns[column])))

    def _shape_rows(self) -> None:
        """Each as high as its photo's shape asks for, and all as large as the room allows, within reason."""
        if self._grid is None or not self._views:
            return
        shapes = [self._shape(row) for row in range(len(self._rows))]
        room = self._area.viewport().size()
        notes = sum(self._notes[row, 0].minimumHeight() + 2 * GAP for row in range(len(shapes)))
        beside = max(self._grid.cellRect(row + 1, 0).width() for row in range(len(shapes)))
        across = max((room.width() - beside) / len(self._columns) - GAP, LEAST_SIDE)
        for words in self._columns_words:
            words.setFixedHeight(words.heightForWidth(round(across)))
        down = (room.height() - self._grid.cellRect(0, 0).height() - notes) / sum(shapes)
        side = max(min(down, across), LEAST_SIDE)
        for (row, _), view in self._views.items():
            view.setMinimumHeight(round(side * shapes[row]))
        for row, shape in enumerate(shapes):
            self._grid.setRowStretch(row + 1, round(100 * shape))

    def _make_room(self, row: int) -> None:
        """For the words under a row's pictures; for two lines from the start, so that pictures do not jump."""
        notes = [note for (one, _), note in self._notes.items() if one == row]
        needed = max(note.heightForWidth(max(note.width(), LEAST_SIDE)) for note in notes)
        line = notes[0].fontMetrics().lineSpacing()
        for note in notes:
            note.setFixedHeight(min(max(needed, LEAST_LINES * line), MOST_LINES * line))

    def _shape(self, row: int) -> float:
        """Height ÷ width of a row's photo, within reason; of one that cannot be read, little."""
        sizes = [view.photo_size for (one, _), view in self._views.items() if one == row and view.photo_size[0]]
        return min(max([FLATTEST, *(height / width for width, height in sizes)]), TALLEST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shape_rows()

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


class Words(QLabel):
    """They wrap, but do not decide the height of their row: that is as high as its pictures ask for."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words)
        self.setWordWrap(True)

    def hasHeightForWidth(self) -> bool:
        return False


def _heading(words: str, alignment: Qt.AlignmentFlag) -> QLabel:
    label = Words(words)
    font = label.font()
    font.setWeight(QFont.Weight.DemiBold)
    label.setFont(font)
    label.setAlignment(alignment)
    label.setToolTip(words)
    return label
