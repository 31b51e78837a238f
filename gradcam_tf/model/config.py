"""Walking through a model's config: the JSON in which Keras describes a model. Pure; no Keras."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

__all__ = ["Config", "classes", "graphs", "name_of", "objects", "references", "settings", "stacks"]

Config = dict[str, Any]
"""A JSON object; most often ``{"class_name": …, "config": {…}}``."""


def objects(config: Any) -> Iterator[Config]:
    """Every ``{"class_name": …, "config": …}`` inside at any depth: the model, its layers, their initializers.

    Outermost first, in the order of the file. What the caller changes in an object is seen further in.
    """
    todo = [config]
    while todo:
        item = todo.pop()
        if isinstance(item, dict):
            if isinstance(item.get("class_name"), str) and "config" in item:
                yield item
            todo.extend(reversed(item.values()))
        elif isinstance(item, list):
            todo.extend(reversed(item))


def settings(item: Config) -> Config:
    """The arguments an object is made with; empty for one that has none."""
    inner = item.get("config")
    return inner if isinstance(inner, dict) else {}


def name_of(item: Config) -> str:
    """What an object is called; one that has no name, by its class."""
    return str(settings(item).get("name", item["class_name"]))


def graphs(config: Any) -> Iterator[Config]:
    """The settings of every functional model inside: those with layers, input_layers and output_layers."""
    for item in objects(config):
        inner = settings(item)
        if isinstance(inner.get("layers"), list) and "input_layers" in inner and "output_layers" in inner:
            yield inner


def stacks(config: Any) -> Iterator[Config]:
    """The settings of every Sequential inside that has layers."""
    for item in objects(config):
        inner = settings(item)
        if item["class_name"] == "Sequential" and isinstance(inner.get("layers"), list) and inner["layers"]:
            yield inner


def classes(config: Any, *names: str) -> Iterator[Config]:
    """The objects inside whose class name is one of these."""
    return (item for item in objects(config) if item["class_name"] in names)


def references(node: Any, names: Container[str]) -> Iterator[list]:
    """Every ``[layer, node, tensor, …]`` inside that stands for an output of one of these layers.

    So Keras writes a tensor of a graph, in each of its versions. The lists are those of the config: to change one is
    to change the config.
    """
    todo = [node]
    while todo:
        item = todo.pop()
        if is_reference(item, names):
            yield item
        if isinstance(item, dict | list):
            todo.extend(reversed(list(item.values()) if isinstance(item, dict) else item))


def is_reference(item: Any, names: Container[str]) -> bool:
    """Whether this is a ``[layer, node, tensor, …]`` of one of these layers."""
    if not (isinstance(item, list) and len(item) in (3, 4) and isinstance(item[0], str) and item[0] in names):
        return False
    return all(isinstance(index, int) and not isinstance(index, bool) for index in item[1:3])
