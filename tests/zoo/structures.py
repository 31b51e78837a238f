"""Layers that return a tuple, list or dict of tensors."""

from __future__ import annotations

from functools import partial
from typing import Any

import keras
from keras import layers, ops

from tests.zoo.entry import Entry, images
from tests.zoo.parts import SHAPE, head

GROUP = "Layers with several tensors"
PICTURES = images(*SHAPE)


class Split(layers.Layer):
    """Two maps from one, in the structure asked for; ``use`` says which goes on."""

    def __init__(self, structure: str, **options: Any):
        super().__init__(**options)
        self.structure = structure
        self.left = layers.Conv2D(6, 3, padding="same", activation="relu", name="left")
        self.right = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu", name="right")

    def build(self, shape: Any) -> None:
        self.left.build(shape)
        self.right.build(shape)
        super().build(shape)

    def call(self, x: Any) -> Any:
        left, right = self.left(x) + 0.0, self.right(x) + 0.0
        if self.structure == "dict":
            return {"left": left, "right": right}
        return [left, right] if self.structure == "list" else (left, right)


def of(structure: str, use: int) -> keras.Model:
    inputs = keras.Input(SHAPE)
    x = layers.Conv2D(6, 3, strides=2, padding="same", activation="relu", name="stem")(inputs)
    parts = Split(structure, name="split")(x)
    chosen = parts[("left", "right")[use]] if structure == "dict" else parts[use]
    return keras.Model(inputs, head(chosen))


class Backbone(layers.Layer):
    """A backbone that returns its pyramid, as feature pyramids do; the head takes the last."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        self.convs = [layers.Conv2D(6, 3, strides=2, padding="same", name=f"c{n}") for n in (1, 2, 3)]

    def call(self, x: Any) -> Any:
        pyramid = {}
        for n, conv in enumerate(self.convs, 1):
            x = ops.relu(conv(x))
            pyramid[f"P{n}"] = x
        return pyramid


class OnPyramid(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.backbone = Backbone(name="backbone")
        self.head = layers.Dense(5, activation="softmax", name="head")

    def call(self, x: Any) -> Any:
        return self.head(ops.mean(self.backbone(x)["P3"], (1, 2)))


class Stateful(layers.Layer):
    """Returns its features and a number beside them: (features, loss)."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        self.conv = layers.Conv2D(6, 3, padding="same", name="conv")

    def call(self, x: Any) -> Any:
        x = ops.relu(self.conv(x))
        return ops.mean(x), x


class WithNumber(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.stem = layers.Conv2D(6, 3, strides=2, activation="relu", name="stem")
        self.block = Stateful(name="block")
        self.head = layers.Dense(5, activation="softmax", name="head")

    def call(self, x: Any) -> Any:
        _, x = self.block(self.stem(x))
        return self.head(ops.mean(x, (1, 2)))


ENTRIES = [
    Entry("tuple, the first goes on", GROUP, partial(of, "tuple", 0), PICTURES, "split#0", "split/left", grid=(8, 8)),
    Entry("tuple, the second goes on", GROUP, partial(of, "tuple", 1), PICTURES, "split#1", "split/right", grid=(4, 4)),
    Entry("list, the second goes on", GROUP, partial(of, "list", 1), PICTURES, "split#1", "split#1", grid=(4, 4)),
    Entry("dict, one goes on", GROUP, partial(of, "dict", 1), PICTURES, "split#right", "split#right", grid=(4, 4)),
    Entry("a pyramid in a dict", GROUP, OnPyramid, PICTURES, "backbone#P3", "backbone/c2", grid=(2, 2)),
    Entry("a number and a map", GROUP, WithNumber, PICTURES, "block#1", "block/conv", grid=(7, 7)),
]
