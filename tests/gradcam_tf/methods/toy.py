"""A model so small that everything a method may need of it is worked out here, without the engine.

x (N, *size, 2) -> A = tanh(pairs of places averaged · W), (N, *grid, channels) -> outputs (N, CLASSES), quadratic in A.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

CLASSES = 4
COLOURS = 2


class Toy:
    """The toy model on a grid.

    Args:
        grid: of A; the input has twice as many places along each axis.
        channels: of A.
        chunk: how many variations a series runs together.
    """

    def __init__(self, grid: tuple[int, ...], channels: int = 6, chunk: int = 3):
        rng = np.random.default_rng(5)
        self.grid = grid
        self.size = tuple(2 * extent for extent in grid)
        self.channels = channels
        self.chunk = chunk
        self.mix = tf.constant(rng.normal(size=(COLOURS, channels)), tf.float32)
        self.linear = tf.constant(rng.normal(size=(*grid, channels, CLASSES)), tf.float32)
        self.square = tf.constant(rng.normal(size=(*grid, channels, CLASSES)), tf.float32)
        self.largest = 0

    def images(self, rng: np.random.Generator, count: int) -> np.ndarray:
        return rng.normal(size=(count, *self.size, COLOURS)).astype(np.float32)

    def layer(self, x: Any) -> Any:
        for axis in range(1, len(self.grid) + 1):
            shape = [*x.shape[:axis], x.shape[axis] // 2, 2, *x.shape[axis + 1 :]]
            x = tf.reduce_mean(tf.reshape(x, shape), axis=axis + 1)
        return tf.tanh(tf.tensordot(x, self.mix, 1))

    def head(self, A: Any) -> Any:
        axes = len(self.grid) + 1
        return tf.tensordot(A, self.linear, axes) + tf.tensordot(A * A, self.square, axes)

    def outputs(self, method: Any, place: Any) -> Any:
        """From what the method works on, A or x."""
        return self.head(self.layer(place) if method.at == "input" else place)

    def given(self, method: Any, x: np.ndarray) -> dict[str, Any]:
        """The needs of a method for a batch; those that are tensors as NumPy arrays."""
        x = tf.constant(x)
        place = x if method.at == "input" else self.layer(x)
        with tf.GradientTape() as outer:
            outer.watch(place)
            with tf.GradientTape() as tape:
                tape.watch(place)
                outputs = self.outputs(method, place)
                scores = outputs[:, 1]
            gradients = tape.gradient(scores, place)
            along = tf.reduce_sum(gradients * tf.stop_gradient(place))
        everything = {
            "activations": place,
            "gradients": gradients,
            "curvature": outer.gradient(along, place),
            "scores": scores,
            "outputs": outputs,
            "inputs": x,
            "guided_gradients": self._input_gradient(x),
            "deconvolved_gradients": self._input_gradient(x),
            "bias_gradients": [0.5 * self._gradient_at_layer(self.layer(x)), 0.1 * outputs],
            "onto_input": self.onto_input,
            "pull_back": self._pull_back(method, place),
            "scores_of": self._series(lambda some: self.outputs(method, some)[:, 1]),
            "outputs_of": self._series(lambda some: self.outputs(method, some)),
            "gradients_of": self._series(lambda some: self._gradient(method, some)),
            "scores_of_inputs": self._series(lambda some: self.head(self.layer(some))[:, 1]),
            "passes_of_inputs": self._series(lambda some: (self.layer(some), self._gradient(method, self.layer(some)))),
        }
        return {need: _as_array(everything[need]) for need in method.needs}

    def onto_input(self, maps: Any) -> Any:
        """Each place twice along each axis."""
        for axis in range(1, len(self.grid) + 1):
            maps = tf.repeat(maps, 2, axis=axis)
        return maps

    def _input_gradient(self, x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = self.head(self.layer(x))[:, 1]
        return tape.gradient(scores, x)

    def _gradient_at_layer(self, A: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(A)
            scores = self.head(A)[:, 1]
        return tape.gradient(scores, A)

    def _pull_back(self, method: Any, place: Any) -> Callable[[Any], Any]:
        def of_weights(weights: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(place)
                total = tf.reduce_sum(weights * self.outputs(method, place))
            return tape.gradient(total, place)

        return of_weights

    def _gradient(self, method: Any, place: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(place)
            scores = self.outputs(method, place)[:, 1]
        return tape.gradient(scores, place)

    def _series(self, run: Callable[[Any], Any]) -> Callable[..., Iterator[Any]]:
        def series(count: int, make: Callable[[int, int], Any]) -> Iterator[Any]:
            for start in range(0, count, self.chunk):
                made = tf.convert_to_tensor(make(start, min(start + self.chunk, count)))
                assert made.shape[0] == min(self.chunk, count - start)
                assert made.dtype == tf.float32
                yield run(made)

        return series


def _as_array(value: Any) -> Any:
    return value.numpy() if tf.is_tensor(value) else value
