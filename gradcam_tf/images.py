"""Image files to upright 8-bit RGB with every hazard named; and where a photo lies in the model's input."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import logging
import math
import os
import stat
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import NamedTuple, cast

import numpy as np
from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from gradcam_tf import maps
from gradcam_tf.errors import ImageError
from gradcam_tf.records import Box, Fit, Photo, Placement

__all__ = ["FORMATS", "MAX_BYTES", "MAX_PIXELS", "fit_photo", "map_to_photo", "open_photo", "place_photo", "printable"]

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

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TIFF_PHOTOMETRIC = 262
_DEEP = (";16B", ";16L", ";16N")
"""Pillow's names of data with 16 bits per channel; a BMP's ``BGR;16`` has 16 bits per pixel."""
_PROFILE_SPACES = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK"}
_NEARLY_SRGB = 2
"""Profiles of sRGB by different makers differ by this much of 255; no other common space comes so near."""

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


def printable(text: str) -> str:
    """A file name as it can be shown anywhere: control characters and undecodable bytes as escapes.

    Args:
        text: any string, also one with surrogates from ``os.fsdecode``.

    Returns:
        The string with everything unprintable written as a backslash escape.
    """
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def _photo_of_file(path: str, max_pixels: int) -> Photo:
    with _failures_named(printable(path)), _PILLOW.at_ease(max_pixels):
        data = _read(path)
        kind = _kind(data)
        image = Image.open(io.BytesIO(data), formats=(kind,))
        _refuse_size(image.size, max_pixels)
        pixels, notes = _seen(image, _stored(image))
        notes = (*_frame_notes(data, kind), *notes)
    return Photo(pixels, os.path.basename(path), path, hashlib.sha256(data).hexdigest(), notes)


def _photo_of_image(image: Image.Image, max_pixels: int) -> Photo:
    path = getattr(image, "filename", "") or ""
    name = os.path.basename(os.fsdecode(path)) or "image"
    with _failures_named(printable(name)), _PILLOW.at_ease(max_pixels):
        _refuse_size(image.size, max_pixels)
        # The copy may be changed; but only the caller's own object knows how its file stores the pixels.
        stored, image = _stored(image), image.copy()
        sha256 = hashlib.sha256(f"{image.size} {image.mode}".encode() + image.tobytes())
        sha256.update(bytes(image.getpalette("RGBA") or ()))
        pixels, notes = _seen(image, stored)
    return Photo(pixels, name, None, sha256.hexdigest(), notes)


def _seen(image: Image.Image, stored: _Stored) -> tuple[np.ndarray, tuple[str, ...]]:
    """uint8 (height, width, 3) of an opened image, upright, and what was done to it."""
    image, turned = _upright(image)
    image, converted = _to_rgb(image, stored)
    return np.asarray(image), (*turned, *converted)


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


# ---- what the file holds ----


class _Stored(NamedTuple):
    """How an opened file stores its pixels; Pillow forgets it when it decodes."""

    rawmode: str = ""
    white_is_zero: bool = False


def _stored(image: Image.Image) -> _Stored:
    tiles = getattr(image, "tile", None)
    args = tiles[0].args if tiles else ""
    rawmode = args[0] if isinstance(args, tuple) and args else args
    photometric = getattr(image, "tag_v2", {}).get(_TIFF_PHOTOMETRIC)
    return _Stored(str(rawmode), photometric == 0)


def _frame_notes(data: bytes, kind: str) -> tuple[str, ...]:
    """Asks an image of its own: looking for a second frame can spoil the first, and a broken one is no concern."""
    with contextlib.suppress(Exception), Image.open(io.BytesIO(data), formats=(kind,)) as image:
        if getattr(image, "is_animated", False):
            return (f"only the first of its {'pages' if kind == 'TIFF' else 'frames'} is used",)
    return ()


def _upright(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """The loaded image, turned as its EXIF orientation says."""
    before = _orientation(image)
    image.load()
    # Pillow has turned a TIFF by now, and nothing else.
    after = _orientation(image)
    if before is None or after is None:
        return image, ("its EXIF data is damaged: the orientation is unknown",)
    if before not in _TURNS:
        return image, ()
    turned = image.transpose(_TURNS[after]) if after in _TURNS else image
    return turned, (f"turned upright (EXIF orientation {before})",)


def _orientation(image: Image.Image) -> int | None:
    """1–8; None when the EXIF data cannot be read."""
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # a damaged block raises nearly anything
        return None


def _to_rgb(image: Image.Image, stored: _Stored) -> tuple[Image.Image, tuple[str, ...]]:
    # LAB says what its colours are without a profile, and Pillow converts it by that.
    profile = None if image.mode == "LAB" else image.info.get("icc_profile")
    colour, alpha, depth = _separate(image, stored)
    colour, profiled = _to_srgb(colour, profile)
    if alpha is None or alpha.getextrema() == (255, 255):
        return colour, (*depth, *profiled)
    white = Image.new("RGB", colour.size, "white")
    return Image.composite(colour, white, alpha), (*depth, *profiled, "its transparency is laid on white")


def _separate(image: Image.Image, stored: _Stored) -> tuple[Image.Image, Image.Image | None, tuple[str, ...]]:
    """Colour (mode L, RGB or CMYK) and alpha (mode L or None) of any mode, and what was reduced."""
    if image.mode.startswith("I") or image.mode == "F":
        return _reduced(image, stored)
    notes = ("16 bits per channel reduced to 8",) if stored.rawmode.endswith(_DEEP) else ()
    image = _unpremultiplied(_with_key_colour(image, stored))
    if image.mode in ("1", "L", "LA") and image.has_transparency_data:
        image = image.convert("LA")
        return image.getchannel("L"), image.getchannel("A"), notes
    if image.mode != "CMYK" and image.has_transparency_data:
        image = image.convert("RGBA")
        return image.convert("RGB"), image.getchannel("A"), notes
    mode = {"1": "L", "L": "L", "CMYK": "CMYK"}.get(image.mode, "RGB")
    return (image if image.mode == mode else image.convert(mode)), None, notes


def _unpremultiplied(image: Image.Image) -> Image.Image:
    modes = {"La": "LA", "RGBa": "RGBA"}
    return image.convert(modes[image.mode]) if image.mode in modes else image


def _with_key_colour(image: Image.Image, stored: _Stored) -> Image.Image:
    """PNG names its transparent colour at the depth of the file; Pillow compares it with the decoded 8 bits."""
    key = image.info.get("transparency")
    if isinstance(key, int) and stored.rawmode in ("L;2", "L;4"):
        image.info["transparency"] = key * {"L;2": 85, "L;4": 17}[stored.rawmode]
    elif isinstance(key, tuple) and stored.rawmode.endswith(_DEEP):
        image.info["transparency"] = tuple(one >> 8 for one in key)
    return image


def _reduced(image: Image.Image, stored: _Stored) -> tuple[Image.Image, Image.Image | None, tuple[str, ...]]:
    """Grey of more than 8 bits: a window of its values, low to high, becomes 0 to 255; NaN becomes low."""
    values = np.asarray(image)
    if stored.rawmode == "I;32N":
        # Pillow keeps unsigned 32-bit values in a signed mode, where the upper half turns negative.
        values = values.view(np.uint32)
    low, high, what = _window(image.mode, values, stored)
    grey = values.astype(np.float64)
    grey -= low
    grey *= 255 / ((high - low) or 1)
    np.nan_to_num(grey.clip(0, 255, out=grey), copy=False, nan=0)
    levels = np.rint(255 - grey if stored.white_is_zero else grey).astype(np.uint8)
    key = image.info.get("transparency")
    alpha = Image.fromarray(np.where(values == key, 0, 255).astype(np.uint8)) if isinstance(key, int) else None
    side = "255 to 0" if stored.white_is_zero else "0 to 255"
    return Image.fromarray(levels), alpha, (f"{what}, {low:.9g} to {high:.9g}, reduced to {side}",)


def _window(mode: str, values: np.ndarray, stored: _Stored) -> tuple[float, float, str]:
    """Lowest value, highest value, and their name for the note."""
    if mode.startswith("I;16"):
        bits = 12 if stored.rawmode == "I;12" else 16
        return 0, 2**bits - 1, f"{bits}-bit grey: full range"
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    unfit = values.size - finite.size
    what = "float grey" if mode == "F" else "32-bit grey"
    return low, high, f"{what}: range of its {'finite ' if unfit else ''}values"


def _to_srgb(colour: Image.Image, profile: bytes | None) -> tuple[Image.Image, tuple[str, ...]]:
    """RGB in sRGB of an image in mode L, RGB or CMYK."""
    if profile:
        try:
            return _profiled(colour, profile)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            note = "its colour profile is damaged or does not fit, and was ignored"
            return colour.convert("RGB"), (note,)
    if colour.mode == "CMYK":
        return colour.convert("RGB"), ("CMYK without a colour profile: its colours are approximate",)
    return (colour if colour.mode == "RGB" else colour.convert("RGB")), ()


def _profiled(colour: Image.Image, profile: bytes) -> tuple[Image.Image, tuple[str, ...]]:
    convert, mode, name = _conversion(profile)
    if colour.mode == "L" and mode == "RGB":
        colour = colour.convert("RGB")
    if colour.mode != mode:
        raise ValueError(f"a profile for mode {mode} on an image of mode {colour.mode}")
    if convert is None:
        return (colour if mode == "RGB" else colour.convert("RGB")), ()
    return convert(colour), (f"converted to sRGB from the colour profile {name!r}",)


@functools.lru_cache(maxsize=8)
def _conversion(profile: bytes) -> tuple[Callable[[Image.Image], Image.Image] | None, str, str]:
    """The way to sRGB (None: it is sRGB), the image mode it starts from, and the profile's name.

    Kept, because building it takes longer than decoding a small photo, and the photos of a folder share theirs.
    """
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    space = source.profile.xcolor_space.strip()
    if space not in _PROFILE_SPACES:
        raise ValueError(f"a profile for {space}")
    mode = _PROFILE_SPACES[space]
    # For grey, the transform that LittleCMS makes fast is wrong by up to 10 of 255 in the shadows.
    flags = ImageCms.Flags.NOOPTIMIZE if mode == "L" else ImageCms.Flags.NONE
    transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB", flags=flags)
    convert = _by_level(transform) if mode == "L" else transform.apply
    name = printable(" ".join(ImageCms.getProfileDescription(source).split()))
    return (None if mode != "CMYK" and _changes_little(convert, mode) else convert), mode, name


def _by_level(transform: ImageCms.ImageCmsTransform) -> Callable[[Image.Image], Image.Image]:
    """The exact grey transform is slow: ask it once for each of the 256 levels."""
    levels = np.asarray(transform.apply(Image.fromarray(np.arange(256, dtype=np.uint8)[None])))[0]
    return lambda image: Image.fromarray(levels[np.asarray(image)])


def _changes_little(convert: Callable[[Image.Image], Image.Image], mode: str) -> bool:
    """Whether the profile is sRGB already, asked of its effect and not of its name."""
    steps = np.linspace(0, 255, 256 if mode == "L" else 12).astype(np.uint8)
    probe = steps[None] if mode == "L" else np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
    before = Image.fromarray(probe)
    change = np.asarray(convert(before), np.int16) - np.asarray(before.convert("RGB"), np.int16)
    return bool(np.abs(change).max() <= _NEARLY_SRGB)


# ---- where a photo lies in the model's input ----


def place_photo(photo_size: tuple[int, int], input_size: tuple[int, int], fit: Fit = "squash") -> Placement:
    """Which part of a photo lies on which part of the model's input.

    Args:
        photo_size: (height, width) in pixels.
        input_size: (height, width) in pixels.
        fit: ``"squash"``, the whole photo on the whole input; ``"crop"``, the centre of the photo, as large as the
            input's shape allows, on the whole input; ``"letterbox"``, the whole photo on the centre of the input,
            its shape kept to the nearest whole pixel.

    Returns:
        The two boxes. All three fits differ in them and in nothing else.

    Raises:
        ImageError: the fit is unknown, or a size is not positive.
    """
    if min(*photo_size, *input_size) < 1:
        raise ImageError(f"sizes {photo_size} and {input_size} are not all positive", remedy="Give positive sizes")
    photo_box, input_box = _whole(photo_size), _whole(input_size)
    if fit == "crop":
        photo_box = _centred(photo_size, input_size)
    elif fit == "letterbox":
        input_box = _in_whole_pixels(_centred(input_size, photo_size), input_size)
    elif fit != "squash":
        raise ImageError(f"there is no fit {fit!r}", remedy="Use squash, crop or letterbox")
    return Placement(fit, photo_size, input_size, photo_box, input_box)


def fit_photo(
    photo: Photo, size: tuple[int, int], channels: int = 3, fit: Fit = "squash", pad: int = 127
) -> tuple[np.ndarray, Placement]:
    """A photo at the size of a model's input, before its preprocessing.

    Resampling is Pillow's BILINEAR, antialiased, on 8-bit values.

    Args:
        photo: uint8 (H, W, 1 or 3).
        size: (height, width) of the input.
        channels: 3 for RGB, 1 for grey (ITU-R 601 luma).
        fit: see :func:`place_photo`.
        pad: 0–255, the grey beside a letterboxed photo.

    Returns:
        float32 (height, width, channels) in 0–255, and where the photo lies in it.

    Raises:
        ImageError: the fit is unknown, or the model wants channels that a photo does not have.
    """
    if channels not in (1, 3):
        raise ImageError(
            f"the model wants {channels} channels and a photo gives 1 or 3",
            where=printable(photo.name),
            remedy="Pass arrays instead",
        )
    placement = place_photo(photo.size, size, fit)
    mode = "L" if channels == 1 else "RGB"
    image = _image(photo, mode)
    left, top, right, bottom = (int(edge) for edge in placement.input_box)
    part = image.resize((right - left, bottom - top), Image.Resampling.BILINEAR, placement.photo_box)
    canvas = Image.new(mode, (size[1], size[0]), pad if channels == 1 else (pad, pad, pad))
    canvas.paste(part, (left, top))
    return np.asarray(canvas, np.float32).reshape(*size, channels), placement


def _image(photo: Photo, mode: str) -> Image.Image:
    pixels = photo.pixels
    image = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    return image if image.mode == mode else image.convert(mode)


def map_to_photo(
    heatmap: np.ndarray, placement: Placement, size: tuple[int, int] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Lay a heatmap of the model's input back onto the photo, exactly where the model saw it.

    Args:
        heatmap: finite float (h, w) over the whole input, of any resolution: the input's own or a layer's grid.
        placement: where the photo lies in the input.
        size: (H, W) of the result; default: the photo's own size.

    Returns:
        heat: float32 (H, W), 0 where the model saw nothing.
        covered: bool (H, W), True where the centre of a pixel lies in the part of the photo that the model saw.

    Raises:
        ValueError: the heatmap has not two axes.
    """
    if heatmap.ndim != 2:
        raise ValueError(f"a heatmap has two axes (height, width), this one has shape {heatmap.shape}")
    size = size or placement.photo_size
    rows, row_cells = _covered(1, size[0], heatmap.shape[0], placement)
    columns, column_cells = _covered(0, size[1], heatmap.shape[1], placement)
    heat, covered = np.zeros(size, np.float32), np.zeros(size, bool)
    covered[rows, columns] = True
    seen = heat[rows, columns]
    if seen.size:
        # A part that starts between two cells still draws on the cells outside it, as the whole map would.
        seen[:] = maps.resize(heatmap[None].astype(np.float32, copy=False), seen.shape, [row_cells, column_cells])[0]
    return heat, covered


def _covered(axis: int, pixels: int, cells: int, placement: Placement) -> tuple[slice, tuple[float, float]]:
    """Along one axis (0: x, 1: y): the covered ones of so many pixels, and their outer edges in so many cells.

    A pixel is covered if its centre lies in ``photo_box``. One affine map carries photo_box onto input_box; the edges
    of the first and last covered pixel may lie up to half a pixel outside.
    """
    low, high = _interval(placement.photo_box, axis, pixels / placement.photo_size[1 - axis])
    start, stop = _interval(placement.input_box, axis, cells / placement.input_size[1 - axis])
    first, last = math.ceil(low - 0.5), math.floor(high - 0.5) + 1
    ratio = (stop - start) / (high - low)
    return slice(first, max(first, last)), (start + (first - low) * ratio, start + (last - low) * ratio)


def _interval(box: Box, axis: int, scale: float) -> tuple[float, float]:
    return box[axis] * scale, box[axis + 2] * scale


def _whole(size: tuple[int, int]) -> Box:
    return 0.0, 0.0, float(size[1]), float(size[0])


def _centred(size: tuple[int, int], shape: tuple[int, int]) -> Box:
    """The largest box in the middle of ``size`` with the proportions of ``shape``."""
    height, width = size
    scale = min(height / shape[0], width / shape[1])
    high, wide = min(height, shape[0] * scale), min(width, shape[1] * scale)
    box = ((width - wide) / 2, (height - high) / 2, (width + wide) / 2, (height + high) / 2)
    # Pillow takes a box in single precision: record the one it really uses.
    left, top, right, bottom = (float(np.float32(edge)) for edge in box)
    return left, top, min(right, float(width)), min(bottom, float(height))


def _in_whole_pixels(box: Box, size: tuple[int, int]) -> Box:
    """The box with whole-pixel edges, at least one pixel wide and high, in the middle of ``size``."""
    high, wide = max(1, round(box[3] - box[1])), max(1, round(box[2] - box[0]))
    top, left = (size[0] - high) // 2, (size[1] - wide) // 2
    return float(left), float(top), float(left + wide), float(top + high)
