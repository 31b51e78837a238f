"""Image files to upright 8-bit RGB, with every hazard named."""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import math
import os
import stat
import threading
import warnings
from collections.abc import Iterator
from typing import cast

from PIL import Image, UnidentifiedImageError

from gradcam_tf.errors import ImageError, printable
from gradcam_tf.pixels import seen, stored
from gradcam_tf.records import Photo

__all__ = ["FORMATS", "MAX_BYTES", "MAX_PIXELS", "open_photo"]

MAX_PIXELS = 178_956_970
"""A header that promises more is refused: half a gibibyte of RGB, where Pillow itself stops by default."""
MAX_BYTES = 2 * 1024**3
"""A longer file is refused: it is read into memory whole, so that what is hashed is what is decoded."""
FORMATS: dict[str, tuple[bytes, ...]] = {
    "JPEG": (b"\xff\xd8\xff",),
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "BMP": (b"BM",),
    "GIF": (b"GIF87a", b"GIF89a"),
    "TIFF": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    "WEBP": (b"RIFF",),
}
"""What is read, and the bytes such a file begins with; its name is never asked."""

# Pillow logs some of what it raises; without a handler Python would print that to the user's terminal.
logging.getLogger("PIL").addHandler(logging.NullHandler())


def open_photo(source: str | bytes | os.PathLike | Image.Image, *, max_pixels: int = MAX_PIXELS) -> Photo:
    """Read an image as it should be seen.

    A file is told by its content, not its name: JPEG, PNG, BMP, GIF, TIFF or WebP; of several frames or pages the
    first. EXIF orientation is applied, transparency is laid on white, a colour profile is converted to sRGB, and
    grey of more than 8 bits is reduced to 8. Whatever was done stands in ``notes``.

    Args:
        source: a path, or a PIL image; the PIL image is left as it is.
        max_pixels: more than this many pixels (width × height) are refused by the header, before decoding.

    Returns:
        The photo, with uint8 (height, width, 3) pixels. Of a PIL image the ``path`` is None, the ``name`` is that of
        the file it was opened from or ``"image"``, and the hash is of its size, mode and pixels.

    Raises:
        ImageError: the file is missing, not a regular file, empty, too long, not an image, damaged, truncated, or
            has too many pixels.
    """
    if isinstance(source, Image.Image):
        return _photo_of_image(source, max_pixels)
    if not isinstance(source, str | bytes | os.PathLike):
        kind = type(source).__name__
        raise ImageError(f"a {kind} is neither a path nor a PIL image", remedy="Pass an array to the explainer itself")
    return _photo_of_file(os.fsdecode(source), max_pixels)


def _photo_of_file(path: str, max_pixels: int) -> Photo:
    with _failures_named(printable(path)), _PILLOW.at_ease(max_pixels):
        data = _read(path)
        kind = _kind(data)
        image = Image.open(io.BytesIO(data), formats=(kind,))
        _refuse_size(image.size, max_pixels)
        pixels, notes = seen(image, stored(image))
        notes = (*_frame_notes(data, kind), *notes)
    return Photo(pixels, os.path.basename(path), path, hashlib.sha256(data).hexdigest(), notes)


def _photo_of_image(image: Image.Image, max_pixels: int) -> Photo:
    path = getattr(image, "filename", "") or ""
    name = os.path.basename(os.fsdecode(path)) or "image"
    with _failures_named(printable(name)), _PILLOW.at_ease(max_pixels):
        _refuse_size(image.size, max_pixels)
        # The copy may be changed; but only the caller's own object knows how its file stores the pixels.
        storage, image = stored(image), image.copy()
        sha256 = hashlib.sha256(f"{image.size} {image.mode}".encode() + image.tobytes())
        sha256.update(bytes(image.getpalette("RGBA") or ()))
        pixels, notes = seen(image, storage)
    return Photo(pixels, name, None, sha256.hexdigest(), notes)


# ---- the file ----


def _read(path: str) -> bytes:
    """The bytes of a regular file; refuses all else without waiting for it."""
    try:
        _refuse_file(os.stat(path))
        with open(path, "rb", opener=_open_without_waiting) as file:
            # The name may have come to mean another file since.
            _refuse_file(os.fstat(file.fileno()))
            _kind(file.peek(16))
            return file.read()
    except FileNotFoundError as error:
        raise ImageError("there is no such file", remedy="Check the path") from error
    except PermissionError as error:
        raise ImageError("the file may not be read", remedy="Check its permissions") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ImageError(f"the file cannot be read ({reason})", remedy="Check the path and the disk") from error


def _open_without_waiting(path: str, flags: int) -> int:
    """Opening a FIFO that nobody writes to would wait for ever."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _refuse_file(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise ImageError("it is a folder, not an image", remedy="Name the image files inside it")
    if not stat.S_ISREG(found.st_mode):
        raise ImageError("it is not a regular file but a pipe, socket or device", remedy="Give an image file")
    if found.st_size == 0:
        raise ImageError("the file is empty", remedy="Copy or download it again")
    if found.st_size > MAX_BYTES:
        raise ImageError(
            f"the file is longer than {MAX_BYTES:,} bytes", remedy="Save a smaller copy, or one page, of the image"
        )


def _kind(head: bytes) -> str:
    """The format that the first bytes of a file announce."""
    for kind, beginnings in FORMATS.items():
        if head.startswith(beginnings) and (kind != "WEBP" or head[8:12] == b"WEBP"):
            return kind
    raise ImageError(
        "it is not an image of a kind that can be read (JPEG, PNG, BMP, GIF, TIFF, WebP)",
        remedy="Save it as PNG or JPEG",
    )


def _refuse_size(size: tuple[int, int], max_pixels: int) -> None:
    width, height = size
    if not width or not height:
        raise ImageError(f"it has no pixels ({width} × {height})", remedy="Give an image with pixels")
    if width * height > max_pixels:
        raise _too_many(max_pixels, f" ({width:,} × {height:,})")


def _too_many(max_pixels: int, size: str = "") -> ImageError:
    return ImageError(
        f"it has more than {max_pixels:,} pixels{size}, which may be a decompression bomb",
        remedy="Make it smaller or, if you trust it, allow more with max_pixels",
    )


@contextlib.contextmanager
def _failures_named(where: str) -> Iterator[None]:
    """Whatever goes wrong inside leaves as an ImageError that names the file.

    Pillow's decoders raise nearly every kind of exception on damaged data, so that all of them are caught here.
    """
    try:
        yield
    except ImageError as error:
        raise ImageError(error.what, where=where, remedy=error.remedy) from error.__cause__
    except MemoryError as error:
        raise ImageError("there is not enough memory to decode it", where=where, remedy="Make it smaller") from error
    except Exception as error:
        raise ImageError(_damage(error), where=where, remedy="Copy or download it again, or save it anew") from error


def _damage(error: Exception) -> str:
    if "truncated" in str(error).lower():
        return "the image is truncated: its end is missing"
    if "unsupported" in str(error).lower():
        return f"the image is of a variant that cannot be read ({error})"
    if isinstance(error, UnidentifiedImageError):
        # Pillow's own message says only that it could not identify the file object.
        return "the image is damaged, truncated or of an unsupported variant"
    return f"the image is damaged or truncated ({error or type(error).__name__})"


class _Pillow:
    """Pillow's state for the whole process, borrowed while photos are decoded in any number of threads.

    ``warnings.catch_warnings`` puts back what it found, which goes wrong when threads overlap; this counts them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0

    @contextlib.contextmanager
    def at_ease(self, max_pixels: int) -> Iterator[None]:
        """Pillow warns of nothing (errors and notes say it better), and lets ``max_pixels`` pass."""
        self._enter(max_pixels)
        try:
            yield
        except Image.DecompressionBombError as error:
            raise _too_many(max_pixels) from error
        finally:
            self._leave()

    def _enter(self, max_pixels: int) -> None:
        with self._lock:
            if not self._inside:
                self._limit = Image.MAX_IMAGE_PIXELS
                warnings.filterwarnings("ignore", module=r"PIL\.")
                self._filters, self._silence = cast(list, warnings.filters), warnings.filters[0]
            self._inside += 1
            if Image.MAX_IMAGE_PIXELS is not None:
                # Pillow refuses above twice this; it looks again at frames and tiles that the header does not show.
                Image.MAX_IMAGE_PIXELS = max(Image.MAX_IMAGE_PIXELS, math.ceil(max_pixels / 2))

    def _leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                Image.MAX_IMAGE_PIXELS = self._limit
                with contextlib.suppress(ValueError):
                    self._filters.remove(self._silence)


_PILLOW = _Pillow()


def _frame_notes(data: bytes, kind: str) -> tuple[str, ...]:
    """Asks an image of its own: looking for a second frame can spoil the first, and a broken one is no concern."""
    with contextlib.suppress(Exception), Image.open(io.BytesIO(data), formats=(kind,)) as image:
        if getattr(image, "is_animated", False):
            return (f"only the first of its {'pages' if kind == 'TIFF' else 'frames'} is used",)
    return ()
