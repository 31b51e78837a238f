"""Map + picture -> RGB."""

from __future__ import annotations

import functools

import numpy as np
from PIL import Image

from gradcam_tf.errors import GradcamError

__all__ = ["OPACITY", "colorize", "displayable", "overlay", "sheet"]

COLORMAP = "inferno"
OPACITY = 0.6
FULL_HEAT = 0.5
"""The heat from which the colour has its full opacity; below, it fades, so that where there is none the photo shows."""
UNSEEN = 0.35
"""How much of the photo's brightness is left where the model did not see it."""


def colorize(values: np.ndarray, colormap: str = COLORMAP) -> np.ndarray:
    """Colours for values in [0, 1].

    Args:
        values: float (height, width).
        colormap: a name matplotlib knows.

    Returns:
        uint8 (height, width, 3).

    Raises:
        GradcamError: if there is no such colormap.
    """
    return _table(colormap)[_levels(values)]


def _levels(values: np.ndarray) -> np.ndarray:
    """uint8, 0 to 255, of values in [0, 1]."""
    return (np.clip(values, 0, 1) * 255).round().astype(np.uint8)


@functools.lru_cache(maxsize=16)
def _table(colormap: str) -> np.ndarray:
    """uint8 (256, 3)."""
    import matplotlib

    if colormap not in matplotlib.colormaps:
        raise GradcamError(
            "there is no such colormap", where=repr(colormap), remedy="Try inferno, viridis, turbo or jet."
        )
    return (matplotlib.colormaps[colormap](np.linspace(0, 1, 256))[:, :3] * 255).round().astype(np.uint8)


def overlay(
    pixels: np.ndarray,
    heat: np.ndarray,
    seen: np.ndarray | None = None,
    *,
    opacity: float = OPACITY,
    colormap: str = COLORMAP,
) -> Image.Image:
    """The heat over the picture, transparent where it is 0.

    Args:
        pixels: uint8 (height, width, 1 or 3).
        heat: float (height, width) in [0, 1].
        seen: bool (height, width), where the model saw the picture; the rest is dimmed.
        opacity: of the heat's colour at its strongest, 0 to 1.
        colormap: a name matplotlib knows.
    """
    picture = Image.fromarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3)))
    if seen is not None and not seen.all():
        dimmed = picture.point([round(level * UNSEEN) for level in range(256)] * 3)
        picture = Image.composite(picture, dimmed, Image.fromarray(seen))
    # Blended by Pillow, in whole numbers: a photo is large, and float32 copies of it are four times as large.
    levels = Image.fromarray(_levels(heat))
    alpha = np.clip(np.arange(256) / 255 / FULL_HEAT, 0, 1) * opacity
    mask = levels.point([round(level * 255) for level in alpha.tolist()])
    levels.putpalette(_table(colormap).tobytes())
    return Image.composite(levels.convert("RGB"), picture, mask)


def displayable(values: np.ndarray) -> np.ndarray:
    """A picture of model input whose scale is not known: as it is if it fits 0–255, else stretched to it.

    Args:
        values: (height, width, channels) or (height, width), any range; the first 3 channels are shown, or the first
            alone if there are 2.

    Returns:
        uint8 (height, width, 1 or 3).
    """
    # In double precision the span of any float32 values is finite.
    values = np.asarray(values, np.float64)
    values = values[..., None] if values.ndim == 2 else values
    values = values[..., :3] if values.shape[-1] >= 3 else values[..., :1]
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if low < 0 or high > 255 or high <= 1:
        low, high = (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)
        values = (values - low) * (255 / max(high - low, 1e-12))
    return np.nan_to_num(values, nan=0, posinf=255, neginf=0).clip(0, 255).round().astype(np.uint8)


def sheet(pictures: list[Image.Image], height: int = 224, gap: int = 4) -> Image.Image:
    """Pictures side by side at one height."""
    shown = [
        p.resize((max(1, round(p.width * height / p.height)), height), Image.Resampling.BILINEAR) for p in pictures
    ]
    page = Image.new("RGB", (sum(p.width + gap for p in shown) - gap, height), "white")
    left = 0
    for picture in shown:
        page.paste(picture, (left, 0))
        left += picture.width + gap
    return page
