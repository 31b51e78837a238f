"""Files of the person's by the hand of another process, where this one may not touch them itself.

The window's engine is confined before it knows what it will be asked. So it opens what is named to it, and puts results
where they belong, through the window; see :mod:`gradcam_tf.gui.porter`. Everywhere else files are opened as usual.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Protocol

__all__ = ["Broker", "current", "open_binary", "opener", "use"]


class Broker(Protocol):
    """Who opens and writes in the place of this process; raises what the system or this package would."""

    def open(self, path: str) -> int:
        """A file, open for reading; its descriptor."""

    def prepare(self, folder: Path) -> None:
        """Make a folder for results, if it is missing, and see that it can be written to."""

    def place(self, contents: Mapping[Path, bytes], overwrite: bool) -> None:
        """Write results, all or none."""


_current: Broker | None = None


def use(broker: Broker | None) -> None:
    """Open and write through another process from now on; None: as usual."""
    global _current
    _current = broker


def current() -> Broker | None:
    return _current


def opener(path: str, flags: int) -> int:
    """As :func:`os.open`, for reading; to be given to :func:`open`. What this process may not open, the other does."""
    try:
        return os.open(path, flags)
    except PermissionError:
        if _current is None:
            raise
        return _current.open(path)


def open_binary(path: str | os.PathLike) -> BinaryIO:
    """A file open for reading."""
    return open(path, "rb", opener=opener)
