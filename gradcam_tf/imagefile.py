"""An image file's bytes: read without waiting, told by what they are, and asked what can be known undecoded."""

from __future__ import annotations

import os
import re
import stat
import zlib
from collections.abc import Iterator

from gradcam_tf import broker
from gradcam_tf.errors import ImageError

__all__ = ["FORMATS", "MAX_BYTES", "MAX_PARTS", "MAX_SCANS", "checksums_fit", "kind_of", "read", "refuse_overlong"]

MAX_BYTES = 2 * 1024**3
"""A longer file is refused: it is read into memory whole, so that what is hashed is what is decoded."""
MAX_SCANS = 100
"""A JPEG that is drawn over more often is refused: a few bytes each, they take for ever. ``cjpeg`` writes no more."""
MAX_PARTS = 300_000
"""Segments of a JPEG or chunks of a PNG; each is a step of a slow loop in Pillow."""
FORMATS: dict[str, tuple[bytes, ...]] = {
    "JPEG": (b"\xff\xd8\xff",),
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "BMP": (b"BM",),
    "GIF": (b"GIF87a", b"GIF89a"),
    "TIFF": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    "WEBP": (b"RIFF",),
}
"""What is read, and the bytes such a file begins with; its name is never asked."""


def read(path: str) -> bytes:
    """The bytes of a regular file; refuses all else without waiting for it."""
    try:
        _refuse_file(os.stat(path))
        with open(path, "rb", opener=_open_without_waiting) as file:
            # The name may have come to mean another file since.
            found = os.fstat(file.fileno())
            _refuse_file(found)
            kind_of(file.peek(16))
            # A file that grows for ever would be read for ever.
            data = file.read(found.st_size + 1)
            _refuse_changed(found, os.fstat(file.fileno()), len(data))
            return data
    except FileNotFoundError as error:
        raise ImageError("there is no such file", remedy="Check the path") from error
    except PermissionError as error:
        raise ImageError("the file may not be read", remedy="Check its permissions") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ImageError(f"the file cannot be read ({reason})", remedy="Check the path and the disk") from error


def _open_without_waiting(path: str, flags: int) -> int:
    """Opening a FIFO that nobody writes to would wait for ever."""
    return broker.opener(path, flags | getattr(os, "O_NONBLOCK", 0))


def _refuse_file(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        remedy = "Name the image files inside it; `gradcam-tf batch` takes folders"
        raise ImageError("it is a folder, not an image", remedy=remedy)
    if not stat.S_ISREG(found.st_mode):
        raise ImageError("it is not a regular file but a pipe, socket or device", remedy="Give an image file")
    if found.st_size == 0:
        raise ImageError("the file is empty", remedy="Copy or download it again")
    if found.st_size > MAX_BYTES:
        raise ImageError(
            f"the file is longer than {MAX_BYTES:,} bytes", remedy="Save a smaller copy, or one page, of the image"
        )


def _refuse_changed(before: os.stat_result, after: os.stat_result, length: int) -> None:
    """What was read of a file that is being written is no picture that ever was."""
    if not before.st_size == after.st_size == length or before.st_mtime_ns != after.st_mtime_ns:
        raise ImageError("the file changed while it was read", remedy="Try again when it is written")


def kind_of(head: bytes) -> str:
    """The format that the first bytes of a file announce."""
    for kind, beginnings in FORMATS.items():
        if head.startswith(beginnings) and (kind != "WEBP" or head[8:12] == b"WEBP"):
            return kind
    raise ImageError(
        "it is not an image of a kind that can be read (JPEG, PNG, BMP, GIF, TIFF, WebP)",
        remedy="Save it as PNG or JPEG",
    )


# ---- what is inside ----


def refuse_overlong(data: bytes, kind: str) -> None:
    """Refuse what takes long to decode though neither the file nor the picture is large."""
    count, scans = 0, 0
    for name, _ in _parts(data, kind):
        count, scans = count + 1, scans + (name == _SCAN)
        if count > MAX_PARTS or scans > MAX_SCANS:
            what = f"{MAX_PARTS:,} parts" if count > MAX_PARTS else f"{MAX_SCANS} scans"
            raise ImageError(
                f"it has more than {what}, which may be a decompression bomb", remedy="Save it anew, if you trust it"
            )


def checksums_fit(data: bytes, kind: str, page: int = 1) -> bool:
    """Whether the picture is what was written, as far as the format can tell; Pillow does not ask a PNG's pixels."""
    if kind != "PNG":
        return True
    names = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", *([b"fdAT"] if page > 1 else []))
    return all(_checksum_fits(data, at) for name, at in _parts(data, kind) if name in names)


def _checksum_fits(data: bytes, at: int) -> bool:
    """Of the chunk whose name stands there; what is missing is not wrong."""
    end = at + 4 + int.from_bytes(data[at - 4 : at], "big")
    stored = data[end : end + 4]
    return len(stored) < 4 or zlib.crc32(memoryview(data)[at:end]) == int.from_bytes(stored, "big")


def _parts(data: bytes, kind: str) -> Iterator[tuple[bytes, int]]:
    """Name and place of the segments of a JPEG and the chunks of a PNG, up to the end of the picture."""
    return _segments(data) if kind == "JPEG" else _chunks(data) if kind == "PNG" else iter(())


_MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])", re.DOTALL)
_SCAN, _END = b"\xda", b"\xd9"


def _segments(data: bytes) -> Iterator[tuple[bytes, int]]:
    at = 2
    while (found := _MARKER.search(data, at)) and found[1] != _END:
        yield found[1], found.start()
        at = found.end() + int.from_bytes(data[found.end() : found.end() + 2], "big")


def _chunks(data: bytes) -> Iterator[tuple[bytes, int]]:
    at = 12
    while at + 4 <= len(data) and (name := data[at : at + 4]) != b"IEND":
        yield name, at
        at += 12 + int.from_bytes(data[at - 4 : at], "big")
