"""Words in pictures."""

from __future__ import annotations

import functools
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

__all__ = ["font", "wrapped", "write_strip"]

LINE = 1.35
"""From line to line, in sizes of the letters."""
SMALLEST, LARGEST = 9, 64
MOST_COVERED = 0.5
"""Of a picture's height."""
INK, GROUND = "#ffffff", (20, 20, 20)


def write_strip(picture: Image.Image, words: str) -> Image.Image:
    """Words on a dark strip along the lower edge; a picture too small for them stays as it is.

    Args:
        picture: RGB; it is drawn on.
        words: in one sentence.
    """
    width, height = picture.size
    size = min(max(min(width, height) // 26, SMALLEST), LARGEST)
    margin, step = size // 2, round(size * LINE)
    lines = wrapped(words, width - 2 * margin, size)
    strip = len(lines) * step + 2 * margin
    if strip > MOST_COVERED * height or any(line.endswith("…") for line in lines):
        return picture
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, height - strip, width, height), fill=GROUND)
    for number, line in enumerate(lines):
        draw.text((margin, height - strip + margin + number * step), line, fill=INK, font=font(size))
    return picture


def wrapped(text: str, width: int, size: int) -> list[str]:
    """Lines no wider than this, in pixels; a word that is wider is cut.

    Args:
        text: words.
        width: in pixels.
        size: of the letters, in pixels.
    """
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and font(size).getlength(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(_cut(word, width, size))
    return lines


def _cut(word: str, width: int, size: int) -> str:
    if font(size).getlength(word) <= width:
        return word
    kept = next((n for n in range(len(word), 0, -1) if font(size).getlength(word[:n] + "…") <= width), 0)
    return word[:kept] + "…"


@functools.cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The one that comes with matplotlib: it has the letters of many languages."""
    import matplotlib

    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", size)
