"""The process that decodes photos for the screen: ``python -m gradcam_tf.gui.decoder``; it knows no TensorFlow.

A picture made to break a decoder breaks this process and not the window, and a long explanation stops no thumbnail.
"""

from __future__ import annotations

import contextlib
import io
import sys
import time
from dataclasses import asdict
from typing import Any

import numpy as np
from PIL import Image

from gradcam_tf.errors import ImageError
from gradcam_tf.imagefile import kind_of, read, refuse_overlong
from gradcam_tf.images import open_photo
from gradcam_tf.pixels import stored
from gradcam_tf.records import Photo, Reading

from .records import FileFacts, PhotoReading
from .serving import Done, Handler, Task, serve
from .wire import MOST_PIXELS, record

__all__ = ["engine_reading", "open_picture"]


def open_picture(path: str, reading: PhotoReading | None = None) -> Photo:
    """A photo that can be shown.

    Args:
        path: the file.
        reading: how it is read; None: as usual.

    Raises:
        ImageError: if it cannot be read, or has more pixels than are shown.
    """
    try:
        return open_photo(path, engine_reading(reading or PhotoReading(), max_pixels=MOST_PIXELS))
    except ImageError as error:
        if "max_pixels" not in (error.remedy or ""):
            raise
        remedy = f"Save a smaller copy: up to 8,192 × 8,192, or {MOST_PIXELS:,} pixels in all, can be shown."
        raise ImageError(error.what.partition(", which")[0], where=error.where, remedy=remedy) from None


def engine_reading(reading: PhotoReading, **more: int) -> Reading:
    """As the engine calls it."""
    return Reading(page=reading.page, window=reading.window, allow_truncated=reading.damaged, **more)


def facts(task: Task) -> Done:
    """What there is to choose in how a file is read: ``path``, ``page`` -> the FileFacts' fields."""
    data = read(task.arguments["path"])
    kind = kind_of(data)
    refuse_overlong(data, kind)
    try:
        with Image.open(io.BytesIO(data), formats=(kind,)) as image:
            pages = _pages(image)
            image.seek(min(task.arguments["page"], pages) - 1)
            return Done(asdict(_facts_of(image, pages)))
    except Exception:  # whatever a decoder raises of a damaged file
        return Done(asdict(FileFacts(damaged=True)))


def _pages(image: Image.Image) -> int:
    """Counted one by one: a file may claim millions."""
    count, began = 1, time.monotonic()
    with contextlib.suppress(Exception):
        while count < MOST_PAGES and time.monotonic() - began < COUNTING:
            image.seek(count)
            count += 1
    return count


def _facts_of(image: Image.Image, pages: int) -> FileFacts:
    width, height = image.size
    if image.mode not in DEEP or width * height > MOST_PIXELS:
        image.load()
        return FileFacts(pages)
    bits = 12 if stored(image).rawmode == "I;12" else DEEP[image.mode]
    values = np.asarray(image)
    finite = values[np.isfinite(values)]
    ends = (float(finite.min()), float(finite.max())) if finite.size else (None, None)
    return FileFacts(pages, bits, image.mode == "F", *ends)


DEEP = {"I;16": 16, "I;16L": 16, "I;16B": 16, "I;16N": 16, "I": 32, "F": 32}
"""Pillow's modes of grey of more than 8 bits, and how many."""
MOST_PAGES, COUNTING = 10_000, 2.0
"""More pages, or after so many seconds, are not counted."""


def _reading(task: Task) -> PhotoReading:
    return record(PhotoReading, task.arguments.get("reading") or {})


def pixels(task: Task) -> Done:
    """The photo as it is: ``path``, ``reading`` -> ``pixels``, uint8 (height, width, 3), and ``notes``."""
    photo = open_picture(task.arguments["path"], _reading(task))
    return Done({"notes": photo.notes}, {"pixels": _rgb(photo.pixels)})


def thumbnail(task: Task) -> Done:
    """The photo in little: ``path``, ``reading``, ``side`` -> ``pixels``, no side longer, none of it lost."""
    side = task.arguments["side"]
    photo = open_picture(task.arguments["path"], _reading(task))
    image = photo.image.convert("RGB")
    image.thumbnail((side, side), Image.Resampling.BILINEAR, reducing_gap=2)
    return Done({"notes": photo.notes}, {"pixels": np.asarray(image)})


def _rgb(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.broadcast_to(values, (*values.shape[:2], 3)))


HANDLERS: dict[str, Handler] = {"pixels": pixels, "thumbnail": thumbnail, "facts": facts}


def main(arguments: list[str]) -> None:
    ready: dict[str, Any] = {}
    serve(HANDLERS, lambda: ready, folder=arguments[0])


if __name__ == "__main__":
    main(sys.argv[1:])
