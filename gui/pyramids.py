"""Photos made ready to be drawn, in a thread where that is felt."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PySide6.QtCore import QObject, Signal

from .pyramid import Pyramid

__all__ = ["Pyramids"]

QUICK = 2**20
"""Bytes of a photo that is halved in less time than a frame takes."""


class Pyramids(QObject):
    """Makes pyramids; what is small at once, so that it does not flicker."""

    _made = Signal(object, object)

    def __init__(self, parent: QObject):
        super().__init__(parent)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pyramids")
        self._made.connect(lambda pyramid, receive: receive(pyramid))

    def make(self, pixels: np.ndarray, receive: Callable[[Pyramid], None]) -> None:
        """Give the pyramid of a photo to ``receive``, in this thread.

        Args:
            pixels: uint8 (height, width, 1 or 3).
            receive: called once.
        """
        if pixels.nbytes <= QUICK:
            receive(Pyramid.of(pixels))
        else:
            self._thread.submit(lambda: self._made.emit(Pyramid.of(pixels), receive))
