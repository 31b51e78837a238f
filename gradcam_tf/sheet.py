"""Pictures in rows and columns, with headings and a colour bar: one picture to compare by."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gradcam_tf.render import COLORMAP, colorize

__all__ = ["Cell", "compare"]

HEIGHT = 224
"""Pixels: of each picture; it is as wide as its shape asks for, within reason."""
WIDEST, NARROWEST = 400, 112
GAP = 10
TEXT = 14
LINE = 19
INK, MUTED, PAPER, EMPTY = "#1a1a1a", "#666666", "#ffffff", "#ececec"
BAR_WIDTH, BAR_HEIGHT = 220, 12


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
    cells: Sequence[Sequence[Cell]],
    rows: Sequence[str],
    columns: Sequence[str],
    scale: str,
    *,
    colormap: str = COLORMAP,
) -> Image.Image:
    """A table of pictures on white paper.

    Args:
        cells: a row of cells for each of ``rows``, one for each of ``columns``.
        rows: the headings over each row.
        columns: the headings over the columns.
        scale: what the colours stand for, in words, beside the one colour bar.
        colormap: a name matplotlib knows.

    Raises:
        ValueError: if there is nothing to compare, or a row has another number of cells.
    """
    if not rows or not columns or len(cells) != len(rows) or any(len(row) != len(columns) for row in cells):
        raise ValueError(f"{len(rows)} × {len(columns)} headings for rows of {[len(row) for row in cells]} cells")
    width = _cell_width([cell.picture for row in cells for cell in row if cell.picture is not None])
    headings = [_wrapped(column, width) for column in columns]
    words = [[_wrapped(cell.words, width) if cell.picture is not None else [] for cell in row] for row in cells]
    top = GAP + LINE * max(map(len, headings)) + GAP
    heights = [LINE + HEIGHT + LINE * max(map(len, row)) + 2 * GAP for row in words]
    page = Image.new("RGB", (GAP + len(columns) * (width + GAP), top + sum(heights) + BAR_HEIGHT + 2 * LINE), PAPER)
    draw = ImageDraw.Draw(page)
    for column, lines in enumerate(headings):
        _write(draw, (GAP + column * (width + GAP), GAP), lines, INK)
    for row, (cells_of_row, words_of_row) in enumerate(zip(cells, words, strict=True)):
        _write(draw, (GAP, top), _wrapped(rows[row], page.width - 2 * GAP)[:1], INK)
        for column, (cell, lines) in enumerate(zip(cells_of_row, words_of_row, strict=True)):
            _draw_cell(page, draw, cell, lines, (GAP + column * (width + GAP), top + LINE), width)
        top += heights[row]
    _draw_bar(page, draw, (GAP, top), scale, colormap)
    return page


def _draw_cell(
    page: Image.Image, draw: ImageDraw.ImageDraw, cell: Cell, lines: list[str], at: tuple[int, int], width: int
) -> None:
    left, top = at
    if cell.picture is None:
        draw.rectangle((left, top, left + width - 1, top + HEIGHT - 1), fill=EMPTY)
        _write(draw, (left + GAP, top + GAP), _wrapped(cell.words, width - 2 * GAP)[: HEIGHT // LINE - 1], MUTED)
        return
    ratio = min(width / cell.picture.width, HEIGHT / cell.picture.height)
    size = max(1, round(cell.picture.width * ratio)), max(1, round(cell.picture.height * ratio))
    shown = cell.picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    page.paste(shown, (left, top + (HEIGHT - size[1]) // 2))
    _write(draw, (left, top + HEIGHT + 2), lines, MUTED)


def _draw_bar(page: Image.Image, draw: ImageDraw.ImageDraw, at: tuple[int, int], scale: str, colormap: str) -> None:
    left, top = at
    ramp = np.broadcast_to(np.linspace(0, 1, BAR_WIDTH), (BAR_HEIGHT, BAR_WIDTH))
    page.paste(Image.fromarray(colorize(ramp, colormap)), at)
    beside = left + BAR_WIDTH + GAP
    _write(draw, (beside, top - 3), _wrapped(scale, page.width - beside - GAP)[:2], MUTED)
    for value, place in (("0", left), ("1", left + BAR_WIDTH - 8)):
        draw.text((place, top + BAR_HEIGHT + 1), value, fill=MUTED, font=_font())


def _cell_width(pictures: Sequence[Image.Image]) -> int:
    wide = max((picture.width * HEIGHT / picture.height for picture in pictures), default=HEIGHT)
    return round(min(max(wide, NARROWEST), WIDEST))


def _write(draw: ImageDraw.ImageDraw, at: tuple[int, int], lines: Sequence[str], ink: str) -> None:
    for number, line in enumerate(lines):
        draw.text((at[0], at[1] + number * LINE), line, fill=ink, font=_font())


def _wrapped(text: str, width: int) -> list[str]:
    """Lines no wider than this; a word that is wider is cut."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and _font().getlength(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(_cut(word, width))
    return lines


def _cut(word: str, width: int) -> str:
    if _font().getlength(word) <= width:
        return word
    kept = next((n for n in range(len(word), 0, -1) if _font().getlength(word[:n] + "…") <= width), 0)
    return word[:kept] + "…"


@functools.cache
def _font() -> ImageFont.FreeTypeFont:
    """The one that comes with matplotlib: it has the letters of many languages."""
    import matplotlib

    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", TEXT)
