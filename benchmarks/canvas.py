"""The canvas's numbers: what a change of the look costs until it is painted, and how smoothly a big photo moves.

    python benchmarks/canvas.py            # offscreen; half a minute

Each change is made and painted at once (``repaint``), as the event loop would: the time is all that the window's thread
spends on it. The median of many, and the worst.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
from measure import print_head, print_row
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from gradcam_tf.gui.canvas import Canvas
from gradcam_tf.gui.heat import COLORMAPS
from gradcam_tf.gui.photos import PhotoList
from gradcam_tf.gui.pyramid import Pyramid
from gradcam_tf.gui.records import Answer, Look, PhotoRow, Question

REPEATS = 60
WINDOWS = {"1200 × 800": (1200, 800), "2560 × 1440": (2560, 1440)}
FRAME = 16.0
"""Milliseconds: one picture of a screen that shows sixty a second."""
STALL = 100.0
PHOTOS = 100_000


def canvas(side: int, window: tuple[int, int], pyramid: Pyramid) -> Canvas:
    values = np.random.default_rng(0).random((224, 224), np.float32)
    shown = Canvas()
    shown.resize(*window)
    shown.show()
    shown.set_photo(pyramid, "noise.png")
    shown.set_answer(Answer(
        photo=1, question=Question(), heat=values, signed=values * 2 - 1, box=(0, 0, side, side), highest=1.0,
        lowest=-1.0, strongest=1.0, status="ok", reason="", title="", layer="", layer_reason="", classes=(),
        seconds=0.0, device="CPU",
    ))  # fmt: skip
    QApplication.processEvents()
    return shown


def looks() -> dict[str, Iterator[Look]]:
    steps = [place / 50 for place in range(51)]
    return {
        "opacity": cycle([Look(opacity=step) for step in steps]),
        "colormap": cycle([Look(colormap=name) for name in COLORMAPS]),
        "threshold": cycle([Look(threshold=step) for step in steps]),
        "signed": cycle([Look(signed=True), Look()]),
        "swipe mode": cycle([replace(Look(), mode="swipe"), Look()]),
    }


def timed(act: Callable[[], object], repeats: int = REPEATS) -> tuple[float, float]:
    """The median and the worst, in milliseconds; the first times are not counted."""
    seconds = []
    for turn in range(repeats + 6):
        began = time.perf_counter()
        act()
        if turn >= 6:
            seconds.append(time.perf_counter() - began)
    return statistics.median(seconds) * 1e3, max(seconds) * 1e3


def row(what: str, act: Callable[[], object], at_most: float, repeats: int = REPEATS) -> None:
    median, worst = timed(act, repeats)
    print_row(what, f"{median:.1f} ms, worst {worst:.1f}", f"{at_most:.0f} ms", median <= at_most)


def change_look(shown: Canvas, values: Iterator[Look]) -> None:
    shown.set_look(next(values))
    for view in (shown.heated, shown.bar):
        view.repaint()
    shown.heated.viewport().repaint()


def move(shown: Canvas, act: Callable[[], object]) -> None:
    act()
    shown.heated.viewport().repaint()


def big_photos() -> None:
    for side in (4096, 8192):
        pixels = np.random.default_rng(1).integers(0, 256, (side, side, 3), dtype=np.uint8)
        began = time.perf_counter()
        pyramid = Pyramid.of(pixels)
        took = time.perf_counter() - began
        print_row(f"{side}² made ready, in a thread", f"{took:.2f} s", "–", True)
        for name, window in WINDOWS.items():
            shown = canvas(side, window, pyramid)
            if side == 4096:
                for what, values in looks().items():
                    row(f"{what}, {side}² in {name}", lambda v=values, s=shown: change_look(s, v), FRAME)  # type: ignore[misc]
            for zoom in ("fit", "actual_size"):
                getattr(shown, zoom)()
                steps = cycle([QPointF(7, 3), QPointF(-7, -3)])
                what = f"pan at {'fit' if zoom == 'fit' else '1:1'}, {side}² in {name}"
                row(what, lambda s=shown, p=steps: move(s, lambda: s.heated.pan(next(p))), FRAME)  # type: ignore[misc]
            turns = cycle([shown.zoom_in] * 12 + [shown.zoom_out] * 12)
            row(f"zoom, {side}² in {name}", lambda s=shown, t=turns: move(s, next(t)), FRAME)  # type: ignore[misc]
            shown.close()


def many_photos() -> None:
    rows = [
        PhotoRow(key, f"/photos/{key * 7919 % PHOTOS:06d}.jpg", "done", f"class {key % 97}", key % 89 / 89, "ok")
        for key in range(PHOTOS)
    ]
    photos = PhotoList()
    photos.resize(280, 800)
    photos.show()
    photos.model.add(rows)
    QApplication.processEvents()
    sorts, needles = cycle(["name", "class", "probability", "added"]), cycle(["class 13", "00", "zzz", ""])
    down = cycle(range(0, PHOTOS, 997))
    acts: dict[str, Callable[[], object]] = {
        "sorted": lambda: photos.model.sort_by(next(sorts)),
        "filtered": lambda: photos.model.set_filter(next(needles)),
        "scrolled and painted": lambda: (
            photos.view.scrollTo(photos.model.index(next(down))), photos.view.viewport().repaint(),
        ),
    }  # fmt: skip
    for what, act in acts.items():
        row(f"{PHOTOS:,} photos {what}", act, STALL, repeats=12)
        photos.model.set_filter("")
        QApplication.processEvents()


def main() -> None:
    app = QApplication(sys.argv)
    print_head()
    big_photos()
    many_photos()
    app.quit()


if __name__ == "__main__":
    main()
