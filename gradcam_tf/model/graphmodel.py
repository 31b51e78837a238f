"""A TensorFlow graph as a Keras model whose layers are the graph's operations, so that all that works on one works on
the other: taps, the list of layers, the choice among them, the logits, the head without the backbone.

The graph's functions are inlined. Each operation that hangs on the input becomes a ``keras.Operation`` of its own, run
in the order of the graph; what hangs on no input, the variables' values among it, is worked out once. What is done on
the side, as to count a random generator on, is left out.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcam_tf.errors import ModelError
from gradcam_tf.lazy import keras, tf
from gradcam_tf.model.preprocessing import application

__all__ = ["graph_model"]

WEIGHTED = r"(Depthwise)?[Cc]onv\w*|(Batch)?MatMul\w*|Einsum"
"""Operations whose constants are a model's weights."""
SHIFTING = ("BiasAdd", "BiasAddV1", "Add", "AddV2", "Sub", "FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3")
"""Operations that add a constant to what they are given."""
CALLS = r"((Stateful)?PartitionedCall(_\d+)?/)+"
"""What inlining puts before the names of a function's operations."""
SMALL = 256
"""Numbers of a constant that is written into a graph, so that shapes can be worked out from it."""
FORMATS = {"NHWC": "channels_last", "NDHWC": "channels_last", "NCHW": "channels_first", "NCDHW": "channels_first"}


@dataclass(frozen=True, eq=False)
class Constant:
    """A tensor that does not hang on the input."""

    array: np.ndarray | None
    kept: Any

    def __call__(self) -> Any:
        if tf.executing_eagerly() or self.array is None or self.array.size > SMALL:
            return self.kept
        return tf.constant(self.array)


def _constant(tensor: Any) -> Constant:
    """What is no array (a variable itself) is only handed on."""
    return Constant(None if tensor.dtype == tf.resource else tensor.numpy(), tensor)


Value = Constant | int
"""Where an operation finds what it is given: a constant, or the number of a tensor of this run."""


@dataclass(frozen=True, eq=False)
class Step:
    """One operation in its turn: what it is given, and the numbers of the tensors it makes; None: nobody needs it."""

    operation: Any
    given: tuple[int, ...]
    made: tuple[int | None, ...]


def graph_model(
    function: Any, name: str, input_names: Sequence[str], output_names: Sequence[str], captured: Sequence[Any] = ()
) -> Any:
    """A graph as a Keras model.

    Args:
        function: a WrappedFunction whose graph has its functions inlined.
        name: of the model.
        input_names, output_names: in the order of the function's.
        captured: what its further inputs are, in their order: variables.

    Returns:
        A keras.Model; it takes a tensor, or a list of them in the order of their names; it returns a tensor, or a
        dict of them.

    Raises:
        ModelError: if its output does not hang on its input.
    """
    steps, given, made = _Reading(function, captured).steps()
    if not steps:
        raise ModelError("its output does not depend on its input", where=f"model {name!r}")
    inputs = [
        keras.KerasTensor(tuple(tensor.shape), tensor.dtype.name, name=_word(one))
        for one, tensor in zip(input_names, function.inputs, strict=False)
    ]
    scopes = (re.sub(r"_\d+$", "", step.operation.name.partition("/")[0]) for step in steps)
    known = next((scope for scope in scopes if application(scope)), None)
    return _model_class()(known or _word(name), inputs, list(output_names), steps, given, made)


def _word(name: str) -> str:
    return name.replace("/", "_") or "model"


class _Reading:
    """From a graph to steps."""

    def __init__(self, function: Any, captured: Sequence[Any]):
        self.function, self.captured = function, captured
        self.values: dict[str, Value] = {}
        self.tensors = 0
        self.names: dict[str, int] = {}

    def steps(self) -> tuple[list[Step], list[int], list[Value]]:
        """The steps; the numbers of the inputs; where the outputs are found."""
        inputs, outputs = self.function.inputs, self.function.outputs
        own = len(inputs) - len(self.captured)
        given = [self._new(tensor.name) for tensor in inputs[:own]]
        for tensor, value in zip(inputs[own:], self.captured, strict=True):
            self.values[tensor.name] = _constant(value)
        needed = _needed(outputs)
        steps = []
        for operation in self.function.graph.get_operations():
            if operation.name in needed and operation.type not in ("Placeholder", "NoOp"):
                step = self._step(operation, needed)
                if step is not None:
                    steps.append(step)
        return steps, given, [self.values[tensor.name] for tensor in outputs]

    def _new(self, tensor: str) -> int:
        self.values[tensor] = self.tensors
        self.tensors += 1
        return self.tensors - 1

    def _step(self, operation: Any, needed: dict[str, set[str]]) -> Step | None:
        values = [self.values[tensor.name] for tensor in operation.inputs]
        if operation.type in ("Identity", "IdentityN"):
            self.values.update(zip((tensor.name for tensor in operation.outputs), values, strict=True))
            return None
        run = _runner(self.function, operation)
        # A list of tensors (a variant) is no array; it is made anew in each run.
        if all(isinstance(value, Constant) for value in values) and not _makes_lists(operation):
            with tf.device("CPU"):
                found = run([value.kept for value in values if isinstance(value, Constant)])
            for tensor, result in zip(operation.outputs, found, strict=True):
                self.values[tensor.name] = _constant(result)
            return None
        wanted = [tensor.name in needed[operation.name] for tensor in operation.outputs]
        made = tuple(
            self._new(tensor.name) if is_wanted else None
            for tensor, is_wanted in zip(operation.outputs, wanted, strict=True)
        )
        kind = _kind(operation.type)
        layer = kind(self._name(operation), values, wanted, run, _attribute(operation, "data_format"))
        return Step(layer, tuple(value for value in values if not isinstance(value, Constant)), made)

    def _name(self, operation: Any) -> str:
        name = re.sub(f"^{CALLS}", "", operation.name)
        self.names[name] = self.names.get(name, 0) + 1
        return name if self.names[name] == 1 else f"{name}_{self.names[name]}"


def _needed(outputs: Sequence[Any]) -> dict[str, set[str]]:
    """The operations that the outputs hang on, each with its tensors that are used."""
    found: dict[str, set[str]] = {}
    waiting = list(outputs)
    while waiting:
        tensor = waiting.pop()
        new = tensor.op.name not in found
        found.setdefault(tensor.op.name, set()).add(tensor.name)
        if new:
            waiting.extend(tensor.op.inputs)
    return found


def _makes_lists(operation: Any) -> bool:
    return any(tensor.dtype in (tf.variant, tf.resource) for tensor in operation.outputs)


def _attribute(operation: Any, name: str) -> str | None:
    try:
        return operation.get_attr(name).decode()
    except (ValueError, AttributeError):
        return None


# ---- one operation ----


def _runner(function: Any, operation: Any) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """A function from the tensors that an operation is given to those that it makes."""
    definition = operation.op_def
    if operation.type == "Const":
        array = tf.make_ndarray(operation.get_attr("value"))
        return lambda _: [tf.constant(array)]
    inferred = {name for one in definition.input_arg for name in (one.type_attr, one.number_attr, one.type_list_attr)}
    settings = [one for one in definition.attr if one.name not in inferred]
    raw: Any = getattr(tf.raw_ops, operation.type, None)
    names = _names(raw, [one.name for one in (*definition.input_arg, *settings)])
    if names is None or any(one.type in ("func", "list(func)") for one in settings):
        # A loop or branch: the part of the graph that it is, as a function of its own.
        pruned = function.prune(list(operation.inputs), list(operation.outputs))
        return lambda tensors: _listed(pruned(*tensors))
    given = {names[one.name]: operation.get_attr(one.name) for one in settings}
    lengths = [_length(one, operation) for one in definition.input_arg]

    def run(tensors: Sequence[Any]) -> Sequence[Any]:
        left, named = list(tensors), {}
        for argument, length in zip(definition.input_arg, lengths, strict=True):
            named[names[argument.name]] = left[0] if length is None else left[:length]
            del left[: 1 if length is None else length]
        return _listed(raw(**named, **given))

    return run


RENAMED = {
    "reduction_indices": "axis",
    "dim": "axis",
    "split_dim": "axis",
    "squeeze_dims": "axis",
    "t": "x",
    "e": "y",
    "input": "condition",
}
"""Names that TensorFlow's graphs have for what its functions call otherwise."""


def _names(raw: Any, wanted: Sequence[str]) -> dict[str, str] | None:
    """How a function calls what a graph calls so; None if that is not known."""
    if raw is None:
        return None
    there = set(inspect.signature(raw).parameters)
    found = {one: one if one in there else RENAMED.get(one, one) for one in wanted}
    return found if there.issuperset(found.values()) else None


def _length(argument: Any, operation: Any) -> int | None:
    """How many tensors an argument is; None: it is one and no list."""
    if argument.number_attr:
        return operation.get_attr(argument.number_attr)
    return len(operation.get_attr(argument.type_list_attr)) if argument.type_list_attr else None


def _listed(result: Any) -> list[Any]:
    if result is None or isinstance(result, tf.Operation):
        return []
    return [result] if tf.is_tensor(result) else list(result)


@functools.cache
def _operation_class() -> type:
    """The base of all kinds; made when Keras is there."""

    class GraphOperation(keras.Operation):
        """One operation of a graph.

        Attributes:
            constants: what it is given that does not hang on the input.
            weights: of these, the weights.
            data_format: as Keras says it, where it says.
            shifts: whether it adds a constant.
        """

        def __init__(self, name: str, values: list[Value], wanted: list[bool], run: Callable, data_format: str | None):
            super().__init__(name=name.replace("/", "_"))
            self.name = name
            self.values, self.wanted, self.run = values, wanted, run
            self.data_format = FORMATS.get(data_format or "")
            self.constants = tuple(
                value.array for value in values if isinstance(value, Constant) and value.array is not None
            )
            kind = type(self).__name__
            self.weights = self.constants if re.fullmatch(WEIGHTED, kind) else ()
            self.shifts = kind in SHIFTING and bool(self.constants)

        def call(self, *tensors: Any) -> Any:
            left = iter(tensors)
            made = self.run([value() if isinstance(value, Constant) else next(left) for value in self.values])
            wanted = [one for one, is_wanted in zip(made, self.wanted, strict=True) if is_wanted]
            return wanted[0] if len(wanted) == 1 else wanted

    return GraphOperation


@functools.cache
def _kind(name: str) -> type:
    """Called as the graph calls it: Conv2D, Relu6, …"""
    return type(name, (_operation_class(),), {})


# ---- the model ----


@functools.cache
def _model_class() -> type:
    class GraphModel(keras.Model):
        """A graph as a model; see :func:`graph_model`."""

        def __init__(
            self,
            name: str,
            inputs: list[Any],
            output_names: list[str],
            steps: list[Step],
            given: list[int],
            made: list[Value],
        ):
            super().__init__(name=name, autocast=False, trainable=False)
            # Not attributes of a layer, which would be taken for its parts.
            object.__setattr__(self, "_of_graph", (inputs, output_names, steps, given, made))
            self.built = True

        @property
        def inputs(self) -> list[Any]:
            return self._of_graph[0]

        @property
        def output_names(self) -> list[str]:
            return self._of_graph[1]

        def call(self, inputs: Any, training: bool = False) -> Any:
            _, names, steps, given, made = self._of_graph
            tensors = dict(zip(given, keras.tree.flatten(inputs), strict=True))
            for step in steps:
                result = step.operation(*(tensors[number] for number in step.given))
                found = iter(result if isinstance(result, list) else [result])
                tensors.update((number, next(found)) for number in step.made if number is not None)
            results = [value() if isinstance(value, Constant) else tensors[value] for value in made]
            return results[0] if len(results) == 1 else dict(zip(names, results, strict=True))

    return GraphModel
