"""Kinds of layers and of data: signals, volumes, films, and convolutions of every sort."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
from keras import layers, ops

from tests.zoo.entry import Entry, images
from tests.zoo.parts import SHAPE, head

GROUP = "Kinds of layers and data"


def of_layer(make: Callable[..., Any], **options: Any) -> keras.Model:
    """A small classifier whose second convolution is of one kind."""
    inputs = keras.Input(SHAPE)
    x = layers.Conv2D(6, 3, strides=2, padding="same", activation="relu", name="stem")(inputs)
    x = make(padding="same", activation="relu", name="conv", **options)(x)
    return keras.Model(inputs, head(x))


def signals() -> keras.Model:
    inputs = keras.Input((64, 2))
    x = layers.Conv1D(6, 5, strides=2, padding="same", activation="relu", name="conv1")(inputs)
    x = layers.Conv1D(8, 5, strides=2, padding="same", name="conv2")(x)
    x = layers.BatchNormalization(name="bn2")(x)
    x = layers.ReLU(name="relu2")(x)
    x = layers.GlobalAveragePooling1D(name="pool")(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax", name="head")(x))


def signals_through_lstm() -> keras.Model:
    inputs = keras.Input((32, 2))
    x = layers.Conv1D(6, 5, strides=2, padding="same", activation="relu", name="conv1")(inputs)
    x = layers.MaxPooling1D(name="pool")(x)
    x = layers.LSTM(8, name="lstm")(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax", name="head")(x))


def volumes() -> keras.Model:
    inputs = keras.Input((8, 10, 12, 1))
    x = layers.Conv3D(4, 3, strides=2, padding="same", activation="relu", name="conv1")(inputs)
    x = layers.Conv3D(6, 3, padding="same", activation="relu", name="conv2")(x)
    x = layers.GlobalAveragePooling3D(name="pool")(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax", name="head")(x))


def films(of_model: bool) -> keras.Model:
    inputs = keras.Input((3, 12, 12, 1))
    if of_model:
        frame = keras.Sequential(
            [
                layers.Conv2D(4, 3, activation="relu", name="conv1"),
                layers.Conv2D(6, 3, activation="relu", name="conv2"),
            ],
            name="frame",
        )
        x = layers.TimeDistributed(frame, name="frames")(inputs)
    else:
        x = layers.TimeDistributed(layers.Conv2D(4, 3, activation="relu"), name="frames1")(inputs)
        x = layers.TimeDistributed(layers.Conv2D(6, 3, activation="relu"), name="frames2")(x)
    x = layers.TimeDistributed(layers.GlobalAveragePooling2D(), name="pools")(x)
    x = layers.LSTM(6, name="lstm")(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax", name="head")(x))


def films_by_convlstm(sequences: bool) -> keras.Model:
    inputs = keras.Input((3, 10, 10, 1))
    x = layers.ConvLSTM2D(4, 3, padding="same", return_sequences=True, name="lstm1")(inputs)
    x = layers.ConvLSTM2D(4, 3, padding="same", return_sequences=sequences, name="lstm2")(x)
    pool = layers.GlobalAveragePooling3D if sequences else layers.GlobalAveragePooling2D
    return keras.Model(inputs, layers.Dense(5, activation="softmax", name="head")(pool(name="pool")(x)))


def channels_first() -> keras.Model:
    inputs = keras.Input((3, 16, 12))
    first = {"data_format": "channels_first", "padding": "same", "activation": "relu"}
    x = layers.Conv2D(6, 3, strides=2, name="conv1", **first)(inputs)
    x = layers.Conv2D(8, 3, name="conv2", **first)(x)
    x = layers.GlobalAveragePooling2D(data_format="channels_first", name="pool")(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax", name="head")(x))


def channels_first_everywhere() -> keras.Model:
    """As people who came from another framework set it: a global option, normalisation over axis 1."""
    before = keras.config.image_data_format()
    keras.config.set_image_data_format("channels_first")
    try:
        inputs = keras.Input((3, 16, 12))
        x = layers.Conv2D(6, 3, strides=2, padding="same", name="conv1")(inputs)
        x = layers.ReLU(name="relu1")(layers.BatchNormalization(axis=1, name="bn1")(x))
        x = layers.Conv2D(8, 3, padding="same", name="conv2")(x)
        x = layers.ReLU(name="relu2")(layers.BatchNormalization(axis=1, name="bn2")(x))
        x = layers.MaxPooling2D(name="shrink")(x)
        x = layers.GlobalAveragePooling2D(name="pool")(x)
        return keras.Model(inputs, layers.Dense(5, activation="softmax", name="head")(x))
    finally:
        keras.config.set_image_data_format(before)


def squeeze_and_excite() -> keras.Model:
    inputs = keras.Input(SHAPE)
    x = layers.Conv2D(6, 3, strides=2, padding="same", activation="swish", name="conv")(inputs)
    gate = layers.GlobalAveragePooling2D(keepdims=True, name="squeeze")(x)
    gate = layers.Conv2D(2, 1, activation="relu", name="reduce")(gate)
    gate = layers.Conv2D(6, 1, activation="sigmoid", name="excite")(gate)
    return keras.Model(inputs, head(layers.Multiply(name="gated")([x, gate])))


def depthwise_separable() -> keras.Model:
    inputs = keras.Input(SHAPE)
    x = layers.Conv2D(6, 3, strides=2, padding="same", name="stem")(inputs)
    x = layers.DepthwiseConv2D(3, padding="same", name="depthwise")(x)
    x = layers.ReLU(6.0, name="depthwise_relu")(layers.BatchNormalization(name="depthwise_bn")(x))
    x = layers.Conv2D(8, 1, name="pointwise")(x)
    x = layers.ReLU(6.0, name="pointwise_relu")(layers.BatchNormalization(name="pointwise_bn")(x))
    return keras.Model(inputs, head(x))


def layers_around_group_norm() -> keras.Model:
    inputs = keras.Input(SHAPE)
    x = layers.Conv2D(8, 3, strides=2, padding="same", name="conv1")(inputs)
    x = layers.GroupNormalization(4, name="norm1")(x)
    y = layers.Conv2D(8, 3, padding="same", groups=2, name="conv2")(ops.silu(x))
    x = layers.Add(name="add")([x, layers.GroupNormalization(4, name="norm2")(y)])
    return keras.Model(inputs, head(x))


FILM = images(3, 12, 12, 1)
ENTRIES = [
    Entry("Conv1D: signals", GROUP, signals, images(64, 2, low=-1), "relu2", "conv1", grid=(16,)),
    Entry("Conv1D before an LSTM", GROUP, signals_through_lstm, images(32, 2, low=-1), "conv1", "conv1", grid=(16,)),
    Entry("Conv3D: volumes", GROUP, volumes, images(8, 10, 12, 1), "conv2", "conv1", grid=(4, 5, 6)),
    Entry("TimeDistributed layers", GROUP, partial(films, False), FILM, "frames2", "frames1", grid=(3, 8, 8)),
    Entry("TimeDistributed model", GROUP, partial(films, True), FILM, "frames", "frames", grid=(3, 8, 8)),
    Entry(
        *("ConvLSTM2D, last state", GROUP, partial(films_by_convlstm, False), images(3, 10, 10, 1), "lstm2", "lstm1"),
        grid=(10, 10),
    ),
    Entry(
        *("ConvLSTM2D, sequences", GROUP, partial(films_by_convlstm, True), images(3, 10, 10, 1), "lstm2", "lstm1"),
        grid=(3, 10, 10),
    ),
    *(
        Entry(kind.__name__, GROUP, partial(of_layer, kind, **options), images(*SHAPE), "conv", "stem")
        for kind, options in (
            (layers.SeparableConv2D, {"filters": 6, "kernel_size": 3}),
            (layers.DepthwiseConv2D, {"kernel_size": 3}),
            (layers.Conv2DTranspose, {"filters": 6, "kernel_size": 3, "strides": 2}),
        )
    ),
    Entry(
        "dilated convolution",
        GROUP,
        partial(of_layer, partial(layers.Conv2D, 6, 3, dilation_rate=2)),
        images(*SHAPE),
        "conv",
        "stem",
    ),
    Entry("depthwise separable blocks", GROUP, depthwise_separable, images(*SHAPE), "pointwise_relu", "depthwise_relu"),
    Entry("squeeze and excite", GROUP, squeeze_and_excite, images(*SHAPE), "gated", "conv"),
    Entry("group convolution and normalisation", GROUP, layers_around_group_norm, images(*SHAPE), "add", "norm1"),
    Entry("channels_first", GROUP, channels_first, images(3, 16, 12), "conv2", "conv1", grid=(8, 6)),
    Entry(
        "channels_first, by the global option",
        GROUP,
        channels_first_everywhere,
        images(3, 16, 12),
        "relu2",
        "conv1",
        grid=(8, 6),
    ),
]
