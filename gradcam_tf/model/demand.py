"""What a model will ask of the machine, worked out from its config before anything is built. Pure; no Keras.

Shapes are followed through the graph as Keras would follow them, with the batch left out and None for what is not
known. What is known is a lower bound: an unknown size counts as one. It is enough to find a model that asks for more
weights than its file holds, array for array, or for a tensor that no machine holds; it is no promise that the rest is
small.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gradcam_tf.model.config import Config, settings
from gradcam_tf.model.outputrules import Shape, Shapes, first_of, is_shape, shapes_of
from gradcam_tf.model.weightrules import Sizes, weights_of

__all__ = ["Demand", "demand"]


@dataclass
class Demand:
    """What a model asks for, at least.

    Attributes:
        arrays: of its weights; the numbers in each, and the layer that has it.
        tensors: numbers in the outputs of all layers, for one image.
        largest: of these, in one output.
        where: the layer with that output.
        calls: of layers.
    """

    arrays: list[tuple[int, str]] = field(default_factory=list)
    tensors: int = 0
    largest: int = 0
    where: str = ""
    calls: int = 0

    @property
    def parameters(self) -> int:
        """Numbers in the weights."""
        return sum(size for size, _ in self.arrays)

    def weights(self, name: str, sizes: Sizes) -> None:
        self.arrays.extend((size, name) for size in sizes if size > 0)

    def output(self, name: str, shape: Shape | None) -> None:
        size = math.prod(side or 1 for side in shape or ())
        self.calls += 1
        self.tensors += size
        if size > self.largest:
            self.where, self.largest = name, size

    def add(self, other: Demand, times: int) -> None:
        """What another asks for, its tensors so many times."""
        self.arrays += other.arrays
        self.tensors += other.tensors * times
        self.calls += other.calls
        if other.largest * times > self.largest:
            self.where, self.largest = other.where, other.largest * times


def demand(config: Config) -> Demand:
    """Work out what a model asks for, at least."""
    asked = Demand()
    _model(config, asked)
    return asked


def _model(item: Config, asked: Demand) -> Shapes:
    """The outputs of a model; its layers are added up."""
    inner = item.get("config")
    layers = inner if isinstance(inner, list) else settings(item).get("layers")
    if not isinstance(layers, list) or _of_hub(item):
        return [None]
    layers = [layer for layer in layers if isinstance(layer, dict)]
    if "output_layers" in settings(item):
        return _graph(settings(item), layers, asked)
    return [_stack(item, layers, asked)]


def _of_hub(item: Config) -> bool:
    return "keras_hub" in f"{item.get('module')} {item.get('class_name')} {item.get('registered_name')}"


def _stack(item: Config, layers: list[Config], asked: Demand) -> Shape | None:
    """The output of a Sequential. One that no input was given is not built, and asks for nothing yet."""
    known = [settings(item).get("build_input_shape"), _built_with(item)]
    known += [settings(layers[0]).get(key) for key in ("batch_shape", "batch_input_shape")] if layers else []
    first = next((given for given in known if is_shape(given)), None)
    nested = bool(layers) and isinstance(settings(layers[0]).get("layers"), list)
    if first is None and not nested:
        return None
    shape: Shape | None = tuple(first[1:]) if first else None
    for layer in layers:
        shape = first_of(_call(layer, [shape], asked, counted=True))
    return shape


@dataclass
class _Node:
    """One call of a layer in a graph."""

    layer: Config
    name: str
    index: int
    sources: list[tuple[str, int, int]]
    missing: int = 0


def _graph(graph: Config, layers: list[Config], asked: Demand) -> Shapes:
    """The outputs of a functional model: each call when all of its inputs are there, in whatever order they stand."""
    nodes = [node for layer in layers for node in _nodes(layer)]
    outputs: dict[tuple[str, int], Shapes] = {}
    made = {(node.name, node.index) for node in nodes}
    waiting: dict[tuple[str, int], list[_Node]] = {}
    ready: deque[_Node] = deque()
    for node in nodes:
        needed = {_made(made, source) for source in node.sources} - {None}
        node.missing = len(needed)
        for one in needed:
            waiting.setdefault(one, []).append(node)  # type: ignore[arg-type]
        if not needed:
            ready.append(node)
    while ready:
        node = ready.popleft()
        inputs = [_output(outputs, _made(made, source), source[2]) for source in node.sources]
        outputs[node.name, node.index] = _call(node.layer, inputs, asked, counted=node.index == 0)
        for other in waiting.pop((node.name, node.index), ()):
            other.missing -= 1
            if not other.missing:
                ready.append(other)
    ends = list(_references(graph.get("output_layers")))
    return [_output(outputs, _made(made, end), end[2]) for end in ends]


def _nodes(layer: Config) -> Iterator[_Node]:
    name = str(layer.get("name", settings(layer).get("name")))
    calls = layer.get("inbound_nodes")
    for index, call in enumerate(calls if isinstance(calls, list) and calls else [[]]):
        yield _Node(layer, name, index, list(_references(call)))


def _references(node: Any) -> Iterator[tuple[str, int, int]]:
    """Every tensor in the arguments of a call, or in a list of outputs, as either Keras writes it."""
    todo = [node]
    while todo:
        item = todo.pop()
        if isinstance(item, dict):
            history = settings(item).get("keras_history") if item.get("class_name") == "__keras_tensor__" else None
            todo.extend(reversed([history] if history else list(item.values())))
        elif isinstance(item, list):
            if len(item) in (3, 4) and isinstance(item[0], str) and all(isinstance(n, int) for n in item[1:3]):
                yield item[0], item[1], item[2]
                todo.extend(item[3:])
            else:
                todo.extend(reversed(item))


def _made(made: set[tuple[str, int]], source: tuple[str, int, int]) -> tuple[str, int] | None:
    """The call that a tensor comes from. Keras 2 counted those of a nested model from 1."""
    name, index, _ = source
    return next((key for key in ((name, index), (name, index - 1)) if key in made), None)


def _output(outputs: dict[tuple[str, int], Shapes], key: tuple[str, int] | None, tensor: int) -> Shape | None:
    shapes = outputs.get(key, []) if key else []
    return shapes[tensor] if 0 <= tensor < len(shapes) else None


def _call(layer: Config, inputs: Shapes, asked: Demand, *, counted: bool) -> Shapes:
    """The outputs of one call; the weights are added where it is the first call of the layer."""
    kind, given = str(layer.get("class_name")).rpartition(">")[2], settings(layer)
    name = str(given.get("name", kind))[:80]
    if isinstance(given.get("layers"), list) or (kind == "Sequential"):
        return _model(layer, asked if counted else Demand())
    if _of_hub(layer):
        return [None]
    if kind == "TimeDistributed" and isinstance(given.get("layer"), dict):
        return _each_step(given["layer"], first_of(inputs), asked, counted=counted)
    try:
        shape = first_of(inputs)
        if counted:
            seen = [shape] + ([tuple(built[1:])] if is_shape(built := _built_with(layer)) else [])
            asked.weights(name, max((_weights(kind, given, one) for one in seen), key=sum))
        outputs = shapes_of(kind, given, inputs, layer)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, ZeroDivisionError):
        # Settings that are no layer's: Keras says so.
        return [None]
    for one in outputs:
        asked.output(name, one)
    return outputs


def _each_step(layer: Config, shape: Shape | None, asked: Demand, *, counted: bool) -> Shapes:
    """A layer at each step of a sequence: its outputs as often, its weights once."""
    steps = (shape[0] if shape else None) or 1
    own = Demand()
    outputs = _call(layer, [shape[1:] if shape else None], own, counted=counted)
    asked.add(own, steps)
    return [None if one is None else (steps, *one) for one in outputs]


def _built_with(layer: Config) -> Any:
    built = layer.get("build_config")
    return built.get("input_shape") if isinstance(built, dict) else None


def _weights(kind: str, given: Config, shape: Shape | None) -> Sizes:
    """The weights of a layer, at least."""
    if kind in ("SpectralNormalization", "Bidirectional", "RNN", "StackedRNNCells"):
        return _weights_of_wrapper(kind, given, shape)
    return weights_of(kind, given, shape)


def _weights_of_wrapper(kind: str, given: Config, shape: Shape | None) -> Sizes:
    inner = given.get("cells", given.get("cell", given.get("layer")))
    parts = inner if isinstance(inner, list) else [inner]
    own = Demand()
    for part in filter(None, parts):
        _call(part, [shape], own, counted=True)
    return [size for size, _ in own.arrays] * (2 if kind == "Bidirectional" else 1)
