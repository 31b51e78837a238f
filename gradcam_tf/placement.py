"""Where a photo lies in the model's input, and back: one affine mapping for every fit."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from gradcam_tf import maps
from gradcam_tf.errors import ImageError, printable
from gradcam_tf.records import Box, Fit, Photo, Placement

__all__ = ["fit_photo", "map_to_photo", "place_photo"]


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
        photo: RGB or grey.
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
    image = photo.image if photo.image.mode == mode else photo.image.convert(mode)
    left, top, right, bottom = (int(edge) for edge in placement.input_box)
    part = image.resize((right - left, bottom - top), Image.Resampling.BILINEAR, placement.photo_box)
    if part.size != (size[1], size[0]):
        canvas = Image.new(mode, (size[1], size[0]), pad if channels == 1 else (pad, pad, pad))
        canvas.paste(part, (left, top))
        part = canvas
    return np.asarray(part, np.float32).reshape(*size, channels), placement


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
    covered = np.zeros(size, bool)
    covered[rows, columns] = True
    extent = covered[rows, columns].shape
    if not math.prod(extent):
        return np.zeros(size, np.float32), covered
    # A part that starts between two cells still draws on the cells outside it, as the whole map would.
    seen = maps.resize(heatmap[None].astype(np.float32, copy=False), extent, [row_cells, column_cells])[0]
    if extent == tuple(size):
        return seen, covered
    heat: np.ndarray = np.zeros(size, np.float32)
    heat[rows, columns] = seen
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
