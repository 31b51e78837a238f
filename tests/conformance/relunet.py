"""A small network of convolutions and ReLUs, forward and backward by hand, one number at a time, in float64."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
from keras import layers

Array = np.ndarray
SIZE, COLOURS = (6, 5), 2
CLASSES = 3


def conv(x: Array, kernel: Array, bias: Array) -> Array:
    """z[p, k] = b[k] + sum_q sum_c x[p + q, c] W[q, c, k]; (places, channels), no padding."""
    height, width, _, channels = kernel.shape
    z = np.zeros((x.shape[0] - height + 1, x.shape[1] - width + 1, channels))
    for i, j, k in np.ndindex(*z.shape):
        z[i, j, k] = bias[k] + (x[i : i + height, j : j + width] * kernel[..., k]).sum()
    return z


def conv_back(r: Array, kernel: Array, like: Array) -> Array:
    """The gradient of the convolution's input, given r, that of its output."""
    height, width = kernel.shape[:2]
    back = np.zeros_like(like)
    for i, j, k in np.ndindex(*r.shape):
        back[i : i + height, j : j + width] += r[i, j, k] * kernel[..., k]
    return back


def plain(z: float, r: float) -> float:
    return r if z > 0 else 0.0


def guided(z: float, r: float) -> float:
    """Springenberg et al. 2014, figure 1: R_l = (f_l > 0) · (R_{l+1} > 0) · R_{l+1}."""
    return r if z > 0 and r > 0 else 0.0


def deconvolved(z: float, r: float) -> float:
    """Zeiler and Fergus 2013, as put in Springenberg et al. 2014, figure 1: R_l = (R_{l+1} > 0) · R_{l+1}."""
    return max(r, 0.0)


class ReluNet:
    """x (6, 5, 2) -> convolution, ReLU, convolution, ReLU -> a row of 3 scores."""

    def __init__(self, seed: int = 3, positive: bool = False):
        rng = np.random.default_rng(seed)
        shapes = ((3, 3, COLOURS, 4), (4,), (2, 2, 4, 3), (3,), (18, CLASSES), (CLASSES,))
        weights = [rng.normal(size=shape).astype(np.float32).astype(np.float64) for shape in shapes]
        self.weights = [np.abs(one) for one in weights] if positive else weights

    def run(self, x: Array) -> list[Array]:
        """z1, z2 and the scores, of one image."""
        w1, b1, w2, b2, w3, b3 = self.weights
        z1 = conv(x, w1, b1)
        z2 = conv(np.maximum(z1, 0), w2, b2)
        return [z1, z2, np.maximum(z2, 0).reshape(-1) @ w3 + b3]

    def back(self, x: Array, index: int, through: Callable[[float, float], float] = plain) -> list[Array]:
        """The gradients of a score at x, z1 and z2."""
        w1, _, w2, _, w3, _ = self.weights
        z1, z2, _ = self.run(x)
        g2 = np.vectorize(through)(z2, w3[:, index].reshape(z2.shape))
        g1 = np.vectorize(through)(z1, conv_back(g2, w2, z1))
        return [conv_back(g1, w1, x), g1, g2]

    def gradient(self, x: Array, index: int, through: Callable[[float, float], float] = plain) -> Array:
        return self.back(x, index, through)[0]

    def model(self, style: str = "fused") -> keras.Model:
        """The same in Keras, its ReLUs written in one of :data:`STYLES`."""
        inputs = keras.Input((*SIZE, COLOURS))
        names = ("first", "second")
        x = inputs
        for name, channels, side in zip(names, (4, 3), (3, 2), strict=True):
            x = STYLES[style](layers.Conv2D, name, channels, side)(x)
        outputs = layers.Dense(CLASSES, name="row")(layers.Flatten()(x))
        model = keras.Model(inputs, outputs)
        model.set_weights(self.weights)
        return model


def _then(relu: Callable) -> Callable:
    def make(layer, name, channels, side):
        return lambda x: relu(name)(layer(channels, side, name=name)(x))

    return make


def _nested(layer, name, channels, side):
    def run(x):
        inner = keras.Input(x.shape[1:])
        return keras.Model(inner, layer(channels, side, activation="relu")(inner), name=name)(x)

    return run


class _Subclassed(layers.Layer):
    """A layer that holds others, and an attribute ``activation`` that it uses amid its call."""

    def __init__(self, channels, side, **kwargs):
        super().__init__(**kwargs)
        self.conv = layers.Conv2D(channels, side)
        self.activation = keras.activations.relu

    def build(self, shape):
        self.conv.build(shape)
        super().build(shape)

    def call(self, x):
        return 1.0 * self.activation(self.conv(x))

    def compute_output_shape(self, shape):
        return self.conv.compute_output_shape(shape)


STYLES: dict[str, Callable] = {
    "fused": lambda layer, name, channels, side: layer(channels, side, activation="relu", name=name),
    "a layer as activation": lambda layer, name, channels, side: layer(
        channels, side, activation=layers.ReLU(), name=name
    ),
    "Activation": _then(lambda name: layers.Activation("relu", name=f"{name}_relu")),
    "ReLU": _then(lambda name: layers.ReLU(name=f"{name}_relu")),
    "keras.ops.relu": _then(lambda name: keras.ops.relu),
    "keras.activations.relu": _then(lambda name: keras.activations.relu),
    "Lambda": _then(lambda name: layers.Lambda(keras.ops.relu, name=f"{name}_relu")),
    "nested": _nested,
    "subclassed": lambda layer, name, channels, side: _Subclassed(channels, side, name=name),
}
"""How a convolution and its ReLU can be written."""
