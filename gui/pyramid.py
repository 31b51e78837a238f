"""A photo in halving sizes, so that a big one is drawn from about as many pixels as the screen has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image
from PySide6.QtGui import QImage

__all__ = ["MOST_PIXELS", "Pyramid"]

MOST_PIXELS = 8192 * 8192
"""A photo of more pixels is shown from its half size down."""
SMALLEST = 256
"""The longer side at which halving ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Pyramid:
    """The photo and its halves.

    Attributes:
        width, height: of the photo.
        levels: the images, the largest first; level ``i`` has one pixel for ``2 ** (first + i)`` of the photo's.
        first: 0, or how often a photo of more than ``MOST_PIXELS`` was halved before it could be shown.
    """

    width: int
    height: int
    levels: tuple[QImage, ...]
    first: int = 0

    @classmethod
    def of(cls, pixels: np.ndarray) -> Pyramid:
        """Halve the photo until it is small. Takes 0.5 s for 8192²: not for the window's thread; any other will do.

        Args:
            pixels: uint8 (height, width, 1 or 3).
        """
        height, width = pixels.shape[:2]
        levels, first = [], 0
        while pixels.shape[0] * pixels.shape[1] > MOST_PIXELS:
            pixels, first = _halved(pixels), first + 1
        while True:
            levels.append(_image(pixels))
            if max(pixels.shape[:2]) <= SMALLEST:
                return cls(width, height, tuple(levels), first)
            pixels = _halved(pixels)

    def level(self, scale: float) -> tuple[QImage, int]:
        """The smallest image that still has a pixel for each on the screen, and the photo's pixels to one of its own.

        Args:
            scale: screen pixels to one of the photo's.
        """
        wanted = int(np.floor(np.log2(1 / max(scale, 1e-9)))) - self.first
        chosen = min(max(wanted, 0), len(self.levels) - 1)
        return self.levels[chosen], 2 ** (chosen + self.first)

    def pixel(self, x: int, y: int) -> tuple[int, ...]:
        """Red, green and blue at a place of the photo; one number for a grey photo."""
        image, factor = self.levels[0], 2**self.first
        colour = image.pixelColor(min(x // factor, image.width() - 1), min(y // factor, image.height() - 1))
        grey = image.format() == QImage.Format.Format_Grayscale8
        return (colour.red(),) if grey else (colour.red(), colour.green(), colour.blue())


def _halved(pixels: np.ndarray) -> np.ndarray:
    image = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    return np.asarray(image.reduce(2)).reshape((pixels.shape[0] + 1) // 2, (pixels.shape[1] + 1) // 2, -1)


def _image(pixels: np.ndarray) -> QImage:
    pixels = np.ascontiguousarray(pixels)
    height, width, channels = pixels.shape
    if channels == 1:
        return QImage(pixels.data, width, height, width, QImage.Format.Format_Grayscale8).copy()
    # 32 bits a pixel: what Qt blends without converting at each repaint.
    rgb = QImage(pixels.data, width, height, width * 3, QImage.Format.Format_RGB888)
    return rgb.convertToFormat(QImage.Format.Format_RGB32)
