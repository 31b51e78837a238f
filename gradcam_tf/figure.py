"""A figure for a page: photo, heat and overlay of each image with a colour bar, and beneath them what made them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from gradcam_tf import render
from gradcam_tf.errors import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from gradcam_tf.explanation import Explanation

__all__ = ["draw", "file"]

PANEL, TALLEST, LOWEST = 3.0, 4.2, 0.25
"""Inches: the width of a picture, and the most and least of its height."""
WIDE = 2.5
"""Pictures wider than so many times their height stand one above the other, each over the whole page."""
GAP, BAR, NUMBERS = 0.15, 0.14, 0.5
"""Inches: between pictures, of the colour bar, and of the numbers beside it."""
PAGE = 3 * PANEL + 2 * GAP
LINE, CAPTION_LINE = 0.19, 0.16
TITLE_SIZE, CAPTION_SIZE = 10, 8
LETTERS = 11.5
"""Of a title, to an inch."""
CAPTION_LETTERS, SCALE_LETTERS = 150, 14
"""Of a caption, to a line; of the words beside a colour bar, to an inch."""
DOTS = 300
"""To an inch: pictures hold no more, whatever the size of the photo."""

_drawing = threading.Lock()
"""Matplotlib's settings are one for all threads."""


def draw(figure: Figure, explanation: Explanation, look: render.Look, caption: str = "") -> Figure:
    """Draw images, their heat and overlay, with a colour bar for each image.

    Args:
        figure: an empty one; it gets the size that is needed.
        explanation: of any number of images.
        look: how the heat is drawn.
        caption: beneath all.
    """
    blocks = [_Block(one, look) for one in explanation]
    words = fill(printable(caption), CAPTION_LETTERS).splitlines()
    foot = GAP + len(words) * CAPTION_LINE
    height = sum(block.height for block in blocks) + foot
    figure.set_size_inches(GAP + PAGE + GAP + max(block.scale_width for block in blocks), height)
    top = height
    for block in blocks:
        block.draw(figure, top)
        top -= block.height
    for number, line in enumerate(reversed(words)):
        place = GAP / figure.get_figwidth(), (GAP / 2 + number * CAPTION_LINE) / height
        figure.text(*place, line, fontsize=CAPTION_SIZE, color="dimgray", va="bottom", parse_math=False)
    return figure


def file(explanation: Explanation, kind: str, look: render.Look) -> bytes:
    """The figure as the content of a ``"pdf"`` or ``"svg"`` file; the same explanation gives the same file."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    stream = BytesIO()
    with _drawing, rc_context({"svg.fonttype": "none", "pdf.fonttype": 42, "svg.hashsalt": "gradcam_tf"}):
        figure = draw(Figure(), explanation, look, _caption(explanation.provenance[0]))
        date = {"Date": None} if kind == "svg" else {"CreationDate": None}
        figure.savefig(stream, format=kind, dpi=DOTS, metadata=date)
    return stream.getvalue()


def _caption(record: Mapping[str, Any]) -> str:
    """What a figure is of, without the folders of who made it."""
    image, model, versions = (record.get(name) or {} for name in ("image", "model", "versions"))
    method = f"{record['method']['title']} at {record['layer']['name']}"
    parts = (image.get("name"), method, model.get("name"), f"gradcam_tf {versions.get('gradcam_tf', '')}")
    return " · ".join(str(part) for part in parts if part)


class _Block:
    """One image: three pictures with titles and a colour bar, side by side or, of a panorama, one above the other."""

    def __init__(self, one: Explanation, look: render.Look):
        self._one, self._look = one, look
        width, height = one.subjects[0].image.size
        self._stacked = width > WIDE * height
        self._width = PAGE if self._stacked else PANEL
        self._panel = min(max(self._width * height / width, LOWEST), TALLEST)
        self._titles = [fill(printable(title), int(self._width * LETTERS)) for title in _titles(one, look)]

    @property
    def height(self) -> float:
        """Inches, titles and the gap above included."""
        rooms = self._rooms
        return sum(rooms) + 3 * (self._panel + GAP) if self._stacked else max(rooms) + self._panel + GAP

    @property
    def scale_width(self) -> float:
        """Inches of the colour bar with its numbers and words."""
        return BAR + NUMBERS + len(self._scale.splitlines()) * CAPTION_LINE + GAP

    @property
    def _scale(self) -> str:
        """What the colours stand for, wrapped to stand beside the bar."""
        bar = self.height - GAP - self._rooms[0] if self._stacked else self._panel
        words = _scale_words(self._look, self._one.full_heat(self._look))
        return fill(words, max(18, int(bar * SCALE_LETTERS)))

    @property
    def _rooms(self) -> list[float]:
        """What each title takes."""
        return [len(title.splitlines()) * LINE for title in self._titles]

    def draw(self, figure: Figure, top: float) -> None:
        """Draw it on the figure, downwards from so many inches above the figure's lower edge."""
        boxes = list(self._boxes(top))
        axes = [_axes(figure, *box) for box in boxes]
        bottom, upper = boxes[-1][1], boxes[0][1] + boxes[0][3]
        self._fill(axes)
        bar = _axes(figure, GAP + PAGE + GAP, bottom, BAR, upper - bottom)
        figure.colorbar(axes[1].images[0], cax=bar)
        bar.set_ylabel(self._scale, fontsize=CAPTION_SIZE)
        bar.tick_params(labelsize=CAPTION_SIZE)
        if self._look.threshold:
            for value in (self._look.threshold, -self._look.threshold)[: 1 + self._look.signed]:
                bar.axhline(value, color="gray", linewidth=1)

    def _boxes(self, top: float) -> Iterator[tuple[float, float, float, float]]:
        """Left, bottom, width and height of each picture, in inches."""
        for number, room in enumerate(self._rooms):
            if self._stacked:
                top -= GAP + room + self._panel
                yield GAP, top, PAGE, self._panel
            else:
                left = GAP + number * (PANEL + GAP)
                yield left, top - GAP - max(self._rooms) - self._panel, PANEL, self._panel

    def _fill(self, axes: Sequence[Axes]) -> None:
        one, look = self._one, self._look
        photo = _reduced(one.subjects[0].image, round(self._width * DOTS))
        heat, seen = one.heat(signed=look.signed, size=photo.size[::-1])
        drawn = np.where(np.abs(heat) < look.threshold, 0, heat)
        axes[0].imshow(photo.convert("RGB"))
        axes[1].imshow(drawn, cmap=look.colours, vmin=-1 if look.signed else 0, vmax=1)
        axes[2].imshow(render.overlay(photo, heat, seen, look))
        for axis, title in zip(axes, self._titles, strict=True):
            axis.set_title(title, fontsize=TITLE_SIZE, parse_math=False, pad=4)
            axis.set_axis_off()


def _titles(one: Explanation, look: render.Look) -> tuple[str, str, str]:
    method, why = one.method_title, one.blank(look)
    if one.status[0] == "truncated":
        method = f"{method} (truncated)"
    return one.title, f"empty: {why}" if why else method, one.layer.name


def _axes(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    across, up = figure.get_size_inches()
    return figure.add_axes((left / across, bottom / up, width / across, height / up))


def _scale_words(look: render.Look, full: str) -> str:
    words = [f"heat: 1 is {full}"]
    if look.signed:
        words.append("below 0 speaks against")
    if look.threshold:
        words.append(f"not drawn below {look.threshold:g}")
    return "; ".join(words)


def _reduced(photo: Image.Image, longest: int) -> Image.Image:
    """A photo with about so many pixels along its longer side, if it has more."""
    times = max(photo.size) // longest
    return photo if times < 2 else photo.reduce(times)
