"""Transformers: small ones, true to the plans of the well-known."""

from __future__ import annotations

from functools import partial
from typing import Any

import keras
from keras import layers, ops

from tests.zoo.entry import Entry, images

GROUP = "Transformers"
DIM = 12


class Prefix(layers.Layer):
    """Learned tokens before the others, and positions for all."""

    def __init__(self, tokens: int, **options: Any):
        super().__init__(**options)
        self.tokens = tokens

    def build(self, shape: Any) -> None:
        self.prefix = self.add_weight(shape=(1, self.tokens, shape[-1]), initializer="random_normal", name="prefix")
        self.positions = self.add_weight(
            shape=(1, shape[1] + self.tokens, shape[-1]), initializer="random_normal", name="positions"
        )

    def call(self, x: Any) -> Any:
        prefix = ops.broadcast_to(self.prefix, (ops.shape(x)[0], self.tokens, x.shape[-1]))
        return ops.concatenate([prefix, x], axis=1) + self.positions


def block(x: Any, name: str) -> Any:
    """Attention and a small network, normalised before (Dosovitskiy et al. 2021)."""
    y = layers.LayerNormalization(name=f"{name}_norm1")(x)
    y = layers.MultiHeadAttention(2, DIM // 2, name=f"{name}_attention")(y, y)
    x = layers.Add(name=f"{name}_add1")([x, y])
    y = layers.LayerNormalization(name=f"{name}_norm2")(x)
    y = layers.Dense(DIM * 2, activation="gelu", name=f"{name}_dense1")(y)
    y = layers.Dense(DIM, name=f"{name}_dense2")(y)
    return layers.Add(name=f"{name}_add2")([x, y])


def patches(x: Any, size: int = 4) -> Any:
    x = layers.Conv2D(DIM, size, strides=size, name="patches")(x)
    return layers.Reshape((x.shape[1] * x.shape[2], DIM), name="tokens")(x)


def vit(shape: tuple[int, int, int] = (16, 16, 3), prefix: int = 1, pooling: str = "token") -> keras.Model:
    inputs = keras.Input(shape)
    x = Prefix(prefix, name="prefix")(patches(inputs))
    for name in ("block1", "block2"):
        x = block(x, name)
    x = layers.LayerNormalization(name="norm")(x)
    if pooling == "token":
        return keras.Model(inputs, layers.Dense(5, activation="softmax", name="head")(x[:, 0]))
    if pooling == "gap":
        x = layers.GlobalAveragePooling1D(name="pool")(x)
        return keras.Model(inputs, layers.Dense(5, activation="softmax", name="head")(x))
    outputs = [layers.Dense(5, name=f"head{n}")(x[:, n]) for n in (0, 1)]
    return keras.Model(inputs, layers.Average(name="both")(outputs))


class EncoderBlock(layers.Layer):
    """The same block as one layer, as KerasHub and most code has it."""

    def __init__(self, name: str):
        super().__init__(name=name)
        self.norm1 = layers.LayerNormalization(name="norm1")
        self.attention = layers.MultiHeadAttention(2, DIM // 2, name="attention")
        self.norm2 = layers.LayerNormalization(name="norm2")
        self.dense1 = layers.Dense(DIM * 2, activation="gelu", name="dense1")
        self.dense2 = layers.Dense(DIM, name="dense2")

    def call(self, x: Any) -> Any:
        y = self.norm1(x)
        x = x + self.attention(y, y)
        return x + self.dense2(self.dense1(self.norm2(x)))


class SubclassedViT(keras.Model):
    """A ViT of blocks, its patches cut out by operations instead of a convolution."""

    def __init__(self, prefix: int = 1):
        super().__init__()
        self.project = layers.Dense(DIM, name="project")
        self.prefix = Prefix(prefix, name="prefix")
        self.blocks = [EncoderBlock(f"block{n}") for n in (1, 2)]
        self.norm = layers.LayerNormalization(name="norm")
        self.head = layers.Dense(5, activation="softmax", name="head")

    def call(self, x: Any) -> Any:
        n, h, w, c = ops.shape(x)[0], *x.shape[1:]
        x = ops.transpose(ops.reshape(x, (n, h // 4, 4, w // 4, 4, c)), (0, 1, 3, 2, 4, 5))
        x = self.prefix(self.project(ops.reshape(x, (n, (h // 4) * (w // 4), 16 * c))))
        for one in self.blocks:
            x = one(x)
        return self.head(self.norm(x)[:, 0])


class WindowAttention(layers.Layer):
    """Attention within windows of 2 × 2, shifted by one in every second block (Liu et al. 2021)."""

    def __init__(self, shift: int, name: str):
        super().__init__(name=name)
        self.shift = shift
        self.norm1 = layers.LayerNormalization(name="norm1")
        self.attention = layers.MultiHeadAttention(2, 6, name="attention")
        self.norm2 = layers.LayerNormalization(name="norm2")
        self.dense = layers.Dense(DIM, activation="gelu", name="dense")

    def call(self, x: Any) -> Any:
        _, h, w, c = x.shape
        y = ops.roll(self.norm1(x), (-self.shift, -self.shift), axis=(1, 2))
        y = ops.transpose(ops.reshape(y, (-1, h // 2, 2, w // 2, 2, c)), (0, 1, 3, 2, 4, 5))
        windows = ops.reshape(y, (-1, 4, c))
        windows = self.attention(windows, windows)
        y = ops.transpose(ops.reshape(windows, (-1, h // 2, w // 2, 2, 2, c)), (0, 1, 3, 2, 4, 5))
        x = x + ops.roll(ops.reshape(y, (-1, h, w, c)), (self.shift, self.shift), axis=(1, 2))
        return x + self.dense(self.norm2(x))


def swin() -> keras.Model:
    inputs = keras.Input((16, 32, 3))
    x = layers.Conv2D(DIM, 4, strides=4, name="patches")(inputs)
    x = WindowAttention(1, "window2")(WindowAttention(0, "window1")(x))
    x = layers.LayerNormalization(name="norm")(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax", name="head")(ops.mean(x, (1, 2))))


def swin_of_tokens() -> keras.Model:
    """Tokens in rows between the blocks, merged two by two halfway, as Swin's own code has it."""
    inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(DIM, 4, strides=4, name="patches")(inputs)
    x = layers.Reshape((64, DIM), name="rows1")(x)
    x = layers.LayerNormalization(name="norm0")(x)
    x = layers.Reshape((64, DIM), name="rows2")(WindowAttention(0, "window1")(layers.Reshape((8, 8, DIM))(x)))
    x = layers.Reshape((4, 2, 4, 2, DIM))(x)
    x = layers.Reshape((16, 4 * DIM))(layers.Permute((1, 3, 2, 4, 5))(x))
    x = layers.Dense(DIM, use_bias=False, name="merge")(x)
    x = layers.Reshape((16, DIM), name="rows3")(WindowAttention(1, "window2")(layers.Reshape((4, 4, DIM))(x)))
    x = layers.LayerNormalization(name="norm")(x)
    x = layers.GlobalAveragePooling1D(name="pool")(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax", name="head")(x))


def hybrid(back: bool) -> keras.Model:
    """Convolutions, then attention over their places; back to a map and a convolution, or not."""
    inputs = keras.Input((16, 24, 3))
    x = layers.Conv2D(DIM, 3, strides=2, padding="same", activation="relu", name="conv1")(inputs)
    x = layers.Conv2D(DIM, 3, strides=2, padding="same", activation="relu", name="conv2")(x)
    x = block(layers.Reshape((24, DIM), name="tokens")(x), "block1")
    if not back:
        x = layers.GlobalAveragePooling1D(name="pool")(x)
    else:
        x = layers.Reshape((4, 6, DIM), name="places")(x)
        x = layers.Conv2D(8, 3, padding="same", activation="relu", name="conv3")(x)
        x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax", name="head")(x))


def attention_pooling() -> keras.Model:
    """One learned query looks at all places (Perceiver-like heads, CaiT)."""
    inputs = keras.Input((16, 16, 3))
    x = layers.Conv2D(DIM, 4, strides=4, activation="relu", name="conv")(inputs)
    x = layers.LayerNormalization(name="norm")(layers.Reshape((16, DIM), name="tokens")(x))
    query = layers.GlobalAveragePooling1D(keepdims=True, name="query")(x)
    x = layers.MultiHeadAttention(2, 6, name="attention")(query, x)
    return keras.Model(inputs, layers.Dense(5, activation="softmax", name="head")(x[:, 0]))


SQUARE = images(16, 16, 3)
ENTRIES = [
    Entry("ViT with a class token", GROUP, vit, SQUARE, "block2_norm1", "block1_add2", grid=(4, 4)),
    Entry(
        *("ViT with a class token, not square", GROUP, partial(vit, (16, 24, 3)), images(16, 24, 3)),
        *("block2_norm1", "block1_add2"),
        grid=(4, 6),
    ),
    Entry(
        "ViT without class token",
        GROUP,
        partial(vit, prefix=0, pooling="gap"),
        SQUARE,
        "norm",
        "block1_add2",
        grid=(4, 4),
    ),
    Entry(
        "ViT with a class token, all averaged",
        GROUP,
        partial(vit, pooling="gap"),
        SQUARE,
        "norm",
        "block1_norm2",
        grid=(4, 4),
    ),
    Entry(
        *("DeiT: class and distillation tokens", GROUP, partial(vit, prefix=2, pooling="both"), SQUARE),
        *("block2_norm1", "block1_add2"),
        grid=(4, 4),
    ),
    Entry(
        "ViT with 4 register tokens", GROUP, partial(vit, prefix=5), SQUARE, "block2_norm1", "block1_add2", grid=(4, 4)
    ),
    Entry("ViT of blocks, subclassed", GROUP, SubclassedViT, SQUARE, "block2/norm1", "block1", grid=(4, 4)),
    Entry(
        *("ViT, the token grid given", GROUP, partial(SubclassedViT, 3), images(16, 24, 3)),
        *("block2/norm1", "block1"),
        options={"tokens": (3, (4, 6))},
        grid=(4, 6),
    ),
    Entry("Swin: windows", GROUP, swin, images(16, 32, 3), "norm", "window1", grid=(4, 8)),
    Entry("Swin: rows of tokens, merged", GROUP, swin_of_tokens, images(32, 32, 3), "norm", "norm0", grid=(4, 4)),
    Entry(
        "convolutions, then attention",
        GROUP,
        partial(hybrid, False),
        images(16, 24, 3),
        "block1_add2",
        "conv2",
        grid=(4, 6),
    ),
    Entry(
        "attention between convolutions",
        GROUP,
        partial(hybrid, True),
        images(16, 24, 3),
        "conv3",
        "block1_add1",
        grid=(4, 6),
    ),
    Entry("attention as pooling", GROUP, attention_pooling, SQUARE, "norm", "conv", grid=(4, 4)),
]
