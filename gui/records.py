"""What travels between the engine process, the session and the widgets: frozen records without Qt or TensorFlow."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from gradcam_tf import render

PhotoState = Literal["waiting", "working", "done", "failed"]
ViewMode = Literal["overlay", "side by side", "swipe"]
SettingKind = Literal["whole", "number", "switch", "choice", "text"]


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo in the list.

    Attributes:
        key: of this photo as long as the session lives; a photo that is added twice is there once.
        path: the file.
        state: how far its explanation is.
        label: the class the model predicts, for people; empty while it is not known.
        probability: of that class, 0 to 1; None where the model gives none.
        status: of its map: ``"ok"``, ``"negative"``, ``"zero"``, ``"nonfinite"``; empty while it is not known.
        error: why it failed, in one sentence; empty if it did not.
    """

    key: int
    path: str
    state: PhotoState = "waiting"
    label: str = ""
    probability: float | None = None
    status: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class PhotoReading:
    """How a photo's file is read, where there is a choice; see ``gradcam_tf.records.Reading``.

    Attributes:
        page: of a TIFF, or frame of an animation, counted from 1.
        window: the values that become black and white, in grey of more than 8 bits; None: as the engine chooses.
        damaged: show what can be read of a damaged file.
    """

    page: int = 1
    window: tuple[float, float] | None = None
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What there is to choose in how a photo's file is read.

    Attributes:
        pages: how many it has; at least so many, if there are more than are counted.
        bits: of its grey values, if these are more than 8: 12, 16 or 32; 0 for all others.
        real: whether these are floating-point numbers.
        low, high: the least and greatest of them on this page; None where there are none.
        damaged: whether it cannot be read whole.
    """

    pages: int = 1
    bits: int = 0
    real: bool = False
    low: float | None = None
    high: float | None = None
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class LayerRow:
    """A layer call of the model.

    Attributes:
        name: its path, as ``Explainer(layer=…)`` takes it.
        kind: the layer's class.
        shape: its output without the batch.
        depth: how many layers it is nested in, 1 for the model's own.
        rank: 1 for the best layer to explain; None if no map can be made from it.
        reason: why it has that rank, in words.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    depth: int
    rank: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A parameter of a method; ``choices`` for a choice, ``least`` and ``most`` for a number, where there are such."""

    name: str
    kind: SettingKind
    default: Any
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class MethodRow:
    """A method of the registry, as it is offered.

    Attributes:
        group: the heading it stands under.
        slow: whether it takes long enough to be worth a word and a Cancel.
        settings: its parameters.
        unfit: why this model cannot be explained by it; empty if it can.
    """

    name: str
    title: str
    summary: str
    group: str
    cost: str
    paper: str
    slow: bool = False
    settings: tuple[SettingRow, ...] = ()
    unfit: str = ""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is to be known of the open model.

    Attributes:
        name: for people.
        path: its file; empty for the embedded model.
        input_shape: (height, width, channels), None where it takes any.
        activation: of its output: ``"softmax"``, ``"sigmoid"`` or empty.
        classes: the class names; numbers in words where the names are not known.
        named: whether the class names are known.
        preprocessing, preprocessing_reason: what is done to photos, and how that is known.
        preprocessing_known: whether it is known, and not assumed.
        layers: every layer call in the order they run.
        layer, layer_reason: the one chosen, and why.
        methods: what it can be explained by.
        notes: what was done to open it.
    """

    name: str
    path: str
    sha256: str
    input_shape: tuple[int | None, ...]
    activation: str
    classes: tuple[str, ...]
    named: bool
    preprocessing: str
    preprocessing_reason: str
    preprocessing_known: bool
    layers: tuple[LayerRow, ...]
    layer: str
    layer_reason: str
    methods: tuple[MethodRow, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Confined:
    """What the engine's process is kept from, as it says itself.

    Attributes:
        landlock: the version of the kernel's rules that it is kept by; None if there are none.
        reads, writes: whether it is kept from files that it was not given.
        network: whether it is kept from TCP.
        missing: what does not hold although it was asked for, and why, a sentence each.
    """

    landlock: int | None = None
    reads: bool = False
    writes: bool = False
    network: bool = False
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class of a prediction; ``probability`` is None where the model gives scores alone."""

    index: int
    label: str
    score: float
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a photo; equal questions have equal answers.

    Attributes:
        target: ``"auto"``, a class's index, ``"against"`` (what speaks against ``index``) or ``"than"`` (``index``
            rather than ``other``).
        layer: a layer's name, or ``"auto"``.
        method: a method's name; ``settings``: what of its parameters is not the default.
    """

    target: Literal["auto", "class", "against", "than"] = "auto"
    index: int | None = None
    other: int | None = None
    layer: str = "auto"
    method: str = "gradcam"
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Hashable:
        """Equal for equal questions."""
        settings = tuple(sorted((name, repr(value)) for name, value in self.settings.items()))
        return self.target, self.index, self.other, self.layer, self.method, settings


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A map, and what it is of.

    Attributes:
        photo: the photo's key; ``question``: what was asked.
        heat: float32 (h, w) in [0, 1] on the part of the photo the model saw, in no more places than the model's input.
        signed: the same before ReLU, scaled to [-1, 1] by its largest absolute value.
        box: left, top, right, bottom in photo pixels: where the heat lies.
        highest, lowest: of the raw map: what 1 stands for, and the most negative value. strongest: what 1 stands for
            in ``signed``.
        status, reason: ``"ok"``; or why there is nothing to see, in words.
        title: what was explained, for people: ``"Egyptian cat, 77 %"``.
        layer, layer_reason: where the map was made.
        classes: the prediction, likeliest first; at most some hundreds.
        seconds: what it took.
        device: where it ran.
        notes: what was done to the photo on the way, a sentence each.
    """

    photo: int
    question: Question
    heat: np.ndarray
    signed: np.ndarray
    box: tuple[float, float, float, float]
    highest: float
    lowest: float
    strongest: float
    status: str
    reason: str
    title: str
    layer: str
    layer_reason: str
    classes: tuple[ClassRow, ...]
    seconds: float
    device: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Glance:
    """What the list says of a photo: its likeliest class, and whether its map can be relied on.

    Attributes:
        status: as an Answer's.
        best: the class; None if the model gave none.
        failure: why the photo could not be explained; then there is nothing else.
    """

    status: str = ""
    best: ClassRow | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """How the heat is drawn; undo and redo go over these.

    Attributes:
        mode: how photo and heat are shown.
        opacity: of the heat at its strongest, 0 to 1.
        colormap: a name matplotlib knows.
        threshold: heat below is not drawn, 0 to 1.
        signed: whether what speaks against is drawn too, in a diverging map.
    """

    mode: ViewMode = "overlay"
    opacity: float = 0.5
    colormap: str = "inferno"
    threshold: float = 0.0
    signed: bool = False

    @property
    def drawn(self) -> render.Look:
        """The part of it that a file can have."""
        return render.Look(self.opacity, self.colormap, self.threshold, self.signed)


@dataclass(frozen=True, slots=True)
class Failure:
    """An error for people: what, where and the remedy; ``detail`` for whoever wants to copy it.

    Attributes:
        trust: the SHA-256 of a model file that was refused and would be opened if a person trusts it; else empty.
    """

    what: str
    where: str = ""
    remedy: str = ""
    detail: str = ""
    trust: str = ""


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Which model, and how photos are brought to it.

    Attributes:
        path: its file; empty for the embedded model.
        labels: a file of class names; empty for what is found beside it or known of it.
        preprocessing: ``"auto"`` (as detected), ``"none"``, ``"unit"``, ``"symmetric"``, ``"torch"`` or ``"caffe"``.
        fit: ``"squash"``, ``"crop"`` or ``"letterbox"``.
    """

    path: str = ""
    labels: str = ""
    preprocessing: str = "auto"
    fit: str = "squash"


@dataclass(frozen=True, slots=True)
class Running:
    """What is under way, for a progress line: ``of`` is 0 while nobody knows how much there is."""

    what: str
    done: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """Which files are written for photos.

    Attributes:
        folder: where to.
        kinds: of ``"overlay"``, ``"heatmap"``, ``"raw"``, ``"tiff"``, ``"pdf"``, ``"svg"``; the provenance is always
            written.
        look: how the heat is drawn in pictures and figures.
        overwrite: replace files that are there.
    """

    folder: str
    kinds: tuple[str, ...] = ("overlay",)
    look: render.Look = field(default_factory=render.Look)
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of an order.

    Attributes:
        folder: where to.
        written: how many photos have their files.
        failures: the photos that have none, by their place in the order, and why.
        cancelled: whether it was stopped before the end; what was written by then stays.
        left: the photos that have none because they would have met the same failure, by their place.
    """

    folder: str
    written: int
    failures: tuple[tuple[int, Failure], ...] = ()
    cancelled: bool = False
    left: tuple[int, ...] = ()
