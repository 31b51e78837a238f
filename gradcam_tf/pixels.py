"""The pixels of a decoded image as they should be seen: upright, 8-bit, sRGB, on white."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from PIL import ExifTags, Image, ImageCms

from gradcam_tf.errors import printable

__all__ = ["Stored", "seen", "stored"]

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TIFF_BITS, _TIFF_PHOTOMETRIC, _TIFF_PLANAR = 258, 262, 284
NARROW = 8
"""A picture whose values span less than one part in so many of its range is nearly of one shade."""
_DEEP = (";16B", ";16L", ";16N")
"""Pillow's names of data with 16 bits per channel; a BMP's ``BGR;16`` has 16 bits per pixel."""
_PROFILE_SPACES = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK"}
_NEARLY_SRGB = 2
"""Profiles of sRGB by different makers differ by this much of 255; no other common space comes so near."""


def seen(
    image: Image.Image, stored: Stored, window: tuple[float, float] | None = None
) -> tuple[Image.Image, tuple[str, ...]]:
    """An opened image in RGB, upright, and what was done to it.

    Args:
        image: it is loaded here.
        stored: what :func:`stored` said of it before.
        window: the values that become 0 and 255, of grey of more than 8 bits; None: see :func:`_window`.
    """
    image, turned = _upright(image)
    image, converted = _to_rgb(image, stored, window)
    # No file any more; and without what the file says besides, which would be saved with what is drawn on the photo.
    picture = image if type(image) is Image.Image else image.copy()
    picture.info = {}
    return picture, (*turned, *converted)


class Stored(NamedTuple):
    """How an opened file stores its pixels; Pillow forgets it when it decodes."""

    rawmode: str = ""
    white_is_zero: bool = False
    misread: bool = False
    """Planes of more than 8 bits that Pillow's own decoders would take for planes of 8: a wrong picture."""


def stored(image: Image.Image) -> Stored:
    tiles = getattr(image, "tile", None)
    args = tiles[0].args if tiles else ""
    rawmode = args[0] if isinstance(args, tuple) and args else args
    photometric = getattr(image, "tag_v2", {}).get(_TIFF_PHOTOMETRIC)
    return Stored(str(rawmode), photometric == 0, _misread(image))


def _misread(image: Image.Image) -> bool:
    tags = getattr(image, "tag_v2", {})
    planes, bits = tags.get(_TIFF_PLANAR) == 2, tags.get(_TIFF_BITS, (8,))
    return planes and set(bits) != {8} and any(tile[0] != "libtiff" for tile in getattr(image, "tile", ()))


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


def _to_rgb(
    image: Image.Image, stored: Stored, window: tuple[float, float] | None
) -> tuple[Image.Image, tuple[str, ...]]:
    # LAB says what its colours are without a profile, and Pillow converts it by that.
    profile = None if image.mode == "LAB" else image.info.get("icc_profile")
    colour, alpha, depth = _separate(image, stored, window)
    colour, profiled = _to_srgb(colour, profile)
    if alpha is None or alpha.getextrema() == (255, 255):
        return colour, (*depth, *profiled)
    white = Image.new("RGB", colour.size, "white")
    return Image.composite(colour, white, alpha), (*depth, *profiled, "its transparency is laid on white")


def _separate(
    image: Image.Image, stored: Stored, window: tuple[float, float] | None
) -> tuple[Image.Image, Image.Image | None, tuple[str, ...]]:
    """Colour (mode L, RGB or CMYK) and alpha (mode L or None) of any mode, and what was reduced."""
    if image.mode.startswith("I") or image.mode == "F":
        return _reduced(image, stored, window)
    deep = "16 bits per channel reduced to 8, the high byte of each" if stored.rawmode.endswith(_DEEP) else None
    unused = "the window is for grey of more than 8 bits, and was not used" if window else None
    notes = tuple(filter(None, (deep, unused)))
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


def _with_key_colour(image: Image.Image, stored: Stored) -> Image.Image:
    """PNG names its transparent colour at the depth of the file; Pillow compares it with the decoded 8 bits."""
    key = image.info.get("transparency")
    if isinstance(key, int) and stored.rawmode in ("L;2", "L;4"):
        image.info["transparency"] = key * {"L;2": 85, "L;4": 17}[stored.rawmode]
    elif isinstance(key, tuple) and stored.rawmode.endswith(_DEEP):
        image.info["transparency"] = tuple(one >> 8 for one in key)
    return image


def _reduced(
    image: Image.Image, stored: Stored, window: tuple[float, float] | None
) -> tuple[Image.Image, Image.Image | None, tuple[str, ...]]:
    """Grey of more than 8 bits: a window of its values, low to high, becomes 0 to 255; NaN becomes low."""
    values = np.asarray(image)
    if stored.rawmode == "I;32N":
        # Pillow keeps unsigned 32-bit values in a signed mode, where the upper half turns negative.
        values = values.view(np.uint32)
    low, high, what = _window(image.mode, values, stored, window)
    grey = values.astype(np.float64)
    grey -= low
    grey *= 255 / ((high - low) or 1)
    np.nan_to_num(grey.clip(0, 255, out=grey), copy=False, nan=0)
    levels = np.rint(255 - grey if stored.white_is_zero else grey).astype(np.uint8)
    key = image.info.get("transparency")
    alpha = Image.fromarray(np.where(values == key, 0, 255).astype(np.uint8)) if isinstance(key, int) else None
    side = "255 to 0" if stored.white_is_zero else "0 to 255"
    said = f"{what}, {low:.9g} to {high:.9g}, reduced to {side}"
    return Image.fromarray(levels), alpha, (said, *_narrow(values, high - low, window))


def _narrow(values: np.ndarray, span: float, window: tuple[float, float] | None) -> tuple[str, ...]:
    """A word where a picture uses so little of its range that next to nothing is left: 12 bits in a file of 16, say."""
    if window is not None or values.dtype.kind == "f":
        return ()
    low, high = int(values.min()), int(values.max())
    if not 0 < NARROW * (high - low) < span:
        return ()
    return (f"its values are {low} to {high}, little of that range: a window (--window {low},{high}) spreads them",)


def _window(
    mode: str, values: np.ndarray, stored: Stored, given: tuple[float, float] | None
) -> tuple[float, float, str]:
    """Lowest value, highest value, and their name for the note."""
    bits = (12 if stored.rawmode == "I;12" else 16) if mode.startswith("I;16") else None
    if given is not None:
        return *given, f"{'float' if mode == 'F' else f'{bits or 32}-bit'} grey: the window given"
    if bits is not None:
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
