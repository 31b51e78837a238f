"""Several inputs, several outputs, and layers called several times."""

from __future__ import annotations

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from tests.zoo.entry import SIDES, Entry, Rng, images
from tests.zoo.parts import SHAPE, backbone, features, head

SHARED = "Shared layers"
INPUTS = "Several inputs"
OUTPUTS = "Several outputs"
PICTURES = images(*SHAPE)


def pair(rng: Rng) -> list[np.ndarray]:
    return [PICTURES(rng), PICTURES(rng)]


def picture_and_table(rng: Rng) -> list[np.ndarray]:
    return [PICTURES(rng), rng.random((2, 4), np.float32)]


def siamese() -> keras.Model:
    encoder = backbone(name="encoder")
    left, right = keras.Input(SHAPE, name="left"), keras.Input(SHAPE, name="right")
    pool = layers.GlobalAveragePooling2D(name="pool")
    apart = layers.Subtract(name="apart")([pool(encoder(left)), pool(encoder(right))])
    return keras.Model([left, right], layers.Dense(1, activation="sigmoid", name="same")(ops.square(apart)))


def weight_sharing() -> keras.Model:
    conv = layers.Conv2D(6, 3, padding="same", activation="relu", name="conv")
    inputs = keras.Input(SHAPE)
    x = layers.Conv2D(6, 3, strides=2, padding="same", activation="relu", name="stem")(inputs)
    return keras.Model(inputs, head(conv(conv(conv(x)))))


class Recurrent(keras.Model):
    """A subclassed model that runs its block three times."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = layers.Conv2D(6, 3, strides=2, activation="relu", name="stem")
        self.block = keras.Sequential(
            [layers.Conv2D(6, 3, padding="same", activation="relu", name="conv")], name="block"
        )
        self.head = layers.Dense(5, activation="softmax", name="head")

    def call(self, x: Any) -> Any:
        x = self.stem(x)
        for _ in range(3):
            x = self.block(x)
        return self.head(ops.mean(x, (1, 2)))


def two_images() -> keras.Model:
    left, right = keras.Input(SHAPE, name="left"), keras.Input((8, 8, 1), name="right")
    a = layers.GlobalAveragePooling2D()(features(left, "left_"))
    b = layers.GlobalAveragePooling2D()(features(right, "right_"))
    x = layers.Concatenate(name="both")([a, b])
    return keras.Model([left, right], layers.Dense(5, activation="softmax", name="head")(x))


def image_and_table(structure: type = list) -> keras.Model:
    image, table = keras.Input(SHAPE, name="image"), keras.Input((4,), name="table")
    a = layers.GlobalAveragePooling2D()(features(image))
    b = layers.Dense(6, activation="relu", name="table_dense")(table)
    outputs = layers.Dense(5, activation="softmax", name="head")(layers.Concatenate(name="both")([a, b]))
    given: Any = {"image": image, "table": table} if structure is dict else [image, table]
    return keras.Model(given, outputs)


class ImageAndTableSubclassed(keras.Model):
    """Takes a dict; never says so."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = layers.Conv2D(6, 3, strides=2, activation="relu", name="conv")
        self.last = layers.Conv2D(6, 3, activation="relu", name="last")
        self.pool = layers.GlobalAveragePooling2D(name="pool")
        self.head = layers.Dense(5, name="head")

    def call(self, given: dict) -> Any:
        seen = self.pool(self.last(self.conv(given["image"])))
        return self.head(ops.concatenate([seen, given["table"]], -1))


def as_dict(rng: Rng) -> dict[str, np.ndarray]:
    image, table = picture_and_table(rng)
    return {"image": image, "table": table}


def heads(x: Any) -> tuple[Any, Any]:
    species = layers.Conv2D(6, 3, padding="same", activation="relu", name="species_conv")(x)
    health = layers.Conv2D(6, 3, padding="same", activation="relu", name="health_conv")(x)
    return head(species, name="species"), head(health, 3, "sigmoid", name="health")


def several_outputs(structure: str) -> keras.Model:
    inputs = keras.Input(SHAPE)
    species, health = heads(features(inputs))
    outputs: Any = {
        "list": [species, health],
        "tuple": (species, health),
        "dict": {"species": species, "health": health},
        "nested structure": {"labels": [species, health], "more": {"health": health}},
    }[structure]
    return keras.Model(inputs, outputs)


class TupleSubclassed(keras.Model):
    """A subclassed model that returns a tuple of a dict and a tensor."""

    def __init__(self) -> None:
        super().__init__()
        self.body = backbone()
        self.side = layers.Conv2D(6, 3, activation="relu", name="side")
        self.species = layers.Dense(5, activation="softmax", name="species")
        self.health = layers.Dense(3, activation="sigmoid", name="health")

    def call(self, x: Any) -> Any:
        x = self.body(x)
        side = self.side(x)
        return {"species": self.species(ops.mean(x, (1, 2)))}, self.health(ops.mean(side, (1, 2)))


def output_entry(structure: str, output: Any, auto: str) -> Entry:
    return Entry(
        *(f"outputs in a {structure}: output={output!r}", OUTPUTS, partial(several_outputs, structure), PICTURES),
        *(auto, "relu2"),
        options={"output": output},
    )


ENTRIES = [
    Entry("Siamese, the second image", SHARED, siamese, pair, "encoder/relu2:1", "encoder/conv1:1", SIDES),
    Entry("Siamese, the first image", SHARED, siamese, pair, "encoder/relu2:1", "encoder/relu2", SIDES, seed=1),
    Entry("a layer called three times", SHARED, weight_sharing, PICTURES, "conv:2", "conv:1"),
    Entry("a block called three times", SHARED, Recurrent, PICTURES, "block/conv:2", "block/conv"),
    Entry(
        *("two images", INPUTS, two_images),
        lambda rng: [PICTURES(rng), images(8, 8, 1)(rng)],
        *("left_relu2", "right_relu2"),
    ),
    Entry("image and table in a list", INPUTS, image_and_table, picture_and_table, "relu2", "conv1"),
    Entry("image and table in a dict", INPUTS, partial(image_and_table, dict), as_dict, "relu2", "conv1"),
    Entry("subclassed, takes a dict", INPUTS, ImageAndTableSubclassed, as_dict, "last", "conv"),
    Entry("several outputs, none named", OUTPUTS, partial(several_outputs, "list"), PICTURES, "species_conv", "relu2"),
    output_entry("list", 0, "species_conv"),
    output_entry("list", 1, "health_conv"),
    output_entry("tuple", 1, "health_conv"),
    output_entry("dict", "health", "health_conv"),
    output_entry("dict", "species", "species_conv"),
    output_entry("nested structure", "labels/1", "health_conv"),
    Entry(
        *("subclassed, a dict in a tuple: output='0/species'", OUTPUTS, TupleSubclassed, PICTURES),
        *("backbone/relu2", "backbone/conv1"),
        options={"output": "0/species"},
    ),
    Entry(
        *("subclassed, a dict in a tuple: output=1", OUTPUTS, TupleSubclassed, PICTURES, "side", "backbone/conv1"),
        options={"output": 1},
    ),
]
