"""What models are made for besides one class per image."""

from __future__ import annotations

from functools import partial
from typing import Any

import keras
from keras import layers, ops

from tests.zoo.entry import CELLS, LABELS, SIDES, VALUES, Entry, anchors, images, segments, similarity
from tests.zoo.parts import SHAPE, backbone, features, head

GROUP = "Tasks"
PICTURES = images(*SHAPE)


def one_head(units: int, activation: str | None, separate: bool = False) -> keras.Model:
    inputs = keras.Input(SHAPE)
    if not separate:
        return keras.Model(inputs, head(features(inputs), units, activation))
    x = head(features(inputs), units, None)
    return keras.Model(inputs, layers.Activation(activation, name="last", dtype="float32")(x))


def conv(x: Any, filters: int, name: str) -> Any:
    return layers.Conv2D(filters, 3, padding="same", activation="relu", name=name)(x)


def unet(classes: int, activation: str | None) -> keras.Model:
    inputs = keras.Input(SHAPE)
    down1 = conv(inputs, 4, "down1")
    down2 = conv(layers.MaxPooling2D(name="pool1")(down1), 6, "down2")
    middle = conv(layers.MaxPooling2D(name="pool2")(down2), 8, "middle")
    up2 = layers.Conv2DTranspose(6, 2, strides=2, name="raise2")(middle)
    up2 = conv(layers.Concatenate(name="skip2")([up2, down2]), 6, "up2")
    up1 = layers.UpSampling2D(name="raise1")(up2)
    up1 = conv(layers.Concatenate(name="skip1")([up1, down1]), 4, "up1")
    return keras.Model(inputs, layers.Conv2D(classes, 1, activation=activation, name="pixels")(up1))


def resized_segmenter() -> keras.Model:
    """Classes for coarse places, raised to the picture's size at the end."""
    inputs = keras.Input(SHAPE)
    x = layers.Conv2D(3, 1, name="places")(features(inputs))
    return keras.Model(inputs, layers.Resizing(16, 16, name="raise")(x))


def softmax_apart() -> keras.Model:
    inputs = keras.Input(SHAPE)
    x = layers.Conv2D(3, 1, name="places")(features(inputs))
    return keras.Model(inputs, layers.Softmax(name="softmax")(layers.UpSampling2D(name="raise")(x)))


def detector() -> keras.Model:
    """Two maps of cells: box and class scores for each, in the manner of YOLO."""
    inputs = keras.Input((32, 32, 3))
    x = conv(inputs, 4, "c1")
    c3 = conv(layers.MaxPooling2D(4)(x), 6, "c3")
    c4 = conv(layers.MaxPooling2D()(c3), 6, "c4")
    p4 = conv(c4, 6, "p4")
    p3 = conv(layers.Concatenate(name="merge")([layers.UpSampling2D()(p4), c3]), 6, "p3")
    cells3 = layers.Conv2D(4 + 3, 1, name="cells3")(p3)
    cells4 = layers.Conv2D(4 + 3, 1, name="cells4")(p4)
    return keras.Model(inputs, {"fine": cells3, "coarse": cells4})


def detector_in_rows() -> keras.Model:
    """The maps of several scales flattened and joined into rows of anchors: boxes and class scores."""
    inputs = keras.Input((32, 32, 3))
    c3 = conv(layers.MaxPooling2D(4)(conv(inputs, 4, "c1")), 6, "c3")
    c4 = conv(layers.MaxPooling2D()(c3), 6, "c4")
    rows: dict[str, list] = {"boxes": [], "scores": []}
    for level, x in (("c3", c3), ("c4", c4)):
        rows["boxes"].append(layers.Reshape((-1, 4))(layers.Conv2D(4, 1, name=f"{level}_boxes")(x)))
        scores = layers.Conv2D(3, 1, activation="sigmoid", name=f"{level}_scores")(x)
        rows["scores"].append(layers.Reshape((-1, 3))(scores))
    return keras.Model(inputs, {k: layers.Concatenate(axis=1, name=k)(v) for k, v in rows.items()})


def embedding() -> keras.Model:
    inputs = keras.Input(SHAPE)
    x = layers.GlobalAveragePooling2D(name="pool")(features(inputs))
    x = layers.Dense(8, name="project")(x)
    return keras.Model(inputs, layers.UnitNormalization(name="unit")(x))


def embedding_by_operations() -> keras.Model:
    inputs = keras.Input(SHAPE)
    x = layers.Dense(8, name="project")(ops.mean(backbone()(inputs), (1, 2)))
    return keras.Model(inputs, ops.normalize(x))


def autoencoder(dense: bool) -> keras.Model:
    inputs = keras.Input(SHAPE)
    x = layers.Conv2D(6, 3, strides=2, padding="same", activation="relu", name="squeeze1")(inputs)
    x = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu", name="squeeze2")(x)
    if dense:
        x = layers.Dense(6, activation="relu", name="code")(layers.Flatten(name="flat")(x))
        x = layers.Reshape((4, 4, 4), name="unflat")(layers.Dense(64, activation="relu", name="uncode")(x))
    x = layers.Conv2DTranspose(6, 3, strides=2, padding="same", activation="relu", name="widen1")(x)
    x = layers.Conv2DTranspose(3, 3, strides=2, padding="same", activation="sigmoid", name="widen2")(x)
    return keras.Model(inputs, x)


ENTRIES = [
    Entry("one sigmoid", GROUP, partial(one_head, 1, "sigmoid"), PICTURES, "relu2", "conv1", SIDES),
    Entry("labels, a sigmoid each", GROUP, partial(one_head, 4, "sigmoid"), PICTURES, "relu2", "conv1", LABELS),
    Entry("logits", GROUP, partial(one_head, 5, None), PICTURES, "relu2", "conv1"),
    Entry("softmax in a layer of its own", GROUP, partial(one_head, 5, "softmax", True), PICTURES, "relu2", "conv1"),
    Entry("regression of one value", GROUP, partial(one_head, 1, None), PICTURES, "relu2", "conv1", VALUES),
    Entry("keypoints", GROUP, partial(one_head, 8, None), PICTURES, "relu2", "conv1", VALUES),
    Entry("U-Net, softmax", GROUP, partial(unet, 3, "softmax"), PICTURES, "up1", "middle", segments(16)),
    Entry("U-Net, one sigmoid", GROUP, partial(unet, 1, "sigmoid"), PICTURES, "up1", "middle", segments(16)),
    Entry("U-Net, logits", GROUP, partial(unet, 3, None), PICTURES, "up1", "down2", segments(16)),
    Entry("segmenter, resized at the end", GROUP, resized_segmenter, PICTURES, "relu2", "conv1", segments(16)),
    Entry("segmenter, softmax in a layer of its own", GROUP, softmax_apart, PICTURES, "relu2", "conv1", segments(16)),
    *(
        Entry(
            f"detector with two maps: output={output!r}",
            *(GROUP, detector, images(32, 32, 3), auto, "c3", CELLS, {"output": output}),
        )
        for output, auto in (("fine", "p3"), ("coarse", "p4"))
    ),
    Entry(
        *("detector with rows of anchors", GROUP, detector_in_rows, images(32, 32, 3), "c4", "c3", anchors(80)),
        options={"output": "scores"},
    ),
    Entry("embedding", GROUP, embedding, PICTURES, "relu2", "conv1", similarity(8)),
    Entry(
        "embedding by operations", GROUP, embedding_by_operations, PICTURES, "backbone/relu2", "conv1", similarity(8)
    ),
    Entry("autoencoder", GROUP, partial(autoencoder, False), PICTURES, "widen1", "squeeze2", CELLS),
    Entry("autoencoder with a dense code", GROUP, partial(autoencoder, True), PICTURES, "widen1", "squeeze2", CELLS),
]
