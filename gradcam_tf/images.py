"""Image files to upright 8-bit RGB, with every hazard named."""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import math
import os
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, BinaryIO, cast

from PIL import Image, ImageFile, UnidentifiedImageError

from gradcam_tf.errors import ImageError, printable
from gradcam_tf.imagefile import FORMATS, MAX_BYTES, checksums_fit, kind_of, read, refuse_overlong
from gradcam_tf.pixels import Stored, seen, stored
from gradcam_tf.records import MAX_PIXELS, Photo, Reading

__all__ = ["AS_USUAL", "FORMATS", "MAX_BYTES", "MAX_PIXELS", "open_photo", "photo_of"]

SECONDS, PIXELS_A_SECOND = 2.0, 10_000_000
"""Computing time for what stands around the pixels, and for the pixels; a hundredth would do for most."""
MULTI_PICTURE = b"MPF\0"
"""What a JPEG file holds that holds several pictures."""
AS_USUAL = Reading()
"""The first page, as many pixels as are harmless, all values, and only whole files."""

# Pillow logs some of what it raises; without a handler Python would print that to the user's terminal.
logging.getLogger("PIL").addHandler(logging.NullHandler())


def open_photo(source: str | bytes | os.PathLike | Image.Image, reading: Reading = AS_USUAL, **changes: Any) -> Photo:
    """Read an image as it should be seen.

    A file is told by its content, not its name: JPEG, PNG, BMP, GIF, TIFF or WebP; of several frames or pages the
    first. EXIF orientation is applied, transparency is laid on white, a colour profile is converted to sRGB, and
    grey of more than 8 bits is reduced to 8. Whatever was done stands in ``notes``.

    Args:
        source: a path, or a PIL image; the PIL image is left as it is.
        reading: the page, the most pixels, the window of grey values, and whether truncated files are shown.
        changes: these one by one, by their names in :class:`~gradcam_tf.records.Reading`.

    Returns:
        The photo, with uint8 (height, width, 3) pixels. Of a PIL image the ``path`` is None, the ``name`` is that of
        the file it was opened from or ``"image"``, and the hash is of its size, mode and pixels.

    Raises:
        ImageError: the file is missing, not a regular file, empty, too long, not an image, damaged, truncated,
            changed while it is read, has too many pixels or scans, or has no such page; or what is asked makes no
            sense.

    Example:
        >>> open_photo("stack.tif", page=3, window=(100, 4000)).notes  # doctest: +SKIP
        ('page 3 is used, and no other', '16-bit grey: the window given, 100 to 4000, reduced to 0 to 255')
    """
    reading = replace(reading, **changes)
    if isinstance(source, Image.Image):
        return _photo_of_image(source, reading)
    if not isinstance(source, str | bytes | os.PathLike):
        kind = type(source).__name__
        raise ImageError(f"a {kind} is neither a path nor a PIL image", remedy="Pass an array to the explainer itself")
    return _photo_of_file(os.fsdecode(source), reading)


def _photo_of_file(path: str, reading: Reading) -> Photo:
    with _failures_named(printable(path)):
        data = read(path)
    return photo_of(data, path, reading)


def photo_of(data: bytes, path: str, reading: Reading = AS_USUAL) -> Photo:
    """The same of a file that has been read; the path is its name for people.

    Raises:
        ImageError: as :func:`open_photo`.
    """
    with _failures_named(printable(path)):
        kind = kind_of(data)
        refuse_overlong(data, kind)
        image, notes, whole = _decoded(lambda: _seen_in(data, kind, reading), reading)
    return Photo(image, os.path.basename(path), path, hashlib.sha256(data).hexdigest(), notes, whole)


def _seen_in(data: bytes, kind: str, reading: Reading) -> _Seen:
    file = _Timed(data)
    image = Image.open(cast(BinaryIO, file), formats=(kind,))
    _refuse_size(image.size, reading.max_pixels)
    # To come to a frame of an animation, all before it are drawn.
    file.allow(SECONDS + reading.page * math.prod(image.size) / PIXELS_A_SECOND)
    _turn_to(image, reading.page)
    _refuse_size(image.size, reading.max_pixels)
    file.allow(SECONDS + math.prod(image.size) / PIXELS_A_SECOND)
    picture, notes = seen(image, _refuse_misread(stored(image)), reading.window)
    if not ImageFile.LOAD_TRUNCATED_IMAGES and not checksums_fit(data, kind, reading.page):
        raise OSError("its checksums do not fit")
    return picture, (*_frame_notes(data, kind, reading.page), *notes)


def _photo_of_image(image: Image.Image, reading: Reading) -> Photo:
    path = getattr(image, "filename", "") or ""
    name = os.path.basename(os.fsdecode(path)) or "image"
    sha256 = hashlib.sha256()

    def look() -> _Seen:
        nonlocal sha256
        _refuse_size(image.size, reading.max_pixels)
        # The copy may be changed; but only the caller's own object knows how its file stores the pixels.
        storage, copy = _refuse_misread(stored(image)), image.copy()
        sha256 = hashlib.sha256(f"{copy.size} {copy.mode}".encode() + copy.tobytes())
        sha256.update(bytes(copy.getpalette("RGBA") or ()))
        return seen(copy, storage, reading.window)

    with _failures_named(printable(name)):
        picture, notes, whole = _decoded(look, reading)
    return Photo(picture, name, None, sha256.hexdigest(), notes, whole)


_Seen = tuple[Image.Image, tuple[str, ...]]


def _decoded(look: Callable[[], _Seen], reading: Reading) -> tuple[Image.Image, tuple[str, ...], bool]:
    """The picture, notes, and whether nothing is missing; a damaged file is tried again, if that is allowed."""
    try:
        with _PILLOW.at_ease(reading.max_pixels):
            return *look(), True
    except (ImageError, MemoryError):
        raise
    except Exception as error:
        if not reading.allow_truncated:
            raise
        damage = error
    with _PILLOW.at_ease(reading.max_pixels, tolerant=True):
        try:
            picture, notes = look()
        except Exception:
            raise damage from None
    return picture, (f"{_damage(damage)}; what could not be read is blank or wrong", *notes), False


def _refuse_size(size: tuple[int, int], max_pixels: int) -> None:
    width, height = size
    if not width or not height:
        raise ImageError(f"it has no pixels ({width} × {height})", remedy="Give an image with pixels")
    if width * height > max_pixels:
        raise _too_many(max_pixels, f" ({width:,} × {height:,})")


def _refuse_misread(storage: Stored) -> Stored:
    if storage.misread:
        raise ImageError(
            "its planes of more than 8 bits would be read wrongly", remedy="Save it with interleaved channels"
        )
    return storage


def _turn_to(image: Image.Image, page: int) -> None:
    """Go to a page of a TIFF or a frame of an animation."""
    try:
        if page > 1:
            image.seek(page - 1)
    except EOFError:
        raise ImageError(f"it has no page {page}", remedy="Ask for an earlier one; the first is 1") from None


class _Timed(io.BytesIO):
    """A file's bytes, for as long as it makes sense.

    Pillow walks over chunks, segments and directories one by one, and a small file can hold millions of them. It is
    computing time of this thread that counts, not the clock on the wall.
    """

    _until = math.inf

    def __init__(self, data: bytes):
        super().__init__(data)
        self.allow(SECONDS)

    def allow(self, seconds: float) -> None:
        """From now on."""
        self._until = time.thread_time() + seconds

    def read(self, size: int | None = -1, /) -> bytes:
        if time.thread_time() > self._until:
            raise ImageError("it takes far too long to read, which may be on purpose", remedy="Save it anew")
        return super().read(size)


def _too_many(max_pixels: int, size: str = "") -> ImageError:
    return ImageError(
        f"it has more than {max_pixels:,} pixels{size}, which may be a decompression bomb",
        remedy="Make it smaller or, if you trust it, allow more with max_pixels (--max-pixels)",
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
        self._changed = threading.Condition()
        self._inside, self._tolerant = 0, False

    @contextlib.contextmanager
    def at_ease(self, max_pixels: int, tolerant: bool = False) -> Iterator[None]:
        """Pillow warns of nothing (errors and notes say it better), and lets ``max_pixels`` pass.

        Truncated images too, if it is ``tolerant``; then nobody else is inside, lest theirs pass as well.
        """
        self._enter(max_pixels, tolerant)
        try:
            yield
        except Image.DecompressionBombError as error:
            raise _too_many(max_pixels) from error
        finally:
            self._leave()

    def _enter(self, max_pixels: int, tolerant: bool) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not (self._inside and (self._tolerant or tolerant)))
            if not self._inside:
                self._limit, self._patience = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
                self._tolerant = ImageFile.LOAD_TRUNCATED_IMAGES = tolerant
                warnings.filterwarnings("ignore", module=r"PIL\.")
                self._filters, self._silence = cast(list, warnings.filters), warnings.filters[0]
            self._inside += 1
            if Image.MAX_IMAGE_PIXELS is not None:
                # Pillow refuses above twice this; it looks again at frames and tiles that the header does not show.
                Image.MAX_IMAGE_PIXELS = max(Image.MAX_IMAGE_PIXELS, math.ceil(max_pixels / 2))

    def _leave(self) -> None:
        with self._changed:
            self._inside -= 1
            if not self._inside:
                Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = self._limit, self._patience
                self._tolerant = False
                self._changed.notify_all()
                with contextlib.suppress(ValueError):
                    self._filters.remove(self._silence)


_PILLOW = _Pillow()


def _frame_notes(data: bytes, kind: str, page: int) -> tuple[str, ...]:
    """Asks an image of its own: looking for a second frame can spoil the first, and a broken one is no concern."""
    one = "page" if kind == "TIFF" else "frame"
    if page > 1:
        return (f"{one} {page} is used, and no other",)
    if kind == "BMP" or (kind == "JPEG" and MULTI_PICTURE not in data):
        return ()
    with contextlib.suppress(Exception), Image.open(cast(BinaryIO, _Timed(data)), formats=(kind,)) as image:
        if getattr(image, "is_animated", False):
            return (f"only the first of its {one}s is used",)
    return ()
