"""What a model may ask for: no weights that its file does not hold, no tensor or setting beyond reason. No Keras."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from gradcam_tf.errors import Refusal
from gradcam_tf.model.config import Config, settings
from gradcam_tf.model.demand import Demand, demand

__all__ = ["MAX_LAYERS", "MAX_TENSOR", "demand", "over_budget"]

MAX_TENSOR = 2**30
"""Numbers in one tensor of one image: 4 GiB. A volume of 256³ with 32 channels has half of it."""

MAX_TENSORS = 2**34
"""In all tensors together."""

MAX_LAYERS = 20_000
"""Calls of layers; NASNetLarge has 1,040."""

MAX_SETTING = 2**31

MAX_SETTING_OF_HUB = 2**24
"""Of layers that are built in Python from a few numbers: no image, no layer has such a side."""

ANY_NUMBER = ("seed", "value", "shared_object_id", "salt")
"""Settings that are no sizes."""


def over_budget(config: Config, held: Sequence[int]) -> Iterator[Refusal]:
    """What a model asks for beyond what its file holds, and what a machine has.

    Args:
        config: of the model; its names are known.
        held: numbers in each array of weights of its file.
    """
    yield from _large_settings(config)
    asked = demand(config)
    remedy = "Build the model in Python, where you can see what it asks for"
    # Four bits to a number, two numbers to a byte; and zero points beside them.
    packed = 8 if any("int4" in name or "gptq" in name or "awq" in name for name in _policies(config)) else 1
    if lacking := _not_held(asked, [size * packed for size in held]):
        wanted, where = lacking
        what = f"asks for an array of {wanted:,} weights that the file does not have; the whole model asks for "
        yield Refusal(where, f"{what}{asked.parameters:,}, and the file has {sum(held):,}", remedy)
    if asked.largest > MAX_TENSOR:
        yield Refusal(asked.where, f"makes a tensor of {asked.largest:,} numbers; {MAX_TENSOR:,} are allowed", remedy)
    elif asked.tensors > MAX_TENSORS:
        what = f"makes tensors of {asked.tensors:,} numbers; {MAX_TENSORS:,} are allowed"
        yield Refusal("the whole model", what, remedy)
    if asked.calls > MAX_LAYERS:
        yield Refusal("the whole model", f"calls {asked.calls:,} layers; {MAX_LAYERS:,} are allowed", remedy)


def _not_held(asked: Demand, held: Sequence[int]) -> tuple[int, str] | None:
    """The largest array of weights that finds none as large in the file, when each has one of its own."""
    there = sorted(held, reverse=True)
    wanted = sorted(asked.arrays, reverse=True)
    return next((one for index, one in enumerate(wanted) if index >= len(there) or one[0] > there[index]), None)


def _policies(config: Config) -> Iterator[str]:
    todo: list[Any] = [config]
    while todo:
        item = todo.pop()
        if isinstance(item, dict):
            mode = item.get("mode", item.get("quantization_mode"))
            for name in (mode, item.get("dtype"), item.get("name") if item.get("class_name") else None):
                if isinstance(name, str):
                    yield name
            if "DTypePolicy" in str(item.get("class_name")):
                yield str(settings(item)).lower()
        todo.extend(item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())


def _large_settings(config: Config) -> Iterator[Refusal]:
    """Settings beyond all reason, of whatever layer."""
    todo: list[tuple[Any, str, int]] = [(config, "", MAX_SETTING)]
    while todo:
        item, name, most = todo.pop()
        if isinstance(item, dict):
            name = str(settings(item).get("name", name))[:80] if "class_name" in item else name
            if str(item.get("module")).startswith("keras_hub"):
                most = MAX_SETTING_OF_HUB
            if item.get("class_name") in ("__slice__", "__numpy__", "__tensor__"):
                continue
            for key, value in item.items():
                if any(word in key for word in ANY_NUMBER):
                    continue
                if isinstance(value, dict | list):
                    todo.append((value, name, most))
                size = _product(value) if isinstance(value, list) else abs(value) if isinstance(value, int) else 0
                if size > most:
                    yield Refusal(name, f"has {key}={str(value)[:60]}", "Build the model in Python")
        elif isinstance(item, list):
            todo.extend((value, name, most) for value in item if isinstance(value, dict | list))


def _product(values: list) -> int:
    """Of a short list of whole numbers, which is a shape, a kernel, a stride; of anything else, 0."""
    whole = len(values) <= 8 and all(isinstance(each, int) or each is None for each in values)
    return math.prod(abs(each) for each in values if each) if whole else 0
