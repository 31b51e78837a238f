"""Functions of nested tensors, compiled once for all batch sizes, plain or with the weights as constants."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Literal

from gradcam_tf.lazy import keras, tf
from gradcam_tf.model import graphdefs

__all__ = ["Mode", "Programs"]

Mode = Literal["eager", "compiled", "frozen"]
MOST_PROGRAMS = 16
"""Compiled functions kept for one layer of one model; the one unused longest goes first."""


class Programs:
    """The compiled functions of one sub-model."""

    def __init__(self) -> None:
        self._programs: OrderedDict[Hashable, Callable[..., Any]] = OrderedDict()
        self._tracing = threading.RLock()

    def items(self) -> Iterable[tuple[Hashable, Callable[..., Any]]]:
        return self._programs.items()

    def __len__(self) -> int:
        return len(self._programs)

    def run(self, name: str, key: Hashable, function: Callable, arguments: tuple, mode: Mode) -> tuple:
        """Call a function as the mode says.

        Args:
            name, key: equal for functions that compute the same.
            function: takes ``arguments``, returns a flat tuple of tensors.
            arguments: nested tensors or arrays.
            mode: ``"eager"``, ``"compiled"``, or ``"frozen"`` (compiled with the weights as constants).
        """
        if mode == "eager":
            return function(*arguments)
        flat = [tf.convert_to_tensor(tensor) for tensor in keras.tree.flatten(arguments)]
        identity = (name, key, mode, tuple((tensor.dtype, tuple(tensor.shape[1:])) for tensor in flat))
        with self._tracing:
            program = self._programs.get(identity)
            if program is None:
                program = self._programs[identity] = _compile(function, arguments, flat, mode == "frozen")
            self._programs.move_to_end(identity)
            if len(self._programs) > MOST_PROGRAMS:
                self._programs.popitem(last=False)
        return program(*flat)


def _compile(function: Callable, arguments: tuple, flat: Sequence[Any], frozen: bool) -> Callable[..., Any]:
    """Trace a function of nested tensors once for all batch sizes; for each, if the model depends on its batch size.

    Args:
        function: takes ``arguments``, returns a flat tuple of tensors.
        arguments: an example.
        flat: the tensors of the example.
        frozen: fold the variables into constants, so that normalisation melts into the convolutions; where TensorFlow
            cannot (a loop with a gradient, as of an LSTM), they stay variables.

    Returns:
        A function of the flat tensors.
    """

    def flattened(*tensors: Any) -> Any:
        return function(*keras.tree.pack_sequence_as(arguments, list(tensors)))

    traced = tf.function(flattened, autograph=False)
    try:
        concrete = traced.get_concrete_function(*[tf.TensorSpec([None, *t.shape[1:]], t.dtype) for t in flat])
    except (TypeError, ValueError):
        return traced
    return graphdefs.frozen(concrete) if frozen else graphdefs.pruned(concrete)
