"""The ways a model can be written, trained, compiled and stored."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from tests.zoo.entry import Entry, images
from tests.zoo.parts import SHAPE, backbone, classifier, features, head

GROUP = "Ways to write a model"
PICTURES = images(*SHAPE)


def never_built() -> keras.Model:
    return keras.Sequential(
        [
            layers.Conv2D(6, 3, activation="relu", name="conv1"),
            layers.Conv2D(8, 3, activation="relu", name="conv2"),
            layers.MaxPooling2D(name="pool"),
            layers.Flatten(),
            layers.Dense(5, activation="softmax", name="head"),
        ]
    )


class Attributes(keras.Model):
    """Layers in attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = layers.Conv2D(6, 3, strides=2, activation="relu", name="conv1")
        self.conv2 = layers.Conv2D(8, 3, activation="relu", name="conv2")
        self.pool = layers.GlobalAveragePooling2D(name="pool")
        self.head = layers.Dense(5, activation="softmax", name="head")

    def call(self, x: Any) -> Any:
        return self.head(self.pool(self.conv2(self.conv1(x))))


class Lists(keras.Model):
    """Layers in a list."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = [layers.Conv2D(6, 3, activation="relu", name=f"conv{n}") for n in (1, 2, 3)]
        self.ends = [layers.GlobalAveragePooling2D(name="pool"), layers.Dense(5, name="head")]

    def call(self, x: Any) -> Any:
        for layer in [*self.blocks, *self.ends]:
            x = layer(x)
        return x


class Dicts(keras.Model):
    """Layers in a dict, and a dict of lists."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = {
            "body": [layers.Conv2D(6, 3, activation="relu", name=f"conv{n}") for n in (1, 2)],
            "head": layers.Dense(5, activation="softmax", name="head"),
        }

    def call(self, x: Any) -> Any:
        for layer in self.parts["body"]:
            x = layer(x)
        return self.parts["head"](ops.mean(x, (1, 2)))


class Block(layers.Layer):
    """A residual block with raw operations."""

    def __init__(self, filters: int, name: str):
        super().__init__(name=name)
        self.conv = layers.Conv2D(filters, 3, padding="same", name="conv")
        self.norm = layers.BatchNormalization(name="norm")

    def call(self, x: Any) -> Any:
        return tf.nn.relu(x + self.norm(self.conv(x)))


class Blocks(keras.Model):
    """Blocks made of layers, a functional backbone before them."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = backbone()
        self.block1 = Block(8, "block1")
        self.block2 = Block(8, "block2")
        self.head = layers.Dense(5, activation="softmax", name="head")

    def call(self, x: Any) -> Any:
        x = self.block2(self.block1(self.backbone(x)))
        return self.head(tf.reduce_mean(x, (1, 2)))


class RawOperations(keras.Model):
    """keras.ops and tf between the layers."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = layers.Conv2D(6, 3, strides=2, padding="same", name="conv1")
        self.conv2 = layers.Conv2D(6, 3, padding="same", name="conv2")
        self.head = layers.Dense(5, name="head")

    def call(self, x: Any) -> Any:
        x = ops.relu(self.conv1(x * 2.0 - 1.0))
        x = tf.nn.relu(self.conv2(x)) + x
        x = tf.reduce_mean(x, axis=(1, 2))
        return tf.nn.softmax(self.head(x))


def functional_operations() -> keras.Model:
    inputs = keras.Input(SHAPE)
    x = ops.relu(layers.Conv2D(6, 3, strides=2, padding="same", name="conv1")(inputs / 2.0))
    x = ops.relu(layers.Conv2D(6, 3, padding="same", name="conv2")(x) + x)
    return keras.Model(inputs, ops.softmax(layers.Dense(5, name="head")(ops.mean(x, (1, 2)))))


def with_lambda() -> keras.Model:
    inputs = keras.Input(SHAPE)
    x = features(layers.Lambda(lambda t: t * 2 - 1, name="scale")(inputs))
    x = layers.Lambda(lambda t: tf.reduce_mean(t, (1, 2)), name="mean")(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax", name="head")(x))


class OwnTrainStep(keras.Model):
    """A functional model with a train_step of its own, trained for one step."""

    def train_step(self, data: Any) -> dict:
        x, y, _ = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, self(x, training=True)))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return {"loss": loss}


def trained_its_own_way() -> keras.Model:
    inputs = keras.Input(SHAPE)
    model = OwnTrainStep(inputs, head(features(inputs)))
    model.compile(optimizer=keras.optimizers.SGD(0.01), run_eagerly=True)
    model.train_on_batch(PICTURES(np.random.default_rng(0)), np.array([0, 1]))
    return model


def jit_compiled() -> keras.Model:
    model = classifier()
    model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", jit_compile=True)
    model.predict_on_batch(PICTURES(np.random.default_rng(0)))
    return model


class UnderTfFunction(keras.Model):
    """Its call is a tf.function, which hides the layers inside."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = layers.Conv2D(6, 3, activation="relu", name="conv1")
        self.conv2 = layers.Conv2D(6, 3, activation="relu", name="conv2")
        self.head = layers.Dense(5, activation="softmax", name="head")

    @tf.function
    def call(self, x: Any) -> Any:
        x = self.conv2(self.conv1(x))
        if tf.reduce_sum(x) > 1e9:
            x = x * 0.0
        return self.head(tf.reduce_mean(x, (1, 2)))


def under_tf_function(traced: bool) -> keras.Model:
    model = UnderTfFunction()
    if traced:
        model(PICTURES(np.random.default_rng(0)))
    return model


class InnerTfFunction(layers.Layer):
    """A block inside a functional model whose call is a tf.function."""

    def __init__(self, name: str):
        super().__init__(name=name)
        self.conv = layers.Conv2D(6, 3, activation="relu", name="conv")

    def build(self, shape: Any) -> None:
        self.conv.build(shape)
        super().build(shape)

    @tf.function
    def call(self, x: Any) -> Any:
        return self.conv(x)


def block_under_tf_function() -> keras.Model:
    inputs = keras.Input(SHAPE)
    x = InnerTfFunction("block2")(InnerTfFunction("block1")(inputs))
    return keras.Model(inputs, head(x))


def under_remat(mode: str) -> keras.Model:
    """Keras 3.15 cannot build a model in the fourth mode, "larger_than", when the batch size is unknown."""
    with keras.RematScope(mode=mode, layer_names=["conv1", "conv2", "relu2"]):
        return classifier()


def sequential_under_remat() -> keras.Model:
    with keras.RematScope(mode="full"):
        inner = keras.Sequential(
            [layers.Conv2D(6, 3, name="conv1"), layers.ReLU(name="relu1"), layers.Conv2D(6, 3, name="conv2")],
            name="inner",
        )
        model = keras.Sequential([inner, layers.GlobalAveragePooling2D(), layers.Dense(5, activation="softmax")])
        model.build((None, *SHAPE))
    return model


def quantized() -> keras.Model:
    inputs = keras.Input(SHAPE)
    x = layers.Dense(8, activation="relu", name="mix")(features(inputs))
    model = keras.Model(inputs, head(x))
    model.quantize("int8")
    return model


def compiled(build: Callable[[], keras.Model]) -> keras.Model:
    model = build()
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


ENTRIES = [
    Entry("functional", GROUP, partial(compiled, classifier), PICTURES, "relu2", "conv1"),
    Entry("Sequential, never built", GROUP, never_built, PICTURES, "conv2", "conv1"),
    Entry("subclassed: layers in attributes", GROUP, Attributes, PICTURES, "conv2", "conv1"),
    Entry("subclassed: layers in a list", GROUP, Lists, PICTURES, "conv3", "conv1"),
    Entry("subclassed: layers in a dict", GROUP, Dicts, PICTURES, "conv2", "conv1"),
    Entry("subclassed: blocks after a backbone", GROUP, Blocks, PICTURES, "block2", "block1/norm"),
    Entry("raw keras.ops and tf between layers", GROUP, RawOperations, PICTURES, "conv2", "conv1"),
    Entry("keras.ops in a functional model", GROUP, functional_operations, PICTURES, "relu_1", "conv2"),
    Entry("Lambda layers", GROUP, with_lambda, PICTURES, "relu2", "conv1"),
    Entry("its own train_step", GROUP, trained_its_own_way, PICTURES, "relu2", "conv1"),
    Entry("jit_compile=True", GROUP, jit_compiled, PICTURES, "relu2", "conv1"),
    *(
        Entry(
            f"call under @tf.function, {'traced' if traced else 'not traced'}",
            *(GROUP, partial(under_tf_function, traced), PICTURES, "conv2", "conv1"),
            oracle=False,
        )
        for traced in (True, False)
    ),
    Entry(
        *("block under @tf.function", GROUP, block_under_tf_function, PICTURES, "block2/conv", "block1/conv"),
        oracle=False,
    ),
    *(
        Entry(f"RematScope({mode!r})", GROUP, partial(under_remat, mode), PICTURES, "relu2", "conv1", oracle=False)
        for mode in ("full", "activations", "list_of_layers")
    ),
    Entry(
        *("RematScope around a Sequential", GROUP, sequential_under_remat, PICTURES, "inner/conv2", "inner/conv1"),
        oracle=False,
    ),
    Entry("quantized to int8", GROUP, quantized, PICTURES, "mix", "conv1", tolerance=0.02),
]
