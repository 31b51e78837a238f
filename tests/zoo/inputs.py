"""Sizes, channels and value ranges of the input."""

from __future__ import annotations

from functools import partial

import keras
from keras import layers

from tests.zoo.entry import Entry, images
from tests.zoo.parts import classifier, features, head

GROUP = "Input sizes and values"


def rescaling(scale: float, offset: float) -> keras.Model:
    inputs = keras.Input((16, 16, 3))
    return keras.Model(inputs, head(features(layers.Rescaling(scale, offset)(inputs))))


def flattened() -> keras.Model:
    inputs = keras.Input((16, 16, 3))
    x = layers.Dense(12, activation="relu", name="hidden")(layers.Flatten(name="flat")(features(inputs)))
    return keras.Model(inputs, layers.Dense(5, activation="softmax", name="head")(x))


def entry(name: str, model_shape: tuple, shape: tuple, grid: tuple, low: float = 0.0, high: float = 1.0) -> Entry:
    make = images(*shape, low=low, high=high)
    return Entry(name, GROUP, partial(classifier, model_shape), make, "relu2", "conv1", grid=grid)


ENTRIES = [
    entry("size unknown", (None, None, 3), (20, 16, 3), (10, 8)),
    entry("height unknown", (None, 16, 3), (12, 16, 3), (6, 8)),
    entry("odd size, grey, size unknown", (None, None, 1), (9, 9, 1), (5, 5)),
    entry("not square", (12, 20, 3), (12, 20, 3), (6, 10)),
    entry("one row", (1, 32, 3), (1, 32, 3), (1, 16)),
    entry("grey", (16, 16, 1), (16, 16, 1), (8, 8)),
    entry("4 channels", (16, 16, 4), (16, 16, 4), (8, 8)),
    entry("12 channels (satellite)", (16, 16, 12), (16, 16, 12), (8, 8)),
    entry("values from -1 to 1", (16, 16, 3), (16, 16, 3), (8, 8), -1, 1),
    Entry(
        *("values from 0 to 255", GROUP, partial(rescaling, 1 / 127.5, -1), images(16, 16, 3, high=255)),
        *("relu2", "conv1"),
        grid=(8, 8),
    ),
    Entry("flattened instead of pooled", GROUP, flattened, images(16, 16, 3), "relu2", "conv1"),
]
