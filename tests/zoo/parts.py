"""What many models of the zoo are made of."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

SHAPE = (16, 16, 3)


def features(x: Any, prefix: str = "") -> Any:
    """Two convolutions; the last map is ``relu2``, 8 × 8 from 16 × 16."""
    x = layers.Conv2D(6, 3, strides=2, padding="same", activation="relu", name=f"{prefix}conv1")(x)
    x = layers.Conv2D(8, 3, padding="same", name=f"{prefix}conv2")(x)
    x = layers.BatchNormalization(name=f"{prefix}bn2")(x)
    return layers.ReLU(name=f"{prefix}relu2")(x)


def head(x: Any, classes: int = 5, activation: str | None = "softmax", name: str = "head") -> Any:
    x = layers.GlobalAveragePooling2D(name=f"{name}_pool")(x)
    return layers.Dense(classes, activation=activation, name=name)(x)


def backbone(shape: tuple[int | None, ...] = SHAPE, name: str = "backbone") -> keras.Model:
    """A model without a top."""
    inputs = keras.Input(shape)
    return keras.Model(inputs, features(inputs), name=name)


def classifier(shape: tuple[int | None, ...] = SHAPE, activation: str | None = "softmax") -> keras.Model:
    inputs = keras.Input(shape)
    return keras.Model(inputs, head(features(inputs), activation=activation), name="classifier")
