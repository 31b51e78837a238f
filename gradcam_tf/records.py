"""The frozen records that travel between the rooms of the package. Data only."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gradcam_tf.errors import ImageError

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

Status = Literal["ok", "negative", "zero", "nonfinite", "truncated"]
Fit = Literal["squash", "crop", "letterbox"]
Space = Literal["logit", "probability", "output"]
Box = tuple[float, float, float, float]
"""left, top, right, bottom; in pixels, where pixel (0, 0) covers the square from 0 to 1."""

MAX_PIXELS = 178_956_970
"""A header that promises more is refused: half a gibibyte of RGB, where Pillow itself stops by default."""

STATUS_REASONS: dict[str, str] = {
    "ok": "",
    "negative": "nothing in this layer speaks for the target: every contribution is negative or zero",
    "zero": "the map is zero everywhere: the score does not depend on this layer here",
    "nonfinite": "the map holds NaN or infinity: an activation or gradient overflowed",
    "truncated": "the image is truncated or damaged: the map is of a picture that is blank or wrong in places",
}


@dataclass(frozen=True, slots=True)
class LayerCall:
    """One call of one layer while the model ran.

    Attributes:
        path: names from the model's own layers down, such as ``"backbone/conv5_block3_out"``.
        index: which call of that path it was, counted from 0 (a shared layer is called several times).
        kind: the layer's class name.
        shape: the output's shape as it really was, batch included.
        dtype: the output's dtype.
        depth: how many layers this call is nested in.
        tensor: which tensor of the output, if it is a tuple, list or dict: its place or key; else empty.
    """

    path: str
    index: int
    kind: str
    shape: tuple[int, ...]
    dtype: str
    depth: int
    tensor: str = ""

    @property
    def name(self) -> str:
        """The path; ``:index`` behind it from the second call on, ``#tensor`` where there are several."""
        call = self.path if self.index == 0 else f"{self.path}:{self.index}"
        return f"{call}#{self.tensor}" if self.tensor else call


@dataclass(frozen=True, slots=True)
class Layout:
    """How a tensor (N, …) holds its places and channels.

    Attributes:
        kind: ``"channels_last"`` (N, *grid, channels), ``"channels_first"`` (N, channels, *grid), ``"tokens"``
            (N, prefix + places, channels), or ``"row"`` (N, places).
        grid: the extents of the places.
        prefix: how many tokens come before the places: class and distillation tokens.
    """

    kind: Literal["channels_last", "channels_first", "tokens", "row"]
    grid: tuple[int, ...]
    prefix: int = 0

    @property
    def places(self) -> int:
        return math.prod(self.grid)


INPUT = "(input)"
"""The path of what is no call: the model's own input."""


@dataclass(frozen=True, slots=True)
class Feature:
    """The tensor a map is made from, and how it is laid out.

    It is one tensor of one call's output; or, where the path is :data:`INPUT`, one of the model's inputs.
    """

    path: str
    index: int
    position: int
    layout: Layout

    @property
    def is_input(self) -> bool:
        return self.path == INPUT

    @property
    def key(self) -> tuple[str, int]:
        return self.path, self.index


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """The layer a map is made from, and why it was chosen.

    Attributes:
        call: the layer call.
        reason: why, in words.
        feature: the tensor, for the engine.
        source: which of the model's inputs the map lies on, counted over all of them flattened.
        channels_first: whether that input holds its channels before its places.
    """

    call: LayerCall
    reason: str
    feature: Feature
    source: int = 0
    channels_first: bool = False

    @property
    def name(self) -> str:
        return self.call.name

    @property
    def grid(self) -> tuple[int, ...]:
        """The extents of the map."""
        return self.feature.layout.grid


@dataclass(frozen=True, slots=True)
class Explained:
    """What was explained for one image.

    Attributes:
        kind: the target's name, such as ``"class"``.
        index: the class explained, or None for a target that is not one class.
        label: the class name, if names are known.
        space: the scale of the score: before softmax/sigmoid (``"logit"``), after it (``"probability"``), or the
            model's output as it is (``"output"``).
        description: what was chosen, in a few words, where the class does not say it.
    """

    kind: str
    index: int | None
    label: str | None
    space: Space
    description: str | None = None

    @property
    def title(self) -> str:
        """For people: the class by its label or index, and what else was chosen."""
        name = self.label if self.index is None or self.label is not None else f"class {self.index}"
        if name is None or (self.description is not None and name in self.description):
            return self.description or self.kind
        return name if self.description is None else f"{name} ({self.description})"


@dataclass(frozen=True, slots=True)
class Reading:
    """How image files are read, where the reader has a choice.

    Attributes:
        page: which page of a TIFF or frame of an animation, counted from 1. A PIL image is at the frame that it is at.
        max_pixels: more than this many pixels (width × height) are refused by the header, before decoding.
        window: the values, (low, high), that become black and white in grey of more than 8 bits; what lies outside
            becomes black or white too. None: all that 12 or 16 bits can say; of other numbers what there is in the
            picture. Colour and 8-bit grey are not changed by it, and the photo says so.
        allow_truncated: show what can be read of a truncated or damaged file; such a photo is not ``whole``.

    Raises:
        ImageError: if a value makes no sense.
    """

    page: int = 1
    max_pixels: int = MAX_PIXELS
    window: tuple[float, float] | None = None
    allow_truncated: bool = False

    def __post_init__(self) -> None:
        if self.page < 1:
            raise ImageError(f"there is no page {self.page}", where="page", remedy="The first page is 1")
        if self.max_pixels < 1:
            raise ImageError(f"{self.max_pixels} pixels are none", where="max_pixels", remedy="Allow at least 1")
        if self.window is not None and not -math.inf < self.window[0] < self.window[1] < math.inf:
            raise ImageError(
                f"{self.window[0]:g} to {self.window[1]:g} is no window",
                where="window",
                remedy="Give two finite numbers, the lower one first",
            )


@dataclass(frozen=True, eq=False)
class Photo:
    """An image file as it should be seen: upright, 8-bit, RGB or grey.

    Attributes:
        image: as Pillow has it, of the mode RGB or L; others use it too, so it is not to be changed.
        name: the file's name without its folder.
        path: where it came from; None for an image that was never a file.
        sha256: of the file's bytes; of the pixels if there is no file.
        notes: what was done to it on the way, one short sentence each.
        whole: False if a part of the picture is missing, because its file is truncated or damaged.
    """

    image: Image.Image
    name: str
    path: str | None
    sha256: str
    notes: tuple[str, ...] = ()
    whole: bool = True

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        return self.image.height, self.image.width

    @functools.cached_property
    def pixels(self) -> np.ndarray:
        """uint8 (height, width, channels), channels 1 or 3."""
        import numpy as np

        return np.asarray(self.image).reshape(*self.size, -1)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a photo lies in the model's input, exact to a fraction of a pixel.

    Attributes:
        fit: how it was placed.
        photo_size: (height, width) of the photo.
        input_size: (height, width) of the model's input.
        photo_box: the part of the photo that the model saw, in photo pixels.
        input_box: the part of the input that shows it, in input pixels.
    """

    fit: Fit
    photo_size: tuple[int, int]
    input_size: tuple[int, int]
    photo_box: Box
    input_box: Box


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """What is done to a photo's 0–255 values before the model sees them.

    Attributes:
        name: ``"none"``, ``"unit"``, ``"symmetric"``, ``"torch"``, ``"caffe"`` or ``"custom"``.
        known: whether it was found in the model or given, and not assumed.
        reason: how it is known, in words.
    """

    name: str
    known: bool
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Uncertainty:
    """How much the maps of several runs differ, of which the raw map is the mean.

    Attributes:
        std: float32 (N, *grid), their standard deviation (the root of the mean squared distance from their mean).
        cv: float32 (N, *grid), the coefficient of variation: std over the size of the mean; infinite where the mean
            alone is 0, and 0 where both are.
        runs: how many there were.
    """

    std: np.ndarray
    cv: np.ndarray
    runs: int


@dataclass(frozen=True, slots=True, eq=False)
class Concepts:
    """What a layer's feature maps are made of, image by image: see :meth:`gradcam_tf.Explainer.concepts`.

    Attributes:
        maps: float32 (N, concepts, *grid), where each concept is, strongest first; never negative.
        patterns: float32 (N, concepts, channels), what each is in the layer's channels; of length 1.
        outputs: float32 (N, concepts, classes), the model's output before softmax when the layer holds nothing else.
        classes: for each image and concept its most likely classes, as (index, label if known, output).
        explained: float32 (N,), how much of the layer's energy |ReLU(A)|² all concepts together account for, 0 to 1.
        layer: the layer.
    """

    maps: np.ndarray
    patterns: np.ndarray
    outputs: np.ndarray
    classes: tuple[tuple[tuple[tuple[int, str | None, float], ...], ...], ...]
    explained: np.ndarray
    layer: LayerChoice


@dataclass(frozen=True, slots=True)
class Run:
    """How a map was computed.

    Attributes:
        mode: ``"eager"``, ``"compiled"`` or ``"frozen"`` (compiled with the weights as constants).
        device: such as ``"CPU"`` or ``"GPU"``.
        seconds: from model input to map, for the whole batch.
        batch: how many images were computed together.
    """

    mode: str
    device: str
    seconds: float
    batch: int
