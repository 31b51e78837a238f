"""Map + picture -> RGB."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from PIL import Image

from gradcam_tf.errors import GradcamError
from gradcam_tf.lettering import write_strip

__all__ = [
    "AS_USUAL",
    "DIVERGING",
    "OPACITY",
    "ZERO",
    "Look",
    "blend",
    "colorize",
    "coloured",
    "displayable",
    "overlay",
    "sheet",
]

COLORMAP = "inferno"
DIVERGING = "RdBu_r"
"""For signed values: what speaks against is blue, what speaks for is red."""
OPACITY = 0.6
ZERO = 128
"""The step, of 256, that stands for 0 in a signed map; steps 1 to 255 are -1 to 1."""
FULL_HEAT = 0.5
"""The heat from which the colour has its full opacity; below, it fades, so that where there is none the photo shows."""
UNSEEN = 0.35
"""How much of the photo's brightness is left where the model did not see it."""


@dataclass(frozen=True, slots=True)
class Look:
    """How heat is drawn, on a screen and in a file.

    Attributes:
        opacity: of the heat's colour at its strongest, 0 to 1.
        colormap: a name matplotlib knows; signed values have :data:`DIVERGING`.
        threshold: heat below is not drawn, 0 to 1; of signed values, whose size is below.
        signed: values are in [-1, 1], and what speaks against is drawn too.
    """

    opacity: float = OPACITY
    colormap: str = COLORMAP
    threshold: float = 0.0
    signed: bool = False

    @property
    def colours(self) -> str:
        """The colormap that is used."""
        return DIVERGING if self.signed else self.colormap


AS_USUAL = Look()


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
    scaled = np.clip(values, 0, 1) * 255.0
    return scaled.round(out=scaled).astype(np.uint8)


@functools.lru_cache(maxsize=16)
def _table(colormap: str) -> np.ndarray:
    """uint8 (256, 3)."""
    import matplotlib

    if colormap not in matplotlib.colormaps:
        raise GradcamError(
            "there is no such colormap", where=repr(colormap), remedy="Try inferno, viridis, turbo or jet."
        )
    return (matplotlib.colormaps[colormap](np.linspace(0, 1, 256))[:, :3] * 255).round().astype(np.uint8)


def steps(values: np.ndarray, signed: bool = False) -> np.ndarray:
    """uint8: values in [0, 1], or in [-1, 1] if signed, each as one of the 256 that :func:`blend` has a colour for."""
    return np.rint(np.clip(values, -1, 1) * 127 + ZERO).astype(np.uint8) if signed else _levels(values)


@functools.lru_cache(maxsize=64)
def blend(look: Look) -> tuple[np.ndarray, np.ndarray]:
    """The colour of each of the 256 steps, uint8 (256, 3), and its opacity, uint8 (256,): all there is to a look."""
    values = (np.arange(256) - ZERO).clip(-127) / 127 if look.signed else np.arange(256) / 255
    colours = colorize((values[None] + 1) / 2 if look.signed else values[None], look.colours)[0]
    strength = np.abs(values)
    alpha = look.opacity * np.clip(strength / FULL_HEAT, 0, 1) * (strength >= look.threshold)
    return colours, np.rint(alpha * 255).astype(np.uint8)


def overlay(
    photo: Image.Image, heat: np.ndarray, seen: np.ndarray | None = None, look: Look = AS_USUAL, words: str = ""
) -> Image.Image:
    """The heat over the picture, transparent where it is 0.

    Args:
        photo: of any mode that Pillow makes RGB of.
        heat: float (height, width) in [0, 1], or in [-1, 1] if the look is signed.
        seen: bool (height, width), where the model saw the picture; the rest is dimmed.
        look: how it is drawn.
        words: along the lower edge, where they fit: why there is no heat.
    """
    picture = photo.convert("RGB")  # a copy, whatever it was
    if seen is not None and not seen.all():
        dimmed = picture.point([round(level * UNSEEN) for level in range(256)] * 3)
        picture = Image.composite(picture, dimmed, Image.fromarray(seen))
    # Blended by Pillow, in whole numbers: a photo is large, and float32 copies of it are four times as large.
    levels = Image.fromarray(steps(heat, look.signed))
    levels.putpalette(np.column_stack(blend(look)).tobytes(), "RGBA")
    drawn = levels.convert("RGBA")
    picture.paste(drawn, mask=drawn)
    return write_strip(picture, words) if words else picture


def coloured(heat: np.ndarray, look: Look = AS_USUAL, words: str = "") -> Image.Image:
    """The heat alone; what is below the threshold has the colour of 0. Arguments as for :func:`overlay`."""
    levels = Image.fromarray(steps(np.where(np.abs(heat) < look.threshold, 0, heat), look.signed))
    levels.putpalette(blend(look)[0].tobytes())
    shown = levels.convert("RGB")
    return write_strip(shown, words) if words else shown


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
