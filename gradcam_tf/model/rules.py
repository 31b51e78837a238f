"""Other ways to run some layers: a ReLU that lets another gradient back, a layer whose bias is noted as it is added."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from gradcam_tf.lazy import keras, tf
from gradcam_tf.model.layout import places_first, to_grid
from gradcam_tf.model.taps import Site, with_activation

__all__ = ["BiasRule", "ReluRule", "deconvolved", "guided", "has_relu"]

Back = Callable[[Any, Any], Any]
"""Given a ReLU's input z and output y, returns y with another gradient."""


def guided(_: Any, y: Any) -> Any:
    """Guided backpropagation: R_l = 1[z > 0] · 1[R_{l+1} > 0] · R_{l+1}; the first factor is the ReLU's own."""
    return tf.custom_gradient(lambda y: (tf.identity(y), tf.nn.relu))(y)


def deconvolved(z: Any, y: Any) -> Any:
    """The deconvolutional network: R_l = 1[R_{l+1} > 0] · R_{l+1}, whatever z is."""
    return tf.custom_gradient(lambda z, y: (tf.identity(y), lambda r: (tf.nn.relu(r), tf.zeros_like(r))))(z, y)


class ReluRule:
    """Runs every ReLU with another gradient: a bare one, a layer, or the activation of a layer.

    A leaky ReLU is none. One that a layer calls inside itself by TensorFlow's function is not seen.

    Attributes:
        found: how many ReLUs ran.
    """

    def __init__(self, back: Back):
        self.back = back
        self.found = 0

    def __call__(self, site: Site, run: Callable[..., Any]) -> Any:
        if _is_relu(site.operation):
            return self._ended(_first(site), run())
        activation: Any = getattr(site.operation, "activation", None)
        if activation not in _relus():
            return run()
        return run(with_activation(site, lambda z: self._ended(z, activation(z))))

    def _ended(self, z: Any, y: Any) -> Any:
        self.found += 1
        return self.back(z, y)


def has_relu(model: Any, kinds: Iterable[str]) -> bool:
    """Whether :class:`ReluRule` would find one, without running the model.

    Args:
        model: the model.
        kinds: the classes of the calls that it makes, as they were recorded: a bare ReLU is no layer of it.
    """
    layers = getattr(model, "_flatten_layers", lambda: ())()
    inside = any(_is_relu(one) or getattr(one, "activation", None) in _relus() for one in layers)
    return inside or any(kind.lower() in ("relu", "relu6") for kind in kinds)


class BiasRule:
    """Runs the model as it is and notes every bias b with z, the tensor just after b was added.

    After Srinivas and Fleuret 2019, section 3, these are: explicit biases; what normalisations and shifts by a constant
    add; and what the slope of a function of each number by itself leaves over, f(z) - f'(z) z: nothing for a ReLU.

    Args:
        tape: that records the run.
        channels_first: whether the input holds its channels before its places.
    """

    def __init__(self, tape: Any, channels_first: bool = False):
        self.tape = tape
        self._found: list[tuple[Any, Any, bool]] = []
        self._channels_first = channels_first

    def __call__(self, site: Site, run: Callable[..., Any]) -> Any:
        operation = site.operation
        # A layer that does not say how it is laid out is laid out like the latest that did.
        data_format = getattr(operation, "data_format", None)
        self._channels_first = data_format == "channels_first" if data_format else self._channels_first
        if isinstance(operation, keras.layers.Permute):
            channels = 1 if self._channels_first else len(operation.dims)
            self._channels_first = operation.dims[0] == channels
        activation = getattr(operation, "activation", None)
        if isinstance(operation, _affine()):
            return run(with_activation(site, lambda z: self._activated(activation, self._noted(_bias(operation), z))))
        if _shifts(site):
            return self._noted(run(_of_zeros(site)), run())
        if _is_curved(operation):
            return self._left_over(run, _first(site))
        if activation in _curves().values():
            return run(with_activation(site, lambda z: self._activated(activation, z)))
        return run()

    def gradients(self, scores: Any) -> list[Any]:
        """Of each bias b ⊙ dy/dz: float32 (N, *grid, channels), or (N, …) where there are no places."""
        tensors = [z for _, z, _ in self._found]
        found = self.tape.gradient(scores, tensors, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return [
            _channels_last(tf.cast(bias, tf.float32) * tf.cast(gradient, tf.float32), channels_first)
            for (bias, _, channels_first), gradient in zip(self._found, found, strict=True)
        ]

    def _noted(self, bias: Any, z: Any) -> Any:
        if bias is not None:
            self.tape.watch(z)
            self._found.append((tf.stop_gradient(bias), z, self._channels_first))
        return z

    def _activated(self, activation: Any, z: Any) -> Any:
        if activation in _curves().values():
            return self._left_over(lambda: activation(z), z)
        return z if activation is None else activation(z)

    def _left_over(self, run: Callable[[], Any], z: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as own:
            own.watch(z)
            y = run()
        with self.tape.stop_recording():
            bias = y - own.gradient(y, z) * z
        return self._noted(bias, y)


@functools.cache
def _relus() -> tuple[Any, ...]:
    return keras.activations.relu, keras.activations.relu6, keras.ops.relu, keras.ops.relu6, tf.nn.relu, tf.nn.relu6


def _is_relu(operation: Any) -> bool:
    named = type(operation).__name__ in ("ReLU", "Relu", "Relu6") and not getattr(operation, "negative_slope", 0)
    return named or (isinstance(operation, keras.layers.Lambda) and operation.function in _relus())


@functools.cache
def _affine() -> tuple[type, ...]:
    """Layers that add their ``bias`` and then apply their ``activation``."""
    kinds = ("Conv{}D", "Conv{}DTranspose", "DepthwiseConv{}D", "SeparableConv{}D")
    names = [kind.format(axes) for kind in kinds for axes in (1, 2, 3)]
    found = [getattr(keras.layers, name, None) for name in ("Dense", "EinsumDense", *names)]
    return tuple(layer for layer in found if layer is not None)


@functools.cache
def _shifting() -> tuple[type, ...]:
    """Layers that add what they make of zeros."""
    names = ("BatchNormalization", "LayerNormalization", "GroupNormalization", "Normalization", "Rescaling")
    return tuple(getattr(keras.layers, name) for name in names)


def _shifts(site: Site) -> bool:
    """Whether a call adds a constant: a normalisation does, and ``x - 127.5``."""
    if isinstance(site.operation, _shifting()) or getattr(site.operation, "shifts", False):
        return True
    given = keras.tree.flatten((site.args, site.kwargs))
    return type(site.operation).__name__ in ("Add", "Subtract") and not all(map(tf.is_tensor, given))


@functools.cache
def _curves() -> dict[str, Any]:
    """The activation functions of each number by itself, by name; the ReLU left out, which leaves nothing over."""
    others = ("relu", "linear", "softmax", "log_softmax", "glu", "sparsemax", "get", "serialize", "deserialize")
    functions = vars(keras.activations).items()
    return {name.replace("_", ""): f for name, f in functions if callable(f) and name not in others}


def _is_curved(operation: Any) -> bool:
    kind = type(operation).__name__.lower()
    if kind == "relu":
        return getattr(operation, "max_value", None) is not None or bool(getattr(operation, "threshold", 0))
    return kind in _curves() or kind == "prelu"


def _bias(layer: Any) -> Any:
    if layer.bias is None:
        return None
    bias = tf.convert_to_tensor(layer.bias)
    if getattr(layer, "data_format", None) == "channels_first":
        return tf.reshape(bias, (-1, *[1] * layer.rank))
    return bias


def _first(site: Site) -> Any:
    return (*site.args, *site.kwargs.values())[0]


def _of_zeros(site: Site) -> Site:
    """The same call on one image of zeros."""

    def zeros(given: Any) -> Any:
        return tf.zeros_like(given[:1]) if tf.is_tensor(given) else given

    args, kwargs = keras.tree.map_structure(zeros, (site.args, site.kwargs))
    return replace(site, args=args, kwargs=kwargs)


def _channels_last(tensor: Any, channels_first: bool) -> Any:
    layout = places_first(tensor.shape, channels_first) if tensor.shape.rank > 2 else None
    return tensor if layout is None else to_grid(tensor, layout)
