"""The process that decodes photos for the screen: ``python -m gradcam_tf.gui.decoder``; it knows no TensorFlow.

A picture made to break a decoder breaks this process and not the window, and a long explanation stops no thumbnail.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from PIL import Image

from gradcam_tf.errors import ImageError
from gradcam_tf.images import open_photo
from gradcam_tf.records import Photo

from .serving import Done, Handler, Task, serve
from .wire import MOST_PIXELS

__all__ = ["open_picture"]


def open_picture(path: str) -> Photo:
    """A photo that can be shown.

    Raises:
        ImageError: if it cannot be read, or has more pixels than are shown.
    """
    try:
        return open_photo(path, max_pixels=MOST_PIXELS)
    except ImageError as error:
        if "max_pixels" not in (error.remedy or ""):
            raise
        remedy = f"Save a smaller copy: up to 8,192 × 8,192, or {MOST_PIXELS:,} pixels in all, can be shown."
        raise ImageError(error.what.partition(", which")[0], where=error.where, remedy=remedy) from None


def pixels(task: Task) -> Done:
    """The photo as it is: ``path`` -> ``pixels``, uint8 (height, width, 3), and ``notes``."""
    photo = open_picture(task.arguments["path"])
    return Done({"notes": photo.notes}, {"pixels": _rgb(photo.pixels)})


def thumbnail(task: Task) -> Done:
    """The photo in little: ``path``, ``side`` -> ``pixels``, no side longer, none of it lost."""
    side = task.arguments["side"]
    photo = open_picture(task.arguments["path"])
    image = Image.fromarray(_rgb(photo.pixels))
    image.thumbnail((side, side), Image.Resampling.BILINEAR, reducing_gap=2)
    return Done({"notes": photo.notes}, {"pixels": np.asarray(image)})


def _rgb(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.broadcast_to(values, (*values.shape[:2], 3)))


HANDLERS: dict[str, Handler] = {"pixels": pixels, "thumbnail": thumbnail}


def main(arguments: list[str]) -> None:
    ready: dict[str, Any] = {}
    serve(HANDLERS, lambda: ready, folder=arguments[0])


if __name__ == "__main__":
    main(sys.argv[1:])
