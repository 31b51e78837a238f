"""Messages between the window and its child processes: a line of JSON each; arrays lie in files of a private folder.

Nothing that comes from a child is trusted: it may have opened a hostile file. Whatever is not exactly what was agreed
raises :class:`Garbled`.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import numpy as np

from .records import Answer, ClassRow, Failure, Glance, ModelCard

__all__ = [
    "MOST_LINE",
    "MOST_PIXELS",
    "Garbled",
    "Parcel",
    "Reply",
    "answer",
    "glances",
    "line_of",
    "model_card",
    "picture",
    "put",
    "read_reply",
    "record",
    "request_of",
    "take",
]

MOST_LINE = 16 * 2**20
"""Bytes of a message: the card of a model of 20,000 classes and 5,000 layers has two million."""
MOST_PIXELS = 8192 * 8192
"""Of a photo that is shown."""
MOST_HEAT_SIDE = 4096
DTYPES: dict[str, np.dtype] = {"float32": np.dtype(np.float32), "uint8": np.dtype(np.uint8)}
FILE_NAME = re.compile(r"[0-9a-f]{32}")

T = TypeVar("T")


class Garbled(Exception):
    """A message that is not what was agreed."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """An array in a file of the private folder."""

    file: str
    dtype: Literal["float32", "uint8"]
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a child says.

    Attributes:
        id: of the request; 0 for ``"ready"``.
        kind: ``"ready"`` (it has imported what it needs), ``"begun"`` (it works on this request from now on),
            ``"progress"``, or one of the three ends: ``"result"``, ``"failure"``, ``"cancelled"``.
        content: of a result, by the names of its record's fields; ``arrays``: those of them that are arrays.
        done, of, what: of a progress.
    """

    id: int
    kind: Literal["ready", "begun", "progress", "result", "failure", "cancelled"]
    content: dict[str, Any] = field(default_factory=dict)
    arrays: dict[str, Parcel] = field(default_factory=dict)
    failure: Failure | None = None
    done: int = 0
    of: int = 0
    what: str = ""


# ---- lines ----


def request_of(id: int, do: str, arguments: Mapping[str, Any], urgent: bool) -> bytes:
    """A request as a line; its paths may hold any bytes, as ``os.fsdecode`` gives them."""
    return (json.dumps({"id": id, "do": do, "arguments": arguments, "urgent": urgent}) + "\n").encode()


def line_of(message: Any) -> bytes:
    """A record as a line; numbers that JSON has no word for become null."""
    return msgspec.json.encode(message) + b"\n"


def read_reply(line: bytes) -> Reply:
    """The reply of a line.

    Raises:
        Garbled: if it is none.
    """
    try:
        return msgspec.json.decode(line, type=Reply)
    except (ValueError, RecursionError) as error:
        raise Garbled(f"{error}: {line[:200]!r}") from error


def record(kind: type[T], content: Any) -> T:
    """A record from what a message holds.

    Raises:
        Garbled: if a field is missing, unknown in its type, or not a number where there should be one.
    """
    try:
        return msgspec.convert(content, kind)
    except (ValueError, RecursionError, TypeError) as error:
        raise Garbled(f"{kind.__name__}: {error}") from error


# ---- arrays ----


def put(folder: str | os.PathLike, array: np.ndarray) -> Parcel:
    """Write an array where the window will fetch it."""
    parcel = Parcel(secrets.token_hex(16), array.dtype.name, array.shape)  # type: ignore[arg-type]
    with open(Path(folder) / parcel.file, "xb", opener=_private) as file:
        file.write(np.ascontiguousarray(array).data)
    return parcel


def take(folder: str | os.PathLike, parcel: Parcel) -> np.ndarray:
    """Fetch an array; its file is gone afterwards.

    It is read, not mapped: a file that another process cuts short would end this one.

    Raises:
        Garbled: if the file is not what the parcel says.
    """
    size = _bytes_of(parcel)
    path = Path(folder) / parcel.file
    try:
        with open(path, "rb", buffering=0, opener=_unlinked) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_size != size:
                raise Garbled(f"array of {found.st_size} bytes, not {size}")
            array = np.empty(parcel.shape, DTYPES[parcel.dtype])
            _fill(array.data.cast("B"), file)
    except (OSError, ValueError) as error:
        raise Garbled(f"array cannot be read: {error}") from error
    finally:
        # What is no file stays until the folder goes.
        with contextlib.suppress(OSError):
            path.unlink()
    return array


def _bytes_of(parcel: Parcel) -> int:
    fits = len(parcel.shape) in (2, 3) and all(0 < extent <= 2**16 for extent in parcel.shape)
    if not FILE_NAME.fullmatch(parcel.file) or not fits or math.prod(parcel.shape) > 3 * MOST_PIXELS:
        raise Garbled(f"array {parcel.file[:50]!r} of shape {parcel.shape[:5]}")
    return math.prod(parcel.shape) * DTYPES[parcel.dtype].itemsize


def _fill(view: memoryview, file: Any) -> None:
    while view:
        count = file.readinto(view)
        if not count:
            raise Garbled("array ends too early")
        view = view[count:]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)


def _unlinked(path: str, flags: int) -> int:
    """No link and no pipe is followed or waited for."""
    return os.open(
        path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )


# ---- records whose numbers must make sense ----


def model_card(content: Mapping[str, Any]) -> ModelCard:
    """A card; ``classes`` may be a number where the names are not known.

    Raises:
        Garbled: if it is none.
    """
    content = dict(content)
    count = content.get("classes")
    if isinstance(count, int):
        if not 0 <= count <= 10**6:
            raise Garbled(f"ModelCard: {count} classes")
        content["classes"] = [f"class {i}" for i in range(count)]
    return record(ModelCard, content)


def answer(content: Mapping[str, Any], arrays: Mapping[str, np.ndarray], photo: int) -> Answer:
    """An answer for this photo, whose numbers are where they say they are.

    Raises:
        Garbled: if it is none.
    """
    made = record(Answer, {**content, **arrays})
    _check(made.photo == photo, f"for photo {made.photo}, not {photo}")
    for name, lowest in (("heat", 0), ("signed", -1)):
        array = getattr(made, name)
        _check(array.dtype == np.float32 and array.ndim == 2, f"{name} is {array.dtype} {array.shape}")
        _check(max(array.shape) <= MOST_HEAT_SIDE, f"{name} is {array.shape}")
        # A NaN is not >= anything.
        _check(bool((array >= lowest).all() and (array <= 1).all()), f"{name} leaves [{lowest}, 1]")
    _check(made.heat.shape == made.signed.shape, f"heat is {made.heat.shape}, signed {made.signed.shape}")
    left, top, right, bottom = made.box
    _check(0 <= left < right <= 2**16 and 0 <= top < bottom <= 2**16, f"box is {made.box}")
    for row in made.classes:
        _check_class(row)
    return made


def glances(content: Mapping[str, Any], photos: int) -> list[Glance]:
    """What is said of so many photos.

    Raises:
        Garbled: if it is none.
    """
    found = content.get("glances")
    if not isinstance(found, list) or len(found) != photos:
        raise Garbled(f"glances at {photos} photos: {found!r:.200}")
    made = [record(Glance, one) for one in found]
    for one in made:
        if one.best is not None:
            _check_class(one.best)
    return made


def _check_class(row: ClassRow) -> None:
    _check(row.index >= 0 and (row.probability is None or 0 <= row.probability <= 1.001), f"class {row}")


def picture(array: np.ndarray) -> np.ndarray:
    """uint8 (height, width, 3).

    Raises:
        Garbled: if it is none.
    """
    _check(
        array.dtype == np.uint8 and array.ndim == 3 and array.shape[2] == 3, f"picture is {array.dtype} {array.shape}"
    )
    return array


def _check(good: bool, what: str) -> None:
    if not good:
        raise Garbled(what)
