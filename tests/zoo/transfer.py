"""Transfer learning as people write it: a backbone inside a model."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import keras
from keras import layers

from tests.zoo.entry import Entry, images
from tests.zoo.parts import SHAPE, backbone

GROUP = "Transfer learning"
PHOTOS = images(*SHAPE, high=255)


def augmentation() -> keras.Model:
    return keras.Sequential([layers.RandomFlip(), layers.RandomRotation(0.1)], name="augmentation")


def as_sequential() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input(SHAPE),
            augmentation(),
            layers.Rescaling(1 / 255),
            backbone(),
            layers.GlobalAveragePooling2D(),
            layers.Dropout(0.3),
            layers.Dense(5, activation="softmax"),
        ]
    )


def as_functional(frozen: bool = False, operations: bool = True) -> keras.Model:
    """With preprocessing by bare operations, as an application's ``preprocess_input`` does it, or by a layer."""
    inner = backbone()
    inner.trainable = not frozen
    inputs = keras.Input(SHAPE)
    x = augmentation()(inputs)
    x = keras.applications.mobilenet_v2.preprocess_input(x) if operations else layers.Rescaling(1 / 127.5, -1)(x)
    x = inner(x, training=False)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.3)(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax")(x))


def two_levels() -> keras.Model:
    inner = keras.Sequential([keras.Input(SHAPE), layers.Rescaling(1 / 127.5, -1), backbone()], name="features")
    return keras.Sequential(
        [keras.Input(SHAPE), inner, layers.GlobalAveragePooling2D(), layers.Dense(5, activation="softmax")]
    )


def around_an_application() -> keras.Model:
    inner = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(64, 64, 3), alpha=0.35)
    inputs = keras.Input((64, 64, 3))
    x = inner(layers.Rescaling(1 / 127.5, -1)(inputs), training=False)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax")(x))


def with_pooling_in_the_backbone() -> keras.Model:
    inputs = keras.Input(SHAPE)
    x = backbone()(inputs)
    inner = keras.Model(inputs, layers.GlobalAveragePooling2D()(x), name="pooled")
    return keras.Sequential([keras.Input(SHAPE), inner, layers.Dense(5, activation="softmax")])


def saved_and_loaded(build: Callable[[], keras.Model], ending: str) -> keras.Model:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"model{ending}"
        build().save(path)
        return keras.models.load_model(path, compile=False)


ENTRIES = [
    Entry("Sequential around a backbone", GROUP, as_sequential, PHOTOS, "backbone/relu2", "backbone/conv1"),
    Entry("functional, backbone(x, training=False)", GROUP, as_functional, PHOTOS, "backbone/relu2", "conv1"),
    Entry("frozen backbone", GROUP, partial(as_functional, True), PHOTOS, "backbone/relu2", "backbone/conv2"),
    Entry("backbone two levels deep", GROUP, two_levels, PHOTOS, "features/backbone/relu2", "conv2"),
    Entry("backbone that pools", GROUP, with_pooling_in_the_backbone, PHOTOS, "pooled/backbone/relu2", "conv2"),
    Entry(
        *("MobileNetV2 as backbone", GROUP, around_an_application, images(64, 64, 3, high=255)),
        *("mobilenetv2_0.35_64/out_relu", "block_5_add"),
    ),
    *(
        Entry(
            f"the same loaded from {ending}: {kind}",
            *(GROUP, partial(saved_and_loaded, build, ending), PHOTOS, layer, "conv1"),
        )
        for ending in (".keras", ".h5")
        for kind, build, layer in (
            ("Sequential", as_sequential, "backbone/relu2"),
            # Keras 3 writes bare operations to .h5 but cannot read them again ("Unknown layer: TrueDivide").
            ("functional", partial(as_functional, operations=ending == ".keras"), "backbone/relu2"),
            ("two levels deep", two_levels, "features/backbone/relu2"),
        )
    ),
]
