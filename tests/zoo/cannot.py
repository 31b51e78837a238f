"""What cannot be explained, and what the error must say: which layer cuts the path, and what to try."""

from __future__ import annotations

from functools import partial
from typing import Any

import keras
import tensorflow as tf
from keras import layers, ops

from tests.zoo.entry import ANY, Entry, images
from tests.zoo.parts import SHAPE, features, head

GROUP = "What cannot be explained"
PICTURES = images(*SHAPE)


def mlp() -> keras.Model:
    inputs = keras.Input(SHAPE)
    x = layers.Dense(8, activation="relu", name="hidden")(layers.Flatten(name="flat")(inputs))
    return keras.Model(inputs, layers.Dense(5, activation="softmax", name="head")(x), name="mlp")


def table() -> keras.Model:
    inputs = keras.Input((7,))
    x = layers.Dense(8, activation="relu", name="hidden")(inputs)
    return keras.Model(inputs, layers.Dense(5, activation="softmax", name="head")(x), name="table")


def to_one_place() -> keras.Model:
    inputs = keras.Input((8, 8, 3))
    x = layers.Flatten()(layers.Conv2D(6, 8, activation="relu", name="conv")(inputs))
    return keras.Model(inputs, layers.Dense(5, name="head")(x), name="one_place")


def ending_in_argmax() -> keras.Model:
    inputs = keras.Input(SHAPE)
    return keras.Model(inputs, ops.argmax(head(features(inputs)), -1), name="decides")


class Cut(layers.Layer):
    """Lets nothing back."""

    def __init__(self, how: str, **options: Any):
        super().__init__(**options)
        self.how = how

    def call(self, x: Any) -> Any:
        if self.how == "stop_gradient":
            return tf.stop_gradient(x)
        if self.how == "integers":
            return tf.cast(tf.cast(x * 10, tf.int32), tf.float32)
        return tf.cast(x > 0, tf.float32)


def cut(how: str) -> keras.Model:
    inputs = keras.Input(SHAPE)
    return keras.Model(inputs, head(Cut(how, name="cut")(features(inputs))), name="cut_model")


def cut_by_operation() -> keras.Model:
    inputs = keras.Input(SHAPE)
    return keras.Model(inputs, head(ops.stop_gradient(features(inputs))), name="cut_model")


def cast_by_operation() -> keras.Model:
    inputs = keras.Input(SHAPE)
    x = ops.cast(ops.cast(features(inputs) * 10, "int32"), "float32")
    return keras.Model(inputs, head(x), name="cut_model")


class CutInCall(keras.Model):
    """Cuts the path by an operation in its call, which no layer does."""

    def __init__(self) -> None:
        super().__init__(name="cut_model")
        self.conv = layers.Conv2D(6, 3, activation="relu", name="conv")
        self.dense = layers.Dense(5, name="dense")

    def call(self, x: Any) -> Any:
        return self.dense(tf.stop_gradient(tf.reduce_mean(self.conv(x), (1, 2))))


NO_PLACES = "no places to draw a map on"
ENTRIES = [
    *(
        Entry(name, GROUP, build, inputs, None, named, cannot=f"{model}.*: no layer .* spatial", cannot_named=NO_PLACES)
        for name, build, inputs, named, model in (
            ("MLP on flattened pixels", mlp, PICTURES, "hidden", "mlp"),
            ("MLP on a table", table, images(7), "hidden", "table"),
            ("one place left", to_one_place, images(8, 8, 3), "conv", "one_place"),
        )
    ),
    Entry("argmax at the end", GROUP, ending_in_argmax, PICTURES, None, "conv1", ANY, cannot="(?i)argmax"),
    *(
        Entry(f"a layer that cuts: {how}", GROUP, partial(cut, how), PICTURES, "cut", "relu2", cannot_named="'cut'")
        for how in ("stop_gradient", "integers", "threshold")
    ),
    Entry(
        *("ops.stop_gradient", GROUP, cut_by_operation, PICTURES, "stop_gradient", "relu2"),
        cannot_named="'stop_gradient'",
    ),
    Entry(
        *("cast to integers", GROUP, cast_by_operation, PICTURES, None, "relu2"),
        cannot="it stops in Cast 'cast', whose output is int32",
    ),
    Entry("tf.stop_gradient between layers", GROUP, CutInCall, PICTURES, None, "conv", cannot="'conv'.*'dense'"),
]
