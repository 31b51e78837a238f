"""Functions of nested tensors, compiled once for all batch sizes, plain or with the weights as constants."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Literal

from gradcam_tf.lazy import keras, tf

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
    return _freeze(concrete) if frozen else _pruned(concrete)


def _pruned(concrete: Any) -> Callable[..., Any]:
    """The same without what its outputs do not need.

    TensorFlow drops what is not needed when it runs, but not the variables: the head alone would be handed, and read,
    those of the whole backbone at every call.
    """
    # Behind each output of a function stands an identity that waits for every read of a variable.
    outputs = [output.op.inputs[0] for output in concrete.outputs]
    needed = _upstream(outputs)
    captured = [(outer, inner) for outer, inner in concrete.graph.captures if inner.op.name in needed]
    if len(captured) == len(concrete.graph.captures):
        return concrete
    arguments = concrete.inputs[: len(concrete.inputs) - len(concrete.graph.captures)]
    whole = concrete.graph.as_graph_def()
    graph = type(whole)(versions=whole.versions, library=whole.library)
    graph.node.extend(node for node in whole.node if node.name in needed)
    for node in graph.node:
        node.attr.pop("_class", None)  # may name a node that is gone

    def again(*tensors: Any) -> Any:
        given = {a.name: tensor for a, tensor in zip(arguments, tensors, strict=True) if a.op.name in needed}
        here = tf.compat.v1.get_default_graph()
        given |= {inner.name: here.capture(outer) for outer, inner in captured}
        return tf.graph_util.import_graph_def(graph, given, [output.name for output in outputs], name="")

    return tf.function(again, autograph=False).get_concrete_function(*_specs(concrete))


def _specs(concrete: Any) -> list[Any]:
    """Of the arguments, captured variables left out."""
    arguments = concrete.inputs[: len(concrete.inputs) - len(concrete.graph.captures)]
    return [tf.TensorSpec(argument.shape, argument.dtype) for argument in arguments]


def _upstream(tensors: Sequence[Any]) -> set[str]:
    """The names of all operations that these tensors need."""
    found: set[str] = set()
    waiting = [tensor.op for tensor in tensors]
    while waiting:
        operation = waiting.pop()
        if operation.name not in found:
            found.add(operation.name)
            waiting.extend([*(tensor.op for tensor in operation.inputs), *operation.control_inputs])
    return found


def _freeze(concrete: Any) -> Callable[..., Any]:
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    try:
        frozen = convert_variables_to_constants_v2(concrete)
    except ValueError:
        return concrete
    # Called by itself it takes every call for a wrong one first, and words an error out of the whole image.
    return tf.function(frozen, autograph=False).get_concrete_function(*_specs(concrete))
