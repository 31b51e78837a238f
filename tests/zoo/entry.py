"""One kind of model that must work: how it is built, what it is given, and what is expected of an explainer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from gradcam_tf import targets

Array = np.ndarray
Rng = np.random.Generator
Kinds = dict[str, Callable[[], Any]]


@dataclass(frozen=True)
class Entry:
    """A model of the zoo.

    Attributes:
        name: what a person would call this kind of model.
        group: the chapter it stands in.
        build: makes the model, with random weights; call it through :meth:`model`.
        inputs: makes model input, a batch of two.
        auto: the layer that ``layer="auto"`` is expected to choose; None where there is none.
        named: another layer, to be chosen by name.
        targets: kind of target -> a function that makes what ``target=`` is given; what is chosen without any is tried
            of every model.
        options: of the Explainer.
        cannot: why it cannot be explained: a pattern of the error; None if it can.
        cannot_named: the same for the named layer, where it alone cannot be, or where the error is another.
        grid: the expected map of the auto layer.
        seed: of the random weights; chosen so that the maps are not blank.
        tolerance: relative, between runs; wider for half precision.
        oracle: whether maps are compared with a slow Grad-CAM of our own.
    """

    name: str
    group: str
    build: Callable[[], keras.Model]
    inputs: Callable[[Rng], Any]
    auto: str | None = None
    named: str | None = None
    targets: Kinds = field(default_factory=lambda: CLASSIFIER)
    options: dict[str, Any] = field(default_factory=dict)
    cannot: str | None = None
    cannot_named: str | None = None
    grid: tuple[int, ...] | None = None
    seed: int = 0
    tolerance: float = 1e-3
    oracle: bool = True

    def model(self) -> keras.Model:
        """The model, the same one each time, whatever was built before."""
        keras.backend.clear_session(free_memory=False)
        keras.utils.set_random_seed(self.seed)
        return self.build()

    def batch(self) -> Any:
        return self.inputs(np.random.default_rng(self.seed))

    def __str__(self) -> str:
        return self.name


def images(*shape: int, low: float = 0.0, high: float = 1.0) -> Callable[[Rng], Array]:
    """Two images of noise with a bright corner."""

    def make(rng: Rng) -> Array:
        values = rng.uniform(low, high, (2, *shape)).astype(np.float32)
        values[:, : shape[0] // 2] *= 0.5
        return values

    return make


def first(batch: Any) -> Any:
    """A batch of its first image alone."""
    return keras.tree.map_structure(lambda values: values[:1], batch)


def mixed(outputs: Any) -> Any:
    """A score that any output has: all its numbers, each with another weight."""
    size = int(np.prod(outputs.shape[1:]))
    weights = keras.ops.reshape(keras.ops.cos(keras.ops.arange(size, dtype="float32")), (1, *outputs.shape[1:]))
    return keras.ops.sum(outputs * weights, axis=list(range(1, len(outputs.shape))))


def unmixed(outputs: Any) -> Any:
    """The same turned round."""
    return -mixed(outputs)


ANY: Kinds = {"any callable": lambda: mixed}
CLASSIFIER: Kinds = {
    "class": lambda: 1,
    "probability": lambda: targets.ClassScore(1, space="probability"),
    "contrast": lambda: targets.contrast(0, 1),
    "against the next": lambda: targets.ContrastNext(2),
    "counterfactual": lambda: -targets.ClassScore(1),
    **ANY,
}
LABELS: Kinds = {
    "label": lambda: 1,
    "labels above": lambda: targets.LabelsAbove(0.4),
    "why not": lambda: targets.Sigmoid("negative", 1),
    **ANY,
}
SIDES: Kinds = {
    "why": lambda: targets.Sigmoid("positive"),
    "why not": lambda: targets.Sigmoid("negative"),
    "probability": lambda: targets.Sigmoid("negative", space="probability"),
    **ANY,
}
VALUES: Kinds = {
    "up": lambda: targets.Value("up"),
    "down": lambda: targets.Value("down"),
    "neuron": lambda: targets.Neuron((0,)),
    **ANY,
}
CELLS: Kinds = {
    "box": lambda: targets.Box(0, (0.2, 0.2, 0.7, 0.8)),
    "channel": lambda: targets.Channel(0),
    "neuron": lambda: targets.Neuron((1, 2, 0)),
    **ANY,
}


def segments(side: int) -> Kinds:
    """Of an output of side × side pixels."""
    mask = np.eye(side, dtype=bool)
    return {"predicted pixels": lambda: 0, "mask": lambda: targets.Pixels(0, mask), **CELLS}


def anchors(count: int) -> Kinds:
    """Of so many rows of class scores."""
    corners = np.linspace(0, 0.8, count)
    boxes = np.stack([corners, corners, corners + 0.2, corners + 0.2], axis=1)
    return {"box": lambda: targets.AnchorsInBox(0, (0.2, 0.2, 0.7, 0.8), boxes), **ANY}


def similarity(length: int) -> Kinds:
    """Of embeddings of so many numbers."""
    return {"similarity": lambda: targets.Similarity(np.cos(np.arange(length))), "channel": CELLS["channel"], **ANY}
