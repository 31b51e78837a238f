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
CLASSES = 5


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
        targets: kind of target -> a function that makes what ``target=`` is given.
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
    targets: dict[str, Callable[[], Any]] = field(default_factory=lambda: CLASSIFIER)
    options: dict[str, Any] = field(default_factory=dict)
    cannot: str | None = None
    cannot_named: str | None = None
    grid: tuple[int, ...] | None = None
    seed: int = 0
    tolerance: float = 1e-3
    oracle: bool = True

    def model(self) -> keras.Model:
        """The model, the same one each time, whatever was built before."""
        keras.backend.clear_session()
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


def mixed(outputs: Any) -> Any:
    """A score that any output has: all its numbers, each with another weight."""
    size = int(np.prod(outputs.shape[1:]))
    weights = keras.ops.reshape(keras.ops.cos(keras.ops.arange(size, dtype="float32")), (1, *outputs.shape[1:]))
    return keras.ops.sum(outputs * weights, axis=list(range(1, len(outputs.shape))))


def unmixed(outputs: Any) -> Any:
    """The same turned round."""
    return -mixed(outputs)


CLASSIFIER: dict[str, Callable[[], Any]] = {
    "class": lambda: 1,
    "probability": lambda: targets.ClassScore(1, space="probability"),
    "any callable": lambda: mixed,
}
ANY: dict[str, Callable[[], Any]] = {"any callable": lambda: mixed}
