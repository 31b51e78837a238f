"""Pictures in rows and columns, with headings and a colour bar: one picture to compare by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gradcam_tf import lettering
from gradcam_tf.render import AS_USUAL, Look, coloured

__all__ = ["Cell", "compare"]

WIDTH, NARROWEST, TALLEST, LOWEST = 280, 120, 320, 40
"""Pixels: of each picture's width; a row is as high as its pictures then are, within reason."""
GAP = 10
TEXT = 14
LINE = 19
INK, MUTED, PAPER, EMPTY = "#1a1a1a", "#666666", "#ffffff", "#ececec"
BAR_WIDTH, BAR_HEIGHT = 220, 12
LEAST_PAGE = 480
SHARP = 4


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One place of a sheet.

    Attributes:
        picture: what stands there; None if there is nothing to show.
        words: under the picture; or, where there is none, why.
    """

    picture: Image.Image | None
    words: str = ""


def compare(
    cells: Sequence[Sequence[Cell]], rows: Sequence[str], columns: Sequence[str], scale: str, look: Look = AS_USUAL
) -> Image.Image:
    """A table of pictures on white paper.

    Args:
        cells: a row of cells for each of ``rows``, one for each of ``columns``.
        rows: the headings over each row.
        columns: the headings over the columns.
        scale: what the colours stand for, in words, beside the one colour bar.
        look: how the heat in the pictures is drawn.

    Raises:
        ValueError: if there is nothing to compare, or a row has another number of cells.
    """
    if not rows or not columns or len(cells) != len(rows) or any(len(row) != len(columns) for row in cells):
        raise ValueError(f"{len(rows)} × {len(columns)} headings for rows of {[len(row) for row in cells]} cells")
    width = _cell_width([cell.picture for row in cells for cell in row if cell.picture is not None])
    page_width = max(GAP + len(columns) * (width + GAP), LEAST_PAGE)
    headings = [_wrapped(column, width) for column in columns]
    parts = [_Row(*one, width, page_width) for one in zip(cells, rows, strict=True)]
    bar_words = _wrapped(scale, page_width - BAR_WIDTH - 3 * GAP)
    top = GAP + LINE * max(map(len, headings)) + GAP
    foot = max(BAR_HEIGHT + LINE, LINE * len(bar_words)) + GAP
    page = Image.new("RGB", (page_width, top + sum(part.height for part in parts) + foot), PAPER)
    draw = ImageDraw.Draw(page)
    for column, lines in enumerate(headings):
        _write(draw, (GAP + column * (width + GAP), GAP), lines, INK)
    for part in parts:
        part.draw(page, draw, top)
        top += part.height
    _draw_bar(page, draw, top, bar_words, look)
    return page


class _Row:
    """A heading, a row of pictures as high as the highest of them, and words under them."""

    def __init__(self, cells: Sequence[Cell], heading: str, width: int, page_width: int):
        self._cells, self._width = cells, width
        self._heading = _wrapped(heading, page_width - 2 * GAP)[:2]
        self._words = [_wrapped(cell.words, width) if cell.picture is not None else [] for cell in cells]
        self._missing = [_wrapped(cell.words, width - 2 * GAP) if cell.picture is None else [] for cell in cells]
        self._pictures = _height((cell.picture for cell in cells if cell.picture is not None), width)
        if any(self._missing):
            self._pictures = max(self._pictures, min(LINE * max(map(len, self._missing)) + 2 * GAP, TALLEST))

    @property
    def height(self) -> int:
        words = LINE * max(map(len, self._words))
        return LINE * len(self._heading) + self._pictures + (words + 4 if words else 0) + 2 * GAP

    def draw(self, page: Image.Image, draw: ImageDraw.ImageDraw, top: int) -> None:
        _write(draw, (GAP, top), self._heading, INK)
        top += LINE * len(self._heading)
        for column, cell in enumerate(self._cells):
            left = GAP + column * (self._width + GAP)
            if cell.picture is None:
                self._draw_missing(draw, self._missing[column], left, top)
            else:
                self._paste(page, cell.picture, left, top)
            _write(draw, (left, top + self._pictures + 4), self._words[column], MUTED)

    def _draw_missing(self, draw: ImageDraw.ImageDraw, lines: list[str], left: int, top: int) -> None:
        draw.rectangle((left, top, left + self._width - 1, top + self._pictures - 1), fill=EMPTY)
        _write(draw, (left + GAP, top + GAP), lines[: (self._pictures - 2 * GAP) // LINE], MUTED)

    def _paste(self, page: Image.Image, picture: Image.Image, left: int, top: int) -> None:
        ratio = min(self._width / picture.width, self._pictures / picture.height)
        size = max(1, round(picture.width * ratio)), max(1, round(picture.height * ratio))
        # A picture of a few pixels is drawn as squares: to blend them would invent what is not there.
        how = Image.Resampling.NEAREST if ratio > SHARP else Image.Resampling.LANCZOS
        page.paste(picture.convert("RGB").resize(size, how), (left, top + (self._pictures - size[1]) // 2))


def _draw_bar(page: Image.Image, draw: ImageDraw.ImageDraw, top: int, words: list[str], look: Look) -> None:
    ramp = np.broadcast_to(np.linspace(-1 if look.signed else 0, 1, BAR_WIDTH), (BAR_HEIGHT, BAR_WIDTH))
    page.paste(coloured(ramp, look), (GAP, top))
    _write(draw, (GAP + BAR_WIDTH + GAP, top - 3), words, MUTED)
    below = top + BAR_HEIGHT + 1
    for value, place, anchor in ((-1, 0, "la"), (0, BAR_WIDTH // 2, "ma")) if look.signed else ((0, 0, "la"),):
        draw.text((GAP + place, below), str(value).replace("-", "−"), fill=MUTED, font=_font(), anchor=anchor)
    draw.text((GAP + BAR_WIDTH, below), "1", fill=MUTED, font=_font(), anchor="ra")


def _cell_width(pictures: Sequence[Image.Image]) -> int:
    """Narrower where no picture needs it all."""
    needed = (TALLEST * picture.width / picture.height for picture in pictures)
    return round(min(max(max(needed, default=WIDTH), NARROWEST), WIDTH))


def _height(pictures: Iterable[Image.Image], width: int) -> int:
    return min(max((round(width * one.height / one.width) for one in pictures), default=LOWEST), TALLEST)


def _write(draw: ImageDraw.ImageDraw, at: tuple[int, int], lines: Sequence[str], ink: str) -> None:
    for number, line in enumerate(lines):
        draw.text((at[0], at[1] + number * LINE), line, fill=ink, font=_font())


def _wrapped(text: str, width: int) -> list[str]:
    return lettering.wrapped(text, width, TEXT)


def _font() -> ImageFont.FreeTypeFont:
    return lettering.font(TEXT)
