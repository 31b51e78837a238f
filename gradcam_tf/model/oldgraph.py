"""How older Keras versions wrote the graph of a functional model, put as the current one reads it. Pure; no Keras.

A graph is a list of layers, each with its calls ("inbound_nodes"). A tensor is written ``[layer, node, tensor]``:
output number `tensor` of call number `node` of that layer. Keras 2 wrote a call as a list of such tensors, the
keyword arguments behind the last: ``[["conv", 0, 0, {"training": false}]]``. Keras 3 writes ``{"args": …}``.

Each repair changes the config in place and yields a note for each thing it did.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from gradcam_tf.model.config import Config, graphs, is_reference, references, settings, stacks

__all__ = [
    "CONSTANT",
    "calls_of",
    "layer_names",
    "modern_call",
    "nested_calls",
    "shared_models",
    "single_tensors",
    "tensor_arguments",
]

CONSTANT = "_CONSTANT_VALUE"
"""What Keras 2 wrote in the place of a layer's name before a number: ``["_CONSTANT_VALUE", -1, 127.5, {…}]``."""


def single_tensors(config: Config) -> Iterator[str]:
    """Write the only input or output of a model as a tensor, and not as a list of one.

    Written by Keras 2 and by 3.0 to 3.11, which took ``[["relu", 0, 0]]`` for the tensor when they read it back.
    The current Keras makes the model return a list of one tensor, and the next layer of a Sequential refuses it:
    "expects 1 input(s), but it received 2 input tensors".
    """
    found = 0
    for graph in graphs(config):
        for key in ("input_layers", "output_layers"):
            only = graph[key]
            while isinstance(only, list) and len(only) == 1 and isinstance(only[0], list):
                only = only[0]
            found += only is not graph[key]
            graph[key] = only
    if found:
        yield "took a model's only input or output out of a list of one"


def layer_names(config: Config) -> Iterator[str]:
    """Rename layers that have a slash in their name.

    Written by Keras 2, whose DenseNet ("conv1/bn") and MobileNetV3 ("expanded_conv/depthwise") are such models.
    The current Keras refuses the name: it puts slashes between the names of nested layers.
    """
    renamed = sum(_rename(graph, graph["layers"]) for graph in [*graphs(config), *stacks(config)])
    top = settings(config)
    if "/" in str(top.get("name", "")):
        top["name"] = top["name"].replace("/", "_")
    if renamed:
        yield f"wrote _ for / in the names of {renamed} layer{'s' * (renamed > 1)}"


def _rename(graph: Config, layers: list[Config]) -> int:
    taken = {_name(layer) for layer in layers}
    names: dict[str, str] = {}
    for old in sorted(name for name in taken if "/" in name):
        names[old] = old.replace("/", "_")
        while names[old] in taken:
            names[old] += "_"
        taken.add(names[old])
    for layer in layers:
        for holder in (layer, settings(layer)):
            if holder.get("name") in names:
                holder["name"] = names[holder["name"]]
        _refer(layer.get("inbound_nodes"), names)
    _refer([graph.get("input_layers"), graph.get("output_layers")], names)
    return len(names)


def _refer(node: Any, names: dict[str, str]) -> None:
    for reference in list(references(node, names)):
        reference[0] = names[reference[0]]


def nested_calls(config: Config) -> Iterator[str]:
    """Count the calls of a model inside a model from 0.

    Written by Keras 2, in which call 0 of a functional model was the making of it. The current Keras looks for a call
    that never comes: "The graph of the Functional model either has loops or disconnected nodes". A shared model it may
    read wrongly and without a word: the second call for the first.
    """
    found = []
    for graph in graphs(config):
        for model in _counted_from_1(graph):
            found.append(_name(model))
            ends = [graph["input_layers"], graph["output_layers"]] if model["class_name"] == "Sequential" else []
            for reference in [*_uses(graph, model), *references(ends, [_name(model)])]:
                reference[1] -= 1
    if found:
        yield f"counted the calls of the nested {_listed(found)} from 0"


def shared_models(config: Config) -> bool:
    """Whether the current Keras may take one call of a shared nested model for another (see nested_calls)."""
    return any(len(model["inbound_nodes"]) > 1 for graph in graphs(config) for model in _counted_from_1(graph))


def _counted_from_1(graph: Config) -> list[Config]:
    """The nested models whose calls Keras 2 counted from 1; a Sequential it had made without an input, from 0."""
    layers = [layer for layer in graph["layers"] if isinstance(layer, dict)]
    if any(isinstance(node, dict) for layer in layers for node in layer.get("inbound_nodes", [])):
        return []
    models = [layer for layer in layers if isinstance(settings(layer).get("layers"), list)]
    return [model for model in models if _first_call(graph, model) == 1]


def _first_call(graph: Config, model: Config) -> int:
    ends = references([graph["input_layers"], graph["output_layers"]], [_name(model)])
    return min((reference[1] for reference in [*_uses(graph, model), *ends]), default=0)


def _uses(graph: Config, model: Config) -> list[list]:
    nodes = [layer.get("inbound_nodes") for layer in graph["layers"] if isinstance(layer, dict)]
    return list(references(nodes, [_name(model)]))


def tensor_arguments(config: Config) -> Iterator[str]:
    """Write a call that gets tensors by keyword as Keras 3 does.

    Written by Keras 2 for ``MultiHeadAttention()(x, value=y)`` and the like: ``[["x", 0, 0, {"value": ["y", 0, 0]}]]``.
    The current Keras hands the list ``["y", 0, 0]`` itself to the layer.
    """
    found = []
    for graph in graphs(config):
        names = {_name(layer) for layer in graph["layers"]}
        for layer in graph["layers"]:
            nodes = layer.get("inbound_nodes", [])
            for index, node in enumerate(nodes):
                if isinstance(node, list) and any(any(references(call[3:], names)) for call in calls_of(node)):
                    nodes[index] = modern_call(node, names)
                    found.append(_name(layer))
    if found:
        yield f"passed tensors on to {_listed(found)} by keyword"


def calls_of(node: list) -> list[list]:
    """The tensors of one call of Keras 2; an operation on one tensor was written without the outer list."""
    bare = bool(node) and isinstance(node[0], str)
    return [call for call in ([node] if bare else node) if isinstance(call, list)]


def modern_call(node: list, names: Container[str]) -> Config:
    """One call of Keras 2 as Keras 3 writes it."""
    calls = calls_of(node)
    tensors = [call[2] if call[0] == CONSTANT else _tensor(call) for call in calls]
    keywords = calls[-1][3] if len(calls[-1]) > 3 else {}
    return {
        "args": [tensors[0] if len(tensors) == 1 else tensors],
        "kwargs": {key: _argument(value, names) for key, value in keywords.items()},
    }


def _argument(value: Any, names: Container[str]) -> Any:
    if is_reference(value, names):
        return _tensor(value)
    return [_argument(item, names) for item in value] if isinstance(value, list) else value


def _tensor(reference: list) -> Config:
    """A tensor of Keras 3. It finds the tensor by its history; shape and dtype are there for form's sake."""
    return {
        "class_name": "__keras_tensor__",
        "config": {"shape": [None], "dtype": "float32", "keras_history": reference[:3]},
    }


def _name(layer: Config) -> str:
    return str(layer.get("name", settings(layer).get("name")))


def _listed(names: list[str]) -> str:
    unique = list(dict.fromkeys(names))
    return ", ".join(unique[:3]) + (f" and {len(unique) - 3} more" if len(unique) > 3 else "")
